/** A notice in the form of APIv3: JSON around what is sealed under the APIv3 key, with its signature beside it. */
import { hash } from "node:crypto";
import type { Merchant, Order, Outcome } from "../GatewayConfig.ts";
import { payment, type Row } from "../Ledger.ts";
import { seal } from "../MessageV3.ts";
import type { Signer } from "../PlatformKeys.ts";
import * as Beijing from "./beijing.ts";
import { probeOf } from "./distort.ts";
import { announced } from "./v3/record.ts";
import { signature } from "./v3/render.ts";

/** What is told. */
export interface Told {
  readonly id: number;
  readonly row: Row;
  readonly status: Outcome;
  readonly since: number;
}

/** Who tells it, when, and with what. */
export interface Telling {
  readonly merchant: Merchant;
  readonly signer: Signer;
  /** The time on the wall, which the signature is of. */
  readonly clock: number;
  /** 32 hex digits, others each time. */
  readonly nonce: () => string;
  /** Whether its signature is a wrong one. */
  readonly isProbe: boolean;
}

const events = {
  SUCCESS: ["REFUND.SUCCESS", "退款成功"],
  CHANGE: ["REFUND.ABNORMAL", "退款异常"],
  REFUNDCLOSE: ["REFUND.CLOSED", "退款关闭"],
  NOTSURE: ["REFUND.PROCESSING", "退款处理中"],
} as const satisfies Readonly<Record<Outcome, readonly [type: string, summary: string]>>;

/** 36 characters, the same for the same text. */
const idOf = (text: string): string =>
  hash("sha256", text).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");

interface Content {
  readonly id: string;
  readonly at: number;
  readonly event: readonly [type: string, summary: string];
  readonly of: "refund" | "transaction";
  readonly plain: object;
}

interface Written {
  readonly contentType: string;
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** Seals it, puts it into its envelope, and signs that. */
const enclose = (
  { at, event: [event_type, summary], id, of, plain }: Content,
  { clock, isProbe, merchant, nonce, signer }: Telling,
): Written => {
  const { v3 } = merchant;
  if (v3 === undefined) throw new Error("a notice of APIv3 for a merchant that has none");
  const { algorithm, ...sealed } = seal(JSON.stringify(plain), v3.apiKey, nonce().slice(0, 12), of);
  const body = new TextEncoder().encode(
    JSON.stringify({
      id,
      create_time: Beijing.rfc3339(at),
      resource_type: "encrypt-resource",
      event_type,
      summary,
      resource: { original_type: of, algorithm, ...sealed },
    }),
  );
  const { headers } = signature(body, signer, clock, nonce());
  const wrong = isProbe && { "Wechatpay-Signature": probeOf(headers["Wechatpay-Signature"] ?? "") };
  return { contentType: "application/json", body, headers: { ...headers, ...wrong } };
};

/** Its bytes, and the headers that sign them: another signature each time, of the same id. */
export const write = ({ id, row, since, status }: Told, telling: Telling): Written =>
  enclose(
    {
      id: idOf(`${row.refundId} ${id}`),
      at: since,
      event: events[status],
      of: "refund",
      plain: announced(row, telling.merchant, status, since),
    },
    telling,
  );

/** The notice of an order's payment (支付结果通知), as well signed and sealed: a stranger where refunds are told of. */
export const writePayment = (order: Order, telling: Telling): Written => {
  const { appId, mchId } = telling.merchant;
  const { cash } = payment(order);
  const plain = {
    mchid: mchId,
    appid: appId,
    out_trade_no: order.outTradeNo,
    transaction_id: order.transactionId,
    trade_type: order.tradeType,
    trade_state: "SUCCESS",
    trade_state_desc: "支付成功",
    bank_type: "OTHERS",
    success_time: Beijing.rfc3339(order.paidAt),
    payer: { openid: order.openId },
    amount: { total: order.totalFee, payer_total: cash, currency: order.feeType, payer_currency: order.feeType },
  };
  const event = ["TRANSACTION.SUCCESS", "支付成功"] as const;
  return enclose({ id: idOf(order.transactionId), at: order.paidAt, event, of: "transaction", plain }, telling);
};
