/** What is done about each request of the API. */
import { Merchants, type Registered } from "@wechat-refund/core/Merchants";
import type { Cause, Truth } from "@wechat-refund/core/RefundProgress";
import { Refunds } from "@wechat-refund/durable/Refunds";
import * as Effect from "effect/Effect";
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder";
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware";
import * as HttpApiSchema from "effect/http-api/HttpApiSchema";
import * as Layer from "effect/Layer";
import * as SchemaIssue from "effect/SchemaIssue";
import { Caller } from "../Access.ts";
import type { Action } from "../Forms.ts";
import { Internal, Invalid, NotFound } from "../Problems.ts";
import { Api, Checked } from "../RefundApi.ts";
import { maySee, type Principal } from "../Tokens.ts";
import { answered } from "./answered.ts";
import { jsonOf } from "./bodies.ts";
import { layer as reconciliations } from "./reconciliations.ts";
import { askedOf, reasonOf, unknown } from "./starting.ts";
import { eventView, lineView, names, refundView, timeOf } from "./views.ts";
import * as watching from "./watching.ts";
import { layer as webhooks } from "./webhooks/handlers.ts";

/** The address of a refund. */
export const locationOf = (merchant: string, outRefundNo: string): string =>
  `/v1/refunds/${merchant}/${encodeURIComponent(outRefundNo).replaceAll("*", "%2A")}`;

const noSuchRefund = (): NotFound =>
  new NotFound({ detail: "there is no such refund of this merchant, or the token may not see the merchant" });

/** What is none cannot be in the store, and need not be looked for. */
const isNumber = (outRefundNo: string): boolean => /^[0-9A-Za-z_\-|*@]{1,64}$/.test(outRefundNo);

const visible = Effect.fnUntraced(function* (name: string) {
  const { all } = yield* Merchants;
  const found = maySee(yield* Caller, name) ? all.find((one) => one.name === name) : undefined;
  return found ?? (yield* unknown());
});

const refunds = HttpApiBuilder.group(
  Api,
  "refunds",
  Effect.fn(function* (handlers) {
    const store = yield* Refunds;
    const { all } = yield* Merchants;
    const merchants = names(all);
    const view = (refund: Parameters<typeof refundView>[1]) => refundView(merchants, refund);

    const act = (
      action: Action,
      by: (
        merchant: string,
        outRefundNo: string,
        person: { by: string; reason: string },
      ) => ReturnType<typeof store.goOn>,
    ) =>
      Effect.fnUntraced(function* ({
        params: { merchant, outRefundNo },
        request,
      }: {
        readonly params: { readonly merchant: string; readonly outRefundNo: string };
        readonly request: Parameters<typeof jsonOf>[0];
      }) {
        const caller = yield* Caller;
        const { name } = yield* visible(merchant);
        if (!isNumber(outRefundNo)) return yield* noSuchRefund();
        const reason = yield* Effect.fromResult(reasonOf(yield* jsonOf(request)));
        const refund = yield* answered(by(name, outRefundNo, { by: caller.name, reason }));
        yield* Effect.logInfo(`${action} of refund ${outRefundNo} of ${name} by ${caller.name}`);
        return view(refund);
      });

    return handlers
      .handleRaw(
        "start",
        Effect.fnUntraced(function* ({ request }) {
          const caller = yield* Caller;
          const body = yield* jsonOf(request);
          const asked = yield* Effect.fromResult(askedOf(body, merchants.of(caller), all[0]));
          const { created, ...refund } = yield* answered(
            store.start(asked.merchant, asked.request, { attempted: asked.attempted }),
            body,
          );
          return HttpApiSchema.withHeaders({
            body: { ...view(refund), created },
            headers: { location: locationOf(asked.merchant, refund.outRefundNo) },
          });
        }),
      )
      .handle(
        "find",
        Effect.fnUntraced(function* ({ params: { merchant, outRefundNo } }) {
          const { name } = yield* visible(merchant);
          const found = isNumber(outRefundNo) ? yield* answered(store.find(name, outRefundNo)) : undefined;
          if (found === undefined) return yield* noSuchRefund();
          const history = yield* answered(store.history(name, outRefundNo));
          return { ...view(found), history: history.map(lineView) };
        }),
      )
      .handle(
        "list",
        Effect.fnUntraced(function* ({
          query: { after, block, from, limit = "100", merchant, state, until, ...numbers },
        }) {
          const caller = yield* Caller;
          const only = merchant === undefined ? undefined : [yield* visible(merchant)];
          const page = yield* answered(
            store.list(
              {
                ...numbers,
                ...whoseOf(caller, only, merchants.of(caller)),
                ...(state !== undefined && { truth: state as ReadonlyArray<Truth> }),
                ...(block !== undefined && {
                  block: block.includes("any") ? ("any" as const) : (block as ReadonlyArray<Cause>),
                }),
                ...(from !== undefined && { from: Date.parse(from) }),
                ...(until !== undefined && { until: Date.parse(until) }),
              },
              { limit: Number(limit), ...(after !== undefined && { after }) },
            ),
          );
          return { refunds: page.refunds.map(view), ...(page.next !== undefined && { next: page.next }) };
        }),
      )
      .handleRaw("cancel", act("cancel", store.cancel))
      .handleRaw("go-on", act("go-on", store.goOn))
      .handleRaw("resolve", act("resolve", store.resolve))
      .handleRaw("start-again", act("start-again", store.startAgain));
  }),
);

