import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Fault } from "@wechat-refund/simulator";
import { describe, expect, inject, it as base, vi } from "vitest";
import { prove } from "./prove/batch.ts";
import { document, type Options, run, start } from "./support/bin.ts";
import * as Gateway from "./support/gateway.ts";

/** A gateway of its own, and a folder with a file of refunds: what a test needs, and none other touches. */
const open = async () => {
  let running = await Gateway.start();
  const folder = mkdtempSync(join(tmpdir(), "wechat-refund-batch-"));
  const file = join(folder, "refunds.csv");

  /** Orders … of 100 fen, and a file with a refund of 60 for each. */
  const write = (count: number, more: ReadonlyArray<string> = []) => {
    const { ledger } = running.gateway;
    for (let n = 0; n < count; n++) {
      const order = { mchId: Gateway.mchId, transactionId: `42${n}`, outTradeNo: `A-${n}`, totalFee: 100 };
      if (ledger.findOrder(order, order) === undefined) ledger.addOrder({ ...order, paidAt: Date.now() - 60_000 });
    }
    const rows = Array.from({ length: count }, (_, n) => `A-${n},R-${n},100,60`);
    writeFileSync(file, ["out_trade_no,out_refund_no,total_fee,refund_fee", ...rows, ...more].join("\n"));
  };
  const args = (...more: ReadonlyArray<string>) => ["batch", file, "--endpoint", running.url, ...more];
  const batch = async (more: ReadonlyArray<string> = ["--yes"], env: Options["env"] = Gateway.pem) => {
    const ran = await run(args(...more), { env });
    for (const secret of Gateway.secrets) expect(ran.stdout + ran.stderr).not.toContain(secret);
    return ran;
  };
  const store = () => `${file}.refunds.db`;
  /** What the store holds, read beside whoever has it. */
  const read = (sql: string, ...params: ReadonlyArray<string | number>) => {
    if (!existsSync(store())) return [];
    const database = new DatabaseSync(store(), { readOnly: true });
    try {
      return database.prepare(sql).all(...params);
    } finally {
      database.close();
    }
  };
  const one = (number: string): string => {
    const [row] = read("SELECT truth, block FROM refunds WHERE out_refund_no = ?", number);
    return row === undefined ? "" : [row["truth"], row["block"]].filter((word) => word !== null).join(" ");
  };
  const history = (number: string) =>
    read(
      "SELECT what FROM refund_history AS h JOIN refunds AS r ON r.id = h.refund WHERE out_refund_no = ? ORDER BY h.seq",
      number,
    ).map(({ what }) => what);
  const sent = () => running.gateway.log.entries().filter(({ path }) => path === "/secapi/pay/refund").length;

  /** As a process leaves them that is killed after its requests left: each was begun, and nothing is known of it. */
  const leaveOpen = () => {
    const database = new DatabaseSync(store());
    for (const { id, progress } of database.prepare("SELECT id, progress FROM refunds").all()) {
      const { block: _, refusal: __, ...known } = JSON.parse(String(progress)) as Record<string, unknown>;
      const begun = JSON.stringify({
        ...known,
        truth: "Recorded",
        open: "send",
        first: 0,
        sent: 0,
        sends: 1,
        row: 0,
        unanswered: false,
      });
      database
        .prepare(
          "UPDATE refunds SET truth = 'Recorded', block = NULL, progress = ?, owner = 'killed', epoch = 1, due_at = ?, version = version + 1 WHERE id = ?",
        )
        .run(begun, Date.now() + 75_000, id ?? null);
    }
    database.exec("DELETE FROM refund_holds");
    database.close();
  };

  return {
    folder,
    file,
    get gateway() {
      return running.gateway;
    },
    stop: () => running.stop(),
    /** Another gateway, once the first was stopped. */
    restart: async (...course: Parameters<typeof Gateway.start>) => {
      running = await Gateway.start(...course);
    },
    write,
    args,
    batch,
    store,
    read,
    one,
    history,
    sent,
    leaveOpen,
  };
};

