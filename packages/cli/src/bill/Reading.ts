/** A bill read to its end, piece by piece, with what there is to say of it as a whole. */
import type { BillBodyError } from "@wechat-refund/core/BillText";
import { BillReader, type Ending, type Entry } from "@wechat-refund/core/RefundBill";
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import * as Stream from "effect/Stream";
import type { Source } from "./Source.ts";

/** A bill that was read: its ending, and what was wrong with its bytes. */
export interface Read {
  readonly ending: Ending | "none";
  readonly problems: ReadonlyArray<string>;
  readonly body?: BillBodyError;
}

/** Reads it; `each` is given what a piece of it held. */
export const read = Effect.fnUntraced(function* <E, R>(
  source: Source,
  each: (entries: ReadonlyArray<Entry>) => Effect.Effect<void, E, R>,
): Effect.fn.Return<Read, E, R> {
  if (source === "none") return { ending: "none", problems: [] };
  const reader = new BillReader();
  const body = yield* Effect.result(
    Stream.runForEach(
      Stream.mapError(source, (error) => ({ _tag: "Body", error }) as const),
      (text) => Effect.mapError(each(reader.push(text)), (error) => ({ _tag: "Each", error }) as const),
    ),
  );
  if (Result.isFailure(body) && body.failure._tag === "Each") return yield* Effect.fail(body.failure.error);
  const { ending, entries } = reader.end();
  yield* each(entries);
  const broken = Result.isFailure(body) && body.failure._tag === "Body" ? body.failure.error : undefined;
  return {
    ending,
    // That it has no summary follows from bytes that end too soon.
    problems: broken === undefined ? ending.problems.map(({ message }) => message) : [broken.message],
    ...(broken !== undefined && { body: broken }),
  };
});

/** Whether all of a bill was read. */
export const isWhole = ({ ending, problems }: Read): boolean =>
  problems.length === 0 && (ending === "none" || ending.bad === 0);

/** Whether it is a bill of refunds at all. */
export const isBill = ({ ending }: Read): boolean =>
  ending === "none" || !ending.problems.some(({ kind }) => kind === "not-a-bill" || kind === "no-refunds-in-it");
