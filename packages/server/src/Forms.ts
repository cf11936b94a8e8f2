/** The forms of the HTTP API: what a request may hold and what an answer holds. Amounts are fen (分), times RFC 3339. */
import { RefundAccount } from "@wechat-refund/core/Refund";
import { Cause, Truth } from "@wechat-refund/core/RefundProgress";
import { kinds } from "@wechat-refund/core/Reconciliation";
import { states } from "@wechat-refund/durable/Deliveries";
import { isDay } from "@wechat-refund/core/RefundBill";
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

/** A time (RFC 3339) of a day that there is: `Date` takes the 30th of February for a day of March. */
export const isTime = (value: string): boolean =>
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/.test(value) &&
  isDay(value.slice(0, 10)) &&
  !Number.isNaN(Date.parse(value));

/** A time as a parameter of an address; what is said of one in a body stands with the body. */
export const time = Schema.String.annotate({ format: "date-time" }).check(
  Schema.makeFilter(
    (value: string) =>
      isTime(value) ||
      "must be a time with its offset, such as 2026-11-26T00:00:00%2B08:00: in an address %2B stands for +",
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

/**
 * The `position` of the refund's newest event, 0 before that has one: of two descriptions of a refund the one with the higher version is the
 * newer, also where a backup was put back between them.
 */
const Version = Schema.Int;

const refund = {
  ...whose,
  outRefundNo: Schema.String,
  version: Version,
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
  /** The numbers of those that are found as well and cannot be read: nothing is done with them, and the log says why. */
  unread: Schema.optionalKey(Schema.Array(Schema.String)),
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
export type TotalView = typeof Total.Type;

export const Totals = Schema.Struct({ totals: Schema.Array(Total) }).annotate({ identifier: "Totals" });

export const EventView = Schema.Struct({
  /** Where it stands among all events; positions grow, and some are not yours. */
  position: Schema.Int,
  ...whose,
  outRefundNo: Schema.String,
  /** Of the refund, by this event. */
  version: Version,
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
  /** What holds it, such as no money, whichever process calls for it. */
  held: Schema.optionalKey(Schema.Struct({ cause: Cause, detail: Schema.String })),
}).annotate({ identifier: "Merchant" });
export type MerchantView = typeof MerchantView.Type;

export const Merchants = Schema.Struct({ merchants: Schema.Array(MerchantView) }).annotate({ identifier: "Merchants" });

const Sum = Schema.Struct({
  count: Schema.Int,
  /** In fen; exact up to 2^53−1. */
  amount: Schema.Finite,
});

export const Kind = Schema.Literals(kinds);
export const DayState = Schema.Literals(["waiting", "asking", "done", "lost"]);

/** A day in Beijing. */
export const date = Schema.String.annotate({ format: "date" }).check(
  Schema.makeFilter((value: string) => isDay(value) || "must be a day such as 2026-11-23"),
);

const reconciliation = {
  /** The merchant number that the bill is of; a provider's has all of its sub-merchants. */
  mchId: Schema.String,
  date: Schema.String.annotate({ format: "date" }),
  /** `waiting` for the bill; `asking` about what differs; `done`; `lost`: there is no bill of it any more. */
  state: DayState,
  attempts: Schema.Int,
  /** When it is looked at next. */
  nextAt: Schema.optionalKey(Time),
  /** Why there is no result yet, or none any more. */
  why: Schema.optionalKey(Schema.String),
  /** Whether all of the bill could be read. */
  whole: Schema.optionalKey(Schema.Boolean),
  /** Refunds in the bill. */
  lines: Schema.optionalKey(Schema.Int),
  totals: Schema.Array(
    Schema.Struct({
      currency: Schema.String,
      ours: Sum,
      theirs: Sum,
      /** Of which nobody can say yet: not all bills of their days are in. */
      open: Sum,
      kinds: Schema.Struct({
        matched: Sum,
        "amount-differs": Sum,
        "only-there": Sum,
        "only-here": Sum,
        twice: Sum,
        elsewhere: Sum,
        contradiction: Sum,
      }),
    }),
  ),
  problems: Schema.Array(Schema.Struct({ line: Schema.optionalKey(Schema.Int), problem: Schema.String })),
  /** How many differences were found, and how many of them are kept. */
  differences: Schema.Int,
  kept: Schema.Int,
  comparedAt: Schema.optionalKey(Time),
  doneAt: Schema.optionalKey(Time),
  /** Where it stands among the days that are done. */
  position: Schema.optionalKey(Schema.Int),
};

export const ReconciliationView = Schema.Struct(reconciliation).annotate({ identifier: "Reconciliation" });
export type ReconciliationView = typeof ReconciliationView.Type;

const side = {
  refundFee: Schema.Int,
  currency: Schema.String,
  refundId: Schema.optionalKey(Schema.String),
  transactionId: Schema.optionalKey(Schema.String),
  outTradeNo: Schema.optionalKey(Schema.String),
};

export const DifferenceView = Schema.Struct({
  id: Schema.Int,
  kind: Kind,
  ...whose,
  /** Empty where the bill names none. */
  outRefundNo: Schema.String,
  /** The fields that differ, by their wire names. */
  fields: Schema.Array(Schema.String),
  ours: Schema.optionalKey(Schema.Struct({ ...side, state: Truth })),
  theirs: Schema.optionalKey(
    Schema.Struct({ ...side, status: Schema.String, time: Schema.optionalKey(Schema.String), line: Schema.Int }),
  ),
  whatToDo: Schema.String,
  /** Whom a signed query agrees with; absent until it was asked for. */
  agreesWith: Schema.optionalKey(Schema.Literals(["ours", "theirs", "both", "neither", "unknown"])),
  /** The record that it gave; absent where there is no such refund. */
  record: Schema.optionalKey(Schema.Struct({ refundId: Schema.String, status: Schema.String, refundFee: Schema.Int })),
  /** Why it could not be asked for. */
  notAsked: Schema.optionalKey(Schema.String),
  askedAt: Schema.optionalKey(Time),
}).annotate({ identifier: "Difference" });
export type DifferenceView = typeof DifferenceView.Type;

export const ReconciliationPage = Schema.Struct({
  reconciliations: Schema.Array(ReconciliationView),
  /** Give it as `after` for the next page; absent where this is the last. */
  next: Schema.optionalKey(Schema.String),
}).annotate({ identifier: "ReconciliationPage" });

export const ReconciliationFeed = Schema.Struct({
  reconciliations: Schema.Array(ReconciliationView),
  /** Store it once these are handled, and give it as `after` next. */
  next: Schema.Int,
}).annotate({ identifier: "ReconciliationFeed" });

export const ReconciliationWithDifferences = Schema.Struct({
  ...reconciliation,
  found: Schema.Array(DifferenceView),
  /** Give it as `after` for the next page of differences; absent where this is the last. */
  next: Schema.optionalKey(Schema.String),
}).annotate({ identifier: "ReconciliationWithDifferences" });

export const DeliveryState = Schema.Literals(states);

export const WebhookView = Schema.Struct({
  webhook: Schema.String,
  /** `false`: the service's file has it no more, and nothing is delivered to it. */
  configured: Schema.Boolean,
  /** Where it is; its path may be a secret. */
  host: Schema.optionalKey(Schema.String),
  merchants: Schema.Array(Schema.String),
  types: Schema.Array(Schema.String),
  /** How many secrets sign: two while one is changed. */
  secrets: Schema.Int,
  /** Messages that are to be delivered, and such as were given up. */
  pending: Schema.Int,
  dead: Schema.Int,
  deliveredAt: Schema.optionalKey(Time),
  failedAt: Schema.optionalKey(Time),
  /** What the last failure was. */
  failure: Schema.optionalKey(Schema.String),
  /** Nothing is sent to it until somebody enables it. */
  disabled: Schema.optionalKey(Schema.Struct({ since: Time, why: Schema.String })),
  /** Who did that last. */
  enabled: Schema.optionalKey(Schema.Struct({ by: Schema.String, reason: Schema.String, at: Time })),
}).annotate({ identifier: "Webhook" });
export type WebhookView = typeof WebhookView.Type;

export const Webhooks = Schema.Struct({ webhooks: Schema.Array(WebhookView) }).annotate({ identifier: "Webhooks" });

export const DeliveryView = Schema.Struct({
  /** Its number in this service; replay it by this. */
  id: Schema.String,
  /** Its `webhook-id`: the same for the same event at every endpoint, however often it is sent. */
  message: Schema.String,
  type: Schema.String,
  state: DeliveryState,
  /** Of the event among all events; none of a ping. */
  position: Schema.optionalKey(Schema.Int),
  /** Absent where it is of a merchant that the token does not name: the file named that one when the message was made. */
  outRefundNo: Schema.optionalKey(Schema.String),
  /** When the event happened. */
  at: Time,
  attempts: Schema.Int,
  /** Since when it is tried. */
  since: Time,
  /** When it is tried next, or until when an attempt may take. */
  nextAt: Schema.optionalKey(Time),
  /** The HTTP status of the last answer, if there was one. */
  status: Schema.optionalKey(Schema.Int),
  /** Why the last attempt failed. */
  failure: Schema.optionalKey(Schema.String),
  endedAt: Schema.optionalKey(Time),
  /** Who had it delivered again last, and why. */
  replayed: Schema.optionalKey(Schema.Struct({ by: Schema.String, reason: Schema.String })),
}).annotate({ identifier: "Delivery" });
export type DeliveryView = typeof DeliveryView.Type;

export const DeliveryPage = Schema.Struct({
  deliveries: Schema.Array(DeliveryView),
  /** Give it as `after` for the next page; absent where this is the last. */
  next: Schema.optionalKey(Schema.String),
}).annotate({ identifier: "DeliveryPage" });

/** One delivery by its `id`, or those of the events of a range. */
export const Replay = Schema.Struct({
  reason: text(500),
  delivery: Schema.optionalKey(digits(15, "must be the id of a delivery")),
  /** `dead` unless given; `all`: also what was delivered, made anew. */
  which: Schema.optionalKey(Schema.Literals(["dead", "all"])),
  /** Positions of events, both included. */
  first: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }))),
  last: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }))),
  /** When the events happened; `until` is not included. */
  from: Schema.optionalKey(time),
  until: Schema.optionalKey(time),
}).annotate({ identifier: "Replay" });

export const Replayed = Schema.Struct({
  replayed: Schema.Int,
  /** There are more: ask again with this as `first`. */
  next: Schema.optionalKey(Schema.Int),
}).annotate({ identifier: "Replayed" });

export const Reason = Schema.Struct({
  /** Why; it stands in the history with the token's name. */
  reason: text(500),
}).annotate({ identifier: "Reason" });
