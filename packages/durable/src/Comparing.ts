/** One reconciliation from its two sides: bills read one after the other, each line against the books. Nothing is stored or changed here. */
import * as Bills from "@wechat-refund/core/Bills";
import type * as Reconciliation from "@wechat-refund/core/Reconciliation";
import type { Billed } from "@wechat-refund/core/RefundBill";
import * as Effect from "effect/Effect";

/** What a reconciliation found so far. */
export interface Found {
  readonly differences: Array<Reconciliation.Finding>;
  /** How many there are of which only the first {@link Found.most} are kept. */
  count: number;
  readonly most: number;
  /** Own refunds that stand in a bill, and of which the books do not know as much, or say that something is in the way. */
  readonly doubted: Array<Reconciliation.Own>;
  /** Lines that cannot be read, and what is wrong with whole bills, each with the bill's name; the first hundred of a bill's lines. */
  readonly complaints: Array<{ readonly bill: string; readonly line?: number; readonly problem: string }>;
  /** The days whose bills came whole: what was not met there is not in them. */
  readonly whole: Set<string>;
  /** Refunds in the bills. */
  lines: number;
  /** A bill that is none of refunds. */
  isWrong: boolean;
}

export const nothing = (most = Infinity): Found => ({
  differences: [],
  count: 0,
  most,
  doubted: [],
  complaints: [],
  whole: new Set(),
  lines: 0,
  isWrong: false,
});

/** Takes a difference. */
export const differ = (found: Found, finding: Reconciliation.Finding): void => {
  found.count++;
  if (found.differences.length < found.most) found.differences.push(finding);
};

/** Asked of some lines before they are compared, such as to look their refunds up. */
export type Before<E, R> = (billed: ReadonlyArray<Billed>) => Effect.Effect<void, E, R> | undefined;

const mostComplaints = 100;

/** Reads a bill into the books. `isDoubted`: whether a refund that was found as it should be is to be asked for all the same. */
export const compare = Effect.fnUntraced(function* <E, R>(
  books: Reconciliation.Books,
  found: Found,
  source: Bills.Source,
  { date, name }: { readonly name: string; readonly date?: string | undefined },
  before: Before<E, R>,
  isDoubted: (own: Reconciliation.Own) => boolean = () => false,
) {
  let complained = 0;
  const read = yield* Bills.read(source, (entries) =>
    Effect.gen(function* () {
      const first = before(entries.flatMap((entry) => (entry._tag === "Refund" ? [entry.refund] : [])));
      if (first !== undefined) yield* first;
      for (const entry of entries) {
        if (entry._tag === "Bad") {
          books.bad(entry.bad);
          if (found.most === Infinity || ++complained <= mostComplaints) {
            found.complaints.push({ bill: name, line: entry.bad.line, problem: entry.bad.problem });
          }
          continue;
        }
        found.lines++;
        const finding = books.line(entry.refund, date);
        if (finding.kind !== "matched") differ(found, finding);
        else if (finding.ours !== undefined && isDoubted(finding.ours)) found.doubted.push(finding.ours);
      }
    }),
  );
  for (const problem of read.problems) found.complaints.push({ bill: name, problem });
  if (read.body === undefined ? !Bills.isBill(read) : read.body.kind === "source") found.isWrong = true;
  // Of bytes that end too soon nobody knows what is missing, whatever the lines say.
  const ending = read.body === undefined ? read.ending : { unread: undefined };
  if (date !== undefined && (ending === "none" || ending.unread === 0)) found.whole.add(date);
  books.ended(ending, date);
  return read;
});
