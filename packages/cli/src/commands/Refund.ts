/**
 * `refund`: apply for one refund. At most one request is sent, under the number that was given; the command never makes a number
 * and never sends again.
 */
import { FenFromText, type OrderRef, type RefundAccepted, RefundAccount } from "@wechat-refund/core/Refund";
import { Interrupted, RefundClient } from "@wechat-refund/core/RefundClient";
import * as Command from "effect/cli/Command";
import * as Flag from "effect/cli/Flag";
import * as Console from "effect/Console";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import * as Call from "../Call.ts";
import * as Flags from "../Flags.ts";
import { colon, type Say } from "@wechat-refund/checkup/Language";
import { amount, list, styled } from "../Print.ts";
import * as Words from "@wechat-refund/checkup/Words";

const fen = (name: string, description: string) =>
  Flag.String(name).pipe(Flag.withSchema(FenFromText), Flag.withMetavar("fen"), Flag.withDescription(description));

/** What APIv3 says of a number that was used before. */
const isClosed = ({ refundStatus }: RefundAccepted): boolean => refundStatus === "REFUNDCLOSE";

const show =
  (say: Say, call: Call.Call) =>
  (accepted: RefundAccepted): string => {
    const currency = accepted.refundFeeType ?? accepted.feeType;
    return [
      isClosed(accepted)
        ? `${styled("red", say("closed", "已关闭"))}${colon(say)}${say(
            "the gateway had accepted this number before, and has closed it: nothing went back",
            "该单号此前已受理，并已关闭：没有退款",
          )}`
        : `${styled("green", say("accepted", "已受理"))}${colon(say)}${say(
            "the gateway took the application; whether the money went back is told by a query",
            "申请已被接收；款项是否退回请用查询确认",
          )}`,
      list([
        ["refund_id", accepted.refundId],
        ["out_refund_no", accepted.outRefundNo],
        ["transaction_id", accepted.transactionId],
        ["out_trade_no", accepted.outTradeNo],
        ["refund_fee", amount(accepted.refundFee, currency)],
        [
          "refund_status",
          accepted.refundStatus === undefined
            ? undefined
            : `${accepted.refundStatusText ?? ""}${colon(say)}${Words.statuses(say)[accepted.refundStatus]}`,
        ],
        ["total_fee", accepted.totalFee === undefined ? undefined : amount(accepted.totalFee, accepted.feeType)],
        [say("next", "下一步"), Call.queryOf(say, accepted.outRefundNo, call)],
      ]),
    ].join("\n");
  };

