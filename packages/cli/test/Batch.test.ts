import { once } from "node:events";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fault } from "@wechat-refund/simulator";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type * as Journal from "../src/batch/Journal.ts";
import * as Plan from "../src/batch/Plan.ts";
import * as Rows from "../src/batch/Rows.ts";
import * as Summary from "../src/batch/Summary.ts";
import { english } from "../src/Language.ts";
import { prove } from "./prove/batch.ts";
import { document, type Options, run, start } from "./support/bin.ts";
import * as Gateway from "./support/gateway.ts";

let running: Gateway.Running;
let folder: string;
let file: string;
beforeEach(async () => {
  running = await Gateway.start();
  folder = mkdtempSync(join(tmpdir(), "wechat-refund-batch-"));
  file = join(folder, "refunds.csv");
});
afterEach(async () => {
  await running.stop();
  rmSync(folder, { recursive: true });
});

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
const result = () => `${file}.result.ndjson`;
const lines = () =>
  readFileSync(result(), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { readonly outRefundNo?: string; readonly state?: string; readonly at: string });
const states = (number: string) => lines().flatMap(({ outRefundNo, state }) => (outRefundNo === number ? [state] : []));
const sent = () => running.gateway.log.entries().filter(({ path }) => path === "/secapi/pay/refund").length;

/** Puts into the result file that every request was about to leave then, and nothing else. */
const leaveOpen = (at: string) => {
  const [header = ""] = readFileSync(result(), "utf8").split("\n");
  const { refunds } = Plan.make(Rows.read(readFileSync(file), "csv"));
  const intents = refunds.map(({ fingerprint, line, request: { outRefundNo, refundFee, totalFee } }) =>
    JSON.stringify({ outRefundNo, state: "sending", at, line, totalFee, refundFee, fingerprint }),
  );
  writeFileSync(result(), `${[header, ...intents].join("\n")}\n`);
};

