/** What wakes the parts of this package; see `internal/signals.ts`. On PostgreSQL `LISTEN` and `NOTIFY` carry it to other processes. */
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as signals from "./internal/signals.ts";

export class Signalling extends Context.Service<Signalling, signals.Signals>()("@wechat-refund/durable/Signalling") {}

/** Within this process alone. */
export const layer: Layer.Layer<Signalling> = Layer.effect(
  Signalling,
  Effect.sync(() => signals.make()),
);
