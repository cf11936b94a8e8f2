/** One rule for how commands end, in the words of `Ending.ts`: every command, and each code that it can have without a signal. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fault } from "@wechat-refund/simulator";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Options, run } from "./support/bin.ts";
import * as Gateway from "./support/gateway.ts";

const folder = mkdtempSync(join(tmpdir(), "wechat-refund-codes-"));
const at = (name: string): string => join(folder, name);
const table = (name: string, ...rows: ReadonlyArray<string>): string => {
  writeFileSync(at(name), `out_trade_no,out_refund_no,total_fee,refund_fee\n${rows.join("\n")}\n`);
  return at(name);
};
const made = table("made.csv", "O-0,B-0,100,1");
const refused = table("refused.csv", "NO-SUCH,B-1,100,1");
const blocked = table("blocked.csv", "O-2,B-2,100,1");
const both = table("both.csv", "O-2,B-2,100,1", "NO-SUCH,B-1,100,1");
const wrong = table("wrong.csv", "ORDER-1,B 3,100,1.5");

let running: Gateway.Running;
beforeAll(async () => {
  running = await Gateway.start();
  // Refunds of one order are a minute apart.
  for (const outTradeNo of ["O-0", "O-2"]) {
    const { mchId } = Gateway;
    running.gateway.ledger.addOrder({
      mchId,
      outTradeNo,
      transactionId: `42${outTradeNo.slice(2)}`,
      totalFee: 100,
      paidAt: Date.now() - 60_000,
    });
  }
});
afterAll(async () => {
  await running.stop();
  rmSync(folder, { recursive: true });
});

const key = { WECHAT_PAY_API_KEY: Gateway.apiKey };
const { bare, pem } = Gateway;
const refund = (number: string, fee: string, order = "ORDER-1") =>
  ["refund", "--out-trade-no", order, "--out-refund-no", number, "--total-fee", "100", "--refund-fee", fee] as const;
const batch = (file: string) => ["batch", file, "--store", at("shop.db"), "--yes"] as const;
const xml = (fields: string): string => `<xml>${fields}</xml>`;

type Row = readonly [what: string, code: number, args: ReadonlyArray<string>, options?: Options];

const empty = () => running.gateway.faults.push(Fault.Refuse({ on: "refund", errCode: "NOTENOUGH", accepted: false }));
const silent = () => {
  for (let n = 0; n < 20; n++) running.gateway.faults.push(Fault.Drop({ on: "refund" }));
};
/** What happens before a row. */
const before: Readonly<Record<string, () => void>> = { "blocked for want of money": empty, "no answer": silent };

const rows: ReadonlyArray<Row> = [
  ["accepted", 0, refund("R-1", "1"), { env: pem }],
  ["refused by the gateway", 1, refund("R-2", "1", "NO-SUCH"), { env: pem }],
  ["refused before it left", 2, refund("R-3", "101"), { env: pem }],
  ["no certificate", 2, refund("R-3", "1"), { env: bare }],
  ["found", 0, ["query", "--out-refund-no", "R-1"], { env: bare }],
  ["refused before it left", 2, ["query", "--out-refund-no", "R 1"], { env: bare }],
  ["not found, which proves nothing", 3, ["query", "--out-refund-no", "R-9"], { env: bare }],
  ["all accepted", 0, batch(made), { env: pem }],
  ["some rejected", 1, batch(refused), { env: pem }],
  ["a bad row", 2, batch(wrong), { env: pem }],
  ["blocked for want of money", 4, batch(blocked), { env: pem }],
  ["followed and blocked", 4, ["watch", "--out-refund-no", "B-2", "--store", at("shop.db"), "--within", "1 millis"]],
  ["rejected, followed", 1, ["watch", "--out-refund-no", "B-1", "--store", at("shop.db")]],
  ["not in the store", 1, ["watch", "--out-refund-no", "B-9", "--store", at("shop.db")]],
  ["refunded", 0, ["watch", "--out-refund-no", "R-1"], { env: bare }],
  ["no key", 2, ["watch", "--out-refund-no", "R-1"]],
  ["accepted and rejected", 1, batch(both), { env: pem }],
  ["listed", 0, ["refunds", "list", "--store", at("shop.db")]],
  ["not in the store", 1, ["refunds", "show", "--out-refund-no", "B-9", "--store", at("shop.db")]],
  ["no store", 2, ["refunds", "list", "--store", at("none.db")]],
  ["it holds", 0, ["store", "check", "--store", at("shop.db")]],
  ["no store", 2, ["store", "check", "--store", at("none.db")]],
  ["signed", 0, ["sign"], { input: '{"appid":"wx1"}', env: key }],
  ["no key", 2, ["sign"], { input: '{"appid":"wx1"}' }],
  ["a wrong signature", 1, ["explain"], { input: xml("<appid>wx1</appid><sign>0</sign>"), env: key }],
  ["no key", 2, ["explain"], { input: xml("<appid>wx1</appid><sign>0</sign>") }],
  ["not signed", 1, ["decode", "refund"], { input: xml("<return_code>SUCCESS</return_code>"), env: key }],
  ["no key", 2, ["decode", "refund"], { input: xml("<return_code>SUCCESS</return_code>") }],
  ["no fields", 2, ["sign"], { input: "[]", env: key }],
  ["no notice", 1, ["notice"], { input: xml("<a>1</a>"), env: key }],
  ["no key", 2, ["notice"], { input: xml("<a>1</a>") }],
  ["ready", 0, ["doctor"], { env: pem }],
  ["something to mend", 1, ["doctor"], { env: bare }],
  ["a day that was not yet", 2, ["bill", "--date", "2099-01-01"], { env: bare }],
  ["nothing to compare", 2, ["reconcile"], { env: bare }],
  ["nowhere to keep it", 2, ["serve"], { env: pem }],
  ["none is known", 0, ["webhooks", "list", "--store", at("shop.db")]],
  ["no such webhook", 1, ["webhooks", "deliveries", "--name", "shop", "--store", at("shop.db")]],
  ["no store", 2, ["webhooks", "list", "--store", at("none.db")]],
  ["no such file", 2, ["token", "list", "--tokens", at("none/tokens.json")]],
  ["a folder that cannot be", 2, ["simulate", "--directory", "/dev/null/x"]],
  ["no answer", 3, [...refund("R-4", "1"), "--json"], { env: pem }],
];

const ending = (args: ReadonlyArray<string>, options: Options = {}) =>
  run(args, { ...options, env: { ...options.env, WECHAT_PAY_ENDPOINT: running.url } });

it.each(rows.map((row) => [row[2][0], ...row] as const))("%s, %s: %d", async (_, what, code, args, options) => {
  before[what]?.();
  expect(await ending(args, options)).toMatchObject({ code });
});

it("a flag that there is not is a wrong command line for every one of them", async () => {
  const source = readFileSync(new URL("../src/Cli.ts", import.meta.url), "utf8");
  const names = [...source.matchAll(/^ {2}(\w+): async \(\) =>/gm)].map(([, name = ""]) => name);
  expect(names).toHaveLength(18);
  expect(new Set([...rows.map(([, , [name]]) => name), "demo"])).toEqual(new Set(names));
  for (const name of names) expect([name, (await ending([name, "--no-such-flag"])).code]).toEqual([name, 2]);
});
