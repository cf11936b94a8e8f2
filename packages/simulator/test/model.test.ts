/**
 * The real client against the in-memory gateway under a test clock, through random stories: starts, lost and mangled replies,
 * repeats, notices true and forged, key changes, time. After every step the invariants of a refund must hold, by the
 * gateway's own ledger and log. The seed is printed; `SEED=… RUNS=…` repeats or lengthens a run.
 */
import { Merchant, Refund, RefundClient, RefundNotice } from "@wechat-refund/core";
import { Replies } from "@wechat-refund/core/testing";
import { Clock, Duration, Effect, Fiber, Layer, Redacted, References, Result } from "effect";
import { TestClock } from "effect/testing";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fault, Gateway, Ledger, MemoryTransport, Message } from "../src/index.ts";

const oldKey = "0123456789abcdef0123456789abcdef";
const newKey = "fedcba9876543210fedcba9876543210";
const identity = { appId: "wx8888888888888888", mchId: "1900000109" };

/** Three refunds of two orders: the first two share an order, and all have their own amounts. */
const requests: ReadonlyArray<Refund.RefundRequest> = [
  { order: { outTradeNo: "A" }, outRefundNo: "R0", totalFee: 100, refundFee: 60 },
  { order: { outTradeNo: "A" }, outRefundNo: "R1", totalFee: 100, refundFee: 50 },
  { order: { outTradeNo: "B" }, outRefundNo: "R2", totalFee: 30, refundFee: 30 },
];

const outcomes = ["SUCCESS", "REFUNDCLOSE", "CHANGE"] as const;

type Step =
  | { readonly _tag: "Send"; readonly refund: number; readonly fault: Fault.Fault | undefined; readonly twice: boolean }
  | { readonly _tag: "OtherAmount"; readonly refund: number }
  | { readonly _tag: "Confirm"; readonly refund: number; readonly fault: Fault.Fault | undefined }
  | { readonly _tag: "Notice"; readonly refund: number; readonly claims: (typeof outcomes)[number] }
  | {
      readonly _tag: "Splice";
      readonly refund: number;
      readonly donor: number;
      readonly block: number;
      readonly at: number;
    }
  | { readonly _tag: "Time"; readonly seconds: number }
  | { readonly _tag: "ChangeKey" };

