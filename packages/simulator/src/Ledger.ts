/**
 * What the gateway remembers: paid orders, merchants' money, and one row for every refund it accepted.
 *
 * A row never changes. Its status follows from the course fixed at acceptance and the time asked about, so there are no timers,
 * and any moment can be looked at. Whether a refund may be accepted is decided by the endpoint; the ledger only sees to it that
 * no number gets a second row.
 */
import { type Config, type Coupon, type Course, decoder, InvalidConfig, Order, type Outcome } from "./GatewayConfig.ts";
import { type Allotment, allot, remainder } from "./internal/allotment.ts";
import * as Beijing from "./internal/beijing.ts";
import type { Seeded } from "./internal/seeded.ts";
import type { Goods } from "./internal/singleItems.ts";

/** Where a refund is. */
export type Status = "PROCESSING" | Outcome;

/** The interface that a refund was made through, and the form in which its results are told. */
export type Protocol = "v2" | "v3";

export type RefundAccount = "REFUND_SOURCE_UNSETTLED_FUNDS" | "REFUND_SOURCE_RECHARGE_FUNDS";

/** An accepted refund. Amounts in fen, times in milliseconds since 1970. */
export interface Row {
  /** The how manieth accepted refund it is, from 1. */
  readonly sequence: number;
  readonly outRefundNo: string;
  readonly refundId: string;
  readonly order: Order;
  readonly refundFee: number;
  /** The part of `refundFee` that was money: all but the `NO_CASH` coupons. */
  readonly settlementRefundFee: number;
  readonly cashRefundFee: number;
  readonly coupons: ReadonlyArray<Coupon>;
  readonly refundAccount: RefundAccount;
  readonly notifyUrl: string | undefined;
  /** What a refund of single items is of; empty for every other. */
  readonly goods: ReadonlyArray<Goods>;
  readonly protocol: Protocol;
  readonly noticeForm: Protocol;
  readonly acceptedAt: number;
  readonly course: Course;
}

/** A refund to enter; the ledger adds the number, the division of the amount and the course. */
export interface Entry {
  readonly order: Order;
  readonly outRefundNo: string;
  readonly refundFee: number;
  readonly refundAccount: RefundAccount;
  readonly notifyUrl: string | undefined;
  readonly goods: ReadonlyArray<Goods>;
  /** Default `"v2"`. */
  readonly protocol?: Protocol | undefined;
  /** Default: as `protocol`. */
  readonly noticeForm?: Protocol | undefined;
  readonly now: number;
}

/** The latest step of a row's course at a time, and when it came. */
export const stateAt = (row: Row, now: number): { readonly status: Status; readonly since: number } => {
  const step = row.course.findLast(({ afterMillis }) => row.acceptedAt + afterMillis <= now);
  return step === undefined
    ? { status: "PROCESSING", since: row.acceptedAt }
    : { status: step.status, since: row.acceptedAt + step.afterMillis };
};

/** Whose numbers are meant: refund and order numbers are unique inside a merchant, or inside a provider's sub-merchant. */
export interface Party {
  readonly mchId: string;
  readonly subMchId?: string | undefined;
}

/** The ledger of one gateway. */
export interface Ledger {
  /** Every row in the order of acceptance. */
  readonly rows: () => IterableIterator<Row>;
  readonly size: () => number;
  /** By its sequence. */
  readonly row: (sequence: number) => Row | undefined;
  /** Every order in the order of its adding. */
  readonly orders: () => IterableIterator<Order>;
  readonly orderCount: () => number;
  /** By `refundId` when it is given; only a row of the party's own. */
  readonly findRow: (
    party: Party,
    by: { readonly refundId?: string | undefined; readonly outRefundNo?: string | undefined },
  ) => Row | undefined;
  /** By `transactionId` when it is given; only an order of the party's own. */
  readonly findOrder: (
    party: Party,
    by: { readonly transactionId?: string | undefined; readonly outTradeNo?: string | undefined },
  ) => Order | undefined;
  /** In the order of acceptance. */
  readonly rowsOf: (order: Order) => ReadonlyArray<Row>;
  /** The refunds of an order that are not closed at `now`: at most its total. */
  readonly refunded: (order: Order, now: number) => number;
  /** What a merchant has to refund with at `now`; undefined when it is not limited. Closed refunds have come back. */
  readonly funds: (
    mchId: string,
    now: number,
  ) => { readonly unsettled: number; readonly available: number } | undefined;

