/** A notice in the form of APIv2: XML around what is sealed under the API key. */
import * as Result from "effect/Result";
import type { Merchant } from "../GatewayConfig.ts";
import { settlement } from "../Ledger.ts";
import * as Message from "../Message.ts";
import * as Beijing from "./beijing.ts";
import type { Told } from "./noticeV3.ts";
import { seal } from "./seal.ts";

/** What is sealed. */
const inside = ({ row, status, since }: Told): Message.Fields => {
  const { order, coupons } = row;
  const hasNoCash = order.coupons.some(({ type }) => type === "NO_CASH");
  return new Map([
    ["out_refund_no", row.outRefundNo],
    ["out_trade_no", order.outTradeNo],
    ["refund_account", row.refundAccount],
    ["refund_fee", String(row.refundFee)],
    ["refund_id", row.refundId],
    ["refund_recv_accout", order.receivingAccount],
    ["refund_request_source", "API"],
    ["refund_status", status],
    ["settlement_refund_fee", String(settlement(row.refundFee, coupons))],
    ...(hasNoCash ? ([["settlement_total_fee", String(settlement(order.totalFee, order.coupons))]] as const) : []),
    ["cash_refund_fee", String(row.cashRefundFee)],
    ...(status === "SUCCESS" ? ([["success_time", Beijing.time(since)]] as const) : []),
    ["total_fee", String(order.totalFee)],
    ["transaction_id", order.transactionId],
  ]);
};

/** Its bytes; `key` seals it. */
export const write = (told: Told, merchant: Merchant, nonce: string, key: string): Uint8Array => {
  const { order } = told.row;
  const sub = merchant.subMerchants.find(({ subMchId }) => subMchId === order.subMchId);
  return Result.getOrThrowWith(
    Message.write(
      new Map([
        ["return_code", "SUCCESS"],
        ["appid", merchant.appId],
        ["mch_id", merchant.mchId],
        ...(sub === undefined
          ? []
          : ([
              ["sub_appid", sub.subAppId ?? ""],
              ["sub_mch_id", sub.subMchId],
            ] as const)),
        ["nonce_str", nonce],
        ["req_info", seal(inside(told), key)],
      ]),
    ),
    ({ field, reason }) => new Error(`the gateway's own notice cannot be written: ${field} ${reason}`),
  );
};
