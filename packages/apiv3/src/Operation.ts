/**
 * One exchange of APIv3 as two pure functions: `prepare` (request → signed request) and `interpret` (reply → result).
 *
 * The order of `interpret` is the protocol's: bytes within their limit, signature, clock, and JSON only then. What nobody signed decides
 * nothing, with one exception: a 401 SIGN_ERROR says that the request's own signature was refused. Time and nonce are given;
 * nothing here touches a clock, randomness or sockets, and everything returns.
 */
import type { TransportReply, TransportRequest } from "@wechat-refund/core/Transport";
import {
  GatewayRefused,
  InvalidRequest,
  type Issue,
  MalformedReply,
  type OperationName,
  type Reason,
  RefundError,
  Rejected,
  UntrustedReply,
} from "@wechat-refund/core/RefundError";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import type { Credential } from "./Credential.ts";
import { unpacked } from "./internal/encoding.ts";
import { at, parse, type Record as Json, textAt } from "./internal/json.ts";
import type { PlatformKeys } from "./PlatformKeys.ts";
import * as Signature from "./Signature.ts";

/** What is sent of a request, before it is signed. */
export interface Call {
  readonly method: "GET" | "POST";
  /** The absolute path with the query, escaped as it is sent. */
  readonly path: string;
  /** JSON; a GET has none. */
  readonly body?: string | undefined;
}

/** Whom a request is made for. */
export interface Account {
  readonly mchId: string;
  /** Provider mode (服务商): the sub-merchant. */
  readonly subMchId?: string | undefined;
  /** The APIv3 key (APIv3密钥), where there is one: a request that holds it is refused. */
  readonly apiV3Key?: Redacted.Redacted<string> | undefined;
}

/** What one member of a reply must be for the reply to speak of this request; numbers are compared as they are written. */
export interface Expectation {
  readonly field: string;
  readonly expected: string;
  /** With `false` it is compared only where it is there. */
  readonly required?: false;
}

/** The definition of one exchange. `In` is what the caller asks, `Out` what a successful reply says. */
export interface Operation<in In, out Out> {
  readonly name: OperationName;
  readonly maxReplyBytes: number;
  /** The request as it is now; see core's `Operation`. */
  readonly copy: <A extends In>(request: A) => A;
  readonly outRefundNo: (request: In) => string | undefined;
  /** What is sent, after every local check; all issues at once. */
  readonly encode: (request: In, account: Account) => Result.Result<Call, ReadonlyArray<Issue>>;
  readonly decode: (json: Json) => Result.Result<Out, MalformedReply>;
  readonly expectations: (request: In) => ReadonlyArray<Expectation>;
}

/** What `prepare` needs beside the request. */
export interface PrepareContext {
  readonly credential: Credential;
  readonly subMchId?: string | undefined;
  readonly apiV3Key?: Redacted.Redacted<string> | undefined;
  /** 1 to 32 unpredictable letters and digits, fresh for each call. */
  readonly nonce: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  /** The gateway's origin: `https://api.mch.weixin.qq.com`. */
  readonly endpoint: string;
  /** The platform key that the reply is asked to be signed with. */
  readonly platformKeyId?: string | undefined;
}

const invalid = (field: string, message: string): InvalidRequest =>
  new InvalidRequest({ issues: [{ field, wire: field, message }] });

/** What is given beside the request. */
const unusable = (field: string, message: string): InvalidRequest =>
  new InvalidRequest({ issues: [{ field, wire: field, message }], of: "client" });

/** Wraps the reason of a failed stage with the operation and the refund number it concerns. */
const fail =
  <In, Out>(operation: Operation<In, Out>, request: In) =>
  <A>(result: Result.Result<A, Reason>): Result.Result<A, RefundError> =>
    Result.mapError(result, (reason) => {
      const outRefundNo = operation.outRefundNo(request);
      return new RefundError({
        operation: operation.name,
        ...(typeof outRefundNo === "string" && { outRefundNo }),
        reason,
      });
    });

