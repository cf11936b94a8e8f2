/** From a query to a confirmation: the record must be the refund that is expected. Alike for every protocol. */
import * as Effect from "effect/Effect";
import type { Expected, RefundByNumber } from "../RefundClient.ts";
import { RefundError, UntrustedReply } from "../RefundError.ts";
import * as RefundQuery from "../RefundQuery.ts";
import { copyExpected } from "./expected.ts";
import { oneLine } from "./oneLine.ts";

/** The first expected value that the record or its order contradicts. */
const contradiction = (
  expected: Expected,
  reply: RefundQuery.RefundQueryReply,
  record: RefundQuery.RefundRecord,
): UntrustedReply | undefined => {
  const pairs: ReadonlyArray<readonly [field: string, expected: unknown, received: unknown]> = [
    ["refund_fee", expected.refundFee, record.refundFee],
    ["total_fee", expected.totalFee, reply.totalFee ?? expected.totalFee],
    ["refund_id", expected.refundId, record.refundId],
    ["transaction_id", expected.transactionId ?? expected.order?.transactionId, reply.transactionId],
    ["out_trade_no", expected.outTradeNo ?? expected.order?.outTradeNo, reply.outTradeNo],
  ];
  const wrong = pairs.find(([, wanted, received]) => wanted !== undefined && wanted !== received);
  if (wrong === undefined) return undefined;
  const [field, wanted, received] = wrong;
  return new UntrustedReply({ problem: "mismatch", field, expected: String(wanted), received: String(received) });
};

/** The confirmation that asks with this query. */
export const confirming = (
  ask: (request: RefundByNumber) => Effect.Effect<RefundQuery.RefundQueryReply, RefundError>,
) =>
  Effect.fnUntraced(function* (given: Expected): Effect.fn.Return<RefundQuery.RefundRecord, RefundError> {
    const expected = copyExpected(given);
    const { outRefundNo } = expected;
    const reply = yield* ask({ outRefundNo });
    const found = RefundQuery.recordOf(reply, outRefundNo);
    const reason =
      found === undefined
        ? new UntrustedReply({ problem: "mismatch", field: "out_refund_no", expected: outRefundNo })
        : contradiction(expected, reply, found);
    if (reason !== undefined) {
      const error = new RefundError({ operation: "refundquery", outRefundNo, reason });
      // The reply itself was in order, so nothing has raised the alarm yet: this number belongs to another refund.
      yield* Effect.logError(error.message).pipe(
        Effect.annotateLogs({ "wechat.operation": "refundquery", "wechat.out_refund_no": outRefundNo }),
      );
      return yield* error;
    }
    const record = found as RefundQuery.RefundRecord;
    if (record.refundStatus === "unknown") {
      // It is there, and asked for again; of what it says nothing is concluded, so that nobody else would hear of it.
      yield* Effect.logWarning(
        `refund ${outRefundNo} has a status that is not documented, ${oneLine(record.refundStatusText)}: look at it in the merchant platform (商户平台)`,
      ).pipe(Effect.annotateLogs({ "wechat.operation": "refundquery", "wechat.out_refund_no": outRefundNo }));
    }
    return record;
  });
