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
import { amount, list, styled } from "../Print.ts";

const fen = (name: string, description: string) =>
  Flag.String(name).pipe(Flag.withSchema(FenFromText), Flag.withMetavar("fen"), Flag.withDescription(description));

const show = (accepted: RefundAccepted): string => {
  const currency = accepted.refundFeeType ?? accepted.feeType;
  return [
    `${styled("green", "accepted")}: the gateway took the application; whether the money went back is told by a query`,
    list([
      ["refund_id", accepted.refundId],
      ["out_refund_no", accepted.outRefundNo],
      ["transaction_id", accepted.transactionId],
      ["out_trade_no", accepted.outTradeNo],
      ["refund_fee", amount(accepted.refundFee, currency)],
      ["total_fee", accepted.totalFee === undefined ? undefined : amount(accepted.totalFee, accepted.feeType)],
      ["next", Call.queryOf(accepted.outRefundNo)],
    ]),
  ].join("\n");
};

/** The command. */
export const command = Command.make(
  "refund",
  {
    ...Flags.order,
    outRefundNo: Flag.String("out-refund-no").pipe(
      Flag.withMetavar("text"),
      Flag.withDescription(
        "Your number of the refund (out_refund_no, 商户退款单号): store it first, and use it again when you repeat the refund",
      ),
    ),
    totalFee: fen("total-fee", "The whole order's amount in fen (total_fee, 分)"),
    refundFee: fen("refund-fee", "The amount of this refund in fen (refund_fee, 分)"),
    refundFeeType: Flags.optionalText("refund-fee-type", "The payment's currency, CNY unless given"),
    refundDesc: Flags.optionalText("refund-desc", "The reason, shown to the user"),
    refundAccount: Flag.Literals("refund-account", RefundAccount.literals).pipe(
      Flag.withMetavar("account"),
      Flag.withDescription("Where the money comes from, for merchants on the old fund flow (老资金流商户)"),
      Flag.optional,
    ),
    notifyUrl: Flags.optionalText("notify-url", "Where the result is posted"),
    opUserId: Flags.optionalText("op-user-id", "The operator (op_user_id), of the 2015 form of the interface"),
    deviceInfo: Flags.optionalText("device-info", "The terminal (device_info), of the 2015 form of the interface"),
    ...Flags.call,
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
          outcome === "unknown"
            ? `Interrupted: the refund may have been sent, money may move. Next: ${Call.queryOf(outRefundNo)}`
            : "Interrupted: nothing was sent",
        ),
      ),
    );
    yield* Call.run(flags, "required", program, show);
  }),
).pipe(
  Command.withShortDescription("Apply for a refund"),
  Command.withDescription(
    "Applies for one refund at the gateway, with at most one request. Accepted does not mean refunded: ask with `query`. The " +
      "merchant and its certificate come from WECHAT_PAY_APP_ID, WECHAT_PAY_MCH_ID, WECHAT_PAY_API_KEY and WECHAT_PAY_CERT_FILE with " +
      "WECHAT_PAY_KEY_FILE, or WECHAT_PAY_P12_FILE. Exit codes: 0 accepted; 1 failed, no refund was made; 2 wrong command line or " +
      "environment, nothing was sent; 3 outcome unknown, money may move.",
  ),
  Command.withExamples([
    {
      command:
        "wechat-refund refund --out-trade-no 1217752501201407033233368018 --out-refund-no R-2026-0001 --total-fee 100 --refund-fee 100",
    },
  ]),
);