describe("a batch", () => {
  it("makes every refund, and says so in the result file", async () => {
    write(12);
    const ran = await batch();
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toMatch(/^accepted +12 of 12: 720 fen \(7\.20 CNY\)$/m);
    expect(running.gateway.ledger.size()).toBe(12);
    for (let n = 0; n < 12; n++) expect(states(`R-${n}`)).toEqual(["sending", "accepted"]);
  });

  it("sends nothing that is known when it is run again", async () => {
    write(3);
    await batch();
    const before = running.gateway.log.total();
    const again = await batch();
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining("3 of 3") });
    expect(again.stderr).toMatch(/^Nothing is left to do/);
    expect(running.gateway.log.total()).toBe(before);
    write(4);
    expect(document((await batch(["--yes", "--json"])).stdout)).toMatchObject({
      ok: true,
      value: { accepted: 4, total: 4 },
    });
    expect(sent()).toBe(4);
  });

  it("asks first for what an earlier run left open, by a query or by the identical request", async () => {
    write(3);
    await batch();
    // As after a kill between the intent and the answer: of three, two had arrived.
    const [header = ""] = readFileSync(result(), "utf8").split("\n");
    write(4);
    const { refunds } = Plan.make(Rows.read(readFileSync(file), "csv"));
    const at = new Date().toISOString();
    const intents = refunds
      .filter(({ line }) => line !== 4)
      .map(({ fingerprint, line, request: { outRefundNo, refundFee, totalFee } }) =>
        JSON.stringify({ outRefundNo, state: "sending", at, line, totalFee, refundFee, fingerprint }),
      );
    writeFileSync(result(), `${[header, ...intents].join("\n")}\n`);
    const before = running.gateway.log.total();
    expect(await batch()).toMatchObject({ code: 0 });
    const after = running.gateway.log.entries().slice(before);
    const asked = (text: string, path: string) =>
      after.filter((entry) => entry.path === path && Buffer.from(entry.request).includes(`>${text}<`)).length;
    const counts = [0, 1, 2, 3].map((n) => [
      asked(`R-${n}`, "/pay/refundquery"),
      asked(`R-${n}`, "/secapi/pay/refund"),
    ]);
    const arrived = [
      [1, 0],
      [0, 1],
    ];
    expect(arrived).toContainEqual(counts[0]);
    expect(arrived).toContainEqual(counts[1]);
    expect(counts[2]).toEqual([0, 1]);
    expect(counts[3]?.[1]).toBe(1);
    expect(running.gateway.ledger.size()).toBe(4);
  });

  it.each([
    ["a moment ago", () => Date.now()],
    ["long ago", () => Date.parse("2026-01-01T00:00:00.000Z")],
    ["in the time to come, by a clock that was set back", () => Date.now() + 86_400_000],
  ])("calls nothing rejected that an earlier run may have sent, and does not wait for it: %s", async (_, at) => {
    write(1, ["NO-SUCH,R-X,100,60"]);
    await batch();
    leaveOpen(new Date(at()).toISOString());
    // The earlier request may still arrive: refused now is not refused for good.
    expect(await batch(["--yes", "--within", "10 minutes"])).toMatchObject({
      code: 3,
      stdout: expect.stringMatching(/^✗ line 3 {2}R-X {2}unknown: ORDERNOTEXIST/m),
    });
    expect(states("R-0").at(-1)).toBe("accepted");
    expect(states("R-X")).not.toContain("rejected");
  });

  it("stops when its result file goes away", async () => {
    write(20);
    for (let n = 0; n < 20; n++) running.gateway.faults.push(Fault.Delay({ on: "refund", part: "reply", millis: 300 }));
    const ran = batch(["--yes", "--json", "--concurrency", "2"]);
    await expect.poll(sent, { timeout: 60_000, interval: 10 }).toBeGreaterThanOrEqual(2);
    rmSync(result());
    const { code, stdout } = await ran;
    expect(code).toBe(3);
    expect(document(stdout)).toMatchObject({
      ok: false,
      value: { stopped: expect.stringContaining("was deleted or replaced") },
    });
    expect(sent()).toBeLessThan(8);
    expect(await batch()).toMatchObject({ code: 0 });
    expect(running.gateway.ledger.size()).toBe(20);
  });

  it("goes on after half a line, and not after a damaged one", async () => {
    write(2);
    await batch();
    appendFileSync(result(), '{"outRefundNo":"R-9","sta');
    expect(await batch()).toMatchObject({ code: 0 });
    expect(readFileSync(result(), "utf8")).not.toContain("R-9");
    appendFileSync(result(), "garbage\n");
    expect(await batch()).toMatchObject({ code: 2, stderr: expect.stringContaining("is damaged in line 6") });
  });

  it("finds out what became of a refund whose answer was lost", async () => {
    write(2);
    running.gateway.faults.push(Fault.LoseReply({ on: "refund" }), Fault.Drop({ on: "refund" }));
    expect(await batch(["--yes", "--concurrency", "1"])).toMatchObject({ code: 0 });
    expect(running.gateway.ledger.size()).toBe(2);
    expect(states("R-0")[0]).toBe("sending");
    expect(states("R-0").at(-1)).toBe("accepted");
  });

  it("notices at its end that its result file went away", async () => {
    write(0, ["NO-SUCH,R-X,100,60"]);
    await batch();
    leaveOpen(new Date(Date.now() + 86_400_000).toISOString());
    // It enters the refusal, asks once more, and then has nothing to enter.
    for (let n = 0; n < 2; n++) running.gateway.faults.push(Fault.Delay({ on: "query", part: "reply", millis: 1000 }));
    const ran = batch();
    await expect.poll(() => states("R-X").at(-1), { timeout: 60_000, interval: 10 }).toBe("unknown");
    rmSync(result());
    expect(await ran).toMatchObject({
      code: 3,
      stdout: expect.stringMatching(/^Stopped: .* was deleted or replaced/m),
    });
  });

  it("ends with 1 when some are rejected, sends them again only when asked, and goes on with the others", async () => {
    write(3, ["NO-SUCH,R-X,100,60"]);
    const ran = await batch();
    expect(ran).toMatchObject({ code: 1, stderr: "" });
    expect(ran.stdout).toMatch(/^accepted +3 of 4/m);
    expect(ran.stdout).toMatch(/^✗ line 5 {2}R-X {2}rejected: ORDERNOTEXIST/m);
    const before = running.gateway.log.total();
    expect(await batch()).toMatchObject({ code: 1 });
    expect(running.gateway.log.total()).toBe(before);
    const order = { mchId: Gateway.mchId, transactionId: "4299", outTradeNo: "NO-SUCH", totalFee: 100, paidAt: 0 };
    running.gateway.ledger.addOrder({ ...order, paidAt: Date.now() - 60_000 });
    expect(await batch(["--yes", "--retry-rejected"])).toMatchObject({ code: 0 });
  });

  it("ends with 3 when one stays unknown, and clears it up the next time", async () => {
    write(2);
    running.gateway.faults.push(Fault.LoseReply({ on: "refund" }));
    for (let n = 0; n < 3; n++) running.gateway.faults.push(Fault.LoseReply({ on: "query" }));
    const ran = await batch(["--yes", "--within", "2 seconds"]);
    expect(ran).toMatchObject({ code: 3, stdout: expect.stringMatching(/^unknown +1$/m) });
    running.gateway.faults.clear();
    expect(await batch()).toMatchObject({ code: 0 });
    expect(running.gateway.ledger.size()).toBe(2);
  });

  it.each([
    ["a wrong key", { WECHAT_PAY_API_KEY: "0123456789abcdef0123456789abcdef" }, "签名错误"],
    ["no certificate at the gateway", {}, "no client certificate"],
  ])("stops at what every refund would meet: %s", async (_, env, words) => {
    write(30);
    if (Object.keys(env).length === 0) {
      const body = "<html><head><title>400 No required SSL certificate was sent</title></head></html>";
      for (let n = 0; n < 8; n++) running.gateway.faults.push(Fault.Replace({ status: 400, body, reached: false }));
    }
    const ran = await batch(["--yes"], { ...Gateway.pem, ...env });
    expect(ran).toMatchObject({ code: 1, stdout: expect.stringContaining(words) });
    expect(ran.stdout).toMatch(/^Stopped: /m);
    expect(sent()).toBeLessThanOrEqual(8);
    running.gateway.faults.clear();
    expect(await batch()).toMatchObject({ code: 0 });
    expect(running.gateway.ledger.size()).toBe(30);
  });

  it("stops when nothing can be reached, and calls what never left not made", async () => {
    write(2);
    await running.stop();
    const ran = await batch(["--yes", "--within", "2 seconds", "--json", "--concurrency", "1"]);
    expect(document(ran.stdout)).toMatchObject({
      ok: false,
      value: {
        accepted: 0,
        rejected: 0,
        unknown: 0,
        notMade: 1,
        unsent: 1,
        stopped: expect.stringContaining("Unreachable"),
      },
    });
    expect(ran.code).toBe(1);
    expect(states("R-0").at(-1)).toBe("not-made");
    const again = await batch(["--yes", "--within", "1 second", "--lang", "zh"]);
    expect(again.stdout).toMatch(/^未发出 +[12]$/m);
    expect(again.stdout).toMatch(/^✗ 行 2 {2}R-0 {2}未发出，肯定未受理: /m);
  });

  it.each([
    ["not made", { state: "not-made", reason: "TransportFailed", advice: "resend-same" }],
    ["rejected by an earlier version", { state: "rejected", reason: "TransportFailed", advice: "resend-same" }],
    ["refused with the account", { state: "rejected", reason: "ProtocolRejected", advice: "fix-account" }],
  ])("makes what was %s", async (_, fields) => {
    write(0, ["NO-SUCH,R-X,100,60"]);
    await batch();
    leaveOpen(new Date().toISOString());
    const order = { mchId: Gateway.mchId, transactionId: "4299", outTradeNo: "NO-SUCH", totalFee: 100 };
    running.gateway.ledger.addOrder({ ...order, paidAt: Date.now() - 60_000 });
    writeFileSync(
      result(),
      readFileSync(result(), "utf8").replace(/^(\{"outRefundNo".*)\}$/m, (_, line: string) => {
        const entry = { ...(JSON.parse(`${line}}`) as object), ...fields };
        return JSON.stringify(entry);
      }),
    );
    const before = running.gateway.log.total();
    expect(await batch()).toMatchObject({ code: 0 });
    // It is not asked for: certainly no attempt was accepted.
    expect(running.gateway.log.total()).toBe(before + 1);
    expect(states("R-X").slice(1)).toEqual(["sending", "accepted"]);
  });

  it("does not call accepted what it finds closed", async () => {
    await running.stop();
    running = await Gateway.start([{ status: "REFUNDCLOSE", afterMillis: 0 }]);
    write(1);
    await batch();
    leaveOpen(new Date().toISOString());
    const ran = await batch();
    expect(ran).toMatchObject({ code: 1, stdout: expect.stringMatching(/^closed +1$/m) });
    expect(ran.stdout).toMatch(/^✗ line 2 {2}R-0 {2}closed: REFUNDCLOSE \(退款关闭\)/m);
    expect(states("R-0").at(-1)).toBe("closed");
    const before = running.gateway.log.total();
    expect(document((await batch(["--yes", "--retry-rejected", "--json"])).stdout)).toMatchObject({
      ok: false,
      value: { accepted: 0, closed: 1 },
    });
    expect(running.gateway.log.total()).toBe(before);
  });

  it("calls rejected what is refused for want of money, and makes it after a top-up when asked", async () => {
    write(4);
    running.gateway.faults.push(Fault.Refuse({ on: "refund", errCode: "NOTENOUGH", accepted: false }));
    const ran = await batch(["--yes", "--concurrency", "1"]);
    expect(ran).toMatchObject({ code: 1, stderr: "" });
    expect(ran.stdout).toMatch(/^✗ line 2 {2}R-0 {2}rejected: NOTENOUGH.*\(top-up-then-resend-same\)$/m);
    expect(states("R-0")).toEqual(["sending", "rejected"]);
    expect(await batch()).toMatchObject({ code: 1, stdout: expect.stringContaining("3 of 4") });
    expect(await batch(["--yes", "--retry-rejected"])).toMatchObject({ code: 0 });
    expect(sent()).toBe(5);
  });

  it("leaves unknown what was refused for want of money after an attempt without an answer", async () => {
    write(1);
    running.gateway.faults.push(Fault.Drop({ on: "refund" }));
    for (let n = 0; n < 9; n++)
      running.gateway.faults.push(Fault.Refuse({ on: "refund", errCode: "NOTENOUGH", accepted: false }));
    const ran = await batch();
    expect(ran).toMatchObject({ code: 3, stdout: expect.stringMatching(/^✗ line 2 {2}R-0 {2}unknown: NOTENOUGH/m) });
    expect(states("R-0")).not.toContain("rejected");
    expect(states("R-0").at(-1)).toBe("unknown");
  });

  it("waits a minute where the gateway limits the calls, and no longer than it may", async () => {
    write(1);
    running.gateway.faults.push(Fault.Refuse({ on: "refund", errCode: "INVALID_REQ_TOO_MUCH", accepted: false }));
    expect(await batch(["--yes", "--within", "6 seconds"])).toMatchObject({ code: 3 });
    expect(running.gateway.log.total()).toBe(1);
    expect(await batch()).toMatchObject({ code: 0 });
  }, 60_000);

  it("does not stop at one reply whose signature is wrong", async () => {
    write(3);
    running.gateway.faults.push(Fault.Missign({ on: "refund" }));
    await batch(["--yes", "--concurrency", "1"]);
    expect(states("R-2").at(-1)).toBe("accepted");
    expect(await batch()).toMatchObject({ code: 0 });
    expect(running.gateway.ledger.size()).toBe(3);
  });
});

