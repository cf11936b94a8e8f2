import { existsSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Plan from "../src/batch/Plan.ts";
import * as Rows from "../src/batch/Rows.ts";
import { run } from "./support/bin.ts";

const header = "out_trade_no,out_refund_no,total_fee,refund_fee,refund_desc";
const csv = (...lines: ReadonlyArray<string>) =>
  Plan.make(Rows.read(Buffer.from([header, ...lines].join("\n")), "csv"));
const ndjson = (...lines: ReadonlyArray<string>) => Plan.make(Rows.read(Buffer.from(lines.join("\n")), "ndjson"));
const issues = ({ issues }: Plan.Plan) => issues.map(({ field, line, message }) => `${line} ${field} ${message}`);

describe("a good file", () => {
  const requests = [
    { order: { outTradeNo: "A" }, outRefundNo: "R-1", totalFee: 100, refundFee: 60, refundDesc: '他说 "退,款"' },
    { order: { outTradeNo: "B" }, outRefundNo: "R-2", totalFee: 5, refundFee: 5 },
  ];

  it.each([
    ["as it is", `${header}\nA,R-1,100,60,"他说 ""退,款"""\nB,R-2,5,5,\n`],
    ["from a spreadsheet", `\ufeff${header}\r\nA,R-1,100,60,"他说 ""退,款"""\r\n\r\nB,R-2,5,5,\r\n`],
    [
      "without a last line end, with other names",
      `outTradeNo, outRefundNo ,totalFee,refundFee,refundDesc\nA,R-1,100,60,"他说 ""退,款"""\nB,R-2,5,5,`,
    ],
  ])("%s", (_, text) => {
    const plan = Plan.make(Rows.read(Buffer.from(text), "csv"));
    expect(issues(plan)).toEqual([]);
    expect(plan.refunds.map(({ request }) => request)).toEqual(requests);
  });

  it("of JSON lines, with amounts as numbers or digits", () => {
    const plan = ndjson(
      '{"out_trade_no":"A","out_refund_no":"R-1","total_fee":100,"refund_fee":"60","refund_desc":"他说 \\"退,款\\""}\r',
      "",
      '{"outTradeNo":"B","outRefundNo":"R-2","totalFee":5,"refundFee":5,"refundDesc":null}',
    );
    expect(issues(plan)).toEqual([]);
    expect(plan.refunds.map(({ line, request }) => [line, request])).toEqual([
      [1, requests[0]],
      [3, requests[1]],
    ]);
  });

  it("puts an order's later refunds after the first ones of all", () => {
    const { refunds } = csv("A,R-1,9,1,", "A,R-2,9,1,", "A,R-3,9,1,", "B,R-4,9,1,", "B,R-5,9,1,");
    expect(refunds.map(({ request }) => request.outRefundNo)).toEqual(["R-1", "R-4", "R-2", "R-5", "R-3"]);
  });
});

describe("a bad file", () => {
  it.runIf(existsSync("/dev/zero"))("that has no end is refused", async () => {
    expect(await run(["batch", "/dev/zero", "--format", "csv", "--dry-run"])).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining("cannot be read (EFBIG)"),
    });
    expect(await run(["reconcile", "--own", "/dev/zero", "--bill", "./none.csv"])).toMatchObject({ code: 2 });
  });

  it.each<[lines: ReadonlyArray<string>, issues: ReadonlyArray<string>]>([
    [["A,R-1,100,60,", "B,R-1,100,60,"], ["3 out_refund_no is the number of line 2"]],
    [["A,R-1,100,60,", "A,R-2,100,41,"], ["3 refund_fee makes the refunds of this order 101 fen"]],
    [["A,R-1,100,60,", "A,R-2,90,1,"], ["3 total_fee differs from line 2"]],
    [["A,R-1,100,101,"], ["2 refund_fee must not be more"]],
    [['A,R-1,100,60,"two', 'lines"', "B,R 2,1,1,"], ["4 out_refund_no must be 1 to 64"]],
    [["A,,100,60,"], ["2 out_refund_no is missing"]],
    [["A,R-1,,60,"], ["2 total_fee is missing"]],
    [[",R-1,100,60,"], ["2 order needs transactionId"]],
    [["A,R-1,1.00,60,"], ["2 total_fee must be a whole number of fen"]],
    [["A,R-1,100, 60,"], ["2 refund_fee must be a whole number of fen"]],
    [["A,R-1,100,060,"], ["2 refund_fee must be a whole number of fen"]],
    [["A,R-1,100,0x10,"], ["2 refund_fee must be a whole number of fen"]],
    [["A,R-1,99999999999999999999,60,"], ["2 total_fee must be at most 9007199254740991"]],
    [["A,R-1,9007199254740992,60,"], ["2 total_fee must be at most 9007199254740991"]],
    [["4.2E+27,R-1,100,60,"], ["2 out_trade_no was rounded by a spreadsheet"]],
    [["A,R-1,100,60"], ["2 (row) has 4 values, the first line has 5 names"]],
    [["A,R-1,100,60,,"], ["2 (row) has 6 values"]],
    [["A,R-1,100,60,a&refund_fee=100"], ["2 refund_desc must not contain"]],
    [["A,R-1,100,60,😀"], ["2 refund_desc must not contain"]],
    [[`A,R-1,100,60,${"款".repeat(81)}`], ["2 refund_desc must have at most 80"]],
    [['A,R-1,100,60,"open'], ["2 (file) a quote is opened and not closed"]],
    [['A,R-1,100,60,a"b'], ["2 (file) a quote stands inside"]],
    [
      ["A B,R 1,1.5,0,", "B,R-2,5,6,"],
      ["2 total_fee", "2 refund_fee", "2 out_trade_no", "2 out_refund_no", "3 refund_fee"],
    ],
    [[], ["1 (file) has no rows"]],
  ])("%j", (lines, expected) => {
    const found = issues(csv(...lines));
    expect(found).toHaveLength(expected.length);
    for (const words of expected)
      expect(
        found.some((issue) => issue.startsWith(words)),
        `${words} in ${found.join("\n")}`,
      ).toBe(true);
  });

  it("names a column that no refund has, once", () => {
    const plan = Plan.make(Rows.read(Buffer.from(`${header},refund_reason\nA,R-1,9,1,,x\nB,R-2,9,1,,x`), "csv"));
    expect(issues(plan)).toEqual([expect.stringMatching(/^1 refund_reason is no field of a refund/)]);
    const twice = Plan.make(Rows.read(Buffer.from(`${header},outRefundNo\nA,R-1,9,1,,R-2`), "csv"));
    expect(issues(twice)).toEqual([expect.stringMatching(/^1 out_refund_no is given twice, under both of its names/)]);
    const empty = Plan.make(Rows.read(Buffer.from(`${header},outRefundNo\nA,R-1,9,1,,`), "csv"));
    expect(issues(empty)).toEqual(issues(twice));
    for (const more of ["total_fee", " total_fee ", "total_fee,total_fee"]) {
      expect(issues(Plan.make(Rows.read(Buffer.from(`\n${header},${more}\nA,R-1,9,1,`), "csv")))).toEqual([
        expect.stringMatching(/^2 total_fee is given twice: leave one/),
        expect.stringMatching(/^3 \(row\)/),
        "3 total_fee is missing",
      ]);
    }
  });

  it.each(["100.00", "1e2", "1E2", "-0.0"])(
    "an amount that JSON takes for another one than was written: %s",
    (amount) => {
      const line = `{"out_trade_no":"A","out_refund_no":"R-1","total_fee":${amount},"refund_fee":1}`;
      expect(issues(ndjson(line))).toEqual([
        expect.stringMatching(/^1 total_fee (?:must be a whole number of fen \(分\) in plain digits|was rounded by)/),
      ]);
    },
  );

  const rest = '"out_trade_no":"A","out_refund_no":"R-1","total_fee":100';
  it.each([
    ["another amount", `{${rest},"refund_fee":1,"refund_fee":100}`, "refund_fee"],
    ["the same", `{${rest},"refund_fee":1, "refund_fee" : 1}`, "refund_fee"],
    ["written otherwise", `{"refund_f\\u0065e":1,${rest},"refund_fee":100}`, "refund_fee"],
    ["among others", `{"out_refund_no":"R-2",${rest},"refund_fee":1}`, "out_refund_no"],
    ["nothing", `{${rest},"refund_fee":1,"refund_desc":null,"refund_desc":"x"}`, "refund_desc"],
    ["deeper", `{${rest},"refund_fee":1,"refund_desc":[{"a":{"b":1,"b":2}}]}`, "refund_desc.a.b"],
    ["for a program", `{${rest},"refund_fee":1,"__proto__":1,"__proto__":1}`, "__proto__"],
  ])("a field that is given twice in a row, and %s", (_, line, field) => {
    expect(issues(ndjson("", `{${rest.replaceAll("1", "2")},"refund_fee":1}`, line))).toEqual([
      `3 ${field} is given twice: leave one of them`,
    ]);
  });

  it("a row with a field under both of its names", () => {
    expect(issues(ndjson(`{${rest},"refund_fee":1,"refundFee":2}`))).toEqual([
      expect.stringMatching(/^1 refund_fee is given twice, under both/),
    ]);
  });

  it.each([
    ["refundfee", "refund_fee"],
    ["Refund-Fee", "refund_fee"],
    ["REFUND_FEE", "refund_fee"],
    ["refund_fe", "refund_fee"],
    ["out_trade_num", "out_trade_no"],
    ["transaction", "transaction_id"],
    ["notify_uri", "notify_url"],
    ["total", undefined],
    ["amount", undefined],
    ["退款金额", undefined],
    ["", undefined],
    ["x".repeat(100_000), undefined],
  ])("says which field %j may have been", (name, meant) => {
    const words = meant === undefined ? "is no field of a refund: leave it out" : `did you mean ${meant}?`;
    for (const plan of [
      ndjson(`{${rest},"refund_fee":1,${JSON.stringify(name)}:2}`),
      Plan.make(Rows.read(Buffer.from(`${header},${name}\nA,R-1,9,1,,2`), "csv")),
    ]) {
      expect(issues(plan)).toEqual([expect.stringContaining(words)]);
    }
  });

  const key = "9kQ2xV7bT4mZ0pL6cR1sW8yD3fG5hJaN";
  it.each<[text: string, format: Rows.Format, fields: ReadonlyArray<string>]>([
    [`${key}\nfoo`, "csv", ["1 column 1"]],
    [`out_trade_no,${key},${key}\nA,B,C`, "csv", ["1 column 2", "1 column 3"]],
    [`WECHAT_PAY_API_KEY=${key}\nWECHAT_PAY_MCH_ID=1`, "csv", ["1 column 1"]],
    ["MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSjAgEAAoIBAQC7", "csv", ["1 column 1"]],
    ["correct-horse-battery-staple\n1", "csv", ["1 column 1"]],
    [`{"${key}":1}`, "ndjson", ["1 (a field)"]],
    [`{"${key}":1,"${key}":2}`, "ndjson", ["1 (a field)"]],
    [`{"a":{"${key}":1,"${key}":2}}`, "ndjson", ["1 (a field)"]],
    ["refund_reason,Amount\n1,2", "csv", ["1 refund_reason", "1 Amount"]],
  ])("names a field only if its name is one: %j", (text, format, fields) => {
    const found = Plan.make(Rows.read(Buffer.from(text), format)).issues;
    const named = found.map(({ field, line }) => `${line} ${field}`);
    for (const field of fields) expect(named).toContain(field);
    for (const line of text.split(/[\n=",]/)) if (line.length > 20) expect(JSON.stringify(found)).not.toContain(line);
  });

  it.each([
    ["[1]", "must be one JSON object"],
    ["{", "must be one JSON object"],
    ['{"out_trade_no":1,"out_refund_no":"R-1","total_fee":9,"refund_fee":1}', "out_trade_no must be a text"],
    [
      '{"out_trade_no":"A","out_refund_no":"R-1","total_fee":9,"refund_fee":1.5}',
      "refund_fee must be a whole number of fen",
    ],
    ['{"out_trade_no":"A","out_refund_no":"R-1","total_fee":9,"refund_fee":[1]}', "refund_fee must be a number"],
    [
      '{"out_trade_no":"A","transaction_id":"42","out_refund_no":"R-1","total_fee":9,"refund_fee":1}',
      "order must name the order once",
    ],
    ['{"__proto__":"A","out_refund_no":"R-1","total_fee":9,"refund_fee":1}', "__proto__ is no field"],
  ])("%s", (line, words) => {
    expect(issues(ndjson(line)).join("\n")).toContain(words);
  });

  it.each([
    ["xlsx", "504b0304140006000800"],
    ["xls", "d0cf11e0a1b11ae10000"],
  ])("is no spreadsheet: %s", (_, hex) => {
    for (const format of ["csv", "ndjson"] as const) {
      expect(issues(Plan.make(Rows.read(Buffer.from(hex, "hex"), format)))).toEqual([
        "1 (file) is a spreadsheet (.xlsx, .xls): save it as CSV UTF-8 (另存为 CSV UTF-8), and give that file",
      ]);
    }
  });

  it.each([
    ["sep=;\nout_trade_no;out_refund_no\nA;R-1\n", "separates its columns otherwise than by commas"],
    ["商户订单号\t商户退款单号\t退款金额（元）\nA\tR-1\t1.00\n", "separates its columns otherwise than by commas"],
    ['"out_trade_no";"out_refund_no"\n"A";"R-1"\n', "and a comma between columns"],
    ["退款明细；2026\nA,R-1\n", "is no field of a refund"],
  ])("says what separates its columns: %j", (text, said) => {
    expect(issues(Plan.make(Rows.read(Buffer.from(text), "csv")))[0]).toContain(said);
  });

  it.each([";", "\t", "，", " | "])("has no other separator than the comma: %j", (separator) => {
    const text = ["out_trade_no,out_refund_no,total_fee,refund_fee", "A,R-1,9,1", "B,R-2,9,1"].join("\n");
    expect(issues(Plan.make(Rows.read(Buffer.from(text.replaceAll(",", separator)), "csv")))).toEqual([
      "1 (file) separates its columns otherwise than by commas: save it as CSV UTF-8 with commas (逗号分隔)",
    ]);
  });

  it.each([
    ["GBK", Buffer.from([0xcd, 0xcb, 0xbf, 0xee])],
    ["UTF-16", Buffer.from(`\ufeff${header}\nA`, "utf16le")],
  ])("is not %s", (_, bytes) => {
    expect(issues(Plan.make(Rows.read(bytes, "csv"))).join()).toMatch(/not UTF-8/);
  });
});

it("is total, and plans nothing that is not wholly good", () => {
  const cell = fc.oneof(fc.string(), fc.constantFrom("1", "100", "R-1", "A", "", '"', "\n", "\ufeff"));
  fc.assert(
    fc.property(
      fc.array(fc.array(cell, { maxLength: 6 }), { maxLength: 6 }),
      fc.constantFrom("csv", "ndjson"),
      (rows, format) => {
        const text = `${header}\n${rows.map((row) => row.join(",")).join("\n")}`;
        const plan = Plan.make(Rows.read(Buffer.from(text), format));
        for (const { request } of plan.refunds) {
          expect(request.refundFee).toBeLessThanOrEqual(request.totalFee);
          expect(request.outRefundNo).toMatch(/^[0-9A-Za-z_|*@-]{1,64}$/);
        }
      },
    ),
    { numRuns: 300 },
  );
});
