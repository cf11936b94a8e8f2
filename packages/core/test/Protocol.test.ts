/** What another protocol shares: a request's checks, and the shell of a call. */
import * as Effect from "effect/Effect";
import * as Logger from "effect/Logger";
import * as Result from "effect/Result";
import { expect, it } from "vitest";
import { Protocol, Refund, RefundError } from "../src/index.ts";

const request = { order: { transactionId: "T" }, outRefundNo: "R", totalFee: 2, refundFee: 1 };

it("checks a request without a merchant, and finds what APIv2 finds", () => {
  expect(Result.isSuccess(Refund.check(request))).toBe(true);
  const found = Refund.check({ ...request, refundFee: 3, outRefundNo: "" });
  expect(Result.isFailure(found) && found.failure.map(({ field }) => field).toSorted()).toEqual([
    "outRefundNo",
    "refundFee",
  ]);
  expect(Result.isFailure(Refund.check(null as never))).toBe(true);
});

it("makes no alarm of a probe, and one of every other reply that proves nothing", async () => {
  const lines: Array<string> = [];
  const logger = Logger.make<unknown, void>(({ logLevel }) => void lines.push(logLevel));
  const ask = (problem: "probe" | "wrong-sign") =>
    Protocol.call<{ readonly outRefundNo: string }, never>({
      operation: {
        name: "refundquery",
        copy: (asked) => asked,
        outRefundNo: () => "R",
      },
      whose: { mchId: "1900000109" },
      endpoints: [],
      stages: () => Effect.fail(new RefundError.UntrustedReply({ problem })),
    })({ outRefundNo: "R" });
  for (const problem of ["probe", "wrong-sign"] as const) {
    await Effect.runPromise(Effect.exit(ask(problem)).pipe(Effect.provide(Logger.layer([logger]))));
  }
  expect(lines).toEqual(["Info", "Error"]);
});
