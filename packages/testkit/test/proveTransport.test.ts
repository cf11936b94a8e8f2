/** `pnpm prove:transport` holds the adapters to their contract many times and under several versions of Node, and says so where one is missing. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const script = fileURLToPath(new URL("../../../scripts/prove-transport.mjs", import.meta.url));

it("a Node that is not there is not passed over", async () => {
  await expect(promisify(execFile)(process.execPath, [script, "--node", "18"])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^NOTHING IS PROVED: Node 18 is needed/),
  });
});