/** At the same time as the others of this file, for each mostly waits. */
// oxlint-disable-next-line no-empty-pattern -- Vitest reads there which others it needs
const it = base.extend("shop", async ({}, { onCleanup }) => {
  const shop = await open();
  onCleanup(async () => {
    await shop.stop();
    rmSync(shop.folder, { recursive: true });
  });
  return shop;
});

const waiting = { timeout: 60_000, interval: 10 };

describe("a batch by itself, too short to say how far it is", () => {
  it("makes every refund, and says so in the store", async ({ shop }) => {
    const { write, batch, history } = shop;
    write(12);
    const ran = await batch();
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toMatch(/^accepted +12 of 12: 720 fen \(7\.20 CNY\)$/m);
    expect(shop.gateway.ledger.size()).toBe(12);
    for (let n = 0; n < 12; n++) expect(history(`R-${n}`)).toEqual(["recorded", "send: begun", "send: accepted"]);
  });

  it("ends with 1 when some are rejected, which no repeat changes", async ({ shop }) => {
    const { write, batch } = shop;
    write(3, ["NO-SUCH,R-X,100,60"]);
    const ran = await batch();
    expect(ran).toMatchObject({ code: 1, stderr: "" });
    expect(ran.stdout).toMatch(/^accepted +3 of 4/m);
    expect(ran.stdout).toMatch(/^✗ line 5 {2}R-X {2}rejected: ORDERNOTEXIST/m);
    const before = shop.gateway.log.total();
    expect(await batch()).toMatchObject({ code: 1 });
    expect(shop.gateway.log.total()).toBe(before);
  });
});

