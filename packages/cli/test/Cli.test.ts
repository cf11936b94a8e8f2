import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isEndpoint } from "@wechat-refund/core/Endpoint";
import { run, start } from "./support/bin.ts";
import * as Gateway from "./support/gateway.ts";

describe("a command line that is wrong", () => {
  it.each([
    [["sgin"], 'Unknown subcommand "sgin"'],
    [["sign", "--sign-type", "SHA1"], "--sign-type"],
    [["sign", "--api-key=TOPSECRET"], "Unrecognized flag: --api-key"],
    [["sign", "TOPSECRET"], "Unexpected arguments: 1"],
    [["decode"], "operation"],
    [["decode", "payment"], "operation"],
    [["refund"], "--out-refund-no"],
    [["query", "--adapter", "curl"], "--adapter"],
    [
      ["refund", "--out-refund-no", "--total-fee"],
      "--out-refund-no needs a value: --out-refund-no <text>\n--total-fee ",
    ],
    [["serve", "--port"], "--port needs a value: --port <port>\n"],
    [["query", "--protocol"], "--protocol needs a value: --protocol <v2 | v3>\n"],
    [
      ["refund", "--out-refund-no", "R-1", "--total-fee", "99999999999999999999", "--refund-fee", "1"],
      "Invalid value for --total-fee: must be at most 9007199254740991\n",
    ],
    // One that is given, and empty, is told what it should be.
    [["serve", "--tokens="], "Invalid value for --tokens: must be the path of a file"],
  ])("%j", async (args, words) => {
    const ran = await run(args);
    expect(ran).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(words) });
    expect(ran.stderr).toMatch(/See: wechat-refund.* --help\n$/);
    expect(ran.stderr).not.toContain("TOPSECRET");
  });

  it("ends the process with 2", async () => {
    expect(await run(["sign", "TOPSECRET"])).toMatchObject({
      code: 2,
      stdout: "",
      stderr: "Unexpected arguments: 1\nSee: wechat-refund sign --help\n",
    });
  });
});

const names = [
  "demo",
  "refund",
  "batch",
  "query",
  "watch",
  "simulate",
  "doctor",
  "notice",
  "sign",
  "explain",
  "decode",
];

describe("help", () => {
  it("lists every command", async () => {
    for (const args of [[], ["--help"]]) {
      const ran = await run(args);
      expect(ran).toMatchObject({ code: 0, stderr: "" });
      for (const name of names) {
        expect(ran.stdout).toMatch(new RegExp(`^  ${name} +\\S`, "m"));
      }
    }
  });

  it("is there for each command, in the same form", async () => {
    for (const name of names) {
      const ran = await run([name, "--help"]);
      expect(ran).toMatchObject({ code: 0, stderr: "" });
      expect(ran.stdout).toMatch(/^DESCRIPTION\n  \S/);
      expect(ran.stdout).toContain(`USAGE\n  wechat-refund ${name}`);
    }
  });

  it("has examples", async () => {
    for (const name of names) expect((await run([name, "--help"])).stdout).toContain("EXAMPLES\n  ");
  });

  it.each([
    [["refund", "--help", "--lang", "zh"], {}],
    [["--lang=zh", "refund", "--help"], {}],
    [["refund", "--help"], { LANG: "zh_CN.UTF-8" }],
    [["refund", "--help"], { LANG: "en_US.UTF-8", LC_ALL: "zh_CN.UTF-8" }],
  ])("speaks Chinese: %j %j", async (args, env) => {
    const { code, stdout } = await run(args, { env });
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/^说明\n  申请一笔退款/) });
    expect(stdout).toMatch(/\n用法\n[^]*\n选项\n[^]*\n全局选项\n[^]*\n示例\n/);
    expect(stdout).not.toMatch(/^[A-Z]{4,}$/m);
  });

  it("speaks English when it is asked for", async () => {
    const { stdout } = await run(["refund", "--help", "--lang", "en"], { env: { LANG: "zh_CN.UTF-8" } });
    expect(stdout).toMatch(/^DESCRIPTION\n  Applies/);
  });

  it("gives the version", async () => {
    expect(await run(["--version"])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^wechat-refund v\d+\.\d+/),
    });
  });
});

describe("what is loaded", () => {
  const tell = "import{registerHooks}from'node:module';registerHooks({load(u,c,n){console.error(u);return n(u,c)}})";
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(tell)}`;

  it("is no transport, simulator or certificate code for sign", async () => {
    const env = { NODE_OPTIONS, WECHAT_PAY_API_KEY: "k" };
    const { code, stderr } = await run(["sign"], { input: "{}", env });
    expect(code).toBe(0);
    expect(stderr).toContain("/commands/Sign.ts");
    expect(
      stderr
        .split("\n")
        .filter((url) => /undici|forge|mutual-tls(?!\/src\/Shown)|simulator|adapter|fast-xml/.test(url)),
    ).toEqual([]);
  });

  it("is no command for the version", async () => {
    const { code, stderr } = await run(["--version"], { env: { NODE_OPTIONS } });
    expect(code).toBe(0);
    expect(stderr).toContain("/Cli.ts");
    expect(stderr).not.toContain("/commands/");
  });
});

it("ends quietly when nobody reads its output", async () => {
  const child = start(["--help"]);
  child.stdout.destroy();
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  await new Promise((resolve) => child.on("close", resolve));
  expect({ code: child.exitCode, errors }).toEqual({ code: 0, errors: "" });
});

describe("the gateway's address", () => {
  it.each([
    "https://api2.mch.weixin.qq.com",
    "https://127.0.0.1:8443/",
    "https://gateway.example/wx",
    "https://a.example/b/",
  ])("may be %s", (text) => expect(isEndpoint(text)).toBe(true));

  it.each([
    " https://a.example",
    "https://a.example ",
    "https://a.example\n",
    "https://a.exa\tmple",
    "https://a.example#",
    "https://a.example/#x",
    "https://a.example?",
    "https://a.example/?a=b",
    "https://a.example//",
    "https://a.example/b//",
    "https:a.example",
    String.raw`https:\\a.example`,
    "https://user@a.example",
    "https://@a.example",
    "https://a.example/../b",
    "http://a.example",
    "a.example",
    "",
  ])("is not %j, and then nothing is entered", async (text) => {
    expect(isEndpoint(text)).toBe(false);
    const folder = mkdtempSync(join(tmpdir(), "wechat-refund-address-"));
    const file = join(folder, "refunds.csv");
    writeFileSync(file, "out_trade_no,out_refund_no,total_fee,refund_fee\nA,R-1,9,1\n");
    const args = ["batch", file, "--yes"];
    const byFlag = await run([...args, `--endpoint=${text}`], { env: Gateway.pem });
    expect(byFlag).toMatchObject({ code: 2, stderr: expect.stringContaining("--endpoint: must be an https: address") });
    // Set to nothing is not set.
    const env = { ...Gateway.pem, WECHAT_PAY_ENDPOINT: text || "?" };
    expect(await run(args, { env })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("WECHAT_PAY_ENDPOINT must be an https: address"),
    });
    expect(readdirSync(folder)).toEqual(["refunds.csv"]);
    rmSync(folder, { recursive: true });
  });
});
