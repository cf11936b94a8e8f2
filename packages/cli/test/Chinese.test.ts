/**
 * With `--lang zh` people read Chinese: what the command prints of real failures, of its help and of the demonstration holds no English
 * sentence, and what programs read is the same in both languages.
 */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fault } from "@wechat-refund/simulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Options, type Ran, run } from "./support/bin.ts";
import * as Gateway from "./support/gateway.ts";
import * as GatewayV3 from "./support/gatewayV3.ts";

/** Names that are words: of the test's own certificates and tables. */
const names = /TEST ONLY - not a real merchant|CREATE (?:UNIQUE )?INDEX.*|PRIMARY KEY.*/g;

/** Three English words in a row are a sentence; commands to type, addresses, files and flags are not. */
const sentences = (text: string): ReadonlyArray<string> =>
  text
    .split("\n")
    // A document for programs, the stack of a defect, a command to type.
    .filter((line) => !/^(?:[{[]|at |wechat-refund )/.test(line.trim()))
    .map((line) =>
      line
        .replaceAll(names, "")
        .replaceAll(/`[^`]*`|\S*:\/\/\S*|\S*[\\/]\S*/g, "·")
        .replaceAll(/wechat-refund(?: (?:[a-z-]+|·|[A-Z]+|--\S+|'[^']*'))*/g, "·")
        .replaceAll(/--?[a-z][\w-]*/g, "·"),
    )
    .filter((line) => /\b[A-Za-z][a-z']+(?: [a-z][a-z']*){2,}/.test(line));

const folder = mkdtempSync(join(tmpdir(), "wechat-refund-zh-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content, { mode: 0o600 });
  return join(folder, name);
};

let running: Gateway.Running;
let v3: GatewayV3.Running;
let store: string;
const header = "out_trade_no,out_refund_no,total_fee,refund_fee";
beforeAll(async () => {
  running = await Gateway.start();
  v3 = await GatewayV3.start();
  store = join(folder, "made.db");
  const made = file("made.csv", `${header}\n${Gateway.order.outTradeNo},R-0,100,60\nNO,R-X,100,60\n`);
  expect(
    (await run(["batch", made, "--store", store, "--yes", "--endpoint", running.url], { env: Gateway.pem })).code,
  ).toBe(1);
  const waiting = file("waiting.csv", `${header}\nS,R-S,100,70\n`);
  const nobody = ["--endpoint", "https://localhost:1", "--within", "1 second"];
  expect((await run(["batch", waiting, "--store", store, "--yes", ...nobody], { env: Gateway.pem })).code).toBe(1);
});
afterAll(async () => {
  await running.stop();
  await v3.stop();
});

const inChinese = async (args: ReadonlyArray<string>, options: Options = {}): Promise<Ran> => {
  const ran = await run([...args, "--lang", "zh"], options);
  const printed = ran.stdout + ran.stderr;
  expect(sentences(printed), printed).toEqual([]);
  return ran;
};

/** In Chinese for people; with `--json` the same document in both languages, which speaks English. */
const failing = async (args: ReadonlyArray<string>, options: Options = {}): Promise<void> => {
  const { code, stderr, stdout } = await inChinese(args, options);
  expect(code).toBeGreaterThan(0);
  expect(stderr + stdout).toMatch(/[一-鿿]/);
};
const sameForPrograms = async (args: ReadonlyArray<string>, options: Options = {}): Promise<void> => {
  const [english, chinese] = [
    await run([...args, "--json", "--lang", "en"], options),
    await run([...args, "--json", "--lang", "zh"], options),
  ];
  const timeless = (text: string) => text.replaceAll(/\d{4}-\d{2}-\d{2}T[\d:.]+Z|"\w*[mM]illis":\d+/g, "·");
  expect(timeless(chinese.stdout)).toBe(timeless(english.stdout));
  expect(english.stdout, args.join(" ")).toMatch(/^\{/);
  expect(sentences(chinese.stderr), chinese.stderr).toEqual([]);
  // What failed is told to people as well.
  expect(/[一-鿿]/.test(chinese.stderr)).toBe(chinese.code !== 0 && english.stderr !== "");
};

describe("what is an English sentence", () => {
  it("is found among names, commands and Chinese", () => {
    expect(sentences("查询失败：outRefundNo must be a text\n一切正常")).toHaveLength(1);
    expect(sentences("下一步  wechat-refund query --out-refund-no 'R-1'\n未设置：WECHAT_PAY_APP_ID")).toEqual([]);
    expect(sentences('{"message":"the reply carries no signature"}')).toEqual([]);
  });
});

/** Every command, by its path. */
const commandsBelow = async (path: ReadonlyArray<string>): Promise<ReadonlyArray<ReadonlyArray<string>>> => {
  const { stdout } = await run([...path, "--help"], { env: { LANG: "en" } });
  const [, below = ""] = /\nSUBCOMMANDS\n((?: {2}.*\n)+)/.exec(stdout) ?? [];
  const found = [...below.matchAll(/^ {2}(\S+)/gm)].map(([, name = ""]) => [...path, name]);
  return [path, ...(await Promise.all(found.map(commandsBelow))).flat()];
};

describe("help", () => {
  it("of every command, and of each of its flags and arguments, is in both languages", async () => {
    const commands = await commandsBelow([]);
    expect(commands.length).toBeGreaterThan(30);
    const lacking: Array<string> = [];
    for (const path of commands) {
      const { code, stdout } = await inChinese([...path, "--help"]);
      expect(code).toBe(0);
      const english = (await run([...path, "--help", "--lang", "en"])).stdout;
      const flags = (text: string) => [...text.matchAll(/^ {2}(-\S.*?)(?: {2,}(\S.*))?$/gm)];
      const args = /\n参数\n((?: {2}.*\n)+)/.exec(stdout)?.[1] ?? "";
      const described = [...flags(stdout), ...args.matchAll(/^ {2}(\S.*?)(?: {2,}(\S.*))?$/gm)];
      for (const [, name, description = ""] of described) {
        if (!/[一-鿿]/.test(description)) lacking.push(`${path.join(" ")} ${name}`);
      }
      for (const [, name, description = ""] of flags(english)) {
        if (!/[a-z]/.test(description)) lacking.push(`${path.join(" ")} ${name} in English`);
      }
      expect(english).not.toMatch(/\n(?:说明|用法|选项)\n/);
    }
    expect(lacking).toEqual([]);
  });

  it.each([
    ["bogus"],
    ["refunds", "bogus"],
    ["refund", "--bogus"],
    ["refund", "--out-refund"],
    ["refund", "--out-refund-no", "R-1", "--total-fee", "x"],
    ["refund", "--endpoint", "ftp://x"],
    ["query", "--adapter", "curl"],
    ["query", "extra"],
    ["decode"],
    ["watch", "--out-refund-no", "R-1", "--every", "soon"],
    ["bill", "--date", "yesterday"],
    ["serve", "--port", "70000"],
    ["simulate", "--faults", "2"],
    ["refunds", "list", "--state", "gone"],
    ["refunds", "list", "--from", "now"],
    ["refunds", "list", "--limit", "0"],
    ["refunds", "list", "--database", "postgres://u:p@h/d"],
    ["refunds", "list", "--database", "mysql://h/d"],
    ["batch", "x.csv", "--per-second", "0"],
    ["token", "new", "--name", "a b", "--merchants", "*", "--rights", "read", "--tokens", "./t.json"],
    ["token", "new", "--name", "a", "--merchants", "*", "--rights", "all", "--tokens", "./t.json"],
    ["reconcile"],
    ["reconcile", "--date", "2026-11-23", "--from", "2026-11-23"],
  ])("a wrong command line: %s %s %s %s %s", async (...args) => {
    expect((await inChinese(args)).code).toBe(2);
  });
});

const numbers = ["--out-trade-no", Gateway.order.outTradeNo, "--out-refund-no", "R-1"];
const amounts = ["--total-fee", "100", "--refund-fee", "60"];

describe("the environment", () => {
  const { privateKeyPem, pkcs12 } = Gateway.identities.merchantA;
  const { merchantB } = Gateway.identities;
  const { WECHAT_PAY_CERT_FILE: cert = "", WECHAT_PAY_KEY_FILE: key = "" } = Gateway.pem;
  const wrong: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    "nothing at all": {},
    "no certificate": Gateway.bare,
    "a certificate alone": { ...Gateway.bare, WECHAT_PAY_CERT_FILE: cert },
    "both kinds": { ...Gateway.pem, ...Gateway.p12 },
    "no such file": { ...Gateway.bare, WECHAT_PAY_P12_FILE: "/nowhere/apiclient_cert.p12" },
    "a directory": { ...Gateway.bare, WECHAT_PAY_P12_FILE: folder },
    "an empty file": { ...Gateway.bare, WECHAT_PAY_P12_FILE: file("empty.p12", "") },
    "a damaged .p12": { ...Gateway.bare, WECHAT_PAY_P12_FILE: file("cut.p12", pkcs12("x").subarray(0, 900)) },
    "a .p12 that is none": { ...Gateway.bare, WECHAT_PAY_P12_FILE: file("none.p12", "hello") },
    "a wrong passphrase": { ...Gateway.p12, WECHAT_PAY_P12_PASSPHRASE: "wrong " },
    "PEM in place of .p12": { ...Gateway.bare, WECHAT_PAY_P12_FILE: cert },
    ".p12 in place of PEM": { ...Gateway.pem, WECHAT_PAY_CERT_FILE: file("a.p12", pkcs12("x")) },
    "a key in place of a path": { ...Gateway.pem, WECHAT_PAY_KEY_FILE: privateKeyPem },
    "a path in place of a text": { ...Gateway.bare, WECHAT_PAY_CERT: cert, WECHAT_PAY_KEY: privateKeyPem },
    "no block": { ...Gateway.pem, WECHAT_PAY_CERT_FILE: file("x.pem", "hello") },
    swapped: { ...Gateway.pem, WECHAT_PAY_CERT_FILE: key, WECHAT_PAY_KEY_FILE: cert },
    "another key": { ...Gateway.pem, WECHAT_PAY_KEY_FILE: file("other.pem", merchantB.privateKeyPem) },
    "another merchant's": { ...Gateway.bare, ...Gateway.pair("b", merchantB) },
    "an authority's": { ...Gateway.pem, WECHAT_PAY_CERT_FILE: file("ca.pem", Gateway.identities.ca) },
    "a passphrase for nothing": { ...Gateway.pem, WECHAT_PAY_KEY_PASSPHRASE: "x" },
    "a short key": { ...Gateway.pem, WECHAT_PAY_API_KEY: "short" },
    "a key with a blank": { ...Gateway.pem, WECHAT_PAY_API_KEY: `${Gateway.apiKey} ` },
    "a wrong app id": { ...Gateway.pem, WECHAT_PAY_APP_ID: "wx 8" },
    "a key as merchant number": { ...Gateway.pem, WECHAT_PAY_MCH_ID: Gateway.apiKey },
    "a sub-app alone": { ...Gateway.pem, WECHAT_PAY_SUB_APP_ID: "wx1" },
    "a wrong algorithm": { ...Gateway.pem, WECHAT_PAY_SIGN_TYPE: "SHA1" },
    "a wrong limit": { ...Gateway.pem, WECHAT_PAY_EXCHANGE_TIMEOUT: "soon" },
    "a limit of nothing": { ...Gateway.pem, WECHAT_PAY_EXCHANGE_TIMEOUT: "0 seconds" },
    "a wrong authority": { ...Gateway.pem, WECHAT_PAY_CA_FILE: file("no.pem", "x") },
    "a wrong address": { ...Gateway.pem, WECHAT_PAY_ENDPOINT: "api.mch.weixin.qq.com" },
    "a wrong protocol": { ...Gateway.pem, WECHAT_PAY_PROTOCOL: "v4" },
  };
  it.each(Object.keys(wrong))("%s", async (name) => {
    const env = wrong[name] ?? {};
    const endpoint = name === "a wrong address" ? [] : ["--endpoint", running.url];
    await failing(["doctor", ...endpoint], { env });
    await sameForPrograms(["refund", ...numbers, ...amounts, ...endpoint], { env });
  });

  it.each([
    ["nothing at all", {}],
    ["no key", { WECHAT_PAY_V3_PRIVATE_KEY_FILE: "" }],
    ["a key that is none", { WECHAT_PAY_V3_PRIVATE_KEY_FILE: file("hello.pem", "hello") }],
    ["a certificate as key", { WECHAT_PAY_V3_PRIVATE_KEY_FILE: cert }],
    ["a wrong serial number", { WECHAT_PAY_V3_SERIAL_NO: "PUB_KEY_ID_0" }],
    ["a decimal serial number", { WECHAT_PAY_V3_SERIAL_NO: "12345678901234567890" }],
    ["a private key as public key", { WECHAT_PAY_V3_PUBLIC_KEY_FILE: key }],
    ["a public key without its id", { WECHAT_PAY_V3_PUBLIC_KEY_ID: "" }],
    ["no public key", { WECHAT_PAY_V3_PUBLIC_KEY_ID: "", WECHAT_PAY_V3_PUBLIC_KEY_FILE: "" }],
    ["a wrong APIv3 key", { WECHAT_PAY_V3_KEY: "short" }],
  ])("of APIv3: %s", async (name, changes) => {
    const env = name === "nothing at all" ? {} : { ...v3.env, ...changes };
    const args = ["query", "--out-refund-no", "R-1", "--protocol", "v3", "--endpoint", v3.url];
    await inChinese(["doctor", "--protocol", "v3", "--endpoint", v3.url], { env });
    await sameForPrograms(args, { env });
  });

  it("that is right", async () => {
    await inChinese(["doctor", "--endpoint", running.url], { env: Gateway.pem });
    await inChinese(["doctor", "--endpoint", v3.url, "--protocol", "v3"], { env: v3.env });
    await sameForPrograms(["doctor", "--endpoint", running.url], { env: Gateway.pem });
  });
});

describe("a call that fails", () => {
  const refund = (...more: ReadonlyArray<string>) => ["refund", ...numbers, ...amounts, ...more];
  const faults: Readonly<Record<string, Fault.Fault>> = {
    "an HTML page": Fault.Replace({ on: "refund", body: "<html>502</html>", status: 502, reached: false }),
    "no XML": Fault.Replace({ on: "refund", body: "hello", status: 200, reached: false }),
    "an unsigned reply": Fault.Unsign({ on: "refund" }),
    "a reply with a wrong signature": Fault.Missign({ on: "refund" }),
    "a changed reply": Fault.Mangle({ on: "refund", find: "<refund_fee><![CDATA[60", put: "<refund_fee><![CDATA[6" }),
    "a reply that is cut": Fault.Truncate({ on: "refund", bytes: 40 }),
    "a lost reply": Fault.LoseReply({ on: "refund" }),
    "a reset": Fault.Reset({ on: "refund", reached: false }),
    "a reply to another": Fault.Misdirect({ on: "refund" }),
    "an error of the system": Fault.Refuse({
      on: "refund",
      errCode: "SYSTEMERROR",
      errCodeDes: "系统超时",
      accepted: false,
    }),
    "no money": Fault.Refuse({ on: "refund", errCode: "NOTENOUGH", errCodeDes: "余额不足", accepted: false }),
    "a refusal of the protocol": Fault.Fail({ on: "refund", returnMsg: "签名错误", accepted: false }),
  };
  it.each(Object.keys(faults))("with %s", async (name) => {
    const fault = faults[name];
    if (fault === undefined) throw new Error(name);
    running.gateway.faults.push(fault);
    running.gateway.faults.push(fault);
    await sameForPrograms([...refund(), "--endpoint", running.url], { env: Gateway.pem });
  });

  it.each([
    ["nobody who answers", [], "https://localhost:1"],
    ["no certificate", [], undefined],
    ["an amount that is too large", ["--refund-fee", "101"], undefined],
  ] as const)("with %s", async (name, more, endpoint) => {
    const env =
      name === "no certificate" ? { ...Gateway.pem, ...Gateway.pair("c", Gateway.identities.stranger) } : Gateway.pem;
    await failing([...refund(), ...more, "--endpoint", endpoint ?? running.url], { env });
  });

  it("says the gateway's own words as they came, also where they are word for word ours", async () => {
    const ours = "must be a text; the reply carries no signature; is missing";
    const whole = ["--endpoint", running.url];
    for (const [fault, said] of [
      [Fault.Fail({ on: "refund", returnMsg: ours, accepted: false }), `return_code FAIL：${ours}`],
      [
        Fault.Refuse({ on: "refund", errCode: "PARAM_ERROR", errCodeDes: ours, accepted: false }),
        `PARAM_ERROR ${ours}`,
      ],
    ] as const) {
      running.gateway.faults.push(fault);
      const ran = await run([...refund(), ...whole, "--lang", "zh"], { env: Gateway.pem });
      expect(ran.stderr).toContain(`：${said}\n`);
    }
    running.gateway.faults.push(Fault.Fail({ on: "query", returnMsg: ours, accepted: false }));
    const looked = await run(["doctor", ...whole, "--lang", "zh"], { env: Gateway.pem });
    expect(looked.stdout).toContain(`return_code FAIL：${ours}`);
  });

  it("for its fields, all at once", async () => {
    const fields = ["--out-refund-no", "R 1", "--total-fee", "1", "--refund-fee", "2", "--refund-desc", "x".repeat(90)];
    const more = [
      "--notify-url",
      "ftp://u@h?q#f",
      "--refund-fee-type",
      "yuan",
      "--op-user-id",
      "a&b=",
      "--device-info",
      "\u200b",
    ];
    const { stderr } = await inChinese(["refund", ...fields, ...more, "--endpoint", running.url], { env: Gateway.pem });
    expect(stderr).toMatch(/outRefundNo（out_refund_no）必须是/);
    expect(stderr.split("；").length).toBeGreaterThan(5);
  });

  it("of a query", async () => {
    const query = ["query", "--endpoint", running.url];
    await failing([...query, "--out-refund-no", "R-none"], { env: Gateway.bare });
    await failing(query, { env: Gateway.bare });
    await failing([...query, "--out-refund-no", "R-1", "--refund-id", "1"], { env: Gateway.bare });
    const watch = ["watch", "--out-refund-no", "R-none", "--every", "100 millis", "--within", "1 second"];
    await failing([...watch, "--endpoint", running.url], { env: Gateway.bare });
    await failing([...watch, "--endpoint", "https://localhost:1"], { env: Gateway.bare });
  });

  it.each(["unsigned", "no-money", "wrong-sign", "sign-error"] as const)("of APIv3: %s", async (mode) => {
    v3.mode = mode;
    const args = [...refund(), "--protocol", "v3", "--endpoint", v3.url];
    const ran = [
      await inChinese(args, { env: v3.env }),
      await inChinese(["doctor", "--protocol", "v3", "--endpoint", v3.url], { env: v3.env }),
    ];
    expect(ran.some(({ code }) => code !== 0)).toBe(true);
    v3.mode = "good";
  });
});

describe("a file of refunds", () => {
  const wrong: Readonly<Record<string, string | Uint8Array>> = {
    "empty.csv": "",
    "no-rows.csv": header,
    "quote.csv": `${header}\n"A,R-1,1,1`,
    "inside.csv": `${header}\nA"B,R-1,1,1`,
    "cells.csv": `${header}\nA,R-1,1`,
    "unknown.csv": `${header},refund_reason,x\nA,R-1,1,1,a,b`,
    "twice.csv": `${header},out_refund_no,outRefundNo\nA,R-1,1,1,R-2,R-3`,
    "rounded.csv": `${header}\nA,1.23E+15,1,1`,
    "yuan.csv": `${header}\nA,R-1,1.00,0.50\n,R-2,1,1\nB,,1,1\nC,R 3,0,2`,
    "sum.csv": `${header}\nA,R-1,100,60\nA,R-2,100,60\nA,R-3,90,1\nA,R-1,100,1`,
    "gbk.csv": Buffer.from([...Buffer.from(`${header}\n`), 0xcd, 0xcb, 0xbf, 0xee]),
    "sheet.csv": Buffer.from("504b0304", "hex"),
    "lines.ndjson": `[1]\n{"out_trade_no":1}\n{"out_trade_no":"A","out_trade_no":"B"}\nx`,
    "refunds.txt": header,
  };
  it.each(Object.keys(wrong))("%s", async (name) => {
    const path = file(name, wrong[name] ?? "");
    await failing(["batch", path, "--dry-run"], { env: Gateway.pem });
    await failing(["batch", path, "--dry-run", "--protocol", "v3"], { env: Gateway.pem });
    await sameForPrograms(["batch", path, "--dry-run"], { env: Gateway.pem });
  });

  it("that is good, and not confirmed; with other refunds under its numbers; that cannot be read", async () => {
    const env = Gateway.pem;
    const good = file("good.csv", `${header}\nA,R-9,100,60`);
    await inChinese(["batch", good, "--dry-run"], { env });
    await failing(["batch", good, "--endpoint", running.url], { env });
    const others = file("others.csv", `${header}\n${Gateway.order.outTradeNo},R-0,100,50`);
    const args = ["batch", others, "--store", store, "--yes", "--endpoint", running.url];
    await failing(args, { env });
    await sameForPrograms(args, { env });
    await failing(["batch", join(folder, "none.csv"), "--dry-run"], { env });
    const result = ["--result", folder];
    await failing(["batch", good, "--store", join(folder, "new.db"), "--yes", ...result, "--endpoint", running.url], {
      env,
    });
  });
});

