/** The service of 11-refund-service.ts: with the stub for its reactions, with the simulator as a real process. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer";
import { Merchant, RefundClient, Transport } from "@wechat-refund/core";
import { Replies, TransportStub } from "@wechat-refund/core/testing";
import { Gateway, Server } from "@wechat-refund/simulator";
import { Effect, Layer, Redacted, References, Result } from "effect";
import * as HttpRouter from "effect/http/HttpRouter";
import { HttpServer as EffectServer } from "effect/http";
import { describe, expect, it } from "@effect/vitest";
import { routes } from "./11-refund-service.ts";

const apiKey = "TestKey0000000000000000000000001";
const identity = { appId: "wx8888888888888888", mchId: "1900000109" };
const merchant = Result.getOrThrow(Merchant.make({ ...identity, apiKey: Redacted.make(apiKey) }));
const asked = { outTradeNo: "T-1", outRefundNo: "R-1", totalFee: 100, refundFee: 30 };
const request = { order: { outTradeNo: "T-1" }, outRefundNo: "R-1", totalFee: 100, refundFee: 30 };

const call = async (base: string, method: string, path: string, body?: unknown) => {
  const response = await fetch(`${base}${path}`, {
    method,
    ...(body !== undefined && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text.startsWith("{") ? (JSON.parse(text) as Record<string, unknown>) : text };
};

/** The service over a stubbed transport, on loopback. */
const withStub = <A>(answers: ReadonlyArray<TransportStub.Answer>, use: (base: string) => Promise<A>) => {
  const recorder = TransportStub.recorder(TransportStub.sequence(answers));
  const client = RefundClient.layer.pipe(
    Layer.provide(recorder.layer),
    Layer.provideMerge(Layer.orDie(Merchant.layer(merchant))),
  );
  const server = NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 });
  const app = HttpRouter.serve(routes, { disableLogger: true, disableListenLog: true }).pipe(
    Layer.provideMerge([server, client]),
  );
  return Effect.gen(function* () {
    const { address } = yield* EffectServer.HttpServer;
    const result = yield* Effect.promise(() => use(EffectServer.formatAddress(address)));
    return { result, posts: recorder.posts.length };
  }).pipe(Effect.provide(app), Effect.provideService(References.MinimumLogLevel, "None"));
};

describe("the service over a stub", () => {
  it.live("accepts, answers a repeat without sending again, and refuses another refund under the number", () =>
    Effect.gen(function* () {
      const processing = Replies.queried(merchant, request, "PROCESSING");
      const { posts, result } = yield* withStub([Replies.accepted(merchant, request), processing], async (base) => [
        await call(base, "POST", "/refunds", asked),
        await call(base, "POST", "/refunds", asked),
        await call(base, "POST", "/refunds", { ...asked, refundFee: 31 }),
        await call(base, "GET", "/refunds/R-2"),
        await call(base, "GET", "/health"),
        await call(base, "POST", "/refunds", { ...asked, outRefundNo: "no spaces" }),
      ]);
      expect(result.map(({ status }) => status)).toEqual([202, 202, 409, 404, 204, 400]);
      expect(result[0]?.body).toEqual({ outRefundNo: "R-1", state: "accepted" });
      expect(posts).toBe(2);
    }),
  );

  it.live("says why a refund was rejected", () =>
    Effect.gen(function* () {
      const { result } = yield* withStub([Replies.rejected(merchant, "TRADE_OVERDUE", "订单已过期")], (base) =>
        call(base, "POST", "/refunds", asked),
      );
      expect(result.body).toMatchObject({ state: "rejected", detail: expect.stringContaining("TRADE_OVERDUE") });
    }),
  );

  it.live("keeps an unknown outcome open and asks before it sends again", () =>
    Effect.gen(function* () {
      const lost = new Transport.TransportError({ reason: new Transport.ConnectionLost({ detail: "reset" }) });
      const { result } = yield* withStub(
        [
          lost,
          Replies.queried(merchant, request, "PROCESSING"),
          Replies.queried(merchant, request, "SUCCESS"),
          Replies.queried(merchant, request, "SUCCESS"),
        ],
        (base) => call(base, "POST", "/refunds", asked),
      );
      // The query came a second after the lost reply, within the time that the caller waits.
      expect(result.body).toMatchObject({ outRefundNo: "R-1", state: expect.stringMatching(/accepted|refunded/) });
    }),
  );

  it.live("moves a refund by a notice only as the query says, and answers every bad notice alike", () =>
    Effect.gen(function* () {
      const answers = [
        Replies.accepted(merchant, request),
        Replies.queried(merchant, request, "PROCESSING"),
        Replies.queried(merchant, request, "PROCESSING"),
        Replies.queried(merchant, request, "SUCCESS"),
      ];
      const { result } = yield* withStub(answers, async (base) => {
        const notify = async (body: Uint8Array) =>
          (await fetch(`${base}/wechat/refund-notice`, { method: "POST", body: new Uint8Array(body) })).text();
        await call(base, "POST", "/refunds", asked);
        const bad = [await notify(new TextEncoder().encode("<xml></xml>")), await notify(new Uint8Array(70_000))];
        const early = await notify(Replies.notice(merchant, request, "SUCCESS"));
        const before = await call(base, "GET", "/refunds/R-1");
        await notify(Replies.notice(merchant, request, "SUCCESS"));
        await notify(Replies.notice(merchant, request, "REFUNDCLOSE"));
        return { bad, early, before: before.body, after: (await call(base, "GET", "/refunds/R-1")).body };
      });
      expect(new Set(result.bad).size).toBe(1);
      expect(result.early).toContain("SUCCESS");
      expect(result.before).toMatchObject({ state: "accepted" });
      expect(result.after).toMatchObject({ state: "refunded" });
    }),
  );
});

