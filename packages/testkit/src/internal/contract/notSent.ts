/** Not sent: no byte of the request was written, and none ever will be. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import * as Result from "effect/Result";
import type * as Scope from "effect/Scope";
import * as Script from "../../Script.ts";
import type { ScriptedServer } from "../../ScriptedServer.ts";
import type { RequestOptions } from "./calls.ts";
import { blackHole } from "./blackHole.ts";
import type { Clause } from "./clause.ts";
import { fails } from "./scenario.ts";

const ok = Script.serve(() => Script.reply({ body: "<xml/>" }));
const handshake = (handshake: Script.Handshake) => ({ script: Script.handshake(handshake) });

/** A port that nobody listens on, and nobody can while the check lasts: a client has it. */
const closedPort: Effect.Effect<number, never, Scope.Scope> = Effect.acquireRelease(
  Effect.callback<{ readonly server: Server; readonly client: Socket }>((resume) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const client = connect((server.address() as AddressInfo).port, "127.0.0.1", () => {
        resume(Effect.succeed({ server, client }));
      });
    });
    server.on("connection", (socket) => socket.on("error", () => {}).resume());
  }),
  ({ server, client }) =>
    Effect.sync(() => {
      client.destroy();
      server.close();
    }),
).pipe(Effect.map(({ client }) => client.localPort ?? 0));

/** A post to where no server is. */
const nowhere =
  (port: Effect.Effect<number, never, Scope.Scope>, request: RequestOptions = {}): Clause["check"] =>
  (bench) =>
    Effect.gen(function* () {
      const transport = yield* bench.open();
      const end = yield* bench.post(transport, bench.request({ port: yield* port }, request));
      yield* bench.failure(end, "no", ["Unreachable"]);
    });

/** Every handshake that was held back has ended, well or with its connection. */
const decided = ({ connections }: ScriptedServer): boolean => connections.every(({ secure, open }) => secure || !open);

/** Too long for a label of a host name, so that no name server is asked. */
const noName = `${"a".repeat(64)}.localhost`;
/** No connection can be made to it: systems refuse it themselves. */
const noRoute = "255.255.255.255";

