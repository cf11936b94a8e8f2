import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { Gateway, Ledger, type GatewayConfig } from "@wechat-refund/simulator";
import { codeOf, gateway, mchId, now, paid, query, read, refund } from "./client.ts";

const coupons = fc.uniqueArray(
  fc.record({
    id: fc.integer({ min: 1, max: 9 }).map(String),
    type: fc.constantFrom("CASH" as const, "NO_CASH" as const),
    fee: fc.integer({ min: 1, max: 12 }),
  }),
  { selector: ({ id }) => id, maxLength: 3 },
);
const course = fc.constantFrom<typeof GatewayConfig.Course.Type>(
  [{ status: "SUCCESS", afterMillis: 3 }],
  [{ status: "REFUNDCLOSE", afterMillis: 3 }],
  [
    { status: "CHANGE", afterMillis: 1 },
    { status: "REFUNDCLOSE", afterMillis: 4 },
  ],
  [],
);
const order = (n: number) =>
  fc.record({ coupons, course, cash: fc.integer({ min: 0, max: 30 }) }).map(({ coupons, course, cash }) => ({
    mchId,
    transactionId: `${n}`,
    outTradeNo: `T-${n}`,
    totalFee: coupons.reduce((sum, { fee }) => sum + fee, cash === 0 && coupons.length === 0 ? 1 : cash),
    coupons,
    course,
    paidAt: now,
  }));
const step = fc.record({
  order: fc.integer({ min: 0, max: 1 }),
  number: fc.integer({ min: 0, max: 5 }),
  /** 0 asks for the whole order. */
  fee: fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1, max: 40 }) }, { weight: 1, arbitrary: fc.constant(0) }),
  wait: fc.integer({ min: -2, max: 3 }),
  account: fc.constantFrom(undefined, "REFUND_SOURCE_RECHARGE_FUNDS", "REFUND_SOURCE_UNSETTLED_FUNDS"),
});

const total = (parts: Iterable<{ readonly fee: number }>) => [...parts].reduce((sum, { fee }) => sum + fee, 0);

const checkOrder = (ledger: Ledger.Ledger, order: GatewayConfig.Order, time: number): void => {
  const open = ledger.rowsOf(order).filter((row) => Ledger.stateAt(row, time).status !== "REFUNDCLOSE");
  const refunded = total(open.map(({ refundFee }) => ({ fee: refundFee })));
  expect(refunded).toBeLessThanOrEqual(order.totalFee);
  expect(ledger.refunded(order, time)).toBe(refunded);
  // Each kind of money comes back at most as far as it was paid, and exactly so when all of it does.
  const cash = total(open.map(({ cashRefundFee }) => ({ fee: cashRefundFee })));
  const paidInCash = order.totalFee - total(order.coupons);
  expect(cash).toBeLessThanOrEqual(paidInCash);
  for (const coupon of order.coupons) {
    const back = total(open.flatMap((row) => row.coupons.filter(({ id }) => id === coupon.id)));
    expect(back).toBeLessThanOrEqual(coupon.fee);
    if (refunded === order.totalFee) expect(back).toBe(coupon.fee);
  }
  if (refunded === order.totalFee) expect(cash).toBe(paidInCash);
};

