/**
 * `demo`: the whole refund on this machine, with nothing to configure. See `demo/Story.ts`.
 */
import * as Command from "effect/cli/Command";
import * as Console from "effect/Console";
import * as Effect from "effect/Effect";
import { Ending } from "../Ending.ts";

/** The command. */
export const command = Command.make(
  "demo",
  {},
  Effect.fnUntraced(function* () {
    const { run } = yield* Effect.promise(() => import("../demo/Story.ts"));
    const right = yield* Effect.catch(run(), (error) => Effect.as(Console.error(error.message), false));
    if (!right) return yield* new Ending({ exitCode: 1 });
  }),
).pipe(
  Command.withShortDescription("Show a whole refund, on this machine alone"),
  Command.withDescription(
    "Makes certificates, starts a gateway on loopback and refunds an order over every adapter, with each form of the certificate and " +
      "each algorithm; then shows what happens when it goes wrong. Ends with 0 only if everything came out as it should.",
  ),
);