const holds = (value: unknown, key: string): boolean =>
  typeof value === "string"
    ? value.includes(key)
    : typeof value === "object" && value !== null && Object.values(value).some((one) => holds(one, key));

/** Stage 1, encode: what is sent, checked, not yet signed. */
export const encode = <In, Out>(
  operation: Operation<In, Out>,
  request: In,
  account: Account,
): Result.Result<Call, InvalidRequest> => {
  const call = operation.encode(request, account);
  if (Result.isFailure(call)) return Result.fail(new InvalidRequest({ issues: call.failure }));
  const key = account.apiV3Key === undefined ? "" : Redacted.value(account.apiV3Key);
  const field = key === "" ? undefined : Object.entries(request as object).find(([, value]) => holds(value, key))?.[0];
  return field === undefined
    ? Result.succeed(call.success)
    : Result.fail(invalid(field, "holds the APIv3 key (APIv3密钥), which is sent to nobody: take it out"));
};

const noncePattern = /^[0-9A-Za-z]{1,32}$/;

/** Every intermediate value of `prepare`, for looking at. */
export interface Explanation {
  readonly call: Call;
  readonly signed: Signature.SignedRequest;
  readonly request: TransportRequest;
}

const utf8 = new TextEncoder();

/** Stage 2, sign and serialize: a call as the request to make. The text that is signed is the one that is sent. */
export const signed = (
  call: Call,
  { credential, endpoint, nonce, platformKeyId, timestamp }: PrepareContext,
): Result.Result<Explanation, InvalidRequest> => {
  if (!noncePattern.test(nonce)) return Result.fail(unusable("nonce_str", "must be 1 to 32 letters and digits"));
  if (!Number.isSafeInteger(timestamp) || timestamp < 0) {
    return Result.fail(unusable("timestamp", "must be whole seconds since 1970"));
  }
  const { body, method, path } = call;
  const signed = Signature.sign(credential, { method, path, timestamp, nonce, body: body ?? "" });
  const request: TransportRequest = {
    method,
    url: `${endpoint.endsWith("/") ? endpoint.slice(0, -1) : endpoint}${path}`,
    headers: {
      Accept: "application/json",
      Authorization: signed.authorization,
      ...(body !== undefined && { "Content-Type": "application/json" }),
      // Without one the gateway refuses the request before it looks at it.
      "User-Agent": "wechat-refund",
      ...(platformKeyId !== undefined && { "Wechatpay-Serial": platformKeyId }),
    },
    ...(body !== undefined && { body: utf8.encode(body) }),
  };
  return Result.succeed({ call, signed, request });
};

const accountOf = ({ apiV3Key, credential, subMchId }: PrepareContext): Account => ({
  mchId: credential.mchId,
  subMchId,
  apiV3Key,
});

/** `prepare`, with everything it made on the way. */
export const explain = <In, Out>(
  operation: Operation<In, Out>,
  request: In,
  context: PrepareContext,
): Result.Result<Explanation, RefundError> =>
  encode(operation, request, accountOf(context)).pipe(
    Result.flatMap((call) => signed(call, context)),
    fail(operation, request),
  );

/** Request → signed request. Never sends anything. */
export const prepare = <In, Out>(
  operation: Operation<In, Out>,
  request: In,
  context: PrepareContext,
): Result.Result<TransportRequest, RefundError> =>
  Result.map(explain(operation, request, context), ({ request }) => request);

/** What a reply is believed by. */
export interface Trust {
  readonly keys: PlatformKeys;
  /** Seconds since 1970. */
  readonly now: number;
}

const untrusted = (problem: Signature.Problem): UntrustedReply => new UntrustedReply(problem);

const codePattern = /^[A-Z][A-Z0-9_]{0,63}$/;

