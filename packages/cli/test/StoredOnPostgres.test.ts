/** The same commands over a PostgreSQL server, whose address and password stand in the environment. */
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { Fault } from "@wechat-refund/simulator";
import { Redacted } from "effect";
import { expect, it, vi } from "vitest";
import * as Postgres from "../../durable/test/support/Postgres.ts";
import { document, run, start } from "./support/bin.ts";
import * as Gateway from "./support/gateway.ts";

Postgres.sayIfSkipped("the command line over PostgreSQL");

it.skipIf(!Postgres.isInstalled)("keeps a batch on a server, and tells what it holds", async () => {
  const running = await Gateway.start();
  const folder = mkdtempSync(join(tmpdir(), "wechat-refund-cli-postgres-"));
  const { cluster, end } = await Postgres.start();
  try {
    const name = await cluster.createDatabase();
    const url = Redacted.value(cluster.url(name));
    const { password } = new URL(url);
    const env = { ...Gateway.pem, WECHAT_REFUND_DATABASE: url };
    const command = async (...args: ReadonlyArray<string>) => {
      const ran = await run(args, { env });
      expect(password).not.toBe("");
      expect(ran.stdout + ran.stderr).not.toContain(password);
      return ran;
    };
    const file = join(folder, "refunds.csv");
    writeFileSync(
      file,
      `out_trade_no,out_refund_no,total_fee,refund_fee\n${Gateway.order.outTradeNo},R-0,100,60\nNO,R-X,100,60\n`,
    );
    const batch = () => command("batch", file, "--yes", "--endpoint", running.url, "--json");
    expect(document((await batch()).stdout)).toMatchObject({
      value: {
        accepted: 1,
        rejected: 1,
        total: 2,
        store: expect.stringMatching(/^PostgreSQL (?:localhost|127\.0\.0\.1):\d+\//),
      },
    });
    const before = running.gateway.log.total();
    expect((await batch()).code).toBe(1);
    expect(running.gateway.log.total()).toBe(before);
    // Whoever stops one must know that others may go on with what it has recorded.
    running.gateway.faults.push(Fault.Delay({ on: "refund", part: "reply", millis: 1500 }));
    writeFileSync(file, `out_trade_no,out_refund_no,total_fee,refund_fee\n${Gateway.order.outTradeNo},R-1,100,10\n`);
    const child = start(["batch", file, "--yes", "--endpoint", running.url], { env });
    const ended = Promise.all([text(child.stderr), once(child, "close")]);
    await vi.waitFor(() => expect(running.gateway.log.total()).toBeGreaterThan(before), { timeout: 60_000 });
    child.kill("SIGINT");
    expect((await ended)[0]).toMatch(/^Stopping: .*\nWhat is recorded and not sent is sent by any other process/m);
    expect(running.gateway.ledger.size()).toBe(2);
    expect((await command("refunds", "list")).stdout.split("\n")).toHaveLength(4);
    expect((await command("refunds", "pause", "--reason", "prices")).code).toBe(0);
    // A rule over all rows of a large store takes longer than a server may be silent otherwise.
    const held = cluster.run(
      "BEGIN; LOCK TABLE wechat_refund.refund_history IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(12); COMMIT",
      name,
    );
    expect(await command("store", "check")).toMatchObject({ code: 0, stderr: "" });
    await held;
    expect(
      (await command("watch", "--out-refund-no", "R-X", "--database", "postgres://nobody@127.0.0.1:1/x")).code,
    ).toBe(2);
  } finally {
    await end();
    await running.stop();
    rmSync(folder, { recursive: true });
  }
});
