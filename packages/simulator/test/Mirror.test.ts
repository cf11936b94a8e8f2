/**
 * One ledger behind two interfaces: the same story told through APIv2, through APIv3, and through either at random, enters the same
 * refunds, and every step is judged alike.
 */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { Gateway } from "@wechat-refund/simulator";
import * as v2 from "./client.ts";
import { type Config, now, paid } from "./client.ts";
import * as v3 from "./clientV3.ts";

interface Step {
  readonly act: "refund" | "query";
  readonly number: string;
  readonly order: string;
  readonly fee: number;
  readonly total: number;
  readonly after: number;
  /** Through which interface, where the story is told through either. */
  readonly v3: boolean;
}

const orders = [
  { ...paid, totalFee: 100, coupons: [{ id: "1", type: "NO_CASH", fee: 30 }] },
  { ...paid, outTradeNo: "T-2", transactionId: "2", totalFee: 60 },
  { ...paid, outTradeNo: "T-3", transactionId: "3", totalFee: 60, userAbnormal: true },
  { ...paid, outTradeNo: "T-4", transactionId: "4", totalFee: 60, paidAt: now - 364.9 * v2.day },
] satisfies Config["orders"];

const step: fc.Arbitrary<Step> = fc.record({
  act: fc.constantFrom("refund", "refund", "query"),
  number: fc.constantFrom("R-1", "R-2", "R-3", "R-4"),
  order: fc.constantFrom("T-1", "T-1", "T-2", "T-3", "T-4", "T-9"),
  fee: fc.constantFrom(10, 30, 60, 100),
  total: fc.constantFrom(100, 60),
  after: fc.constantFrom(0, 1_000, 60_000, 7_200_000),
  v3: fc.boolean(),
});

const config = fc.record({
  replay: fc.constantFrom("same-success" as const, "business-error" as const),
  spacingMillis: fc.constantFrom(0, 60_000),
  available: fc.constantFrom(40, 1_000),
  course: fc.constantFrom(
    [{ status: "SUCCESS" as const, afterMillis: 1_000 }],
    [{ status: "CHANGE" as const, afterMillis: 1_000 }],
    [{ status: "REFUNDCLOSE" as const, afterMillis: 60_000 }],
  ),
  refundsPerSecond: fc.constantFrom(0, 2),
});

/** What APIv3 says where APIv2 says so. */
const words: Readonly<Record<string, string>> = {
  SUCCESS: "200",
  ORDERNOTEXIST: "404 RESOURCE_NOT_EXISTS",
  REFUNDNOTEXIST: "404 RESOURCE_NOT_EXISTS",
  REFUND_FEE_MISMATCH: "400 INVALID_REQUEST",
  REFUND_FEE_INVALID: "400 INVALID_REQUEST",
  INVALID_REQUEST: "400 INVALID_REQUEST",
  ERROR: "400 INVALID_REQUEST",
  TRADE_OVERDUE: "400 INVALID_REQUEST",
  "FAIL invalid refund_fee": "400 INVALID_REQUEST",
  NOTENOUGH: "403 NOT_ENOUGH",
  USER_ACCOUNT_ABNORMAL: "403 USER_ACCOUNT_ABNORMAL",
  FREQUENCY_LIMITED: "429",
};

const throughV2 = (to: Gateway.Gateway, { act, fee, number, order, total }: Step, at: number): string =>
  words[
    v2.codeOf(
      act === "query"
        ? v2.query(to, { out_refund_no: number }, { now: at })
        : v2.refund(
            to,
            { out_refund_no: number, out_trade_no: order, refund_fee: String(fee), total_fee: String(total) },
            { now: at },
          ),
    )
  ] ?? "a word without a counterpart";

const throughV3 = (to: Gateway.Gateway, { act, fee, number, order, total }: Step, at: number): string =>
  v3
    .codeOf(
      act === "query"
        ? v3.query(to, number, { now: at })
        : v3.refund(
            to,
            { out_refund_no: number, out_trade_no: order, amount: { refund: fee, total, currency: "CNY" } },
            { now: at },
          ),
    )
    .replace(/^429 .*/, "429");

type Tell = (to: Gateway.Gateway, step: Step, at: number) => string;

it("says and enters the same, whichever interface a story is told through", () => {
  fc.assert(
    fc.property(
      config,
      fc.array(step, { minLength: 1, maxLength: 12 }),
      ({ available, refundsPerSecond, ...rest }, story) => {
        const told = (tell: Tell) => {
          const merchants = [{ ...v3.merchant(), funds: { available } }] as const;
          const to = v3.gatewayV3({ ...rest, merchants, orders, limits: { refundsPerSecond } });
          let at = now;
          const said = story.map((one) => {
            at += one.after;
            return tell(to, one, at);
          });
          // Only these say through which of them a refund came.
          const same = { protocol: "", noticeForm: "", notifyUrl: "" };
          const rows = [...to.ledger.rows()].map((row) => ({ ...row, ...same }));
          return { said, rows, funds: to.ledger.funds(v2.mchId, at) };
        };
        const first = told(throughV2);
        expect(told(throughV3)).toEqual(first);
        expect(told((to, one, at) => (one.v3 ? throughV3 : throughV2)(to, one, at))).toEqual(first);
      },
    ),
    { numRuns: 60 },
  );
});
