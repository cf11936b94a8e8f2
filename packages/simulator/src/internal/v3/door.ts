/**
 * The door of APIv3: what a request must be before its endpoint sees it. In the order of the real gateway, as far as it was seen:
 * address, method, `User-Agent` and `Accept`, form of the `Authorization`, its time, serial number, signature.
 *
 * Whatever is turned away here gets an answer without a signature.
 */
import type { KeyObject } from "node:crypto";
import * as Result from "effect/Result";
import type { Call } from "../../Call.ts";
import type { Kind } from "../../Fault.ts";
import type { Merchant, MerchantV3 } from "../../GatewayConfig.ts";
import { limits } from "../../Message.ts";
import { type Credentials, publicKeyOf, readAuthorization, requestText, verify } from "../../MessageV3.ts";
import { find } from "./endpoints.ts";
import { type Admitted, type EndpointV3, no, nothing, type VerdictV3 } from "./verdict.ts";

/** A request that passed the door. */
export interface Visit extends Admitted {
  readonly endpoint: EndpointV3;
  /** The key that the merchant wants the answer to be signed with. */
  readonly named: string | undefined;
  readonly signed: string;
}

/** Turned away; `signed` is there when the request said who it is, `mchId` when there is such a merchant. */
export interface Refusal {
  readonly verdict: VerdictV3;
  readonly kind?: Kind;
  readonly mchId?: string;
  readonly signed?: string;
}

const badFormat = no(401, "SIGN_ERROR", "Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》");
const badScheme = no(401, "SIGN_ERROR", "HTTP头Authorization认证类型不正确");
/** What is said of a time that is too far off. */
export const mistimed = "Http头Authorization中的timestamp与发起请求的时间不得超过5分钟";
const badTime = no(401, "SIGN_ERROR", mistimed);
const badSerial = no(401, "SIGN_ERROR", "商户证书序列号有误。请使用签名私钥匹配的证书序列号");
const badSignature = no(401, "SIGN_ERROR", "签名错误");
const noCertificate = no(401, "SIGN_ERROR", "商户未申请过证书。");
const noAgent = no(400, "INVALID_REQUEST", "Http头缺少Accept或User-Agent");

/** A request may be five minutes early or late. */
const window = 5 * 60_000;

/** Reading a certificate costs more than checking a signature. */
const keys = new WeakMap<MerchantV3, KeyObject>();
const keyOf = (v3: MerchantV3): KeyObject | undefined => {
  const key = keys.get(v3) ?? publicKeyOf(v3.publicKey);
  if (key !== undefined) keys.set(v3, key);
  return key;
};

const textOf = (call: Call, { nonce, timestamp }: Credentials): Uint8Array =>
  requestText({ method: call.method ?? "POST", target: call.target ?? call.path, timestamp, nonce, body: call.body });

/**
 * Lets a request in, or turns it away. `clock` is the time on the wall: it is that and not the gateway's, which a test may have moved
 * on, that a merchant's clock is held against.
 */
export const admit = (
  merchants: ReadonlyMap<string, Merchant>,
  call: Call,
  clock: number,
): Result.Result<Visit, Refusal> => {
  const found = find(call.path);
  if (found === undefined) return Result.fail({ verdict: nothing(404) });
  const { endpoint, param } = found;
  const { kind } = endpoint;
  const turnAway = (verdict: VerdictV3, more: Omit<Refusal, "verdict" | "kind"> = {}) =>
    Result.fail({ verdict, kind, ...more });
  if ((call.method ?? "POST") !== endpoint.method) return turnAway(nothing(405));
  const { headers = {} } = call;
  if ((headers["user-agent"] ?? "") === "" || (headers["accept"] ?? "") === "") return turnAway(noAgent);
  if (call.body.length > limits.message) return turnAway(nothing(413));

  const read = readAuthorization(headers["authorization"] ?? "");
  if (Result.isFailure(read)) return turnAway(read.failure === "scheme" ? badScheme : badFormat);
  const credentials = read.success;
  const text = textOf(call, credentials);
  const signed = Buffer.from(text).toString();
  if (Math.abs(Number(credentials.timestamp) * 1_000 - clock) > window) return turnAway(badTime, { signed });
  const merchant = merchants.get(credentials.mchId);
  if (merchant === undefined) return turnAway(badSignature, { signed });
  const { mchId, v3 } = merchant;
  if (v3 === undefined) return turnAway(noCertificate, { signed, mchId });
  if (credentials.serialNo !== v3.serialNo) return turnAway(badSerial, { signed, mchId });
  const key = keyOf(v3);
  if (key === undefined || !verify(text, credentials.signature, key)) return turnAway(badSignature, { signed, mchId });
  return Result.succeed({
    endpoint,
    merchant,
    v3,
    credentials,
    param,
    query: new URLSearchParams((call.target ?? "").split("?").slice(1).join("?")),
    contentType: headers["content-type"] ?? "",
    body: call.body,
    origin: `https://${headers["host"] ?? "api.mch.weixin.qq.com"}`,
    now: call.now,
    named: headers["wechatpay-serial"],
    signed,
  });
};
