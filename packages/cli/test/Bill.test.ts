import { Fault } from "@wechat-refund/simulator";
import * as Result from "effect/Result";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { read } from "../src/bill/Bill.ts";
import { document, run } from "./support/bin.ts";
import * as Gateway from "./support/gateway.ts";

const header =
  "交易时间,公众账号ID,商户号,微信订单号,商户订单号,货币种类,微信退款单号,商户退款单号,退款金额,退款状态,商品名称,申请退款金额";
const row = "`2026-11-23 01:02:03,`wx1,`19,`42,`A,`CNY,`50,`R-1,`1.20,`SUCCESS,`a\\ b,`1.23";
const summary = ["总交易单数,退款总金额", "`1.0,`1.20"];
const text = (...lines: ReadonlyArray<string>) => new TextEncoder().encode(`\ufeff${lines.join("\r\n")}\r\n`);

describe("a bill", () => {
  it("is read by the names of its columns, amounts exactly", () => {
    const bill = Result.getOrThrow(read(text(header, row, ...summary)));
    expect(bill.refunds).toMatchObject([
      {
        outRefundNo: "R-1",
        refundId: "50",
        transactionId: "42",
        outTradeNo: "A",
        refundFee: 123,
        status: "SUCCESS",
        currency: "CNY",
      },
    ]);
    expect(bill.refunds[0]?.columns["商品名称"]).toBe("a\\ b");
    const old = Result.getOrThrow(
      read(text(header.replace(",申请退款金额", ""), row.replace(",`1.23", ""), ...summary)),
    );
    expect(old.refunds[0]?.refundFee).toBe(120);
  });

  it.each([
    ["without its end", text(header, row), "cut off"],
    ["without a row", text(header, ...summary), "cut off"],
    ["with half a row", text(header, "`2026-11-23 01:02:03,`wx1", ...summary), "line 2"],
    ["with an amount that is none", text(header, row.replace("1.23", "1.234"), ...summary), "line 2"],
    ["without a column", text(header.replace("商户退款单号", "退款单号"), row, ...summary), "no column 商户退款单号"],
    ["in GBK", new Uint8Array([0xbd, 0xbb]), "not UTF-8"],
  ])("%s is none", (_, bytes, words) => {
    expect(Result.getOrThrow(Result.flip(read(bytes)))).toContain(words);
  });
});

describe("bill", () => {
  let running: Gateway.Running;
  beforeEach(async () => void (running = await Gateway.start()));
  afterEach(() => running.stop());
  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  const bill = (...more: ReadonlyArray<string>) =>
    run(["bill", "--endpoint", running.url, "--date", today, ...more], { env: Gateway.bare });

  it("downloads a day's refunds, and says when there is no bill", async () => {
    const order = ["--out-trade-no", Gateway.order.outTradeNo, "--total-fee", "100"];
    for (const [number, fee] of [
      ["R-1", "60"],
      ["R-2", "7"],
    ] as const) {
      const refund = ["refund", ...order, "--refund-fee", fee, "--out-refund-no", number, "--endpoint", running.url];
      expect((await run(refund, { env: Gateway.pem })).code).toBe(0);
    }
    expect(await bill()).toMatchObject({ code: 0, stdout: `No refunds on ${today.replaceAll("-", "")}\n` });
    running.gateway.clock.advance(2 * 86_400_000);
    const ran = await bill();
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toMatch(/^R-1 {2}SUCCESS: 60 fen \(0\.60 CNY\) {2}\d+$/m);
    expect(ran.stdout).toMatch(/^refunds 2: 67 fen \(0\.67 CNY\)$/m);
    expect(document((await bill("--json")).stdout)).toMatchObject({
      ok: true,
      value: {
        refunds: [
          { outRefundNo: "R-1", refundFee: 60 },
          { outRefundNo: "R-2", refundFee: 7 },
        ],
      },
    });
    running.gateway.faults.push(Fault.Truncate({ on: "bill", bytes: 900 }));
    expect(await bill()).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(/^MalformedReply: /) });
  });

  it("says why there is none to be had", async () => {
    const env = { ...Gateway.bare, WECHAT_PAY_API_KEY: "0123456789abcdef0123456789abcdef" };
    const ran = await run(["bill", "--endpoint", running.url, "--json"], { env });
    expect(document(ran.stdout)).toMatchObject({
      error: { reason: "ProtocolRejected", message: expect.stringContaining("SIGN ERROR") },
    });
    expect(ran.code).toBe(1);
  });
});

it.each(["2026-02-30", "2026-1-1", "20261301", "yesterday", ""])("knows no day %j", async (date) => {
  expect(await run(["bill", `--date=${date}`])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--date"),
  });
});
