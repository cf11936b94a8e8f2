/** The receiver of 19-webhook-receiver.ts as a process, told by a refund service of the events of a refund. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Merchants } from "@wechat-refund/core";
import { Durable, Refunds } from "@wechat-refund/durable";
import { Service, Webhooks, WebhooksFile } from "@wechat-refund/server";
import { Gateway, MemoryTransport } from "@wechat-refund/simulator";
import { Context, Effect, Layer, Logger, Redacted } from "effect";
import { expect, it } from "@effect/vitest";

const identity = { appId: "wx8888888888888888", mchId: "1900000109", apiKey: "TestKey0000000000000000000000001" };

it.live("believes what is signed with either secret, keeps the newest, and nothing that is forged", () =>
  Effect.gen(function* () {
    const directory = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "receiver-"))),
      (made) => Effect.sync(() => rmSync(made, { recursive: true })),
    );
    const [old, fresh, other] = yield* Effect.all([
      WebhooksFile.newSecret,
      WebhooksFile.newSecret,
      WebhooksFile.newSecret,
    ]);
    let printed = "";
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn(process.execPath, ["19-webhook-receiver.ts"], {
          cwd: import.meta.dirname,
          env: {
            PATH: process.env["PATH"],
            NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
            PORT: "0",
            WEBHOOK_SECRETS: [fresh, old].map(Redacted.value).join(" "),
          },
        }),
      ),
      (child) => Effect.sync(() => void child.kill("SIGKILL")),
    );
    child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    const says = (words: RegExp) =>
      Effect.promise(() => expect.poll(() => printed, { timeout: 50_000 }).toMatch(words));
    yield* says(/webhooks at http/);
    const url = /http:\S+/.exec(printed)?.[0] ?? "";

    const secretFile = (name: string, secret: Redacted.Redacted) => {
      const file = join(directory, name);
      writeFileSync(file, Redacted.value(secret), { mode: 0o600 });
      return { file };
    };
    const file = join(directory, "webhooks.json");
    const endpoint = { url, merchants: ["shop"], allow: ["127.0.0.1"] };
    const webhooks = [
      { ...endpoint, name: "erp", secret: secretFile("old", old) },
      { ...endpoint, name: "forger", secret: secretFile("other", other) },
    ];
    writeFileSync(file, JSON.stringify({ webhooks }), { mode: 0o600 });
    const gateway = Gateway.make({
      merchants: [identity],
      orders: [{ mchId: identity.mchId, transactionId: "42", outTradeNo: "T-1", totalFee: 100, paidAt: Date.now() }],
    });
    const merchants = Merchants.layer([
      {
        name: "shop",
        v2: {
          ...identity,
          apiKey: Redacted.make(identity.apiKey),
          transport: MemoryTransport.layer(gateway, { clientCertificate: { commonName: identity.mchId } }),
        },
      },
    ]);
    const services = yield* Layer.build(
      Service.layer({ api: { port: 0 }, tokens: "none", webhooks: { file } }).pipe(
        Layer.provideMerge(Durable.layerSqlite({ file: join(directory, "refunds.db") })),
        Layer.provide(merchants),
        Layer.provide(Logger.layer([])),
      ),
    );
    const refunds = Context.get(services, Refunds.Refunds);
    const hooks = Context.get(services, Webhooks.Webhooks);
    const request = { order: { outTradeNo: "T-1" }, outRefundNo: "R-1", totalFee: 100, refundFee: 30 };
    yield* refunds.start("shop", request);
    yield* says(/^R-1 is Accepted, money returned: null$/m);
    const before = printed;
    // All of it again, in whatever order: nothing of it is new.
    const person = { by: "ming", reason: "a test" };
    const { count } = yield* hooks.replay("erp", { which: "all", range: { first: 1 } }, person);
    expect(count).toBeGreaterThan(1);
    yield* hooks.ping("erp");
    yield* says(/^ping$/m);
    const pending = Effect.map(hooks.list, (all) => all.find(({ name }) => name === "erp")?.pending);
    yield* Effect.promise(() => expect.poll(() => Effect.runPromise(pending), { timeout: 50_000 }).toBe(0));
    expect(printed.replace("ping\n", "")).toBe(before);
    const failures = Effect.map(hooks.list, (all) => all.find(({ name }) => name === "forger")?.failed);
    yield* Effect.promise(() =>
      expect.poll(() => Effect.runPromise(failures), { timeout: 50_000 }).toBe("it answered with the status 401"),
    );
  }),
);
