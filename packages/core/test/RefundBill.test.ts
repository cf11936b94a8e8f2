import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import { describe, expect, it } from "vitest";
import * as RefundBill from "../src/RefundBill.ts";
import * as Xml from "../src/Xml.ts";
import { verify } from "../src/Signature.ts";
import { forms } from "./support/billForms.ts";
import { disagreement, quickRead } from "./support/bothReaders.ts";
import { randomBill, seeded, spoilt } from "./support/randomBills.ts";

const header =
  "交易时间,公众账号ID,商户号,微信订单号,商户订单号,货币种类,微信退款单号,商户退款单号,退款金额,退款状态,商品名称,申请退款金额";
const row = "`2026-11-23 01:02:03,`wx1,`19,`42,`A,`CNY,`50,`R-1,`1.20,`SUCCESS,`a\\ b,`1.23";
const summary = ["总交易单数,退款总金额,申请退款总金额", "`1.0,`1.20,`1.23"];
const text = (...lines: ReadonlyArray<string>) => `${lines.join("\n")}\n`;

const refundsOf = ({ entries }: ReturnType<typeof RefundBill.read>) =>
  entries.flatMap((entry) => (entry._tag === "Refund" ? [entry.refund] : []));
const badOf = ({ entries }: ReturnType<typeof RefundBill.read>) =>
  entries.flatMap((entry) => (entry._tag === "Bad" ? [entry.bad] : []));
const kindsOf = ({ ending }: ReturnType<typeof RefundBill.read>) => ending.problems.map(({ kind }) => kind);

