/** Every command once in a process of its own: it prints and ends as it does in this process, where the other tests run it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Options, run, runInto, runProcess } from "./support/bin.ts";
import * as Gateway from "./support/gateway.ts";
import { ofKind } from "./support/vectors.ts";

const folder = mkdtempSync(join(tmpdir(), "wechat-refund-process-"));
const csv = join(folder, "refunds.csv");
writeFileSync(csv, "out_trade_no,out_refund_no,total_fee,refund_fee\nORDER-1,R-2,100,1\nORDER-1,R 3,100,1.5\n");

let running: Gateway.Running;
beforeAll(async () => void (running = await Gateway.start()));
afterAll(async () => {
  await running.stop();
  rmSync(folder, { recursive: true });
});

/** A private key that others may read: the command warns of it in its log. */
const readable = Gateway.pair("readable", Gateway.identities.merchantA);
chmodSync(readable.WECHAT_PAY_KEY_FILE, 0o644);

/** What differs from one moment to the next. */
const timeless = (text: string) =>
  text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>").replaceAll(/\b\d+ s (?:ahead|behind)/g, "<seconds>");

const key = { WECHAT_PAY_API_KEY: Gateway.apiKey };
const [notice] = ofKind("req_info") as unknown as ReadonlyArray<{ readonly req_info: string; readonly key: string }>;
const body = (fields: string) => `<xml>${fields}</xml>`;
const refund = ["refund", "--out-trade-no", "ORDER-1", "--out-refund-no", "R-1", "--total-fee", "100"];

describe("the process and this process say the same", () => {
  it.each<[args: ReadonlyArray<string>, code: number, options?: Options]>([
    [[], 0],
    [["--version"], 0],
    [["sgin"], 2],
    [["demo", "--help", "--lang=zh"], 0],
    [["sign", "TOPSECRET"], 2],
    [["sign", "--sign-type", "MD5"], 0, { input: '{"appid":"wx1","body":"退款"}', env: key }],
    [["explain"], 1, { input: body("<appid>wx1</appid><sign>0</sign>"), env: { ...key, LC_ALL: "zh_CN.UTF-8" } }],
    [["decode", "refund"], 1, { input: body("<return_code>SUCCESS</return_code>"), env: key }],
    [
      ["notice"],
      0,
      {
        input: body(
          `<return_code>SUCCESS</return_code><appid>a</appid><mch_id>1</mch_id><nonce_str>n</nonce_str><req_info>${notice?.req_info}</req_info>`,
        ),
        env: { WECHAT_PAY_API_KEY: notice?.key ?? "" },
      },
    ],
    [[...refund, "--refund-fee", "60"], 0, { env: Gateway.pem }],
    [[...refund, "--refund-fee", "60"], 2, { env: Gateway.bare }],
    [["query", "--out-refund-no", "R-9", "--json"], 3, { env: Gateway.bare }],
    [["query", "--out-refund-no", "R-1"], 0, { env: { ...Gateway.pem, ...readable } }],
    [["watch", "--out-refund-no", "R-1"], 0, { env: Gateway.bare }],
    [["batch", csv, "--yes"], 2, { env: Gateway.pem }],
    [["bill", "--date", "2020-01-01"], 2, { env: Gateway.bare }],
    [["reconcile"], 2, { env: Gateway.bare }],
    [["doctor"], 0, { env: Gateway.p12 }],
    [["serve"], 2, { env: Gateway.pem }],
    [["webhooks", "list"], 2],
    [["token", "list", "--tokens", "/dev/null/x"], 2],
    [["simulate", "--directory", "/dev/null/x", "--json"], 2],
  ])("%j", async (args, code, options = {}) => {
    const env = { ...options.env, WECHAT_PAY_ENDPOINT: running.url };
    const apart = await runProcess(args, { ...options, env });
    const here = await run(args, { ...options, env });
    expect(apart).toMatchObject({ code });
    expect({ ...here, stdout: timeless(here.stdout), stderr: timeless(here.stderr) }).toEqual({
      ...apart,
      stdout: timeless(apart.stdout),
      stderr: timeless(apart.stderr),
    });
  });
});

describe("what was compiled is kept", () => {
  const home = join(folder, "home");
  const version = (env: Record<string, string>) =>
    runProcess(["--version"], { env: { NODE_COMPILE_CACHE: "", HOME: home, ...env } });

  it("in the user's own folder, and used again", async () => {
    const first = await version({});
    expect(readdirSync(join(home, ".cache", "wechat-refund"))).toHaveLength(1);
    expect(await version({})).toEqual(first);
  });

  it("where XDG_CACHE_HOME says, if that is an absolute path", async () => {
    await version({ XDG_CACHE_HOME: join(folder, "xdg"), HOME: join(folder, "other") });
    await version({ XDG_CACHE_HOME: "xdg-relative", HOME: join(folder, "third") });
    expect(readdirSync(join(folder, "xdg"))).toEqual(["wechat-refund"]);
    expect(existsSync(join(folder, "other"))).toBe(false);
    expect(existsSync("xdg-relative")).toBe(false);
    expect(readdirSync(join(folder, "third", ".cache"))).toEqual(["wechat-refund"]);
  });

  it.runIf(process.getuid?.() === 0)("never in another user's folder", async () => {
    const other = join(folder, "other-user");
    mkdirSync(other);
    chownSync(other, 65_534, 65_534);
    expect(await version({ HOME: other })).toMatchObject({ code: 0, stderr: "" });
    expect(await version({ XDG_CACHE_HOME: other })).toMatchObject({ code: 0, stderr: "" });
    expect(readdirSync(other)).toEqual([]);
  });

  it("nowhere, where there is none or it cannot be", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    expect(await version({ HOME: file })).toMatchObject({ code: 0, stderr: "" });
    expect(await version({ HOME: "" })).toMatchObject({ code: 0, stderr: "" });
    expect(await version({ HOME: `/${"x".repeat(5_000)}` })).toMatchObject({ code: 0, stderr: "" });
  });
});

