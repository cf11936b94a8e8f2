import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { document, run } from "./support/bin.ts";
import * as Gateway from "./support/gateway.ts";

const header =
  "交易时间,公众账号ID,商户号,特约商户号,微信订单号,商户订单号,货币种类,微信退款单号,商户退款单号,退款金额,退款状态,申请退款金额";
const line = (number: string, amount: string, id: string) =>
  `\`2026-11-23 01:02:03,\`wx1,\`1900000109,\`0,\`42,\`T-1,\`CNY,\`${id},\`${number},\`${amount},\`SUCCESS,\`${amount}`;
const bill = (...lines: ReadonlyArray<string>) =>
  [header, ...lines, "总交易单数", ""]
    .join("\n")
    .replace("总交易单数", `总交易单数,退款总金额\n\`${lines.length}.0,`)
    .replace(/`(\d+)\.0,\n$/, (_, count) => {
      const sum = lines.reduce((total, one) => total + Number(/`([0-9.]+)$/.exec(one)?.[1] ?? 0), 0);
      return `\`${count}.0,\`${sum.toFixed(2)}\n`;
    });

const whole = bill(line("R-1", "1.23", "501"), line("R-2", "2.00", "502"));
let count = 0;
const fileOf = (content: string | Uint8Array, ending = "csv") => Gateway.file(`books-${count++}.${ending}`, content);
const reconcile = (own: string, bills: string | Uint8Array, ...more: ReadonlyArray<string>) =>
  run(["reconcile", "--own", fileOf(own), "--bill", fileOf(bills), ...more]);
const found = async (own: string, bills: string | Uint8Array, ...more: ReadonlyArray<string>) => {
  const ran = await reconcile(own, bills, "--json", ...more);
  const { value } = document(ran.stdout) as {
    readonly value: { readonly differences: ReadonlyArray<{ readonly kind: string; readonly outRefundNo: string }> };
  };
  return [ran.code, ...value.differences.map(({ kind, outRefundNo }) => `${kind} ${outRefundNo}`)];
};

const agreed = "out_refund_no,refund_fee\nR-1,123\nR-2,200\n";

