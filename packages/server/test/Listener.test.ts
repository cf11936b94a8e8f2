/** Where the service listens, for whom, and how it ends. */
import { request as httpsRequest } from "node:https";
import { connect } from "node:net";
import { it } from "@effect/vitest";
import { NodeServer, Service } from "@wechat-refund/server";
import { TestIdentities } from "@wechat-refund/testkit";
import { Effect, Exit, Option, Redacted, Scope } from "effect";
import { describe, expect } from "vitest";
import { ask as request, refundOf, start } from "./support/service.ts";

const recordOnly = { durable: { worker: false as const } };
const identities = TestIdentities.make();
const tls = {
  certificate: identities.server.certificatePem,
  key: Redacted.make(identities.server.privateKeyPem),
};

describe("beyond this machine", () => {
  it("nothing is served in the clear: a certificate, or a proxy that has one", () => {
    const fields = (options: Partial<NodeServer.Options>) =>
      NodeServer.issuesOf({ port: 0, ...options }).map(({ field }) => field);
    for (const host of [undefined, "127.0.0.1", "127.1.2.3", "localhost", "::1", "::ffff:127.0.0.1"]) {
      expect(fields({ host }), host).toEqual([]);
    }
    for (const host of ["0.0.0.0", "::", "10.0.0.1", "shop.example", ""]) {
      expect(fields({ host }), host).toEqual(["host"]);
      expect(fields({ host, tls }), host).toEqual([]);
      expect(fields({ host, behindProxy: ["10.0.0.0/8"] }), host).toEqual([]);
    }
    expect(fields({ port: 65_536, host: "0.0.0.0", behindProxy: ["10.0.0.0/33", "nonsense"] })).toEqual([
      "port",
      "behindProxy",
      "behindProxy",
    ]);
  });

  it.effect("says everything that is wrong before anything listens", () =>
    Effect.gen(function* () {
      const wrong = Service.layer({ api: { port: -1, host: "0.0.0.0" }, notices: { port: 70_000 }, tokens: "none" });
      const failed = yield* Effect.flip(Effect.scoped(start({ ...recordOnly, layer: wrong })));
      expect(failed).toMatchObject({
        issues: [{ field: "port" }, { field: "host" }, { field: "notices: port" }, { field: "tokens" }],
      });
    }),
  );

  it.live("is told of a port that is taken, and of a certificate that is none", () =>
    Effect.gen(function* () {
      const { api } = yield* start(recordOnly);
      const taken = yield* Effect.flip(
        Effect.scoped(start({ ...recordOnly, service: { api: { port: Number(new URL(api).port) } } })),
      );
      expect(taken).toMatchObject({ _tag: "ServeError" });
      const broken = { certificate: "nonsense", key: Redacted.make("SECRETSECRET") };
      const failed = yield* Effect.flip(
        Effect.scoped(start({ ...recordOnly, service: { api: { port: 0, tls: broken } } })),
      );
      expect(failed).toMatchObject({ _tag: "InvalidListener", issues: [{ field: "tls" }] });
      expect(JSON.stringify(failed)).not.toContain("SECRETSECRET");
    }),
  );
});

it.live("speaks TLS where it has a certificate", () =>
  Effect.gen(function* () {
    const { api } = yield* start({ ...recordOnly, service: { api: { port: 0, tls } } });
    expect(api).toMatch(/^https:/);
    const { port } = new URL(api);
    const status = yield* Effect.promise(
      () =>
        new Promise<number | undefined>((resolve, reject) =>
          httpsRequest(
            { hostname: "127.0.0.1", port, path: "/health", ca: identities.ca, agent: false },
            (incoming) => {
              incoming.resume();
              resolve(incoming.statusCode);
            },
          )
            .on("error", reject)
            .end(),
        ),
    );
    expect(status).toBe(200);
    const clear = yield* Effect.exit(Effect.tryPromise(() => request(`http://127.0.0.1:${port}`, "GET", "/health")));
    expect(Exit.isFailure(clear)).toBe(true);
  }),
);

it.live(
  "ends a connection on which TLS is never made, for no other time-out counts before",
  () =>
    Effect.gen(function* () {
      const { api } = yield* start({ ...recordOnly, service: { api: { port: 0, tls } } });
      const ended = (bytes: Uint8Array) =>
        Effect.callback<void>((resume) => {
          const socket = connect(Number(new URL(api).port), "127.0.0.1");
          socket.on("error", () => undefined);
          socket.on("close", () => resume(Effect.void));
          socket.resume();
          if (bytes.length > 0) socket.write(bytes);
          return Effect.sync(() => socket.destroy());
        });
      // The second begins a ClientHello of 512 bytes.
      const all = Effect.forEach([[], [0x16, 3, 1, 2, 0, 1]], (bytes) => ended(Uint8Array.from(bytes)), {
        concurrency: "unbounded",
        discard: true,
      });
      expect(Option.isSome(yield* Effect.timeoutOption(all, "14 seconds"))).toBe(true);
    }),
  20_000,
);

it.live("believes the addresses that its proxies tell, and nobody else's", () =>
  Effect.gen(function* () {
    const limited = (behindProxy: ReadonlyArray<string> | undefined) =>
      Effect.scoped(
        Effect.gen(function* () {
          const { ask, logged } = yield* start({ ...recordOnly, service: { api: { port: 0, behindProxy } } });
          const as = (address: string) =>
            Effect.map(
              ask("GET", "/v1/refunds", { token: "wr_x", headers: { "x-forwarded-for": address } }),
              ({ status }) => status,
            );
          for (let n = 0; n < 20; n++) yield* as("203.0.113.1");
          // What the client wrote itself stands before what the proxy added.
          const statuses = [yield* as("203.0.113.1"), yield* as("203.0.113.2"), yield* as("203.0.113.9, 203.0.113.1")];
          return { statuses, told: logged.filter((line) => line.includes("no token")).join("") };
        }),
      );
    const proxied = yield* limited(["127.0.0.0/8"]);
    expect(proxied.statuses).toEqual([429, 401, 429]);
    expect(proxied.told).toContain("203.0.113.1");
    const direct = yield* limited(undefined);
    expect(direct.statuses).toEqual([429, 429, 429]);
    expect(direct.told).toContain("127.0.0.1");
  }),
);

it.live("ends in order: who waits is answered, and what is under way is finished", () =>
  Effect.gen(function* () {
    const scope = yield* Scope.make();
    const { api, token } = yield* Scope.provide(start(recordOnly), scope);
    const mine = yield* token({ name: "mine" });
    yield* Effect.promise(() => request(api, "POST", "/v1/refunds", { token: mine, body: refundOf(1) }));
    const cursor = yield* Effect.promise(() => request(api, "GET", "/v1/events?wait=5", { token: mine }));
    const next = String(cursor.body["next"]);
    const waiting = request(api, "GET", `/v1/events?after=${next}&wait=30`, { token: mine });
    yield* Effect.sleep(100);
    const at = Date.now();
    yield* Scope.close(scope, Exit.void);
    expect(Date.now() - at).toBeLessThan(5000);
    expect(yield* Effect.promise(() => waiting)).toMatchObject({
      status: 200,
      body: { events: [], next: Number(next) },
    });
    const gone = yield* Effect.exit(Effect.tryPromise(() => request(api, "GET", "/health")));
    expect(Exit.isFailure(gone)).toBe(true);
  }),
);
