import { once } from "node:events";
import { RefundClient, RefundError } from "@wechat-refund/core";
import { Fault } from "@wechat-refund/simulator";
import { Console, Effect, Fiber, Logger } from "effect";
import { TestClock } from "effect/testing";
import { afterEach, describe, expect, it } from "vitest";
import * as Watch from "../src/commands/Watch.ts";
import { english } from "@wechat-refund/checkup/Language";
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

  it.each([
    ["en", /^\S+ {2}REFUNDNOTEXIST: there is no such refund: check the number/gm],
    ["zh", /^\S+ {2}REFUNDNOTEXIST：没有这笔退款：请核对商户退款单号/gm],
  ])("says at once that there is no such refund, once, and goes on asking: %s", async (lang, words) => {
    const { gateway } = await started();
    const before = gateway.log.total();
    const args = ["watch", "--out-refund-no", "R-2", "--endpoint", running?.url ?? "", "--lang", lang];
    const ran = await run([...args, "--every", "100 millis", "--within", "1 second"], { env: Gateway.bare });
    expect(ran.code).toBe(3);
    expect(ran.stdout.match(words)).toHaveLength(1);
    expect(gateway.log.total()).toBeGreaterThan(before + 1);
  });

  it.each([false, true])("prints with its remedy that a refund is denied for an hour; as JSON: %s", async (json) => {
    const none = Effect.fail(
      new RefundError.RefundError({
        operation: "refundquery",
        reason: new RefundError.Rejected({ operation: "refundquery", errCode: "REFUNDNOTEXIST" }),
      }),
    );
    const client = RefundClient.RefundClient.of({ refund: () => none, query: () => none, confirm: () => none });
    const printed = { log: new Array<string>(), error: new Array<string>() };
    const code = await Effect.gen(function* () {
      const console = yield* Console.Console;
      const fiber = yield* Watch.follow(english, "R-1", { every: undefined, within: "3 hours", json }).pipe(
        Effect.provideService(RefundClient.RefundClient, client),
        Effect.provideService(Console.Console, {
          ...console,
          log: (line: string) => void printed.log.push(line),
          error: (line: string) => void printed.error.push(line),
        }),
        Effect.forkChild,
      );
      yield* TestClock.adjust("4 hours");
      return yield* Fiber.join(fiber);
    }).pipe(Effect.provide([TestClock.layer(), Logger.layer([])]), Effect.scoped, Effect.runPromise);
    expect(code).toBe(3);
    const blocked = (json ? printed.error : printed.log).filter((line) => line.includes("blocked"));
    expect(blocked).toEqual([expect.stringMatching(/blocked: denied: .* check the number, or ask WeChat Pay$/)]);
    expect(printed.log.length).toBeGreaterThan(json ? 5 : 1);
    if (json) for (const line of printed.log) expect(JSON.parse(line)).toMatchObject({ ok: false });
  });

  it("prints what would hold every refund of the merchant with its remedy, and goes on while it may pass", async () => {
    const { gateway, watch } = await started({ status: "SUCCESS", afterMillis: 0 });
    gateway.faults.push(Fault.Missign({ on: "query" }));
    const ran = await watch("--every", "50 millis");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toMatch(/^\S+ {2}blocked: key: mend the API key/m);
    expect(states(ran.stdout).at(-1)).toBe("SUCCESS");
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
      stderr: expect.stringMatching(/--every: .*, such as "[0-9]+ seconds"/),
    });
  });
});
