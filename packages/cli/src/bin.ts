#!/usr/bin/env node
import { statSync } from "node:fs";
import * as nodeModule from "node:module";
import { isAbsolute, join } from "node:path";
import { setFlagsFromString } from "node:v8";

// Before anything is loaded: of an older Node that says only what it misses first.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `wechat-refund needs Node 22.19 or newer, and this is Node ${process.versions.node}: run it under a newer one. 需要 Node 22.19 或更高版本。\n`,
  );
  process.exit(2);
}

// What was compiled is kept for the next time, unless NODE_COMPILE_CACHE has said so already or NODE_DISABLE_COMPILE_CACHE forbids it. Code is
// run from there, so it is the user's own folder: not one below the temporary files that anybody may make first, and not another user's,
// whose HOME a root shell may have kept.
const { HOME: home = "", XDG_CACHE_HOME: given = "" } = process.env;
const [base, cache] = isAbsolute(given) ? [given, given] : [home, join(home, ".cache")];
const isOwn = (folder: string): boolean => {
  try {
    const owner = statSync(folder, { throwIfNoEntry: false })?.uid;
    return owner === undefined || owner === process.getuid?.();
  } catch {
    return false;
  }
};
if (isAbsolute(base) && isOwn(base) && isOwn(cache)) nodeModule.enableCompileCache(join(cache, "wechat-refund"));

// A bill's lines are garbage as soon as they are read. What is young on the heap would grow to 48 MB without making it faster, and small
// buffers out of a pool keep all of it. The versions of Node are those that this was tried with: another may not know the flag, and complain.
// Modules that are loaded make the heap grow, too, so they come afterwards.
if (process.argv[2] === "bill" && /^2[2-5]\./.test(process.versions.node)) {
  setFlagsFromString("--semi-space-growth-factor=1");
  Buffer.poolSize = 0;
}

// Whoever reads the output may stop before its end. That must neither end a call half-way nor change the exit code.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

const [{ run }, NodeRuntime, NodeServices, Effect] = await Promise.all([
  import("./Cli.ts"),
  import("@effect/platform-node/NodeRuntime"),
  import("@effect/platform-node/NodeServices"),
  import("effect/Effect"),
]);
run(process.argv.slice(2)).pipe(Effect.provide(NodeServices.layer), NodeRuntime.runMain);
