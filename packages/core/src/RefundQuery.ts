/**
 * Query refunds (查询退款): what became of them.
 *
 * Only a signed reply of this operation that matches the request says that money went back. The reply names families by index:
 * `name_$n` is record n, `name_$n_$m` is coupon m of record n. `coupon_refund_fee_0` is therefore a record's total here,
 * although it is a coupon in the refund application's reply.
 *
 * Fields: chapter 9_5 of WeChat Pay's wiki.
 */
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import { BeijingTime, Count, FenFromText, FenText, identifier, issuesOf, Names } from "./internal/fields.ts";
import { decodeReply, Fields, inOrder, sort, tolerantly } from "./internal/replies.ts";
import * as replyFields from "./internal/replyFields.ts";
import { RefundStatus, statusOf } from "./internal/statuses.ts";
import { shape, unknownFields } from "./internal/unknownFields.ts";
import { copyOf } from "./internal/copy.ts";
import type { Expectation, Operation } from "./Operation.ts";
import { Coupon } from "./Refund.ts";
import type { Params } from "./Params.ts";
import { type Issue, MalformedReply } from "./RefundError.ts";

export { RefundStatus, statusOf } from "./internal/statuses.ts";

/**
 * Which refunds: by exactly one of four numbers. `outRefundNo` and `refundId` name one refund; `outTradeNo` and
 * `transactionId` name all refunds of an order, ten a page.
 */
export type RefundRef =
  | {
      readonly outRefundNo: string;
      readonly refundId?: never;
      readonly outTradeNo?: never;
      readonly transactionId?: never;
    }
  | {
      readonly refundId: string;
      readonly outRefundNo?: never;
      readonly outTradeNo?: never;
      readonly transactionId?: never;
    }
  | {
      readonly outTradeNo: string;
      readonly outRefundNo?: never;
      readonly refundId?: never;
      readonly transactionId?: never;
    }
  | {
      readonly transactionId: string;
      readonly outRefundNo?: never;
      readonly refundId?: never;
      readonly outTradeNo?: never;
    };

/** What is asked. `offset` is the index of the first record wanted, from 0, when an order has more than ten refunds. */
export type RefundQueryRequest = RefundRef & { readonly offset?: number | undefined };

const requestWire = {
  outRefundNo: "out_refund_no",
  refundId: "refund_id",
  outTradeNo: "out_trade_no",
  transactionId: "transaction_id",
  offset: "offset",
};
const requestNames = new Names(requestWire);
const requestShape = shape("a refund query", requestWire);

const RequestFields = Schema.Struct({
  outRefundNo: Schema.optional(identifier(64)),
  refundId: Schema.optional(identifier(32)),
  outTradeNo: Schema.optional(identifier(32)),
  transactionId: Schema.optional(identifier(32)),
  offset: Schema.optional(
    Schema.Finite.check(
      Schema.makeFilter(
        (value: number) => (Number.isSafeInteger(value) && value >= 0) || "must be a whole number from 0",
      ),
    ),
  ),
});

const checkFields = Schema.decodeUnknownResult(RequestFields, { errors: "all" });

const encode: Operation<RefundQueryRequest, RefundQueryReply>["encode"] = (request) => {
  const checked = checkFields(request);
  const issues: Array<Issue> = Result.isFailure(checked)
    ? issuesOf(checked.failure).map(({ message, path }) => ({
        field: path || "request",
        wire: requestNames.wireOf(path || "request"),
        message,
      }))
    : [];
  issues.push(...unknownFields(request, requestShape));
  const { offset, ...ids } = Result.isSuccess(checked) ? checked.success : {};
  const given = Object.entries(ids).filter(([, value]) => value !== undefined);
  if (Result.isSuccess(checked) && given.length !== 1) {
    const message = "must name the refund by exactly one of outRefundNo, refundId, outTradeNo, transactionId";
    issues.push({ field: "request", wire: "request", message });
  }
  if (issues.length > 0) return Result.fail(issues);
  const params = new Map(given.map(([name, value]) => [requestNames.wireOf(name), String(value)]));
  if (offset !== undefined) params.set("offset", String(offset));
  return Result.succeed(params);
};

/** One refund of a reply. Amounts in fen. `refundRecvAccount` is the wire's `refund_recv_accout_$n` (sic). */
export const RefundRecord = Schema.Struct({
  outRefundNo: Schema.String.pipe(Schema.brand("OutRefundNo")),
  refundId: Schema.String,
  // Before what it means: of several that are wrong the first is named, and this is the wire's.
  refundStatusText: Schema.String,
  refundStatus: RefundStatus,
  refundFee: FenFromText,
  refundChannel: Schema.optionalKey(Schema.String),
  settlementRefundFee: Schema.optionalKey(FenText),
  couponRefundFee: Schema.optionalKey(FenText),
  couponRefundCount: Schema.optionalKey(Count),
  coupons: Schema.Array(Coupon),
  refundAccount: Schema.optionalKey(Schema.String),
  refundRecvAccount: Schema.optionalKey(Schema.String),
  /** When the money arrived; only with SUCCESS, and even then WeChat Pay may leave it out. */
  refundSuccessTime: Schema.optionalKey(BeijingTime),
  /** APIv3: when the refund was made. */
  createTime: Schema.optionalKey(BeijingTime),
});
export type RefundRecord = typeof RefundRecord.Type;

