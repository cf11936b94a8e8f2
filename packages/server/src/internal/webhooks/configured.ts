/** The endpoints of a file as they are now: read again when it, or a file of a secret, has changed; the last good ones count on. */
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import { type Contents, type Endpoint, type InvalidWebhooks, read } from "../../WebhooksFile.ts";
import { stampOf } from "../tokenFile.ts";

export interface Configured {
  readonly all: () => ReadonlyArray<Endpoint>;
  readonly get: (name: string) => Endpoint | undefined;
  /** Looks whether anything has changed. */
  readonly look: Effect.Effect<void>;
}

export const make = Effect.fnUntraced(function* (file: string): Effect.fn.Return<Configured, InvalidWebhooks> {
  const stampsOf = ({ secrets }: Contents) =>
    Effect.map(Effect.forEach([file, ...secrets], stampOf), (stamps) => JSON.stringify(stamps));
  let contents = yield* read(file);
  let stamps = yield* stampsOf(contents);
  return {
    all: () => contents.endpoints,
    get: (name) => contents.endpoints.find((one) => one.name === name),
    look: Effect.gen(function* () {
      const now = yield* stampsOf(contents);
      if (now === stamps) return;
      const found = yield* Effect.result(read(file));
      if (Result.isFailure(found)) {
        stamps = now;
        return yield* Effect.logError(`${found.failure.message}; those that were read before go on to count`);
      }
      contents = found.success;
      stamps = yield* stampsOf(contents);
      yield* Effect.logInfo(`${contents.endpoints.length} webhooks were read again from ${file}`);
    }),
  };
});