describe("reconcile --own --bill", () => {
  it.each<[string, string, string, ReadonlyArray<unknown>]>([
    ["agrees", agreed, whole, [0]],
    ["tells another amount", agreed.replace("123", "124"), whole, [1, "amount-differs R-1"]],
    ["tells what is only there", "out_refund_no,refund_fee\nR-1,123\n", whole, [1, "only-there R-2"]],
    ["tells what is only here", `${agreed}R-3,1\n`, whole, [1, "only-here R-3"]],
    [
      "tells what comes twice",
      agreed,
      bill(line("R-1", "1.23", "501"), line("R-2", "2.00", "502"), line("R-1", "1.23", "509")),
      [1, "twice R-1"],
    ],
    [
      "tells a contradiction",
      "out_refund_no,refund_fee,state\nR-1,123,rejected\nR-2,200,succeeded\n",
      whole,
      [1, "contradiction R-1"],
    ],
    [
      "of another refund_id too",
      "out_refund_no,refund_fee,refund_id\nR-1,123,501\nR-2,200,999\n",
      whole,
      [1, "contradiction R-2"],
    ],
    [
      "takes an older status for none",
      "out_refund_no,refund_fee,refund_status\nR-1,123,REFUNDCLOSE\nR-2,200,PROCESSING\n",
      whole,
      [0],
    ],
    [
      "misses nothing that was not made",
      `out_refund_no,refund_fee,state\nR-1,123,\nR-2,200,\nR-3,1,not-made\nR-4,1,NotMade\nR-5,1,resolved\nR-6,1,unsent\n`,
      whole,
      [0],
    ],
    [
      "reads yuan as finance writes them, and numbers behind back-quotes",
      "\uFEFF商户退款单号,退款金额,退款状态\r\n`R-1,1.23,succeeded\r\nR-2,2,\r\n",
      whole,
      [0],
    ],
  ])("%s", async (_, own, bills, expected) => {
    expect(await found(own, bills)).toEqual(expected);
    expect(await found(own, gzipSync(bills))).toEqual(expected);
  });

  it("tells a number that the table has twice", async () => {
    expect(await found(`${agreed}R-1,123\n`, whole)).toEqual([1, "twice R-1"]);
  });

  it("knows by their numbers what was made elsewhere", async () => {
    const own = "out_refund_no,refund_fee\nR-1,123\n";
    const bills = bill(line("R-1", "1.23", "501"), line("1253894801", "2.00", "502"));
    expect(await found(own, bills, "--prefix", "R-")).toEqual([1, "elsewhere 1253894801"]);
    expect(await found(own, bills)).toEqual([1, "only-there 1253894801"]);
  });

  it("calls nothing missing of which the line cannot be read, or of a bill that is cut off", async () => {
    const own = `${agreed}R-3,1\n`;
    expect(await found(own, whole.replace("`2.00,`SUCCESS,`2.00", "`2.00,`SUCCESS,`x"))).toEqual([1, "only-here R-3"]);
    expect(await found(own, whole.slice(0, whole.indexOf("`502")))).toEqual([1]);
    expect(await found(own, gzipSync(whole).subarray(0, -9))).toEqual([1]);
    const ran = await reconcile(agreed, whole.replace("2.0,", "3.0,"));
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining("counts 3 lines") });
    expect(ran.stdout).toContain("No difference was found, and not all of the bill could be read");
  });

  it("shows both sides and what to do, and nothing of the payer", async () => {
    const ran = await reconcile(agreed.replace("123", "124"), whole, "--json");
    expect(document(ran.stdout)).toEqual({
      ok: true,
      value: {
        agree: false,
        differences: [
          {
            kind: "amount-differs",
            outRefundNo: "R-1",
            fields: ["refund_fee"],
            ours: { state: "accepted", refundFee: 124, currency: "CNY" },
            theirs: {
              line: 2,
              outRefundNo: "R-1",
              refundId: "501",
              outTradeNo: "T-1",
              transactionId: "42",
              refundFee: 123,
              currency: "CNY",
              status: "SUCCESS",
              mchId: "1900000109",
              subMchId: "",
              time: "2026-11-23 01:02:03",
            },
            whatToDo: expect.stringContaining("signed query"),
          },
        ],
        totals: [
          expect.objectContaining({
            currency: "CNY",
            ours: { count: 2, amount: 324 },
            theirs: { count: 2, amount: 323 },
          }),
        ],
        problems: [],
      },
    });
    const said = await reconcile(agreed.replace("123", "124"), whole);
    expect(said.stdout).toContain(
      "amount-differs  R-1  ours 124 fen (1.24 CNY) accepted  theirs 123 fen (1.23 CNY) SUCCESS 501  (refund_fee)",
    );
    expect(said.stdout).toMatch(/amount-differs: ask for it by a signed query/);
    expect((await reconcile(agreed, whole)).stdout).toMatch(/matched 2: 323 fen \(3\.23 CNY\)\nThe books agree\n$/);
    expect((await reconcile(agreed, whole, "--lang", "zh")).stdout).toContain("账目一致");
  });

  it("reads a bill for each day", async () => {
    const first = fileOf(bill(line("R-1", "1.23", "501")));
    const second = fileOf(bill(line("R-2", "2.00", "502")));
    const ran = await run(["reconcile", "--own", fileOf(agreed), "--bill", first, "--bill", second]);
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining("The books agree") });
  });

  it("writes a table for finance, once", async () => {
    const table = Gateway.file("differences.csv", "").replace(/differences\.csv$/, `differences-${Date.now()}.csv`);
    const own = agreed.replace("R-1,123", "R-1,124");
    expect((await reconcile(own, whole, "--csv", table)).code).toBe(1);
    const [names, row, ...rest] = readFileSync(table, "utf8").split("\r\n");
    expect(names).toBe(
      "\uFEFFkind,out_refund_no,refund_id,transaction_id,out_trade_no,mch_id,sub_mch_id,our_amount,their_amount,currency,our_state,their_status,bill_date,bill_line,differs_in,what_to_do",
    );
    expect(row).toMatch(
      /^amount-differs,R-1,501,42,T-1,1900000109,,1\.24,1\.23,CNY,accepted,SUCCESS,,2,refund_fee,"ask for it by a signed query, /,
    );
    expect(rest).toEqual([""]);
    expect(await reconcile(own, whole, "--csv", table)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("exists already"),
    });
  });

  it.each([
    ["without a number", "out_refund_no,refund_fee\n,123\n", 2, "out_refund_no is missing"],
    [
      "with more than can be",
      `out_refund_no,refund_fee\nR-1,${"9".repeat(20)}\n`,
      2,
      "must be at most 9007199254740991",
    ],
    ["with an amount in yuan for fen", "out_refund_no,refund_fee\nR-1,1.23\n", 2, "must be a whole number of fen"],
    ["with an amount that is none", "out_refund_no,refund_amount\nR-1,1.234\n", 2, "must be an amount in yuan"],
    ["with a state that nobody knows", "out_refund_no,refund_fee,state\nR-1,123,paid\n", 2, "state must be one of"],
    ["without numbers", "number,refund_fee\nR-1,123\n", 1, "out_refund_no has no column"],
    ["without amounts", "out_refund_no,fee\nR-1,123\n", 1, "refund_fee has no column"],
    ["with a column twice", "out_refund_no,refund_fee,refund_fee\nR-1,1,2\n", 1, "stands in two columns"],
    ["with semicolons", "out_refund_no;refund_fee\nR-1;1\n", 1, "separates its columns otherwise than by commas"],
    ["with semicolons after quotes", '"out_refund_no";"refund_fee"\n"R-1";1\n', 1, "and a comma between columns"],
    [
      "with Excel's line",
      "sep=;\nout_refund_no;refund_fee\nR-1;1\n",
      1,
      "separates its columns otherwise than by commas",
    ],
    ["with tabs", "商户退款单号\t退款金额\nR-1\t1.00\n", 1, "separates its columns otherwise than by commas"],
    [
      "with two amounts",
      "out_refund_no,refund_fee,refund_amount\nR-1,123,1.24\n",
      2,
      "is another amount than refund_fee",
    ],
    [
      "with one that is none",
      "out_refund_no,refund_fee,refund_amount\nR-1,123,1.2.3\n",
      2,
      "must be an amount in yuan",
    ],
    [
      "with two columns and none",
      "out_refund_no,refund_fee,refund_amount\nR-1,,\n",
      2,
      "must be a whole number of fen",
    ],
    ["with a rounded number", "out_refund_no,refund_fee\n1.23E+18,123\n", 2, "was rounded by a spreadsheet"],
    ["with nothing", "", 1, "is empty"],
    ["that is no CSV", 'out_refund_no,refund_fee\n"R-1,1\n', 2, "a quote is opened and not closed"],
  ])("refuses a table %s", async (_, own, at, words) => {
    const ran = await reconcile(own, whole);
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toMatch(new RegExp(`books-\\d+\\.csv:${at}: .*${words}`));
    const told = document((await reconcile(own, whole, "--json")).stdout);
    expect(told).toMatchObject({ ok: false, error: { reason: "BadFile" }, issues: [{ line: at }] });
  });

  it("takes an amount from either of two columns that agree", async () => {
    const own = "out_refund_no,refund_fee,refund_amount,state\nR-1,,1.23,\nR-2,200,2.00,\n";
    expect(await found(own, whole)).toEqual([0]);
    expect(await found(own.replace("200,2.00", "200,"), whole)).toEqual([0]);
  });

  it("refuses what is no bill, and says when there is none yet", async () => {
    expect(await reconcile(agreed, "Dear Sir,\n")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("is no bill"),
    });
    expect(await reconcile(agreed, "<html>")).toMatchObject({ code: 2 });
    const later = "<xml><return_code>FAIL</return_code><return_msg>Bill Creating</return_msg></xml>";
    expect(await reconcile(agreed, later)).toMatchObject({ code: 3, stderr: expect.stringContaining("not there yet") });
    const none = "<xml><return_code>FAIL</return_code><return_msg>No Bill Exist</return_msg></xml>";
    expect(await found("out_refund_no,refund_fee\n", none)).toEqual([0]);
    expect(await found(agreed, none)).toEqual([1, "only-here R-1", "only-here R-2"]);
    const missing = ["reconcile", "--own", "./no-such-table.csv", "--bill", fileOf(whole)];
    expect(await run(missing)).toMatchObject({ code: 2, stderr: expect.stringContaining("cannot be read (ENOENT)") });
  });

  it("refuses a bill of another day than is said", async () => {
    const applied = whole.replace("交易时间", "退款申请时间");
    const other = "its refunds are of 2026-11-23, and none is of 2026-11-22: give the bill of that day";
    expect(await reconcile(agreed, applied, "--date", "2026-11-22")).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(new RegExp(`^WrongDay: .*: ${other}\\n$`)),
    });
    const chinese = await reconcile(agreed, applied, "--date", "2026-11-22", "--lang", "zh");
    expect(chinese.stderr).toContain("其中的退款属于 2026-11-23，没有 2026-11-22 的：请提供该日的账单");
    expect(await found(agreed, applied, "--date", "2026-11-23")).toEqual([0]);
    // A few minutes around midnight may stand in the bill of the day beside it, and without times nobody knows.
    for (const time of ["2026-11-22 23:58:00", "2026-11-24 00:02:00", "", "23/11/2026 1:02"]) {
      expect(await found(agreed, applied.replaceAll("2026-11-23 01:02:03", time), "--date", "2026-11-23")).toEqual([0]);
    }
    // What 交易时间 is the time of, where there is no other, is not documented.
    expect(await found(agreed, whole, "--date", "2026-11-22")).toEqual([0]);
  });

  it.each([
    [[], "name the bills"],
    [["--from", "2026-11-01"], "give --date, or --from and --to together"],
    [["--date", "2026-11-01", "--from", "2026-11-01", "--to", "2026-11-02"], "give --date, or"],
    [["--from", "2026-11-02", "--to", "2026-11-01"], "--from must not be after --to"],
    [["--from", "2026-01-01", "--to", "2026-11-01"], "give fewer days"],
    [["--from", "2026-11-01", "--to", "2026-11-03", "--bill", "./x.csv"], "a --bill for each day"],
    [["--bill", "./x.csv"], "say with --date which the bill is of"],
    [["--bill", "./x.csv", "--own", "./own.csv"], "--own and a store are two books"],
  ])("refuses the flags %j", async (flags, words) => {
    const ran = await run(["reconcile", ...flags, "--store", "./x.db"]);
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining(words) });
  });
});