it("ends once a slow reader has taken all of its output, whatever its exit code", async () => {
  const rows = Array.from({ length: 2000 }, (_, n) => `R-${n},100\n`).join("");
  const own = join(folder, "own.csv");
  writeFileSync(own, `out_refund_no,refund_fee\n${rows}`);
  const bill = join(folder, "bill.csv");
  writeFileSync(bill, "商户退款单号,退款金额\n`R-1,`1.00\n总交易单数,总退款金额\n`1,`1.00\n");
  const script = `{ "$0" "$@"; echo "code $?" >&2; } | (sleep 1; cat)`;
  const args = ["reconcile", "--own", own, "--bill", bill, "--json"];
  const slow = spawn("sh", ["-c", script, process.execPath, inject("oneFile"), ...args]);
  const [stdout, stderr] = await Promise.all([text(slow.stdout), text(slow.stderr), once(slow, "close")]);
  expect(stderr).toBe("code 1\n");
  expect(stdout.length).toBeGreaterThan(200_000);
  expect((JSON.parse(stdout) as { readonly value: { readonly differences: unknown } }).value.differences).toHaveLength(
    1999,
  );
});

describe.runIf(existsSync("/dev/full"))("output that could not be written", () => {
  const said = /^Standard output could not be written \(ENOSPC\): .*\n$/m;
  const tokens = join(folder, "tokens.json");
  const store = join(folder, "few.db");
  const token = ["token", "new", "--name", "shop", "--merchants", "*", "--rights", "read", "--tokens", tokens];

  it.each<[args: ReadonlyArray<string>, code: number, options?: Options]>([
    [["--help"], 3],
    [["webhooks", "secret"], 3],
    [token, 3],
    // What the command says by its own code stays.
    [["query", "--out-refund-no", "R-9", "--json"], 2],
    [[...refund.with(4, "R-5"), "--refund-fee", "1", "--json"], 3, { env: Gateway.pem }],
    [["query", "--out-refund-no", "R-5"], 3, { env: Gateway.pem }],
  ])("is said at the end: %j", async (args, code, options = {}) => {
    const env = { ...options.env, WECHAT_PAY_ENDPOINT: running.url };
    expect(await runInto("/dev/full", args, { env })).toEqual({ code, stderr: expect.stringMatching(said) });
  });

  it("ends nothing half-way", async () => {
    expect(existsSync(tokens)).toBe(true);
    const rows = join(folder, "few.csv");
    writeFileSync(rows, "out_trade_no,out_refund_no,total_fee,refund_fee\nORDER-1,R-6,100,1\n");
    const env = { ...Gateway.pem, WECHAT_PAY_ENDPOINT: running.url };
    const batch = ["batch", rows, "--yes", "--store", store];
    expect(await runInto("/dev/full", batch, { env })).toEqual({ code: 3, stderr: expect.stringMatching(said) });
    const held = Array.from(running.gateway.ledger.rows(), ({ outRefundNo }) => outRefundNo);
    expect(held).toEqual(expect.arrayContaining(["R-5", "R-6"]));
    for (const args of [
      ["batch", "export", "--store", store],
      ["refunds", "list", "--store", store, "--json"],
    ]) {
      expect(await runInto("/dev/full", args)).toEqual({ code: 3, stderr: expect.stringMatching(said) });
    }
  });

  it("is also the rest of what a disk took in part", async () => {
    const script = `ulimit -f 1 && exec "$0" "$@" > ${join(folder, "part")}`;
    const limited = spawn("sh", ["-c", script, process.execPath, inject("oneFile"), "--help"]);
    const [stderr] = await Promise.all([text(limited.stderr), once(limited, "close")]);
    expect({ code: limited.exitCode, stderr }).toEqual({ code: 3, stderr: expect.stringContaining("(EFBIG)") });
  });
});

it("those that run at once keep apart what they read and print", async () => {
  const languages = ["en", "zh"];
  const runs = Array.from({ length: 12 }, (_, n) => ({ lang: languages[n % 2] ?? "", key: `key-${n}` }));
  const sign = async ({ key, lang }: (typeof runs)[number]) => {
    const options = { input: `{"n":"${key}"}`, env: { WECHAT_PAY_API_KEY: key, LANG: lang } };
    return [await run(["sign"], options), await run(["sign", "--help"], options)];
  };
  const apart = [];
  for (const one of runs) apart.push(await sign(one));
  expect(await Promise.all(runs.map(sign))).toEqual(apart);
  expect(new Set(apart.map(([signed]) => signed?.stdout)).size).toBe(runs.length);
  expect(new Set(apart.map(([, help]) => help?.stdout)).size).toBe(languages.length);
});
