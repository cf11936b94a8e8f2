/**
 * Secrets in every place where one does not belong, and in their own: in each variable that the sources name, in each flag and argument
 * that the help lists, on standard input, there also inside messages that are good otherwise, and in the file of a batch. The lists are
 * derived, so that a new variable, flag or command is looked at by itself.
 */
import { createHash, createPrivateKey } from "node:crypto";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Replies } from "@wechat-refund/core/testing";
import { TestIdentities } from "@wechat-refund/testkit";
import { Redacted } from "effect";
import { afterAll, beforeAll, expect, it } from "vitest";
import { run } from "./support/bin.ts";
import { search, type Seen } from "./support/watch.ts";

const mchId = "1900000109";
const apiKey = "9kQ2xV7bT4mZ0pL6cR1sW8yD3fG5hJaN";
const previousKey = "Jm4Ws8Zq1Xc6Vb3Nk9Lp2Hg7Fd5Rt0Ya";
const v3Key = "uE7iO2pA5sD9fG4hJ1kL8zX3cV6bN0mQ";
const passphrase = "correct-horse-battery-staple";
const { ca, merchantA } = TestIdentities.make({ merchantA: mchId });
const { certificatePem, privateKeyPem } = merchantA;
const encryptedPem = createPrivateKey(privateKeyPem)
  .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase })
  .toString();
const p12 = Buffer.from(merchantA.pkcs12(passphrase, "rc2-40"));
const bare = (pem: string): string => pem.replaceAll(/-----.*?-----|\n/g, "");
// No variable and no argument can hold a zero.
const raw = p12.toString("latin1").replaceAll("\0", "");

/** What is given. */
const carriers: Readonly<Record<string, string>> = {
  "a key": privateKeyPem,
  "an encrypted key": encryptedPem,
  "a key on one line": privateKeyPem.trim().replaceAll("\n", " "),
  "a key with \\n written out": privateKeyPem.replaceAll("\n", String.raw`\n`),
  "a key without first and last line": bare(privateKeyPem),
  "a key in base64 once more": Buffer.from(privateKeyPem).toString("base64"),
  "a .p12 in base64": p12.toString("base64"),
  "a .p12": raw,
  "a certificate": certificatePem,
  "an API key": apiKey,
  "a passphrase": passphrase,
};

/** Short enough to be repeated whole by a message that cuts what is long, so these stand everywhere; of the long ones some do, in turn. */
const short: ReadonlyArray<string> = [apiKey, passphrase];
const isTurn = (carrier: string, turn: number, of: number): boolean => short.includes(carrier) || turn % of === 0;

/** What must not be seen: of long ones pieces, for what is cut short is as bad. */
const pieces = (name: string, text: string): ReadonlyArray<readonly [string, string]> =>
  [0, 0.3, 0.7, 1].map((at) => {
    const start = Math.floor((text.length - 24) * at);
    return [`${name} at ${start}`, text.slice(start, start + 24)];
  });
const secrets: Readonly<Record<string, string>> = Object.fromEntries([
  ["the API key", apiKey.slice(1)],
  ["the API key in lower case", apiKey.slice(1).toLowerCase()],
  ["the previous API key", previousKey.slice(1)],
  ["the APIv3 key", v3Key.slice(1)],
  ["the passphrase", passphrase],
  ...pieces("the key", bare(privateKeyPem)),
  ...pieces("the encrypted key", bare(encryptedPem)),
  ...pieces("the .p12", p12.toString("base64").replace(/=+$/, "")),
  ...pieces("the certificate", bare(certificatePem)),
  ["the .p12's bytes", raw.match(/[^\p{C}\s]{6,}/gu)?.reduce((a, b) => (a.length < b.length ? b : a)) ?? ""],
]);

const sources = fileURLToPath(new URL("../..", import.meta.url));
const variables = [
  ...new Set(
    globSync("*/src/**/*.ts", { cwd: sources })
      .flatMap((file) => readFileSync(join(sources, file), "utf8").match(/\bWECHAT_(?:PAY|REFUND)_[A-Z0-9_]+/g) ?? [])
      .filter((name) => !name.endsWith("_")),
  ),
].toSorted();

