/** A black hole between client and server, made by a proxy that swallows every byte: in clear and under TLS. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { it } from "@effect/vitest";
import { TestIdentities } from "@wechat-refund/testkit";
import { Postgres } from "@wechat-refund/durable";
import { Duration, Effect, Exit, Fiber, Layer, Redacted, Scope } from "effect";
import { describe, expect } from "vitest";
import { directory } from "./support/files.ts";
import { isInstalled, own, sayIfSkipped } from "./support/Postgres.ts";

sayIfSkipped("the black hole before PostgreSQL");

/** A proxy before a server; `swallow` true, nothing goes through it any more, and no connection is told. */
const proxy = (port: number) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.promise(async () => {
        const hole = { swallow: false };
        const sockets = new Set<Socket>();
        const server = createServer((client) => {
          const upstream = connect(port, "127.0.0.1");
          for (const [from, to] of [
            [client, upstream],
            [upstream, client],
          ] as const) {
            sockets.add(from);
            from.on("data", (chunk) => void (hole.swallow || to.write(chunk)));
            from.on("close", () => (hole.swallow ? undefined : to.destroy()));
            from.on("error", () => {});
          }
        });
        await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
        return { hole, sockets, server };
      }),
      ({ server, sockets }) =>
        Effect.promise(() => {
          for (const socket of sockets) socket.destroy();
          return new Promise<void>((done) => void server.close(() => done()));
        }),
    ),
    ({ hole, server }) => ({ hole, port: (server.address() as AddressInfo).port }),
  );

const program = fileURLToPath(new URL("support/silent.ts", import.meta.url));

interface Said {
  readonly before?: number;
  readonly after?: number;
  readonly failed?: number;
  readonly healed?: number;
}

describe.skipIf(!isInstalled)("a server that is silent", () => {
  for (const [what, tls, query] of [
    ["in clear", false, ""],
    ["under TLS", true, "?sslmode=require"],
  ] as const) {
    it.live(`${what}: a statement and a transaction are told, what waits for nothing is left alone, and it heals`, () =>
      Effect.gen(function* () {
        const identities = TestIdentities.make();
        const cluster = yield* own(tls ? { tls: identities.server } : {});
        const { hole, port } = yield* proxy(cluster.port);
        const ca = join(yield* directory, "ca.pem");
        writeFileSync(ca, identities.ca);
        const url = `${Redacted.value(cluster.url("postgres")).replace(`:${cluster.port}/`, `:${port}/`)}${query}`;
        // Whom to trust is read when a process starts.
        const child = yield* Effect.acquireRelease(
          Effect.sync(() =>
            fork(program, [url], { env: { PATH: process.env["PATH"], NODE_EXTRA_CA_CERTS: ca }, stdio: "inherit" }),
          ),
          (running) => Effect.sync(() => running.kill("SIGKILL")),
        );
        const said = Effect.promise(async () => {
          const gone = once(child, "exit").then(([code, signal]) => {
            throw new Error(`the process ended before it said anything: ${code ?? signal}`);
          });
          const [one] = (await Promise.race([once(child, "message"), gone])) as [Said];
          return one;
        });
        const { after, before } = yield* said;
        expect(after).toBe(before);
        hole.swallow = true;
        const failed = yield* Effect.forkChild(Effect.timeout(said, "8 seconds"));
        child.send("go on");
        expect(yield* Fiber.join(failed)).toEqual({ failed: 2 });
        hole.swallow = false;
        const healed = yield* Effect.forkChild(said);
        child.send("go on");
        expect((yield* Fiber.join(healed)).healed).not.toBe(before);
      }),
    );
  }

  it.live("keeps nobody who listens from ending", () =>
    Effect.gen(function* () {
      const cluster = yield* own({});
      const { hole, port } = yield* proxy(cluster.port);
      const url = Redacted.value(cluster.url("postgres")).replace(`:${cluster.port}/`, `:${port}/`);
      const scope = yield* Scope.make();
      yield* Effect.gen(function* () {
        const { listen } = yield* Postgres.Notifications;
        yield* listen("a_channel");
      }).pipe(
        Effect.provideContext(
          yield* Layer.buildWithScope(Postgres.layer({ url: Redacted.make(url), silence: "1 second" }), scope),
        ),
        Scope.provide(scope),
      );
      hole.swallow = true;
      const [took] = yield* Effect.timed(Effect.timeout(Scope.close(scope, Exit.void), "20 seconds"));
      expect(Duration.toMillis(took)).toBeLessThan(10_000);
    }),
  );
});