describe("a store", () => {
  const at = (...args: ReadonlyArray<string>) => [...args, "--store", store];

  it("in words", async () => {
    for (const args of [
      at("batch", "status"),
      at("refunds", "list"),
      at("refunds", "show", "--out-refund-no", "R-0"),
      at("refunds", "show", "--out-refund-no", "R-X"),
      at("refunds", "show", "--out-refund-no", "R-S"),
      at("store", "check"),
    ]) {
      await inChinese(args);
      await sameForPrograms(args);
    }
    const shown = await inChinese(at("refunds", "show", "--out-refund-no", "R-0"));
    expect(shown.stdout).toMatch(/发送：已开始.*\n.*发送：已受理/);
  });

  it("that cannot be used, or refunds that cannot be acted on", async () => {
    const copy = join(folder, "copy.db");
    copyFileSync(store, copy);
    const on = (...args: ReadonlyArray<string>) => [...args, "--store", copy, "--reason", "because"];
    const failures: ReadonlyArray<ReadonlyArray<string>> = [
      ["refunds", "list"],
      ["refunds", "list", "--store", join(folder, "none.db")],
      ["refunds", "list", "--store", file("text.db", "no database of ours, and long enough to be looked at")],
      ["refunds", "list", "--store", `${folder}/.`],
      ["refunds", "list", "--store", join(folder, "no", "none.db")],
      at("refunds", "list", "--database", "sqlite:./x.db"),
      ["refunds", "list", "--database", "postgres://localhost:1/none"],
      at("refunds", "show", "--out-refund-no", "R-none"),
      on("refunds", "cancel", "--out-refund-no", "R-0"),
      on("refunds", "start-again", "--out-refund-no", "R-S"),
      on("refunds", "go-on"),
      on("refunds", "go-on", "--state", "unknown,unsent"),
      on("refunds", "pause"),
      ["refunds", "pause", "--store", join(folder, "none.db"), "--reason", "x", "--mch-id", "1"],
      ["store", "restored", "--store", join(folder, "none.db")],
      ["store", "backup", copy, "--store", store],
      ["store", "backup", join(folder, "no", "backup.db"), "--store", store],
      ["watch", "--out-refund-no", "R-none", "--store", store],
    ];
    for (const args of failures) {
      await failing(args);
      if (args[0] !== "store") await sameForPrograms(args);
    }
    for (const args of [
      on("refunds", "pause", "--mch-id", Gateway.mchId),
      on("refunds", "resume", "--mch-id", Gateway.mchId),
      on("refunds", "cancel", "--out-refund-no", "R-S"),
      ["store", "backup", join(folder, "backup.db"), "--store", store],
      ["store", "migrate", "--store", copy],
      ["store", "restored", "--store", copy],
    ]) {
      expect((await inChinese(args)).code).toBe(0);
    }
  });
});