describe.concurrent("a batch", () => {
  it("sends nothing that is known when it is run again", async ({ shop }) => {
    const { write, batch, sent } = shop;
    write(3);
    await batch();
    const before = shop.gateway.log.total();
    const again = await batch();
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining("3 of 3") });
    expect(again.stderr).toMatch(/^Nothing is left to do/);
    expect(shop.gateway.log.total()).toBe(before);
    write(4);
    expect(document((await batch(["--yes", "--json"])).stdout)).toMatchObject({
      ok: true,
      value: { accepted: 4, total: 4 },
    });
    expect(sent()).toBe(4);
  });

  it("asks first for what an earlier run left open, by a query or by the identical request", async ({ shop }) => {
    const { write, batch, history, leaveOpen } = shop;
    write(3);
    await batch();
    leaveOpen();
    write(4);
    const before = shop.gateway.log.total();
    expect(await batch()).toMatchObject({ code: 0 });
    const after = shop.gateway.log.entries().slice(before);
    const asked = (text: string, path: string) =>
      after.filter((entry) => entry.path === path && Buffer.from(entry.request).includes(`>${text}<`)).length;
    for (const n of [0, 1, 2]) {
      expect([
        [1, 0],
        [0, 1],
      ]).toContainEqual([asked(`R-${n}`, "/pay/refundquery"), asked(`R-${n}`, "/secapi/pay/refund")]);
      expect(history(`R-${n}`)).toContain("taken up again");
    }
    expect([asked("R-3", "/pay/refundquery"), asked("R-3", "/secapi/pay/refund")]).toEqual([0, 1]);
    expect(shop.gateway.ledger.size()).toBe(4);
  });

  it("asks before it sends with --attempted, as after a store was lost", async ({ shop }) => {
    const { write, batch, store, read } = shop;
    write(2);
    await batch();
    for (const ending of ["", ".lock"]) rmSync(store() + ending);
    write(3);
    expect(await batch(["--yes", "--attempted"])).toMatchObject({ code: 0 });
    expect(read("SELECT count(*) AS n FROM refund_history WHERE seq = 1 AND truth = 'Unknown'")).toEqual([{ n: 3 }]);
    expect(shop.gateway.ledger.size()).toBe(3);
  });

  it("calls nothing rejected that an earlier run may have sent, and does not wait for it", async ({ shop }) => {
    const { write, batch, one, leaveOpen } = shop;
    write(1, ["NO-SUCH,R-X,100,60"]);
    await batch();
    leaveOpen();
    // The earlier request may still arrive: refused now is not refused for good.
    expect(await batch(["--yes", "--within", "10 minutes"])).toMatchObject({
      code: 3,
      stdout: expect.stringMatching(/^✗ line 3 {2}R-X {2}unknown: request: .*ORDERNOTEXIST/m),
    });
    expect(one("R-0")).toMatch(/^Accepted|Succeeded$/);
    expect(one("R-X")).toBe("Unknown request");
  });

  it("stops when its store goes away", async ({ shop }) => {
    const { write, batch, store, sent } = shop;
    write(40);
    for (let n = 0; n < 40; n++) shop.gateway.faults.push(Fault.Delay({ on: "refund", part: "reply", millis: 300 }));
    const ran = batch(["--yes", "--json", "--per-second", "2"]);
    await vi.waitFor(() => expect(sent()).toBeGreaterThanOrEqual(2), waiting);
    renameSync(store(), `${store()}.away`);
    const { stdout } = await ran;
    expect(document(stdout)).toMatchObject({
      ok: false,
      value: { stopped: expect.stringContaining("was deleted or replaced") },
    });
    expect(sent()).toBeLessThan(30);
    renameSync(`${store()}.away`, store());
    expect(await batch()).toMatchObject({ code: 0 });
    expect(shop.gateway.ledger.size()).toBe(40);
  });

  it("finds out what became of a refund whose answer was lost", async ({ shop }) => {
    const { write, batch, read } = shop;
    write(2);
    shop.gateway.faults.push(Fault.LoseReply({ on: "refund" }), Fault.Drop({ on: "refund" }));
    expect(await batch()).toMatchObject({ code: 0 });
    expect(shop.gateway.ledger.size()).toBe(2);
    expect(read("SELECT count(*) AS n FROM refund_history WHERE what = 'send: no answer'")).toEqual([{ n: 2 }]);
  });

  it("ends with 3 when one stays unknown, and clears it up the next time", async ({ shop }) => {
    const { write, batch } = shop;
    write(2);
    for (let n = 0; n < 20; n++)
      shop.gateway.faults.push(Fault.LoseReply({ on: "refund" }), Fault.LoseReply({ on: "query" }));
    const ran = await batch(["--yes", "--within", "2 seconds"]);
    expect(ran).toMatchObject({ code: 3, stdout: expect.stringMatching(/^unknown +2$/m) });
    shop.gateway.faults.clear();
    expect(await batch()).toMatchObject({ code: 0 });
    expect(shop.gateway.ledger.size()).toBe(2);
  });

  it.for<[string, Readonly<Record<string, string>>, string]>([
    ["a wrong key", { WECHAT_PAY_API_KEY: "0123456789abcdef0123456789abcdef" }, "签名错误"],
    ["no certificate at the gateway", {}, "no client certificate"],
  ])("stops at what every refund would meet: %s", async ([, env, words], { shop }) => {
    const { write, batch, sent } = shop;
    write(30);
    if (Object.keys(env).length === 0) {
      const body = "<html><head><title>400 No required SSL certificate was sent</title></head></html>";
      for (let n = 0; n < 8; n++) shop.gateway.faults.push(Fault.Replace({ status: 400, body, reached: false }));
    }
    const ran = await batch(["--yes"], { ...Gateway.pem, ...env });
    expect(ran).toMatchObject({ code: 4, stdout: expect.stringContaining(words) });
    expect(ran.stdout).toMatch(/^Stopped: /m);
    expect(sent()).toBeLessThan(30);
    shop.gateway.faults.clear();
    expect(await batch()).toMatchObject({ code: 0 });
    expect(shop.gateway.ledger.size()).toBe(30);
  });

  it("stops when nothing can be reached, and says that nothing was sent", async ({ shop }) => {
    const { write, batch, one } = shop;
    write(2);
    await shop.stop();
    const ran = await batch(["--yes", "--within", "2 seconds", "--json"]);
    expect(document(ran.stdout)).toMatchObject({
      ok: false,
      value: { accepted: 0, rejected: 0, unknown: 0, unsent: 2, stopped: expect.stringContaining("Unreachable") },
    });
    expect(ran.code).toBe(1);
    expect(one("R-0")).toBe("Recorded");
    const again = await batch(["--yes", "--within", "1 second", "--lang", "zh"]);
    expect(again.stdout).toMatch(/^未发送 +2$/m);
    expect(again.stdout).toMatch(/^✗ 行 2 {2}R-0 {2}未发送：肯定未受理/m);
    expect(again.stdout).toMatch(/^已停止：/m);
  });

  it("leaves alone what a person gave up", async ({ shop }) => {
    const { write, batch, store, one } = shop;
    write(1);
    await shop.stop();
    await batch(["--yes", "--within", "1 second"]);
    await shop.restart();
    write(2);
    const acted = await run(
      ["refunds", "cancel", "--store", store(), "--out-refund-no", "R-0", "--by", "ann", "--reason", "paid in cash"],
      { env: Gateway.pem },
    );
    expect(acted).toMatchObject({ code: 0, stderr: "" });
    const ran = await batch();
    expect(ran).toMatchObject({ code: 1, stdout: expect.stringMatching(/^not made +1$/m) });
    expect(shop.gateway.ledger.size()).toBe(1);
    expect(one("R-0")).toBe("NotMade");
  });

  it("does not call accepted what it finds closed", async ({ shop }) => {
    const { write, batch, leaveOpen } = shop;
    await shop.stop();
    await shop.restart([{ status: "REFUNDCLOSE", afterMillis: 0 }]);
    write(1);
    await batch();
    leaveOpen();
    // Only a query finds it.
    for (let n = 0; n < 9; n++) shop.gateway.faults.push(Fault.Drop({ on: "refund" }));
    const ran = await batch();
    expect(ran).toMatchObject({ code: 1, stdout: expect.stringMatching(/^closed +1$/m) });
    expect(ran.stdout).toMatch(/^✗ line 2 {2}R-0 {2}closed: REFUNDCLOSE \(退款关闭\)/m);
    const before = shop.gateway.log.total();
    expect(document((await batch(["--yes", "--json"])).stdout)).toMatchObject({
      ok: false,
      value: { accepted: 0, closed: 1 },
    });
    expect(shop.gateway.log.total()).toBe(before);
  });

  it("makes what was refused for want of money as soon as there is some", async ({ shop }) => {
    const { write, batch, sent } = shop;
    write(1);
    shop.gateway.faults.push(Fault.Refuse({ on: "refund", errCode: "NOTENOUGH", accepted: false }));
    const ran = await batch();
    expect(ran.stdout).toMatch(/^Stopped: top-up: NOTENOUGH.*; top up the merchant's account$/m);
    expect(ran.stdout).toMatch(/^✗ line 2 {2}R-0 {2}blocked: top-up: NOTENOUGH.*\(top-up-then-resend-same\)$/m);
    expect(ran.code).toBe(4);
    // Whoever runs it again may have topped up: it is tried at once, and not in an hour.
    expect(await batch()).toMatchObject({ code: 0 });
    expect(sent()).toBe(2);
  });

  it("sends hardly anything while there is no money", async ({ shop }) => {
    const { write, batch, sent } = shop;
    write(40);
    for (let n = 0; n < 40; n++)
      shop.gateway.faults.push(Fault.Refuse({ on: "refund", errCode: "NOTENOUGH", accepted: false }));
    const ran = await batch(["--yes", "--json", "--per-second", "10"]);
    expect(document(ran.stdout)).toMatchObject({
      ok: false,
      value: { accepted: 0, unknown: 0, stopped: expect.stringContaining("top-up") },
    });
    expect(sent()).toBeLessThan(15);
  });

  it("leaves unknown what was refused for want of money after an attempt without an answer", async ({ shop }) => {
    const { write, batch, one } = shop;
    write(1);
    shop.gateway.faults.push(Fault.Drop({ on: "refund" }));
    for (let n = 0; n < 9; n++)
      shop.gateway.faults.push(Fault.Refuse({ on: "refund", errCode: "NOTENOUGH", accepted: false }));
    const ran = await batch();
    expect(ran).toMatchObject({
      code: 3,
      stdout: expect.stringMatching(/^✗ line 2 {2}R-0 {2}unknown: top-up: NOTENOUGH/m),
    });
    expect(one("R-0")).toBe("Unknown top-up");
  });

  it("waits a minute where the gateway limits the calls, and no longer than it may", async ({ shop }) => {
    const { write, batch } = shop;
    write(1);
    shop.gateway.faults.push(Fault.Refuse({ on: "refund", errCode: "INVALID_REQ_TOO_MUCH", accepted: false }));
    expect(await batch(["--yes", "--within", "6 seconds"])).toMatchObject({ code: 3 });
    expect(shop.gateway.log.total()).toBe(1);
    expect(await batch()).toMatchObject({ code: 0 });
  }, 60_000);

  it("does not stop at one reply whose signature is wrong", async ({ shop }) => {
    const { write, batch } = shop;
    write(3);
    shop.gateway.faults.push(Fault.Missign({ on: "refund" }));
    expect(await batch()).toMatchObject({ code: 0 });
    expect(shop.gateway.ledger.size()).toBe(3);
  });
});

