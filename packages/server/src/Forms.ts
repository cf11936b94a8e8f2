/** The forms of the HTTP API: what a request may hold and what an answer holds. Amounts are fen (分), times RFC 3339. */
import { RefundAccount } from "@wechat-refund/core/Refund";
import { Cause, Truth } from "@wechat-refund/core/RefundProgress";
import * as Schema from "effect/Schema";

const Time = Schema.String.annotate({ format: "date-time" });
const Amount = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }));
const text = (max: number) => Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(max));
export const number = (max: number) =>
  Schema.String.check(
    Schema.isPattern(new RegExp(`^[0-9A-Za-z_\\-|*@]{1,${max}}$`, "u"), {
      message: `must be 1 to ${max} digits, letters or _ - | * @`,
    }),
  );
export const digits = (most: number, message: string) =>
  Schema.String.check(Schema.isPattern(new RegExp(`^(?:0|[1-9][0-9]{0,${most - 1}})$`, "u"), { message }));

export const time = Schema.String.annotate({ format: "date-time" }).check(
  Schema.makeFilter(
    (value: string) =>
      (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/.test(value) &&
        !Number.isNaN(Date.parse(value))) ||
      "must be a time with its offset, such as 2026-11-26T00:00:00+08:00",
  ),
);

const Goods = Schema.Struct({
  goodsId: Schema.String.check(Schema.isPattern(/^[0-9A-Za-z_-]{1,32}$/u)),
  wxpayGoodsId: Schema.optionalKey(text(32)),
  goodsName: Schema.optionalKey(text(256)),
  refundAmount: Amount,
  refundQuantity: Amount,
  price: Amount,
});

/** What is asked: the fields of `RefundRequest`, and whose refund it is. */
export const NewRefund = Schema.Struct({
  /** The merchant's name in the service's configuration; may be left out where the token, or the service, has only one. */
  merchant: Schema.optionalKey(Schema.String),
  /** The paid order, by one of its two numbers. */
  order: Schema.Union([Schema.Struct({ outTradeNo: number(32) }), Schema.Struct({ transactionId: number(32) })]),
  outRefundNo: number(64),
  totalFee: Amount,
  refundFee: Amount,
  refundFeeType: Schema.optionalKey(Schema.String.check(Schema.isPattern(/^[A-Z]{3}$/u))),
  refundDesc: Schema.optionalKey(text(80)),
  refundAccount: Schema.optionalKey(RefundAccount),
  notifyUrl: Schema.optionalKey(text(256)),
  opUserId: Schema.optionalKey(Schema.Union([text(32), Schema.Literal(true)])),
  deviceInfo: Schema.optionalKey(text(32)),
  goodsDetail: Schema.optionalKey(Schema.Array(Goods)),
  /** `true`: an earlier attempt may have been made elsewhere, so it is asked for before it is sent. */
  attempted: Schema.optionalKey(Schema.Boolean),
}).annotate({ identifier: "NewRefund" });

/** What a person may do, as the last part of an address. */
export const Action = Schema.Literals(["cancel", "go-on", "resolve", "start-again"]);
export type Action = typeof Action.Type;

export const Block = Schema.Struct({
  cause: Cause,
  /** What the gateway said. */
  detail: Schema.optionalKey(Schema.String),
}).annotate({ identifier: "Block" });

const whose = {
  /** The name in the service's configuration; absent for a merchant that stands there no more. */
  merchant: Schema.optionalKey(Schema.String),
  mchId: Schema.String,
  subMchId: Schema.optionalKey(Schema.String),
};

const refund = {
  ...whose,
  outRefundNo: Schema.String,
  state: Truth,
  /** `true`: proved. `false`: certainly not, for this refund ended otherwise or was given up. `null`: not known, or not yet. */
  moneyReturned: Schema.NullOr(Schema.Boolean),
  /** Why work on it rests until somebody acts. */
  block: Schema.optionalKey(Block),
  /** Whether nothing changes it any more. */
  final: Schema.Boolean,
  order: Schema.Record(Schema.String, Schema.String),
  totalFee: Schema.Int,
  refundFee: Schema.Int,
  currency: Schema.String,
  /** WeChat Pay's number (微信退款单号), once it has told one. */
  refundId: Schema.optionalKey(Schema.String),
  /** What may be done now. */
  actions: Schema.Array(Action),
  createdAt: Time,
  updatedAt: Time,
};

export const RefundView = Schema.Struct(refund).annotate({ identifier: "Refund" });
export type RefundView = typeof RefundView.Type;

export const Started = Schema.Struct({
  ...refund,
  /** `false`: it was there, with the same fields. */
  created: Schema.Boolean,
}).annotate({ identifier: "StartedRefund" });

export const Line = Schema.Struct({
  seq: Schema.Int,
  at: Time,
  what: Schema.String,
  state: Schema.String,
  block: Schema.optionalKey(Schema.String),
  detail: Schema.optionalKey(Schema.Json),
}).annotate({ identifier: "HistoryLine" });

export const RefundWithHistory = Schema.Struct({ ...refund, history: Schema.Array(Line) }).annotate({
  identifier: "RefundWithHistory",
});

export const Page = Schema.Struct({
  refunds: Schema.Array(RefundView),
  /** Give it as `after` for the next page; absent where this is the last. */
  next: Schema.optionalKey(Schema.String),
}).annotate({ identifier: "RefundPage" });

const Total = Schema.Struct({
  ...whose,
  currency: Schema.String,
  state: Truth,
  block: Schema.optionalKey(Cause),
  count: Schema.Int,
  /** The sum in fen; exact up to 2^53−1. */
  amount: Schema.Finite,
}).annotate({ identifier: "Total" });

export const Totals = Schema.Struct({ totals: Schema.Array(Total) }).annotate({ identifier: "Totals" });

export const EventView = Schema.Struct({
  /** Where it stands among all events; positions grow, and some are not yours. */
  position: Schema.Int,
  ...whose,
  outRefundNo: Schema.String,
  /** The number of its line in the refund's history. */
  seq: Schema.Int,
  at: Time,
  state: Schema.String,
  fromState: Schema.optionalKey(Schema.String),
  moneyReturned: Schema.NullOr(Schema.Boolean),
  block: Schema.optionalKey(Cause),
  fromBlock: Schema.optionalKey(Cause),
  refundFee: Schema.Int,
  currency: Schema.String,
  what: Schema.String,
  detail: Schema.optionalKey(Schema.Json),
}).annotate({ identifier: "Event" });
export type EventView = typeof EventView.Type;

export const EventPage = Schema.Struct({
  events: Schema.Array(EventView),
  /** Store it once these are handled, and give it as `after` next. */
  next: Schema.Int,
}).annotate({ identifier: "EventPage" });

export const MerchantView = Schema.Struct({
  merchant: Schema.String,
  mchId: Schema.String,
  subMchId: Schema.optionalKey(Schema.String),
  /** Nothing is sent for it until somebody resumes it. */
  paused: Schema.optionalKey(Schema.Struct({ by: Schema.String, reason: Schema.String, since: Time })),
  /** What this process knows to hold it, such as no money. */
  held: Schema.optionalKey(Schema.Struct({ cause: Cause, detail: Schema.String })),
}).annotate({ identifier: "Merchant" });

export const Merchants = Schema.Struct({ merchants: Schema.Array(MerchantView) }).annotate({ identifier: "Merchants" });

export const Reason = Schema.Struct({
  /** Why; it stands in the history with the token's name. */
  reason: text(500),
}).annotate({ identifier: "Reason" });