it("holds one row a number and never more than was paid, whatever is asked in whatever order", () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(
      fc.tuple(order(0), order(1)),
      fc.array(step, { maxLength: 25 }),
      fc.record({ unsettled: fc.integer({ min: 0, max: 60 }), available: fc.integer({ min: 0, max: 60 }) }),
      (orders, steps, funds) => {
        const to = Gateway.make({
          merchants: [
            {
              appId: "wx8888888888888888",
              mchId,
              apiKey: "TestKey0000000000000000000000001",
              funds: { flow: "old", ...funds },
            },
          ],
          orders,
        });
        const accepted = new Map<string, string>();
        let time = now;
        for (const { order: n, number, fee: part, wait, account } of steps) {
          time += wait;
          const fee = part === 0 ? (orders[n]?.totalFee ?? 0) : part;
          const fields = {
            out_trade_no: `T-${n}`,
            out_refund_no: `R-${number}`,
            total_fee: String(orders[n]?.totalFee),
            refund_fee: String(fee),
            refund_account: account,
          };
          const reply = refund(to, fields, { now: time });
          const code = codeOf(reply);
          seen.set(code, (seen.get(code) ?? 0) + 1);
          if (code === "SUCCESS") {
            // A number is accepted once: every later success under it is the first one again.
            const said = `${n} ${fee} ${read(reply)["refund_id"] ?? ""}`;
            expect(accepted.get(fields.out_refund_no) ?? said).toBe(said);
            accepted.set(fields.out_refund_no, said);
          }
          const at = to.log.entries().at(-1)?.at ?? time;
          const left = to.ledger.funds(mchId, at);
          expect(Math.min(left?.unsettled ?? -1, left?.available ?? -1)).toBeGreaterThanOrEqual(0);
          for (const row of to.ledger.rows()) {
            checkOrder(to.ledger, row.order, at);
            expect(row.cashRefundFee + total(row.coupons)).toBe(row.refundFee);
            expect(Math.min(row.cashRefundFee, ...row.coupons.map(({ fee }) => fee))).toBeGreaterThanOrEqual(0);
          }
        }
        const rows = [...to.ledger.rows()];
        expect(new Set(rows.map(({ outRefundNo }) => outRefundNo)).size).toBe(rows.length);
        expect(new Set(rows.map(({ refundId }) => refundId)).size).toBe(rows.length);
        expect(rows.map(({ outRefundNo }) => outRefundNo).sort()).toEqual([...accepted.keys()].sort());
      },
    ),
    { numRuns: 400 },
  );
  // The walk went everywhere it should.
  for (const code of [
    "SUCCESS",
    "NOTENOUGH",
    "REFUND_FEE_MISMATCH",
    "REFUND_FEE_INVALID",
    "ERROR",
    "INVALID_REQUEST",
    "FAIL invalid refund_fee",
  ]) {
    expect(seen.get(code), code).toBeGreaterThan(10);
  }
});

it("refuses a second row for a number", () => {
  const { ledger, ...to } = gateway();
  refund({ ledger, ...to });
  const order = ledger.findOrder({ mchId }, { outTradeNo: paid.outTradeNo });
  const entry = {
    outRefundNo: "R-1",
    refundFee: 1,
    refundAccount: "REFUND_SOURCE_RECHARGE_FUNDS",
    notifyUrl: undefined,
    goods: [],
    now,
  } as const;
  expect(order).toBeDefined();
  if (order !== undefined) expect(() => ledger.enter({ order, ...entry })).toThrow("row already");
});

it("remembers what was asked", () => {
  const to = gateway();
  refund(to, { notify_url: "https://example.com/refund" });
  expect(to.ledger.findRow({ mchId }, { outRefundNo: "R-1" })).toMatchObject({
    refundFee: 30,
    notifyUrl: "https://example.com/refund",
    acceptedAt: now,
    order: { outTradeNo: "T-1" },
  });
  expect(to.ledger.findRow({ mchId: "1" }, { outRefundNo: "R-1" })).toBeUndefined();
});

it("takes orders as it goes", () => {
  const to = gateway({ orders: [] });
  expect(codeOf(refund(to))).toBe("ORDERNOTEXIST");
  to.ledger.addOrder(paid);
  expect(codeOf(refund(to))).toBe("SUCCESS");
  expect(() => to.ledger.addOrder(paid)).toThrow("transactionId");
});

it("keeps 20 000 refunds in little memory", () => {
  const to = gateway({ orders: [], logLimit: 100 });
  const count = 20_000;
  // What is kept, and not what waits to be collected.
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const held = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = held();
  for (let n = 0; n < count; n++) {
    to.ledger.addOrder({ ...paid, transactionId: `${n}`, outTradeNo: `T-${n}` });
    refund(to, { out_trade_no: `T-${n}`, out_refund_no: `R-${n}` });
  }
  expect(to.ledger.size()).toBe(count);
  expect(codeOf(query(to, { out_refund_no: `R-${count - 1}` }))).toBe("SUCCESS");
  expect((held() - before) / count).toBeLessThan(1500);
});
