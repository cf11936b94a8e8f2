/**
 * One exchange with the gateway as two pure functions: `prepare` (request → bytes) and `interpret` (reply → result).
 *
 * An operation is a value; the client, the command line and the tests read the same definition. Nothing here touches time,
 * randomness or sockets, and everything returns: no input makes it throw.
 */
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import type { MerchantIdentity } from "./Merchant.ts";
import type { Params } from "./Params.ts";
import {
  GatewayRefused,
  InvalidRequest,
  type Issue,
  MalformedReply,
  type OperationName,
  ProtocolRejected,
  type Reason,
  RefundError,
  Rejected,
  UntrustedReply,
} from "./RefundError.ts";
import { type KeyUsed, type Keys, sign, type SignType, stringToSign, verify } from "./Signature.ts";
import type { TransportReply, TransportRequest } from "./Transport.ts";
import { defaultMaxBytes, read, write } from "./Xml.ts";

/** What one reply field must be for the reply to speak of this request. */
export interface Expectation {
  readonly field: string;
  readonly expected: string | undefined;
  /** A field that may be absent is compared only where it is present and not empty. */
  readonly required: boolean;
}

/** The definition of one exchange. `In` is what the caller asks, `Out` what a successful reply says. */
export interface Operation<in In, out Out> {
  readonly name: OperationName;
  /** The path at the gateway for this request. */
  readonly path: (request: In) => string;
  /** Does the gateway insist on the merchant's client certificate here? */
  readonly certificate: "required" | "not-needed";
  readonly maxReplyBytes: number;
  /** The request as it is now. It is read here and nowhere else, so that a caller's object may change while a call is under way. */
  readonly copy: <A extends In>(request: A) => A;
  /** The refund number that the request speaks of, for errors and spans; whatever it is, also when it is not valid. */
  readonly outRefundNo: (request: In) => string | undefined;
  /** The business fields by wire name, after every local check; all issues at once. */
  readonly encode: (request: In, merchant: MerchantIdentity) => Result.Result<Params, ReadonlyArray<Issue>>;
  /** Reads the typed result from a verified reply. */
  readonly decode: (reply: Params) => Result.Result<Out, MalformedReply>;
  /** What a successful reply must say to belong to this request; the reply is given for its indexed fields. */
  readonly expectations: (request: In, reply: Params) => ReadonlyArray<Expectation>;
}

/** What `prepare` needs beside the request. */
export interface PrepareContext {
  readonly merchant: MerchantIdentity;
  /** `nonce_str`: 1 to 32 unpredictable characters, fresh for each call. */
  readonly nonce: string;
  /** The gateway's origin, without a path: `https://api.mch.weixin.qq.com`. */
  readonly endpoint: string;
}

export { mainEndpoint } from "./internal/address.ts";

/** The header fields of every request; one frozen object, so that a transport has to look at them once. */
export const headers: TransportRequest["headers"] = Object.freeze({ "Content-Type": "text/xml; charset=utf-8" });

/** The request of an operation: a POST that has a body. */
export interface Post extends TransportRequest {
  readonly method: "POST";
  readonly body: Uint8Array;
}

const failure = <In, Out>(operation: Operation<In, Out>, request: In | undefined, reason: Reason): RefundError => {
  const outRefundNo = request === undefined ? undefined : operation.outRefundNo(request);
  return new RefundError({
    operation: operation.name,
    ...(typeof outRefundNo === "string" && { outRefundNo }),
    reason,
  });
};

/** Wraps the reason of a failed stage with the operation and the refund number it concerns. */
export const fail =
  <In, Out>(operation: Operation<In, Out>, request: In) =>
  <A>(result: Result.Result<A, Reason>): Result.Result<A, RefundError> =>
    Result.mapError(result, (reason) => failure(operation, request, reason));

/** The merchant's identity as every request begins with it. */
export const identityOf = (
  merchant: Pick<MerchantIdentity, "appId" | "mchId" | "subAppId" | "subMchId">,
): Map<string, string> => {
  const params = new Map<string, string>([
    ["appid", merchant.appId],
    ["mch_id", merchant.mchId],
  ]);
  if (merchant.subAppId !== undefined) params.set("sub_appid", merchant.subAppId);
  if (merchant.subMchId !== undefined) params.set("sub_mch_id", merchant.subMchId);
  return params;
};

const invalid = (field: string, message: string): InvalidRequest =>
  new InvalidRequest({ issues: [{ field, wire: field, message }] });

/** What the caller of the stages gives beside the request. */
const unusable = (field: string, message: string): InvalidRequest =>
  new InvalidRequest({ issues: [{ field, wire: field, message }], of: "client" });

/** The field that holds one of the merchant's keys: it would be sent, and `refund_desc` is shown to the payer. */
const withKey = (params: Params, { apiKey, previousApiKey = apiKey }: MerchantIdentity): string | undefined => {
  // An empty one, of a merchant that nobody checked, is in every text, and is refused where it is to sign.
  const keys = [Redacted.value(apiKey), Redacted.value(previousApiKey)].filter((key) => key !== "");
  for (const [name, value] of params) if (keys.some((key) => value.includes(key))) return name;
  return undefined;
};

