/**
 * How a refund of an order paid partly with coupons is divided: in proportion to what is left of the cash and of each coupon,
 * rounded down for the coupons, the rest from the cash while it lasts and then from the coupons in their order. So no part
 * ever goes below zero, and refunds that add up to the order give back exactly what was paid with each.
 */
import type { Coupon } from "../GatewayConfig.ts";

export interface Allotment {
  readonly cash: number;
  /** The coupons that take part, in the order of the payment. */
  readonly coupons: ReadonlyArray<Coupon>;
}

// Fen amounts are safe integers, their products need not be.
const share = (fee: number, part: number, whole: number): number =>
  Number((BigInt(fee) * BigInt(part)) / BigInt(whole));

/** Divides `fee`, at most everything in `left`. */
export const allot = (fee: number, left: Allotment): Allotment => {
  if (left.coupons.length === 0) return { cash: fee, coupons: [] };
  const whole = left.cash + left.coupons.reduce((sum, coupon) => sum + coupon.fee, 0);
  const shares = left.coupons.map((coupon) => share(fee, coupon.fee, whole));
  let rest = fee - shares.reduce((sum, part) => sum + part, 0);
  const cash = Math.min(rest, left.cash);
  rest -= cash;
  const coupons = left.coupons.map((coupon, n) => {
    const floor = shares[n] ?? 0;
    const extra = Math.min(rest, coupon.fee - floor);
    rest -= extra;
    return { ...coupon, fee: floor + extra };
  });
  return { cash, coupons: coupons.filter((coupon) => coupon.fee > 0) };
};

/** What is left of `whole` after `parts`. */
export const remainder = (whole: Allotment, parts: ReadonlyArray<Allotment>): Allotment => {
  const taken = new Map<string, number>();
  for (const { coupons } of parts) for (const { id, fee } of coupons) taken.set(id, (taken.get(id) ?? 0) + fee);
  return {
    cash: parts.reduce((cash, part) => cash - part.cash, whole.cash),
    coupons: whole.coupons.map((coupon) => ({ ...coupon, fee: coupon.fee - (taken.get(coupon.id) ?? 0) })),
  };
};
