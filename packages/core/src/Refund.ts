/**
 * Apply for a refund (申请退款): what to ask, and what "accepted" says.
 *
 * A successful reply means that the gateway **accepted** the application. Whether the money went back is told by a signed query
 * reply alone (`RefundQuery`). The refund number is the idempotency key: store it with its amounts before the first call and
 * repeat exactly the same fields; a new number is a new refund.
 *
 * Fields: WeChat Pay's refund application page, and chapter 9_4 of its wiki.
 */
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import { BeijingTime, Count, Fen, FenFromText, FenText, identifier, issuesOf, Names, text } from "./internal/fields.ts";
import { decodeReply, type Families, Fields, inOrder, sort, tolerantly } from "./internal/replies.ts";
import { all, plainly } from "./internal/plain.ts";
import * as replyFields from "./internal/replyFields.ts";
import { RefundStatus } from "./internal/statuses.ts";
import { shape, unknownFields } from "./internal/unknownFields.ts";
import { copyOf, listOf } from "./internal/copy.ts";
import type { Operation } from "./Operation.ts";
import type { Issue } from "./RefundError.ts";

export { Fen, FenFromText } from "./internal/fields.ts";

/** `out_refund_no` (商户退款单号): yours, unique in the merchant, 1 to 64 digits, letters and `_ - | * @`. Never made here. */
export const OutRefundNo = identifier(64).pipe(Schema.brand("OutRefundNo"));
export type OutRefundNo = typeof OutRefundNo.Type;

/** The paid order, by exactly one of its two numbers: WeChat Pay's (微信订单号) or yours (商户订单号). */
export type OrderRef =
  | { readonly transactionId: string; readonly outTradeNo?: never }
  | { readonly outTradeNo: string; readonly transactionId?: never };

/** One line of `detail`, for refunds of single items (单品). Amounts in fen. */
export interface GoodsDetail {
  readonly goodsId: string;
  readonly wxpayGoodsId?: string | undefined;
  readonly goodsName?: string | undefined;
  readonly refundAmount: number;
  readonly refundQuantity: number;
  readonly price: number;
}

/** What is asked. Every field is checked before anything is signed, one that is not here is an issue, and all are reported at once. */
export interface RefundRequest {
  readonly order: OrderRef;
  /** See {@link OutRefundNo}. */
  readonly outRefundNo: string;
  /** `total_fee`: the **whole order's** amount in fen, not what is left of it. */
  readonly totalFee: number;
  /** `refund_fee`: the amount of this refund in fen, at most `totalFee`. */
  readonly refundFee: number;
  /** `refund_fee_type`: ISO 4217; the payment's currency. Where it is given, the reply must speak of it. */
  readonly refundFeeType?: string | undefined;
  /** `refund_desc`: the reason shown to the user, at most 80 characters. */
  readonly refundDesc?: string | undefined;
  /** `refund_account`: only for merchants on the old fund flow (老资金流商户). */
  readonly refundAccount?: RefundAccount | undefined;
  /** `notify_url`: where the result is posted, at most 256 characters, without a query string. */
  readonly notifyUrl?: string | undefined;
  /** `op_user_id`: the operator; `true` sends the merchant number, the documented default. */
  readonly opUserId?: string | true | undefined;
  /** `device_info`: the terminal, of the 2015 form of the interface. */
  readonly deviceInfo?: string | undefined;
  /** `detail`: single items; the request then goes to `/secapi/pay/refundv2`. */
  readonly goodsDetail?: ReadonlyArray<GoodsDetail> | undefined;
}

/** Where the money of a refund comes from. */
export const RefundAccount = Schema.Literals(["REFUND_SOURCE_UNSETTLED_FUNDS", "REFUND_SOURCE_RECHARGE_FUNDS"]);
export type RefundAccount = typeof RefundAccount.Type;

const orderWire = { transactionId: "transaction_id", outTradeNo: "out_trade_no" };
const requestWire = {
  outRefundNo: "out_refund_no",
  totalFee: "total_fee",
  refundFee: "refund_fee",
  refundFeeType: "refund_fee_type",
  refundDesc: "refund_desc",
  refundAccount: "refund_account",
  notifyUrl: "notify_url",
  opUserId: "op_user_id",
  deviceInfo: "device_info",
  goodsDetail: "detail",
};
const goodsWire = {
  goodsId: "goods_id",
  wxpayGoodsId: "wxpay_goods_id",
  goodsName: "goods_name",
  refundAmount: "refund_amount",
  refundQuantity: "refund_quantity",
  price: "price",
};
const requestNames = new Names({ ...orderWire, ...requestWire });