describe.concurrent("nothing is sent", () => {
  it.afterEach(({ shop }) => expect(shop.gateway.log.total()).toBe(0));

  it("while one row is bad, and every bad one is named with its line", async ({ shop }) => {
    const { write, batch, store } = shop;
    write(2, ["A-0,R-0,100,60", "A-1,R 9,1.5,0"]);
    const ran = await batch();
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toMatch(/refunds\.csv:4: out_refund_no is the number of line 2/);
    expect(ran.stderr).toMatch(/refunds\.csv:5: total_fee must be a whole number/);
    expect(ran.stderr).toMatch(/refunds\.csv:5: out_refund_no must be/);
    expect(ran.stderr).toMatch(/BadFile: 2 bad lines/);
    const { stdout } = await batch(["--yes", "--json"]);
    expect(document(stdout)).toMatchObject({
      ok: false,
      error: { reason: "BadFile" },
      issues: [{ line: 4 }, { line: 4 }, { line: 5 }, { line: 5 }, { line: 5 }],
    });
    expect(existsSync(store())).toBe(false);
  });

  it("with --dry-run, which needs no environment", async ({ shop }) => {
    const { write, batch, store } = shop;
    write(2);
    const ran = await batch(["--dry-run"], {});
    expect(ran).toMatchObject({
      code: 0,
      stderr: "",
      stdout: expect.stringContaining("2 refunds of 2 orders, 120 fen"),
    });
    expect(existsSync(store())).toBe(false);
  });

  it("without a yes", async ({ shop }) => {
    const { write, batch } = shop;
    write(2);
    expect(await batch([])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Refund 2 of 2 rows, 120 fen (1.20 CNY)"),
    });
  });

  it("without a file that can be read, or a format", async ({ shop }) => {
    const { batch } = shop;
    expect(await batch()).toMatchObject({ code: 2, stderr: expect.stringContaining("ENOENT") });
    expect(await run(["batch", shop.folder, "--yes"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--format"),
    });
  });

  it("over a store of simulated refunds, by either name of its file", async ({ shop }) => {
    const { write, batch, folder } = shop;
    write(1);
    const [simulated, link] = [join(folder, "simulated.db"), join(folder, "link.db")];
    for (const file of [simulated, `${simulated}.simulated`]) writeFileSync(file, "");
    symlinkSync(simulated, link);
    for (const file of [simulated, link]) {
      const ran = await batch(["--yes", "--store", file]);
      expect(ran).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("holds simulated refunds") });
    }
    expect([shop.gateway.log.total(), readFileSync(simulated, "utf8")]).toEqual([0, ""]);
  });

  it("without a merchant", async ({ shop }) => {
    const { write, batch } = shop;
    write(1);
    expect(await batch(["--yes"], Gateway.bare)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("WECHAT_PAY_P12_FILE"),
    });
  });

  it.for<[string, string]>([
    ["result", "ResultFileUnusable"],
    ["store", "StoreUnusable"],
  ])("when the disk does not take the %s", async ([flag, reason], { shop }) => {
    const { write, batch } = shop;
    write(1);
    expect(await batch(["--yes", `--${flag}`, "/dev/null/x"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(reason),
    });
  });
});

