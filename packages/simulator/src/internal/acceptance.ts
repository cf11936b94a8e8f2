/**
 * Which refunds are accepted: the rules that both interfaces share, over one ledger. What a request must look like, and how an answer
 * is said, is each interface's own.
 */
import type { Merchant } from "../GatewayConfig.ts";
import type { Protocol, RefundAccount, Row } from "../Ledger.ts";
import type { Obstacle } from "./obstacles.ts";
import type { Goods } from "./singleItems.ts";
import type { World } from "./verdict.ts";

/** A refund that is asked for, its fields checked one by one. */
export interface Wish {
  readonly protocol: Protocol;
  readonly merchant: Merchant;
  readonly subMchId: string | undefined;
  readonly transactionId: string | undefined;
  readonly outTradeNo: string | undefined;
  readonly outRefundNo: string;
  readonly totalFee: number;
  readonly refundFee: number;
  readonly currency: string | undefined;
  readonly account: RefundAccount | undefined;
  readonly notifyUrl: string | undefined;
  readonly goods: ReadonlyArray<Goods>;
  readonly now: number;
}

/** `repeated`: it had been accepted before. */
export interface Accepted {
  readonly row: Row;
  readonly repeated: boolean;
}

const day = 86_400_000;
/** An order can be refunded for a year, in at most 50 parts; after a month it counts as old. */
const limits = { age: 365 * day, parts: 50, old: 30 * day } as const;

/** New-flow merchants have one account whatever they ask for; old-flow merchants choose, unsettled money by default. */
const accountOf = ({ funds }: Merchant, asked: RefundAccount | undefined): RefundAccount => {
  if (funds?.flow !== "new" && asked === "REFUND_SOURCE_UNSETTLED_FUNDS") return asked;
  return funds?.flow === "old" && asked === undefined
    ? "REFUND_SOURCE_UNSETTLED_FUNDS"
    : "REFUND_SOURCE_RECHARGE_FUNDS";
};

/**
 * A notice has the form of APIv3 where the refund was made through it and named an address: one that goes to the platform's address has
 * that of APIv2, whatever made the refund.
 */
const noticeFormOf = ({ protocol, notifyUrl, merchant: { v3 } }: Wish): Protocol =>
  v3?.notices === "v3" || (protocol === "v3" && notifyUrl !== undefined) ? "v3" : "v2";

/** Enters the refund, finds it entered, or says what stands in its way. */
export const accept = ({ config, ledger, limiter, entered }: World, wish: Wish): Accepted | Obstacle => {
  const { goods, merchant, now, outRefundNo, protocol, refundFee, totalFee } = wish;
  const party = { mchId: merchant.mchId, subMchId: wish.subMchId };
  const order = ledger.findOrder(party, wish);
  if (order === undefined) return "noOrder";
  const refunded = ledger.refunded(order, now);

  // The number decides first: what was accepted under it is answered for, whatever has become of the order since.
  const known = ledger.findRow(party, { outRefundNo });
  if (known !== undefined) {
    if (known.order !== order) return "numberOfAnotherOrder";
    if (known.refundFee !== refundFee || order.totalFee !== totalFee) return "amountsDiffer";
    if (config.replay === "same-success") return { row: known, repeated: true };
    return refunded === order.totalFee ? "fullyRefunded" : "numberUsed";
  }

  if (order.totalFee !== totalFee) return "amountsDiffer";
  if ((wish.currency ?? order.feeType) !== order.feeType) return "otherCurrency";
  if (now - order.paidAt > limits.age) return "tooOld";
  if (now < (order.readyAt ?? now)) return "notReady";
  if (order.userAbnormal) return "payerGone";
  if (refunded === order.totalFee) return "fullyRefunded";
  if (refunded + refundFee > order.totalFee) return "moreThanLeft";
  const siblings = ledger.rowsOf(order);
  if (siblings.length >= limits.parts) return "tooManyParts";
  const last = siblings.at(-1);
  if (last !== undefined && now - last.acceptedAt < config.spacingMillis) return "tooSoon";
  const limited = now - order.paidAt > limits.old ? limiter.admitOldOrder(merchant.mchId, now) : undefined;
  if (limited !== undefined) return limited;

  const refundAccount = accountOf(merchant, wish.account);
  const funds = ledger.funds(merchant.mchId, now);
  const isUnsettled = refundAccount === "REFUND_SOURCE_UNSETTLED_FUNDS";
  if (funds !== undefined && funds[isUnsettled ? "unsettled" : "available"] < ledger.cost(order, refundFee, now)) {
    return isUnsettled ? "notEnoughUnsettled" : "notEnough";
  }
  const notifyUrl = wish.notifyUrl ?? merchant.notifyUrl;
  const noticeForm = noticeFormOf(wish);
  const row = ledger.enter({
    order,
    outRefundNo,
    refundFee,
    refundAccount,
    notifyUrl,
    goods,
    protocol,
    noticeForm,
    now,
  });
  entered(row);
  return { row, repeated: false };
};
