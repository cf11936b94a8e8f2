/** The commands that look at a store and act on it: also beside a process that has it, and never with a request. */
import { once } from "node:events";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Sqlite } from "@wechat-refund/durable";
import { Effect, Exit, Layer, Scope } from "effect";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { document, type Options, run, start } from "./support/bin.ts";
import * as Gateway from "./support/gateway.ts";

let running: Gateway.Running;
let folder: string;
/** As a batch left it: accepted, R-X rejected, R-S and R-T recorded and never sent. */
let made: string;
let store: string;
beforeAll(async () => {
  running = await Gateway.start();
  folder = mkdtempSync(join(tmpdir(), "wechat-refund-stored-"));
  made = join(folder, "made.db");
  const names = "out_trade_no,out_refund_no,total_fee,refund_fee";
  const file = join(folder, "refunds.csv");
  const order = (outTradeNo: string, transactionId: string) =>
    running.gateway.ledger.addOrder({
      mchId: Gateway.mchId,
      transactionId,
      outTradeNo,
      totalFee: 100,
      paidAt: Date.now() - 60_000,
    });
  order("A-0", "420");
  order("A-1", "421");
  const batch = (...more: ReadonlyArray<string>) =>
    run(["batch", file, "--store", made, "--yes", ...more], { env: Gateway.pem });
  writeFileSync(file, `${names}\nA-0,R-0,100,60\nA-1,R-1,100,60\nNO,R-X,100,60\n`);
  expect((await batch("--endpoint", running.url)).code).toBe(1);
  writeFileSync(file, `${names}\nS,R-S,100,70\nT,R-T,100,30\n`);
  expect((await batch("--endpoint", "https://localhost:1", "--within", "1 second")).code).toBe(1);
});
afterAll(async () => {
  await running.stop();
  rmSync(folder, { recursive: true });
});
let count = 0;
beforeEach(() => {
  store = join(folder, `store-${count++}.db`);
  copyFileSync(made, store);
});

const command = async (args: ReadonlyArray<string>, env: Options["env"] = {}) => {
  const before = running.gateway.log.total();
  const ran = await run(args, { env });
  expect(running.gateway.log.total()).toBe(before);
  for (const secret of Gateway.secrets) expect(ran.stdout + ran.stderr).not.toContain(secret);
  return ran;
};
const stored = (...args: ReadonlyArray<string>) => command([...args, "--store", store]);
const value = async (...args: ReadonlyArray<string>) => {
  const { stdout } = await stored(...args, "--json");
  return (document(stdout) as { readonly value: unknown }).value;
};

/** Has the store while it runs, as a batch would. */
const holding = async <A>(act: () => Promise<A>): Promise<A> => {
  const scope = Scope.makeUnsafe();
  await Effect.runPromise(Scope.provide(Layer.build(Sqlite.layer({ file: store })), scope));
  try {
    return await act();
  } finally {
    await Effect.runPromise(Scope.close(scope, Exit.void));
  }
};

