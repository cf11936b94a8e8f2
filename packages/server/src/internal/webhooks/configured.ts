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

interface Loaded {
  readonly contents: Contents;
  /** Of the file and those that it names, from before they were read. */
  readonly stamps: string;
}

const stampsOf = (file: string, { secrets }: Contents): Effect.Effect<string> =>
  Effect.map(Effect.forEach([file, ...secrets], stampOf), (stamps) => JSON.stringify([secrets, stamps]));

/** Read once to know which files there are, and once more after their stamps were taken. */
const load = (file: string): Effect.Effect<Loaded, InvalidWebhooks> =>
  Effect.gen(function* () {
    const first = yield* read(file);
    const stamps = yield* stampsOf(file, first);
    return { contents: yield* read(file), stamps };
  });

const warn = ({ warnings }: Contents) =>
  Effect.forEach(warnings, (words) => Effect.logWarning(words), { discard: true });

export const make = Effect.fnUntraced(function* (file: string): Effect.fn.Return<Configured, InvalidWebhooks> {
  let { contents, stamps } = yield* load(file);
  yield* warn(contents);
  /** What is wrong with the file as it is now; it is read at each look then, for what it lacks may come without a change of it. */
  let wrong: string | undefined;
  return {
    all: () => contents.endpoints,
    get: (name) => contents.endpoints.find((one) => one.name === name),
    look: Effect.gen(function* () {
      if (wrong === undefined && (yield* stampsOf(file, contents)) === stamps) return;
      const found = yield* Effect.result(load(file));
      if (Result.isFailure(found)) {
        const { message } = found.failure;
        if (message === wrong) return;
        wrong = message;
        return yield* Effect.logError(`${message}; those that were read before go on to count`);
      }
      ({ contents, stamps } = found.success);
      wrong = undefined;
      yield* warn(contents);
      yield* Effect.logInfo(`${contents.endpoints.length} webhooks were read again from ${file}`);
    }),
  };
});
