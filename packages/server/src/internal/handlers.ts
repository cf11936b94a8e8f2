/** What is done about each request of the API. */
import { Merchants, type Registered } from "@wechat-refund/core/Merchants";
import type { Cause, Truth } from "@wechat-refund/core/RefundProgress";
import { Refunds } from "@wechat-refund/durable/Refunds";
import * as Effect from "effect/Effect";
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder";
import { HttpApiSchemaError } from "effect/http-api/HttpApiError";
import * as HttpApiSchema from "effect/http-api/HttpApiSchema";
import * as HttpServerRequest from "effect/http/HttpServerRequest";
import * as Layer from "effect/Layer";
import * as SchemaIssue from "effect/SchemaIssue";
import type { unhandled } from "effect/Types";
import { Caller, CallerNow } from "../Access.ts";
import type { Action } from "../Forms.ts";
import { Internal, Invalid, type Issue } from "../Problems.ts";
import { Api, Checked } from "../RefundApi.ts";
import { answered } from "./answered.ts";
import { jsonOf } from "./bodies.ts";
import * as Operations from "./operations.ts";
import { layer as reconciliations } from "./reconciliations.ts";
import { said } from "./said.ts";
import { askedOf, mostIssues, reasonOf } from "./starting.ts";
import { eventView, lineView, merchantView, refundView, totalView } from "./views.ts";
import { layer as webhooks } from "./webhooks/handlers.ts";

/** The address of a refund. */
export const locationOf = (merchant: string, outRefundNo: string): string =>
  `/v1/refunds/${merchant}/${encodeURIComponent(outRefundNo).replaceAll("*", "%2A")}`;

type Request = Parameters<typeof jsonOf>[0];

/** The reason in a request's body. */
const reasonIn = (request: Request) => Effect.flatMap(jsonOf(request), (body) => Effect.fromResult(reasonOf(body)));

const refunds = HttpApiBuilder.group(
  Api,
  "refunds",
  Effect.fn(function* (handlers) {
    const store = yield* Refunds;
    const { all } = yield* Merchants;
    const operations = yield* Operations.make;
    const merchants = operations.names;
    const view = (refund: Parameters<typeof refundView>[1]) => refundView(merchants, refund);

    const act =
      (action: Action) =>
      ({ params, request }: { readonly params: Operations.Named; readonly request: Request }) =>
        Effect.map(operations.act(action, params, reasonIn(request)), view);

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
      .handle("find", ({ params }) =>
        Effect.map(operations.find(params), ({ history, refund }) => ({
          ...view(refund),
          history: history.map(lineView),
        })),
      )
      .handle(
        "list",
        Effect.fnUntraced(function* ({ query: { after, block, from, limit = "100", state, until, ...others } }) {
          const page = yield* operations.list(
            {
              ...others,
              ...(state !== undefined && { truth: state as ReadonlyArray<Truth> }),
              ...(block !== undefined && {
                block: block.includes("any") ? ("any" as const) : (block as ReadonlyArray<Cause>),
              }),
              ...(from !== undefined && { from: Date.parse(from) }),
              ...(until !== undefined && { until: Date.parse(until) }),
            },
            { limit: Number(limit), ...(after !== undefined && { after }) },
          );
          const { next, refunds, unread } = page;
          return {
            refunds: refunds.map(view),
            ...(unread !== undefined && { unread }),
            ...(next !== undefined && { next }),
          };
        }),
      )
      .handleRaw("cancel", act("cancel"))
      .handleRaw("go-on", act("go-on"))
      .handleRaw("resolve", act("resolve"))
      .handleRaw("start-again", act("start-again"));
  }),
);

const service = HttpApiBuilder.group(
  Api,
  "service",
  Effect.fn(function* (handlers) {
    const operations = yield* Operations.make;
    const merchants = operations.names;

    const merchantViews = (seen: ReadonlyArray<Registered>) =>
      Effect.map(operations.standing(seen), (standing) => standing.map(merchantView));

    const toMerchant = (action: "pause" | "resume") =>
      Effect.fnUntraced(function* ({
        params: { merchant },
        request,
      }: {
        readonly params: { readonly merchant: string };
        readonly request: Request;
      }) {
        const registered = yield* operations.pause(action, merchant, reasonIn(request));
        const [view] = yield* merchantViews([registered]);
        return view ?? (yield* new Internal({}));
      });

    return handlers
      .handle("totals", ({ query: { merchant } }) =>
        Effect.map(operations.totals(merchant), (totals) => ({
          totals: totals.map((total) => totalView(merchants, total)),
        })),
      )
      .handle("events", ({ query: { after = "0", merchant, wait = "0" } }) =>
        Effect.gen(function* () {
          const now = yield* CallerNow;
          const page = yield* operations.events({ after: Number(after), wait: Number(wait) * 1000, merchant, now });
          return { events: page.events.map((event) => eventView(merchants, event)), next: page.next };
        }),
      )
      .handle("merchants", () =>
        Effect.map(Effect.flatMap(operations.seen, merchantViews), (merchants) => ({ merchants })),
      )
      .handleRaw("pause", toMerchant("pause"))
      .handleRaw("resume", toMerchant("resume"));
  }),
);

const noParameter = "is no parameter of this address: remove it";

const formatter = SchemaIssue.makeFormatterStandardSchemaV1({
  leafHook: (issue) =>
    issue._tag === "UnexpectedKey"
      ? noParameter
      : // Each is a text, unless it stands there several times.
        issue._tag === "InvalidType"
        ? "is given several times: leave one of them"
        : SchemaIssue.defaultLeafHook(issue),
});

const invalid = (errors: Iterable<Issue>): Invalid => new Invalid({ errors: [...errors].slice(0, mostIssues) });

const wrongOf = (error: HttpApiSchemaError): Effect.Effect<never, Invalid> => {
  if (error.kind === "Body" || error.kind === "ResponseHeaders") return Effect.die(error);
  // One that may stand several times has a place behind its name, which a caller has not written; what is wrong with several is said once.
  const errors = new Map(
    formatter(error.cause.issue).issues.map(({ message, path = [] }) => {
      const [name = ""] = path;
      const issue = { parameter: String(typeof name === "object" ? name.key : name), detail: said(message) };
      return [`${issue.parameter} ${issue.detail}`, issue];
    }),
  );
  return Effect.fail(invalid(errors.values()));
};

const checked = Layer.succeed(Checked, (effect, { endpoint }) =>
  Effect.gen(function* () {
    // Where there are none nothing is decoded; `?attempted=true` beside a body is meant all the same.
    const given = endpoint.query === undefined ? Object.keys(yield* HttpServerRequest.ParsedSearchParams) : [];
    if (given.length > 0) return yield* invalid(given.map((parameter) => ({ parameter, detail: noParameter })));
    return yield* Effect.catch(effect, (error: unhandled): Effect.Effect<never, Invalid | unhandled> =>
      HttpApiSchemaError.is(error) ? wrongOf(error) : Effect.fail(error),
    );
  }),
);

/** All groups, and what they share. */
export const layer = Layer.mergeAll(refunds, service, reconciliations, webhooks).pipe(Layer.provideMerge(checked));
