/** What is seen of an error that is printed, or that nobody caught. */
import { spawnSync } from "node:child_process";
import { inspect } from "node:util";
import { RefundError } from "@wechat-refund/core";
import { expect, it } from "vitest";

const bad = `
  import { Merchant, RefundClient, Transport } from "@wechat-refund/core";
  import { Effect, Layer, Redacted } from "effect";
  const merchant = { appId: "wx8888888888888888", mchId: "1900000109", apiKey: Redacted.make("192006250b4c09247ec02edce69f6a2d") };
  const client = RefundClient.layer.pipe(
    Layer.provide([Merchant.layer(merchant), Layer.succeed(Transport.Transport, { send: () => Effect.never })]),
  );
  const request = { order: { outTradeNo: "T-1" }, outRefundNo: "R 1", totalFee: 1, refundFee: 2 };
  await Effect.runPromise(RefundClient.RefundClient.use(({ refund }) => refund(request)).pipe(Effect.provide(client)));`;

const issues = [{ field: "outRefundNo", wire: "out_refund_no", message: "must be 1 to 64 long" }];
const reason = new RefundError.InvalidRequest({ issues });

it("shows its message, and not its parts", () => {
  const error = new RefundError.RefundError({ operation: "refund", outRefundNo: "R 1", reason });
  expect(inspect(error)).toBe(
    "RefundError: InvalidRequest: refund R 1: outRefundNo (out_refund_no) must be 1 to 64 long [not-accepted, fix-request]",
  );
  expect(inspect({ error })).toContain("{\n  error: RefundError: InvalidRequest");
});

it("ends a process with it, and with its reason once", () => {
  const cwd = new URL(".", import.meta.url);
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", bad], {
    cwd,
    encoding: "utf8",
  });
  expect(status).toBe(1);
  // Node asks nobody how to show what it shows before it ends: the reason is there with its parts, and not a second time as the cause.
  expect(stderr).toMatch(/^RefundError .*: InvalidRequest: refund R 1: .* \[not-accepted, fix-request\]$/m);
  expect(stderr.match(/outRefundNo \(out_refund_no\) must be/g)).toHaveLength(2);
});
