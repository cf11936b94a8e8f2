/** What is seen of an error that is printed, or that nobody caught. */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { inspect } from "node:util";
import { Merchant, Params, RefundError, Transport, Xml } from "@wechat-refund/core";
import { Equal, Redacted, Result } from "effect";
import { describe, expect, it } from "vitest";

const issues = [{ field: "outRefundNo", wire: "out_refund_no", message: "must be 1 to 64 long" }];
const reason = new RefundError.InvalidRequest({ issues });
const refused = () => new RefundError.RefundError({ operation: "refund", outRefundNo: "R 1", reason });

describe("an error", () => {
  it("shows its message, and not its parts", () => {
    const error = refused();
    expect(inspect(error)).toBe(
      "RefundError: InvalidRequest: refund R 1: outRefundNo (out_refund_no) must be 1 to 64 long [not-accepted, fix-request]",
    );
    expect(inspect({ error })).toContain("{\n  error: RefundError: InvalidRequest");
  });

  it("has its parts, for whoever reads, compares or stores them", () => {
    const error = refused();
    expect(error.reason).toBe(reason);
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      _tag: "RefundError",
      operation: "refund",
      outRefundNo: "R 1",
      reason: { _tag: "InvalidRequest", issues },
    });
    expect(Equal.equals(error, refused())).toBe(true);
    const other = new RefundError.RefundError({ operation: "refund", outRefundNo: "R 2", reason });
    expect(Equal.equals(error, other)).toBe(false);
  });

  it("has a stack that leads to whoever called, and can be set like any other", () => {
    const made = Result.getOrThrowWith(
      Result.flip(Merchant.make({ appId: "", mchId: "", apiKey: Redacted.make("") })),
      () => "no error",
    );
    const [head, ...frames] = made.stack?.split("\n    at ") ?? [];
    expect(head).toMatch(/InvalidMerchant: appId must be /);
    expect(frames[0]).toContain("uncaught.test.ts");
    expect(made.stack).not.toMatch(/src\/Merchant|node:|effect\/(?:src|dist)/);
    made.stack = "another";
    expect(made.stack).toBe("another");
  });

  const lost = new Transport.ConnectionLost({ detail: "reset", cause: { name: "Error", code: "ECONNRESET" } });
  const failed = new RefundError.TransportFailed({ error: new Transport.TransportError({ reason: lost }) });
  it.each([
    new RefundError.RefundError({ operation: "refund", outRefundNo: "R-1", reason: failed }),
    failed,
    failed.error,
    reason,
    Result.getOrThrow(Result.flip(Xml.read(new TextEncoder().encode("<xml><a></xml>")))),
    Result.getOrThrow(Result.flip(Params.fromRecord({ "a b": "1" }))),
  ])("shows nothing but its message, once: %s", (error) => {
    // As Node shows it before it ends: it asks nobody how.
    const [first = "", ...frames] = inspect(error, { customInspect: false, depth: 5 }).split("\n");
    expect(first.split(error.message)).toHaveLength(2);
    expect(frames.filter((frame) => !frame.startsWith("    at "))).toEqual([]);
  });
});

const program = `
  import { Merchant, RefundClient, Transport } from "@wechat-refund/core";
  import { Effect, Layer, Redacted } from "effect";
  const merchant = { appId: "wx8888888888888888", mchId: "1900000109", apiKey: Redacted.make("192006250b4c09247ec02edce69f6a2d") };
  const client = RefundClient.layer.pipe(
    Layer.provide([Merchant.layer(merchant), Layer.succeed(Transport.Transport, { send: () => Effect.never })]),
  );
  const request = { order: { outTradeNo: "T-1" }, outRefundNo: "R 1", totalFee: 1, refundFee: 2 };
  const program = RefundClient.RefundClient.use(({ refund }) => refund(request)).pipe(Effect.provide(client));`;

describe("a process that ends with it", () => {
  it.concurrent.each([
    ["await Effect.runPromise(program);"],
    ["Effect.runPromise(program);"],
    ["Effect.runSync(program);"],
    ["setTimeout(() => Effect.runSync(program));"],
  ])("says it on one line: %s", async (last) => {
    const child = spawn(process.execPath, ["--input-type=module", "--eval", `${program}\n${last}`], {
      cwd: import.meta.dirname,
    });
    const code = new Promise((resolve) => child.on("close", resolve));
    const stderr = await text(child.stderr);
    expect(await code).toBe(1);
    // Before it Node says which line of its own ends the process, and after it its version.
    const lines = stderr.trimEnd().split("\n").slice(3);
    expect(lines).toEqual([
      "",
      expect.stringMatching(/^\[?RefundError .*: InvalidRequest: refund R 1: .* \[not-accepted, fix-request\]\]?$/),
      "",
      `Node.js ${process.version}`,
    ]);
    expect(stderr.match(/outRefundNo \(out_refund_no\) must be/g)).toHaveLength(1);
  });
});
