/** What is done about requests for webhooks. One is seen by who may see every merchant that it is told of. */
import { Merchants } from "@wechat-refund/core/Merchants";
import * as Effect from "effect/Effect";
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import { Caller } from "../../Access.ts";
import { type DeliveryView, Replay, type WebhookView } from "../../Forms.ts";
import { Invalid, type Issue, NotDisabled, NotFound } from "../../Problems.ts";
import { Api } from "../../RefundApi.ts";
import { everyMerchant, maySee, type Principal } from "../../Tokens.ts";
import { type Delivery, type Replay as What, type Webhook, Webhooks } from "../../Webhooks.ts";
import { answered } from "../answered.ts";
import { jsonOf } from "../bodies.ts";
import { isObject, issuesOfOthers, issuesOfReason, notAnObject, reasonOf } from "../starting.ts";
import { type Names, names, timeOf } from "../views.ts";

const timed = <const K extends string>(key: K, at: number | undefined) =>
  (at === undefined ? {} : { [key]: timeOf(at) }) as { readonly [Key in K]?: string };

export const webhookView = ({
  configured,
  dead,
  deliveredAt,
  disabledAt,
  disabledWhy = "",
  enabled,
  failed,
  failedAt,
  host,
  merchants,
  name,
  pending,
  secrets,
  types,
}: Webhook): WebhookView => ({
  webhook: name,
  configured,
  ...(host !== undefined && { host }),
  merchants,
  types,
  secrets,
  pending,
  dead,
  ...timed("deliveredAt", deliveredAt),
  ...timed("failedAt", failedAt),
  ...(failed !== undefined && failed !== "" && { failure: failed }),
  ...(disabledAt !== undefined && { disabled: { since: timeOf(disabledAt), why: disabledWhy } }),
  ...(enabled !== undefined && { enabled: { ...enabled, at: timeOf(enabled.at) } }),
});

/** Whether a caller may know of which refund a delivery tells: the file may have named other merchants when it was made. */
const knows = (merchants: Names, caller: Principal, { mchId, subMchId }: Delivery): boolean =>
  caller.merchants.has(everyMerchant) || (mchId !== undefined && merchants.sees(caller, { mchId, subMchId }));

const deliveryView = (delivery: Delivery, knows: boolean): DeliveryView => ({
  id: String(delivery.id),
  message: delivery.message,
  type: delivery.type,
  state: delivery.state,
  ...(delivery.position !== undefined && { position: delivery.position }),
  ...(delivery.outRefundNo !== undefined && knows && { outRefundNo: delivery.outRefundNo }),
  at: timeOf(delivery.happenedAt),
  attempts: delivery.attempts,
  since: timeOf(delivery.since),
  ...timed("nextAt", delivery.dueAt),
  ...(delivery.status !== undefined && { status: delivery.status }),
  ...(delivery.said !== undefined && { failure: delivery.said }),
  ...timed("endedAt", delivery.endedAt),
  ...(delivery.replayed !== undefined && { replayed: delivery.replayed }),
});

/** Whether a caller may see a webhook, and what is on its way to it. */
export const sees = (caller: Principal, { merchants }: Webhook): boolean =>
  caller.merchants.has(everyMerchant) ||
  (merchants.length > 0 && merchants.every((name) => name !== everyMerchant && maySee(caller, name)));

const noSuchWebhook = (): NotFound =>
  new NotFound({ detail: "there is no such webhook, or the token may not see all merchants that it is told of" });

const decode = Schema.decodeUnknownResult(Replay, { errors: "all" });
const range = ["first", "last", "from", "until"] as const;
const known = ["reason", "delivery", "which", ...range] as const;

const details: Readonly<Record<string, string>> = {
  delivery: "must be the id of a delivery, as a text",
  which: "must be dead or all",
  first: "must be the position of an event",
  last: "must be the position of an event",
  from: "must be a time with its offset, such as 2026-11-26T00:00:00+08:00",
  until: "must be a time with its offset, such as 2026-11-26T00:00:00+08:00",
};

