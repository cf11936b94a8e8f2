/** The service of 11-refund-service.ts as a process, with the simulator as the gateway. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Merchant } from "@wechat-refund/core";
import { Replies } from "@wechat-refund/core/testing";
import { Tokens } from "@wechat-refund/server";
import { Gateway, Server } from "@wechat-refund/simulator";
import { Effect, Redacted, Result } from "effect";
import { expect, it } from "@effect/vitest";

const apiKey = "TestKey0000000000000000000000001";
const identity = { appId: "wx8888888888888888", mchId: "1900000109" };
const merchant = Result.getOrThrow(Merchant.make({ ...identity, apiKey: Redacted.make(apiKey) }));
const asked = { order: { outTradeNo: "T-1" }, outRefundNo: "R-1", totalFee: 100, refundFee: 30 };

const call = async (base: string, method: string, path: string, token?: string, body?: unknown) => {
  const response = await fetch(`${base}${path}`, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text.startsWith("{") ? (JSON.parse(text) as Record<string, unknown>) : text };
};

const until = async <A>(get: () => Promise<A>, holds: (value: A) => boolean): Promise<A> => {
  for (;;) {
    const value = await get();
    if (holds(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

it.live(
  "takes refunds over HTTP, makes them over mutual TLS, hears notices, traces its calls, and goes on where it ended",
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
      const tokens = join(directory, "tokens.json");
      const token = Redacted.value(
        yield* Tokens.add(tokens, { name: "till", merchants: ["shop"], rights: ["read", "write"] }),
      );
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
      const env = {
        PATH: process.env["PATH"],
        NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
        PORT: "0",
        NOTICE_PORT: "0",
        TOKENS: tokens,
        WECHAT_REFUND_DATABASE: `sqlite:${join(directory, "refunds.db")}`,
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
        WECHAT_PAY_APP_ID: identity.appId,
        WECHAT_PAY_MCH_ID: identity.mchId,
        WECHAT_PAY_API_KEY: apiKey,
        WECHAT_PAY_ENDPOINT: url,
        WECHAT_PAY_CA_FILE: file("ca.pem", caPem),
        WECHAT_PAY_CERT_FILE: file("cert.pem", merchantCertificate.certificatePem),
        WECHAT_PAY_KEY_FILE: file("key.pem", merchantCertificate.privateKeyPem),
      };
      let printed = "";
      const started = Effect.acquireRelease(
        Effect.sync(() => {
          const child = spawn(process.execPath, ["11-refund-service.ts"], { cwd: import.meta.dirname, env });
          child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
          child.stderr.on("data", (chunk: Buffer) => (printed += chunk.toString()));
          return child;
        }),
        (child) => Effect.sync(() => void (child.exitCode === null && child.kill("SIGKILL"))),
      );
      const listening = async (child: ChildProcess) => {
        const from = printed.length;
        const line = /API at (\S+), notices at (\S+)/;
        await until(
          () => Promise.resolve(line.test(printed.slice(from)) || child.exitCode !== null),
          (done) => done,
        );
        const found = line.exec(printed.slice(from));
        if (found === null) throw new Error(`the service ended with ${child.exitCode}: ${printed}`);
        return { api: String(found[1]), notices: String(found[2]) };
      };
      const ended = (child: ChildProcess) => new Promise((resolve) => child.on("exit", (code) => resolve(code)));

      const first = yield* started;
      const seen = yield* Effect.promise(async () => {
        const { api, notices } = await listening(first);
        const find = () => call(api, "GET", "/v1/refunds/shop/R-1", token);
        const created = await call(api, "POST", "/v1/refunds", token, asked);
        const accepted = await until(find, ({ body }) => Object(body)["state"] === "Accepted");
        const noticed = await fetch(`${notices}/notices/shop`, {
          method: "POST",
          body: new Uint8Array(Replies.notice(merchant, asked, "SUCCESS")),
        });
        const succeeded = await until(find, ({ body }) => Object(body)["state"] === "Succeeded");
        const openapi = await call(api, "GET", "/openapi.json");
        const nobody = await call(api, "GET", "/v1/refunds");
        await until(
          () => Promise.resolve(traces.join("")),
          (told) => told.includes("RefundClient.refundquery"),
        );
        return { created, accepted, notice: await noticed.text(), succeeded, openapi, nobody };
      });
      const end = ended(first);
      first.kill("SIGTERM");
      // 130 is how Effect's runtime ends a process that was told to stop, once its layers are closed.
      expect(yield* Effect.promise(() => end)).toBe(130);
      expect(seen.created).toMatchObject({
        status: 202,
        body: { outRefundNo: "R-1", created: true, moneyReturned: null },
      });
      expect(seen.notice).toContain("SUCCESS");
      expect(seen.succeeded.body).toMatchObject({ moneyReturned: true });
      expect(seen.nobody.status).toBe(401);
      expect(Object.keys((seen.openapi.body as { paths: object }).paths)).toContain(
        "/v1/refunds/{merchant}/{outRefundNo}",
      );
      expect(gateway.ledger.size()).toBe(1);

      const second = yield* started;
      const again = yield* Effect.promise(async () => {
        const { api } = await listening(second);
        return call(api, "POST", "/v1/refunds", token, asked);
      });
      expect(again).toMatchObject({ status: 202, body: { created: false, state: "Succeeded" } });
      expect(gateway.ledger.size()).toBe(1);

      const told = traces.join("");
      for (const name of ["RefundClient.refund", "wechat.outcome", "wechat.out_refund_no"])
        expect(told).toContain(name);
      for (const text of [printed, told]) {
        expect(text).not.toContain(apiKey);
        expect(text).not.toContain(token);
      }
      // Nothing of the traces went to the gateway.
      const requests = gateway.log
        .entries()
        .map(({ request: bytes }) => new TextDecoder().decode(bytes))
        .join("");
      expect(requests).not.toContain("traceparent");
    }),
  60_000,
);
