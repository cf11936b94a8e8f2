/** The table of refunds that finance gets, from the command line and from the operator's pages: one column order, one wording. */
import type { Say } from "./Language.ts";
import * as Table from "./Table.ts";
import { translated } from "./Translated.ts";

/** What is told of a refund; amounts are fen. */
export interface Told {
  readonly mchId: string;
  readonly subMchId?: string | undefined;
  readonly outRefundNo: string;
  readonly refundId?: string | undefined;
  readonly transactionId?: string | undefined;
  readonly outTradeNo?: string | undefined;
  readonly refundFee: number;
  readonly totalFee: number;
  readonly currency: string;
  readonly state: string;
  readonly block?: string | undefined;
  readonly message?: string | undefined;
  readonly recordedAt: string;
  readonly updatedAt: string;
}

export const columns = (say: Say): ReadonlyArray<Table.Column<Told>> => [
  { name: say("mch_id", "商户号"), of: ({ mchId }) => mchId },
  { name: say("sub_mch_id", "子商户号"), of: ({ subMchId }) => subMchId },
  { name: say("out_refund_no", "商户退款单号"), of: ({ outRefundNo }) => outRefundNo },
  { name: say("refund_id", "微信退款单号"), of: ({ refundId }) => refundId },
  { name: say("transaction_id", "微信订单号"), of: ({ transactionId }) => transactionId },
  { name: say("out_trade_no", "商户订单号"), of: ({ outTradeNo }) => outTradeNo },
  {
    name: say("refund_amount", "退款金额"),
    of: ({ currency, refundFee }) => Table.money(refundFee, currency),
    amount: true,
  },
  {
    name: say("total_amount", "订单金额"),
    of: ({ currency, totalFee }) => Table.money(totalFee, currency),
    amount: true,
  },
  { name: say("currency", "货币种类"), of: ({ currency }) => currency },
  { name: say("state", "退款状态"), of: ({ state }) => state },
  { name: say("blocked_by", "受阻原因"), of: ({ block }) => block },
  { name: say("message", "说明"), of: ({ message }) => message && translated(say)(message) },
  { name: say("recorded_at", "登记时间"), of: ({ recordedAt }) => recordedAt },
  { name: say("updated_at", "更新时间"), of: ({ updatedAt }) => updatedAt },
];