const anyFault = fc.option(
  fc.oneof(
    fc.constant(Fault.Drop({})),
    fc.constant(Fault.LoseReply({})),
    fc
      .record({ millis: fc.constantFrom(1, 5000), part: fc.constantFrom("request" as const, "reply" as const) })
      .map(Fault.Delay),
    fc.integer({ min: 0, max: 400 }).map((bytes) => Fault.Truncate({ bytes })),
    fc
      .constantFrom(["SUCCESS", "FAIL"], ["R0", "R1"], ["<refund_fee>", "<refund_fee >"], ["50", "51"])
      .map(([find = "", put = ""]) => Fault.Mangle({ find, put })),
    fc
      .record({
        errCode: fc.constantFrom("SYSTEMERROR", "BIZERR_NEED_RETRY", "ERROR", "NEW_CODE"),
        accepted: fc.boolean(),
      })
      .map(Fault.Refuse),
    fc
      .record({
        status: fc.constantFrom(200, 302, 400, 502),
        body: fc.constantFrom("", "<html><head><title>502</title></head></html>"),
        reached: fc.boolean(),
      })
      .map(Fault.Replace),
    fc.boolean().map((reached) =>
      Fault.Replace({
        status: 200,
        reached,
        body: "<xml><return_code>FAIL</return_code><return_msg>系统繁忙</return_msg></xml>",
      }),
    ),
  ),
  { nil: undefined },
);
const refund = fc.nat({ max: requests.length - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ _tag: fc.constant("Send" as const), refund, fault: anyFault, twice: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ _tag: fc.constant("OtherAmount" as const), refund }) },
  { weight: 4, arbitrary: fc.record({ _tag: fc.constant("Confirm" as const), refund, fault: anyFault }) },
  {
    weight: 2,
    arbitrary: fc.record({ _tag: fc.constant("Notice" as const), refund, claims: fc.constantFrom(...outcomes) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      _tag: fc.constant("Splice" as const),
      refund,
      donor: refund,
      block: fc.nat({ max: 60 }),
      at: fc.nat({ max: 60 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ _tag: fc.constant("Time" as const), seconds: fc.constantFrom(0, 1, 4, 5, 60, 3600) }),
  },
  { weight: 1, arbitrary: fc.constant({ _tag: "ChangeKey" as const }) },
);

/** What the service under test knows of one refund; it only learns from the client's answers. */
interface Local {
  maybeSent: boolean;
  state: "recorded" | "unknown" | "accepted" | "rejected" | "SUCCESS" | "REFUNDCLOSE";
  refundId: string | undefined;
}

const infoOf = (body: Uint8Array): string => Result.getOrThrow(Message.read(body)).get("req_info") ?? "";

const blocksOf = (body: Uint8Array): ReadonlyArray<string> =>
  Buffer.from(infoOf(body), "base64").toString("hex").match(/.{32}/g) ?? [];

const story = Effect.fnUntraced(function* (steps: ReadonlyArray<Step>, course: (typeof outcomes)[number]) {
  const gateway = Gateway.make({
    merchants: [{ ...identity, apiKey: newKey, previousApiKey: oldKey }],
    orders: ["A", "B"].map((outTradeNo) => ({
      outTradeNo,
      transactionId: outTradeNo === "A" ? "42000000" : "42000001",
      totalFee: outTradeNo === "A" ? 100 : 30,
      mchId: identity.mchId,
      paidAt: 0,
    })),
    course: [{ status: course, afterMillis: 5000 }],
    replay: steps.length % 2 === 0 ? "same-success" : "business-error",
    logLimit: 10_000,
  });
  const local: ReadonlyArray<Local> = requests.map(() => ({
    maybeSent: false,
    state: "recorded",
    refundId: undefined,
  }));
  const finals = new Map<number, string>();
  const captured: Array<Uint8Array> = [];
  let changed = false;

  const merchant = (): Merchant.MerchantIdentity =>
    Result.getOrThrow(
      Merchant.make(
        changed
          ? { ...identity, apiKey: Redacted.make(newKey), previousApiKey: Redacted.make(oldKey) }
          : { ...identity, apiKey: Redacted.make(oldKey), previousApiKey: Redacted.make(newKey) },
      ),
    );
  const withClient = <A, E>(use: (client: RefundClient.RefundClient["Service"]) => Effect.Effect<A, E>) =>
    RefundClient.RefundClient.use(use).pipe(
      Effect.provide(
        RefundClient.layer.pipe(
          Layer.provide([Layer.orDie(Merchant.layer(merchant())), MemoryTransport.layer(gateway)]),
        ),
      ),
    );
  /** Runs an effect to its end in virtual time. */
  const settle = Effect.fnUntraced(function* <A, E>(effect: Effect.Effect<A, E>) {
    const fiber = yield* Effect.forkChild(effect);
    yield* TestClock.adjust("10 seconds");
    return yield* Effect.result(Fiber.join(fiber));
  });

  const known = (n: number): Local => local[n] ?? expect.fail();
  const asked = (n: number): Refund.RefundRequest => requests[n] ?? expect.fail();
  const terminal = (state: Local["state"]): boolean =>
    state === "SUCCESS" || state === "REFUNDCLOSE" || state === "rejected";

  const send = Effect.fnUntraced(function* (n: number) {
    const mine = known(n);
    if (terminal(mine.state)) return;
    const before = gateway.ledger.size();
    const result = yield* settle(withClient((client) => client.refund(asked(n))));
    if (result._tag === "Success") {
      mine.maybeSent = true;
      mine.state = "accepted";
      if (mine.refundId !== undefined) expect(result.success.refundId).toBe(mine.refundId);
      mine.refundId = result.success.refundId;
    } else {
      const error = result.failure;
      // "Not accepted" is a promise: this call made no row.
      if (error.outcome === "not-accepted") expect(gateway.ledger.size()).toBe(before);
      else mine.maybeSent = true;
      if (error.outcome === "not-accepted" && !mine.maybeSent && error.reason._tag === "Rejected")
        mine.state = "rejected";
      else if (mine.state !== "accepted") mine.state = error.outcome === "unknown" ? "unknown" : mine.state;
    }
  });

  const confirm = Effect.fnUntraced(function* (n: number) {
    const mine = known(n);
    const result = yield* settle(withClient((client) => client.confirm(asked(n))));
    if (result._tag !== "Success" || terminal(mine.state)) return;
    const { refundId, refundStatus } = result.success;
    if (mine.refundId !== undefined) expect(refundId).toBe(mine.refundId);
    mine.refundId = refundId;
    mine.state = refundStatus === "SUCCESS" || refundStatus === "REFUNDCLOSE" ? refundStatus : "accepted";
  });

  const notice = Effect.fnUntraced(function* (body: Uint8Array) {
    const opened = RefundNotice.open(body, merchant());
    if (Result.isFailure(opened)) return;
    const n = requests.findIndex(({ outRefundNo }) => outRefundNo === opened.success.outRefundNo);
    // A notice changes nothing by itself; it wakes a query.
    if (n >= 0) yield* confirm(n);
  });

  for (const current of steps) {
    switch (current._tag) {
      case "Send":
        if (current.fault !== undefined) gateway.faults.push(current.fault);
        yield* send(current.refund);
        if (current.twice) yield* send(current.refund);
        break;
      case "OtherAmount": {
        const rows = JSON.stringify([...gateway.ledger.rows()]);
        const other = { ...asked(current.refund), refundFee: asked(current.refund).refundFee - 1 };
        if (gateway.ledger.findRow({ mchId: identity.mchId }, { outRefundNo: other.outRefundNo }) === undefined) break;
        yield* settle(withClient((client) => client.refund(other)));
        expect(JSON.stringify([...gateway.ledger.rows()]), "a used number with another amount changes nothing").toBe(
          rows,
        );
        break;
      }
      case "Confirm":
        if (current.fault !== undefined) gateway.faults.push(current.fault);
        yield* confirm(current.refund);
        break;
      case "Notice": {
        const body = Replies.notice(merchant(), asked(current.refund), current.claims);
        captured.push(body);
        yield* notice(body);
        break;
      }
      case "Splice": {
        const [target, donor] = [captured[current.refund % captured.length], captured[current.donor % captured.length]];
        if (target === undefined || donor === undefined) break;
        const blocks = blocksOf(target);
        const others = blocksOf(donor);
        const forged = blocks.with(current.at % blocks.length, others[current.block % others.length] ?? "").join("");
        const info = Buffer.from(forged, "hex").toString("base64");
        yield* notice(new TextEncoder().encode(new TextDecoder().decode(target).replace(infoOf(target), info)));
        break;
      }
      case "Time":
        yield* TestClock.adjust(Duration.seconds(current.seconds));
        break;
      case "ChangeKey":
        changed = true;
        break;
    }

    const now = yield* Clock.currentTimeMillis;
    const rows = [...gateway.ledger.rows()];
    const numbers = rows.map(({ outRefundNo }) => outRefundNo);
    expect(new Set(numbers).size, "one row a number").toBe(numbers.length);
    for (const order of ["A", "B"]) {
      const sum = rows
        .filter((row) => row.order.outTradeNo === order && Ledger.stateAt(row, now).status !== "REFUNDCLOSE")
        .reduce((total, row) => total + row.refundFee, 0);
      expect(sum, "never more than was paid").toBeLessThanOrEqual(order === "A" ? 100 : 30);
    }
    for (const row of rows) {
      const mine = requests.find(({ outRefundNo }) => outRefundNo === row.outRefundNo);
      expect([row.refundFee, row.order.outTradeNo], "the row is what was asked").toEqual([
        mine?.refundFee,
        mine?.order.outTradeNo,
      ]);
    }
    local.forEach((mine, n) => {
      const row = rows.find(({ outRefundNo }) => outRefundNo === asked(n).outRefundNo);
      if (mine.state === "SUCCESS" || mine.state === "REFUNDCLOSE") {
        expect(row === undefined ? undefined : Ledger.stateAt(row, now).status, "final only by the ledger").toBe(
          mine.state,
        );
      }
      if (mine.state === "accepted") expect(row, "accepted only with a row").toBeDefined();
      if (mine.state === "rejected") expect(row, "rejected only without a row").toBe(undefined);
      if (row !== undefined) expect(mine.maybeSent, "never said 'not sent' of a refund that is there").toBe(true);
      const final = finals.get(n);
      if (final !== undefined) expect(mine.state, "a final state stays").toBe(final);
      if (terminal(mine.state)) finals.set(n, mine.state);
    });
  }
  return { rows: gateway.ledger.size(), finals: finals.size };
});

describe("a refund's life, by random stories", () => {
  it("keeps every invariant", async () => {
    const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);
    const numRuns = Number(process.env["RUNS"] ?? 400);
    console.log(`model: seed ${seed}, ${numRuns} stories`);
    const reached = { rows: 0, finals: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 60, size: "max" }),
        fc.constantFrom(...outcomes),
        async (steps, course) => {
          const end = await Effect.runPromise(
            story(steps, course).pipe(
              Effect.provideService(References.MinimumLogLevel, "None"),
              Effect.provide(TestClock.layer()),
              Effect.scoped,
            ),
          );
          reached.rows += end.rows;
          reached.finals += end.finals;
        },
      ),
      { numRuns, seed },
    );
    // Stories in which nothing happens would keep every invariant too.
    expect(reached.rows).toBeGreaterThan(numRuns / 2);
    expect(reached.finals).toBeGreaterThan(numRuns / 8);
  }, 120_000);
});