/** A port that was free a moment ago. */
const freePort = Effect.callback<number>((resume) => {
  const server = createServer();
  server.listen(0, "127.0.0.1", () => {
    const { port } = server.address() as AddressInfo;
    server.close(() => resume(Effect.succeed(port)));
  });
});

describe("the service as a process", () => {
  it.live(
    "refunds at a gateway over mutual TLS, shows its API, traces its calls, and ends by SIGTERM",
    () =>
      Effect.gen(function* () {
        const gateway = Gateway.make({
          merchants: [{ ...identity, apiKey }],
          orders: [{ mchId: "1900000109", transactionId: "42", outTradeNo: "T-1", totalFee: 100, paidAt: Date.now() }],
          course: [{ status: "SUCCESS", afterMillis: 0 }],
        });
        const { caPem, merchantCertificate, url } = yield* Server.make(gateway);
        const directory = yield* Effect.acquireRelease(
          Effect.sync(() => mkdtempSync(join(tmpdir(), "service-"))),
          (made) => Effect.sync(() => rmSync(made, { recursive: true })),
        );
        const file = (name: string, content: string): string => {
          writeFileSync(join(directory, name), content, { mode: 0o600 });
          return join(directory, name);
        };
        const traces: Array<string> = [];
        const collector = yield* Effect.acquireRelease(
          Effect.callback<HttpServer>((resume) => {
            const server = createServer((incoming, outgoing) => {
              let body = "";
              incoming.on("data", (chunk: Buffer) => (body += chunk.toString()));
              incoming.on("end", () => {
                traces.push(body);
                outgoing.end("{}");
              });
            });
            server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)));
          }),
          (server) => Effect.sync(() => server.close()),
        );
        const port = yield* freePort;
        const env = {
          PATH: process.env["PATH"],
          PORT: String(port),
          OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
          WECHAT_PAY_APP_ID: identity.appId,
          WECHAT_PAY_MCH_ID: identity.mchId,
          WECHAT_PAY_API_KEY: apiKey,
          WECHAT_PAY_ENDPOINT: url,
          WECHAT_PAY_CA_FILE: file("ca.pem", caPem),
          WECHAT_PAY_CERT_FILE: file("cert.pem", merchantCertificate.certificatePem),
          WECHAT_PAY_KEY_FILE: file("key.pem", merchantCertificate.privateKeyPem),
        };
        const child = yield* Effect.acquireRelease(
          Effect.sync(() => spawn(process.execPath, ["11-refund-service.ts"], { cwd: import.meta.dirname, env })),
          (started) => Effect.sync(() => void (started.exitCode === null && started.kill("SIGKILL"))),
        );
        let printed = "";
        child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
        child.stderr.on("data", (chunk: Buffer) => (printed += chunk.toString()));
        const ended = new Promise<number | null>((resolve) => child.on("exit", (code) => resolve(code)));
        const base = `http://127.0.0.1:${port}`;
        const seen = yield* Effect.promise(async () => {
          for (;;) {
            // The port is open a moment before the routes are: who asks in between gets no answer, and asks again.
            const probe = fetch(`${base}/health`, { signal: AbortSignal.timeout(1_000) });
            if ((await probe.catch(() => undefined))?.status === 204) break;
            if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode}: ${printed}`);
            await new Promise((resolve) => setTimeout(resolve, 50));
          }
          const created = await call(base, "POST", "/refunds", asked);
          const openapi = await call(base, "GET", "/openapi.json");
          const docs = await call(base, "GET", "/docs");
          while (!traces.join("").includes("RefundClient.refundquery"))
            await new Promise((resolve) => setTimeout(resolve, 50));
          return { created, openapi, docs, now: await call(base, "GET", "/refunds/R-1") };
        });
        child.kill("SIGTERM");
        // 130 is how Effect's runtime ends a process that was told to stop, once its layers are closed.
        expect(yield* Effect.promise(() => ended)).toBe(130);
        expect(seen.created).toMatchObject({ status: 202, body: { outRefundNo: "R-1" } });
        expect(seen.now.body).toMatchObject({ state: "refunded" });
        expect(Object.keys((seen.openapi.body as { paths: object }).paths)).toContain("/refunds/{outRefundNo}");
        expect(seen.docs.status).toBe(200);
        expect(gateway.ledger.size()).toBe(1);
        const told = traces.join("");
        for (const name of ["RefundClient.refund", "wechat.outcome", "wechat.out_refund_no"])
          expect(told).toContain(name);
        for (const text of [printed, told]) expect(text).not.toContain(apiKey);
        // Nothing of the traces went to the gateway.
        const headers = gateway.log
          .entries()
          .map(({ request: bytes }) => new TextDecoder().decode(bytes))
          .join("");
        expect(headers).not.toContain("traceparent");
      }),
    60_000,
  );
});
