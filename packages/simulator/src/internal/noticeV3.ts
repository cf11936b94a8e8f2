/** A notice in the form of APIv3: JSON around what is sealed under the APIv3 key, with its signature beside it. */
import { hash } from "node:crypto";
import type { Merchant, Outcome } from "../GatewayConfig.ts";
import type { Row } from "../Ledger.ts";
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

/** The same each time it is told: 36 characters. */
const idOf = ({ id, row }: Told): string =>
  hash("sha256", `${row.refundId} ${id}`).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");

/** Its bytes, and the headers that sign them: another signature each time, of the same id. */
export const write = (
  told: Told,
  { merchant, signer, clock, nonce, isProbe }: Telling,
): { readonly contentType: string; readonly body: Uint8Array; readonly headers: Readonly<Record<string, string>> } => {
  const { row, since, status } = told;
  const { v3 } = merchant;
  if (v3 === undefined) throw new Error("a notice of APIv3 for a merchant that has none");
  const [event_type, summary] = events[status];
  const plain = JSON.stringify(announced(row, merchant, status, since));
  const { algorithm, ...sealed } = seal(plain, v3.apiKey, nonce().slice(0, 12), "refund");
  const body = new TextEncoder().encode(
    JSON.stringify({
      id: idOf(told),
      create_time: Beijing.rfc3339(since),
      resource_type: "encrypt-resource",
      event_type,
      summary,
      resource: { original_type: "refund", algorithm, ...sealed },
    }),
  );
  const { headers } = signature(body, signer, clock, nonce());
  const wrong = isProbe && { "Wechatpay-Signature": probeOf(headers["Wechatpay-Signature"] ?? "") };
  return { contentType: "application/json", body, headers: { ...headers, ...wrong } };
};
