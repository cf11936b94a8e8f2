/** A service whose database leaves it without a word ends, for its supervisor to start it again. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redacted } from "effect";
import { afterAll, expect, it } from "vitest";
import { open } from "../../durable/test/prove/network.ts";
import * as Postgres from "../../durable/test/support/Postgres.ts";
import { run } from "./support/bin.ts";
import * as Gateway from "./support/gateway.ts";
import { endAll, serve } from "./support/service.ts";

Postgres.sayIfSkipped("the service before a silent PostgreSQL");
afterAll(endAll);

it.skipIf(!Postgres.isInstalled)(
  "ends with 70 when the database says nothing any more, and its successor serves",
  async () => {
    const gateway = await Gateway.start();
    const folder = mkdtempSync(join(tmpdir(), "wechat-refund-serve-silent-"));
    const { cluster, end } = await Postgres.start();
    const way = await open(cluster.port);
    try {
      const url = Redacted.value(cluster.url(await cluster.createDatabase()));
      const through = url.replace(`:${cluster.port}/`, `:${way.port}/`);
      const env = { ...Gateway.pem, WECHAT_PAY_ENDPOINT: gateway.url, WECHAT_REFUND_DATABASE: through };
      const tokens = join(folder, "tokens.json");
      const made = ["token", "new", "--name", "all", "--merchants", "*", "--rights", "read,write", "--tokens", tokens];
      const token = (await run(made)).stdout.trim();
      const service = await serve(["--tokens", tokens, "--port", "0"], env);
      const body = {
        order: { outTradeNo: Gateway.order.outTradeNo },
        outRefundNo: "R-1",
        totalFee: 100,
        refundFee: 40,
      };
      expect(await service.ask("/v1/refunds", { body, token })).toMatchObject({ status: 202 });
      way.swallow(true);
      await expect.poll(() => service.child.exitCode, { timeout: 50_000, interval: 100 }).toBe(70);
      expect(service.stderr()).toMatch(/this process ends, to be started again: .*neither a result nor an error/);
      way.swallow(false);
      const next = await serve(["--tokens", tokens, "--port", "0"], env);
      expect(await next.ask("/v1/refunds", { body, token })).toMatchObject({ status: 202, body: { created: false } });
      expect(await next.end("SIGTERM")).toBe(130);
    } finally {
      await way.end();
      await end();
      await gateway.stop();
      rmSync(folder, { recursive: true });
    }
  },
);
