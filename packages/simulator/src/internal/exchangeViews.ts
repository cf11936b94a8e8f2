/** What the control interface shows of exchanges: both messages, how they were signed, and why one was signed wrongly. */
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import type { Explanation } from "../Diagnosis.ts";
import type { Exchange } from "../ExchangeLog.ts";
import * as Fault from "../Fault.ts";
import * as Lenient from "./lenient.ts";
import { mentioned } from "./mentioned.ts";
import { find } from "./v3/endpoints.ts";

const optionalText = Schema.optionalKey(Schema.String);
const optionalHeaders = Schema.optionalKey(Schema.Record(Schema.String, Schema.String));

export const ExchangeView = Schema.Struct({
  sequence: Schema.Int,
  at: Schema.Int,
  method: Schema.String,
  path: Schema.String,
  /** Of APIv3: path and query, and the headers that mean something to it. */
  target: optionalText,
  requestHeaders: optionalHeaders,
  replyHeaders: optionalHeaders,
  /** `none`, `refused`, or the certificate's common name. */
  clientCertificate: Schema.String,
  mchId: optionalText,
  outRefundNo: optionalText,
  /** The order that it names, or that its answer names: ours (商户订单号), WeChat Pay's (微信订单号). */
  outTradeNo: optionalText,
  transactionId: optionalText,
  request: Schema.String,
  status: Schema.Int,
  contentType: Schema.String,
  reply: Schema.String,
  /** The text the request had to sign, without the key. */
  requestSigned: optionalText,
  replySigned: optionalText,
  outcome: Schema.String,
  repeated: Schema.Boolean,
  /** What went wrong on purpose. */
  fault: optionalText,
});

const decoder = new TextDecoder();
const shown = 65_536;
const text = (bytes: Uint8Array): string => decoder.decode(bytes.subarray(0, shown));
const isPacked = ([first, second]: Uint8Array): boolean => first === 0x1f && second === 0x8b;

/** The refund number a request is about: a field of its XML, a member of its JSON, or the end of its path. */
const numberOf = ({ path, request }: Exchange): string | undefined => {
  if (!Fault.isV3(path)) {
    const read = Lenient.read(request);
    return Result.isSuccess(read) ? read.success.get("out_refund_no") : undefined;
  }
  return find(path)?.param || text(request).match(/"out_refund_no"\s*:\s*"([^"\\]+)"/)?.[1];
};

export const exchange = (entry: Exchange): typeof ExchangeView.Type => {
  const { sequence, at, method, path, clientCertificate, request, reply, outcome, repeated } = entry;
  const outRefundNo = numberOf(entry);
  const { mchId, outTradeNo, transactionId } = mentioned(entry);
  return {
    sequence,
    at,
    method,
    path,
    ...(entry.target !== undefined && { target: entry.target }),
    ...(entry.requestHeaders !== undefined && { requestHeaders: entry.requestHeaders }),
    ...(reply.headers !== undefined && { replyHeaders: reply.headers }),
    clientCertificate: typeof clientCertificate === "object" ? clientCertificate.commonName : clientCertificate,
    ...(mchId !== undefined && { mchId }),
    ...(outRefundNo !== undefined && { outRefundNo }),
    ...(outTradeNo !== undefined && { outTradeNo }),
    ...(transactionId !== undefined && { transactionId }),
    request: text(request),
    status: reply.status,
    contentType: reply.contentType,
    reply: isPacked(reply.body) ? `(${reply.body.length} bytes, gzip)` : text(reply.body),
    ...(entry.requestSigned !== undefined && { requestSigned: entry.requestSigned }),
    ...(entry.replySigned !== undefined && { replySigned: entry.replySigned }),
    outcome,
    repeated,
    ...(entry.fault !== undefined && { fault: entry.fault }),
  };
};

const Mistake = Schema.Struct({
  kind: Schema.String,
  says: Schema.String,
  remedy: Schema.String,
  /** The same in Chinese. */
  zh: Schema.Struct({ says: Schema.String, remedy: Schema.String }),
});
const remarks = Schema.Array(Mistake);
const finding = Schema.optionalKey(
  Schema.Struct({
    mistakes: Schema.NonEmptyArray(Mistake),
    text: Schema.String,
    differsAt: Schema.optionalKey(Schema.Int),
  }),
);

export const ExplanationView: Schema.Codec<Explanation> = Schema.Union([
  Schema.TaggedStruct("Unreadable", { reason: Schema.String, at: Schema.Int, remarks }),
  Schema.TaggedStruct("UnknownMerchant", { mchId: Schema.UndefinedOr(Schema.String), remarks }),
  Schema.TaggedStruct("Signed", {
    diagnosis: Schema.Struct({
      right: Schema.Boolean,
      algorithm: Schema.Literals(["MD5", "HMAC-SHA256"]),
      steps: Schema.Array(
        Schema.Struct({
          name: Schema.String,
          value: Schema.String,
          leftOut: Schema.optionalKey(Schema.Literals(["the signature itself", "empty"])),
        }),
      ),
      text: Schema.String,
      expected: Schema.String,
      given: Schema.UndefinedOr(Schema.String),
      finding,
      remarks,
    }),
  }),
  Schema.TaggedStruct("SignedV3", {
    diagnosis: Schema.Struct({
      right: Schema.Boolean,
      lines: Schema.Array(Schema.Struct({ name: Schema.String, value: Schema.String })),
      text: Schema.String,
      given: Schema.String,
      finding,
      remarks,
    }),
  }),
]);