describe("batch status", () => {
  it("counts and sums by state, and names the oldest that are open with what can be done", async () => {
    const { code, stderr, stdout } = await stored("batch", "status");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^accepted +2: 120 fen \(1\.20 CNY\) {2}1900000109$/m);
    expect(stdout).toMatch(/^rejected +1: 60 fen/m);
    expect(stdout).toMatch(/^not sent +2: 100 fen/m);
    expect(stdout).toMatch(/^ {2}R-S {2}not sent {2}1900000109 {2}0 min$/m);
    expect(stdout).toMatch(/^A person can: wechat-refund refunds cancel\|go-on\|resolve$/m);
    const zh = await stored("batch", "status", "--lang", "zh");
    expect(zh.stdout).toMatch(/^已受理 +2: 120 fen/m);
  });

  it("tells programs the same", async () => {
    expect(await value("batch", "status")).toMatchObject({
      totals: [
        { state: "accepted", count: 2, amount: 120 },
        { state: "unsent", count: 2, amount: 100 },
        { state: "rejected", count: 1, amount: 60 },
      ],
      holds: [],
      paused: [],
      oldest: [{ outRefundNo: "R-S" }, { outRefundNo: "R-T" }],
    });
  });

  it("knows no day that there is not", async () => {
    for (const day of ["2026-02-30", "2026-06-31T12:00:00Z"]) {
      expect(await stored("refunds", "list", "--until", day), day).toMatchObject({ code: 2 });
    }
    expect(await stored("refunds", "list", "--until", "2026-02-28T12:00:00Z")).toMatchObject({ code: 0 });
  });

  it("does not count as not sent what a killed process was sending", async () => {
    const database = new DatabaseSync(store);
    database.exec(
      `UPDATE refunds SET owner = 'killed', epoch = 1, progress = json_set(progress, '$.open', 'send', '$.sends', 1) WHERE out_refund_no = 'R-S'`,
    );
    database.close();
    const { stdout } = await stored("batch", "status");
    expect(stdout).toMatch(/^not sent +1: 30 fen/m);
    expect(stdout).toMatch(/^unknown +1: 70 fen/m);
    expect(stdout).toMatch(/^ {2}R-S {2}unknown {2}/m);
    const { totals } = (await value("batch", "status")) as { readonly totals: ReadonlyArray<unknown> };
    expect(totals).toMatchObject([
      { state: "accepted", count: 2 },
      { state: "unsent", count: 1, amount: 30 },
      { state: "rejected", count: 1 },
      { state: "unknown", count: 1, amount: 70 },
    ]);
    // Asked for by the words in which they are shown.
    const found = async (state: string) =>
      (await stored("batch", "export", "--state", state)).stdout
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as { readonly outRefundNo: string; readonly state: string })
        .map((one) => `${one.outRefundNo} ${one.state}`);
    expect(await found("unknown")).toEqual(["R-S unknown"]);
    expect(await found("unsent")).toEqual(["R-T unsent"]);
    expect(await found("blocked")).toEqual([]);
    expect(await found("recorded")).toEqual(["R-S unknown", "R-T unsent"]);
  });

  it("names what holds a merchant, and who paused it", async () => {
    const database = new DatabaseSync(store);
    database.exec(
      `INSERT INTO refund_holds VALUES ('${Gateway.mchId}', '', 'top-up', 'Rejected: refund R-0: NOTENOUGH 余额不足 [not-accepted, top-up-then-resend-same]', 'send', 0)`,
    );
    database.close();
    await stored("refunds", "pause", "--mch-id", Gateway.mchId, "--by", "ann", "--reason", "wrong prices");
    const { stdout } = await stored("batch", "status");
    expect(stdout).toMatch(/^held: 1900000109 {2}top-up: NOTENOUGH 余额不足; top up the merchant's account$/m);
    expect(stdout).toMatch(/^paused: 1900000109 {2}ann: wrong prices; wechat-refund refunds resume --reason WHY$/m);
  });

  it("only looks, beside a process that has the store", async () => {
    await holding(async () => {
      expect(await stored("batch", "status")).toMatchObject({ code: 0 });
      expect(await stored("batch", "export")).toMatchObject({ code: 0 });
      expect(await stored("store", "check")).toMatchObject({ code: 0 });
      expect(await stored("refunds", "list")).toMatchObject({ code: 0 });
      const acted = await stored("refunds", "cancel", "--out-refund-no", "R-S", "--reason", "x");
      expect(acted).toMatchObject({ code: 2, stderr: expect.stringContaining("another process has it") });
    });
  });
});

