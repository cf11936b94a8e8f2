/** Clauses of one pattern: a server with one fault, one post, what must be said of it, and what the server must have seen. */
import * as Effect from "effect/Effect";
import type { Script } from "../../Script.ts";
import type { Options } from "../../ScriptedServer.ts";
import type { TransportSettings } from "@wechat-refund/mutual-tls";
import type { Bench } from "./bench.ts";
import type { RequestOptions } from "./calls.ts";
import type { Clause, ClauseFailed, Need } from "./clause.ts";
import type * as Scope from "effect/Scope";

export interface Scenario {
  readonly script: Script;
  readonly server?: Partial<Options>;
  readonly settings?: TransportSettings.Options;
  readonly request?: RequestOptions;
}

interface Pattern extends Pick<Clause, "id" | "title" | "says" | "fault" | "kin" | "alone"> {
  readonly needs?: ReadonlyArray<Need>;
  readonly sent: "no" | "maybe";
  readonly reasons: ReadonlyArray<string>;
  /** Requests the server must have seen. Default: none where nothing was sent, otherwise one. */
  readonly sees?: number;
  readonly scenarios: (
    bench: Bench,
  ) =>
    | Readonly<Record<string, Scenario>>
    | Effect.Effect<Readonly<Record<string, Scenario>>, ClauseFailed, Scope.Scope>;
}

/** Variants of one check, side by side, each with what it opens closed at its end. */
export const atOnce = <A, E, R>(
  variants: ReadonlyArray<A>,
  check: (variant: A) => Effect.Effect<unknown, E, R>,
): Effect.Effect<void, E, Exclude<R, Scope.Scope>> =>
  Effect.forEach(variants, (variant) => Effect.scoped(check(variant)), { concurrency: 8, discard: true });

/** Not sent: the server saw nothing. Maybe sent: it saw one request and no second one. */
export const fails = ({
  sent,
  reasons,
  scenarios,
  needs = [],
  sees = sent === "no" ? 0 : 1,
  ...clause
}: Pattern): Clause => ({
  ...clause,
  level: "MUST",
  needs: ["network", ...needs],
  check: (bench) =>
    Effect.gen(function* () {
      const given = scenarios(bench);
      const all = Effect.isEffect(given) ? yield* given : given;
      yield* atOnce(Object.entries(all), ([name, { script, server: options, settings, request }]) =>
        Effect.gen(function* () {
          const server = yield* bench.serve(script, options);
          const transport = yield* bench.open(settings);
          const end = yield* bench.post(transport, bench.request(server, request));
          yield* bench.failure(end, sent, reasons, name);
          // Where the limits are one, it may have passed before anything was written.
          const seen = bench.subject.provesNotSent === false ? { atMost: sees } : sees;
          yield* bench.saw(server, seen, `the server (${name})`);
        }),
      );
    }),
});
