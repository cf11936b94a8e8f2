/**
 * `query`: what became of a refund, or of the refunds of an order.
 */
import { OrderRefunds } from "@wechat-refund/core/OrderRefunds";
import { type RefundByNumber, RefundClient } from "@wechat-refund/core/RefundClient";
import type { RefundQueryReply, RefundQueryRequest, RefundRecord } from "@wechat-refund/core/RefundQuery";
import * as Command from "effect/cli/Command";
import * as Flag from "effect/cli/Flag";
import * as DateTime from "effect/DateTime";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import * as Call from "../Call.ts";
import * as Flags from "../Flags.ts";
import { colon, type Say } from "@wechat-refund/checkup/Language";
import { amount, list } from "../Print.ts";
import { protocolOf } from "../ProtocolOf.ts";
import * as Words from "@wechat-refund/checkup/Words";

export const colours = {
  SUCCESS: "green",
  REFUNDCLOSE: "red",
  PROCESSING: "yellow",
  CHANGE: "red",
  NOTSURE: "yellow",
  unknown: "red",
} as const;

/** A record as lines. */
export const showRecord = (say: Say, record: RefundRecord, currency: string | undefined): string =>
  list([
    ["out_refund_no", record.outRefundNo],
    ["refund_id", record.refundId],
    [
      "refund_status",
      `${record.refundStatusText}${colon(say)}${Words.statuses(say)[record.refundStatus]}`,
      colours[record.refundStatus],
    ],
    ["refund_fee", amount(record.refundFee, currency)],
    [say("received by", "退款入账账户"), record.refundRecvAccount],
    [say("received at", "退款成功时间"), record.refundSuccessTime && DateTime.formatIso(record.refundSuccessTime)],
  ]);

const show =
  (say: Say, { offset = 0 }: RefundQueryRequest) =>
  (reply: RefundQueryReply): string => {
    const seen = offset + reply.refundCount;
    const { totalRefundCount } = reply;
    return [
      list([
        ["transaction_id", reply.transactionId],
        ["out_trade_no", reply.outTradeNo],
        ["total_fee", reply.totalFee === undefined ? undefined : amount(reply.totalFee, reply.feeType)],
      ]),
      ...reply.records.map((record) => showRecord(say, record, reply.feeType)),
      ...(totalRefundCount !== undefined && totalRefundCount > seen
        ? [`${totalRefundCount - seen} ${say("more", "笔未列出")}${colon(say)}--offset ${seen}`]
        : []),
    ].join("\n\n");
  };

/** The command. */
export const command = (say: Say) =>
  Command.make(
    "query",
    {
      outRefundNo: Flags.optionalText(
        "out-refund-no",
        say("Your number of the refund (out_refund_no, 商户退款单号)", "商户退款单号（out_refund_no）"),
      ),
      refundId: Flags.optionalText(
        "refund-id",
        say("WeChat Pay's number of the refund (refund_id, 微信退款单号)", "微信退款单号（refund_id）"),
      ),
      ...Flags.order(say),
      offset: Flag.Int("offset").pipe(
        Flag.withDescription(
          say(
            "The first record wanted, from 0, of an order with more than ten refunds",
            "订单退款多于十笔时，从第几笔开始（从 0 数）",
          ),
        ),
        Flag.optional,
      ),
      ...Flags.call(say),
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
      // APIv3 knows one way to ask; what else was named is refused by its check.
      const byNumber = Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined));
      const program =
        (yield* protocolOf(call.protocol, call.json)) === "v3"
          ? RefundClient.use(({ query }) => query(byNumber as unknown as RefundByNumber))
          : OrderRefunds.use(({ page }) => page(request));
      yield* Call.run(say, call, "optional", program, show(say, request));
    }),
  ).pipe(
    Command.withShortDescription(say("Ask what became of a refund", "查询退款")),
    Command.withDescription(
      say(
        "Asks the gateway for the state of one refund, or of an order's refunds. The merchant comes from WECHAT_PAY_APP_ID, " +
          "WECHAT_PAY_MCH_ID and WECHAT_PAY_API_KEY; a certificate is sent where the environment names one. Exit codes: 0 found; 2 wrong " +
          "command line or environment; 3 the query failed, which says nothing about the refund.",
        "查询一笔退款或一个订单的全部退款。商户取自 WECHAT_PAY_APP_ID、WECHAT_PAY_MCH_ID 和 WECHAT_PAY_API_KEY；环境中指定了证书则会出示。" +
          "退出码：0 查到；2 命令行或环境有误；3 查询失败，对退款本身说明不了什么。",
      ),
    ),
    Command.withExamples([{ command: "wechat-refund query --out-refund-no R-2026-0001" }]),
  );