/**
 * A reply: the order and one record for each refund in it. `refundCount` is the number of records **in this reply**;
 * `totalRefundCount`, where WeChat Pay gives it, the number of the order's refunds.
 */
export const RefundQueryReply = Schema.Struct({
  appId: Schema.optionalKey(Schema.String),
  mchId: Schema.optionalKey(Schema.String),
  subAppId: Schema.optionalKey(Schema.String),
  subMchId: Schema.optionalKey(Schema.String),
  deviceInfo: Schema.optionalKey(Schema.String),
  transactionId: Schema.String,
  outTradeNo: Schema.String,
  totalRefundCount: Schema.optionalKey(Count),
  refundCount: Count,
  totalFee: Schema.optionalKey(FenFromText),
  settlementTotalFee: Schema.optionalKey(FenText),
  feeType: Schema.optionalKey(Schema.String),
  cashFee: Schema.optionalKey(FenText),
  cashFeeType: Schema.optionalKey(Schema.String),
  refundFee: Schema.optionalKey(FenText),
  couponRefundFee: Schema.optionalKey(FenText),
  cashRefundFee: Schema.optionalKey(FenText),
  refundAccount: Schema.optionalKey(Schema.String),
  rate: Schema.optionalKey(Schema.String),
  /** JSON text of `/pay/refundqueryv2`. */
  promotionDetail: Schema.optionalKey(Schema.String),
  records: Schema.Array(RefundRecord),
  extra: Schema.Record(Schema.String, Schema.String),
});
export type RefundQueryReply = typeof RefundQueryReply.Type;

const queriedFields = new Fields(replyFields.queried, RefundQueryReply.fields);
const recordFields = new Fields(replyFields.record, RefundRecord.fields);
const couponFields = new Fields(replyFields.coupon, Coupon.fields);
const decodeFields = decodeReply(RefundQueryReply, recordFields);
const proving = ["outRefundNo", "refundId", "refundStatusText", "refundFee"];

const families = { fields: queriedFields, ofMembers: recordFields, ofInner: couponFields };

const decodeChecked = (reply: Params, check: boolean): Result.Result<RefundQueryReply, MalformedReply> => {
  const { extra, flat, inner, members: all } = sort(reply, families, check);
  // What merely informs makes no record.
  const members = new Map([...all].filter(([, fields]) => proving.some((name) => fields[name] !== undefined)));
  const strays: Record<string, string> = {};
  for (const [index, fields] of all) {
    if (members.has(index)) continue;
    for (const [name, value] of Object.entries(fields)) strays[`${recordFields.wireOf(name)}_${index}`] = value;
  }
  for (const [index, coupons] of inner) {
    if (members.has(index)) continue;
    for (const [m, fields] of coupons) {
      for (const [name, value] of Object.entries(fields)) strays[`${couponFields.wireOf(name)}_${index}_${m}`] = value;
    }
  }
  const count = members.size;
  const numbers = new Set<string | undefined>();
  for (let index = 0; index < count; index++) numbers.add(members.get(index)?.["outRefundNo"]);
  if (flat["refundCount"] !== undefined && (String(count) !== flat["refundCount"] || numbers.has(undefined))) {
    const problem = `refund_count is ${flat["refundCount"]}, but the records are not 0 to refund_count - 1`;
    return Result.fail(new MalformedReply({ field: "refund_count", problem }));
  }
  if (numbers.size !== count) {
    return Result.fail(
      new MalformedReply({ field: "out_refund_no", problem: "two records have the same out_refund_no" }),
    );
  }
  const records = inOrder(members).map((record, index) => ({
    ...record,
    refundStatus: statusOf(record["refundStatusText"]),
    coupons: inOrder(inner.get(index)),
  }));
  return decodeFields({ ...flat, records, extra: { ...extra, ...strays } }, queriedFields);
};

const decode: Operation<RefundQueryRequest, RefundQueryReply>["decode"] = (reply) =>
  tolerantly((check) => decodeChecked(reply, check));

/** The one record of a reply that has this refund number. */
export const recordOf = (reply: RefundQueryReply, outRefundNo: string): RefundRecord | undefined =>
  reply.records.find((record) => record.outRefundNo === outRefundNo);

const recordPattern = /^(?:out_refund_no|refund_id)_[0-9]+$/;

/** The reply must have a record with the number that was asked for, at whatever index. */
const recordExpectation = (reply: Params, family: "out_refund_no" | "refund_id", expected: string): Expectation => {
  for (const [field, value] of reply) {
    if (value === expected && field.startsWith(family) && recordPattern.test(field))
      return { field, expected, required: true };
  }
  return { field: `${family}_0`, expected, required: true };
};

/** The refund query as an operation. */
export const operation: Operation<RefundQueryRequest, RefundQueryReply> = {
  name: "refundquery",
  path: () => "/pay/refundquery",
  certificate: "not-needed",
  maxReplyBytes: 256 * 1024,
  outRefundNo: (request) => request?.outRefundNo,
  copy: (request) => copyOf(request, requestShape.fields),
  encode,
  decode,
  expectations: (request, reply) => {
    if (request.outRefundNo !== undefined) return [recordExpectation(reply, "out_refund_no", request.outRefundNo)];
    if (request.refundId !== undefined) return [recordExpectation(reply, "refund_id", request.refundId)];
    return request.transactionId === undefined
      ? [{ field: "out_trade_no", expected: request.outTradeNo, required: true }]
      : [{ field: "transaction_id", expected: request.transactionId, required: true }];
  },
};
