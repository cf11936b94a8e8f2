/**
 * The HTTP API: addresses, forms and answers, from which the OpenAPI document is made.
 *
 * Amounts are fen (分) as JSON integers up to 2^53−1, times RFC 3339 in UTC. What a refund's `state` and `block` mean stands in
 * `RefundProgress`. What is done about a request stands in `internal/handlers.ts`.
 */
import { RefundAccount } from "@wechat-refund/core/Refund";
import { Cause, Truth } from "@wechat-refund/core/RefundProgress";
import * as HttpApi from "effect/http-api/HttpApi";
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint";
import * as HttpApiGroup from "effect/http-api/HttpApiGroup";
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware";
import * as HttpApiSchema from "effect/http-api/HttpApiSchema";
import * as OpenApi from "effect/http-api/OpenApi";
import * as Schema from "effect/Schema";
import { Access, Needs } from "./Access.ts";
import { described } from "./internal/openApi.ts";
import {
  Internal,
  Invalid,
  MethodNotAllowed,
  NotFound,
  NotPermitted,
  NumberUsed,
  OtherRefund,
  TooLarge,
  Unavailable,
  Unreadable,
  UnsupportedMediaType,
} from "./Problems.ts";

const Time = Schema.String.annotate({ format: "date-time" });
const Amount = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }));
const text = (max: number) => Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(max));
const number = (max: number) =>
  Schema.String.check(
    Schema.isPattern(new RegExp(`^[0-9A-Za-z_\\-|*@]{1,${max}}$`, "u"), {
      message: `must be 1 to ${max} digits, letters or _ - | * @`,
    }),
  );
const digits = (most: number, message: string) =>
  Schema.String.check(Schema.isPattern(new RegExp(`^(?:0|[1-9][0-9]{0,${most - 1}})$`, "u"), { message }));