const entriesOf = <A extends Readonly<Record<string, string>>>(record: A) =>
  Object.entries(record) as ReadonlyArray<[keyof A & string, string]>;
const orderFields = entriesOf(orderWire);
const { goodsDetail: _detail, opUserId: _operator, ...plainWire } = requestWire;
/** The fields that go out as they are. */
const plainFields = entriesOf(plainWire);

const orderShape = shape("an order", orderWire);
const goodsShape = shape("an item of goodsDetail", goodsWire);
const requestShape = shape(
  "a refund",
  { order: "order", ...requestWire },
  { "order.transactionId": "transaction_id", "order.outTradeNo": "out_trade_no" },
);

const orderNumber = identifier(32);

const notifyUrl = text(256).check(
  Schema.makeFilter((value: string) => {
    const url = URL.parse(value);
    // What a URL would mend is sent as it was written.
    if (url === null || !/^https?:\/\/[^\s/?#\\]+(?:[/?#][^\s\\]*)?$/i.test(value)) {
      return "must be an absolute https: address (http: over a private line only), without blanks";
    }
    if (value.includes("@") && (url.username !== "" || url.password !== "")) return "must not hold a user name";
    return !/[?#]/.test(value) || "must not have a query string or a fragment";
  }),
);

const Goods = Schema.Struct({
  goodsId: identifier(32, "0-9A-Za-z_\\-", "letters, digits, - and _"),
  wxpayGoodsId: Schema.optional(text(32)),
  goodsName: Schema.optional(text(256)),
  refundAmount: Fen,
  refundQuantity: Schema.Finite.check(
    Schema.makeFilter(
      (value: number) => (Number.isSafeInteger(value) && value >= 1) || "must be a whole number from 1",
    ),
  ),
  price: Fen,
});

const RequestFields = Schema.Struct({
  order: Schema.Struct({ transactionId: Schema.optional(orderNumber), outTradeNo: Schema.optional(orderNumber) }),
  outRefundNo: OutRefundNo,
  totalFee: Fen,
  refundFee: Fen,
  refundFeeType: Schema.optional(
    Schema.String.check(
      Schema.makeFilter(
        (value: string) => /^[A-Z]{3}$/.test(value) || "must be three capital letters of ISO 4217, such as CNY",
      ),
    ),
  ),
  refundDesc: Schema.optional(text(80)),
  refundAccount: Schema.optional(RefundAccount),
  notifyUrl: Schema.optional(notifyUrl),
  opUserId: Schema.optional(Schema.Union([text(32), Schema.Literal(true)])),
  deviceInfo: Schema.optional(text(32)),
  goodsDetail: Schema.optional(Schema.Array(Goods)),
});

const checkFields = Schema.decodeUnknownResult(RequestFields, { errors: "all" });

const issue = (field: string, message: string): Issue => ({ field, wire: requestNames.wireOf(field), message });

/** The checks that concern more than one field; they run on whatever the caller gave. */
const crossIssues = (request: RefundRequest): ReadonlyArray<Issue> => {
  const goods: unknown = request.goodsDetail;
  const issues = unknownFields(request, requestShape).concat(unknownFields(request.order, orderShape, "order."));
  if (Array.isArray(goods)) {
    if (goods.length === 0) issues.push(issue("goodsDetail", "must have an item: leave it out where there is none"));
    issues.push(...goods.flatMap((item: unknown, index) => unknownFields(item, goodsShape, `goodsDetail.${index}.`)));
  }
  const order: { readonly transactionId?: unknown; readonly outTradeNo?: unknown } | null | undefined = request.order;
  if (order === null || typeof order !== "object") {
    // The schema has said so already.
  } else if (order.transactionId === undefined && order.outTradeNo === undefined) {
    issues.push(issue("order", "needs transactionId (transaction_id) or outTradeNo (out_trade_no)"));
  } else if (order.transactionId !== undefined && order.outTradeNo !== undefined) {
    issues.push(issue("order", "must name the order once: transactionId or outTradeNo, not both"));
  }
  const { refundFee, totalFee } = request;
  if (typeof refundFee === "number" && typeof totalFee === "number" && refundFee > totalFee) {
    issues.push(
      issue(
        "refundFee",
        `must not be more than totalFee (${requestNames.wireOf("totalFee")}), the whole order's amount`,
      ),
    );
  }
  return issues;
};

const detailJson = (goods: ReadonlyArray<GoodsDetail>): string =>
  JSON.stringify({
    goods_detail: goods.map((item) =>
      Object.fromEntries(
        Object.entries(goodsWire).map(([ours, wire]) => [wire, item[ours as keyof GoodsDetail]] as const),
      ),
    ),
  });

/** The checks of every protocol, and whatever they found. */
const examine = (request: RefundRequest) => {
  const checked = checkFields(request);
  const issues: Array<Issue> = [
    ...(Result.isFailure(checked)
      ? issuesOf(checked.failure).map(({ message, path }) => {
          const field = path === "" ? "request" : path;
          return { field, wire: requestNames.wireOf(field.replace(/^order\./, "").replace(/\..*$/, "")), message };
        })
      : []),
    ...(typeof request === "object" && request !== null ? crossIssues(request) : []),
  ];
  return { checked, issues };
};

/** The fields of a request that has passed its checks. */
export type Checked = typeof RequestFields.Type;

/** Checks what every protocol asks of a request; `wire` of an issue is APIv2's name. */
export const check = (request: RefundRequest): Result.Result<Checked, ReadonlyArray<Issue>> => {
  const { checked, issues } = examine(request);
  return Result.isFailure(checked) || issues.length > 0 ? Result.fail(issues) : Result.succeed(checked.success);
};

const encode: Operation<RefundRequest, RefundAccepted>["encode"] = (request, merchant) => {
  const { checked, issues } = examine(request);
  const detail =
    Result.isSuccess(checked) && checked.success.goodsDetail !== undefined
      ? detailJson(checked.success.goodsDetail)
      : undefined;
  if (detail !== undefined && [...detail].length > 6000) {
    issues.push(issue("goodsDetail", "must not be longer than 6000 characters as JSON"));
  }
  if (Result.isFailure(checked) || issues.length > 0) return Result.fail(issues);
  const fields = checked.success;
  const { opUserId, order } = fields;
  const params = new Map<string, string>();
  for (const [ours, wire] of orderFields) {
    const value = order[ours];
    if (value !== undefined) params.set(wire, value);
  }
  for (const [ours, wire] of plainFields) {
    const value = fields[ours];
    if (value !== undefined) params.set(wire, String(value));
  }
  if (opUserId !== undefined) params.set(requestWire.opUserId, opUserId === true ? merchant.mchId : opUserId);
  if (detail !== undefined) params.set(requestWire.goodsDetail, detail);
  return Result.succeed(params);
};

/** One refunded coupon (代金券): the fields `coupon_*_$n`. `CASH` is a recharge coupon, `NO_CASH` one that is not. */
export const Coupon = Schema.Struct({
  couponType: Schema.optionalKey(Schema.String),
  couponRefundId: Schema.optionalKey(Schema.String),
  couponRefundFee: Schema.optionalKey(FenText),
  couponRefundBatchId: Schema.optionalKey(Schema.String),
});
export type Coupon = typeof Coupon.Type;

/**
 * The gateway accepted the application. **Not** "refunded": ask `RefundQuery` for that. Fields that WeChat Pay is known to
 * leave out are optional, amounts are in fen, ids are text. `coupons` holds the `coupon_*_$n` family, or the single
 * `coupon_refund_id` of the 2015 form; whatever is not known stands in `extra` under its wire name.
 */
export const RefundAccepted = Schema.Struct({
  appId: Schema.optionalKey(Schema.String),
  mchId: Schema.optionalKey(Schema.String),
  subAppId: Schema.optionalKey(Schema.String),
  subMchId: Schema.optionalKey(Schema.String),
  deviceInfo: Schema.optionalKey(Schema.String),
  transactionId: Schema.String,
  outTradeNo: Schema.String,
  outRefundNo: Schema.String.pipe(Schema.brand("OutRefundNo")),
  /** WeChat Pay's refund number (微信退款单号). */
  refundId: Schema.String,
  refundChannel: Schema.optionalKey(Schema.String),
  refundFee: FenFromText,
  refundFeeType: Schema.optionalKey(Schema.String),
  settlementRefundFee: Schema.optionalKey(FenText),
  totalFee: Schema.optionalKey(FenFromText),
  settlementTotalFee: Schema.optionalKey(FenText),
  feeType: Schema.optionalKey(Schema.String),
  cashFee: Schema.optionalKey(FenText),
  cashFeeType: Schema.optionalKey(Schema.String),
  cashRefundFee: Schema.optionalKey(FenText),
  cashRefundFeeType: Schema.optionalKey(Schema.String),
  couponRefundFee: Schema.optionalKey(FenText),
  couponRefundCount: Schema.optionalKey(Count),
  coupons: Schema.Array(Coupon),
  /** JSON text of `/secapi/pay/refundv2`. */
  promotionDetail: Schema.optionalKey(Schema.String),
  /** APIv3 tells with the acceptance what has become of the refund so far; also SUCCESS, of one that was applied for again. */
  refundStatus: Schema.optionalKey(RefundStatus),
  refundStatusText: Schema.optionalKey(Schema.String),
  /** APIv3: when the refund was made. Older than the call: the number was used before, and nothing was paid by this call. */
  createTime: Schema.optionalKey(BeijingTime),
  refundSuccessTime: Schema.optionalKey(BeijingTime),
  refundAccount: Schema.optionalKey(Schema.String),
  refundRecvAccount: Schema.optionalKey(Schema.String),
  extra: Schema.Record(Schema.String, Schema.String),
});
export type RefundAccepted = typeof RefundAccepted.Type;

const families: Families = {
  fields: new Fields(replyFields.accepted, RefundAccepted.fields),
  ofMembers: new Fields(replyFields.coupon, Coupon.fields),
};
const decodeAccepted = decodeReply(RefundAccepted);
const plainAccepted = plainly(RefundAccepted, "coupons", "extra");
const plainCoupon = plainly(Coupon);

const decode: Operation<RefundRequest, RefundAccepted>["decode"] = (reply) =>
  tolerantly((check) => {
    const { extra, flat, members } = sort(reply, families, check);
    const { couponRefundId } = flat;
    // The 2015 form has one coupon id without an index.
    const coupons = members.size === 0 && couponRefundId !== undefined ? [{ couponRefundId }] : inOrder(members);
    const plainCoupons = all(coupons, plainCoupon);
    const plain = plainCoupons && plainAccepted(flat, { coupons: plainCoupons, extra });
    if (plain !== undefined) return Result.succeed(plain);
    return decodeAccepted({ ...flat, coupons, extra }, families.fields);
  });

const copy: Operation<RefundRequest, RefundAccepted>["copy"] = (request) =>
  copyOf(request, requestShape.fields, {
    order: (order) => copyOf(order, orderShape.fields),
    goodsDetail: listOf((item) => copyOf(item, goodsShape.fields)),
  });

/** The refund application as an operation. */
export const operation: Operation<RefundRequest, RefundAccepted> = {
  name: "refund",
  path: (request) => (request.goodsDetail === undefined ? "/secapi/pay/refund" : "/secapi/pay/refundv2"),
  certificate: "required",
  maxReplyBytes: 64 * 1024,
  outRefundNo: (request) => request?.outRefundNo,
  copy,
  encode,
  decode,
  expectations: (request) => [
    { field: "out_refund_no", expected: request.outRefundNo, required: true },
    { field: "refund_fee", expected: String(request.refundFee), required: true },
    { field: "total_fee", expected: String(request.totalFee), required: false },
    request.order.transactionId === undefined
      ? { field: "out_trade_no", expected: request.order.outTradeNo, required: true }
      : { field: "transaction_id", expected: request.order.transactionId, required: true },
    ...(request.refundFeeType === undefined
      ? []
      : [{ field: "fee_type", expected: request.refundFeeType, required: false }]),
  ],
};
