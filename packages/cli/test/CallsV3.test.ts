/** Commands that call the gateway, over APIv3. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { document, run } from "./support/bin.ts";
import * as Gateway from "./support/gatewayV3.ts";

let running: Gateway.Running;
beforeEach(async () => void (running = await Gateway.start()));
afterEach(() => running.stop());

const call = async (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) => {
  const ran = await run([...args, "--endpoint", running.url], { env: { ...running.env, ...env } });
  for (const secret of Gateway.secrets) expect(ran.stdout + ran.stderr).not.toContain(secret);
  return ran;
};
const refund = (...more: ReadonlyArray<string>) =>
  call([
    "refund",
    "--out-trade-no",
    "T-1",
    "--out-refund-no",
    "R-1",
    "--total-fee",
    "100",
    "--refund-fee",
    "60",
    ...more,
  ]);
const errorOf = (ran: { readonly stdout: string }) => (document(ran.stdout) as { readonly error: object }).error;

describe.each(["node-https", "undici"])("over %s", (adapter) => {
  it("refunds, says what the reply tells, and finds the refund", async () => {
    const accepted = await refund("--adapter", adapter);
    expect(accepted).toMatchObject({ code: 0, stderr: "" });
    expect(accepted.stdout).toMatch(/^accepted: /);
    expect(accepted.stdout).toMatch(/^refund_status +PROCESSING: not decided yet$/m);
    const found = await call(["query", "--out-refund-no", "R-1", "--adapter", adapter, "--json"]);
    expect(document(found.stdout)).toMatchObject({
      ok: true,
      value: { records: [{ refundStatus: "SUCCESS", refundFee: 60 }] },
    });
    expect(running.calls).toEqual(["POST /v3/refund/domestic/refunds", "GET /v3/refund/domestic/refunds/R-1"]);
  });
});

it("says in Chinese as well that more than the order was asked for", async () => {
  const numbers = ["--out-trade-no", "T-1", "--out-refund-no", "R-1"];
  const asked = ["refund", ...numbers, "--total-fee", "100", "--refund-fee", "101", "--lang", "zh"];
  expect(await call(asked)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("refundFee（amount.refund）不能大于 totalFee（amount.total），即整笔订单的金额"),
  });
});

it("does not call accepted what the gateway closed under this number", async () => {
  expect(await refund()).toMatchObject({ code: 0 });
  const made = running.refunds.get("R-1");
  if (made !== undefined) made["status"] = "CLOSED";
  const again = await refund();
  expect(again).toMatchObject({ code: 1, stdout: "" });
  expect(again.stderr).toMatch(/^closed: the gateway had accepted this number before/);
  const told = await refund("--json");
  expect([told.code, document(told.stdout)]).toMatchObject([1, { ok: true, value: { refundStatus: "REFUNDCLOSE" } }]);
  const directory = mkdtempSync(join(tmpdir(), "closed-v3-"));
  try {
    const file = join(directory, "refunds.csv");
    writeFileSync(file, "out_trade_no,out_refund_no,total_fee,refund_fee\nT-1,R-1,100,60\n");
    const batch = await call(["batch", file, "--yes", "--protocol", "v3"]);
    expect(batch).toMatchObject({ code: 1, stdout: expect.stringMatching(/^closed +1$/m) });
  } finally {
    rmSync(directory, { recursive: true });
  }
});

describe("a call that fails", () => {
  it.each([
    ["no-money", 1, "Rejected", "not-accepted", "top-up-then-resend-same"],
    ["sign-error", 1, "GatewayRefused", "not-accepted", "fix-account"],
    ["unsigned", 3, "UntrustedReply", "unknown", "query-first"],
    ["wrong-sign", 3, "UntrustedReply", "unknown", "query-first"],
  ] as const)("by %s ends with %d", async (mode, code, reason, outcome, advice) => {
    running.mode = mode;
    const ran = await refund("--json");
    expect([ran.code, errorOf(ran)]).toMatchObject([code, { reason, outcome, advice }]);
  });
  it("says what is wrong with the request and the environment, and sends nothing", async () => {
    expect(errorOf(await refund("--op-user-id", "1", "--json"))).toMatchObject({ reason: "InvalidRequest" });
    const other = await call(["query", "--refund-id", "1", "--json"]);
    expect([other.code, errorOf(other)]).toMatchObject([2, { reason: "InvalidRequest" }]);
    const noKey = await call(["query", "--out-refund-no", "R-1"], { WECHAT_PAY_V3_SERIAL_NO: "0" });
    expect(noKey).toMatchObject({ code: 2, stderr: expect.stringContaining("serialNo") });
    expect(running.calls).toEqual([]);
  });
  it("is no such refund for watch, at once", async () => {
    const ran = await call(["watch", "--out-refund-no", "R-2", "--within", "1 second"]);
    expect(ran.stdout).toContain("RESOURCE_NOT_EXISTS");
  });
});

it("makes a batch, each refund once", async () => {
  const directory = mkdtempSync(join(tmpdir(), "batch-v3-"));
  try {
    const file = join(directory, "refunds.csv");
    writeFileSync(file, "out_trade_no,out_refund_no,total_fee,refund_fee\nT-1,R-1,100,60\nT-2,R-2,100,10\n");
    writeFileSync(
      join(directory, "bad.csv"),
      `out_trade_no,out_refund_no,total_fee,refund_fee,refund_desc,op_user_id\nT-1,R-1,9,1,${"退".repeat(27)},7\n`,
    );
    const bad = await call(["batch", join(directory, "bad.csv")]);
    expect(bad.code).toBe(2);
    expect(bad.stderr).toContain("bad.csv:2: refund_desc must have at most 80 bytes");
    expect(bad.stderr).toContain("bad.csv:2: op_user_id is no field of APIv3");
    const store = ["--store", join(directory, "store.db")];
    const first = await call(["batch", file, ...store, "--yes", "--json"]);
    expect(first.code, first.stderr).toBe(0);
    expect((await call(["batch", file, ...store, "--yes", "--json"])).code).toBe(0);
    expect(running.refunds.size).toBe(2);
    expect(running.calls.filter((one) => one.startsWith("POST"))).toHaveLength(2);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

it("downloads a bill, believes it by its digest, and finds an empty one where there was no refund", async () => {
  const bill = async (date = "2026-11-23") => {
    const ran = await call(["bill", "--date", date, "--json"]);
    return {
      code: ran.code,
      json: document(ran.stdout) as {
        readonly value?: { readonly refunds: ReadonlyArray<object> };
        readonly error?: object;
      },
    };
  };
  expect((await bill()).json.value?.refunds).toMatchObject([{ outRefundNo: "R-1", refundFee: 60, status: "SUCCESS" }]);
  expect((await bill("2026-11-22")).json.value?.refunds).toEqual([]);
  running.mode = "cut";
  expect(await bill()).toMatchObject({ code: 1, json: { error: { reason: "NoBill", why: "unreadable" } } });
  running.mode = "unsigned";
  expect(await bill()).toMatchObject({ code: 1, json: { error: { reason: "NoBill", why: "unreadable" } } });
});

it("says that there is no such protocol as it was asked to print", async () => {
  const env = { WECHAT_PAY_PROTOCOL: "v4" };
  for (const args of [
    ["query", "--out-refund-no", "R-1"],
    ["watch", "--out-refund-no", "R-1"],
    ["bill", "--date", "2026-01-01"],
    ["batch", "refunds.csv"],
    ["explain"],
    ["doctor"],
  ]) {
    const said = "WrongEnvironment: WECHAT_PAY_PROTOCOL must be v2 or v3\n";
    expect(await run(args, { env }), args[0]).toEqual({ code: 2, stdout: "", stderr: said });
    expect(errorOf(await run([...args, "--json"], { env })), args[0]).toMatchObject({ reason: "WrongEnvironment" });
  }
});
