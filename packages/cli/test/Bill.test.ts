import { gzipSync } from "node:zlib";
import { Fault } from "@wechat-refund/simulator";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { forms } from "../../core/test/support/billForms.ts";
import { document, run } from "./support/bin.ts";
import * as Gateway from "./support/gateway.ts";

const header =
  "交易时间,公众账号ID,商户号,微信订单号,商户订单号,货币种类,微信退款单号,商户退款单号,退款金额,退款状态,商品名称,申请退款金额";
const row = "`2026-11-23 01:02:03,`wx1,`19,`42,`A,`CNY,`50,`R-1,`1.20,`SUCCESS,`a\\ b,`1.23";
const summary = ["总交易单数,退款总金额", "`1.0,`1.20"];
const text = (...lines: ReadonlyArray<string>) => `\ufeff${lines.join("\r\n")}\r\n`;

/** What a file of this content makes the command say. */
const ofFile = (content: string | Uint8Array, ...more: ReadonlyArray<string>) =>
  run(["bill", "--file", Gateway.file("bill.csv", content), ...more]);
const rowsOf = (stdout: string): ReadonlyArray<unknown> =>
  stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as unknown);

describe("bill --file", () => {
  it.each(forms)("reads a bill on disk, packed or not: $name", async ({ refunds, text }) => {
    const expected = refunds.map(({ outRefundNo, outTradeNo, refundFee, refundId, status }) => ({
      outRefundNo,
      outTradeNo,
      refundId,
      refundFee,
      status,
      columns: expect.objectContaining({ 商户退款单号: outRefundNo }),
    }));
    for (const content of [text, gzipSync(text)]) {
      const ran = await ofFile(content, "--json", "--rows");
      expect(ran).toMatchObject({ code: 0, stderr: "" });
      expect(rowsOf(ran.stdout)).toEqual(expected);
    }
  });

  it("has exactly these names in a row, and bad lines among them", async () => {
    const ran = await ofFile(text(header, "`x", row, "总交易单数", ...summary), "--json", "--rows");
    const [first, second, third] = rowsOf(ran.stdout);
    expect(first).toEqual({ line: 2, problem: "has 1 cells, the header names 12 columns" });
    expect(Object.keys(second as object)).toEqual([
      "outRefundNo",
      "outTradeNo",
      "refundId",
      "refundFee",
      "status",
      "columns",
    ]);
    expect(second).toMatchObject({ refundFee: 123, columns: { 申请退款金额: "1.23", 商品名称: "a\\ b" } });
    expect(third).toEqual({ line: 4, problem: expect.stringContaining("has 1 cells") });
    expect(ran).toMatchObject({ code: 1, stderr: "" });
  });

  it("says for people what it read, and what not", async () => {
    expect(await ofFile(text(header, row, ...summary))).toEqual({
      code: 0,
      stdout: "R-1  SUCCESS: 123 fen (1.23 CNY)  50\n\nrefunds 1: 123 fen (1.23 CNY)\n",
      stderr: "",
    });
    const cut = await ofFile(text(header, row, "`x"));
    expect(cut).toMatchObject({ code: 1, stdout: "R-1  SUCCESS: 123 fen (1.23 CNY)  50\n" });
    expect(cut.stderr).toMatch(/bill\.csv:3: has 1 cells.*\n.*bill\.csv: it is cut off/);
    expect(await ofFile(text(header, "总交易单数,总退款金额", "`0,`0"))).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^No refunds in .*bill\.csv\n$/),
    });
  });

  it("is one document with --json", async () => {
    const ran = await ofFile(text(header, row, ...summary), "--json");
    expect(document(ran.stdout)).toMatchObject({
      ok: true,
      value: { refunds: [{ outRefundNo: "R-1", transactionId: "42", currency: "CNY" }], bad: [], problems: [] },
    });
    const cut = await ofFile(text(header, "`x"), "--json");
    expect(cut.code).toBe(1);
    expect(document(cut.stdout)).toMatchObject({
      ok: false,
      error: { reason: "BillNotWhole", message: expect.stringContaining("cut off") },
      value: { bad: [{ line: 2 }] },
    });
  });

  const packed = gzipSync(text(header, row, ...summary));
  it.each([
    ["cut off when packed", packed.subarray(0, -10), 1, "cut off or damaged"],
    ["with another sum", text(header, row, "总交易单数,申请退款总金额", "`1,`9"), 1, "add up to 1.23"],
    ["with another count", text(header, row, "总交易单数,申请退款总金额", "`9,`9"), 1, "counts 9 lines"],
    ["of payments", text("交易时间,商户号,商户订单号", "`1,`2,`3"), 2, "no column 商户退款单号"],
    ["that is a letter", "Dear Sir,\nno bill.\n", 2, "is no bill"],
    ["that is a spreadsheet", new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]), 2, "save it as CSV UTF-8"],
    ["that is a page", "<!DOCTYPE html><html></html>", 2, "an HTML page"],
    ["that is empty", "", 2, "is empty"],
    ["that says none", "<xml><return_code>FAIL</return_code><return_msg>No Bill Exist</return_msg></xml>", 0, ""],
    [
      "that says later",
      "<xml><return_code>FAIL</return_code><return_msg>Bill Creating</return_msg></xml>",
      3,
      "not there",
    ],
  ])("of a file %s ends so", async (_, content, code, words) => {
    for (const flags of [[], ["--json", "--rows"]]) {
      const ran = await ofFile(content, ...flags);
      expect(ran.code).toBe(code);
      expect(ran.stderr).toContain(words);
    }
  });

  it("needs a file, and no date beside it", async () => {
    const ran = await run(["bill", "--file", "./no-such-bill.csv", "--json"]);
    expect(document(ran.stdout)).toMatchObject({
      error: { reason: "CannotRead", message: expect.stringContaining("ENOENT") },
    });
    expect(ran.code).toBe(2);
    expect(await run(["bill", "--file", "./"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("no regular file"),
    });
    expect(await run(["bill", "--file", "./x.csv", "--date", "2026-11-23"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("leave --date out"),
    });
  });
});

