/** What a stored proof shows, read and checked with the gateway's own code: of replies of both protocols, and of notices of APIv3. */
import { Message, MessageV3 } from "@wechat-refund/simulator";
import * as Result from "effect/Result";
import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import type { Network } from "./network.ts";
import { apiKeyOf } from "./plan.ts";
import { apiV3KeyOf } from "./speech.ts";
import type { Protocol } from "./wire.ts";

/** As SQL gives it. */
export interface Proof {
  readonly call: string;
  readonly digest: string;
  readonly headers: string;
  readonly body: Uint8Array;
}

/** What the gateway signed: a refusal, or that there is this refund. */
export interface Shown {
  readonly isRefusal: boolean;
  readonly number?: string | undefined;
  readonly fee?: string | undefined;
  /** Of a query, and of an application of APIv3 whose number was closed before: by APIv2's names. */
  readonly status?: string | undefined;
}

const shownV2 = ({ body, call }: Proof, mchId: string): Shown | undefined => {
  const read = Message.read(new Uint8Array(body));
  if (Result.isFailure(read)) return undefined;
  const fields = read.success;
  if (!Message.verify(fields, apiKeyOf(mchId), "HMAC-SHA256")) return undefined;
  if (fields.get("result_code") !== "SUCCESS") return { isRefusal: true };
  const suffix = call === "send" ? "" : "_0";
  return {
    isRefusal: false,
    number: fields.get(`out_refund_no${suffix}`),
    fee: fields.get(`refund_fee${suffix}`),
    status: call === "ask" ? fields.get("refund_status_0") : undefined,
  };
};

const keys = new Map<string, KeyObject>();
const keyOf = (pem: string): KeyObject => {
  const key = keys.get(pem) ?? createPublicKey(pem);
  keys.set(pem, key);
  return key;
};

interface Json {
  readonly code?: string;
  readonly out_refund_no?: string;
  readonly status?: string;
  readonly amount?: { readonly refund: number };
}

const statuses: Readonly<Record<string, string>> = { CLOSED: "REFUNDCLOSE", ABNORMAL: "CHANGE" };

/** What is sealed in a notice. */
const sealed = (text: string, mchId: string): string => {
  const { resource } = JSON.parse(text) as { readonly resource: MessageV3.Sealed };
  return MessageV3.open(resource, apiV3KeyOf(mchId)) ?? "{}";
};

const shownV3 = ({ body, call, headers }: Proof, mchId: string, network: Network): Shown | undefined => {
  const fields = new Map(
    Object.entries(JSON.parse(headers) as Record<string, string>).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const of = (name: string): string => fields.get(`wechatpay-${name}`) ?? "";
  const pem = network.platformKeys.get(`${mchId} ${of("serial")}`);
  if (pem === undefined) return undefined;
  const signed = MessageV3.replyText(of("timestamp"), of("nonce"), new Uint8Array(body));
  if (!MessageV3.verify(signed, of("signature"), keyOf(pem))) return undefined;
  const text = Buffer.from(body).toString();
  const json = JSON.parse(call === "notice" ? sealed(text, mchId) : text) as Json;
  if (json.code !== undefined) return { isRefusal: true };
  const { amount, out_refund_no: number, status = "" } = json;
  return {
    isRefusal: false,
    number,
    fee: String(amount?.refund),
    // What APIv3 accepted before it tells of at once; that the money went back only a query says.
    status: call === "ask" || (call === "send" && status === "CLOSED") ? (statuses[status] ?? status) : undefined,
  };
};

/** Nothing, where the gateway has not signed it. */
export const shownBy = (proof: Proof, protocol: Protocol, mchId: string, network: Network): Shown | undefined =>
  createHash("sha256").update(proof.body).digest("hex") !== proof.digest
    ? undefined
    : protocol === "v2" && proof.call !== "notice"
      ? shownV2(proof, mchId)
      : shownV3(proof, mchId, network);