  /** Adds paid orders: all of them or none. Throws {@link InvalidConfig}. */
  readonly addOrder: (...orders: ReadonlyArray<typeof Order.Encoded>) => void;
  /** Adds to a merchant's available money. Throws {@link InvalidConfig} for a merchant whose money is not limited. */
  readonly topUp: (mchId: string, fee: number) => void;
  /** Enters a refund whose order, amount and funds were checked. Throws when its number has a row already. */
  readonly enter: (entry: Entry) => Row;
  /**
   * Enters a refund as a person makes one in the merchant platform (商户平台): with a number that is no application's. How such a number looks
   * is not documented; here it is digits. Whether the order allows it is left to the caller.
   */
  readonly enterElsewhere: (refund: { readonly order: Order; readonly refundFee: number; readonly now: number }) => Row;
  /** The part of a refund that the merchant pays for, were it entered now. */
  readonly cost: (order: Order, refundFee: number, now: number) => number;
}

const within = ({ mchId, subMchId }: Party, number: string): string => `${mchId}/${subMchId ?? ""}/${number}`;
const isOwn = (party: Party, { mchId, subMchId }: Party): boolean =>
  mchId === party.mchId && subMchId === party.subMchId;
const belongs = (subMerchants: ReadonlyArray<{ readonly subMchId: string }>, subMchId: string | undefined): boolean =>
  subMerchants.length === 0 ? subMchId === undefined : subMerchants.some((sub) => sub.subMchId === subMchId);
const noCash = (coupons: ReadonlyArray<Coupon>): number =>
  coupons.reduce((sum, { type, fee }) => (type === "NO_CASH" ? sum + fee : sum), 0);
const decodeOrder = decoder(Order);

/** The cash and the coupons an order was paid with. */
export const payment = ({ totalFee, coupons }: Order): Allotment => ({
  cash: coupons.reduce((cash, { fee }) => cash - fee, totalFee),
  coupons,
});

/** The amount of an order, or of a refund, without the coupons that were never money. */
export const settlement = (fee: number, coupons: ReadonlyArray<Coupon>): number => fee - noCash(coupons);

interface Purse {
  unsettled: number;
  available: number;
  readonly returning: Array<{ readonly at: number; readonly account: RefundAccount; readonly fee: number }>;
}

