/** The sends of a merchant, stopped by a person and let go on by one. What was sent is asked for all the same. */
import * as Effect from "effect/Effect";
import type { Signalling } from "../Signalling.ts";
import type { Database } from "./database.ts";
import type { Person } from "./refund.ts";

interface Merchant {
  readonly mchId: string;
  readonly subMchId: string;
}

export const make = ({ atOnce, now: clock, sql, table, tables }: Database, signals: Signalling["Service"]) => {
  const pauses = table("refund_pauses");
  return {
    pause: Effect.fnUntraced(function* ({ mchId, subMchId }: Merchant, { by, reason }: Person) {
      const now = yield* clock;
      // The first who stops it stands there, until somebody lets it go on.
      yield* sql`INSERT INTO ${pauses} AS p (mch_id, sub_mch_id, by_whom, reason, since) VALUES (${mchId}, ${subMchId}, ${by}, ${reason}, ${now})
        ON CONFLICT (mch_id, sub_mch_id) DO UPDATE SET by_whom = ${by}, reason = ${reason}, since = ${now}, ended_by = NULL, ended_reason = NULL, ended_at = NULL
        WHERE p.ended_at IS NOT NULL`;
      yield* sql.afterCommit(signals.tell("merchants"));
    }),
    resume: Effect.fnUntraced(function* ({ mchId, subMchId }: Merchant, { by, reason }: Person) {
      const now = yield* clock;
      yield* sql`UPDATE ${pauses} SET ended_by = ${by}, ended_reason = ${reason}, ended_at = ${now}
        WHERE mch_id = ${mchId} AND sub_mch_id = ${subMchId} AND ended_at IS NULL`;
      yield* sql`UPDATE ${tables.refunds} SET due_at = ${yield* atOnce} WHERE mch_id = ${mchId} AND sub_mch_id = ${subMchId} AND due_at > ${now}
        AND owner IS NULL AND truth IN ('Recorded', 'Unknown')`;
      yield* sql.afterCommit(Effect.andThen(signals.tell("merchants"), signals.tell(`due:${mchId}`)));
    }),
    paused: Effect.map(
      sql<
        Record<string, unknown>
      >`SELECT mch_id, sub_mch_id, by_whom, reason, since FROM ${pauses} WHERE ended_at IS NULL ORDER BY since`,
      (raws) =>
        raws.map((raw) => ({
          mchId: String(raw["mch_id"]),
          subMchId: String(raw["sub_mch_id"]),
          by: String(raw["by_whom"]),
          reason: String(raw["reason"]),
          since: Number(raw["since"]),
        })),
    ),
  };
};