it.concurrent("says when it waits for the minute between refunds of an order, and for whom", async ({ shop }) => {
  const { args, write } = shop;
  write(1, ["A-0,R-B,100,40"]);
  const child = start(args("--yes"), { env: Gateway.pem });
  let said = "";
  child.stderr.on("data", (data: Buffer) => (said += data.toString()));
  const closed = once(child, "close");
  const words = /waiting for the minute between refunds of an order, refund R-[0B]$/m;
  await vi.waitFor(() => expect(said).toMatch(words), waiting);
  child.kill("SIGKILL");
  await closed;
});

it.concurrent("keeps a number to its fields, in its own shop", async ({ shop }) => {
  const { write, batch, store } = shop;
  write(2);
  await batch();
  const before = shop.gateway.log.total();
  const text = readFileSync(shop.file, "utf8");
  writeFileSync(shop.file, text.replace("R-1,100,60", "R-1,100,61"));
  const ran = await batch();
  expect(ran).toMatchObject({ code: 2, stdout: "" });
  expect(ran.stderr).toMatch(/^line 3: R-1 was recorded with other fields \(refundFee; 60 of 100 fen\)/m);
  expect(ran.stderr).toMatch(/^OtherRefund: 1 rows/m);
  expect(document((await batch(["--yes", "--json"])).stdout)).toMatchObject({
    ok: false,
    error: { reason: "OtherRefund" },
    issues: [{ line: 3, field: "out_refund_no" }],
  });
  // The same number of another shop is another refund; the host is nobody's.
  const elsewhere = await run(["batch", shop.file, "--json", "--store", store(), "--endpoint", "https://localhost:1"], {
    env: { ...Gateway.pem, WECHAT_PAY_SUB_MCH_ID: "1900000110" },
  });
  expect(document(elsewhere.stdout)).toMatchObject({
    error: { reason: "NotConfirmed", message: expect.stringContaining("Refund 2 of 2 rows") },
  });
  writeFileSync(shop.file, text);
  const otherHost = await run(["batch", shop.file, "--yes", "--endpoint", "https://localhost:1"], { env: Gateway.pem });
  expect(otherHost).toMatchObject({ code: 0, stderr: expect.stringMatching(/^Nothing is left to do/) });
  expect(shop.gateway.log.total()).toBe(before);
});