const folder = mkdtempSync(join(tmpdir(), "wechat-refund-misplaced-"));
const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content, { mode: 0o600 });
  return join(folder, name);
};
// Some of what is given is taken for the name of a file to be written.
const home = process.cwd();
beforeAll(() => process.chdir(folder));
afterAll(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

/** Nobody listens there, and nothing may go anywhere else. */
const nowhere = "https://127.0.0.1:1";
const merchant = {
  WECHAT_PAY_APP_ID: "wx8888888888888888",
  WECHAT_PAY_MCH_ID: mchId,
  WECHAT_PAY_API_KEY: apiKey,
  WECHAT_PAY_ENDPOINT: nowhere,
};
const pair: Readonly<Record<string, string>> = {
  ...merchant,
  WECHAT_PAY_CERT_FILE: file("cert.pem", certificatePem),
  WECHAT_PAY_KEY_FILE: file("key.pem", encryptedPem),
  WECHAT_PAY_KEY_PASSPHRASE: passphrase,
  WECHAT_PAY_CA_FILE: file("ca.pem", ca),
};
const single: Readonly<Record<string, string>> = {
  ...merchant,
  WECHAT_PAY_P12_FILE: file("cert.p12", p12),
  WECHAT_PAY_P12_PASSPHRASE: passphrase,
};

/** A good environment with this in place of what it holds, so that it is really looked at. */
const given = (variable: string, value: string): Readonly<Record<string, string>> => {
  const base = { ...(variable.includes("_P12_") ? single : pair) };
  delete base[`${variable}_FILE`];
  delete base[variable.replace("_BASE64", "_FILE")];
  if (variable === "WECHAT_PAY_KEY" && value !== encryptedPem) delete base["WECHAT_PAY_KEY_PASSPHRASE"];
  return { ...base, [variable]: value };
};

const row = "out_trade_no,out_refund_no,total_fee,refund_fee\nORDER-1,R-1,100,1\n";
const bill = file("bill.csv", "商户退款单号,退款金额\n`R-1,`0.01\n总交易单数,总退款金额\n`1,`0.01\n");
const briefly = ["--every", "1 millis", "--within", "1 millis"];
const store = join(folder, "refunds.db");
const tokens = join(folder, "tokens.json");
/** A command line of each command that is good as far as it can be seen; `undefined`: it is not run. */
const lines: Readonly<Record<string, ReadonlyArray<string> | undefined>> = {
  refund: ["--out-trade-no", "ORDER-1", "--out-refund-no", "R-1", "--total-fee", "100", "--refund-fee", "1"],
  batch: [file("refunds.csv", row), "--yes", "--within", "1 millis"],
  "batch status": ["--store", store],
  "batch export": ["--store", store],
  "refunds list": ["--store", store],
  "refunds show": ["--store", store, "--out-refund-no", "R-1"],
  "refunds go-on": ["--store", store, "--out-refund-no", "R-1", "--reason", "mended"],
  "refunds pause": ["--store", store, "--reason", "prices"],
  "store migrate": ["--store", store],
  "store check": ["--store", store],
  "store backup": ["./no/backup.db", "--store", store],
  "store restored": ["--store", store],
  serve: ["--check", "--store", join(folder, "served.db"), "--tokens", tokens],
  "token new": ["--name", "shop", "--merchants", "*", "--rights", "read", "--tokens", tokens],
  "token list": ["--tokens", tokens],
  "token revoke": ["--name", "nobody", "--tokens", tokens],
  "webhooks list": ["--store", store],
  "webhooks deliveries": ["--store", store, "--name", "erp"],
  "webhooks replay": ["--store", store, "--name", "erp", "--delivery", "1", "--reason", "mended"],
  "webhooks enable": ["--store", store, "--name", "erp", "--reason", "mended"],
  "webhooks ping": ["--store", store, "--name", "erp"],
  // It prints a new secret, which is what it is for.
  "webhooks secret": undefined,
  query: ["--out-refund-no", "R-1"],
  watch: ["--out-refund-no", "R-1", ...briefly],
  bill: ["--file", bill],
  reconcile: ["--own", file("own.csv", "out_refund_no,refund_fee\nR-1,1\n"), "--bill", bill],
  doctor: [],
  notice: [],
  sign: [],
  explain: [],
  decode: ["refund"],
  simulate: ["--faults", "0.5"],
  demo: undefined,
};
/** The words of a command; some have two. */
const words = (command: string): ReadonlyArray<string> => command.split(" ");
const commands = Object.keys(lines).filter((name) => lines[name] !== undefined);

type Fields = Readonly<Record<string, string>>;
const ids = { appid: merchant.WECHAT_PAY_APP_ID, mch_id: mchId };
const receiver = { appId: ids.appid, mchId, apiKey: Redacted.make(apiKey), signType: "HMAC-SHA256" as const };
const request = { order: { outTradeNo: "ORDER-1" }, outRefundNo: "R-1", totalFee: 100, refundFee: 1 };
const xml = (fields: Fields): string =>
  `<xml>${Object.entries(fields)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join("")}</xml>`;
const md5 = (fields: Fields): string => {
  const pairs = Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash("md5")
    .update(`${pairs.map(([name, value]) => `${name}=${value}`).join("&")}&key=${apiKey}`)
    .digest("hex")
    .toUpperCase();
};
const lower = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value.toLowerCase()]));
const sealed = (more: Fields): string => new TextDecoder().decode(Replies.notice(receiver, request, "SUCCESS", more));
/** Messages for the commands that take one, good as they are, and with these fields in them. */
const messages: Readonly<Record<string, (more: Fields) => ReadonlyArray<string | Uint8Array>>> = {
  notice: (more) => [
    sealed(more),
    xml({
      return_code: "SUCCESS",
      ...ids,
      ...more,
      req_info: /<req_info>.*<\/req_info>/.exec(sealed({}))?.[0] ?? "",
    }).replace(/<req_info>(<req_info>.*<\/req_info>)<\/req_info>/, "$1"),
  ],
  decode: (more) => [
    Replies.accepted(receiver, request, more).body,
    Replies.signed(receiver, { result_code: "FAIL", err_code: "ERROR", err_code_des: "", ...more }).body,
    xml({ return_code: "FAIL", return_msg: Object.values(more).join(), ...more }),
  ],
  sign: (more) => [JSON.stringify({ ...ids, ...more })],
  explain: (more) =>
    [{ ...ids, ...more }, ids, { ...ids, ...lower(more) }, { a: "b" }].map((signed, n) => {
      const fields = { ...ids, ...more, sign: md5(signed) };
      return (runs + n) % 3 === 0 ? xml(fields) : JSON.stringify(fields);
    }),
};

