/** That an export changes no file but its own, and is a table that no spreadsheet reads otherwise than it was meant. */
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RefundProgress } from "@wechat-refund/core";
import type { RefundStore } from "@wechat-refund/durable";
import { parse } from "csv-parse/sync";
import { Effect } from "effect";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chinese, english } from "@wechat-refund/checkup/Language";
import * as Export from "../src/store/Export.ts";
import { run } from "./support/bin.ts";
import * as Gateway from "./support/gateway.ts";

let folder: string;
let input: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "wechat-refund-export-"));
  // Without a last line end, as many programs write it.
  input = put("refunds.csv", "out_trade_no,out_refund_no,total_fee,refund_fee\nA-0,R-0,100,60\nA-1,R-1,100,60");
});
afterEach(() => rmSync(folder, { recursive: true }));

const path = (name: string) => join(folder, name);
const put = (name: string, content: string | Uint8Array) => {
  writeFileSync(path(name), content);
  return path(name);
};
/** Every file and what is in it. */
const everything = () =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map(({ name }) => [name, existsSync(path(name)) ? readFileSync(path(name)).toString("latin1") : undefined]);

const row = (outRefundNo: string, more: Partial<RefundStore.Row> = {}, asked: object = {}): RefundStore.Row => ({
  id: 1,
  mchId: "1900000109",
  subMchId: "",
  outRefundNo,
  protocol: "v2",
  orderNo: "",
  refundFee: 60,
  currency: "CNY",
  frozen: {
    v: 1,
    appId: "wx8888888888888888",
    asked: { order: { outTradeNo: "A-0" }, outRefundNo, totalFee: 100, refundFee: 60, ...asked },
  },
  fingerprint: "1:",
  progress: { ...RefundProgress.initial(outRefundNo), truth: "Accepted" },
  progressAt: 0,
  refundId: "50300000002026010100000000001",
  dueAt: undefined,
  owner: undefined,
  epoch: 1,
  version: 1,
  seq: 1,
  createdAt: 1_767_225_600_000,
  updatedAt: 1_767_225_600_000,
  now: 0,
  orderSentAt: undefined,
  ...more,
});

const write = (file: string, as: "csv" | "ndjson", text: string) =>
  Export.write(file, as, text).pipe(
    Effect.as("written"),
    Effect.catch(({ message }) => Effect.succeed(message)),
    Effect.runPromise,
  );

describe("a file that is no export stays as it is", () => {
  const key = Gateway.identities.merchantA.privateKeyPem.trimEnd();
  it.each<[what: string, make: () => string | Promise<string>, words: RegExp]>([
    ["the batch file", () => input, /is not an export of refunds/],
    ["a link to it", () => (symlinkSync(input, path("link")), path("link")), /is no regular file/],
    ["a second name of it", () => (linkSync(input, path("second")), path("second")), /hard link/],
    [
      "its path with a detour",
      () => join(folder, ".", "..", folder.split("/").at(-1) ?? "", "refunds.csv"),
      /is not an/,
    ],
    ["a private key without its last line end", () => put("key.pem", key), /is not an export of refunds/],
    ["an empty file", () => put("empty", ""), /is not an export of refunds/],
    ["a blank", () => put("blank", " "), /is not an export of refunds/],
    ["bytes", () => put("bytes", Uint8Array.of(0xff, 0xfe, 10, 1)), /is not an export of refunds/],
    ["JSON lines", () => put("rows.ndjson", '{"refunds":1,"sha256":"0"}\n{"out_refund_no":"R"}\n'), /is not an export/],
    [
      "an export that somebody has written into since",
      async () => {
        await write(path("r.ndjson"), "ndjson", Export.ndjson([row("R-0")]));
        appendFileSync(path("r.ndjson"), "note by hand\n");
        return path("r.ndjson");
      },
      /as this command wrote it/,
    ],
    ["a directory", () => (mkdirSync(path("directory")), path("directory")), /is a directory/],
    ["a device", () => "/dev/null", /is no regular file/],
    ["a pipe", () => (execFileSync("mkfifo", [path("pipe")]), path("pipe")), /is no regular file/],
    ["a link to nothing", () => (symlinkSync(path("nowhere"), path("dangling")), path("dangling")), /no regular file/],
    ["a path through a file", () => join(input, "x"), /ENOTDIR/],
    ["a path through nothing", () => join(folder, "no", "x"), /ENOENT/],
  ])("%s", async (_, make, words) => {
    const file = await make();
    const before = everything();
    expect(await write(file, "ndjson", Export.ndjson([row("R-0")]))).toMatch(words);
    expect(await Effect.runPromise(Effect.flip(Export.check(file, "ndjson")))).toMatchObject({
      message: expect.stringMatching(words),
    });
    expect(everything()).toEqual(before);
  });

  it("by the command, which sends nothing and makes nothing of the kind", async () => {
    const running = await Gateway.start();
    const key = put("key.pem", Gateway.identities.merchantA.privateKeyPem.trimEnd());
    for (const file of [input, key, `${input}.refunds.db`]) {
      const before = [input, key].map((name) => readFileSync(name, "utf8"));
      const ran = await run(["batch", input, "--yes", "--endpoint", running.url, "--result", file], {
        env: Gateway.pem,
      });
      expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining("ResultFileUnusable") });
      expect([input, key].map((name) => readFileSync(name, "utf8"))).toEqual(before);
    }
    const asStore = await run(["batch", input, "--yes", "--endpoint", running.url, "--store", input], {
      env: Gateway.pem,
    });
    expect(asStore).toMatchObject({ code: 2, stderr: expect.stringContaining("the file is not a database") });
    expect(running.gateway.log.total()).toBe(0);
    await running.stop();
  });
});