describe("single messages", () => {
  const { apiKey } = Gateway;
  const env = { WECHAT_PAY_API_KEY: apiKey };
  const inputs: Readonly<Record<string, string | Uint8Array>> = {
    nothing: "",
    "no XML": "hello",
    "cut XML": "<xml><return_code>SUCCESS</return_code><a>",
    "XML with a field twice": "<xml><a>1</a><a>2</a></xml>",
    "XML with an entity": "<xml><a>&x;</a></xml>",
    "XML that goes on": "<xml><a>1</a></xml>x",
    "a wrong signature":
      "<xml><return_code>SUCCESS</return_code><result_code>SUCCESS</result_code><sign>00</sign></xml>",
    "a return_code alone": "<xml><return_code>FAIL</return_code><return_msg>签名错误</return_msg></xml>",
    "a wrong return_code": "<xml><return_code>X</return_code></xml>",
    JSON: '{"appid":null,"mch_id":[1],"a b":1}',
    "JSON with a field twice": '{"a":"1","a":"2"}',
    "no JSON": '{"a":',
    "bytes that are not UTF-8": Uint8Array.of(123, 255),
  };
  it.each(Object.keys(inputs))("%s", async (name) => {
    const input = inputs[name] ?? "";
    for (const command of [["decode", "refund"], ["decode", "query"], ["notice"], ["sign"]]) {
      await inChinese(command, { env, input });
      if (command[0] !== "sign" || name !== "JSON") {
        const [english, chinese] = [
          await run([...command, "--lang", "en"], { env, input }),
          await run([...command, "--lang", "zh"], { env, input }),
        ];
        expect(chinese.stdout).toBe(english.stdout);
      }
      await inChinese([...command, "--protocol", "v3"], { env: v3.env, input });
      await inChinese(command, { input });
      await inChinese([...command, "--protocol", "v3"], { input });
    }
    if (!/signature|return_code/.test(name)) {
      await inChinese(["explain"], { env, input });
      await inChinese(["explain", "--protocol", "v3"], { env: v3.env, input });
    }
  });
});

