/**
 * What the clients find: the packages as they would be published, the certificates, the gateway, a core of their own.
 *
 * The packages are laid out in `dist/node_modules` with their `publishConfig.exports`, so that the built code is measured, not the
 * sources that the workspace links to.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { TestIdentities } from "@wechat-refund/testkit";
import { merchant } from "./Story.ts";

export const here = dirname(fileURLToPath(import.meta.url));
const repository = join(here, "..", "..");

export const published = ["core", "apiv3", "mutual-tls", "adapter-node-https", "adapter-undici"] as const;

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly publishConfig: { readonly exports: unknown };
}

const json = (file: string): Manifest => JSON.parse(readFileSync(file, "utf8")) as Manifest;

/** Lays the packages out; everything they depend on beside each other is linked from where the workspace has it. */
export const layOut = (): void => {
  const modules = join(here, "node_modules");
  rmSync(modules, { recursive: true, force: true });
  for (const folder of published) {
    const source = join(repository, "packages", folder);
    const manifest = json(join(source, "package.json"));
    const target = join(modules, manifest.name);
    mkdirSync(target, { recursive: true });
    cpSync(join(source, "dist"), join(target, "dist"), {
      recursive: true,
      filter: (file) => !file.includes(".tsbuildinfo"),
    });
    cpSync(join(source, "src"), join(target, "src"), { recursive: true });
    writeFileSync(
      join(target, "package.json"),
      JSON.stringify({ ...manifest, exports: manifest.publishConfig.exports }, undefined, 2),
    );
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
      if (name.startsWith("@wechat-refund/")) continue;
      mkdirSync(join(target, "node_modules"), { recursive: true });
      symlinkSync(realpathSync(join(source, "node_modules", name)), join(target, "node_modules", name), "dir");
    }
  }
};

/** A folder with the certificates and keys of everyone; the caller removes it. */
export const makeCertificates = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "wechat-refund-bench-"));
  const { ca, merchantA, server } = TestIdentities.make({ merchantA: merchant.mchId });
  const platform = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const files = {
    "ca.pem": ca,
    "server-cert.pem": server.certificatePem,
    "server-key.pem": server.privateKeyPem,
    "cert.pem": merchantA.certificatePem,
    "key.pem": merchantA.privateKeyPem,
    "merchant.p12": merchantA.pkcs12(merchant.mchId),
    "platform-key.pem": platform.privateKey,
    "platform-public.pem": platform.publicKey,
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content, { mode: 0o600 });
  return folder;
};

/** Is there a way to keep gateway and clients apart? */
export const pinned = spawnSync("taskset", ["-c", "1", "true"]).status === 0;

/** Starts a script of this folder on one core, with a channel to talk to it. */
export const start = (
  core: 0 | 1,
  folder: string,
  script: string,
  args: ReadonlyArray<string> = [],
  flags: ReadonlyArray<string> = [],
  more: Readonly<Record<string, string>> = {},
): ChildProcess => {
  const command = [process.execPath, "--expose-gc", ...flags, join(here, script), ...args];
  const [program = "", ...rest] = pinned ? ["taskset", "-c", String(core), ...command] : command;
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/proxy|^NODE_(?:OPTIONS|COMPILE_CACHE)$/i.test(name)),
  );
  return spawn(program, rest, {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    env: { ...environment, NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"), NODE_NO_WARNINGS: "1", ...more },
  });
};

/** The next thing a process says; fails when it ends instead. */
export const hear = async <A>(child: ChildProcess): Promise<A> => {
  const gone = new AbortController();
  const [said] = (await Promise.race([
    once(child, "message", { signal: gone.signal }),
    once(child, "exit", { signal: gone.signal }).then(() => {
      throw new Error("a client or the gateway ended before its time");
    }),
  ]).finally(() => gone.abort())) as [A];
  return said;
};

/** Says something to a process and hears what it answers. */
export const tell = <A>(child: ChildProcess, message: object): Promise<A> => {
  const answer = hear<A>(child);
  child.send(message);
  return answer;
};

export const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null) return;
  const exit = once(child, "exit");
  child.disconnect();
  await exit;
};
