/**
 * Secrets in every place where one does not belong, and in their own: in each variable that the sources name, in each flag and argument
 * that the help lists, on standard input. The lists are derived, so that a new variable, flag or command is looked at by itself.
 */
import { createPrivateKey } from "node:crypto";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { TestIdentities } from "@wechat-refund/testkit";
import { afterAll, beforeAll, expect, it } from "vitest";
import { run } from "./support/bin.ts";
import { search, type Seen } from "./support/watch.ts";

const mchId = "1900000109";
const apiKey = "9kQ2xV7bT4mZ0pL6cR1sW8yD3fG5hJaN";
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

/** What must not be seen: of long ones pieces, for what is cut short is as bad. */
const pieces = (name: string, text: string): ReadonlyArray<readonly [string, string]> =>
  [0, 0.3, 0.7, 1].map((at) => {
    const start = Math.floor((text.length - 24) * at);
    return [`${name} at ${start}`, text.slice(start, start + 24)];
  });
const secrets: Readonly<Record<string, string>> = Object.fromEntries([
  ["the API key", apiKey.slice(1)],
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
      .flatMap((file) => readFileSync(join(sources, file), "utf8").match(/\bWECHAT_PAY_[A-Z0-9_]+/g) ?? [])
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
const briefly = ["--every", "1 millis", "--within", "1 millis"];
/** A command line of each command that is good as far as it can be seen; `undefined`: of its own, it does not end. */
const lines: Readonly<Record<string, ReadonlyArray<string> | undefined>> = {
  refund: ["--out-trade-no", "ORDER-1", "--out-refund-no", "R-1", "--total-fee", "100", "--refund-fee", "1"],
  batch: [file("refunds.csv", row), "--yes", "--within", "1 millis"],
  query: ["--out-refund-no", "R-1"],
  watch: ["--out-refund-no", "R-1", ...briefly],
  bill: [],
  doctor: [],
  notice: [],
  sign: [],
  explain: [],
  decode: ["refund"],
  simulate: undefined,
  demo: undefined,
};
const commands = Object.keys(lines).filter((name) => lines[name] !== undefined);

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
  const json = turn % 2 === 0 && jsonFlag.has(args[0] ?? "") && !args.includes("--json") ? ["--json"] : [];
  const ran = await run([...args, ...json], { env: { ...env, LANG: turn % 4 < 2 ? "en_US" : "zh_CN" }, input });
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
  const { stdout } = await run([command, "--help"], { env: {} });
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
  expect(new Set(named)).toEqual(new Set(Object.keys(lines)));
  expect(variables.length).toBeGreaterThan(20);
  expect(Object.values(secrets).every((secret) => secret.length >= 6)).toBe(true);
});

it("shows none that stands in a variable", async () => {
  for (const [n, variable] of variables.entries()) {
    for (const [at, [what, carrier]] of Object.entries(carriers).entries()) {
      const others = commands.filter((name) => name !== "refund" && name !== "doctor");
      for (const command of ["refund", "doctor", others[(n + at) % others.length] ?? ""]) {
        await look(
          `${command} with ${what} in ${variable}`,
          [command, ...(lines[command] ?? [])],
          given(variable, carrier),
        );
      }
    }
  }
  expect(found()).toEqual([]);
}, 120_000);

it("shows none that stands in a flag or an argument", async () => {
  for (const [command, line] of Object.entries(lines)) {
    const { flags, takesArgument } = await helpOf(command);
    for (const [what, carrier] of Object.entries(carriers)) {
      for (const name of flags) {
        // The desk starts, and writes where it is told to, unless the command line is wrong.
        const more = line === undefined ? ["--no-such-flag"] : without(line, name);
        await look(`${command} with ${what} in --${name}`, [command, ...more, `--${name}=${carrier}`]);
      }
      await look(`${command} with ${what} in no place`, [command, ...(line ?? []), carrier]);
      await look(`${command} with ${what} for a flag`, [command, ...(line ?? []), `--${carrier}`]);
      if (takesArgument) await look(`${command} with ${what} for its argument`, [command, carrier]);
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
