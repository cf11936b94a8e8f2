/**
 * Webhooks: events posted to endpoints of one's own, signed by Standard Webhooks, at least once each. What an operator sees of them and may
 * do; which right that needs is decided by who asks.
 *
 * Endpoints come from a file (`WebhooksFile`); what is on its way stands in the store, and is there whichever process delivers.
 */
import { Merchants } from "@wechat-refund/core/Merchants";
import type { State } from "@wechat-refund/durable/Deliveries";
import * as Endpoints from "@wechat-refund/durable/Endpoints";
import { RefundStore } from "@wechat-refund/durable/RefundStore";
import type { Person } from "@wechat-refund/durable/Refunds";
import { Signalling } from "@wechat-refund/durable/Signalling";
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import type { SqlError } from "effect/sql/SqlError";
import { type Configured, make as configure } from "./internal/webhooks/configured.ts";
import * as delivering from "./internal/webhooks/delivering.ts";
import { maker, numbersOf, ping } from "./internal/webhooks/messages.ts";
import { type InvalidWebhooks, strangers } from "./WebhooksFile.ts";

/** An endpoint: what the file says of it, and how it stands. */
export interface Webhook extends Endpoints.Standing {
  /** Whether this process's file has it; nothing is delivered to one that no file has. */
  readonly configured: boolean;
  /** Where it is, without its path, which may be a secret. */
  readonly host?: string | undefined;
  /** Of which merchants it is told; `*` for all. */
  readonly merchants: ReadonlyArray<string>;
  readonly types: ReadonlyArray<string>;
  /** How many secrets sign: two while one is changed. */
  readonly secrets: number;
}

/** A message on its way, or come to an end: whose refund it tells of, and nothing else of what it holds. */
export interface Delivery extends Omit<Endpoints.Delivery, "payload"> {
  readonly mchId?: string | undefined;
  readonly subMchId?: string | undefined;
}

/** What is to be delivered again: one message, or those of a range of events: the dead ones, or all, as they are made now. */
export type Replay =
  | { readonly delivery: number }
  | { readonly which: "dead" | "all"; readonly range: Endpoints.Range };

export interface Service {
  /** All of them, by name; also such as no file has any more. */
  readonly list: Effect.Effect<ReadonlyArray<Webhook>, SqlError>;
  /** Messages to one, the newest first; `after` is the `id` of the last one of the page before. */
  readonly deliveries: (
    name: string,
    page?: { readonly state?: State; readonly after?: number; readonly limit?: number },
  ) => Effect.Effect<ReadonlyArray<Delivery>, SqlError>;
  readonly find: (name: string, id: number) => Effect.Effect<Delivery | undefined, SqlError>;
  /** How many messages are delivered again, and from which position on the range is to be asked for once more. */
  readonly replay: (name: string, what: Replay, person: Person) => Effect.Effect<Endpoints.Replayed, SqlError>;
  /** `false` where it was not disabled. */
  readonly enable: (name: string, person: Person) => Effect.Effect<boolean, SqlError>;
  /** Sends a message that is of no event, once; the delivery's `id`, by which its end is found. Nothing where there is no such endpoint. */
  readonly ping: (name: string) => Effect.Effect<number | undefined, SqlError>;
}

export class Webhooks extends Context.Service<Webhooks, Service>()("@wechat-refund/server/Webhooks") {}

export interface Options extends delivering.Options {
  /** The file of the endpoints. */
  readonly file: string;
}

const deliveryOf = ({ payload, ...delivery }: Endpoints.Delivery): Delivery => {
  const { mchId, subMchId } = numbersOf({ payload, type: delivery.type });
  return { ...delivery, ...(mchId !== undefined && { mchId }), ...(subMchId !== undefined && { subMchId }) };
};

const serviceOf = Effect.fnUntraced(function* (configured: Pick<Configured, "all" | "get">) {
  const { database } = yield* RefundStore;
  const signals = yield* Signalling;
  const { all: merchants } = yield* Merchants;
  // Whoever delivers looks at once.
  const wake = signals.tell("placed");
  return Webhooks.of({
    list: Effect.map(Endpoints.standings(database), (standings) => {
      const known = new Map(standings.map((one) => [one.name, one]));
      const names = [...new Set([...known.keys(), ...configured.all().map(({ name }) => name)])].sort();
      return names.map((name) => {
        const endpoint = configured.get(name);
        return {
          ...(known.get(name) ?? { name, pending: 0, dead: 0 }),
          configured: endpoint !== undefined,
          host: endpoint?.url.host,
          merchants: [...(endpoint?.merchants ?? [])],
          types: endpoint?.types ?? [],
          secrets: endpoint?.keys.length ?? 0,
        };
      });
    }),
    deliveries: (name, page) => Effect.map(Endpoints.list(database, name, page), (all) => all.map(deliveryOf)),
    find: (name, id) =>
      Effect.map(Endpoints.find(database, name, id), (found) => (found === undefined ? undefined : deliveryOf(found))),
    replay: Effect.fnUntraced(function* (name, what, person) {
      const endpoint = configured.get(name);
      let replayed: Endpoints.Replayed = { count: 0 };
      if ("delivery" in what) replayed = yield* Endpoints.replay(database, name, what.delivery, person);
      else if (what.which === "dead") replayed = yield* Endpoints.replayDead(database, name, what.range, person);
      // One that no file has wants nothing.
      else if (endpoint !== undefined) {
        replayed = yield* Endpoints.replayAll(database, name, what.range, maker(merchants, endpoint), person);
      }
      yield* wake;
      return replayed;
    }),
    enable: Effect.fnUntraced(function* (name, person) {
      const isEnabled = yield* Endpoints.enable(database, name, person);
      yield* wake;
      return isEnabled;
    }),
    ping: Effect.fnUntraced(function* (name) {
      const id = yield* Endpoints.ping(database, name, ping(name, yield* Clock.currentTimeMillis));
      yield* wake;
      return id;
    }),
  });
});

/** Delivers, and shows what becomes of it. */
export const layer = ({
  file,
  ...options
}: Options): Layer.Layer<Webhooks, InvalidWebhooks, RefundStore | Signalling | Merchants> =>
  Layer.effect(
    Webhooks,
    Effect.gen(function* () {
      const { all } = yield* Merchants;
      const configured = yield* configure(file);
      const names = new Set(all.map(({ name }) => name));
      for (const issue of strangers(configured.all(), names)) yield* Effect.logWarning(issue);
      yield* delivering.run(configured, all, options);
      return yield* serviceOf(configured);
    }),
  );

/** Shows what other processes deliver; delivers nothing. */
export const layerNone: Layer.Layer<Webhooks, never, RefundStore | Signalling | Merchants> = Layer.effect(
  Webhooks,
  serviceOf({ all: () => [], get: () => undefined }),
);