const seen: Array<Seen> = [];
let runs = 0;
/** Runs it in one of the languages, as text or JSON, in turn. */
const look = async (
  where: string,
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>> = pair,
  input: string | Uint8Array = "",
): Promise<void> => {
  const turn = runs++;
  const command = [args.slice(0, 2).join(" "), args[0] ?? ""].find((name) => jsonFlag.has(name));
  const json = turn % 2 === 0 && command !== undefined && !args.includes("--json") ? ["--json"] : [];
  const ran = await run([...args, ...json], {
    env: { ...env, LANG: turn % 4 < 2 ? "en_US" : "zh_CN" },
    input,
    untilPrinted: args[0] === "simulate",
  });
  for (const text of [ran.stdout, ran.stderr]) if (text !== "") seen.push({ where, text });
};

/** Where which secret was seen, each place once. */
const found = (): ReadonlyArray<string> => {
  const hits = search(seen, secrets).map(({ secret, where }) => `${where}: ${secret}`);
  seen.length = 0;
  return [...new Set(hits)];
};

const jsonFlag = new Set<string>();
const helpOf = async (command: string) => {
  const { stdout } = await run([...words(command), "--help"], { env: {} });
  const flags = [...stdout.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, name = ""]) => name);
  if (flags.includes("json")) jsonFlag.add(command);
  return { flags, takesArgument: stdout.includes("\nARGUMENTS\n") };
};

