/** `detail` and `promotion_detail`: which goods a refund is of, and which discounts went back, as JSON inside a field. */
import type { Row } from "../Ledger.ts";

/** An item of `goods_detail`, with the names it has on the wire. */
export interface Goods {
  readonly goods_id: string;
  readonly refund_amount: number;
  readonly refund_quantity: number;
  readonly price: number;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
const isText = (value: unknown, max: number): boolean =>
  value === undefined || (typeof value === "string" && value.length <= max);

const toGoods = (value: unknown): Goods | undefined => {
  if (!isRecord(value)) return undefined;
  const { goods_id, refund_amount, refund_quantity, price } = value;
  if (typeof goods_id !== "string" || !/^[0-9A-Za-z_-]{1,32}$/.test(goods_id)) return undefined;
  if (!isText(value["wxpay_goods_id"], 32) || !isText(value["goods_name"], 256)) return undefined;
  if (!isCount(refund_amount) || !isCount(refund_quantity) || !isCount(price)) return undefined;
  return { goods_id, refund_amount, refund_quantity, price };
};

/** The goods of a `detail`; undefined when it is not one. */
export const readDetail = (detail: string): ReadonlyArray<Goods> | undefined => {
  let value: unknown;
  try {
    value = JSON.parse(detail);
  } catch {
    return undefined;
  }
  const items: unknown = isRecord(value) ? value["goods_detail"] : undefined;
  if (!Array.isArray(items) || items.length === 0) return undefined;
  const goods = items.map(toGoods);
  return goods.every((item) => item !== undefined) ? goods : undefined;
};

/** A coupon that was money is a `COUPON`, one that never was a `DISCOUNT`. A refund of single items says which of them it was for. */
export const promotionDetail = ({ coupons, goods }: Row): string =>
  JSON.stringify({
    promotion_detail: coupons.map(({ id, type, fee }) => ({
      promotion_id: id,
      scope: goods.length > 0 ? "SINGLE" : "GLOBAL",
      type: type === "CASH" ? "COUPON" : "DISCOUNT",
      refund_amount: fee,
      ...(goods.length > 0 && { goods_detail: goods }),
    })),
  });
