#!/usr/bin/env node
import { setFlagsFromString } from "node:v8";

// A bill's lines are garbage as soon as they are read. The part of the heap that is for such would grow to 48 MB without making it faster. The
// versions of Node are those that this was tried with, for one without the flag would complain of it. It grows while modules are loaded, too.
if (process.argv[2] === "bill" && /^2[2-5]\./.test(process.versions.node)) {
  setFlagsFromString("--semi-space-growth-factor=1");
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