it.concurrent("keeps a number to its fields, also to some that its protocol would not take", async ({ shop }) => {
  const { write, batch, store } = shop;
  write(2);
  await batch();
  // As if APIv3, which takes 80 bytes of a reason, had begun it.
  const database = new DatabaseSync(store());
  database.exec(
    "UPDATE refunds SET protocol = 'v3', request = json_set(request, '$.appId', '') WHERE out_refund_no = 'R-1'",
  );
  database.close();
  const before = shop.gateway.log.total();
  const lines = readFileSync(shop.file, "utf8").trimEnd().split("\n");
  const reasons = lines.map(
    (line, n) => `${line},${n === 0 ? "refund_desc" : line.includes("R-1,") ? "退".repeat(40) : ""}`,
  );
  writeFileSync(shop.file, `${reasons.join("\n")}\n`);
  const ran = await batch();
  expect(ran).toMatchObject({ code: 2, stdout: "" });
  expect(ran.stderr).toMatch(/^line 3: R-1 was recorded with other fields \(refundDesc/m);
  expect(shop.gateway.log.total()).toBe(before);
});

it.concurrent("sends nothing under a number that the store has forgotten on purpose", async ({ shop }) => {
  const { write, batch, store, sent } = shop;
  write(1);
  await batch();
  const database = new DatabaseSync(store());
  database.exec(`INSERT INTO refund_pruned VALUES ('${Gateway.mchId}', '', 'R-1', '1:', 'Succeeded', 60, 'CNY', 0)`);
  database.close();
  write(2);
  const before = sent();
  const ran = await batch();
  expect(ran).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^Stopped: Pruned: refund R-1 ended as Succeeded.*never used again$/m),
  });
  expect(sent()).toBe(before);
});

