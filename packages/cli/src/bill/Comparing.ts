/** One reconciliation from its two sides: bills read one after the other, each line against the books. */
import type * as Reconciliation from "@wechat-refund/core/Reconciliation";
import type { Billed } from "@wechat-refund/core/RefundBill";
import * as Effect from "effect/Effect";
import * as Reading from "./Reading.ts";
import type { Source } from "./Source.ts";

/** What a reconciliation found so far. */
export interface Found {
  readonly differences: Array<Reconciliation.Finding>;
  /** Lines that cannot be read, and what is wrong with whole bills, each with the bill's name. */
  readonly complaints: Array<{ readonly bill: string; readonly line?: number; readonly problem: string }>;
  /** A bill that is none of refunds. */
  isWrong: boolean;
}

export const nothing = (): Found => ({ differences: [], complaints: [], isWrong: false });

/** Asked of each line before it is compared, such as to look its refund up. */
export type Before<E, R> = (billed: Billed) => Effect.Effect<void, E, R> | undefined;

/** Reads a bill into the books. */
export const compare = Effect.fnUntraced(function* <E, R>(
  books: Reconciliation.Books,
  found: Found,
  source: Source,
  { date, name }: { readonly name: string; readonly date?: string | undefined },
  before: Before<E, R>,
) {
  const read = yield* Reading.read(source, (entries) =>
    Effect.gen(function* () {
      for (const entry of entries) {
        if (entry._tag === "Bad") {
          books.bad(entry.bad);
          found.complaints.push({ bill: name, line: entry.bad.line, problem: entry.bad.problem });
          continue;
        }
        const first = before(entry.refund);
        if (first !== undefined) yield* first;
        const finding = books.line(entry.refund, date);
        if (finding.kind !== "matched") found.differences.push(finding);
      }
    }),
  );
  for (const problem of read.problems) found.complaints.push({ bill: name, problem });
  if (read.body === undefined ? !Reading.isBill(read) : read.body.kind === "source") found.isWrong = true;
  // Of bytes that end too soon nobody knows what is missing, whatever the lines say.
  const ending = read.body === undefined ? read.ending : { unread: undefined };
  books.ended(ending, date);
});
