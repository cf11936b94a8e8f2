/** What a reconciliation found, for programs, for people and for finance. Nothing is compared here: see `Reconciliation`. */
import { type Finding, type Kind, kinds, type Own, type Total, whatToDo } from "@wechat-refund/core/Reconciliation";
import type { Say } from "@wechat-refund/checkup/Language";
import { translated } from "@wechat-refund/checkup/Translated";
import { amount, plain, shownNumber } from "../Print.ts";
import * as States from "@wechat-refund/checkup/States";
import * as Table from "@wechat-refund/checkup/Table";

/** What to do about a kind. */
export const advice = (say: Say, kind: Kind): string => translated(say)(whatToDo[kind]);

const oursOf = (own: Own) => {
  const { currency, mchId, outTradeNo, refundFee, refundId, subMchId, transactionId, truth } = own;
  return {
    state: States.of(truth, undefined),
    refundFee,
    currency,
    ...(mchId !== undefined && { mchId }),
    ...(subMchId !== undefined && subMchId !== "" && { subMchId }),
    ...(refundId !== undefined && { refundId }),
    ...(transactionId !== undefined && { transactionId }),
    ...(outTradeNo !== undefined && { outTradeNo }),
  };
};

/** A difference for programs: both sides, which fields differ by their wire names, and what to do. */
export const valueOf = ({ fields, kind, ours, outRefundNo, theirs }: Finding) => ({
  kind,
  outRefundNo,
  fields,
  ...(ours !== undefined && { ours: oursOf(ours) }),
  ...(theirs !== undefined && { theirs }),
  whatToDo: whatToDo[kind],
});

/** A difference on one line. */
export const line = (say: Say, { fields, kind, ours, outRefundNo, theirs }: Finding): string => {
  const sides = [
    ...(ours === undefined
      ? []
      : [`${say("ours", "我方")} ${amount(ours.refundFee, ours.currency)} ${States.of(ours.truth, undefined)}`]),
    ...(theirs === undefined
      ? []
      : [`${say("theirs", "微信")} ${amount(theirs.refundFee, theirs.currency)} ${theirs.status} ${theirs.refundId}`]),
    ...(fields.length === 0 ? [] : [`(${fields.join(", ")})`]),
  ];
  return plain(`${kind}  ${outRefundNo === "" ? "-" : shownNumber(outRefundNo)}  ${sides.join("  ")}`);
};

/** What to do about each kind that was found. */
export const advices = (say: Say, findings: ReadonlyArray<Finding>): ReadonlyArray<string> => {
  const found = new Set(findings.map(({ kind }) => kind));
  return kinds.filter((kind) => found.has(kind)).map((kind) => `${kind}: ${advice(say, kind)}`);
};

/** How many and how much, by currency. */
export const totals = (say: Say, all: ReadonlyArray<Total>): ReadonlyArray<string> =>
  all.map(({ currency, kinds: found, open, ours, theirs }) => {
    const of = (name: string, sum: { readonly count: number; readonly amount: number }) =>
      `${name} ${sum.count}: ${amount(sum.amount, currency)}`;
    return plain(
      [
        of(say("ours", "我方"), ours),
        of(say("theirs", "微信"), theirs),
        ...kinds.filter((kind) => found[kind].count > 0).map((kind) => of(kind, found[kind])),
        ...(open.count === 0 ? [] : [of(say("not known yet", "尚不能判断"), open)]),
      ].join("; "),
    );
  });

const columns = (say: Say): ReadonlyArray<Table.Column<Finding>> => [
  { name: say("kind", "差异"), of: ({ kind }) => kind },
  { name: say("out_refund_no", "商户退款单号"), of: ({ outRefundNo }) => outRefundNo },
  { name: say("refund_id", "微信退款单号"), of: ({ ours, theirs }) => theirs?.refundId || ours?.refundId },
  { name: say("transaction_id", "微信订单号"), of: ({ ours, theirs }) => theirs?.transactionId || ours?.transactionId },
  { name: say("out_trade_no", "商户订单号"), of: ({ ours, theirs }) => theirs?.outTradeNo || ours?.outTradeNo },
  { name: say("mch_id", "商户号"), of: ({ ours, theirs }) => theirs?.mchId || ours?.mchId },
  { name: say("sub_mch_id", "子商户号"), of: ({ ours, theirs }) => theirs?.subMchId || ours?.subMchId },
  {
    name: say("our_amount", "我方金额"),
    of: ({ ours }) => ours && Table.money(ours.refundFee, ours.currency),
    amount: true,
  },
  {
    name: say("their_amount", "微信金额"),
    of: ({ theirs }) => theirs && Table.money(theirs.refundFee, theirs.currency),
    amount: true,
  },
  { name: say("currency", "货币种类"), of: ({ ours, theirs }) => theirs?.currency ?? ours?.currency },
  { name: say("our_state", "我方状态"), of: ({ ours }) => ours && States.of(ours.truth, undefined) },
  { name: say("their_status", "账单状态"), of: ({ theirs }) => theirs?.status },
  { name: say("bill_date", "账单日期"), of: ({ theirs }) => theirs?.date },
  { name: say("bill_line", "账单行号"), of: ({ theirs }) => theirs && String(theirs.line) },
  { name: say("differs_in", "不同字段"), of: ({ fields }) => fields.join(" ") },
  { name: say("what_to_do", "处理"), of: ({ kind }) => advice(say, kind) },
];

/** A table for finance. */
export const csv = (say: Say, findings: ReadonlyArray<Finding>): string => Table.csv(columns(say), findings);
