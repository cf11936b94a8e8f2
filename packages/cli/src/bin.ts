#!/usr/bin/env node
import * as NodeRuntime from "@effect/platform-node/NodeRuntime";
import * as NodeServices from "@effect/platform-node/NodeServices";
import * as Effect from "effect/Effect";
import { run } from "./Cli.ts";

// Whoever reads the output may stop before its end. That must neither end a call half-way nor change the exit code.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

run(process.argv.slice(2)).pipe(Effect.provide(NodeServices.layer), NodeRuntime.runMain);