/** What a body asks to be replayed, and why. */
export const replayOf = (body: unknown): Result.Result<{ readonly what: What; readonly reason: string }, Invalid> => {
  if (!isObject(body)) return Result.fail(notAnObject);
  const others = Object.fromEntries(Object.entries(body).filter(([name]) => !known.some((one) => one === name)));
  const errors: Array<Issue> = [...issuesOfOthers(others), ...issuesOfReason(body["reason"])];
  for (const field of known) {
    if (field === "reason" || body[field] === undefined) continue;
    const detail = details[field] ?? "";
    if (Result.isFailure(decode({ reason: "-", [field]: body[field] }))) errors.push({ pointer: `/${field}`, detail });
  }
  const isOne = body["delivery"] !== undefined;
  const isRange = range.some((field) => body[field] !== undefined);
  if (isOne && (isRange || body["which"] !== undefined)) {
    errors.push({ pointer: "/delivery", detail: "names one message: leave which and the range out" });
  }
  if (!isOne && !isRange) {
    errors.push({ pointer: "", detail: `must say which: delivery, or a range by ${range.join(", ")}` });
  }
  const decoded = decode(body);
  if (errors.length > 0 || Result.isFailure(decoded)) return Result.fail(new Invalid({ errors }));
  const { delivery, first, from, last, reason, until, which = "dead" } = decoded.success;
  return Result.succeed({
    reason,
    what:
      delivery === undefined
        ? {
            which,
            range: {
              first,
              last,
              ...(from !== undefined && { from: Date.parse(from) }),
              ...(until !== undefined && { until: Date.parse(until) }),
            },
          }
        : { delivery: Number(delivery) },
  });
};

export const layer = HttpApiBuilder.group(
  Api,
  "webhooks",
  Effect.fn(function* (handlers) {
    const webhooks = yield* Webhooks;
    const merchants = names((yield* Merchants).all);

    const shown = (delivery: Delivery) =>
      Effect.map(Caller, (caller) => deliveryView(delivery, knows(merchants, caller, delivery)));

    const visible = Effect.fnUntraced(function* (name: string) {
      const caller = yield* Caller;
      const found = (yield* answered(webhooks.list)).find((one) => one.name === name);
      return found !== undefined && sees(caller, found) ? found : yield* noSuchWebhook();
    });

    return handlers
      .handle(
        "webhooks",
        Effect.fnUntraced(function* () {
          const caller = yield* Caller;
          const all = yield* answered(webhooks.list);
          return { webhooks: all.filter((one) => sees(caller, one)).map(webhookView) };
        }),
      )
      .handle(
        "deliveries",
        Effect.fnUntraced(function* ({ params, query: { after, limit = "100", state } }) {
          const { name } = yield* visible(params.webhook);
          const wanted = Number(limit);
          const page = yield* answered(
            webhooks.deliveries(name, {
              limit: wanted + 1,
              ...(state !== undefined && { state }),
              ...(after !== undefined && { after: Number(after) }),
            }),
          );
          const deliveries = page.slice(0, wanted);
          const last = deliveries.at(-1);
          return {
            deliveries: yield* Effect.forEach(deliveries, shown),
            ...(page.length > wanted && last !== undefined && { next: String(last.id) }),
          };
        }),
      )
      .handle(
        "delivery",
        Effect.fnUntraced(function* ({ params }) {
          const { name } = yield* visible(params.webhook);
          const found = /^[1-9][0-9]{0,14}$/.test(params.delivery)
            ? yield* answered(webhooks.find(name, Number(params.delivery)))
            : undefined;
          return found === undefined
            ? yield* new NotFound({ detail: "there is no such delivery to this webhook, or it is kept no more" })
            : yield* shown(found);
        }),
      )
      .handleRaw(
        "replay",
        Effect.fnUntraced(function* ({ params, request }) {
          const caller = yield* Caller;
          const { name } = yield* visible(params.webhook);
          const { reason, what } = yield* Effect.fromResult(replayOf(yield* jsonOf(request)));
          const { count, next } = yield* answered(webhooks.replay(name, what, { by: caller.name, reason }));
          if (count === 0 && "delivery" in what) {
            return yield* new NotFound({ detail: "there is no such delivery to this webhook, or it is kept no more" });
          }
          yield* Effect.logInfo(`${count} messages to the webhook ${name} are replayed by ${caller.name}: ${reason}`);
          return { replayed: count, ...(next !== undefined && { next }) };
        }),
      )
      .handleRaw(
        "enable",
        Effect.fnUntraced(function* ({ params, request }) {
          const caller = yield* Caller;
          const { name } = yield* visible(params.webhook);
          const reason = yield* Effect.fromResult(reasonOf(yield* jsonOf(request)));
          const isEnabled = yield* answered(webhooks.enable(name, { by: caller.name, reason }));
          if (!isEnabled) return yield* new NotDisabled({ webhook: name, detail: "it takes messages already" });
          yield* Effect.logInfo(`enable of the webhook ${name} by ${caller.name}: ${reason}`);
          return webhookView(yield* visible(name));
        }),
      )
      .handle(
        "ping",
        Effect.fnUntraced(function* ({ params }) {
          const { name } = yield* visible(params.webhook);
          const id = yield* answered(webhooks.ping(name));
          const found = id === undefined ? undefined : yield* answered(webhooks.find(name, id));
          return found === undefined ? yield* noSuchWebhook() : yield* shown(found);
        }),
      );
  }),
);