/** Stage 1, encode: the request's business fields with the merchant's identity, checked, not yet signed. */
export const encode = <In, Out>(
  operation: Operation<In, Out>,
  request: In,
  merchant: MerchantIdentity,
): Result.Result<Params, InvalidRequest> => {
  const fields = operation.encode(request, merchant);
  if (Result.isFailure(fields)) return Result.fail(new InvalidRequest({ issues: fields.failure }));
  const params = identityOf(merchant);
  for (const [name, value] of fields.success) params.set(name, value);
  const field = withKey(params, merchant);
  return field === undefined
    ? Result.succeed(params)
    : Result.fail(invalid(field, "holds the merchant's API key (API密钥), which is sent to nobody: take it out"));
};

const noncePattern = /^[0-9A-Za-z]{1,32}$/;

/** Stage 2, sign: the fields with `nonce_str`, `sign_type` (left out for MD5, which its absence means) and `sign`. */
export const signed = (
  params: Params,
  merchant: MerchantIdentity,
  nonce: string,
): Result.Result<Params, InvalidRequest> => {
  if (!noncePattern.test(nonce)) return Result.fail(unusable("nonce_str", "must be 1 to 32 letters and digits"));
  const fields = new Map(params);
  fields.set("nonce_str", nonce);
  if (merchant.signType !== "MD5") fields.set("sign_type", merchant.signType);
  return Result.mapBoth(sign(fields, merchant.apiKey, merchant.signType), {
    onSuccess: (value) => fields.set("sign", value),
    onFailure: ({ field, message }) => (field === undefined ? unusable("key", message) : invalid(field, message)),
  });
};

/** Signed fields as the request to make of a path. */
export const post = (path: string, params: Params, endpoint: string): Result.Result<Post, InvalidRequest> =>
  Result.mapBoth(write(params), {
    onSuccess: (body) => ({
      method: "POST",
      url: `${endpoint.endsWith("/") ? endpoint.slice(0, -1) : endpoint}${path}`,
      headers,
      body,
    }),
    onFailure: (error) => invalid(error.field ?? "body", error.problem),
  });

/** Stage 3, serialize: the signed fields as the request to make. */
export const serialize = <In, Out>(
  operation: Operation<In, Out>,
  request: In,
  params: Params,
  endpoint: string,
): Result.Result<Post, InvalidRequest> => post(operation.path(request), params, endpoint);

/** Request → bytes: encode, sign, serialize. Never sends anything. */
export const prepare = <In, Out>(
  operation: Operation<In, Out>,
  request: In,
  { endpoint, merchant, nonce }: PrepareContext,
): Result.Result<Post, RefundError> =>
  encode(operation, request, merchant).pipe(
    Result.flatMap((params) => signed(params, merchant, nonce)),
    Result.flatMap((params) => serialize(operation, request, params, endpoint)),
    fail(operation, request),
  );

/** Every intermediate value of `prepare`, for looking at; the API key is shown as `<redacted>`. */
export interface Explanation {
  readonly params: Params;
  readonly stringToSign: string;
  readonly signType: SignType;
  readonly xml: string;
  readonly request: Post;
}

/** `prepare`, with everything it made on the way. */
export const explain = <In, Out>(
  operation: Operation<In, Out>,
  request: In,
  { endpoint, merchant, nonce }: PrepareContext,
): Result.Result<Explanation, RefundError> =>
  encode(operation, request, merchant).pipe(
    Result.flatMap((fields) => signed(fields, merchant, nonce)),
    Result.flatMap((params) =>
      Result.map(serialize(operation, request, params, endpoint), (post) => ({
        params,
        stringToSign: stringToSign(params),
        signType: merchant.signType,
        xml: new TextDecoder().decode(post.body),
        request: post,
      })),
    ),
    fail(operation, request),
  );

const htmlStart = /^\s*<(?:!doctype\s+html|html|head)[\s>]/i;
const missingPage = /<title>400 No required SSL certificate was sent<\/title>/i;
const rejectedPage = /<title>400 The SSL certificate error<\/title>/i;

const utf8 = new TextDecoder();

/** `<x` or `<?`: no page begins so. */
const beginsAsXml = (body: Uint8Array): boolean => body[0] === 60 && (body[1] === 120 || body[1] === 63);

const gatewayRefusal = (reply: TransportReply): GatewayRefused | undefined => {
  if (reply.status === 200 && beginsAsXml(reply.body)) return undefined;
  const start = utf8.decode(reply.body.subarray(0, 1024));
  const html = htmlStart.test(start);
  if (reply.status === 200 && !html) return undefined;
  const page = !html
    ? undefined
    : missingPage.test(start)
      ? ("certificate-missing" as const)
      : rejectedPage.test(start)
        ? ("certificate-rejected" as const)
        : undefined;
  return new GatewayRefused({ status: reply.status, ...(page !== undefined && { page }) });
};