it("replaces an export of its own in one step, and keeps it to its owner", async () => {
  const file = path("r.ndjson");
  for (const numbers of [["R-0"], ["R-0", "R-1"]]) {
    expect(await write(file, "ndjson", Export.ndjson(numbers.map((number) => row(number))))).toBe("written");
    const [first = "", ...lines] = readFileSync(file, "utf8").trimEnd().split("\n");
    expect(JSON.parse(first)).toMatchObject({ refunds: 1 });
    expect(lines.map((line) => (JSON.parse(line) as { readonly outRefundNo: string }).outRefundNo)).toEqual(numbers);
  }
  expect((statSync(file).mode & 0o777).toString(8)).toBe("600");
  expect(readdirSync(folder)).toEqual(["r.ndjson", "refunds.csv"]);
});

it("never replaces a table: whoever reads it may have written into it", async () => {
  const file = path("r.csv");
  expect(await write(file, "csv", Export.csv(english, []))).toBe("written");
  expect(await write(file, "csv", Export.csv(english, []))).toMatch(/exists already: name another/);
});

describe("a table", () => {
  const cells = (text: string) =>
    parse(text, { bom: true, record_delimiter: "\r\n" }) as ReadonlyArray<ReadonlyArray<string>>;
  const numberOf = (number: string, raw = false) => cells(Export.csv(english, [row(number)], raw))[1]?.[2];

  it("is UTF-8 with its mark, CRLF, named columns, and yuan with two decimals", () => {
    const text = Export.csv(english, [row("R-0"), row("R-1", { refundFee: 5, currency: "JPY" })]);
    expect(text.startsWith("\uFEFFmch_id,sub_mch_id,out_refund_no,")).toBe(true);
    expect(text.endsWith("\r\n")).toBe(true);
    expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
    const [names = [], first = [], second = []] = cells(text);
    const of = (cells: ReadonlyArray<string>, name: string) => cells[names.indexOf(name)];
    expect([of(first, "refund_amount"), of(first, "total_amount"), of(first, "state")]).toEqual([
      "0.60",
      "1.00",
      "accepted",
    ]);
    expect([of(second, "refund_amount"), of(second, "currency")]).toEqual(["5", "JPY"]);
    expect(of(first, "refund_id")).toBe("`50300000002026010100000000001");
    expect(Export.csv(chinese, [])).toBe(
      "\uFEFF商户号,子商户号,商户退款单号,微信退款单号,微信订单号,商户订单号,退款金额,订单金额,货币种类,退款状态,受阻原因,说明,登记时间,更新时间\r\n",
    );
  });

  it.each(["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "123456789012", "007", "1E5", "2026-11-02", "1/2", "`x"])(
    "keeps %j from a spreadsheet, and gives it back without its back-quote",
    (number) => {
      expect(numberOf(number)).toBe(`\`${number}`);
      expect(numberOf(number, true)).toBe(number);
    },
  );

  it.each(["R-1", "12345678901", "A1", "20261102x", "1E", "a,b", 'say "x"'])("leaves %j as it is", (number) => {
    expect(numberOf(number)).toBe(number);
  });
});