describe("bill", () => {
  let running: Gateway.Running;
  beforeEach(async () => void (running = await Gateway.start()));
  afterEach(() => running.stop());
  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  const bill = (...more: ReadonlyArray<string>) =>
    run(["bill", "--endpoint", running.url, "--date", today, ...more], { env: Gateway.bare });
  const refunds = async () => {
    const order = ["--out-trade-no", Gateway.order.outTradeNo, "--total-fee", "100"];
    for (const [number, fee] of [
      ["R-1", "60"],
      ["R-2", "7"],
    ] as const) {
      const refund = ["refund", ...order, "--refund-fee", fee, "--out-refund-no", number, "--endpoint", running.url];
      expect((await run(refund, { env: Gateway.pem })).code).toBe(0);
    }
  };

  it("downloads a day's refunds", async () => {
    await refunds();
    running.gateway.clock.advance(2 * 86_400_000);
    for (const type of [[], ["--type", "ALL"]]) {
      const ran = await bill(...type);
      expect(ran).toMatchObject({ code: 0, stderr: "" });
      expect(ran.stdout).toMatch(/^R-1 {2}SUCCESS: 60 fen \(0\.60 CNY\) {2}\d+$/m);
      expect(ran.stdout).toMatch(/^refunds 2: 67 fen \(0\.67 CNY\)$/m);
      expect(document((await bill("--json", ...type)).stdout)).toMatchObject({
        ok: true,
        value: {
          date: today,
          refunds: [
            { outRefundNo: "R-1", refundFee: 60 },
            { outRefundNo: "R-2", refundFee: 7 },
          ],
        },
      });
      expect(rowsOf((await bill("--json", "--rows", ...type)).stdout)).toHaveLength(2);
    }
  });

  it("of which a part is lost ends with 1, and prints what there was", async () => {
    await refunds();
    running.gateway.clock.advance(2 * 86_400_000);
    running.gateway.faults.push(Fault.Truncate({ on: "bill", bytes: 200 }));
    expect(await bill()).toMatchObject({ code: 1, stderr: expect.stringContaining("cut off or damaged") });
  });

  it("is not there yet for today, and never for a day to come, for one long ago, or without trades", async () => {
    expect(await bill()).toMatchObject({ code: 3, stdout: "", stderr: expect.stringContaining("not there yet") });
    expect(document((await bill("--json")).stdout)).toMatchObject({ error: { reason: "NoBill", why: "not-ready" } });
    const of = (date: string) => run(["bill", "--endpoint", running.url, "--date", date], { env: Gateway.bare });
    expect(await of("2099-01-01")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("there is no bill of that day"),
    });
    expect(await of("2020-01-01")).toMatchObject({ code: 2, stderr: expect.stringContaining("kept for three months") });
    const before = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10);
    expect(await of(before)).toEqual({ code: 0, stdout: `No refunds on ${before}\n`, stderr: "" });
  });

  it("says why there is none to be had", async () => {
    const env = { ...Gateway.bare, WECHAT_PAY_API_KEY: "0123456789abcdef0123456789abcdef" };
    const ran = await run(["bill", "--endpoint", running.url, "--json"], { env });
    expect(document(ran.stdout)).toMatchObject({
      error: { reason: "NoBill", why: "refused", message: expect.stringContaining("SIGN ERROR") },
    });
    expect(ran.code).toBe(1);
    await running.stop();
    expect(await bill()).toMatchObject({ code: 1, stderr: expect.stringContaining("TransportFailed") });
  });
});

it.each(["2026-02-30", "2026-1-1", "20261301", "yesterday", ""])("knows no day %j", async (date) => {
  expect(await run(["bill", `--date=${date}`])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--date"),
  });
});
