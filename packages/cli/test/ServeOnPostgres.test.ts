/** Two services on one PostgreSQL share the work: what one has acknowledged, the other makes when the first is gone. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redacted } from "effect";
import { expect, it } from "vitest";
import * as Postgres from "../../durable/test/support/Postgres.ts";
import { run } from "./support/bin.ts";
import * as Gateway from "./support/gateway.ts";
import { endAll, serve } from "./support/service.ts";

Postgres.sayIfSkipped("the service over PostgreSQL");

it.skipIf(!Postgres.isInstalled)("goes on at the other service when one is killed", async () => {
  const gateway = await Gateway.start();
  const folder = mkdtempSync(join(tmpdir(), "wechat-refund-serve-postgres-"));
  const { cluster, end } = await Postgres.start();
  try {
    const url = Redacted.value(cluster.url(await cluster.createDatabase()));
    const { password } = new URL(url);
    const env = { ...Gateway.pem, WECHAT_PAY_ENDPOINT: gateway.url, WECHAT_REFUND_DATABASE: url };
    const tokens = join(folder, "tokens.json");
    const made = ["token", "new", "--name", "all", "--merchants", "*", "--rights", "read,write", "--tokens", tokens];
    const token = (await run(made)).stdout.trim();
    const args = ["--tokens", tokens, "--port", "0"];
    const unmade = await run(["serve", "--no-migrate", ...args], { env });
    expect(unmade).toMatchObject({ code: 2, stderr: expect.stringMatching(/^✗ store: PostgreSQL .* has form 0/) });

    const first = await serve(args, env);
    const second = await serve(["--no-migrate", ...args], env);
    const body = { order: { outTradeNo: Gateway.order.outTradeNo }, outRefundNo: "R-1", totalFee: 100, refundFee: 40 };
    // The first has the merchant; what the second is asked for is stored, whoever makes it.
    expect(await second.ask("/v1/refunds", { body, token })).toMatchObject({ status: 202, body: { created: true } });
    await first.end("SIGKILL");
    const state = async () => (await second.ask("/v1/refunds/default/R-1", { token })).body["state"];
    await expect.poll(state, { timeout: 55_000, interval: 100 }).toMatch(/^(?:Accepted|Succeeded)$/);
    expect(await second.ask("/v1/refunds", { body, token })).toMatchObject({ status: 202, body: { created: false } });
    expect(gateway.gateway.ledger.size()).toBe(1);
    expect(await run(["serve", "--check", ...args], { env })).toMatchObject({ code: 0 });
    expect(await second.end("SIGTERM")).toBe(130);
    expect(password).not.toBe("");
    for (const { stderr, stdout } of [first, second]) expect(stdout() + stderr()).not.toContain(password);
  } finally {
    endAll();
    await end();
    await gateway.stop();
    rmSync(folder, { recursive: true });
  }
});
