/**
 * Refund result notices (退款结果通知): open the bytes of a callback.
 *
 * A notice is a **hint**, never a fact. It is encrypted without integrity (AES-256-ECB), carries no signature, no time and no
 * nonce: whoever holds old notices can splice new ones from their blocks, and old ones can be repeated. Use it to wake a query:
 * `RefundClient.confirm` turns the hint into a fact. Answer `acknowledge` only after the hint is stored or acted on.
 *
 * What the envelope shows without a key is said: another kind of notice, another merchant. What depends on the key is one problem,
 * found with the same work whatever the cause, so that nobody learns from it where opening failed. All should get one and the same
 * answer, `refuse`.
 *
 * Refunds made by hand in the merchant platform, and those made through APIv3 without a `notify_url`, are told of in this form too,
 * at the address that is set in the merchant platform.
 *
 * Source: chapter 9_16 of WeChat Pay's wiki.
 */
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import { onOneLine } from "./Printed.ts";
import { decryptNotice } from "./internal/crypto.ts";
import { BeijingTime, FenFromText, FenText } from "./internal/fields.ts";
import { oneLine } from "./internal/oneLine.ts";
import { decodeReply, Fields, sort } from "./internal/replies.ts";
import * as replyFields from "./internal/replyFields.ts";
import type { MerchantIdentity } from "./Merchant.ts";
import type { Params } from "./Params.ts";
import { RefundStatus, statusOf } from "./RefundQuery.ts";
import type { Keys } from "./Signature.ts";
import { defaultMaxBytes, read } from "./Xml.ts";

