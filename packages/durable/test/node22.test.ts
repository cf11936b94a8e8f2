/** The oldest Node that is promised, where its package is installed: node:sqlite was younger there. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { it } from "@effect/vitest";
import { Effect } from "effect";
import { expect } from "vitest";
import { directory } from "./support/files.ts";

const node22 = fileURLToPath(new URL("../../../node_modules/node-22/bin/node", import.meta.url));
const program = fileURLToPath(new URL("support/streamed.ts", import.meta.url));

it.effect.skipIf(!existsSync(node22))(
  "a stream ends, integers and columns are right, and Node's warning is not shown",
  () =>
    Effect.gen(function* () {
      const file = join(yield* directory, "refunds.db");
      const { stdout, stderr } = spawnSync(node22, [program, file], { encoding: "utf8", timeout: 30_000 });
      // The warning of types being stripped is Node's own, of this test's program.
      expect(stderr).not.toContain("SQLite is an experimental feature");
      expect(stdout.split("\n")).toEqual(["bigint 9007199254740993, number 2", "1,2", ""]);
    }),
);
