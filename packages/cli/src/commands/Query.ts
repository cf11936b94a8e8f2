/**
 * `query`: what became of a refund, or of the refunds of an order.
 */
import { RefundClient } from "@wechat-refund/core/RefundClient";
import type { RefundQueryReply, RefundQueryRequest, RefundRecord } from "@wechat-refund/core/RefundQuery";
import * as Command from "effect/cli/Command";
import * as Flag from "effect/cli/Flag";
import * as DateTime from "effect/DateTime";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import * as Call from "../Call.ts";
import * as Flags from "../Flags.ts";
import { amount, list } from "../Print.ts";
import * as Words from "../Words.ts";

const colours = { SUCCESS: "green", REFUNDCLOSE: "red", PROCESSING: "yellow", CHANGE: "red", unknown: "red" } as const;

const showRecord = (record: RefundRecord, currency: string | undefined): string =>
  list([
    ["out_refund_no", record.outRefundNo],
    ["refund_id", record.refundId],
    [
      "refund_status",
      `${record.refundStatusText}: ${Words.statuses[record.refundStatus]}`,
      colours[record.refundStatus],
    ],
    ["refund_fee", amount(record.refundFee, currency)],
    ["received by", record.refundRecvAccount],
    ["received at", record.refundSuccessTime && DateTime.formatIso(record.refundSuccessTime)],
  ]);

const show =
  ({ offset = 0 }: RefundQueryRequest) =>
  (reply: RefundQueryReply): string => {
    const seen = offset + reply.refundCount;
    const { totalRefundCount } = reply;
    return [
      list([
        ["transaction_id", reply.transactionId],
        ["out_trade_no", reply.outTradeNo],
        ["total_fee", reply.totalFee === undefined ? undefined : amount(reply.totalFee, reply.feeType)],
      ]),
      ...reply.records.map((record) => showRecord(record, reply.feeType)),
      ...(totalRefundCount !== undefined && totalRefundCount > seen
        ? [`${totalRefundCount - seen} more: --offset ${seen}`]
        : []),
    ].join("\n\n");
  };

/** The command. */
export const command = Command.make(
  "query",
  {
    outRefundNo: Flags.optionalText("out-refund-no", "Your number of the refund (out_refund_no, 商户退款单号)"),
    refundId: Flags.optionalText("refund-id", "WeChat Pay's number of the refund (refund_id, 微信退款单号)"),
    ...Flags.order,
    offset: Flag.Int("offset").pipe(
      Flag.withDescription("The first record wanted, from 0, of an order with more than ten refunds"),
      Flag.optional,
    ),
    ...Flags.call,
  },
  Effect.fnUntraced(function* ({ offset, outRefundNo, outTradeNo, refundId, transactionId, ...call }) {
    // More than one number, or none, is refused by the operation's own check.
    const request = {
      outRefundNo: Option.getOrUndefined(outRefundNo),
      refundId: Option.getOrUndefined(refundId),
      outTradeNo: Option.getOrUndefined(outTradeNo),
      transactionId: Option.getOrUndefined(transactionId),
      offset: Option.getOrUndefined(offset),
    } as RefundQueryRequest;
    yield* Call.run(
      call,
      "optional",
      RefundClient.use((client) => client.query(request)),
      show(request),
    );
  }),
).pipe(
  Command.withShortDescription("Ask what became of a refund"),
  Command.withDescription(
    "Asks the gateway for the state of one refund, or of an order's refunds. The merchant comes from WECHAT_PAY_APP_ID, " +
      "WECHAT_PAY_MCH_ID and WECHAT_PAY_API_KEY; a certificate is sent where the environment names one. Exit codes: 0 found; 2 wrong " +
      "command line or environment; 3 the query failed, which says nothing about the refund.",
  ),
  Command.withExamples([{ command: "wechat-refund query --out-refund-no R-2026-0001" }]),
);
