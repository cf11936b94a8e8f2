/** What the control interface shows of a gateway: plain data with its shape described, times in milliseconds since 1970. */
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import * as Chaos from "../Chaos.ts";
import type { Explanation } from "../Diagnosis.ts";
import type { Exchange } from "../ExchangeLog.ts";
import * as Fault from "../Fault.ts";
import type { Gateway } from "../Gateway.ts";
import { Coupon, Order } from "../GatewayConfig.ts";
import { type Row, stateAt } from "../Ledger.ts";
import type { Notice } from "../Notices.ts";
import * as Lenient from "./lenient.ts";
import { find } from "./v3/endpoints.ts";

const optionalText = Schema.optionalKey(Schema.String);
const optionalHeaders = Schema.optionalKey(Schema.Record(Schema.String, Schema.String));

export const Refund = Schema.Struct({
  mchId: Schema.String,
  subMchId: optionalText,
  outRefundNo: Schema.String,
  refundId: Schema.String,
  transactionId: Schema.String,
  outTradeNo: Schema.String,
  totalFee: Schema.Int,
  refundFee: Schema.Int,
  settlementRefundFee: Schema.Int,
  cashRefundFee: Schema.Int,
  coupons: Schema.Array(Coupon),
  refundAccount: Schema.String,
  /** The interface it was made through. */
  protocol: Schema.Literals(["v2", "v3"]),
  notifyUrl: optionalText,
  status: Schema.Literals(["PROCESSING", "SUCCESS", "REFUNDCLOSE", "CHANGE", "NOTSURE"]),
  /** When it got this status. */
  since: Schema.Int,
  acceptedAt: Schema.Int,
});

export const refund = (row: Row, now: number): typeof Refund.Type => {
  const { order, outRefundNo, refundId, refundFee, settlementRefundFee, cashRefundFee, coupons } = row;
  return {
    mchId: order.mchId,
    ...(order.subMchId !== undefined && { subMchId: order.subMchId }),
    outRefundNo,
    refundId,
    transactionId: order.transactionId,
    outTradeNo: order.outTradeNo,
    totalFee: order.totalFee,
    refundFee,
    settlementRefundFee,
    cashRefundFee,
    coupons,
    refundAccount: row.refundAccount,
    protocol: row.protocol,
    ...(row.notifyUrl !== undefined && { notifyUrl: row.notifyUrl }),
    ...stateAt(row, now),
    acceptedAt: row.acceptedAt,
  };
};

export const OrderState = Schema.Struct({
  mchId: Schema.String,
  transactionId: Schema.String,
  outTradeNo: Schema.String,
  totalFee: Schema.Int,
  refundedFee: Schema.Int,
  refunds: Schema.Int,
  paidAt: Schema.Int,
});

export const orderState = ({ ledger }: Gateway, order: Order, now: number): typeof OrderState.Type => {
  const { mchId, transactionId, outTradeNo, totalFee, paidAt } = order;
  const [refundedFee, refunds] = [ledger.refunded(order, now), ledger.rowsOf(order).length];
  return { mchId, transactionId, outTradeNo, totalFee, refundedFee, refunds, paidAt };
};

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
  outRefundNo: optionalText,
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
  return {
    sequence,
    at,
    method,
    path,
    ...(entry.target !== undefined && { target: entry.target }),
    ...(entry.requestHeaders !== undefined && { requestHeaders: entry.requestHeaders }),
    ...(reply.headers !== undefined && { replyHeaders: reply.headers }),
    clientCertificate: typeof clientCertificate === "object" ? clientCertificate.commonName : clientCertificate,
    ...(outRefundNo !== undefined && { outRefundNo }),
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

const Mistake = Schema.Struct({ kind: Schema.String, says: Schema.String, remedy: Schema.String });

export const ExplanationView: Schema.Codec<Explanation> = Schema.Union([
  Schema.TaggedStruct("Unreadable", { reason: Schema.String, at: Schema.Int }),
  Schema.TaggedStruct("UnknownMerchant", { mchId: Schema.UndefinedOr(Schema.String) }),
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
      finding: Schema.optionalKey(
        Schema.Struct({
          mistakes: Schema.NonEmptyArray(Mistake),
          text: Schema.String,
          differsAt: Schema.optionalKey(Schema.Int),
        }),
      ),
    }),
  }),
  Schema.TaggedStruct("SignedV3", {
    diagnosis: Schema.Struct({
      right: Schema.Boolean,
      lines: Schema.Array(Schema.Struct({ name: Schema.String, value: Schema.String })),
      text: Schema.String,
      given: Schema.String,
      finding: Schema.optionalKey(
        Schema.Struct({ mistake: Mistake, text: Schema.String, differsAt: Schema.optionalKey(Schema.Int) }),
      ),
    }),
  }),
]);

