import { once } from "node:events";
import { Fault } from "@wechat-refund/simulator";
import { afterEach, describe, expect, it } from "vitest";
import { run, start } from "./support/bin.ts";
import * as Gateway from "./support/gateway.ts";

let running: Gateway.Running | undefined;
afterEach(() => running?.stop());

const started = async (...course: NonNullable<Parameters<typeof Gateway.start>[0]>) => {
  running = await Gateway.start(course);
  const { gateway, url } = running;
  const refund = ["refund", "--out-trade-no", Gateway.order.outTradeNo, "--total-fee", "100", "--refund-fee", "60"];
  expect((await run([...refund, "--out-refund-no", "R-1", "--endpoint", url], { env: Gateway.pem })).code).toBe(0);
  const watch = (...more: ReadonlyArray<string>) =>
    run(["watch", "--out-refund-no", "R-1", "--endpoint", url, ...more], { env: Gateway.bare });
  return { gateway, watch };
};
const states = (stdout: string) =>
  [...stdout.matchAll(/^\d{4}-\d\d-\d\dT[\d:.]+Z {2}(\w+)/gm)].map(([, state]) => state);

describe("watch", () => {
  it("prints each new state once, and ends with the money back", async () => {
    const { gateway } = await started(
      { status: "CHANGE", afterMillis: 60_000 },
      { status: "SUCCESS", afterMillis: 120_000 },
    );
    const args = ["watch", "--out-refund-no", "R-1", "--endpoint", running?.url ?? "", "--every", "50 millis"];
    const child = start(args, { env: Gateway.bare });
    let stdout = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    const closed = once(child, "close");
    for (const state of ["PROCESSING", "CHANGE"]) {
      await expect.poll(() => states(stdout).at(-1), { timeout: 45_000, interval: 10 }).toBe(state);
      const asked = gateway.log.total();
      await expect.poll(() => gateway.log.total(), { timeout: 45_000, interval: 10 }).toBeGreaterThan(asked + 1);
      gateway.clock.advance(60_000);
    }
    await closed;
    expect(child.exitCode).toBe(0);
    expect(states(stdout)).toEqual(["PROCESSING", "CHANGE", "SUCCESS"]);
    expect(stdout).toMatch(/^refund_status +SUCCESS: the money went back$/m);
    expect(stdout).not.toContain("\r");
  });

  it("ends with 1 when it was closed", async () => {
    const { watch } = await started({ status: "REFUNDCLOSE", afterMillis: 0 });
    expect(await watch()).toMatchObject({ code: 1, stdout: expect.stringContaining("REFUNDCLOSE: closed") });
  });

  it("says what to do about a refund that is not determined, and goes on asking", async () => {
    const { watch } = await started({ status: "NOTSURE", afterMillis: 0 });
    const ran = await watch("--every", "100 millis", "--within", "300 millis");
    expect(ran).toMatchObject({
      code: 3,
      stdout: expect.stringContaining("NOTSURE: not determined: send the identical"),
    });
  });

  it("ends with 3 when it is not decided in time", async () => {
    const { watch } = await started();
    const ran = await watch("--every", "100 millis", "--within", "300 millis");
    expect(ran).toMatchObject({ code: 3, stderr: "Not decided yet; ask again later\n" });
    expect(states(ran.stdout)).toEqual(["PROCESSING"]);
  });

  it("asks again after a question without an answer, and as JSON prints a line for each", async () => {
    const { gateway, watch } = await started({ status: "SUCCESS", afterMillis: 0 });
    gateway.faults.push(Fault.Refuse({ errCode: "SYSTEMERROR", accepted: false }), Fault.LoseReply({}));
    const { code, stdout } = await watch("--json", "--every", "50 millis");
    const lines = stdout.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { ok: false, error: { reason: "Rejected" } },
      { ok: false, error: { reason: "TransportFailed" } },
      { at: expect.stringMatching(/Z$/), ok: true, value: { outRefundNo: "R-1", refundStatus: "SUCCESS" } },
    ]);
    expect(code).toBe(0);
  });

  it("ends at once when no repetition can help", async () => {
    const { gateway } = await started();
    const before = gateway.log.total();
    const ran = await run(["watch", "--out-refund-no", "R-1", "--endpoint", running?.url ?? ""], {
      env: { ...Gateway.bare, WECHAT_PAY_API_KEY: "0123456789abcdef0123456789abcdef" },
    });
    expect(ran).toMatchObject({ code: 3, stderr: expect.stringContaining("签名错误") });
    expect(gateway.log.total()).toBe(before + 1);
    const wrong = await run(["watch", "--out-refund-no", "!", "--endpoint", running?.url ?? ""], { env: Gateway.bare });
    expect(wrong.code).toBe(2);
  });

  it.each(["soon", "0 seconds", "-1 seconds"])("refuses to ask every %j", async (every) => {
    expect(await run(["watch", "--out-refund-no", "R-1", `--every=${every}`])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--every"),
    });
  });
});