/** A callback as it came. */
export interface Callback {
  /** Names in any case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What is wrong with the bytes of a callback. `unreadable` is all that depends on the API key; the others can be seen without it. */
export const Problem = Schema.Literals([
  "empty",
  "too-large",
  "json",
  "not-xml",
  "payment-notice",
  "return-code-fail",
  "no-req-info",
  "other-merchant",
  "unreadable",
  // Of APIv3 alone.
  "xml",
  "not-json",
  "unsigned",
  "probe",
  "unknown-key",
  "wrong-sign",
  "clock",
  "other-event",
]);
export type Problem = typeof Problem.Type;

type Sentences = Readonly<Record<Exclude<Problem, "other-merchant">, string>>;

const sentences: Sentences = {
  empty:
    "the body is empty: something has read it before, such as a body parser of the framework; give the raw bytes of the callback",
  "too-large": "the body is larger than 64 KiB, and a refund notice is a few kilobytes: see who posts here",
  json: "the body is JSON, as the notices of APIv3 are: give refunds made through APIv3 an address (notify_url) of their own",
  "not-xml":
    "the body is not the flat XML of this protocol: give the raw bytes of the callback, neither parsed nor re-encoded",
  "payment-notice":
    "it is a payment notice (支付结果通知): give payments and refunds each an address (notify_url) of their own",
  "return-code-fail":
    "its return_code is not SUCCESS, so it tells of no refund; wait for the next one, or query the refund",
  "no-req-info": "it has no req_info, which holds what a refund notice (退款结果通知) says: see who posts here",
  unreadable:
    "its req_info cannot be opened or read; if notices of real refunds end here, check the API key (API密钥) of this merchant",
  xml: "the body is XML, as the notices of APIv2 are, which tell also of refunds made in the merchant platform (商户平台), or through APIv3 without a notify_url: give this merchant's APIv2 settings (API密钥) too, and every refund a notify_url",
  "not-json": "the body is not the JSON of APIv3: give the raw bytes of the callback, neither parsed nor re-encoded",
  unsigned:
    "it lacks Wechatpay-Timestamp, -Nonce, -Serial or -Signature, or one of them came twice: hand on the header fields as they came, and see whether a proxy strips them",
  probe:
    "its signature is one of those that are wrong on purpose (探测流量); refusing it is right, and the notice comes again",
  "unknown-key":
    "it is signed with a platform key that is not known here: give the public key (微信支付公钥) of this id, or let the certificates (平台证书) be downloaded",
  "wrong-sign": "its signature is wrong: see who posts here, and that the body is given byte for byte",
  clock:
    "it was signed more than 5 minutes from now: an old notice, posted again; if fresh ones end here, set the clock of this machine",
  "other-event":
    "what it says beside the sealed part (event_type, resource) and within (refund_status) do not agree, or it tells of no refund: give refunds an address (notify_url) of their own",
};

/** What differs where the notice is one of APIv3. */
const sentencesV3: Partial<Sentences> = {
  unreadable:
    "its resource cannot be opened or read; if notices of real refunds end here, check the APIv3 key (APIv3密钥) of this merchant",
};

/** The bytes are not a refund notice for this merchant. */
export class BadNotice extends onOneLine(
  Schema.TaggedError<BadNotice>("@wechat-refund/core/RefundNotice/BadNotice")("BadNotice", {
    problem: Problem,
    /** With `other-merchant`: the field of the envelope, what this merchant's is, and what came. */
    field: Schema.optionalKey(Schema.String),
    expected: Schema.optionalKey(Schema.String),
    received: Schema.optionalKey(Schema.String),
    /** It was opened as a notice of APIv3. */
    protocol: Schema.optionalKey(Schema.Literal("v3")),
  }),
) {
  override get message(): string {
    const what =
      this.problem === "other-merchant"
        ? `it speaks of another ${this.field}: expected ${this.expected}, received ${oneLine(this.received ?? "none")}; open it with the settings of the merchant it is for`
        : ((this.protocol === "v3" ? sentencesV3[this.problem] : undefined) ?? sentences[this.problem]);
    return `not a refund notice for this merchant: ${what}`;
  }
}

/**
 * What a notice says. Amounts in fen. `refundRequestSource` is `API` for refunds made through an interface, APIv3 included, and
 * `VENDOR_PLATFORM` for those made by hand in the merchant platform: their numbers may not be yours. `keyUsed` tells whether
 * the current or the previous API key opened it.
 */
export const RefundNotice = Schema.Struct({
  transactionId: Schema.String,
  outTradeNo: Schema.String,
  refundId: Schema.String,
  outRefundNo: Schema.String.pipe(Schema.brand("OutRefundNo")),
  totalFee: FenFromText,
  settlementTotalFee: Schema.optionalKey(FenText),
  refundFee: FenFromText,
  settlementRefundFee: Schema.optionalKey(FenText),
  cashRefundFee: Schema.optionalKey(FenText),
  // Before what it means: of several that are wrong the first is named, and this is the wire's.
  refundStatusText: Schema.String,
  refundStatus: RefundStatus,
  successTime: Schema.optionalKey(BeijingTime),
  refundRecvAccount: Schema.optionalKey(Schema.String),
  refundAccount: Schema.optionalKey(Schema.String),
  refundRequestSource: Schema.optionalKey(Schema.String),
  /** Provider mode: the sub-merchant as the unencrypted envelope names it. */
  subAppId: Schema.optionalKey(Schema.String),
  subMchId: Schema.optionalKey(Schema.String),
  keyUsed: Schema.Literals(["current", "previous"]),
  /**
   * APIv3: the number of the notice (a repeat has the same). Its origin was verified: that there is such a refund, and what became of it, is
   * no mere hint. Of APIv2 there is none.
   */
  noticeId: Schema.optionalKey(Schema.String),
  extra: Schema.Record(Schema.String, Schema.String),
});
export type RefundNotice = typeof RefundNotice.Type;

const noticeFields = new Fields(replyFields.notice, RefundNotice.fields);
const decodeNotice = decodeReply(RefundNotice);

const base64 = /^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Decrypts one `req_info` with one key and reads its plain text, whose root is `<root>`; `undefined` for anything else. */
export const unseal = (reqInfo: string, apiKey: Redacted.Redacted<string>): Params | undefined => {
  const secret = Redacted.value(apiKey);
  // Each step is done, whatever the step before it found.
  const { padded, plain } = decryptNotice(reqInfo, secret);
  const params = read(plain, { root: "root" });
  return Result.isSuccess(params) && padded && secret !== "" && base64.test(reqInfo) ? params.success : undefined;
};

const fieldsOf = (reqInfo: string, keys: Keys) => {
  // Both keys are tried before anything is said: a wrong key may decrypt to bytes with valid padding.
  const current = unseal(reqInfo, keys.apiKey);
  const previous = keys.previousApiKey === undefined ? undefined : unseal(reqInfo, keys.previousApiKey);
  if (current !== undefined) return { inner: current, keyUsed: "current" };
  return previous === undefined ? undefined : { inner: previous, keyUsed: "previous" };
};

/** Whose notice it must be, and the keys that may have sealed it. */
export type Receiver = Pick<MerchantIdentity, "appId" | "mchId" | "apiKey" | "previousApiKey" | "subMchId">;

const blanks: ReadonlySet<number> = new Set([9, 10, 13, 32]);

/**
 * Which protocol's form a callback has, told by what came, before anything is tried: signed or JSON is APIv3's. A merchant of APIv3 gets
 * both: refunds made in the merchant platform, or without a `notify_url`, are told of in APIv2's form.
 */
export const formOf = (callback: Callback): "v2" | "v3" => {
  // Also for callers whom no types hold back, as where a framework has consumed the body.
  const { body, headers }: { readonly body: unknown; readonly headers: object | null | undefined } = callback;
  if (Object.keys(headers ?? {}).some((name) => /^wechatpay-/i.test(name))) return "v3";
  const bytes = body instanceof Uint8Array ? body : new Uint8Array(0);
  let at = 0;
  while (blanks.has(bytes[at] ?? -1)) at++;
  return bytes[at] === 0x7b ? "v3" : "v2";
};

/** What a framework makes of an object that it has parsed. */
const stringified = "[object ";

/** What the first bytes show. */
const problemOfBytes = (body: Uint8Array): Problem => {
  if (body.length > defaultMaxBytes) return "too-large";
  // A text may begin with the mark of its encoding.
  const mark = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? 3 : 0;
  let at = mark;
  while (blanks.has(body[at] ?? -1)) at++;
  if (at >= body.length) return "empty";
  const start = String.fromCharCode(...body.subarray(at, at + stringified.length));
  return /^[[{]/.test(start) && start !== stringified ? "json" : "not-xml";
};

/** What the envelope shows without a key. */
const problemOfEnvelope = (params: Params, merchant: Receiver): BadNotice | undefined => {
  const given = (field: string): string | undefined => params.get(field) || undefined;
  if (given("req_info") === undefined) {
    if (given("return_code") === "FAIL") return new BadNotice({ problem: "return-code-fail" });
    // A refund notice has none; a payment that failed names no order either.
    const ofPayment = given("result_code") !== undefined;
    return new BadNotice({ problem: ofPayment ? "payment-notice" : "no-req-info" });
  }
  if (given("return_code") !== "SUCCESS") return new BadNotice({ problem: "return-code-fail" });
  const ids = [
    ["appid", merchant.appId, given("appid")],
    ["mch_id", merchant.mchId, given("mch_id")],
    // The envelope need not name the sub-merchant.
    ["sub_mch_id", merchant.subMchId, given("sub_mch_id") ?? merchant.subMchId],
  ] as const;
  for (const [field, expected, received] of ids) {
    if (expected === undefined || expected === received) continue;
    return new BadNotice({ problem: "other-merchant", field, expected, ...(received !== undefined && { received }) });
  }
  return undefined;
};

/** Opens the raw body of a callback, at most 64 KiB. Only the decrypted fields count, never what stands beside `req_info`. */
export const open = (body: Uint8Array, merchant: Receiver): Result.Result<RefundNotice, BadNotice> => {
  // Also for callers whom no types hold back: a framework may hand over what it has made of the bytes, or nothing.
  const given: unknown = body;
  if (!(given instanceof Uint8Array)) {
    return Result.fail(new BadNotice({ problem: given === undefined || given === null ? "empty" : "not-xml" }));
  }
  const outer = read(body);
  if (Result.isFailure(outer)) return Result.fail(new BadNotice({ problem: problemOfBytes(body) }));
  const params = outer.success;
  const problem = problemOfEnvelope(params, merchant);
  if (problem !== undefined) return Result.fail(problem);
  const unsealed = fieldsOf(params.get("req_info") as string, merchant);
  // What could not be opened is read like a notice without fields.
  const { extra, flat } = sort(unsealed?.inner ?? new Map(), { fields: noticeFields }, true);
  const [subAppId, subMchId] = [params.get("sub_appid"), params.get("sub_mch_id")];
  const notice = decodeNotice(
    {
      ...flat,
      refundStatus: statusOf(flat["refundStatusText"]),
      ...(subAppId && { subAppId }),
      ...(subMchId && { subMchId }),
      keyUsed: unsealed?.keyUsed,
      extra,
    },
    noticeFields,
  );
  return Result.mapError(notice, () => new BadNotice({ problem: "unreadable" }));
};

const answer = (code: string, msg: string): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(
    `<xml><return_code><![CDATA[${code}]]></return_code><return_msg><![CDATA[${msg}]]></return_msg></xml>`,
  );

/** The answer that ends the gateway's repeats. Give it, with HTTP 200, once the notice is stored or acted on. */
export const acknowledge: Uint8Array<ArrayBuffer> = answer("SUCCESS", "OK");

/** The answer that asks for the notice again, for notices that are bad and for times when they cannot be stored. */
export const refuse: Uint8Array<ArrayBuffer> = answer("FAIL", "FAIL");

/** An answer to a callback: status, body and its type. */
export interface Answer {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly body: Uint8Array<ArrayBuffer>;
}

const answers: Readonly<Record<"v2" | "v3", Readonly<Record<"acknowledge" | "refuse", Answer>>>> = {
  v2: {
    acknowledge: { status: 200, contentType: "text/xml", body: acknowledge },
    refuse: { status: 200, contentType: "text/xml", body: refuse },
  },
  v3: {
    acknowledge: { status: 204, contentType: undefined, body: new Uint8Array(0) },
    refuse: {
      status: 400,
      contentType: "application/json",
      body: new TextEncoder().encode('{"code":"FAIL","message":"失败"}'),
    },
  },
};

/** How a callback of this form is answered: to end the repeats, or to have it come again. */
export const answerTo = (form: "v2" | "v3", what: "acknowledge" | "refuse"): Answer => answers[form][what];