describe("batch export", () => {
  it("prints JSON lines, of those that are asked for", async () => {
    const numbers = async (...more: ReadonlyArray<string>) => {
      const { code, stdout } = await stored("batch", "export", ...more);
      expect(code).toBe(0);
      return stdout
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => (JSON.parse(line) as { readonly outRefundNo: string }).outRefundNo);
    };
    expect(await numbers()).toEqual(["R-0", "R-1", "R-X", "R-S", "R-T"]);
    expect(await numbers("--state", "accepted,rejected")).toEqual(["R-0", "R-1", "R-X"]);
    expect(await numbers("--out-trade-no", "S")).toEqual(["R-S"]);
    expect(await numbers("--from", "2030-01-01")).toEqual([]);
    expect(await numbers("--until", "2020-01-01T00:00:00+08:00")).toEqual([]);
    expect(await numbers("--block", "any")).toEqual([]);
  });

  it("writes a table for finance, once", async () => {
    const file = join(folder, "table.csv");
    expect(await stored("batch", "export", "--csv", file)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("5 refunds written to"),
    });
    expect(readFileSync(file, "utf8")).toMatch(/^\uFEFFmch_id,.*\r\n1900000109,,R-0,`503/);
    expect(await stored("batch", "export", "--csv", file)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("exists already"),
    });
    const raw = join(folder, "raw.csv");
    await stored("batch", "export", "--csv", raw, "--raw");
    expect(readFileSync(raw, "utf8")).not.toContain("`");
  });
});

describe("refunds", () => {
  it("shows one with its history and what is possible", async () => {
    const { code, stdout } = await stored("refunds", "show", "--out-refund-no", "R-X");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^state +rejected$/m);
    expect(stdout).toMatch(/^possible +nothing any more$/m);
    expect(stdout).toMatch(/Z {2}send: refused {2}Rejected/);
    expect(await value("refunds", "show", "--out-refund-no", "R-S")).toMatchObject({
      state: "unsent",
      permitted: expect.arrayContaining(["cancel", "go-on", "resolve"]),
      history: expect.arrayContaining([expect.objectContaining({ seq: 1, what: "recorded", truth: "Recorded" })]),
    });
  });

  it("does what a person may do, with who and why in the history", async () => {
    const act = (name: string, number: string) =>
      stored("refunds", name, "--out-refund-no", number, "--by", "ann", "--reason", "paid in cash");
    expect(await act("cancel", "R-S")).toMatchObject({ code: 0, stdout: expect.stringMatching(/^R-S {2}not made/) });
    expect(await act("start-again", "R-S")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^R-S {2}not sent/),
    });
    expect(await act("go-on", "R-S")).toMatchObject({ code: 0 });
    expect(await act("resolve", "R-S")).toMatchObject({ code: 0, stdout: expect.stringMatching(/^R-S {2}resolved/) });
    expect((await value("refunds", "show", "--out-refund-no", "R-S")) as object).toMatchObject({
      history: expect.arrayContaining([
        expect.objectContaining({ what: "resolve", detail: { by: "ann", reason: "paid in cash" } }),
      ]),
    });
    expect(await act("cancel", "R-X")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("nothing can be done with it any more"),
    });
    expect(await act("cancel", "R-9")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("there is no refund of this number"),
    });
  });

  it("goes on with many only after it showed how many and how much", async () => {
    const many = (...more: ReadonlyArray<string>) =>
      stored("refunds", "go-on", "--state", "recorded", "--reason", "the network is back", ...more);
    expect(await many()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("2 refunds, 100 fen (1.00 CNY): give --yes"),
    });
    expect(await many("--yes")).toMatchObject({ code: 0, stdout: expect.stringContaining("2 of 2 refunds go on") });
    expect(await stored("refunds", "go-on", "--reason", "x", "--yes")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("say which"),
    });
  });

  it("are not all that there are where one cannot be read: a list and an export say so, and end with 1", async () => {
    const database = new DatabaseSync(store);
    database.exec("UPDATE refunds SET progress = '{}' WHERE out_refund_no = 'R-S'");
    database.close();
    const told = expect.stringMatching(/^退款 R-S（第 \d+ 行）：本版本无法读取其 progress/m);
    const list = await stored("refunds", "list", "--lang", "zh");
    expect(list).toMatchObject({ code: 1, stderr: told });
    expect(list.stdout).toMatch(/^R-0 .*$/m);
    expect(await stored("refunds", "list", "--out-refund-no", "R-S", "--lang", "zh")).toMatchObject({
      code: 1,
      stdout: "",
      stderr: told,
    });
    const json = await stored("refunds", "list", "--out-refund-no", "R-S", "--json");
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toEqual({ ok: false, value: { refunds: [], more: false, unread: ["R-S"] } });
    const rows = await stored("batch", "export", "--lang", "zh");
    expect(rows).toMatchObject({ code: 1, stderr: told });
    expect(rows.stdout).toContain('"outRefundNo":"R-0"');
    const csv = join(folder, "not-all.csv");
    expect(await stored("batch", "export", "--csv", csv, "--lang", "zh")).toMatchObject({ code: 1, stderr: told });
    expect(readFileSync(csv, "utf8")).toContain("R-0");
    rmSync(csv);
  });

  it("takes no reason that nobody sees", async () => {
    const unseen = { code: 2, stderr: expect.stringContaining("must say why") };
    for (const act of ["cancel", "resolve", "go-on", "start-again"])
      expect(await stored("refunds", act, "--out-refund-no", "R-S", "--reason", " \u200B\u2060")).toMatchObject(unseen);
    expect(await stored("store", "restored", "--reason", "\uFEFF")).toMatchObject(unseen);
  });

  it("pauses and resumes a merchant of the flags or of the environment", async () => {
    const env = { WECHAT_PAY_MCH_ID: Gateway.mchId };
    const paused = async () => ((await value("batch", "status")) as { readonly paused: ReadonlyArray<unknown> }).paused;
    await command(["refunds", "pause", "--store", store, "--reason", "prices"], env);
    expect(await paused()).toHaveLength(1);
    expect(await command(["refunds", "resume", "--store", store, "--reason", "right again"], env)).toMatchObject({
      code: 0,
    });
    expect(await paused()).toEqual([]);
    expect(await stored("refunds", "resume", "--reason", "right again")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--mch-id"),
    });
  });

  it("tells two shops' refunds of one number apart", async () => {
    const database = new DatabaseSync(store);
    database.exec(`UPDATE refunds SET out_refund_no = 'R-0', request = replace(request, '"R-1"', '"R-0"'), sub_mch_id = '1900000110'
      WHERE out_refund_no = 'R-1'`);
    database.close();
    expect(await stored("refunds", "show", "--out-refund-no", "R-0")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("several merchants have a refund R-0"),
    });
    expect(await stored("refunds", "show", "--out-refund-no", "R-0", "--sub-mch-id", "1900000110")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("1900000109/1900000110"),
    });
  });
});