describe("a bill", () => {
  it.each(forms)("is read: $name", ({ others, refunds, text }) => {
    const read = RefundBill.read(text);
    expect(refundsOf(read)).toMatchObject(refunds);
    expect(read.ending).toMatchObject({ refunds: refunds.length, others, bad: 0, unread: 0, problems: [] });
  });

  it.each(forms)("comes in pieces of any size: $name", ({ text }) => {
    const whole = RefundBill.read(text);
    for (const size of [1, 2, 7]) {
      const reader = new RefundBill.BillReader();
      const entries: Array<RefundBill.Entry> = [];
      for (let at = 0; at < text.length; at += size) entries.push(...reader.push(text.slice(at, at + size)));
      const { entries: last, ending } = reader.end();
      expect({ entries: [...entries, ...last], ending }).toEqual(whole);
    }
  });

  it("says everything that it says of a refund", () => {
    const [refund] = refundsOf(RefundBill.read(text(header, row, ...summary)));
    expect(refund).toEqual({
      line: 2,
      outRefundNo: "R-1",
      refundId: "50",
      outTradeNo: "A",
      transactionId: "42",
      refundFee: 123,
      settlementRefundFee: 120,
      currency: "CNY",
      status: "SUCCESS",
      mchId: "19",
      subMchId: "",
      time: "2026-11-23 01:02:03",
      columns: {
        交易时间: "2026-11-23 01:02:03",
        公众账号ID: "wx1",
        商户号: "19",
        微信订单号: "42",
        商户订单号: "A",
        货币种类: "CNY",
        微信退款单号: "50",
        商户退款单号: "R-1",
        退款金额: "1.20",
        退款状态: "SUCCESS",
        商品名称: "a\\ b",
        申请退款金额: "1.23",
      },
    });
  });

  it("knows a time in full width, and one that is none", () => {
    const timeOf = (time: string) =>
      refundsOf(RefundBill.read(text(header, row.replace("2026-11-23 01:02:03", time), ...summary)))[0]?.time;
    expect(timeOf("2014-11-10 16：33：45")).toBe("2014-11-10 16:33:45");
    expect(timeOf("yesterday")).toBe("");
  });

  it.each([
    ["1.23", 123],
    ["1", 100],
    ["1.", 100],
    ["0.00000", 0],
    ["-0.00", 0],
    ["001.2000000000", 120],
    [" 1.2 ", 120],
    ["9999999999999.99", 999_999_999_999_999],
  ])("has the amount %j to the fen", (asked, fen) => {
    const read = RefundBill.read(text(header, row.replace("`1.23", `\`${asked}`), ...summary));
    expect(refundsOf(read)[0]?.refundFee).toBe(fen);
  });

  it.each([
    ["of an amount with a part of a fen", row.replace("1.23", "1.234"), "申请退款金额 is not an amount", "R-1"],
    ["of an amount with signs between", row.replace("1.23", "1,000.00"), "申请退款金额 is not an amount", "R-1"],
    ["of too many digits", row.replace("1.23", "99999999999999"), "申请退款金额 is not an amount", "R-1"],
    ["without an amount", row.replace("1.23", ""), "申请退款金额 is not an amount", "R-1"],
    ["of less than nothing", row.replace("1.23", "-1.23"), "申请退款金额 is below zero", "R-1"],
    ["of less than nothing settled", row.replace("1.20", "-1.20"), "退款金额 is below zero", "R-1"],
    ["of no amount settled", row.replace("1.20", "x"), "退款金额 is not an amount", "R-1"],
    ["with too few cells", "`2026-11-23 01:02:03,`wx1", "has 2 cells, the header names 12 columns", undefined],
    ["with too many cells", `${row},\`x`, "has 13 cells, the header names 12 columns", undefined],
    ["of a refund without numbers", row.replace("`50,`R-1", "`0,`"), "is a refund without its numbers", undefined],
    [
      "with broken bytes in its number",
      row.replace("R-1", "R-\uFFFD"),
      "bytes that are no text in a number",
      undefined,
    ],
    ["with a rounded number", row.replace("R-1", "1.23E+18"), "a spreadsheet has rounded", undefined],
    ["with WeChat's rounded", row.replace("`50,", "`5.03E+27,"), "a spreadsheet has rounded", undefined],
    ["with broken bytes in WeChat's", row.replace("`50,", "`5\uFFFD,"), "bytes that are no text in a number", "R-1"],
    ["of any length", "x".repeat(70_000), "is longer than 65536 characters", undefined],
  ])("passes over a line %s", (_, bad, problem, outRefundNo) => {
    const read = RefundBill.read(text(header, row, bad, row.replace("R-1", "R-2"), "总交易单数,退款总金额", "`3,`9"));
    expect(refundsOf(read).map(({ line, outRefundNo: number }) => [line, number])).toEqual([
      [2, "R-1"],
      [4, "R-2"],
    ]);
    expect(badOf(read)).toEqual([
      { line: 3, problem: expect.stringContaining(problem), ...(outRefundNo !== undefined && { outRefundNo }) },
    ]);
    expect(read.ending).toMatchObject({ refunds: 2, bad: 1, problems: [], unread: outRefundNo === undefined ? 1 : 0 });
  });

  it("takes a line without numbers by what is said to have been traded", () => {
    const names = "交易状态,微信退款单号,商户退款单号,退款金额,退款状态";
    const totals = ["总交易单数,总退款金额", "`3,`0"];
    const read = RefundBill.read(
      text(names, "`REFUND,`0,`0,`1,`", "`REVOKED,`0,`0,`1,`SUCCESS", "`,`0,`0,`0,`", ...totals),
    );
    expect([read.ending.others, badOf(read).map(({ line }) => line)]).toEqual([2, [2]]);
  });

  it("reads a shop's name that was cut in the middle of a character", () => {
    const read = RefundBill.read(text(header, row.replace("a\\ b", "茶\uFFFD"), ...summary));
    expect(refundsOf(read)[0]?.columns["商品名称"]).toBe("茶\uFFFD");
  });

  it("of another line, which the summary does not count, says that all are read", () => {
    const read = RefundBill.read(text(header, row, "a note", ...summary));
    expect(read.ending).toMatchObject({ refunds: 1, bad: 1, unread: 0, problems: [] });
  });

  it.each([
    ["without its summary", text(header, row)],
    ["in its header's end", text(header)],
    ["in its summary's header", text(header, row, "总交易单数,退款总")],
    ["after its summary's header", text(header, row, summary[0] as string)],
    ["in its summary's values", text(header, row, summary[0] as string, "`1.0,`1.2")],
    ["in a line", `${header}\n${row.slice(0, 40)}`],
  ])("that is cut off %s says so", (_, cut) => {
    const read = RefundBill.read(cut);
    expect(kindsOf(read)).toEqual(["cut-off"]);
    expect(read.ending.unread).toBeUndefined();
  });

  it.each([
    ["counts more", "`3,`1.20,`1.23", ["count-differs"], 2, "counts 3 lines (总交易单数), and it has 1"],
    ["counts fewer", "`0.0,`1.20,`1.23", ["count-differs"], 0, "counts 0 lines"],
    [
      "adds up to another sum",
      "`1,`1.20,`1.24",
      ["amount-differs"],
      0,
      "says 1.24 (申请退款总金额), and its refunds add up to 1.23",
    ],
    [
      "settled another sum",
      "`1,`0.05,`1.23",
      ["amount-differs"],
      0,
      "says 0.05 (退款总金额), and its refunds add up to 1.20",
    ],
    ["differs in both sums", "`1,`0,`0", ["amount-differs", "amount-differs"], 0, "1.23"],
    ["counts no number", "`x,`1.20,`1.23", ["unreadable-summary"], undefined, "总交易单数 is not a number"],
    ["sums up no amount", "`1,`x,`1.23", ["unreadable-summary"], undefined, "退款总金额 is not an amount"],
  ])("whose summary %s says so", (_, values, kinds, unread, words) => {
    const read = RefundBill.read(text(header, row, summary[0] as string, values));
    expect(kindsOf(read)).toEqual(kinds);
    expect(read.ending.unread).toBe(unread);
    expect(read.ending.problems[0]?.message).toContain(words);
  });

  it("says how many lines it may have where some cannot be read", () => {
    const read = RefundBill.read(text(header, row, "`x", summary[0] as string, "`7,`1,`1"));
    expect(read.ending.problems[0]?.message).toContain("counts 7 lines (总交易单数), and it has 1 to 2");
  });

  it("agrees with a sum below zero, and with one of several currencies which nobody can add up", () => {
    expect(kindsOf(RefundBill.read(text(header, row, summary[0] as string, "`1,`-1.20,`-1.23")))).toEqual([]);
    const usd = row.replace("CNY", "USD");
    expect(kindsOf(RefundBill.read(text(header, row, usd, summary[0] as string, "`2,`9,`9")))).toEqual([]);
  });

  it("without a count may have a refund in each line that cannot be read", () => {
    const totals = ["退款总金额,申请退款总金额", "`1.20,`1.23"] as const;
    expect(RefundBill.read(text(header, row, ...totals)).ending).toMatchObject({ problems: [], unread: 0 });
    expect(RefundBill.read(text(header, row, "`x", ...totals)).ending).toMatchObject({ problems: [], unread: 1 });
  });

  it("has lines before its header and after its summary, which are none of it", () => {
    const read = RefundBill.read(text("微信支付账单", "", `\uFEFF${header}`, row, ...summary, "", "# end"));
    expect(badOf(read)).toEqual([
      { line: 1, problem: "stands before the header" },
      { line: 8, problem: "stands after the summary" },
    ]);
    expect(read.ending).toMatchObject({ lines: 8, refunds: 1, problems: [], unread: 0 });
  });

  it.each([
    ["as it came", [header, row.replace("R-1", "R-2"), ...summary], 4],
    ["as a spreadsheet wrote it", [header, row.replace("R-1", "R-2").replaceAll("`", ""), ...summary], 4],
    ["without its header", ["", row.replace("R-1", "R-2"), "# end"], 2],
  ])("that another is joined to, %s, may have refunds that were not read", (_, more, unread) => {
    const read = RefundBill.read(text(header, row, ...summary, ...more));
    expect(read.ending).toMatchObject({ refunds: 1, unread });
  });

  it.each([
    ["nothing", ""],
    ["a message", "<xml>\n<return_code>FAIL</return_code>\n</xml>\n"],
    ["a letter", text(...Array.from({ length: 50 }, () => "Dear Sir"), header, row)],
    ["a table of something else", text("a,b", "1,2")],
  ])("is not made of %s", (_, other) => {
    const read = RefundBill.read(other);
    expect([refundsOf(read), kindsOf(read), read.ending.unread]).toEqual([[], ["not-a-bill"], undefined]);
    expect(badOf(read).length).toBeLessThanOrEqual(20);
  });

  it.each([
    ["of payments", "交易时间,商户号,微信订单号,商户订单号", "it has no column 商户退款单号, 申请退款金额, 退款金额"],
    [
      "without amounts",
      header.replace("退款金额", "金额").replace("申请退款金额", "x"),
      "no column 申请退款金额, 退款金额",
    ],
    ["with a column twice", `${header},商户退款单号`, "it has two columns 商户退款单号"],
  ])("%s cannot tell refunds, and says so", (_, names, words) => {
    const read = RefundBill.read(text(names, row, ...summary));
    expect([refundsOf(read), kindsOf(read)]).toEqual([[], ["no-refunds-in-it"]]);
    expect(read.ending.problems[0]?.message).toContain(words);
  });

  it("has a column of any name, and of two with one name the first", () => {
    const read = RefundBill.read(
      text("__proto__,商户退款单号,退款金额,备注,备注", "`p,`R-1,`1,`a,`b", "总交易单数,总退款金额", "`1,`1"),
    );
    const [refund] = refundsOf(read);
    expect(Object.entries(refund?.columns ?? {})).toEqual([
      ["商户退款单号", "R-1"],
      ["退款金额", "1"],
      ["备注", "a"],
    ]);
  });

  it.each([
    ["a quote that is never closed", '`R-1,"`1'],
    ["something after a closing quote", '"`R-1"x,`1'],
    ["a quote at its end", '`R-1,"'],
    ["nothing but commas in quotes", '",,",`1'],
  ])("throws nothing at %s", (_, line) => {
    const read = RefundBill.read(text("商户退款单号,退款金额", line, "总交易单数,总退款金额", "`1,`1"));
    expect(read.ending.refunds + read.ending.bad + read.ending.others).toBe(1);
  });
});