/** What a reply says that nobody signed: for people, and nothing is concluded from it but that a 401 is one of the gateway's. */
const unsignedRefusal = ({ body, status }: TransportReply): GatewayRefused => {
  const json = Result.getOrElse(parse(body), (): Json => ({}));
  const code = textAt(json, "code");
  const said = textAt(json, "message");
  return new GatewayRefused({
    status,
    protocol: "v3",
    ...(code !== undefined && codePattern.test(code) && { code }),
    ...(said !== undefined && { said: said.slice(0, 256) }),
  });
};

const malformed = (problem: string, field?: string): MalformedReply =>
  new MalformedReply({ problem, ...(field !== undefined && { field }) });

/** Stage 3, authenticate: a reply within its limit that the gateway signed, now. Its JSON, and nothing of it typed. */
export const authenticate = (
  reply: TransportReply,
  { keys, now }: Trust,
  maxReplyBytes: number,
): Result.Result<Json, Reason> => {
  const { headers, status } = reply;
  if (reply.body.length > maxReplyBytes) return Result.fail(malformed(`it is larger than ${maxReplyBytes} bytes`));
  const plain = unpacked(reply, maxReplyBytes);
  // A refusal at the door carries no signature, and a proxy may leave a part of one: neither decides anything.
  if (status !== 200 && !Signature.isWhole(headers)) {
    return Result.fail(unsignedRefusal(Result.getOrElse(plain, () => reply)));
  }
  if (Result.isFailure(plain)) return Result.fail(malformed(plain.failure, "content-encoding"));
  const { body } = plain.success;
  const verified = Signature.verify(headers, body, keys, now);
  if (Result.isFailure(verified)) return Result.fail(untrusted(verified.failure));
  // What decides nothing, such as 202, may say nothing.
  if (status !== 200 && body.length === 0) return Result.succeed({});
  return Result.mapError(parse(body), (problem) => malformed(`its body ${problem}`));
};

const shown = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" ? String(value) : undefined;

/** Stage 4, match: the first member in which a reply speaks of something else than was asked. */
export const mismatch = (json: Json, expectations: ReadonlyArray<Expectation>): UntrustedReply | undefined => {
  for (const { expected, field, required = true } of expectations) {
    const value = at(json, field);
    if (!required && (value === undefined || value === null)) continue;
    const received = shown(value);
    if (received === expected) continue;
    return new UntrustedReply({
      problem: "mismatch",
      field,
      expected,
      ...(received !== undefined && { received }),
    });
  }
  return undefined;
};

/** Stage 5: what an authentic reply of another status than 200 says. */
const refusal = (operation: OperationName, status: number, json: Json): Reason => {
  if (status < 400) return new GatewayRefused({ status, protocol: "v3" });
  const code = textAt(json, "code");
  if (code === undefined) return malformed("it names no code", "code");
  const message = textAt(json, "message");
  return new Rejected({
    operation,
    errCode: code,
    ...(message !== undefined && { errCodeDes: message }),
    status,
  });
};

/** An authentic reply → what it says, without a request to match. */
export const read = <In, Out>(
  operation: Operation<In, Out>,
  reply: TransportReply,
  trust: Trust,
  expectations: ReadonlyArray<Expectation> = [],
): Result.Result<Out, Reason> =>
  Result.flatMap(authenticate(reply, trust, operation.maxReplyBytes), (json): Result.Result<Out, Reason> => {
    if (reply.status !== 200) return Result.fail(refusal(operation.name, reply.status, json));
    const foreign = mismatch(json, expectations);
    return foreign === undefined ? operation.decode(json) : Result.fail(foreign);
  });

/** Reply → result. A reply that proves nothing about this request is never a result. */
export const interpret = <In, Out>(
  operation: Operation<In, Out>,
  request: In,
  reply: TransportReply,
  trust: Trust,
): Result.Result<Out, RefundError> =>
  read(operation, reply, trust, operation.expectations(request)).pipe(fail(operation, request));