describe("store", () => {
  it("checks what must hold, and says where it does not", async () => {
    expect(await stored("store", "check")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/5 refunds, \d+ rules/),
    });
    const database = new DatabaseSync(store);
    database.exec("UPDATE refunds SET truth = 'Succeeded' WHERE out_refund_no = 'R-S'");
    database.close();
    const ran = await stored("store", "check");
    expect(ran).toMatchObject({ code: 1, stdout: expect.stringMatching(/^✗ .*R-S/m) });
  });

  it("is copied while it is used, to a file that was not there", async () => {
    const copy = join(folder, "copy.db");
    await holding(async () => expect(await stored("store", "backup", copy)).toMatchObject({ code: 0 }));
    expect((statSync(copy).mode & 0o777).toString(8)).toBe("600");
    expect(await command(["store", "check", "--store", copy])).toMatchObject({ code: 0 });
    const before = readFileSync(copy);
    expect(await stored("store", "backup", copy)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("exists already"),
    });
    expect(readFileSync(copy)).toEqual(before);
    expect(await stored("store", "backup", "/dev/null/x")).toMatchObject({ code: 2 });
    expect(await command(["store", "backup", copy, "--database", "postgres://localhost/x"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("pg_dump"),
    });
  });

  it("is not said to be as it should be, nor restored, where a backup lies beside the log of another", async () => {
    const [backup, log] = [join(folder, "alone.db"), join(folder, "alone.db-wal")];
    const database = new DatabaseSync(store);
    database.exec("PRAGMA wal_autocheckpoint = 0; PRAGMA wal_checkpoint(TRUNCATE)");
    copyFileSync(store, backup);
    const fill = (from: number, to: number) =>
      database.exec(`WITH RECURSIVE n(i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM n WHERE i < ${to})
        INSERT INTO refund_pruned SELECT '1900000109', '', hex(i * 7919 % 104729), 'x', 'Succeeded', 1, 'CNY', 0 FROM n`);
    fill(1, 5000);
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    fill(5001, 5040);
    copyFileSync(`${store}-wal`, log);
    database.close();
    copyFileSync(backup, store);
    copyFileSync(log, `${store}-wal`);
    expect(await stored("store", "check")).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^✗ SQLite finds nothing broken in the file: \d+$/m),
    });
    const ran = await stored("store", "restored", "--by", "ann");
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining("move it away with the -wal and -shm") });
    // As the remedy says.
    copyFileSync(backup, store);
    for (const end of ["-wal", "-shm"]) rmSync(`${store}${end}`, { force: true });
    expect(await stored("store", "restored", "--by", "ann")).toMatchObject({ code: 0 });
    expect(await stored("store", "check")).toMatchObject({ code: 0 });
  });

  it("is asked for before it is sent from, once it was restored", async () => {
    expect(await stored("store", "restored", "--by", "ann")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("2 refunds are asked for"),
    });
    expect(await value("refunds", "show", "--out-refund-no", "R-S")).toMatchObject({ state: "unknown" });
  });

  it("is not said to be restored while rows of it cannot be read", async () => {
    const database = new DatabaseSync(store);
    database.exec("UPDATE refunds SET progress = '{}' WHERE out_refund_no = 'R-S'");
    database.close();
    const ran = await stored("store", "restored", "--by", "ann");
    expect(ran).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^1 refunds are asked for .*\n1 refunds cannot be read/),
    });
    expect(ran.stderr).toContain("refund R-S (row");
    expect(await value("store", "restored")).toMatchObject({ unread: ["R-S"] });
  });

  it("withholds what had been given up, once it was restored", async () => {
    await stored("refunds", "cancel", "--out-refund-no", "R-S", "--reason", "x");
    const restored = await stored("store", "restored", "--by", "ann");
    expect(restored.stdout).toMatch(/^2 refunds are asked for .*; 1 of them had been given up, and are not sent/);
    expect(await value("refunds", "show", "--out-refund-no", "R-S")).toMatchObject({
      state: "unknown",
      block: "withheld",
      permitted: ["resolve", "go-on", "start-again"],
      history: expect.arrayContaining([expect.objectContaining({ what: "restored", truth: "Unknown" })]),
    });
    expect((await stored("refunds", "list", "--block", "withheld")).stdout).toMatch(/R-S/);
    expect((await stored("refunds", "list", "--block", "withheld")).stdout).not.toMatch(/R-T/);
    const late = await stored("refunds", "cancel", "--out-refund-no", "R-S", "--reason", "x");
    expect(late).toMatchObject({ code: 1, stderr: expect.stringContaining("start-again") });
    expect(await value("store", "restored")).toMatchObject({ refunds: 2, withheld: 1 });
    await stored("refunds", "start-again", "--out-refund-no", "R-S", "--reason", "asked anew");
    expect((await stored("refunds", "list", "--block", "withheld")).stdout).not.toMatch(/R-S/);
    expect(await value("refunds", "show", "--out-refund-no", "R-S")).toMatchObject({ state: "unknown" });
  });

  it("is made, or printed for those who make it", async () => {
    const fresh = join(folder, "fresh.db");
    const sql = await command(["store", "migrate", "--store", fresh, "--print-sql"]);
    expect(sql.stdout).toContain("CREATE TABLE refunds");
    expect(existsSync(fresh)).toBe(false);
    const database = new DatabaseSync(fresh);
    database.exec(sql.stdout);
    database.close();
    for (const name of [fresh, join(folder, "other.db")]) {
      expect(await command(["store", "migrate", "--database", `sqlite:${name}`])).toMatchObject({
        code: 0,
        stdout: expect.stringContaining("has form"),
      });
      expect(await command(["store", "check"], { WECHAT_REFUND_DATABASE: `sqlite:${name}` })).toMatchObject({
        code: 0,
      });
    }
    const pg = await command(["store", "migrate", "--database", "postgres://localhost/x", "--print-sql"]);
    expect(pg.stdout).toContain("CREATE TABLE wechat_refund.refunds");
  });

  it.each<[what: string, args: ReadonlyArray<string>, env: Options["env"], words: RegExp]>([
    ["no store", ["batch", "status"], {}, /name the store: --store FILE/],
    ["two", ["batch", "status", "--store", "./a.db", "--database", "sqlite:./b.db"], {}, /name two stores/],
    ["one that is not there", ["batch", "status", "--store", "./no-such.db"], {}, /there is no such file/],
    [
      "one that is not there, to act on",
      ["refunds", "resume", "--store", "./no-such.db", "--reason", "right again"],
      {},
      /there is no store/,
    ],
    [
      "another's database",
      ["batch", "status", "--store", import.meta.filename],
      {},
      /not a database|no store of refunds/,
    ],
    [
      "an address with a password",
      ["store", "check", "--database", "postgres://u:pass-word@h/d"],
      {},
      /WECHAT_REFUND_DATABASE/,
    ],
    ["no address", ["store", "check"], { WECHAT_REFUND_DATABASE: "mysql://u:pass-word@h/d" }, /must be sqlite:/],
    [
      "a server that does not answer",
      ["store", "check"],
      { WECHAT_REFUND_DATABASE: "postgres://u:pass-word@localhost:1/d" },
      /cannot be used/,
    ],
  ])("is refused in one line: %s", async (_, args, env, words) => {
    const ran = await command(args, env);
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringMatching(words) });
    expect(ran.stderr).not.toContain("pass-word");
    expect(existsSync("no-such.db")).toBe(false);
  });

  it("is made in an empty file, which is none before", async () => {
    const file = join(folder, "empty.db");
    writeFileSync(file, "");
    const status = ["batch", "status", "--store", file];
    expect(await command(status, {})).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("it is empty: no store"),
    });
    const checked = await command(["serve", "--simulate", "--check", "--store", file, "--port", "0"], {});
    expect(checked).toMatchObject({ code: 0, stdout: expect.stringContaining("empty.db will be made") });
    expect(statSync(file).size).toBe(0);
    expect(await command(["store", "migrate", "--store", file], {})).toMatchObject({ code: 0 });
    expect(await command(status, {})).toMatchObject({ code: 0 });
  });
});

