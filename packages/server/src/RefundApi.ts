/**
 * The HTTP API: addresses and answers, from which the OpenAPI document is made.
 *
 * What requests and answers hold stands in `Forms`, what a refund's `state` and `block` mean in `RefundProgress`, and what is done about a
 * request in `internal/handlers.ts`.
 */
import { Cause, Truth } from "@wechat-refund/core/RefundProgress";
import * as HttpApi from "effect/http-api/HttpApi";
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint";
import * as HttpApiGroup from "effect/http-api/HttpApiGroup";
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware";
import * as HttpApiSchema from "effect/http-api/HttpApiSchema";
import * as OpenApi from "effect/http-api/OpenApi";
import * as Schema from "effect/Schema";
import { Access, Needs } from "./Access.ts";
import {
  type Action,
  date,
  DayState,
  DeliveryPage,
  DeliveryState,
  DeliveryView,
  digits,
  EventPage,
  Merchants,
  MerchantView,
  NewRefund,
  number,
  Page,
  Reason,
  ReconciliationFeed,
  ReconciliationPage,
  ReconciliationWithDifferences,
  RefundView,
  RefundWithHistory,
  Replay,
  Replayed,
  Started,
  time,
  Totals,
  Webhooks,
  WebhookView,
} from "./Forms.ts";
import { described } from "./internal/openApi.ts";
import {
  Internal,
  Invalid,
  MethodNotAllowed,
  NotFound,
  NotPermitted,
  NotDisabled,
  NumberUsed,
  OtherRefund,
  TooLarge,
  Unavailable,
  Unreadable,
  UnsupportedMediaType,
} from "./Problems.ts";

/** Turns what is wrong with an address's parameters into a problem document. */
export class Checked extends HttpApiMiddleware.Service<Checked>()("@wechat-refund/server/Checked", {
  error: Invalid,
}) {}