it.concurrent("names a refund's number, but not a key in its place", async ({ shop }) => {
  const { write, batch } = shop;
  const key = "9kQ2xV7bT4mZ0pL6cR1sW8yD3fG5hJaN";
  write(0, [`NO-SUCH,${key},100,60`]);
  const said = [await batch()];
  expect(said[0]).toMatchObject({ code: 1, stdout: expect.stringMatching(/^✗ line 2 {2}\(not shown\) {2}rejected/m) });
  writeFileSync(shop.file, readFileSync(shop.file, "utf8").replace(",60", ",61"));
  said.push(await batch());
  expect(said[1]).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("(not shown) was recorded with other fields"),
  });
  for (const { stderr, stdout } of said) expect(stdout + stderr).not.toContain(key);
});

describe.concurrent("interrupted", () => {
  it("finishes what is under way, then stops; the next run does the rest", async ({ shop }) => {
    const { write, args, batch, read, sent } = shop;
    write(40);
    for (let n = 0; n < 40; n++) shop.gateway.faults.push(Fault.Delay({ on: "refund", part: "reply", millis: 700 }));
    const child = start(args("--yes", "--per-second", "3"), { env: Gateway.pem });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const closed = once(child, "close");
    await vi.waitFor(() => expect(sent()).toBeGreaterThanOrEqual(2), waiting);
    child.kill("SIGINT");
    await closed;
    expect(child.exitCode).toBe(130);
    expect(said).toMatch(/Stopping: [1-9] requests under way are finished first/);
    const made = shop.gateway.ledger.size();
    expect(made).toBeLessThan(30);
    expect(read("SELECT count(*) AS n FROM refunds WHERE truth IN ('Accepted', 'Succeeded')")).toEqual([{ n: made }]);
    expect(said).toMatch(new RegExp(`^accepted +${made} of 40`, "m"));
    shop.gateway.faults.clear();
    expect(await batch()).toMatchObject({ code: 0 });
    expect(sent()).toBe(40);
  });

  it("ends at once the second time; the store knows what was under way", async ({ shop }) => {
    const { write, args, batch, history, sent } = shop;
    write(2);
    for (let n = 0; n < 2; n++) shop.gateway.faults.push(Fault.Delay({ on: "refund", part: "reply", millis: 600_000 }));
    const child = start(args("--yes"), { env: Gateway.pem });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const closed = once(child, "close");
    await vi.waitFor(() => expect(sent()).toBe(2), waiting);
    child.kill("SIGINT");
    await vi.waitFor(() => expect(said).toContain("Stopping"), waiting);
    expect(await batch()).toMatchObject({ code: 2, stderr: expect.stringContaining("another process has it") });
    child.kill("SIGINT");
    await closed;
    expect(child.exitCode).toBe(130);
    expect(history("R-0")).toEqual(["recorded", "send: begun"]);
    expect(await batch()).toMatchObject({ code: 0 });
    expect(shop.gateway.ledger.size()).toBe(2);
  });
});

it.concurrent("keeps its word when it is killed again and again and the gateway misbehaves", async () => {
  const proof = await prove({
    kills: 3,
    refunds: 60,
    seed: "short",
    faults: 0.1,
    brisk: true,
    perSecond: 25,
    log: () => {},
    bin: inject("oneFile"),
  });
  expect(proof).toMatchObject({ killed: 3, ledger: 60, wrong: [] });
}, 120_000);

it.concurrent("marks what was rejected in colour on a terminal", async ({ shop }) => {
  const { write, batch } = shop;
  write(0, ["NO-SUCH,R-X,100,60"]);
  const ran = await batch(["--yes"], { ...Gateway.pem, FORCE_COLOR: "1" });
  expect(ran.stdout).toContain("\n\u001b[31m✗\u001b[39m line 2  R-X  rejected: ORDERNOTEXIST");
});
