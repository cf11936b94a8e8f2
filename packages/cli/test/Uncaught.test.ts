/** Every package's errors, each in a program that does not catch it: one line that says what to do, in a process of its own. */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "wechat-refund-uncaught-"));
afterAll(() => rmSync(folder, { recursive: true }));
const broken = join(folder, "broken.json");
writeFileSync(broken, '{ "key": "TestKey0000000000000000000000001" ');

const secret = "TestKey000000000000000000000000";
const merchant = `{ appId: "wx8888888888888888", mchId: "1900000109", apiKey: Redacted.make("${secret}1") }`;
const build = (layer: string) => `await Effect.runPromise(Effect.scoped(Layer.build(${layer})));`;

/** What is imported, what is run, and what a person must be able to read. */
const programs: ReadonlyArray<readonly [package_: string, names: string, run: string, said: RegExp]> = [
  [
    "core",
    "Merchant",
    build(`Merchant.layer({ ...${merchant}, apiKey: Redacted.make("${secret}") })`),
    /apiKey must be 32/,
  ],
  ["core", "RefundClient, Transport", build("RefundClient.layerConfig(Layer.empty)"), /WECHAT_PAY_MCH_ID is not set/],
  [
    "mutual-tls",
    "ClientCertificate",
    `await Effect.runPromise(ClientCertificate.fromPkcs12File({ file: "nothing.p12", passphrase: "${secret}1" }));`,
    /nothing\.p12: There is no such file/,
  ],
  ["adapter-node-https", "NodeHttpsTransport", build("NodeHttpsTransport.layerConfig"), /WECHAT_PAY_CERT_FILE/],
  ["adapter-undici", "UndiciTransport", build("UndiciTransport.layerConfig"), /WECHAT_PAY_CERT_FILE/],
  ["apiv3", "Merchant", build("Merchant.layerConfig"), /WECHAT_PAY_/],
  ["durable", "Durable", build(`Durable.layerSqlite({ file: "/nothing/there.db" })`), /make the directory first/],
  ["server", "Tokens", build(`Tokens.layer(${JSON.stringify(broken)})`), /broken\.json/],
  [
    "simulator",
    "Gateway",
    `Gateway.make({ merchants: [{ appId: "wx1", mchId: "", apiKey: "${secret}1" }] });`,
    /InvalidConfig/,
  ],
];

it.concurrent.each(programs)("%s: %s", async (package_, names, run, said) => {
  const code = `import { ${names} } from "@wechat-refund/${package_}";
    import { Effect, Layer, Redacted } from "effect";
    ${run}`;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("WECHAT_PAY_")));
  const child = spawn(process.execPath, ["--input-type=module", "--eval", code], { cwd: import.meta.dirname, env });
  const ended = new Promise((resolve) => child.on("close", resolve));
  const stderr = await text(child.stderr);
  expect(await ended).toBe(1);
  const [, , , blank, line, ...rest] = stderr.trimEnd().split("\n");
  expect([blank, ...rest].filter((more) => !/^ {4}at .*\[eval1\]:\d+:\d+\)?$/.test(more ?? ""))).toEqual([
    "",
    "",
    `Node.js ${process.version}`,
  ]);
  expect(line).toMatch(said);
  expect(stderr).not.toContain(secret);
});

it("no package has an error of another kind", () => {
  const packages = join(import.meta.dirname, "..", "..");
  const sources = readdirSync(packages).flatMap((name) => {
    const src = join(packages, name, "src");
    return readdirSync(src, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => readFileSync(join(src, file), "utf8"));
  });
  const made = sources.flatMap((source) => [...source.matchAll(/(\w+\(\s*)?Schema\.TaggedError<(\w+)>/g)]);
  const others = made.filter(([, around]) => around?.startsWith("onOneLine(") !== true).map(([, , name]) => name);
  // These are only ever parts of a TransportError.
  expect(others).toEqual(["Unreachable", "HandshakeFailed", "TimedOut", "Unusable", "ConnectionLost", "ReplyTooLarge"]);
  expect(made.length).toBeGreaterThan(30);
});
