/** Beginning and end: of posts, of connections, of the transport. */
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Fiber from "effect/Fiber";
import * as Result from "effect/Result";
import * as Scope from "effect/Scope";
import * as Script from "../../Script.ts";
import type { Clause } from "./clause.ts";

const ok = Script.serve(() => Script.reply({ body: "<xml/>" }));
/** Answers, and leaves ending the connection to the client. */
const patient = Script.steps(Script.repeat(Script.read, Script.send(Script.reply({ body: "<xml/>" }))));
const held = Script.steps(
  Script.repeat(
    Script.read,
    Script.gate("answer"),
    Script.answer(() => Script.reply()),
    Script.leave,
  ),
);

/** What keeps the event loop alive, by kind. Streams of the process itself come and go with what is printed. */
const resources = (): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    if (/^(TCP|TLS|Timeout|Immediate|GetAddrInfo|FSReq|Worker)/.test(kind))
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
};

const listeners = (): number => process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);

export const lifetime: ReadonlyArray<Clause> = [
  {
    id: "T79",
    level: "MUST",
    title: "an interrupted post closes its connection",
    says: "The request may have been read, but nothing more is written, and nobody goes on reading.",
    fault: "F50",
    needs: ["network"],
    check: (bench) =>
      Effect.gen(function* () {
        const server = yield* bench.serve(Script.steps(Script.read));
        const transport = yield* bench.open();
        const post = yield* Effect.forkChild(transport.send(bench.request(server)));
        yield* bench.wait(
          "the request arrives",
          server.until(({ requests }) => requests.length > 0),
        );
        yield* bench.whim;
        yield* bench.wait("the interruption ends", Fiber.interrupt(post));
        yield* bench.wait(
          "the connection of the interrupted post is closed",
          server.until(({ open }) => open === 0),
        );
        yield* bench.saw(server, 1);
      }),
  },
  {
    id: "T80",
    level: "MUST",
    title: "with its scope the transport closes its connections",
    says: "Idle ones too: a merchant's connection does not outlive the merchant's layer.",
    needs: ["network"],
    check: (bench) =>
      Effect.gen(function* () {
        const server = yield* bench.serve(patient);
        const scope = yield* Scope.make();
        const transport = yield* bench.openIn(scope);
        yield* bench.reply(yield* bench.post(transport, bench.request(server)));
        yield* bench.whim;
        yield* bench.wait("the scope closes", Scope.close(scope, Exit.void));
        yield* bench.wait(
          "the connection is closed",
          server.until(({ open }) => open === 0),
        );
      }),
  },
  {
    id: "T81",
    level: "MUST",
    title: "with its scope the transport ends the posts under way",
    says: "They end, and truthfully: before the handshake as not sent, after it as maybe sent.",
    needs: ["network"],
    check: (bench) =>
      Effect.gen(function* () {
        const silent = yield* bench.serve(Script.steps(Script.read));
        const slow = yield* bench.serve([{ handshake: { kind: "gate", gate: "late" }, steps: ok[0].steps }]);
        const scope = yield* Scope.make();
        const transport = yield* bench.openIn(scope);
        const written = yield* Effect.forkChild(bench.post(transport, bench.request(silent)));
        const waiting = yield* Effect.forkChild(bench.post(transport, bench.request(slow)));
        yield* bench.wait(
          "the request arrives",
          silent.until(({ requests }) => requests.length > 0),
        );
        yield* bench.wait(
          "the client connects",
          slow.until(({ connections }) => connections.length > 0),
        );
        yield* bench.whim;
        yield* bench.wait("the scope closes", Scope.close(scope, Exit.void));
        yield* bench.failure(yield* Fiber.join(written), "maybe", [], "the post that was written");
        yield* bench.failure(yield* Fiber.join(waiting), "no", [], "the post that was not");
        yield* bench.wait(
          "the connection is closed",
          silent.until(({ open }) => open === 0),
        );
        yield* slow.openGate("late");
        yield* bench.saw(slow, 0);
      }),
  },
  {
    id: "T82",
    level: "MUST",
    title: "after its scope the transport posts no more",
    says: "Not sent, and nothing is opened.",
    needs: ["network"],
    check: (bench) =>
      Effect.gen(function* () {
        const server = yield* bench.serve(ok);
        const scope = yield* Scope.make();
        const transport = yield* bench.openIn(scope);
        yield* bench.reply(yield* bench.post(transport, bench.request(server)));
        yield* Scope.close(scope, Exit.void);
        yield* bench.failure(yield* bench.post(transport, bench.request(server)), "no");
        yield* bench.saw(server, 1);
      }),
  },
  {
    id: "T83",
    level: "MUST",
    title: "many posts leave nothing behind",
    says: "No socket beyond those kept for the next post, no timer, no listener.",
    needs: ["network"],
    alone: true,
    check: (bench) =>
      Effect.gen(function* () {
        const { volume } = bench.conditions;
        const server = yield* bench.serve(ok, { random: undefined });
        const transport = yield* bench.open();
        const posts = (count: number) =>
          Effect.forEach(
            Array.from({ length: count }),
            () => Effect.flatMap(bench.post(transport, bench.request(server)), (end) => bench.reply(end)),
            { concurrency: 4, discard: true },
          );
        const settle = server.settled;
        const warnings: Array<string> = [];
        const warned = (warning: Error) => warnings.push(warning.name);
        process.on("warning", warned);
        yield* Effect.addFinalizer(() => Effect.sync(() => process.off("warning", warned)));
        yield* posts(8);
        yield* settle;
        const before = { resources: resources(), listeners: listeners() };
        yield* posts(volume);
        yield* settle;
        const more = [...resources()].filter(([kind, count]) => count > (before.resources.get(kind) ?? 0));
        const words = more.map(([kind, count]) => `${kind} ${before.resources.get(kind) ?? 0} → ${count}`);
        yield* bench.check(more.length === 0, `after ${volume} posts: ${words.join(", ")}`);
        yield* bench.check(listeners() <= before.listeners, `after ${volume} posts the process has more listeners`);
        yield* bench.check(warnings.length === 0, `the process was warned: ${warnings.join(", ")}`);
      }),
  },
  {
    id: "T84",
    level: "MUST",
    title: "every post has a connection of its own",
    says: "A reply that was meant for another request cannot come on it. That is the default because refunds are few and precious.",
    needs: ["network", "fresh"],
    check: (bench) =>
      Effect.gen(function* () {
        const server = yield* bench.serve(ok);
        const transport = yield* bench.open();
        for (let post = 0; post < 3; post += 1) {
          yield* bench.reply(yield* bench.post(transport, bench.request(server)));
        }
        const used = server.connections.map(({ begun }) => begun);
        yield* bench.check(
          used.every((begun) => begun === 1),
          `the connections took ${used.join(", ")} requests`,
        );
      }),
  },
  {
    id: "T85",
    level: "SHOULD",
    title: "a fresh connection resumes the TLS session",
    says: "It costs half of a whole handshake.",
    needs: ["network", "fresh"],
    check: (bench) =>
      Effect.gen(function* () {
        const server = yield* bench.serve(ok);
        const transport = yield* bench.open();
        for (let post = 0; post < 2; post += 1) {
          yield* bench.reply(yield* bench.post(transport, bench.request(server)));
        }
        const later = server.connections.slice(1);
        yield* bench.check(
          later.every(({ resumed }) => resumed),
          "the second connection made a session of its own",
        );
      }),
  },
  {
    id: "T86",
    level: "SHOULD",
    title: "a post does not wait for another",
    says: "A reply that takes long holds up its own post only.",
    needs: ["network"],
    check: (bench) =>
      Effect.gen(function* () {
        const slow = yield* bench.serve([held[0], ...ok]);
        const transport = yield* bench.open();
        const first = yield* Effect.forkChild(bench.post(transport, bench.request(slow)));
        yield* bench.wait(
          "the first request arrives",
          slow.until(({ requests }) => requests.length > 0),
        );
        const second = yield* bench.wait(
          "the second post ends while the first waits",
          bench.post(transport, bench.request(slow)),
        );
        yield* bench.reply(second, "the second post");
        yield* slow.openGate("answer");
        const end = yield* Fiber.join(first);
        yield* bench.check(Result.isSuccess(end), "the first post must end with its reply");
      }),
  },
];