describe("bills at random", () => {
  it("give back what was put into them, and nothing is wrong with them", () => {
    for (let seed = 0; seed < 500; seed++) {
      const random = seeded(seed);
      const bill = randomBill(random);
      const { refunds, ...rest } = quickRead(random, bill.text);
      expect(refunds, `bill ${seed}`).toMatchObject(
        bill.refunds.map(({ asked, outRefundNo, outTradeNo, refundId, settled, status }) => ({
          outRefundNo,
          refundId,
          outTradeNo,
          refundFee: asked,
          settlementRefundFee: settled,
          status,
        })),
      );
      expect(rest, `bill ${seed}`).toEqual({ bad: [], others: bill.others, kinds: [], unread: 0 });
    }
  });

  it("are read as a second reader reads them, whole or spoilt", () => {
    const kinds = new Set<string>();
    for (let seed = 0; seed < 2_000; seed++) {
      const random = seeded(seed);
      const text = spoilt(random, randomBill(random).text);
      expect(disagreement(random, text), `bill ${seed}`).toBeUndefined();
      for (const kind of quickRead(random, text).kinds) kinds.add(kind);
    }
    // They are spoilt in every way that there is a word for.
    expect(kinds.size).toBe(6);
  });

  it("of any size take time in proportion, and throw nothing", () => {
    const row = `\`${"x".repeat(50)},\`R-1,\`1.00`;
    const head = "备注,商户退款单号,退款金额\n";
    const hostile: ReadonlyArray<(size: number) => string> = [
      (size) => head + `${row}\n`.repeat(size / 100),
      (size) => "x".repeat(size),
      (size) => head + "x".repeat(size),
      (size) => head + ",".repeat(size),
      (size) => head + '"'.repeat(size),
      (size) => `${head}\`1,\`R,\`${"0".repeat(size)}x`,
      (size) => head + `${'"'.repeat(60_000)}\n`.repeat(size / 60_000),
      (size) => head + `\`,\`R,\`${"0".repeat(60_000)}x\n`.repeat(size / 60_000),
      (size) => head + `${" ,`".repeat(20_000)}\n`.repeat(size / 60_000),
      (size) => "\n".repeat(size),
      (size) => `${head}总交易单数,退款总金额\n` + "`1\n".repeat(size / 3),
    ];
    const computing = (text: string, piece: number): number => {
      const before = process.threadCpuUsage();
      const reader = new RefundBill.BillReader();
      for (let at = 0; at < text.length; at += piece) reader.push(text.slice(at, at + piece));
      reader.end();
      const { system, user } = process.threadCpuUsage(before);
      return (system + user) / 1000;
    };
    for (const [n, make] of hostile.entries()) {
      for (const piece of [1, 60_000]) {
        // A quadratic one would take hours.
        expect(computing(make(1_200_000), piece), `${n} in pieces of ${piece}`).toBeLessThan(5_000);
      }
    }
  });
});