/** An empty ledger with the configuration's merchants and orders. */
export const make = (config: Config, seeded: Seeded): Ledger => {
  const rows = new Map<string, Row>();
  const inOrder: Array<Row> = [];
  const byRefundId = new Map<string, Row>();
  const byTransactionId = new Map<string, Order>();
  const byOutTradeNo = new Map<string, Order>();
  const byOrder = new Map<Order, Array<Row>>();
  const merchants = new Map(config.merchants.map((merchant) => [merchant.mchId, merchant]));
  const purses = new Map<string, Purse>();
  for (const { mchId, funds } of config.merchants) {
    if (funds !== undefined) purses.set(mchId, { ...funds, returning: [] });
  }

  const rowsOf = (order: Order): ReadonlyArray<Row> => byOrder.get(order) ?? [];
  const open = (order: Order, now: number) => rowsOf(order).filter((row) => stateAt(row, now).status !== "REFUNDCLOSE");
  const divide = (order: Order, fee: number, now: number): Allotment =>
    allot(
      fee,
      remainder(
        payment(order),
        open(order, now).map((row) => ({ cash: row.cashRefundFee, coupons: row.coupons })),
      ),
    );
  const move = (purse: Purse, account: RefundAccount, fee: number): void => {
    purse[account === "REFUND_SOURCE_UNSETTLED_FUNDS" ? "unsettled" : "available"] += fee;
  };
  const purseAt = (mchId: string, now: number): Purse | undefined => {
    const purse = purses.get(mchId);
    if (purse === undefined) return undefined;
    for (let n = purse.returning.length - 1; n >= 0; n--) {
      const back = purse.returning[n];
      if (back === undefined || back.at > now) continue;
      move(purse, back.account, back.fee);
      purse.returning.splice(n, 1);
    }
    return purse;
  };

  const numbersOf = (order: Order): readonly [string, string] => [order.transactionId, within(order, order.outTradeNo)];
  const issuesOf = (order: Order): ReadonlyArray<string> => {
    const merchant = merchants.get(order.mchId);
    const [transactionId, outTradeNo] = numbersOf(order);
    return [
      ...(merchant === undefined ? [`mchId: no merchant ${order.mchId}`] : []),
      ...(merchant !== undefined && !belongs(merchant.subMerchants, order.subMchId)
        ? ["subMchId: one of the provider's sub-merchants, or absent for a merchant of its own"]
        : []),
      ...(byTransactionId.has(transactionId) ? [`transactionId: ${transactionId} is there already`] : []),
      ...(byOutTradeNo.has(outTradeNo) ? [`outTradeNo: ${order.outTradeNo} is there already`] : []),
    ];
  };
  const add = (orders: ReadonlyArray<Order>): void => {
    const added: Array<Order> = [];
    for (const order of orders) {
      const [transactionId, outTradeNo] = numbersOf(order);
      const issues = issuesOf(order);
      if (issues.length > 0) {
        for (const [transactionId, outTradeNo] of added.map(numbersOf)) {
          byTransactionId.delete(transactionId);
          byOutTradeNo.delete(outTradeNo);
        }
        throw new InvalidConfig({ issues });
      }
      byTransactionId.set(transactionId, order);
      byOutTradeNo.set(outTradeNo, order);
      added.push(order);
    }
  };
  add(config.orders);

  const enter: Ledger["enter"] = ({
    order,
    outRefundNo,
    refundFee,
    refundAccount,
    notifyUrl,
    goods,
    protocol = "v2",
    noticeForm,
    now,
  }) => {
    const key = within(order, outRefundNo);
    if (rows.has(key)) throw new Error("the refund number has a row already");
    const { cash, coupons } = divide(order, refundFee, now);
    const row: Row = {
      sequence: rows.size + 1,
      outRefundNo,
      refundId: seeded.refundId(Beijing.day(now), rows.size + 1),
      order,
      refundFee,
      settlementRefundFee: settlement(refundFee, coupons),
      cashRefundFee: cash,
      coupons,
      refundAccount,
      notifyUrl,
      goods,
      protocol,
      noticeForm: noticeForm ?? protocol,
      acceptedAt: now,
      course: order.course ?? config.course,
    };
    rows.set(key, row);
    inOrder.push(row);
    byRefundId.set(row.refundId, row);
    const siblings = byOrder.get(order);
    if (siblings === undefined) byOrder.set(order, [row]);
    else siblings.push(row);
    const purse = purseAt(order.mchId, now);
    const closes = row.course.find(({ status }) => status === "REFUNDCLOSE");
    if (purse !== undefined) {
      move(purse, refundAccount, -row.settlementRefundFee);
      if (closes !== undefined) {
        purse.returning.push({ at: now + closes.afterMillis, account: refundAccount, fee: row.settlementRefundFee });
      }
    }
    return row;
  };

  return {
    rows: () => rows.values(),
    size: () => rows.size,
    row: (sequence) => inOrder[sequence - 1],
    orders: () => byTransactionId.values(),
    orderCount: () => byTransactionId.size,
    findRow: (party, { refundId, outRefundNo }) => {
      if (refundId === undefined) return rows.get(within(party, outRefundNo ?? ""));
      const row = byRefundId.get(refundId);
      return row !== undefined && isOwn(party, row.order) ? row : undefined;
    },
    findOrder: (party, { transactionId, outTradeNo }) => {
      if (transactionId === undefined) return byOutTradeNo.get(within(party, outTradeNo ?? ""));
      const order = byTransactionId.get(transactionId);
      return order !== undefined && isOwn(party, order) ? order : undefined;
    },
    rowsOf,
    refunded: (order, now) => open(order, now).reduce((sum, { refundFee }) => sum + refundFee, 0),
    funds: (mchId, now) => {
      const purse = purseAt(mchId, now);
      return purse && { unsettled: purse.unsettled, available: purse.available };
    },
    addOrder: (...orders) => add(orders.map(decodeOrder)),
    topUp: (mchId, fee) => {
      const purse = purses.get(mchId);
      if (purse === undefined) {
        throw new InvalidConfig({
          issues: [`mchId: ${mchId} has no funds that could run out; give the merchant some`],
        });
      }
      if (!Number.isSafeInteger(fee) || fee < 0) throw new InvalidConfig({ issues: ["fee: a whole number of fen"] });
      purse.available += fee;
    },
    cost: (order, refundFee, now) => settlement(refundFee, divide(order, refundFee, now).coupons),
    enter,
    enterElsewhere: ({ order, refundFee, now }) =>
      enter({
        order,
        outRefundNo: `${order.mchId}${Beijing.day(now)}${String(rows.size + 1).padStart(10, "0")}`,
        refundFee,
        refundAccount: "REFUND_SOURCE_UNSETTLED_FUNDS",
        notifyUrl: undefined,
        goods: [],
        now,
      }),
  };
};
