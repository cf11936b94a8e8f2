/**
 * When refunds were first sent and first known to be accepted, by their history: on the bills of these days they stand, or of those between.
 * Only read.
 */
import * as Effect from "effect/Effect";
import type { SqlError } from "effect/sql/SqlError";
import type { Database } from "./internal/database.ts";
import { numberOf, optionalNumber, type Raw } from "./internal/row.ts";

/** In ms since 1970 by the clock of the store. */
export interface Span {
  readonly firstSentAt: number;
  /** Absent while nobody knows that it was accepted. */
  readonly acceptedAt?: number | undefined;
}

const most = 500;

/**
 * The spans of refunds by the ids of their rows. One that this store does not know whole is left out: it was attempted before it was
 * recorded, or the store was restored since; and one that was never sent.
 */
export const of = Effect.fnUntraced(function* (
  { isOneOf, sql, tables }: Database,
  ids: ReadonlyArray<number>,
): Effect.fn.Return<ReadonlyMap<number, Span>, SqlError> {
  const spans = new Map<number, Span>();
  for (let at = 0; at < ids.length; at += most) {
    const raws = yield* sql<Raw>`SELECT refund,
        MIN(CASE WHEN what = 'send: begun' THEN at END) AS begun,
        MIN(CASE WHEN truth IN ('Accepted', 'Succeeded', 'Closed') THEN at END) AS known,
        MAX(CASE WHEN what = 'restored' OR (seq = 1 AND truth <> 'Recorded') THEN 1 ELSE 0 END) AS vague
      FROM ${tables.history} WHERE ${isOneOf("refund", ids.slice(at, at + most))} GROUP BY refund`;
    for (const raw of raws) {
      const firstSentAt = optionalNumber(raw["begun"]);
      const acceptedAt = optionalNumber(raw["known"]);
      if (firstSentAt === undefined || numberOf(raw["vague"]) === 1) continue;
      spans.set(numberOf(raw["refund"]), { firstSentAt, ...(acceptedAt !== undefined && { acceptedAt }) });
    }
  }
  return spans;
});
