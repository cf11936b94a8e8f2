/** The moment in which a request leaves: whoever makes it may have a last word. */
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import * as Script from "../../Script.ts";
import type { Clause } from "./clause.ts";

const ok = Script.serve(() => Script.reply({ body: "<xml/>" }));

export const leaving: ReadonlyArray<Clause> = [
  {
    id: "T103",
    level: "MUST",
    title: "a request that may not leave any more when it could is not written",
    says: "Who has a right to call for a time only, such as the lease of a merchant, may have lost it while it was connecting.",
    needs: ["network"],
    check: (bench) =>
      Effect.gen(function* () {
        const server = yield* bench.serve([{ handshake: { kind: "gate", gate: "late" }, steps: ok[0]?.steps ?? [] }]);
        const transport = yield* bench.open({ connectTimeout: "2 seconds" });
        let may = true;
        const request = { ...bench.request(server), mayLeave: () => may };
        const post = yield* Effect.forkChild(bench.post(transport, request));
        yield* bench.wait(
          "the client connects",
          server.until(({ connections }) => connections.length > 0),
        );
        may = false;
        yield* server.openGate("late");
        yield* bench.failure(yield* Fiber.join(post), "no", ["Unreachable"]);
        yield* bench.saw(server, { atMost: 0 });
      }),
  },
];
