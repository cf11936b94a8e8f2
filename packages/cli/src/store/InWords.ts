/** A stored refund in words: on one line, or in full with its history. */
import { permitted } from "@wechat-refund/core/RefundProgress";
import type * as Refunds from "@wechat-refund/durable/Refunds";
import type { Row } from "@wechat-refund/durable/RefundStore";
import * as DateTime from "effect/DateTime";
import { colon, semicolon, type Say } from "@wechat-refund/checkup/Language";
import { translated } from "@wechat-refund/checkup/Translated";
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
      : `  ${block.cause}${colon(say)}${block.refusal === undefined ? Words.blocks(say)[block.cause] : States.refusal(say, block.refusal)}`;
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

interface Detail {
  readonly refusal?: { readonly message: string; readonly reason: string };
}

/** What stands beside a line of the history: a refusal in words, everything else as it is stored. */
const detailed = (say: Say, detail: unknown): string => {
  const { refusal, ...others } = (typeof detail === "object" && detail !== null ? detail : { detail }) as Detail;
  const said = refusal && `${refusal.reason}${colon(say)}${States.refusal(say, refusal)}`;
  const more = Object.keys(others).length === 0 ? undefined : JSON.stringify(others);
  return [said, more].filter((part) => part !== undefined).join("  ");
};

/** In full. */
export const full = (say: Say, row: Row, history: ReadonlyArray<Refunds.Line>): string => {
  const { createdAt, currency, frozen, mchId, outRefundNo, progress, refundFee, refundId, subMchId } = row;
  const { outTradeNo, transactionId } = { outTradeNo: undefined, transactionId: undefined, ...frozen.asked.order };
  const { block } = progress;
  const words = translated(say);
  const at = (millis: number) => DateTime.formatIso(DateTime.makeUnsafe(millis));
  return [
    list([
      [say("refund", "退款"), shownNumber(outRefundNo)],
      [say("state", "状态"), States.words(say)[States.stateOf(progress)], States.colours[States.stateOf(progress)]],
      [
        say("blocked", "受阻"),
        block &&
          `${block.cause}${colon(say)}${Words.blocks(say)[block.cause]}${block.refusal === undefined ? "" : `${semicolon(say)}${States.refusal(say, block.refusal)}`}`,
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
      const said = detail === undefined ? "" : `  ${detailed(say, detail)}`;
      const text = `${at(millis)}  ${words(what)}  ${truth}${block === undefined ? "" : ` (${block})`}${said}`;
      return plain(text.replaceAll(outRefundNo, shownNumber(outRefundNo)));
    }),
  ].join("\n");
};