describe("nothing is sent", () => {
  afterEach(() => expect(running.gateway.log.total()).toBe(0));

  it("while one row is bad, and every bad one is named with its line", async () => {
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
    expect(existsSync(result())).toBe(false);
  });

  it("with --dry-run, which needs no environment", async () => {
    write(2);
    const ran = await batch(["--dry-run"], {});
    expect(ran).toMatchObject({
      code: 0,
      stderr: "",
      stdout: expect.stringContaining("2 refunds of 2 orders, 120 fen"),
    });
    expect(existsSync(result())).toBe(false);
  });

  it("without a yes", async () => {
    write(2);
    expect(await batch([])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Refund 2 of 2 rows, 120 fen (1.20 CNY)"),
    });
  });

  it("without a file that can be read, or a format", async () => {
    expect(await batch()).toMatchObject({ code: 2, stderr: expect.stringContaining("ENOENT") });
    expect(await run(["batch", folder, "--yes"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--format"),
    });
  });

  it("without a merchant", async () => {
    write(1);
    expect(await batch(["--yes"], Gateway.bare)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("WECHAT_PAY_P12_FILE"),
    });
  });

  it("when the disk does not take it", async () => {
    write(1);
    expect(await batch(["--yes", "--result", "/dev/null/x"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("ResultFileUnusable"),
    });
  });
});