const time = Schema.String.annotate({ format: "date-time" }).check(
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

const Page = Schema.Struct({
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

const Totals = Schema.Struct({ totals: Schema.Array(Total) }).annotate({ identifier: "Totals" });

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

const EventPage = Schema.Struct({
  events: Schema.Array(EventView),
  /** Store it once these are handled, and give it as `after` next. */
  next: Schema.Int,
}).annotate({ identifier: "EventPage" });

const MerchantView = Schema.Struct({
  merchant: Schema.String,
  mchId: Schema.String,
  subMchId: Schema.optionalKey(Schema.String),
  /** Nothing is sent for it until somebody resumes it. */
  paused: Schema.optionalKey(Schema.Struct({ by: Schema.String, reason: Schema.String, since: Time })),
  /** What this process knows to hold it, such as no money. */
  held: Schema.optionalKey(Schema.Struct({ cause: Cause, detail: Schema.String })),
}).annotate({ identifier: "Merchant" });

const Merchants = Schema.Struct({ merchants: Schema.Array(MerchantView) }).annotate({ identifier: "Merchants" });

const Reason = Schema.Struct({
  /** Why; it stands in the history with the token's name. */
  reason: text(500),
}).annotate({ identifier: "Reason" });

/** Turns what is wrong with an address's parameters into a problem document. */
export class Checked extends HttpApiMiddleware.Service<Checked>()("@wechat-refund/server/Checked", {
  error: Invalid,
}) {}

const common = [NotFound, Invalid, MethodNotAllowed, Internal, Unavailable] as const;
const withBody = [...common, Unreadable, TooLarge, UnsupportedMediaType] as const;
const ofRefund = { merchant: Schema.String, outRefundNo: Schema.String };

const act = <const A extends Action>(action: A, summary: string) =>
  HttpApiEndpoint.post(action, `/v1/refunds/:merchant/:outRefundNo/${action}`, {
    params: ofRefund,
    payload: Reason,
    success: RefundView,
    error: [...withBody, NotPermitted],
  })
    .annotate(Needs, "operate")
    .annotate(OpenApi.Summary, summary);

const toMerchant = <const A extends "pause" | "resume">(action: A, summary: string) =>
  HttpApiEndpoint.post(action, `/v1/merchants/:merchant/${action}`, {
    params: { merchant: Schema.String },
    payload: Reason,
    success: MerchantView,
    error: withBody,
  })
    .annotate(Needs, "operate")
    .annotate(OpenApi.Summary, summary);

const wholeNumber = digits(15, "must be a whole number");

export class Api extends HttpApi.make("wechat-refund")
  .add(
    HttpApiGroup.make("refunds", { topLevel: true })
      .add(
        HttpApiEndpoint.post("start", "/v1/refunds", {
          payload: NewRefund,
          success: HttpApiSchema.WithHeaders(Started.pipe(HttpApiSchema.status(202)), { location: Schema.String }),
          error: [...withBody, OtherRefund, NumberUsed],
        })
          .annotate(Needs, "write")
          .annotate(OpenApi.Summary, "Has a refund made. Repeat the identical request whenever you are unsure"),
        HttpApiEndpoint.get("find", "/v1/refunds/:merchant/:outRefundNo", {
          params: ofRefund,
          success: RefundWithHistory,
          error: common,
        })
          .annotate(Needs, "read")
          .annotate(OpenApi.Summary, "A refund with its history"),
        HttpApiEndpoint.get("list", "/v1/refunds", {
          query: {
            merchant: Schema.optionalKey(Schema.String),
            state: Schema.optionalKey(Schema.Array(Truth)),
            block: Schema.optionalKey(Schema.Array(Schema.Union([Cause, Schema.Literal("any")]))),
            transactionId: Schema.optionalKey(number(32)),
            outTradeNo: Schema.optionalKey(number(32)),
            outRefundNo: Schema.optionalKey(number(64)),
            prefix: Schema.optionalKey(number(64)),
            from: Schema.optionalKey(time),
            until: Schema.optionalKey(time),
            after: Schema.optionalKey(wholeNumber),
            limit: Schema.optionalKey(
              Schema.String.check(
                Schema.isPattern(/^(?:[1-9][0-9]{0,2}|1000)$/u, { message: "must be a whole number from 1 to 1000" }),
              ),
            ),
          },
          success: Page,
          error: common,
        })
          .annotate(Needs, "read")
          .annotate(OpenApi.Summary, "Refunds, the newest first, in pages of 100 unless told otherwise"),
        act("cancel", "Gives up what was never sent"),
        act("go-on", "Asks now, and sends again where that is right"),
        act("resolve", "A person ended it: paid otherwise, or given up. Nothing is sent for ever"),
        act("start-again", "Starts a refund again that was given up and certainly not made"),
      )
      .middleware(Checked)
      .middleware(Access),
    HttpApiGroup.make("service", { topLevel: true })
      .add(
        HttpApiEndpoint.get("totals", "/v1/totals", {
          query: { merchant: Schema.optionalKey(Schema.String) },
          success: Totals,
          error: common,
        })
          .annotate(Needs, "read")
          .annotate(OpenApi.Summary, "How many refunds, and of how much, by merchant, currency, state and block"),
        HttpApiEndpoint.get("events", "/v1/events", {
          query: {
            merchant: Schema.optionalKey(Schema.String),
            after: Schema.optionalKey(wholeNumber),
            wait: Schema.optionalKey(
              Schema.String.check(
                Schema.isPattern(/^(?:[0-9]|[12][0-9]|30)$/u, { message: "must be whole seconds from 0 to 30" }),
              ),
            ),
          },
          success: EventPage,
          error: common,
        })
          .annotate(Needs, "read")
          .annotate(
            OpenApi.Summary,
            "Each change of a refund, once and in order, after a position; waits up to `wait` seconds for one",
          ),
        HttpApiEndpoint.get("merchants", "/v1/merchants", { success: Merchants, error: common })
          .annotate(Needs, "read")
          .annotate(OpenApi.Summary, "The merchants, and whether they are paused or held"),
        toMerchant("pause", "Stops the sends of a merchant; what was sent is asked for all the same"),
        toMerchant("resume", "Lets the merchant's refunds be sent again"),
      )
      .middleware(Checked)
      .middleware(Access),
  )
  .annotate(HttpApi.QueryParseOptions, { errors: "all", onExcessProperty: "error" })
  .annotateMerge(
    OpenApi.annotations({
      title: "wechat-refund",
      version: "1",
      description:
        "Refunds through WeChat Pay (微信支付退款): stored before they are acknowledged, made at most once a number.",
      transform: described,
    }),
  ) {}
