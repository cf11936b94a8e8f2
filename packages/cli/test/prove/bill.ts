/**
 * What a bill of a million lines costs the command: `node packages/cli/test/prove/bill.ts [lines]`. Reads it packed and as it is, and compares
 * it with as many refunds of a table. Prints seconds, those of computing, and the most of resident memory; ends with 1 where reading a million
 * lines takes more than 10 s of computing, or more than 150 MB.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, type Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { createGzip } from "node:zlib";

const lines = Number(process.argv[2] ?? 1_000_000);
const bin = fileURLToPath(new URL("../../src/bin.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "wechat-refund-bill-"));

const names =
  "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,退款申请时间,退款成功时间,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注";
const feeOf = (n: number): number => 100 + (n % 9_000);
const yuan = (fen: number): string => (fen / 100).toFixed(2);
const number = (n: number): string => String(n).padStart(9, "0");

const inPieces = function* (header: string, of: (n: number) => string, end: () => string) {
  let piece = header;
  for (let n = 0; n < lines; n++) {
    piece += of(n);
    if (piece.length < 1_000_000) continue;
    yield piece;
    piece = "";
  }
  yield piece + end();
};
const bill = () => {
  let sum = 0;
  return inPieces(
    `\uFEFF${names}\r\n`,
    (n) => {
      sum += feeOf(n);
      return `\`2026-11-23 01:02:03,\`wx0123456789abcdef,\`1900000109,\`0,\`,\`4200002026112312345${number(n)},\`T-${n},\`oUpF8uMuAJO_M2pxb1Q9zNjWeS6o,\`JSAPI,\`REFUND,\`OTHERS,\`CNY,\`0.00,\`0.00,\`2026-11-23 01:02:03,\`2026-11-23 01:02:08,\`5030000420261123000${number(n)},\`R-2026-11-23-${n},\`${yuan(feeOf(n))},\`0.00,\`ORIGINAL,\`SUCCESS,\`茶叶与糖果,\`附加数据,\`-0.02000,\`0.60%,\`0.00,\`${yuan(feeOf(n))},\`\r\n`;
    },
    () =>
      `总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\r\n\`${lines}.0,\`0.00,\`${yuan(sum)},\`0.00,\`-20.00000,\`0.00,\`${yuan(sum)}\r\n`,
  );
};
const table = () =>
  inPieces(
    "out_refund_no,refund_fee,refund_id,state\n",
    (n) => `R-2026-11-23-${n},${feeOf(n)},5030000420261123000${number(n)},succeeded\n`,
    () => "",
  );
const write = async (name: string, pieces: Iterable<string>, ...through: ReadonlyArray<Transform>): Promise<string> => {
  const file = join(folder, name);
  await pipeline([Readable.from(pieces), ...through, createWriteStream(file)]);
  return file;
};

/**
 * Runs the command, its output thrown away, or read by somebody who is slow to begin with; the system keeps the most that it had in memory.
 */
const measure = async (args: ReadonlyArray<string>, reader: "none" | "late" = "none") => {
  const started = performance.now();
  const child = spawn(process.execPath, [bin, ...args], {
    stdio: ["ignore", reader === "late" ? "pipe" : "ignore", "inherit"],
  });
  if (reader === "late") setTimeout(() => child.stdout?.resume(), 5_000);
  let megabytes = 0;
  let ticks = 0;
  const look = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      megabytes = Math.max(megabytes, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
      const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
      ticks = Number(fields[11]) + Number(fields[12]);
    } catch {
      // It has ended.
    }
  }, 20);
  await once(child, "close");
  clearInterval(look);
  const seconds = (performance.now() - started) / 1000;
  const computing = ticks / 100;
  console.log(
    `${args.filter((arg) => !arg.includes("/")).join(" ")}${reader === "late" ? ", read 5 s later" : ""}: ${seconds.toFixed(1)} s, ${computing.toFixed(1)} s of computing, ${megabytes.toFixed(0)} MB, ended with ${child.exitCode}`,
  );
  return { computing, megabytes, isDone: child.exitCode === 0 };
};

try {
  const packed = await write("bill.csv.gz", bill(), createGzip());
  const plain = await write("bill.csv", bill());
  const own = await write("own.csv", table());
  const read = [await measure(["bill", "--file", packed]), await measure(["bill", "--file", plain])];
  const toRows = ["bill", "--file", packed, "--json", "--rows"];
  const rows = [await measure(toRows), await measure(toRows, "late")];
  const compared = await measure(["reconcile", "--own", own, "--bill", packed]);
  const isGood =
    [...read, ...rows].every(({ computing }) => computing <= 10) &&
    [...read, ...rows].every(({ megabytes }) => megabytes <= 150) &&
    [...read, ...rows, compared].every(({ isDone }) => isDone);
  process.exitCode = isGood ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
