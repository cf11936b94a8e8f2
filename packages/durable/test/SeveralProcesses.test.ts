/** The example of several processes, run as a reader would, on a database of its own. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { it } from "@effect/vitest";
import { Effect, Redacted } from "effect";
import { expect } from "vitest";
import { database, isInstalled, sayIfSkipped } from "./support/Postgres.ts";

sayIfSkipped("the example of several processes");

const example = fileURLToPath(new URL("../../../examples/15-several-processes.ts", import.meta.url));

it.live.skipIf(!isInstalled)("three processes share refunds, one is killed, and each refund is made once", () =>
  Effect.gen(function* () {
    const { url } = yield* database;
    const said = yield* Effect.promise(
      () =>
        new Promise<string>((resolve, reject) => {
          const env = {
            PATH: process.env["PATH"],
            NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
            WECHAT_REFUND_DATABASE: Redacted.value(url),
          };
          execFile(process.execPath, [example], { env, timeout: 110_000 }, (error, stdout, stderr) =>
            error === null ? resolve(stdout) : reject(new Error(`${error.message}\n${stdout}\n${stderr}`)),
          );
        }),
    );
    const own = said.split("\n").filter((line) => !/^(?:\[|\}| {2}'|$)/.test(line));
    expect(own).toEqual([
      "recorded 80 refunds of 2 merchants",
      "killed one of three",
      "1900000109: 40 are Accepted",
      "1900000209: 40 are Accepted",
      "refunds at the gateway: 80",
    ]);
  }),
);