it("keeps a number to its fields, its merchant and its gateway", async () => {
  write(2);
  await batch();
  const before = running.gateway.log.total();
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replace("R-1,100,60", "R-1,100,61"));
  expect(await batch()).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("R-1 was begun with other fields (60 of 100 fen)"),
  });
  writeFileSync(file, text);
  const elsewhere = await run(["batch", file, "--yes", "--endpoint", "https://localhost:1"], { env: Gateway.pem });
  expect(elsewhere).toMatchObject({ code: 2, stderr: expect.stringContaining("holds the results of merchant") });
  writeFileSync(join(folder, "other"), "hello\n");
  expect(await batch(["--yes", "--result", join(folder, "other")])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("not the result file"),
  });
  expect(running.gateway.log.total()).toBe(before);
});

it("names a refund's number, but not a key in its place", async () => {
  const key = "9kQ2xV7bT4mZ0pL6cR1sW8yD3fG5hJaN";
  write(0, [`NO-SUCH,${key},100,60`]);
  const said = [await batch()];
  expect(said[0]).toMatchObject({ code: 1, stdout: expect.stringMatching(/^✗ line 2 {2}\(not shown\) {2}rejected/m) });
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replace(",60", ",61"));
  said.push(await batch());
  expect(said[1]).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("(not shown) was begun with other fields"),
  });
  writeFileSync(result(), readFileSync(result(), "utf8").replaceAll('"rejected"', '"unknown"'));
  writeFileSync(file, text.replace(key, "R-9"));
  said.push(await batch());
  expect(said[2]).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("(not shown) was begun by an earlier run"),
  });
  // A reply that names another number than was asked for is refused with both.
  const { refunds } = Plan.make(Rows.read(Buffer.from(text), "csv"));
  const [line] = readFileSync(result(), "utf8").trimEnd().split("\n").slice(-1);
  const entry = { ...(JSON.parse(line ?? "") as Journal.Entry), message: `expected ${key}, received R-1` };
  const stdout = Summary.show(english, "r.ndjson", refunds, new Map([[key, entry]]));
  expect(stdout).toContain("expected (not shown), received R-1");
  for (const { stderr, stdout: shown } of [...said, { stdout, stderr: "" }]) expect(shown + stderr).not.toContain(key);
});