/** Stage 4, decode: the reply's bytes as fields, nothing believed yet. */
export const decode = (
  reply: TransportReply,
  maxReplyBytes = defaultMaxBytes,
): Result.Result<Params, GatewayRefused | MalformedReply> => {
  const refused = gatewayRefusal(reply);
  if (refused !== undefined) return Result.fail(refused);
  return Result.mapError(
    read(reply.body, { maxBytes: maxReplyBytes }),
    (error) => new MalformedReply({ problem: error.message, ...(error.field !== undefined && { field: error.field }) }),
  );
};

/** Stage 5a: does the protocol layer accept the exchange, and did the gateway sign this reply? Answers with which key. */
export const authenticate = (
  params: Params,
  keys: Keys,
  signType: SignType,
): Result.Result<KeyUsed, MalformedReply | ProtocolRejected | UntrustedReply> => {
  const returnCode = params.get("return_code");
  if (returnCode === "FAIL") return Result.fail(new ProtocolRejected({ returnMsg: params.get("return_msg") ?? "" }));
  if (returnCode !== "SUCCESS") {
    return Result.fail(
      new MalformedReply({ field: "return_code", problem: "return_code is neither SUCCESS nor FAIL" }),
    );
  }
  return Result.mapError(verify(params, keys, signType), (problem) => new UntrustedReply(problem));
};

/** The merchant's identity as every signed reply must repeat it. */
export const merchantExpectations = (
  merchant: Pick<MerchantIdentity, "appId" | "mchId" | "subAppId" | "subMchId">,
): Array<Expectation> => {
  const expectations: Array<Expectation> = [
    { field: "appid", expected: merchant.appId, required: true },
    { field: "mch_id", expected: merchant.mchId, required: true },
  ];
  // A sub-merchant is told by its number: an app of its that nobody named may stand in a reply.
  if (merchant.subAppId !== undefined || merchant.subMchId === undefined) {
    expectations.push({ field: "sub_appid", expected: merchant.subAppId, required: false });
  }
  expectations.push({ field: "sub_mch_id", expected: merchant.subMchId, required: false });
  return expectations;
};

/** Stage 5b: the first field in which a reply speaks of something else than was asked; an empty field counts as absent. */
export const mismatch = (params: Params, expectations: ReadonlyArray<Expectation>): UntrustedReply | undefined => {
  for (const { expected, field, required } of expectations) {
    const received = params.get(field) || undefined;
    if (received === expected || (received === undefined && !required)) continue;
    return new UntrustedReply({
      problem: "mismatch",
      field,
      ...(expected !== undefined && { expected }),
      ...(received !== undefined && { received }),
    });
  }
  return undefined;
};

/** Stage 5c: what an authentic reply says: the typed result, or the business refusal. */
export const outcomeOf = <In, Out>(
  operation: Operation<In, Out>,
  params: Params,
): Result.Result<Out, MalformedReply | Rejected> => {
  const resultCode = params.get("result_code");
  if (resultCode === "SUCCESS") return operation.decode(params);
  if (resultCode !== "FAIL") {
    return Result.fail(
      new MalformedReply({ field: "result_code", problem: "result_code is neither SUCCESS nor FAIL" }),
    );
  }
  const errCodeDes = params.get("err_code_des");
  return Result.fail(
    new Rejected({
      operation: operation.name,
      errCode: params.get("err_code") ?? "",
      ...(errCodeDes !== undefined && { errCodeDes }),
    }),
  );
};

/**
 * Stage 5, validate: protocol code, signature, merchant, business code, match with the request, typed result. In this order, in
 * one place; no partial result leaves it.
 */
export const validate = <In, Out>(
  operation: Operation<In, Out>,
  request: In,
  params: Params,
  merchant: MerchantIdentity,
): Result.Result<Out, Reason> => {
  const authentic = authenticate(params, merchant, merchant.signType);
  if (Result.isFailure(authentic)) return Result.fail(authentic.failure);
  const accepted = params.get("result_code") === "SUCCESS";
  const rules = operation.expectations(request, params);
  const foreign =
    mismatch(params, merchantExpectations(merchant)) ??
    // A refusal repeats only some of the fields; those it repeats must match as well.
    mismatch(params, accepted ? rules : rules.map((rule) => ({ ...rule, required: false }))) ??
    (accepted && merchant.subMchId !== undefined
      ? mismatch(params, [{ field: "sub_mch_id", expected: merchant.subMchId, required: true }])
      : undefined);
  return foreign === undefined ? outcomeOf(operation, params) : Result.fail(foreign);
};

/** Reply → result: decode and validate. A reply that proves nothing about this request is never a result. */
export const interpret = <In, Out>(
  operation: Operation<In, Out>,
  request: In,
  reply: TransportReply,
  merchant: MerchantIdentity,
): Result.Result<Out, RefundError> =>
  decode(reply, operation.maxReplyBytes).pipe(
    Result.flatMap((params) => validate(operation, request, params, merchant)),
    fail(operation, request),
  );