export const notSent: ReadonlyArray<Clause> = [
  {
    id: "T47",
    level: "MUST",
    title: "a host that does not resolve was not sent anything",
    says: "The same request can be made again, also to another host.",
    fault: "F01",
    needs: ["network"],
    check: nowhere(Effect.succeed(443), { host: noName }),
  },
  {
    id: "T48",
    level: "MUST",
    title: "a closed port was not sent anything",
    says: "Nobody listens, so nobody has heard.",
    fault: "F03",
    needs: ["network"],
    check: nowhere(closedPort, { host: "127.0.0.1" }),
  },
  {
    id: "T49",
    level: "MUST",
    title: "a host without a route was not sent anything",
    says: "The system refused the connection itself.",
    fault: "F04",
    needs: ["network"],
    check: nowhere(Effect.succeed(443), { host: noRoute }),
  },
  {
    id: "T50",
    level: "MUST",
    title: "a host that does not answer is given up in time",
    says: "The time limit for connecting counts from the post, not from a connection that may never be.",
    fault: "F05",
    needs: ["network"],
    check: (bench) =>
      Effect.gen(function* () {
        const hole = yield* blackHole;
        const transport = yield* bench.open({ connectTimeout: "80 millis" });
        const end = yield* bench.post(transport, bench.request(hole, { host: "127.0.0.1" }));
        yield* bench.failure(end, "no", ["TimedOut"]);
      }),
  },
  fails({
    id: "T51",
    title: "a connection closed before it is secure was not sent anything",
    says: "The same code stands for a connection lost later; only the moment tells them apart.",
    fault: "F06",
    sent: "no",
    reasons: ["HandshakeFailed", "Unreachable"],
    scenarios: () => ({ closed: handshake({ kind: "close" }) }),
  }),
  fails({
    id: "T52",
    title: "a connection reset before the handshake was not sent anything",
    says: "What the client wrote by then is TLS, not the request.",
    fault: "F07",
    sent: "no",
    reasons: ["HandshakeFailed", "Unreachable"],
    kin: ["T53"],
    scenarios: () => ({ reset: handshake({ kind: "reset" }) }),
  }),
  fails({
    id: "T53",
    title: "a connection reset in the handshake was not sent anything",
    says: "A firewall that does not like the host name ends connections so.",
    fault: "F08",
    sent: "no",
    reasons: ["HandshakeFailed", "Unreachable"],
    kin: ["T52"],
    scenarios: () => ({ reset: handshake({ kind: "reset-after-hello" }) }),
  }),
  fails({
    id: "T54",
    title: "a handshake that stalls is given up in time",
    says: "The time limit for connecting ends with the secure connection, not with the first packet.",
    fault: "F09",
    sent: "no",
    reasons: ["TimedOut"],
    scenarios: () => ({ stall: { ...handshake({ kind: "stall" }), settings: { connectTimeout: "500 millis" } } }),
  }),
  fails({
    id: "T55",
    title: "a port that does not speak TLS was not sent anything",
    says: "Plain HTTP or garbage: no secure connection, no request.",
    fault: "F10",
    sent: "no",
    reasons: ["HandshakeFailed"],
    scenarios: () => ({
      "plain HTTP": handshake({ kind: "plain", bytes: Script.reply({ status: 400, body: "<html>" }) }),
      garbage: handshake({ kind: "plain", bytes: Buffer.from("SSH-2.0-OpenSSH_9.2\r\n") }),
    }),
  }),
  {
    id: "T56",
    level: "MUST",
    title: "after a time-out before the handshake nothing is written any more",
    says: "Not sent means never: a handshake that ends after the report must not let a forgotten request through.",
    needs: ["network"],
    kin: ["T58"],
    check: (bench) =>
      Effect.gen(function* () {
        const server = yield* bench.serve([{ handshake: { kind: "gate", gate: "late" }, steps: ok[0].steps }]);
        const transport = yield* bench.open({ connectTimeout: "500 millis" });
        const end = yield* bench.post(transport, bench.request(server));
        if (Result.isSuccess(end)) return yield* bench.fail("the post must end before its handshake does");
        yield* server.openGate("late");
        yield* bench.wait("the handshake ends, or the connection does", server.until(decided));
        yield* bench.saw(server, { atMost: end.failure.sent === "no" ? 0 : 1 });
      }),
  },
  {
    id: "T57",
    level: "MUST",
    title: "after an interruption before the handshake nothing is written any more",
    says: "Whoever interrupts a post that was not sent may make another one.",
    fault: "F50",
    needs: ["network"],
    check: (bench) =>
      Effect.gen(function* () {
        const server = yield* bench.serve([{ handshake: { kind: "gate", gate: "late" }, steps: ok[0].steps }]);
        const transport = yield* bench.open();
        const post = yield* Effect.forkChild(transport.send(bench.request(server)));
        yield* bench.wait(
          "the client connects",
          server.until(({ connections }) => connections.length > 0),
        );
        yield* bench.whim;
        yield* bench.wait("the interruption ends", Fiber.interrupt(post));
        yield* server.openGate("late");
        yield* bench.wait("the handshake ends, or the connection does", server.until(decided));
        yield* bench.saw(server, 0);
      }),
  },
  {
    id: "T58",
    level: "MUST",
    title: "a post that was given up while it waited its turn is never written",
    says: "A transport may limit its connections; a request that it reported as not sent must leave the queue for good.",
    needs: ["network"],
    check: (bench) =>
      Effect.gen(function* () {
        const slow = Script.steps(
          Script.repeat(
            Script.read,
            Script.gate("answer"),
            Script.answer(() => Script.reply()),
            Script.leave,
          ),
        );
        const server = yield* bench.serve(slow);
        const transport = yield* bench.open({ connectTimeout: "1 second" });
        const request = () => bench.request(server);
        const posts = yield* Effect.forEach([1, 2, 3, 4, 5, 6], () =>
          Effect.forkChild(bench.post(transport, request())),
        );
        // Posts that had to wait are given up by now, the others are at the server.
        const inTime = Effect.forEach(posts, (post) => Effect.timeoutOption(Fiber.await(post), "1300 millis"), {
          concurrency: "unbounded",
        });
        yield* inTime;
        yield* server.openGate("answer");
        const ends = yield* Effect.forEach(posts, Fiber.join);
        const written = ends.filter((end) => Result.isSuccess(end) || end.failure.sent === "maybe").length;
        yield* bench.saw(server, { atMost: written });
      }),
  },
  {
    id: "T59",
    level: "MUST",
    title: "a slow handshake takes nothing from the time for the reply",
    says: "The exchange's limit counts from the first byte written: otherwise a slow network shows as a lost reply, which it is not.",
    needs: ["network"],
    check: (bench) =>
      Effect.gen(function* () {
        const silent = yield* bench.serve(Script.steps(Script.read));
        const slowly = [Script.read, Script.pause(150), Script.send(Script.reply()), Script.leave];
        const slow = yield* bench.serve([{ handshake: { kind: "gate", gate: "late" }, steps: slowly }]);
        const transport = yield* bench.open({ exchangeTimeout: "2 seconds" });
        const post = yield* Effect.forkChild(bench.post(transport, bench.request(slow)));
        yield* bench.wait(
          "the client connects",
          slow.until(({ connections }) => connections.length > 0),
        );
        // The limit has passed once for another post when the handshake goes on.
        yield* bench.post(transport, bench.request(silent));
        yield* slow.openGate("late");
        yield* bench.reply(yield* Fiber.join(post), "the post with the slow handshake");
      }),
  },
];
