/** The service as a process posts its events; whenever it is killed, none is missing in the end. */
import { readFileSync, rmSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "@effect/vitest";
import { Effect } from "effect";
import { afterAll, expect } from "vitest";
import { hooksFile, newSecret, receiver } from "../../server/test/support/receiver.ts";
import { document, run } from "./support/bin.ts";
import * as Gateway from "./support/gateway.ts";
import { endAll, refundOf, serve, type Running } from "./support/service.ts";

const folder = mkdtempSync(join(tmpdir(), "wechat-refund-webhooks-"));
afterAll(() => {
  endAll();
  rmSync(folder, { recursive: true });
});

interface Event {
  readonly position: number;
  readonly outRefundNo: string;
}

const eventsOf = async (service: Running): Promise<ReadonlyArray<Event>> =>
  (await service.ask("/v1/events?after=0")).body["events"] as ReadonlyArray<Event>;

it.live("posts every event at least once, however often the process is killed in between", () =>
  Effect.gen(function* () {
    const secret = newSecret();
    const erp = yield* receiver(secret);
    const hooks = yield* hooksFile([{ name: "erp", url: erp.url, secret }]);
    const args = ["--simulate", "--port", "0", "--store", join(folder, "killed.db"), "--webhooks", hooks.file];
    const env = { TMPDIR: folder };
    yield* Effect.promise(async () => {
      // One message is always under way when the process is killed: taken, and not thanked for.
      let kill = false;
      let thanks = (): void => undefined;
      erp.answer = () => (kill ? new Promise((resolve) => (thanks = () => resolve({ status: 200 }))) : { status: 200 });
      let n = 0;
      for (let round = 0; round < 2; round++) {
        const service = await serve(args, env);
        const before = erp.got.length;
        kill = true;
        for (let more = 0; more < 3; more++) {
          expect(await service.ask("/v1/refunds", { body: refundOf(++n) })).toMatchObject({ status: 202 });
        }
        await expect.poll(() => erp.got.length, { timeout: 30_000 }).toBeGreaterThan(before);
        await service.end("SIGKILL");
        kill = false;
        thanks();
      }
      const last = await serve(args, env);
      expect(last.stdout()).toMatch(/webhooks +erp/);
      const recorded = async () => new Set((await eventsOf(last)).map(({ outRefundNo }) => outRefundNo)).size;
      await expect.poll(recorded, { timeout: 55_000, interval: 100 }).toBe(n);
      // What a killed process was at is anybody's after a minute; here that is waited for no longer.
      await last.end("SIGTERM");
    });
    // A minute later.
    const { DatabaseSync } = yield* Effect.promise(() => import("node:sqlite"));
    const database = new DatabaseSync(join(folder, "killed.db"));
    database.exec("UPDATE refund_deliveries SET due_at = due_at - 60000 WHERE state = 'pending'");
    database.close();
    yield* Effect.promise(async () => {
      const service = await serve(args, env);
      const told = () => new Set(erp.got.map(({ data }) => Number(data["position"])));
      const missing = async () => (await eventsOf(service)).filter(({ position }) => !told().has(position)).length;
      await expect.poll(missing, { timeout: 55_000, interval: 100 }).toBe(0);
      const pending = async () =>
        ((await service.ask("/v1/webhooks")).body["webhooks"] as ReadonlyArray<{ pending: number; dead: number }>)[0];
      await expect.poll(pending, { timeout: 55_000, interval: 100 }).toMatchObject({ pending: 0, dead: 0 });
      await service.end("SIGTERM");
      for (const text of [service.stdout(), service.stderr()]) expect(text).not.toContain(secret.slice(6));
    });
    const ids = erp.got.map(({ id }) => id);
    // What was taken and not thanked for came again, with the same id and content.
    expect(ids.length).toBeGreaterThan(new Set(ids).size);
    const contents = new Map(erp.got.map(({ id, text }) => [id, text]));
    for (const { by, id, text } of erp.got) {
      expect(by).toBe(secret);
      expect(text).toBe(contents.get(id));
    }
  }),
);

it.live("shows webhooks on the store, and does there what a person wants", () =>
  Effect.gen(function* () {
    const secret = newSecret();
    const erp = yield* receiver(secret);
    const hooks = yield* hooksFile([{ name: "erp", url: erp.url, secret, types: ["refund.recorded"] }]);
    const file = join(folder, "acts.db");
    const args = ["--simulate", "--port", "0", "--store", file, "--webhooks", hooks.file];
    const store = ["--store", file];
    yield* Effect.promise(async () => {
      erp.answer = () => ({ status: 410 });
      const first = await serve(args);
      await first.ask("/v1/refunds", { body: refundOf(1) });
      await expect.poll(() => first.stderr(), { timeout: 30_000 }).toContain("the webhook erp is disabled");
      const listed = await run(["webhooks", "list", "--json", ...store]);
      expect(document(listed.stdout)).toMatchObject({
        ok: true,
        value: [{ webhook: "erp", pending: 1, dead: 0, disabled: { why: expect.stringContaining("410") } }],
      });
      const held = await run(["webhooks", "enable", "--name", "erp", "--reason", "mended", ...store]);
      expect(held).toMatchObject({ code: 2, stderr: expect.stringContaining("another process") });
      await first.end("SIGTERM");

      expect(await run(["webhooks", "enable", "--name", "erp", "--reason", "mended", ...store])).toMatchObject({
        code: 0,
        stdout: "erp goes on where it ended\n",
      });
      expect(await run(["webhooks", "enable", "--name", "erp", "--reason", "mended", ...store])).toMatchObject({
        code: 1,
      });
      expect(await run(["webhooks", "ping", "--name", "erp", ...store])).toMatchObject({ code: 0 });
      expect(await run(["webhooks", "ping", "--name", "desk", ...store])).toMatchObject({ code: 1 });
      erp.answer = ({ type }) => ({ status: type === "ping" ? 500 : 200 });
      const second = await serve(args);
      await expect
        .poll(() => erp.got.filter(({ type }) => type === "refund.recorded").length, { timeout: 30_000 })
        .toBe(2);
      const dead = async () => (await run(["webhooks", "deliveries", "--name", "erp", ...store])).stdout;
      await expect
        .poll(dead, { timeout: 30_000 })
        .toMatch(/^2  dead  ping  \S+Z  1×  it answered with the status 500\n$/);
      await second.end("SIGTERM");

      const replay = ["webhooks", "replay", "--name", "erp", "--reason", "mended", ...store];
      expect(await run(replay)).toMatchObject({ code: 2, stderr: expect.stringContaining("say which") });
      expect(await run([...replay, "--delivery", "2", "--first", "1"])).toMatchObject({ code: 2 });
      expect(await run([...replay, "--delivery", "9"])).toMatchObject({ code: 1 });
      for (const from of ["today", "2026-02-30T00:00:00Z"]) {
        expect(await run([...replay, "--from", from])).toMatchObject({ code: 2 });
      }
      expect(await run([...replay, "--from", "2020-01-01T00:00:00Z"])).toMatchObject({
        code: 0,
        stdout: "1 messages are delivered again\n",
      });
      expect(await run([...replay, "--delivery", "2"])).toMatchObject({ code: 0 });
      const shown = await run(["webhooks", "list", "--lang", "zh", ...store]);
      expect(shown.stdout).toMatch(/^erp {2}待投递 1，已放弃 0，最近成功 \S+，最近失败 \S+：应答状态码 500$/m);
    });
  }),
);

it.live("says all that is wrong with a file of webhooks before anything listens, and makes secrets", () =>
  Effect.promise(async () => {
    const file = join(folder, "wrong.json");
    const hook = {
      name: "erp",
      url: "http://erp.example",
      merchants: ["shop"],
      secrets: {},
      secret: { variable: "NONE" },
    };
    writeFileSync(file, JSON.stringify({ webhooks: [hook] }), { mode: 0o600 });
    const refused = await run(["serve", "--simulate", "--webhooks", file]);
    expect(refused.code).toBe(2);
    expect(refused.stderr.split("\n").filter((line) => line.includes("--webhooks"))).toHaveLength(2);
    expect(refused.stderr).toContain("did you mean secret?");
    // The environment names one as well, but for a trial.
    const env = { ...Gateway.pem, WECHAT_REFUND_WEBHOOKS: file };
    const checked = await run(["serve", "--check", "--store", join(folder, "none.db")], { env });
    expect(checked.stdout).toContain("did you mean secret?");

    const { code, stdout } = await run(["webhooks", "secret"]);
    expect(code).toBe(0);
    const good = {
      ...hook,
      url: "https://erp.example",
      merchants: ["kiosk"],
      secrets: undefined,
      secret: { variable: "MADE" },
    };
    writeFileSync(file, JSON.stringify({ webhooks: [good] }), { mode: 0o600 });
    const again = await run(["serve", "--check", "--simulate", "--webhooks", file], { env: { MADE: stdout.trim() } });
    expect(again).toMatchObject({ code: 0, stdout: expect.stringMatching(/--webhooks.*erp/) });
    expect(again.stdout).toContain("name merchants that there are not: kiosk");
    expect(again.stdout + readFileSync(file, "utf8")).not.toContain(stdout.trim());
  }),
);
