/**
 * The door: what a request must be before its endpoint sees it. In the order of a real gateway: certificate, method, size,
 * grammar, merchant, signature.
 */
import * as Result from "effect/Result";
import type { Call } from "../Call.ts";
import { kindOf, type Kind } from "../Fault.ts";
import type { Merchant } from "../GatewayConfig.ts";
import * as Message from "../Message.ts";
import { endpoints } from "./endpoints.ts";
import type { Keyring } from "./keyring.ts";
import * as Lenient from "./lenient.ts";
import { type Endpoint, type Outside, page, unsigned } from "./verdict.ts";

/** A request that passed the door, with what its answer needs. */
export interface Visit {
  readonly kind: Kind;
  readonly endpoint: Endpoint;
  readonly merchant: Merchant;
  readonly fields: Message.Fields;
  readonly algorithm: Message.Algorithm;
  /** The merchant's key that signed it. */
  readonly key: string;
  readonly signed: string;
}

/** Turned away; `signed` is there when the request could be read, `mchId` when it named a merchant. */
export interface Refusal {
  readonly verdict: Outside;
  readonly kind?: Kind | undefined;
  readonly mchId?: string;
  readonly signed?: string;
}

const algorithms: ReadonlyMap<string, Message.Algorithm> = new Map([
  ["", "MD5"],
  ["MD5", "MD5"],
  ["HMAC-SHA256", "HMAC-SHA256"],
]);

export const admit = (
  merchants: ReadonlyMap<string, Merchant>,
  keyring: Keyring,
  call: Call,
): Result.Result<Visit, Refusal> => {
  const kind = kindOf(call.path);
  const endpoint = endpoints.get(call.path);
  const turnAway = (verdict: Outside, more: Partial<Refusal> = {}): Result.Result<never, Refusal> =>
    Result.fail({ verdict, kind, ...more });

  if (endpoint?.certificate === true) {
    if (call.clientCertificate === "none") {
      return turnAway(page(400, "Bad Request", "No required SSL certificate was sent"));
    }
    if (call.clientCertificate === "refused") return turnAway(page(400, "Bad Request", "The SSL certificate error"));
  }
  if (endpoint === undefined || kind === undefined) return turnAway(page(404, "Not Found"));
  if ((call.method ?? "POST") !== "POST") return turnAway(unsigned("请使用post方法"));
  if (call.body.length > Message.limits.message) return turnAway(page(413, "Request Entity Too Large"));
  const read = Lenient.read(call.body);
  if (Result.isFailure(read)) return turnAway(unsigned(endpoint.texts?.unreadable ?? "XML格式错误"));

  const fields = read.success;
  const signed = Message.signingText(fields);
  const merchant = merchants.get(fields.get("mch_id") ?? "");
  if (merchant === undefined) return turnAway(unsigned("商户号非法"), { signed });
  const algorithm = algorithms.get(fields.get("sign_type") ?? "");
  const { apiKey, previousApiKey } = keyring.at(merchant.mchId, call.now);
  const key =
    algorithm &&
    [apiKey, previousApiKey].find(
      (candidate) => candidate !== undefined && Message.verifyText(signed, fields.get("sign"), candidate, algorithm),
    );
  if (algorithm === undefined || key === undefined) {
    return turnAway(unsigned(endpoint.texts?.badSignature ?? "签名错误"), { signed, mchId: merchant.mchId });
  }
  return Result.succeed({ kind, endpoint, merchant, fields, algorithm, key, signed });
};
