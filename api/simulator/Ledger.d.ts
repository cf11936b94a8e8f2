/**
 * What the gateway remembers: paid orders, merchants' money, and one row for every refund it accepted.
 *
 * A row never changes. Its status follows from the course fixed at acceptance and the time asked about, so there are no timers,
 * and any moment can be looked at. Whether a refund may be accepted is decided by the endpoint; the ledger only sees to it that
 * no number gets a second row.
 */
import { type Config, type Coupon, type Course, Order, type Outcome } from "./GatewayConfig.ts";
import { type Allotment } from "./internal/allotment.ts";
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
export declare const stateAt: (row: Row, now: number) => {
    readonly status: Status;
    readonly since: number;
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
    readonly findRow: (party: Party, by: {
        readonly refundId?: string | undefined;
        readonly outRefundNo?: string | undefined;
    }) => Row | undefined;
    /** By `transactionId` when it is given; only an order of the party's own. */
    readonly findOrder: (party: Party, by: {
        readonly transactionId?: string | undefined;
        readonly outTradeNo?: string | undefined;
    }) => Order | undefined;
    /** In the order of acceptance. */
    readonly rowsOf: (order: Order) => ReadonlyArray<Row>;
    /** The refunds of an order that are not closed at `now`: at most its total. */
    readonly refunded: (order: Order, now: number) => number;
    /** What a merchant has to refund with at `now`; undefined when it is not limited. Closed refunds have come back. */
    readonly funds: (mchId: string, now: number) => {
        readonly unsettled: number;
        readonly available: number;
    } | undefined;
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
    readonly enterElsewhere: (refund: {
        readonly order: Order;
        readonly refundFee: number;
        readonly now: number;
    }) => Row;
    /** The part of a refund that the merchant pays for, were it entered now. */
    readonly cost: (order: Order, refundFee: number, now: number) => number;
}
/** The cash and the coupons an order was paid with. */
export declare const payment: ({ totalFee, coupons }: Order) => Allotment;
/** The amount of an order, or of a refund, without the coupons that were never money. */
export declare const settlement: (fee: number, coupons: ReadonlyArray<Coupon>) => number;
/** An empty ledger with the configuration's merchants and orders. */
export declare const make: (config: Config, seeded: Seeded) => Ledger;