describe("interrupted", () => {
  it("finishes what is under way, then stops; the next run does the rest", async () => {
    write(40);
    for (let n = 0; n < 40; n++) running.gateway.faults.push(Fault.Delay({ on: "refund", part: "reply", millis: 700 }));
    const child = start(args("--yes", "--concurrency", "2"), { env: Gateway.pem });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const closed = once(child, "close");
    await expect.poll(sent, { timeout: 60_000, interval: 10 }).toBeGreaterThanOrEqual(2);
    child.kill("SIGINT");
    await closed;
    expect(child.exitCode).toBe(130);
    expect(said).toMatch(/Stopping: 2 requests under way are finished first/);
    const made = running.gateway.ledger.size();
    expect(made).toBeLessThan(10);
    expect(lines().filter(({ state }) => state === "accepted")).toHaveLength(made);
    expect(said).toMatch(new RegExp(`^accepted +${made} of 40`, "m"));
    running.gateway.faults.clear();
    expect(await batch()).toMatchObject({ code: 0 });
    expect(sent()).toBe(40);
  });

  it("ends at once the second time; the result file knows what was under way", async () => {
    write(2);
    for (let n = 0; n < 2; n++)
      running.gateway.faults.push(Fault.Delay({ on: "refund", part: "reply", millis: 600_000 }));
    const child = start(args("--yes"), { env: Gateway.pem });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const closed = once(child, "close");
    await expect.poll(sent, { timeout: 60_000, interval: 10 }).toBe(2);
    child.kill("SIGINT");
    await expect.poll(() => said, { timeout: 60_000, interval: 10 }).toContain("Stopping");
    expect(await batch()).toMatchObject({ code: 2, stderr: expect.stringContaining("in use by another batch") });
    child.kill("SIGINT");
    await closed;
    expect(child.exitCode).toBe(130);
    expect(states("R-0")).toEqual(["sending"]);
    expect(await batch()).toMatchObject({ code: 0 });
    expect(running.gateway.ledger.size()).toBe(2);
  });
});

it("keeps its word when it is killed again and again and the gateway misbehaves", async () => {
  const proof = await prove({
    kills: 3,
    refunds: 60,
    seed: "short",
    faults: 0.1,
    brisk: true,
    perSecond: 25,
    log: () => {},
  });
  expect(proof).toMatchObject({ killed: 3, ledger: 60, wrong: [] });
}, 120_000);

it("marks what was rejected in colour on a terminal", async () => {
  write(0, ["NO-SUCH,R-X,100,60"]);
  const ran = await batch(["--yes"], { ...Gateway.pem, FORCE_COLOR: "1" });
  expect(ran.stdout).toContain("\n\u001b[31m✗\u001b[39m line 2  R-X  rejected: ORDERNOTEXIST");
});
