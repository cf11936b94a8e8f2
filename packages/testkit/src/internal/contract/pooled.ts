/** Kept connections: they may save a handshake, and may never mix up two posts or make one twice. */
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import * as Script from "../../Script.ts";
import type { ScriptedServer } from "../../ScriptedServer.ts";
import type { Bench } from "./bench.ts";
import type { Clause } from "./clause.ts";
import { atOnce } from "./scenario.ts";

const mine = Script.reply({ body: "<xml>mine</xml>" });
const stray = Script.reply({ body: "<xml>stray</xml>" });
const healthy = Script.serve(() => mine);
const needs = ["network", "pooled"] as const;

const bodyOf = (end: { readonly success: { readonly body: Uint8Array } }) => Buffer.from(end.success.body).toString();

/** The second post must not take the stray reply, and must not be made twice. */
const takesOwn = Effect.fnUntraced(function* (bench: Bench, server: ScriptedServer, post: ReturnType<Bench["post"]>) {
  const begun = server.begun;
  const end = yield* post;
  if (Result.isSuccess(end)) {
    yield* bench.check(
      bodyOf(end) === "<xml>mine</xml>",
      `the second post took a reply that is not its own: ${bodyOf(end)}`,
    );
  } else yield* bench.failure(end, "maybe");
  yield* bench.saw(server, { atMost: begun + 1 });
});

export const pooled: ReadonlyArray<Clause> = [
  {
    id: "T91",
    level: "MUST",
    title: "a kept connection is used again",
    says: "Otherwise the mode has all of the risk and nothing of the gain.",
    needs,
    check: (bench) =>
      Effect.gen(function* () {
        const server = yield* bench.serve(healthy);
        const transport = yield* bench.open();
        for (let post = 0; post < 3; post += 1) {
          yield* bench.reply(yield* bench.post(transport, bench.request(server)));
        }
        yield* bench.check(server.connections.length === 1, `3 posts took ${server.connections.length} connections`);
      }),
  },
  {
    id: "T92",
    level: "SHOULD",
    title: "a connection that ended while it was idle costs no post",
    says: "It is noticed and another one is opened, as nothing was written yet.",
    fault: "F47",
    needs,
    check: (bench) =>
      atOnce([Script.end, Script.reset], (last) =>
        Effect.gen(function* () {
          const once = Script.steps(Script.read, Script.send(mine), Script.gate("idle"), last);
          const server = yield* bench.serve([once[0], ...healthy]);
          const transport = yield* bench.open();
          yield* bench.reply(yield* bench.post(transport, bench.request(server)));
          yield* server.openGate("idle");
          yield* server.settled;
          yield* bench.reply(yield* bench.post(transport, bench.request(server)), `the post after ${last.do}`);
          yield* bench.saw(server, 2);
        }),
      ),
  },
  {
    id: "T93",
    level: "MUST",
    title: "a kept connection that ends on the next request causes one request",
    says: "The server read it, or did not: it may have been sent, and it is not made again.",
    fault: "F48",
    kin: ["T102"],
    needs,
    check: (bench) =>
      atOnce([Script.end, Script.reset], (last) =>
        Effect.gen(function* () {
          const twice = Script.steps(Script.read, Script.send(mine), Script.read, last);
          const server = yield* bench.serve([twice[0], ...healthy]);
          const transport = yield* bench.open();
          yield* bench.reply(yield* bench.post(transport, bench.request(server)));
          const end = yield* bench.post(transport, bench.request(server));
          yield* bench.saw(server, 2);
          const reused = server.connections.length === 1;
          if (reused) yield* bench.failure(end, "maybe", ["ConnectionLost"], `the post that ended with ${last.do}`);
        }),
      ),
  },
  {
    id: "T94",
    level: "MUST",
    title: "a reply nobody asked for is not the next one's",
    says: "What a server says while nothing was asked ends the connection: every later reply on it would be somebody else's.",
    fault: "F49",
    needs,
    check: (bench) =>
      Effect.gen(function* () {
        const once = Script.steps(
          Script.read,
          Script.send(mine),
          Script.gate("idle"),
          Script.send(stray),
          Script.repeat(Script.read, Script.send(mine)),
        );
        const server = yield* bench.serve([once[0], ...healthy]);
        const transport = yield* bench.open();
        yield* bench.reply(yield* bench.post(transport, bench.request(server)));
        yield* server.openGate("idle");
        yield* server.settled;
        yield* takesOwn(bench, server, bench.post(transport, bench.request(server)));
      }),
  },
  {
    id: "T95",
    level: "MUST",
    title: "a connection with bytes after a reply is not kept",
    says: "They would be read as the beginning of the next reply.",
    needs,
    check: (bench) =>
      Effect.gen(function* () {
        const once = Script.steps(
          Script.read,
          Script.send(Buffer.concat([mine, stray])),
          Script.repeat(Script.read, Script.send(mine)),
        );
        const server = yield* bench.serve([once[0], ...healthy]);
        const transport = yield* bench.open();
        yield* bench.reply(yield* bench.post(transport, bench.request(server)));
        yield* takesOwn(bench, server, bench.post(transport, bench.request(server)));
      }),
  },
  {
    id: "T96",
    level: "MUST",
    title: "a connection whose post timed out is not kept",
    says: "Its reply may still come, and would be taken for the next post's.",
    needs,
    check: (bench) =>
      Effect.gen(function* () {
        const late = Script.steps(
          Script.read,
          Script.gate("late"),
          Script.send(stray),
          Script.repeat(Script.read, Script.send(mine)),
        );
        const server = yield* bench.serve([late[0], ...healthy]);
        const transport = yield* bench.open({ exchangeTimeout: "1 second" });
        yield* bench.failure(yield* bench.post(transport, bench.request(server)), "maybe", ["TimedOut"]);
        yield* server.openGate("late");
        yield* takesOwn(bench, server, bench.post(transport, bench.request(server)));
      }),
  },
  {
    id: "T97",
    level: "MUST",
    title: "a connection that the server said it would close is not used again",
    says: "Connection: close is a promise not to read what comes next.",
    needs,
    check: (bench) =>
      Effect.gen(function* () {
        const closing = Script.reply({ headers: { Connection: "close" }, body: "<xml>mine</xml>" });
        const once = Script.steps(Script.read, Script.send(closing), Script.read, Script.end);
        const server = yield* bench.serve([once[0], ...healthy]);
        const transport = yield* bench.open();
        for (let post = 0; post < 2; post += 1) {
          yield* bench.reply(yield* bench.post(transport, bench.request(server)));
        }
        const first = server.connections[0]?.begun;
        yield* bench.check(first === 1, `the connection took ${first} requests`);
      }),
  },
];