/** What APIv3 signs and seals with, as far as a merchant may see it. */
export const Platform = Schema.Struct({
  mchId: Schema.String,
  publicKey: Schema.optionalKey(Schema.Struct({ id: Schema.String, pem: Schema.String })),
  certificates: Schema.Array(
    Schema.Struct({ serialNo: Schema.String, pem: Schema.String, effectiveAt: Schema.Int, expiresAt: Schema.Int }),
  ),
});

export const platform = ({ merchants, platform }: Gateway, now: number): ReadonlyArray<typeof Platform.Type> =>
  merchants
    .filter(({ v3 }) => v3 !== undefined)
    .map(({ mchId }) => {
      const publicKey = platform.publicKey(mchId);
      const certificates = platform.certificates(mchId, now);
      return { mchId, ...(publicKey !== undefined && { publicKey }), certificates };
    });

const Answer = Schema.Union([
  Schema.Struct({ status: Schema.Int, body: Schema.String }),
  Schema.Struct({ failure: Schema.String }),
  Schema.Struct({ forbidden: Schema.String }),
]);

export const NoticeView = Schema.Struct({
  id: Schema.Int,
  mchId: Schema.String,
  outRefundNo: Schema.String,
  status: Schema.String,
  url: Schema.String,
  form: Schema.Literals(["v2", "v3"]),
  state: Schema.Literals(["waiting", "acknowledged", "givenUp"]),
  /** When it is posted next. */
  nextAt: Schema.optionalKey(Schema.Int),
  attempts: Schema.Array(Schema.Struct({ at: Schema.Int, answer: Schema.optionalKey(Answer) })),
  /** The latest post. */
  body: optionalText,
});

export const notice = ({ id, mchId, outRefundNo, status, url, form, state, nextAt, attempts, body }: Notice) => ({
  id,
  mchId,
  outRefundNo,
  status,
  url,
  form,
  state,
  ...(nextAt !== undefined && { nextAt }),
  attempts,
  ...(body !== undefined && { body: text(body) }),
});

export const State = Schema.Struct({
  now: Schema.Int,
  merchants: Schema.Array(
    Schema.Struct({
      mchId: Schema.String,
      appId: Schema.String,
      /** What there is to refund with, in fen; absent where it is not limited. */
      funds: Schema.optionalKey(Schema.Struct({ unsettled: Schema.Int, available: Schema.Int })),
    }),
  ),
  orders: Schema.Int,
  refunds: Schema.Int,
  exchanges: Schema.Int,
  /** Faults that wait for their call. */
  faults: Schema.Array(Fault.Fault),
  /** What goes wrong at random, and how much of it has. */
  chaos: Schema.optionalKey(Chaos.Options),
  chaosMet: Schema.Record(Schema.String, Schema.Int),
  /** What there is that can go wrong at random. */
  chaosKinds: Schema.Array(Schema.String),
});

export const state = ({ ledger, log, faults, chaos, merchants }: Gateway, now: number): typeof State.Type => {
  const options = chaos.options();
  return {
    now,
    merchants: merchants.map(({ mchId, appId }) => {
      const funds = ledger.funds(mchId, now);
      return { mchId, appId, ...(funds !== undefined && { funds }) };
    }),
    orders: ledger.orderCount(),
    refunds: ledger.size(),
    exchanges: log.total(),
    faults: faults.pending(),
    ...(options !== undefined && { chaos: options }),
    chaosMet: Object.fromEntries(Object.entries(chaos.counts())),
    chaosKinds: Chaos.usualKinds,
  };
};
