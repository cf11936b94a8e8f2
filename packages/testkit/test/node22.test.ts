/** Both adapters under the oldest Node that is supported, once; `pnpm prove:transport` does it many times. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Saboteurs, TransportContract } from "@wechat-refund/testkit";
import { expect, it } from "vitest";

const script = fileURLToPath(new URL("../../../scripts/prove-transport.mjs", import.meta.url));
const node22 = fileURLToPath(new URL("../../../node_modules/node-22", import.meta.url));
const prove = (...args: ReadonlyArray<string>) => promisify(execFile)(process.execPath, [script, ...args]);

const subject = { name: "either", layer: Saboteurs.reference };
/** For two adapters, both modes, both versions, and all calls. */
const checks = (["fresh", "pooled"] as const)
  .flatMap((connections) => (["TLSv1.2", "TLSv1.3"] as const).map((version) => ({ connections, version })))
  .flatMap((options) => TransportContract.calls.map((calls) => ({ ...options, calls })))
  .flatMap((options) =>
    TransportContract.clauses.filter((clause) => TransportContract.applies(clause, subject, options)),
  )
  .flatMap(() => ["node:https", "undici"]).length;

it.skipIf(!existsSync(node22))("the adapters keep the contract on Node 22", { timeout: 300_000 }, async () => {
  const { stdout } = await prove("--runs", "1", "--node", "22", "--saboteurs", "no");
  expect(stdout).toMatch(new RegExp(`all clauses: ${checks} checks with \\d+ posts, 0 wrong`));
  expect(stdout).toMatch(/secrets printed: 0/);
});

it("a Node that is not there is not passed over", async () => {
  await expect(prove("--node", "18")).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^NOTHING IS PROVED: Node 18 is needed/),
  });
});
