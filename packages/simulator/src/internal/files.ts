/** The files of a simulation: certificates as the merchant platform names them, and the environment of a client for a shell. */
import { createHash } from "node:crypto";
import { appendFile, mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import * as Effect from "effect/Effect";
import * as Schema from "effect/Schema";
import { onOneLine } from "@wechat-refund/core/Printed";
import { summarize } from "@wechat-refund/core/Transport";
import type * as TestIdentities from "@wechat-refund/testkit/TestIdentities";
import type { Gateway } from "../Gateway.ts";

export interface Files {
  readonly directory: string;
  readonly certificate: string;
  readonly key: string;
  /** Certificate and key in one; its passphrase is the merchant number. */
  readonly pkcs12: string;
  /** The authority of the gateway's own certificate. */
  readonly ca: string;
  /** The WeChat Pay public key (微信支付公钥) that replies and notices of APIv3 are checked with, where the merchant has one. */
  readonly publicKey?: string;
  /** The environment of a client as lines for a shell, with the keys. */
  readonly environment: string;
}

/** The certificate files cannot be written. */
export class CannotWrite extends onOneLine(
  Schema.TaggedError<CannotWrite>("@wechat-refund/simulator/CannotWrite")("CannotWrite", {
    directory: Schema.String,
    code: Schema.String,
  }),
) {
  override get message(): string {
    return `cannot write certificates to ${this.directory} (${this.code}); choose another directory`;
  }
}

/** What a run may write. */
const names = [
  "apiclient_cert.pem",
  "apiclient_key.pem",
  "apiclient_cert.p12",
  "rootca.pem",
  "pub_key.pem",
  "environment.sh",
];

/** What earlier runs wrote here, as `sha256sum` writes it: only that is written over. */
const listName = "simulated-certificates.sha256";

const lineOf = (name: string, content: string | Uint8Array): string =>
  `${createHash("sha256").update(content).digest("hex")}  ${name}`;

const isAbsent = (cause: unknown): boolean => summarize(cause).code === "ENOENT";

/** The first of the files that stands there and is somebody else's: a merchant's own certificate has the same name. */
const foreign = async (into: string): Promise<string | undefined> => {
  const read = (name: string) =>
    readFile(join(into, name)).catch((cause: unknown) => (isAbsent(cause) ? undefined : Promise.reject(cause)));
  const lines = (await read(listName))?.toString().trimEnd().split("\n") ?? [];
  const listed = new Set(lines);
  if (!lines.every((line) => names.some((name) => /^[0-9a-f]{64}$/.test(line.replace(`  ${name}`, "")))))
    return listName;
  for (const name of names) {
    const content = await read(name);
    if (content !== undefined && !listed.has(lineOf(name, content))) return name;
  }
  return undefined;
};

/** Writes the certificates; the environment follows when the addresses are known. */
export const write = (
  directory: string | undefined,
  { merchantNumbers: [mchId], platform }: Gateway,
  { merchantA, ca }: TestIdentities.TestIdentities,
): Effect.Effect<Files, CannotWrite> =>
  Effect.tryPromise({
    try: async () => {
      const into = directory === undefined ? await mkdtemp(join(tmpdir(), "wechat-pay-gateway-")) : resolve(directory);
      await mkdir(into, { recursive: true, mode: 0o700 });
      const publicKey = platform.publicKey(mchId);
      const contents = {
        "apiclient_cert.pem": merchantA.certificatePem,
        "apiclient_key.pem": merchantA.privateKeyPem,
        "apiclient_cert.p12": merchantA.pkcs12(mchId),
        "rootca.pem": ca,
        ...(publicKey !== undefined && { "pub_key.pem": publicKey.pem }),
      };
      const other = await foreign(into);
      if (other !== undefined) {
        throw Object.assign(new Error("not ours"), { code: `${other} is there and is not of an earlier simulation` });
      }
      // The list first, so that no file is there without its line.
      const lines = Object.entries(contents).map(([name, content]) => lineOf(name, content));
      await appendFile(join(into, listName), `${lines.join("\n")}\n`);
      for (const [name, content] of Object.entries(contents))
        await writeFile(join(into, name), content, { mode: 0o600 });
      return {
        directory: into,
        certificate: join(into, "apiclient_cert.pem"),
        key: join(into, "apiclient_key.pem"),
        pkcs12: join(into, "apiclient_cert.p12"),
        ca: join(into, "rootca.pem"),
        environment: join(into, "environment.sh"),
        ...(publicKey !== undefined && { publicKey: join(into, "pub_key.pem") }),
      };
    },
    catch: (cause) => new CannotWrite({ directory: directory ?? tmpdir(), code: summarize(cause).code ?? "unknown" }),
  });

/** A value as a shell takes it. */
export const quoted = (value: string): string =>
  /^[\w./:@-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;

/** An environment as lines for a shell. */
export const lines = (environment: Readonly<Record<string, string>>): ReadonlyArray<string> =>
  Object.entries(environment).map(([name, value]) => `export ${name}=${quoted(value)}`);

/** Writes the environment beside the certificates. */
export const writeEnvironment = (
  { directory, environment: file }: Files,
  environment: Readonly<Record<string, string>>,
): Effect.Effect<void, CannotWrite> =>
  Effect.tryPromise({
    try: async () => {
      const content = `${lines(environment).join("\n")}\n`;
      await appendFile(join(directory, listName), `${lineOf("environment.sh", content)}\n`);
      await writeFile(file, content, { mode: 0o600 });
    },
    catch: (cause) => new CannotWrite({ directory, code: summarize(cause).code ?? "unknown" }),
  });
