/** A kept connection keeps nothing of the request that opened it: a header field may be as good as a secret. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

it("the memory of the process holds no header value of a request that was answered", { timeout: 60_000 }, async () => {
  const script = fileURLToPath(new URL("kept.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", script]);
  expect(stdout.trim().split("\n")).toEqual(["node:https: 1 connection, 0 copies", "undici: 1 connection, 0 copies"]);
});
