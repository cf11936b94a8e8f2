import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { document, run, start } from "./support/bin.ts";

const folder = mkdtempSync(join(tmpdir(), "wechat-refund-simulate-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A gateway in a process of its own; what it prints is all of it once `lines` of it are there. */
const simulate = async (args: ReadonlyArray<string>, complete: (stdout: string) => boolean) => {
  const child = start(["simulate", "--directory", folder, ...args], {});
  let stdout = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  const closed = once(child, "close");
  await expect.poll(() => complete(stdout), { timeout: 45_000, interval: 10 }).toBe(true);
  const stop = async () => {
    child.kill("SIGINT");
    await closed;
    return child.exitCode;
  };
  return { stdout, stop };
};

describe("simulate", () => {
  it("is all that the other commands need", async () => {
    const { stdout, stop } = await simulate([], (stdout) => stdout.includes("WECHAT_PAY_CONTROL"));
    const env = Object.fromEntries(
      [...stdout.matchAll(/^export (\w+)='?([^'\n]*)'?$/gm)].map(([, name = "", value = ""]) => [name, value]),
    );
    const files = ["WECHAT_PAY_KEY_FILE", "WECHAT_PAY_V3_PRIVATE_KEY_FILE", "WECHAT_PAY_V3_PUBLIC_KEY_FILE"];
    for (const file of [...files.map((name) => env[name]), join(folder, "apiclient_cert.p12")]) {
      expect(statSync(file ?? "").mode & 0o777).toBe(0o600);
    }
    expect(env).toMatchObject({
      WECHAT_PAY_V3_SERIAL_NO: expect.stringMatching(/^[0-9A-F]{40}$/),
      WECHAT_PAY_V3_KEY: expect.stringMatching(/^.{32}$/),
      WECHAT_PAY_V3_PUBLIC_KEY_ID: expect.stringMatching(/^PUB_KEY_ID_\d+$/),
    });
    expect(await run(["doctor"], { env })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("Ready for refunds"),
    });
    const numbers = ["--out-trade-no", "ORDER-1", "--out-refund-no", "R-1"];
    expect(await run(["refund", ...numbers, "--total-fee", "100", "--refund-fee", "60"], { env })).toMatchObject({
      code: 0,
    });
    expect(await run(["query", "--out-refund-no", "R-1"], { env })).toMatchObject({ code: 0 });
    expect(await stop()).toBe(130);
  });

  it("prints the environment as JSON, and goes wrong on demand", async () => {
    const args = ["--json", "--faults", "1", "--seed", "x"];
    const { stdout, stop } = await simulate(args, (stdout) => stdout.endsWith("\n"));
    const env = document(stdout) as Record<string, string>;
    // Every call meets a fault, whatever it is.
    const codes = new Set<number | null>();
    for (let n = 0; n < 3; n++) {
      const numbers = ["--out-trade-no", `ORDER-${n + 2}`, "--out-refund-no", `R-${n}`];
      const amounts = ["--total-fee", String((n + 2) * 100), "--refund-fee", "1"];
      codes.add(
        (await run(["refund", ...numbers, ...amounts], { env: { ...env, WECHAT_PAY_EXCHANGE_TIMEOUT: "1 second" } }))
          .code,
      );
    }
    expect([...codes].some((code) => code !== 0)).toBe(true);
    expect(await stop()).toBe(130);
  });

  it.each([
    ["--port", "70000"],
    ["--faults", "2"],
    ["--directory", "9kQ2xV7bT4mZ0pL6cR1sW8yD3fG5hJaN"],
    ["--directory", "./9kQ2xV7bT4mZ0pL6cR1sW8yD3fG5hJaN/x"],
    ["--seed", "9kQ2xV7bT4mZ0pL6cR1sW8yD3fG5hJaN"],
  ])("refuses %s %s", async (flag, value) => {
    const ran = await run(["simulate", flag, value], { untilPrinted: true });
    expect(ran).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(flag) });
    expect(ran.stderr).not.toContain("9kQ2");
  });

  it("says why it cannot start", async () => {
    const ran = await run(["simulate", "--directory", "/dev/null/x", "--json"]);
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining("cannot write certificates") });
  });
});

it("takes the gateway's address from the environment, if it is one", async () => {
  const env = { WECHAT_PAY_APP_ID: "wx1", WECHAT_PAY_MCH_ID: "1", WECHAT_PAY_API_KEY: "0".repeat(32) };
  const query = (endpoint: string) =>
    run(["query", "--out-refund-no", "R-1"], { env: { ...env, WECHAT_PAY_ENDPOINT: endpoint } });
  expect(await query("http://127.0.0.1")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("WECHAT_PAY_ENDPOINT must be an https:"),
  });
  expect(await query("https://127.0.0.1:1")).toMatchObject({ code: 3, stderr: expect.stringContaining("Unreachable") });
});