const merchant = {
  appId: "wx0123456789abcdef",
  mchId: "1900000109",
  apiKey: Redacted.make("0123456789abcdef0123456789abcdef"),
  signType: "HMAC-SHA256",
} as const;
const context = { merchant, nonce: "n", endpoint: "https://api.mch.weixin.qq.com/" };

describe("a bill's request", () => {
  it("is signed, packed, and of refunds unless told otherwise", () => {
    const { body, method, url } = Result.getOrThrow(RefundBill.prepare({ date: "2026-11-23" }, context));
    expect([method, url]).toEqual(["POST", "https://api.mch.weixin.qq.com/pay/downloadbill"]);
    const fields = Result.getOrThrow(Xml.read(body));
    expect(Object.fromEntries(fields)).toEqual({
      appid: merchant.appId,
      mch_id: merchant.mchId,
      bill_date: "20261123",
      bill_type: "REFUND",
      tar_type: "GZIP",
      nonce_str: "n",
      sign_type: "HMAC-SHA256",
      sign: expect.stringMatching(/^[0-9A-F]{64}$/),
    });
    expect(Result.isSuccess(verify(fields, merchant, "HMAC-SHA256"))).toBe(true);
  });

  it("is a sub-merchant's where one is named, and plain on request", () => {
    const sub = { ...merchant, subMchId: "1900000110", subAppId: "wxsub" };
    const { body } = Result.getOrThrow(
      RefundBill.prepare({ date: "2026-11-23", type: "ALL", packed: false }, { ...context, merchant: sub }),
    );
    const fields = Result.getOrThrow(Xml.read(body));
    expect([fields.get("sub_mch_id"), fields.get("bill_type"), fields.get("tar_type")]).toEqual([
      "1900000110",
      "ALL",
      undefined,
    ]);
  });

  it.each(["2026-02-30", "20261123", "", "2026-11-23T", "2026-13-01"])("is of a day, not of %j", (date) => {
    const error = Result.getOrThrow(Result.flip(RefundBill.prepare({ date }, context)));
    expect(error.message).toBe("date (bill_date) must be a day such as 2026-11-23, in Beijing");
  });

  it("is of a type that has refunds, and of a merchant", () => {
    // @ts-expect-error payments are none of its business
    const of = RefundBill.prepare({ date: "2026-11-23", type: "SUCCESS" }, context);
    expect(Result.getOrThrow(Result.flip(of)).message).toContain("must be one of REFUND, ALL, RECHARGE_REFUND");
    const nonce = RefundBill.prepare({ date: "2026-11-23" }, { ...context, nonce: "" });
    expect(Result.isFailure(nonce)).toBe(true);
  });
});