describe("watch on a store", () => {
  const watch = (number: string, ...more: ReadonlyArray<string>) =>
    stored("watch", "--out-refund-no", number, "--within", "10 millis", ...more);

  it("says how the refund stands, and ends with it", async () => {
    expect(await watch("R-X")).toMatchObject({ code: 1, stdout: expect.stringMatching(/Z {2}rejected/) });
    expect(await watch("R-S")).toMatchObject({
      code: 3,
      stdout: expect.stringMatching(/Z {2}not sent/),
      stderr: expect.stringContaining("Not decided yet"),
    });
    expect(document((await watch("R-X", "--json")).stdout)).toMatchObject({ ok: true, value: { state: "rejected" } });
    expect(await watch("R-9")).toMatchObject({ code: 1, stderr: expect.stringContaining("check the number") });
  });

  it("prints each new state while another process works on the store", async () => {
    const child = start(["watch", "--out-refund-no", "R-S", "--store", store, "--every", "20 millis"]);
    let stdout = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    const closed = once(child, "close");
    await expect.poll(() => stdout, { timeout: 45_000, interval: 10 }).toContain("not sent");
    await holding(async () => {});
    await stored("refunds", "cancel", "--out-refund-no", "R-S", "--reason", "x");
    await closed;
    expect(child.exitCode).toBe(1);
    expect(stdout).toMatch(/not sent[^]*not made/);
  });

  it("says that nobody works on it", async () => {
    const database = new DatabaseSync(store);
    database.exec("UPDATE refunds SET due_at = 1 WHERE out_refund_no = 'R-S'");
    database.close();
    expect((await watch("R-S")).stderr).toContain("nobody seems to work on this store");
  });
});