/** The line without this flag and its value. */
const without = (line: ReadonlyArray<string>, flag: string): ReadonlyArray<string> => {
  const at = line.indexOf(`--${flag}`);
  return at < 0 ? line : [...line.slice(0, at), ...line.slice(at + 2)];
};

it("knows every command", async () => {
  const { stdout } = await run(["--help"], { env: {} });
  const named = [...(stdout.split("SUBCOMMANDS\n")[1] ?? "").matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
  expect(new Set(named)).toEqual(new Set(Object.keys(lines).map((name) => words(name)[0])));
  expect(variables.length).toBeGreaterThan(20);
  expect(Object.values(secrets).every((secret) => secret.length >= 6)).toBe(true);
});

it("shows none that stands in a variable", async () => {
  for (const [n, variable] of variables.entries()) {
    for (const [at, [what, carrier]] of Object.entries(carriers).entries()) {
      const others = commands.filter((name) => !["refund", "doctor", "simulate"].includes(name));
      const readers = /_(?:ID|API_KEY)$/.test(variable) ? Object.keys(messages) : [];
      const both = ["refund", "doctor"].filter((_, which) => isTurn(carrier, n + at + which, 2));
      for (const command of new Set([...both, others[(n + at) % others.length] ?? "", ...readers])) {
        const [message = ""] = messages[command]?.({}) ?? [];
        const line = [...words(command), ...(lines[command] ?? [])];
        await look(`${command} with ${what} in ${variable}`, line, given(variable, carrier), message);
      }
    }
  }
  expect(found()).toEqual([]);
}, 120_000);

it("shows none that stands in a flag or an argument", async () => {
  for (const [turn, [command, line]] of Object.entries(lines).entries()) {
    const { flags, takesArgument } = await helpOf(command);
    for (const [at, [what, carrier]] of Object.entries(carriers).entries()) {
      for (const [n, name] of flags.entries()) {
        if (!isTurn(carrier, at + n, 3)) continue;
        const more = line === undefined ? ["--no-such-flag"] : without(line, name);
        // A directory and a seed may be called by any words, and so may those who call a service.
        const isOfWords = /^(?:simulate|token .*)$/.test(command) && carrier === passphrase;
        if (isOfWords && ["directory", "seed", "name", "merchants"].includes(name)) continue;
        // As text and as JSON: it prints other things in each.
        for (const _ of command === "simulate" ? [1, 2] : [1]) {
          await look(`${command} with ${what} in --${name}`, [...words(command), ...more, `--${name}=${carrier}`]);
        }
      }
      await look(`${command} with ${what} in no place`, [...words(command), ...(line ?? []), carrier]);
      // Looking for the flag that was meant takes as long as its name is.
      if (isTurn(carrier, at + turn, 3)) {
        await look(`${command} with ${what} for a flag`, [...words(command), ...(line ?? []), `--${carrier}`]);
      }
      if (takesArgument) await look(`${command} with ${what} for its argument`, [...words(command), carrier]);
    }
  }
  for (const [what, carrier] of Object.entries(carriers)) await look(`${what} for a command`, [carrier]);
  expect(found()).toEqual([]);
}, 120_000);

it("shows none that stands on standard input", async () => {
  for (const command of ["notice", "sign", "explain", "decode"]) {
    for (const [what, carrier] of Object.entries(carriers)) {
      for (const input of [carrier, `{"appid":"${carrier}`, `<xml><appid>${carrier}</appid>`]) {
        await look(`${command} with ${what} on its input`, [command, ...(lines[command] ?? [])], pair, input);
      }
    }
  }
  expect(found()).toEqual([]);
}, 120_000);

it("shows no key that stands in a message", async () => {
  const env = { ...pair, WECHAT_PAY_PREVIOUS_API_KEY: previousKey, WECHAT_PAY_API_V3_KEY: v3Key };
  const names = [
    "key",
    "appid",
    "mch_id",
    "sub_mch_id",
    "out_refund_no",
    "refund_fee",
    "return_msg",
    "err_code",
    "attach",
  ];
  for (const [command, make] of Object.entries(messages)) {
    const line = command === "decode" ? ["decode", "refund"] : [command];
    expect((await run(line, { env, input: make({})[0] ?? "" })).code, command).toBe(0);
    for (const key of [apiKey, apiKey.toLowerCase(), previousKey, v3Key]) {
      const given = names.map((name): Fields => ({ [name]: `${key}` }));
      // No name of a field in XML begins with a digit.
      if (/^[A-Za-z]/.test(key)) given.push({ [key]: "1" }, { [key]: key });
      for (const more of [...given, { attach: `x${key}y`, key }]) {
        for (const input of make(more)) await look(`${command} with ${Object.keys(more).join()}`, line, env, input);
      }
    }
  }
  const sign = (text: string) => look("sign with a name", ["sign"], env, text);
  for (const key of [apiKey, privateKeyPem.slice(40, 100)]) {
    const name = JSON.stringify(key);
    for (const text of [`{${name}:1}`, `{${name}:1.5}`, `{${name}:1,${name}:2}`, `{${name}:"x&a=b"}`]) {
      await sign(text);
      await look("explain with a name", ["explain"], env, text);
    }
  }
  for (const text of [`<xml><${previousKey}>1</xml>`, `<xml><${previousKey}>1</${previousKey}><${previousKey}>`]) {
    await look("explain with a name in XML", ["explain"], env, text);
    await look("decode with a name in XML", ["decode", "refund"], env, text);
  }
  expect(found()).toEqual([]);
}, 120_000);

it("shows none that stands in the file of a batch", async () => {
  const names = "out_trade_no,out_refund_no,total_fee,refund_fee";
  const others = ["refund_fee_type", "refund_desc", "refund_account", "notify_url", "op_user_id", "device_info"];
  for (const [what, carrier] of Object.entries(carriers)) {
    const quoted = `"${carrier.replaceAll('"', '""')}"`;
    const json = JSON.stringify(carrier);
    const csv = [
      carrier,
      `${quoted},${quoted}\n1,2`,
      `${names},${quoted}\nA,R-1,9,1,x`,
      `${names}\n${quoted},R-1,9,1\nA,${quoted},9,1\nA,R-2,${quoted},1\nA,R-3,9,${quoted}\n${quoted}`,
      `${names},${others.join()}\nA,R-1,9,1${`,${quoted}`.repeat(others.length)}`,
      `WECHAT_PAY_API_KEY=${carrier}\nWECHAT_PAY_MCH_ID=1`,
      `API_KEY,${quoted}\n`,
    ];
    const ndjson = [
      carrier,
      `{${json}:1}`,
      `{${json}:1,${json}:2}`,
      `{"a":{${json}:1,${json}:2}}`,
      `{"out_trade_no":${json},"out_refund_no":${json},"total_fee":${json},"refund_fee":${json}}`,
      json,
    ];
    for (const [format, texts] of Object.entries({ csv, ndjson })) {
      for (const text of texts) {
        const args = ["batch", file("given", text), "--format", format, "--dry-run"];
        await look(`a batch of ${format} with ${what}`, args);
        // The other way round, so that each is looked at as text and as JSON.
        await look(`a batch of ${format} with ${what}`, [...args, "--json"]);
      }
    }
  }
  // The merchant's own is refused, that of another may be a number: what it can be called before it is sent, and after it was.
  const own = ["batch", file("own.csv", `${names}\nA,R-1,9,1\nA,${apiKey},9,1\n`), "--yes"];
  await look("a batch with its own key for a number", own);
  const { code, stderr } = await run(own, { env: pair });
  expect(stderr).toMatch(/own\.csv:3: out_refund_no holds the merchant's API key \(API密钥\)/);
  expect(code).toBe(2);
  const line = ["batch", file("key.csv", `${names}\nA,${v3Key},9,1\n`), "--yes", "--within", "1 millis"];
  await look("a batch with a key for a number", line);
  await look("a batch with a key for a number, once more", line);
  file("key.csv", `${names}\nA,${v3Key},9,2\n`);
  await look("a batch with a key for a number, changed", line);
  expect(found()).toEqual([]);
}, 120_000);