/** The rows that a caller sees: of the merchant that is asked for, of those of the token, or all. */
const whoseOf = (caller: Principal, only: ReadonlyArray<Registered> | undefined, seen: ReadonlyArray<Registered>) => {
  if (only === undefined && caller.merchants.has("*")) return {};
  return {
    whose: (only ?? seen).map(({ merchant: { mchId, subMchId = "" } }) => ({ mchId, subMchId })),
  };
};

const service = HttpApiBuilder.group(
  Api,
  "service",
  Effect.fn(function* (handlers) {
    const store = yield* Refunds;
    const { all } = yield* Merchants;
    const merchants = names(all);
    const watch = yield* watching.make;

    const merchantView = Effect.fnUntraced(function* (seen: ReadonlyArray<Registered>) {
      const paused = yield* answered(store.paused);
      return seen.map(({ held, merchant: { mchId, subMchId }, name }) => {
        const pause = paused.find((one) => one.mchId === mchId && one.subMchId === (subMchId ?? ""));
        const hold = held();
        return {
          merchant: name,
          mchId,
          ...(subMchId !== undefined && { subMchId }),
          ...(pause !== undefined && { paused: { by: pause.by, reason: pause.reason, since: timeOf(pause.since) } }),
          ...(hold !== undefined && { held: { cause: hold.cause, detail: hold.message } }),
        };
      });
    });

    const toMerchant = (action: "pause" | "resume") =>
      Effect.fnUntraced(function* ({
        params: { merchant },
        request,
      }: {
        readonly params: { readonly merchant: string };
        readonly request: Parameters<typeof jsonOf>[0];
      }) {
        const caller = yield* Caller;
        const registered = yield* visible(merchant);
        const reason = yield* Effect.fromResult(reasonOf(yield* jsonOf(request)));
        const { name } = registered;
        yield* answered(store[action](name, { by: caller.name, reason }));
        yield* Effect.logInfo(`${action} of merchant ${name} by ${caller.name}: ${reason}`);
        const [view] = yield* merchantView([registered]);
        return view ?? (yield* new Internal({}));
      });

    return handlers
      .handle(
        "totals",
        Effect.fnUntraced(function* ({ query: { merchant } }) {
          const caller = yield* Caller;
          if (merchant !== undefined) yield* visible(merchant);
          const totals = yield* answered(store.totals);
          return {
            totals: totals
              .filter(
                (of) => merchants.sees(caller, of) && (merchant === undefined || merchants.nameOf(of) === merchant),
              )
              .map(({ amount, block, count, currency, mchId, subMchId, truth }) => {
                const name = merchants.nameOf({ mchId, subMchId });
                return {
                  ...(name !== undefined && { merchant: name }),
                  mchId,
                  ...(subMchId !== "" && { subMchId }),
                  currency,
                  state: truth,
                  ...(block !== undefined && { block }),
                  count,
                  amount,
                };
              }),
          };
        }),
      )
      .handle(
        "events",
        Effect.fnUntraced(function* ({ query: { after = "0", merchant, wait = "0" } }) {
          const caller = yield* Caller;
          if (merchant !== undefined) yield* visible(merchant);
          const page = yield* answered(
            watch({
              after: Number(after),
              wait: Number(wait) * 1000,
              sees: (event) =>
                merchants.sees(caller, event) && (merchant === undefined || merchants.nameOf(event) === merchant),
            }),
          );
          return { events: page.events.map((event) => eventView(merchants, event)), next: page.next };
        }),
      )
      .handle(
        "merchants",
        Effect.fnUntraced(function* () {
          return { merchants: yield* merchantView(merchants.of(yield* Caller)) };
        }),
      )
      .handleRaw("pause", toMerchant("pause"))
      .handleRaw("resume", toMerchant("resume"));
  }),
);

const formatter = SchemaIssue.makeFormatterStandardSchemaV1();

const checked = HttpApiMiddleware.layerSchemaErrorTransform(Checked, (error) => {
  if (error.kind === "Body" || error.kind === "ResponseHeaders") return Effect.die(error);
  const errors = formatter(error.cause.issue).issues.map(({ message, path = [] }) => ({
    parameter: path.map((part) => String(typeof part === "object" ? part.key : part)).join("."),
    detail: message,
  }));
  return Effect.fail(new Invalid({ errors }));
});

/** All groups, and what they share. */
export const layer = Layer.mergeAll(refunds, service, reconciliations, webhooks).pipe(Layer.provideMerge(checked));
