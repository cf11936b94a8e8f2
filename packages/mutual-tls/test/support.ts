/** What the tests of this package share: material under test, files, and the hunt for secrets. */
import { createPrivateKey } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { format, inspect } from "node:util";
import { ClientCertificate } from "@wechat-refund/mutual-tls";
import { Cause, ConfigProvider, type Layer, Logger, Redacted } from "effect";
import { expect } from "vitest";
import { identities } from "./handshakes.ts";

export const merchantNumber = "1900000109";
/** Not the merchant number, which may be printed. */
export const passphrase = "canary-7f3a-passphrase";
export const encryptedKey = (): string =>
  createPrivateKey(identities.merchantA.privateKeyPem)
    .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase })
    .toString();

export const pem = (certificate: string, privateKey: string, more: Partial<ClientCertificate.Pem> = {}) =>
  ClientCertificate.fromPem({ certificate, privateKey, ...more });
export const p12 = (bytes: Uint8Array, opener: string = passphrase) =>
  ClientCertificate.fromPkcs12({ pkcs12: bytes, passphrase: Redacted.make(opener) });
export const environment = (env: Record<string, string>) => ConfigProvider.layer(ConfigProvider.fromEnv({ env }));

/** Files of a test run; removed when the process ends. */
const directory = mkdtempSync(join(tmpdir(), "mutual-tls-"));
process.once("exit", () => rmSync(directory, { recursive: true, force: true }));
export const pathOf = (name: string): string => join(directory, name);
export const write = (name: string, content: string | Uint8Array, mode = 0o600): string => {
  writeFileSync(pathOf(name), content, { mode });
  return pathOf(name);
};

/** Every way a value is likely to get into a log. */
export const renderings = (value: unknown): string => {
  const { message, stack, cause } = (value ?? {}) as { message?: unknown; stack?: unknown; cause?: unknown };
  const all = { depth: Infinity, showHidden: true, maxStringLength: Infinity, maxArrayLength: Infinity, getters: true };
  return [
    String(value),
    JSON.stringify(value),
    inspect(value, all),
    format("%s %o %O %j", value, value, value, value),
    String(message),
    String(stack),
    inspect(cause, all),
    Cause.pretty(Cause.fail(value)),
    Cause.pretty(Cause.die(value)),
  ].join("\n");
};

const inOtherWords = (secret: string): ReadonlyArray<string> => [
  secret,
  Buffer.from(secret).toString("base64"),
  Buffer.from(secret).toString("hex"),
];

/** The secrets of a test: passphrases, and the lines of private keys. */
export const secretsOf = (...privateKeys: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...inOtherWords(passphrase),
  ...privateKeys.flatMap((pem) => pem.split("\n").filter((line) => line.length === 64)),
];

/** No secret in any rendering, and renderings that would show one (so that the hunt itself is tested). */
export const expectNoSecret = (value: unknown, secrets: ReadonlyArray<string>): void => {
  const text = renderings(value);
  expect(secrets.length).toBeGreaterThan(2);
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
  expect(renderings({ inner: [secrets[0]] })).toContain(secrets[0]);
};

/** Collects what is logged. */
export const captureLogs = (): { readonly lines: Array<string>; readonly layer: Layer.Layer<never> } => {
  const lines: Array<string> = [];
  const logger = Logger.make<unknown, void>(({ logLevel, message }) => {
    lines.push(`${logLevel} ${[message].flat().map(String).join(" ")}`);
  });
  return { lines, layer: Logger.layer([logger]) };
};