describe("bills, tokens and the service", () => {
  it("a table or a bill that is wrong", async () => {
    const columns = "out_refund_no,refund_fee,state";
    const bill = (text: string) => file("bill.csv", text);
    const own = file("own.csv", `${columns}\nR-1,60,succeeded`);
    const cells = "交易时间,微信退款单号,商户退款单号,退款金额,退款状态";
    const bills = [
      "",
      "hello",
      cells,
      `${cells}\n\`2026,\`5,\`R-1,\`x,\`SUCCESS\n总交易单数,退款总金额\n\`2,\`9.00`,
      `${cells}\n\`2026,\`5,\`R-1,\`0.60,\`SUCCESS\n总交易单数,退款总金额\n\`1,\`9.00\nx`,
      "<xml><return_code>FAIL</return_code><return_msg>No Bill Exist</return_msg></xml>",
    ];
    for (const text of bills) {
      await inChinese(["bill", "--file", bill(text)]);
      await inChinese(["reconcile", "--own", own, "--bill", bill(text)]);
    }
    await failing(["bill", "--file", join(folder, "none.csv")]);
    for (const text of ["", "a,b\n1,2", `${columns}\n,1,x\nR-1,1.5,succeeded\nR-2,1,x`, `${columns},state\n`]) {
      await failing(["reconcile", "--own", file("o.csv", text), "--bill", bill(cells)]);
    }
  });

  it("tokens, and what a service lacks", async () => {
    const tokens = join(folder, "tokens.json");
    await failing(["token", "list", "--tokens", tokens]);
    const make = ["token", "new", "--name", "shop", "--merchants", "*", "--rights", "read", "--tokens", tokens];
    await inChinese(make);
    await failing(make);
    await inChinese(["token", "list", "--tokens", tokens]);
    await failing(["token", "revoke", "--name", "none", "--tokens", tokens]);
    await failing(["token", "list", "--tokens", file("wrong.json", '{"v":1,"tokens":[{"name":"a b","x":1}]}')]);
    await failing(["token", "list", "--tokens", file("none.json", "x")]);
    const check = ["serve", "--check", "--host", "0.0.0.0", "--store", join(folder, "s.db")];
    await failing(check);
    await sameForPrograms(check);
    await failing([...check, "--tokens", tokens, "--tls-cert", "/nowhere.pem", "--behind-proxy", "10.0.0.1/8"], {
      env: Gateway.pem,
    });
    const merchants = file(
      "merchants.json",
      '{"merchants":[{"name":"a b"},{"name":"x","v2":{"appid":"wx1","mchId":1,"apiKey":"k"}},{"name":"x","v3":{"mchId":"1"}}],"y":1}',
    );
    await failing([...check, "--merchants", merchants, "--tokens", tokens]);
    await failing([...check, "--merchants", file("m.json", "x"), "--tokens", tokens]);
    await failing([...check, "--simulate", "--database", "postgres://h/d"]);
  });
});

it("a gateway on this machine, with the lines to paste", async () => {
  const args = ["simulate", "--faults", "0.1", "--seed", "monday"];
  const { stdout } = await inChinese(args, { untilPrinted: true });
  expect(stdout).toMatch(/^# 检查页面与控制接口：http\S+$/m);
  expect(stdout).toMatch(/^# 随机出错，种子为 monday$/m);
  expect(stdout).toMatch(/^export WECHAT_PAY_APP_ID=\S+$/m);
});

it("the demonstration", async () => {
  const { code, stdout } = await inChinese(["demo"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/\n全部符合预期：共 \d{3} 项检查\n$/);
});
