#!/usr/bin/env node
import { fstatSync, statSync, writeSync } from "node:fs";
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
let failed: (Error & { readonly code?: string }) | undefined;
process.stdout.on("error", (error) => (failed ??= error));
process.stderr.on("error", () => {});

// Of what a full disk takes a part of, Node's own stream for a file says that it has all. The rest is tried here, and so fails.
const isFile = (fd: number): boolean => {
  try {
    return fstatSync(fd).isFile();
  } catch {
    return false;
  }
};
if (isFile(1)) {
  process.stdout._write = (chunk: Uint8Array, _encoding, done) => {
    try {
      for (let at = 0; at < chunk.length;) at += writeSync(1, chunk, at);
      done();
    } catch (cause) {
      done(cause instanceof Error ? cause : new Error("not written"));
    }
  };
}

const [{ run }, Language, NodeRuntime, NodeServices, Effect] = await Promise.all([
  import("./Cli.ts"),
  import("./Language.ts"),
  import("@effect/platform-node/NodeRuntime"),
  import("@effect/platform-node/NodeServices"),
  import("effect/Effect"),
]);

// Output that is lost for another reason must not pass for output: whoever called does not know what was done. Said at the very end, however
// that comes, and with no exit code in place of one that says more.
process.on("exit", (exitCode) => {
  // The last write's error may not have been told yet.
  const lost: typeof failed = failed ?? process.stdout.errored ?? undefined;
  if (lost === undefined || lost.code === "EPIPE") return;
  const say = Effect.runSync(Language.choose(process.argv.slice(2)));
  const code = lost.code ?? lost.name;
  process.stderr.write(
    `${say(
      `Standard output could not be written (${code}): what was printed is lost or incomplete, and what was done stays done. Make room, or write it elsewhere; before a refund is repeated, query it, and keep its number. What is shown only once must be made anew.`,
      `无法写入标准输出（${code}）：输出已丢失或不完整，而已执行的操作仍然有效。请腾出空间，或改写到别处；重复退款之前请先查询，且不要更换单号。只显示一次的内容须重新创建。`,
    )}\n`,
  );
  if (exitCode === 0) process.exitCode = 3;
});
// Another exit code than 0 ends the process at once, with what a slow reader has not taken yet.
const drained = Effect.callback<void>((resume) => {
  // Another write would forget it.
  failed ??= process.stdout.errored ?? undefined;
  process.stdout.write("", () => process.stderr.write("", () => resume(Effect.void)));
});
// A terminal that is closed, or Ctrl-\, ends a command no less than the two signals that are heard for it: what it has to say of a refund is
// said. A shell and the system may both send SIGHUP, which is no second one.
process.on("SIGHUP", () => void (process.emit("SIGTERM", "SIGTERM") || process.exit(130)));
process.on("SIGQUIT", () => void (process.emit("SIGINT", "SIGINT") || process.exit(130)));
run(process.argv.slice(2)).pipe(
  Effect.exit,
  Effect.tap(() => drained),
  Effect.flatMap((exit) => exit),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain,
);