const bytes = (said: string) => new TextEncoder().encode(said);
const fail = (returnMsg: string, more = "") =>
  bytes(`<xml><return_code>FAIL</return_code><return_msg><![CDATA[${returnMsg}]]></return_msg>${more}</xml>`);
/** The morning after 2026-11-23 in Beijing. */
const at = (time: string) => Date.parse(`2026-11-24T${time}+08:00`);
const whyOf = (start: Uint8Array, { date = "2026-11-23", now = at("12:00:00"), status = 200 } = {}) =>
  Result.match(RefundBill.interpret({ date }, { status, start }, now), {
    onSuccess: (packing) => packing,
    onFailure: ({ why }) => why,
  });

describe("the answer to it", () => {
  it("is a bill by its first bytes", () => {
    expect(whyOf(new Uint8Array([0x1f, 0x8b, 8]))).toBe("gzip");
    expect(whyOf(bytes(`\uFEFF${header}`))).toBe("plain");
  });

  const none = fail("No Bill Exist", "<error_code>20002</error_code>");
  it.each<[string, Uint8Array, Parameters<typeof whyOf>[1], RefundBill.Why]>([
    ["nothing was traded", none, {}, "none"],
    ["nothing was traded, in the document's spelling", fail("NO Bill Exist"), {}, "none"],
    ["that is not certain before ten", none, { now: at("09:59:59") }, "not-ready"],
    ["it is from ten", none, { now: at("10:00:00") }, "none"],
    ["today has no bill yet", none, { date: "2026-11-24" }, "not-ready"],
    ["it is being made", fail("Bill Creating"), {}, "not-ready"],
    ["a day to come has none", none, { date: "2026-11-25" }, "no-such-day"],
    ["three months are the most", none, { date: "2026-08-20" }, "no-such-day"],
    ["ninety days ago had a bill", none, { date: "2026-08-26" }, "none"],
    ["of a clock that is none", none, { now: Number.NaN }, "no-such-day"],
    ["no permission", fail("NO_AUTH"), {}, "no-permission"],
    ["no permission, in Chinese", fail("商户无此接口权限"), {}, "no-permission"],
    ["a wrong parameter", fail("invalid bill_type"), {}, "refused"],
    ...[
      "invalid bill_date",
      "invalid tar_type: Only GZIP supported",
      "invalid appid",
      "invalid parameter",
      "nonce_str too long",
      "require POST method",
      "empty post data",
      "sign error",
    ].map((text): [string, Uint8Array, object, RefundBill.Why] => [text, fail(text), {}, "refused"]),
    ["a wrong parameter by its number", fail("?", "<error_code>20001</error_code>"), {}, "refused"],
    ["a wrong day that there is no bill of", fail("invalid bill_date"), { date: "2026-08-20" }, "no-such-day"],
    ["bills were closed to the merchant", fail("?", "<error_code>20007</error_code>"), {}, "no-permission"],
    ["a time-out", fail("?", "<error_code>20003</error_code>"), {}, "failed"],
    ["a wrong signature", fail("签名错误"), {}, "refused"],
    ["a failure", fail("SYSTEMERROR"), {}, "failed"],
    ["a failure to pack it", fail("CompressGZip Error"), {}, "failed"],
    ["words that nobody knows", fail("明天再来"), {}, "failed"],
    ["no words", bytes("<xml><return_code>FAIL</return_code></xml>"), {}, "failed"],
    ["a message that is none", bytes("<xml><return_code>FAIL"), {}, "unreadable"],
    ["a success without a bill", bytes("<xml><return_code>SUCCESS</return_code></xml>"), {}, "unreadable"],
    ["a page", bytes("<!DOCTYPE html><html></html>"), {}, "page"],
    ["a page of an error", bytes("<html><head><title>502</title>"), { status: 502 }, "page"],
    ["a status alone", bytes("busy"), { status: 503 }, "failed"],
    ["nothing", bytes(""), {}, "unreadable"],
    ["JSON", bytes('{"code":"NO_AUTH"}'), {}, "unreadable"],
  ])("says: %s", (_, start, options, why) => {
    expect(whyOf(start, options)).toBe(why);
  });

  it("says what to do, and whether to ask again", () => {
    const errorOf = (start: Uint8Array, status = 200) =>
      Result.getOrThrow(Result.flip(RefundBill.interpret({ date: "2026-11-23" }, { status, start }, at("12:00:00"))));
    const ended = errorOf(none);
    expect(ended.message).toBe("nothing was traded on that day (No Bill Exist) [No Bill Exist, error_code 20002]");
    expect(ended.again).toBe("never");
    expect(errorOf(fail("NO_AUTH")).again).toBe("mended");
    expect(errorOf(bytes("busy"), 503)).toMatchObject({
      again: "later",
      message: "the gateway could not give it: ask again later [HTTP 503]",
    });
    expect(errorOf(bytes("<html>")).message).toContain("check endpoint and proxy");
  });
});

describe("days", () => {
  it("are Beijing's", () => {
    expect(RefundBill.dayOf(Date.UTC(2026, 10, 23, 15, 59, 59))).toBe("2026-11-23");
    expect(RefundBill.dayOf(Date.UTC(2026, 10, 23, 16))).toBe("2026-11-24");
    expect(RefundBill.readyAt("2026-11-23")).toBe(at("10:00:00"));
  });

  it("follow each other", () => {
    expect(RefundBill.days("2026-02-27", "2026-03-01")).toEqual(["2026-02-27", "2026-02-28", "2026-03-01"]);
    expect([RefundBill.days("2026-03-01", "2026-02-28"), RefundBill.days("x", "2026-01-01")]).toEqual([[], []]);
    expect(RefundBill.days("2026-01-01", "y")).toEqual([]);
  });
});