/** The command. */
export const command = (say: Say) =>
  Command.make(
    "refund",
    {
      ...Flags.order(say),
      outRefundNo: Flag.String("out-refund-no").pipe(
        Flag.withMetavar("text"),
        Flag.withDescription(
          say(
            "Your number of the refund (out_refund_no, 商户退款单号): store it first, and use it again when you repeat the refund",
            "商户退款单号（out_refund_no）：请先落库，重试时必须沿用",
          ),
        ),
      ),
      totalFee: fen(
        "total-fee",
        say("The whole order's amount in fen (total_fee, 分)", "订单总金额，单位分（total_fee）"),
      ),
      refundFee: fen(
        "refund-fee",
        say("The amount of this refund in fen (refund_fee, 分)", "本次退款金额，单位分（refund_fee）"),
      ),
      refundFeeType: Flags.optionalText(
        "refund-fee-type",
        say("The payment's currency, CNY unless given", "币种，默认 CNY"),
      ),
      refundDesc: Flags.optionalText("refund-desc", say("The reason, shown to the user", "退款原因，用户可见")),
      refundAccount: Flag.Literals("refund-account", RefundAccount.literals).pipe(
        Flag.withMetavar("account"),
        Flag.withDescription(
          say(
            "Where the money comes from, for merchants on the old fund flow (老资金流商户)",
            "退款资金来源，仅老资金流商户使用",
          ),
        ),
        Flag.optional,
      ),
      notifyUrl: Flags.optionalText("notify-url", say("Where the result is posted", "退款结果通知地址")),
      opUserId: Flags.optionalText(
        "op-user-id",
        say("The operator (op_user_id), of the 2015 form of the interface", "操作员（op_user_id），2015 年版接口字段"),
      ),
      deviceInfo: Flags.optionalText(
        "device-info",
        say(
          "The terminal (device_info), of the 2015 form of the interface",
          "终端号（device_info），2015 年版接口字段",
        ),
      ),
      ...Flags.call(say),
    },
    Effect.fnUntraced(function* ({ outRefundNo, outTradeNo, refundFee, totalFee, transactionId, ...flags }) {
      // Both or neither are refused by the operation's own check, with all that is wrong beside it.
      const order = {
        transactionId: Option.getOrUndefined(transactionId),
        outTradeNo: Option.getOrUndefined(outTradeNo),
      } as OrderRef;
      const request = {
        order,
        outRefundNo,
        totalFee,
        refundFee,
        refundFeeType: Option.getOrUndefined(flags.refundFeeType),
        refundDesc: Option.getOrUndefined(flags.refundDesc),
        refundAccount: Option.getOrUndefined(flags.refundAccount),
        notifyUrl: Option.getOrUndefined(flags.notifyUrl),
        opUserId: Option.getOrUndefined(flags.opUserId),
        deviceInfo: Option.getOrUndefined(flags.deviceInfo),
      };
      const program = RefundClient.use((client) => client.refund(request)).pipe(
        Effect.provideService(Interrupted, ({ outcome }) =>
          Console.error(
            outcome !== "not-accepted"
              ? `${say(
                  "Interrupted: the refund may have been sent, money may move. Next",
                  "已中断：退款可能已发出，资金可能会动。下一步",
                )}${colon(say)}${Call.queryOf(say, outRefundNo, flags)}`
              : say("Interrupted: nothing was sent", "已中断：没有发出任何请求"),
          ),
        ),
      );
      yield* Call.run(say, flags, "required", program, show(say, flags), (accepted) => (isClosed(accepted) ? 1 : 0));
    }),
  ).pipe(
    Command.withShortDescription(say("Apply for a refund", "申请退款")),
    Command.withDescription(
      say(
        "Applies for one refund at the gateway, with at most one request. Accepted does not mean refunded: ask with `query`. The " +
          "merchant and its certificate come from WECHAT_PAY_APP_ID, WECHAT_PAY_MCH_ID, WECHAT_PAY_API_KEY and WECHAT_PAY_CERT_FILE with " +
          "WECHAT_PAY_KEY_FILE, or WECHAT_PAY_P12_FILE; as text, WECHAT_PAY_CERT, WECHAT_PAY_KEY, or WECHAT_PAY_P12_BASE64. With --protocol v3 they come from WECHAT_PAY_MCH_ID and WECHAT_PAY_V3_*. Exit codes: 0 accepted; 1 failed, no refund was made; 2 wrong command line, request or " +
          "environment, nothing was sent; 3 outcome unknown, money may move.",
        "申请一笔退款，最多发出一个请求。受理不等于已退款：请用 `query` 确认。商户与证书取自 WECHAT_PAY_APP_ID、WECHAT_PAY_MCH_ID、" +
          "WECHAT_PAY_API_KEY，以及 WECHAT_PAY_CERT_FILE 与 WECHAT_PAY_KEY_FILE，或 WECHAT_PAY_P12_FILE；也可用文本：WECHAT_PAY_CERT、WECHAT_PAY_KEY，或 WECHAT_PAY_P12_BASE64。使用 --protocol v3 时取自 WECHAT_PAY_MCH_ID 与 WECHAT_PAY_V3_*。退出码：0 已受理；1 失败，没有产生退款；" +
          "2 命令行、请求或环境有误，没有发出请求；3 结果未知，资金可能会动。",
      ),
    ),
    Command.withExamples([
      {
        command:
          "wechat-refund refund --out-trade-no 1217752501201407033233368018 --out-refund-no R-2026-0001 --total-fee 100 --refund-fee 100",
      },
    ]),
  );