const common = [NotFound, Invalid, MethodNotAllowed, Internal, Unavailable] as const;
const withBody = [...common, Unreadable, TooLarge, UnsupportedMediaType] as const;
const ofWebhook = { webhook: Schema.String };
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
const cursor = Schema.String.check(
  Schema.isPattern(/^[0-9]{1,15}(?::[0-9A-Za-z_\-|*@]{1,64})?$/u, { message: "must be the `next` of the page before" }),
);
const limit = Schema.String.check(
  Schema.isPattern(/^(?:[1-9][0-9]{0,2}|1000)$/u, { message: "must be a whole number from 1 to 1000" }),
);
const wait = Schema.String.check(
  Schema.isPattern(/^(?:[0-9]|[12][0-9]|30)$/u, { message: "must be whole seconds from 0 to 30" }),
);

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
            block: Schema.optionalKey(Schema.Array(Schema.Literals([...Cause.literals, "any"]))),
            transactionId: Schema.optionalKey(number(32)),
            outTradeNo: Schema.optionalKey(number(32)),
            outRefundNo: Schema.optionalKey(number(64)),
            prefix: Schema.optionalKey(number(64)),
            from: Schema.optionalKey(time),
            until: Schema.optionalKey(time),
            after: Schema.optionalKey(cursor),
            limit: Schema.optionalKey(limit),
          },
          success: Page,
          error: common,
        })
          .annotate(Needs, "read")
          .annotate(
            OpenApi.Summary,
            "Refunds, the newest first, or of a prefix the highest number first, in pages of 100 unless told otherwise",
          ),
        act("cancel", "Gives up what was never sent"),
        act("go-on", "Asks now, and sends again where that is right"),
        act("resolve", "A person ended it: paid otherwise, or given up. Nothing is sent for ever"),
        act(
          "start-again",
          "Starts a refund again that was given up: certainly not made, or withheld since a backup was put back",
        ),
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
            wait: Schema.optionalKey(wait),
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
  .add(
    HttpApiGroup.make("reconciliations", { topLevel: true })
      .add(
        HttpApiEndpoint.get("reconciliations", "/v1/reconciliations", {
          query: {
            mchId: Schema.optionalKey(number(32)),
            from: Schema.optionalKey(date),
            to: Schema.optionalKey(date),
            state: Schema.optionalKey(Schema.Array(DayState)),
            after: Schema.optionalKey(
              Schema.String.check(
                Schema.isPattern(/^[0-9]{4}-[0-9]{2}-[0-9]{2}\.[0-9A-Za-z_-]{1,32}$/u, {
                  message: "must be the next of a page",
                }),
              ),
            ),
            limit: Schema.optionalKey(limit),
          },
          success: ReconciliationPage,
          error: common,
        })
          .annotate(Needs, "read")
          .annotate(OpenApi.Summary, "Days whose books are compared with WeChat Pay's bills, the newest first"),
        HttpApiEndpoint.get("reconciliationFeed", "/v1/reconciliations/feed", {
          query: { after: Schema.optionalKey(wholeNumber), wait: Schema.optionalKey(wait) },
          success: ReconciliationFeed,
          error: common,
        })
          .annotate(Needs, "read")
          .annotate(
            OpenApi.Summary,
            "Each day that is done, once and in order, after a position; waits up to `wait` seconds for one",
          ),
        HttpApiEndpoint.get("reconciliation", "/v1/reconciliations/:mchId/:date", {
          params: { mchId: Schema.String, date: Schema.String },
          query: { after: Schema.optionalKey(wholeNumber), limit: Schema.optionalKey(limit) },
          success: ReconciliationWithDifferences,
          error: common,
        })
          .annotate(Needs, "read")
          .annotate(OpenApi.Summary, "A day with its differences, in pages of 100 unless told otherwise"),
      )
      .middleware(Checked)
      .middleware(Access),
  )
  .add(
    HttpApiGroup.make("webhooks", { topLevel: true })
      .add(
        HttpApiEndpoint.get("webhooks", "/v1/webhooks", { success: Webhooks, error: common })
          .annotate(Needs, "operate")
          .annotate(OpenApi.Summary, "The webhooks, and how each stands"),
        HttpApiEndpoint.get("deliveries", "/v1/webhooks/:webhook/deliveries", {
          params: ofWebhook,
          query: {
            state: Schema.optionalKey(DeliveryState),
            after: Schema.optionalKey(wholeNumber),
            limit: Schema.optionalKey(limit),
          },
          success: DeliveryPage,
          error: common,
        })
          .annotate(Needs, "operate")
          .annotate(OpenApi.Summary, "Messages to a webhook, the newest first, in pages of 100 unless told otherwise"),
        HttpApiEndpoint.get("delivery", "/v1/webhooks/:webhook/deliveries/:delivery", {
          params: { ...ofWebhook, delivery: Schema.String },
          success: DeliveryView,
          error: common,
        })
          .annotate(Needs, "operate")
          .annotate(OpenApi.Summary, "A message to a webhook"),
        HttpApiEndpoint.post("replay", "/v1/webhooks/:webhook/replay", {
          params: ofWebhook,
          payload: Replay,
          success: Replayed,
          error: withBody,
        })
          .annotate(Needs, "operate")
          .annotate(OpenApi.Summary, "Has a message delivered again, or those of a range of events"),
        HttpApiEndpoint.post("enable", "/v1/webhooks/:webhook/enable", {
          params: ofWebhook,
          payload: Reason,
          success: WebhookView,
          error: [...withBody, NotDisabled],
        })
          .annotate(Needs, "operate")
          .annotate(OpenApi.Summary, "Lets a webhook go on that was disabled, from where it ended"),
        HttpApiEndpoint.post("ping", "/v1/webhooks/:webhook/ping", {
          params: ofWebhook,
          success: DeliveryView.pipe(HttpApiSchema.status(202)),
          error: common,
        })
          .annotate(Needs, "operate")
          .annotate(OpenApi.Summary, "Sends a message of the type ping, once, also to one that is disabled"),
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
