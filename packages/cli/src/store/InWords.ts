/** A stored refund in words: on one line, or in full with its history. */
import { permitted } from "@wechat-refund/core/RefundProgress";
import type * as Refunds from "@wechat-refund/durable/Refunds";
import type { Row } from "@wechat-refund/durable/RefundStore";
import * as DateTime from "effect/DateTime";
import type { Say } from "@wechat-refund/checkup/Language";
import { amount, list, plain, shownId, shownNumber } from "../Print.ts";
import * as Words from "@wechat-refund/checkup/Words";
import * as States from "@wechat-refund/checkup/States";

/** On one line. */
export const line = (say: Say, row: Row): string => {
  const { currency, outRefundNo, progress, refundFee } = row;
  const state = States.words(say)[States.stateOf(progress)];
  const { block } = progress;
  const why =
    block === undefined
      ? ""
      : `  ${block.cause}: ${block.refusal === undefined ? Words.blocks(say)[block.cause] : States.refusal(block.refusal)}`;
  const number = shownNumber(outRefundNo);
  return plain(`${number}  ${state}  ${amount(refundFee, currency)}${why}`.replaceAll(outRefundNo, number));
};

/** What a person may do, as the commands are called. */
const acts: Readonly<Record<string, string>> = {
  cancel: "cancel",
  goOn: "go-on",
  resolve: "resolve",
  startAgain: "start-again",
};

export const actsOf = ({ progress }: Row): ReadonlyArray<string> =>
  [...permitted(progress)].flatMap((act) => acts[act] ?? []);

/** In full. */
export const full = (say: Say, row: Row, history: ReadonlyArray<Refunds.Line>): string => {
  const { createdAt, currency, frozen, mchId, outRefundNo, progress, refundFee, refundId, subMchId } = row;
  const { outTradeNo, transactionId } = { outTradeNo: undefined, transactionId: undefined, ...frozen.asked.order };
  const { block } = progress;
  const at = (millis: number) => DateTime.formatIso(DateTime.makeUnsafe(millis));
  return [
    list([
      [say("refund", "退款"), shownNumber(outRefundNo)],
      [say("state", "状态"), States.words(say)[States.stateOf(progress)], States.colours[States.stateOf(progress)]],
      [
        say("blocked", "受阻"),
        block &&
          `${block.cause}: ${Words.blocks(say)[block.cause]}${block.refusal === undefined ? "" : `; ${States.refusal(block.refusal)}`}`,
        "red",
      ],
      [
        say("amount", "金额"),
        `${amount(refundFee, currency)} ${say("of", "/")} ${amount(frozen.asked.totalFee, currency)}`,
      ],
      [say("merchant", "商户"), subMchId === "" ? shownId(mchId) : `${shownId(mchId)}/${shownId(subMchId)}`],
      ["out_trade_no", outTradeNo && shownNumber(outTradeNo)],
      ["transaction_id", transactionId && shownNumber(transactionId)],
      ["refund_id", refundId && shownNumber(refundId)],
      [say("recorded", "登记"), at(createdAt)],
      [say("possible", "可操作"), actsOf(row).join(", ") || say("nothing any more", "无")],
    ]),
    "",
    ...history.map(({ at: millis, block, detail, truth, what }) => {
      const said = detail === undefined ? "" : `  ${JSON.stringify(detail)}`;
      const text = `${at(millis)}  ${what}  ${truth}${block === undefined ? "" : ` (${block})`}${said}`;
      return plain(text.replaceAll(outRefundNo, shownNumber(outRefundNo)));
    }),
  ].join("\n");
};
