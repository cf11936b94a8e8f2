/** Completes when the service has been told to stop: who waits for an event then gets its answer, instead of holding up the end. */
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
export declare const Closing: Context.Reference<Effect.Effect<void, never, never>>;
