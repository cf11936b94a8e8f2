/**
 * A process of an application with a worker in it, steered by its parent: it starts refunds, takes notices, hands on events, and dies as
 * it is told to. It waits for {@link Go} before it touches the store, so that its successor can be ready. Ends with its parent.
 */
import { NodeHttpsTransport } from "@wechat-refund/adapter-node-https";
import { UndiciTransport } from "@wechat-refund/adapter-undici";
import { Merchants } from "@wechat-refund/core";
import { Durable, Events, Refunds } from "@wechat-refund/durable";
import { ClientCertificate, TransportSettings } from "@wechat-refund/mutual-tls";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import * as Layer from "effect/Layer";
import * as Redacted from "effect/Redacted";
import * as SqlClient from "effect/sql/SqlClient";
import type { Access } from "../../../simulator/test/prove/gateway.ts";
import { refundOf } from "../../../simulator/test/prove/refunds.ts";

/** Where the child is to stop, and at which time of passing there. */
export interface Arm {
  readonly point: string;
  readonly after: number;
}

export interface Go {
  readonly store: { readonly file: string } | { readonly url: string };
  readonly accesses: ReadonlyArray<Access>;
  readonly adapter: "node:https" | "undici";
  readonly lease?: string;
  /** Whether it hands events to its parent. */
  readonly consumes: boolean;
}

export type Order =
  | { readonly go: Go }
  | { readonly id: number; readonly start: number }
  /** Starts it in a transaction that stays open for so many ms. */
  | { readonly id: number; readonly start: number; readonly open: number }
  | { readonly id: number; readonly notice: { readonly mchId: string; readonly body: string } }
  | { readonly id: number; readonly sql: string }
  | { readonly id: number; readonly memory: true }
  | { readonly arm: Arm | undefined }
  | { readonly acknowledge: number };

/** What a child says: `done` of what has an id, with what was wrong. */
export type Said =
  /** It hears signals. */
  | { readonly loaded: true }
  | { readonly ready: true }
  | { readonly done: number; readonly wrong?: string; readonly value?: number }
  | { readonly event: Events.Event };

const say = (said: Said): void => void process.send?.(said);

const layerOf = ({ accesses, adapter, lease, store }: Go, at: (point: string) => Effect.Effect<void>) => {
  const transport = adapter === "undici" ? UndiciTransport.layer : NodeHttpsTransport.layer;
  const merchants = Layer.unwrap(
    Effect.gen(function* () {
      const entries: Array<Merchants.Entry<unknown>> = [];
      for (const { apiKey, appId, caPem, certificatePem, mchId, privateKeyPem, url } of accesses) {
        const certificate = yield* ClientCertificate.fromPem({
          certificate: certificatePem,
          privateKey: Redacted.make(privateKeyPem),
        });
        const settings = TransportSettings.make({
          certificate,
          trust: { ca: [caPem], replaceSystem: true },
          connections: "pooled",
        });
        entries.push({
          name: mchId,
          v2: { appId, mchId, apiKey: Redacted.make(apiKey), endpoint: url, transport: transport(settings) },
        });
      }
      return Merchants.layer(entries);
    }),
  );
  const options = {
    worker: { at, drain: "5 seconds" as const, ...(lease !== undefined && { lease: lease as Duration.Input }) },
  };
  const durable =
    "file" in store
      ? Durable.layerSqlite({ file: store.file, ...options })
      : Durable.layerPostgres({ url: Redacted.make(store.url), ...options });
  return Layer.provide(durable, merchants);
};

const run = (go: Go, orders: { take: (order: Order) => void }) => {
  let armed: Arm | undefined;
  let passed = 0;
  const at = (point: string) =>
    Effect.sync(() => {
      if (point !== armed?.point || ++passed < armed.after) return;
      process.kill(process.pid, "SIGKILL");
    });
  const program = Effect.gen(function* () {
    const refunds = yield* Refunds.Refunds;
    const events = yield* Events.Events;
    const sql = yield* SqlClient.SqlClient;
    const acknowledged = new Map<number, () => void>();
    const mchIdOf = (n: number): string => go.accesses[n % go.accesses.length]?.mchId ?? "";
    const start = (n: number) => {
      const { outRefundNo, outTradeNo, refundFee, totalFee } = refundOf(n);
      return refunds.start(mchIdOf(n), { order: { outTradeNo }, outRefundNo, totalFee, refundFee });
    };
    const doing = (order: Order): Effect.Effect<unknown, unknown> => {
      if ("notice" in order) {
        const { body, mchId } = order.notice;
        return refunds.notice({ merchant: mchId, body: Buffer.from(body, "base64") });
      }
      if ("sql" in order) return sql.unsafe(order.sql);
      if ("memory" in order) return Effect.sync(() => process.memoryUsage.rss());
      if ("open" in order) return sql.withTransaction(Effect.andThen(start(order.start), Effect.sleep(order.open)));
      return "start" in order ? start(order.start) : Effect.void;
    };
    orders.take = (order) => {
      if ("acknowledge" in order) {
        acknowledged.get(order.acknowledge)?.();
        acknowledged.delete(order.acknowledge);
      } else if ("arm" in order) [armed, passed] = [order.arm, 0];
      else if ("id" in order) {
        const { id } = order;
        Effect.runFork(
          Effect.matchCause(doing(order), {
            onSuccess: (value) => say({ done: id, ...(typeof value === "number" && { value }) }),
            onFailure: (cause) => say({ done: id, wrong: String(cause.reasons[0]?.toString()) }),
          }),
        );
      }
    };
    say({ ready: true });
    if (!go.consumes) return yield* Effect.never;
    const hand = (event: Events.Event) =>
      Effect.callback<void>((resume) => {
        acknowledged.set(event.position, () => resume(Effect.void));
        say({ event });
      });
    return yield* Effect.retry(events.consume("parent", hand), { schedule: undefined });
  });
  return Effect.provide(program, layerOf(go, at));
};

const orders = { take: (_order: Order): void => {} };
let fiber: Fiber.Fiber<unknown, unknown> | undefined;
process.on("message", (order: Order) => {
  if (!("go" in order)) return orders.take(order);
  const running = Effect.runFork(run(order.go, orders));
  fiber = running;
  running.addObserver((exit) => {
    if (exit._tag === "Failure" && !exit.cause.reasons.every(({ _tag }) => _tag === "Interrupt")) {
      console.error("ended:", String(exit.cause.reasons[0]));
      process.exit(1);
    }
    process.exit(0);
  });
});
process.on("SIGTERM", () => (fiber === undefined ? process.exit(0) : fiber.interruptUnsafe()));
process.on("disconnect", () => process.exit(0));
say({ loaded: true });
