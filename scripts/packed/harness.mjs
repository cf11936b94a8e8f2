/** What the checks of packed packages share: running programs, counting what holds, packing. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

export const root = dirname(dirname(import.meta.dirname));
export const temporary = mkdtempSync(join(tmpdir(), "wechat-refund-packed-"));
process.on("exit", () => rmSync(temporary, { recursive: true, force: true }));

// The shell that npm and npx start must find this Node, and not the one that the caller has.
export const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}` };
for (const name of Object.keys(env)) if (/^npm_/i.test(name) || name.startsWith("WECHAT_PAY_")) delete env[name];
// A registry that stalls is asked again after a minute, and not after the five that npm waits, which leaves time for the largest package.
Object.assign(env, {
  npm_config_fetch_timeout: "60000",
  npm_config_fetch_retry_mintimeout: "1000",
  npm_config_fetch_retry_maxtimeout: "5000",
});
/** What npm says where the registry was away, or knew the one half of a release and not yet the other. */
export const isOfRegistry = (said) => /\b(?:ETARGET|ETIMEDOUT|ECONNRESET|EAI_AGAIN|E50\d)\b/.test(said);
/** What npm keeps of a registry is not believed the second time. */
export const anew = { npm_config_prefer_online: "true" };

let passed = 0;
let failed = 0;
export const check = (what, problem) => {
  if (problem) {
    failed++;
    console.log(`FAILED ${what}\n  ${String(problem).replaceAll("\n", "\n  ")}`);
  } else {
    passed++;
    console.log(`ok ${what}`);
  }
};
export const difference = (actual, expected) => {
  const [found, wanted] = [actual, expected].map((value) => JSON.stringify(value));
  return found === wanted ? undefined : `found ${found}, expected ${wanted}`;
};

/** Runs a program; what it wrote and how it ended. */
export const ended = (file, args, { cwd = temporary, input = "", more = {} } = {}) =>
  spawnSync(file, args, { cwd, env: { ...env, ...more }, input, encoding: "utf8", timeout: 300_000 });

/** Runs a program; its output if it ended with `code`, otherwise an error that shows it. Where it was the registry's doing, a second time. */
export const run = (file, args, { code = 0, again = true, ...options } = {}) => {
  const { error, signal, status, stderr, stdout } = ended(file, args, options);
  if (status === code) return stdout;
  const how = error?.message ?? status ?? signal;
  if (again && isOfRegistry(`${how} ${stderr}`))
    return run(file, args, { code, again: false, ...options, more: { ...options.more, ...anew } });
  throw new Error(`${file} ${args.join(" ").slice(0, 200)} ended with ${how}\n${stdout ?? ""}${stderr ?? ""}`);
};

/** The pnpm that runs this script, where it does; else the registry is asked for it. */
const { npm_execpath: runner = "" } = process.env;
const [pnpmFile, ...pnpmFirst] = /[\\/]pnpm$/.test(runner) ? [runner] : ["npx", "--yes", "pnpm@12"];
export const pnpm = (args, options) => run(pnpmFile, [...pnpmFirst, ...args], options);

export const attempt = async (what, act) => {
  try {
    check(what, await act());
  } catch (error) {
    check(what, error instanceof Error ? error.message : error);
  }
};

/** A part of the checks, with the time that it takes. */
export const part = async (title, act) => {
  const start = performance.now();
  console.log(title);
  await act();
  console.log(`  (${Math.round((performance.now() - start) / 1000)} s)`);
};

export const finish = () => {
  console.log(`${passed} checks passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
};

/** Builds the packages anew and packs them; the tarballs' paths by name. */
export const pack = (names) => {
  for (const name of names) rmSync(join(root, "packages", name, "dist"), { recursive: true, force: true });
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  run(process.execPath, [tsc, "-b", ...names.map((name) => `packages/${name}`)], { cwd: root });
  pnpm(["-r", "--filter", "./packages/*", "pack", "--pack-destination", temporary], { cwd: root });
  const packed = readdirSync(temporary);
  return Object.fromEntries(
    names.map((name) => {
      const file = packed.find((entry) => entry.startsWith(`wechat-refund-${name}-`) && entry.endsWith(".tgz"));
      if (file === undefined) throw new Error(`no tarball of ${name} in ${temporary}`);
      return [name, join(temporary, file)];
    }),
  );
};
