/**
 * A day's bill of refunds (下载交易账单, bill_type REFUND) as text in a table, read by the names of its columns: their order and number
 * changed over the years. Amounts are in yuan there and in fen here. A bill is not signed.
 */
import * as Result from "effect/Result";
/** A refund as the day's bill has it: as it stood then. `columns` are all cells, by the header's names. */
export interface BilledRefund {
    readonly transactionId: string;
    readonly outTradeNo: string;
    readonly refundId: string;
    readonly outRefundNo: string;
    /** What was asked for, in fen; the settled amount where the bill's form knows no other. */
    readonly refundFee: number;
    readonly currency: string;
    readonly status: string;
    readonly columns: Readonly<Record<string, string>>;
}
export interface Bill {
    readonly refunds: ReadonlyArray<BilledRefund>;
    readonly summary: Readonly<Record<string, string>>;
}
/** Reads a bill, or says what is wrong with it. A bill that does not end with its own count is cut off. */
export declare const read: (bytes: Uint8Array) => Result.Result<Bill, string>;
