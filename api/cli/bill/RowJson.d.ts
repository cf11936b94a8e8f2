/**
 * The refunds of a bill as JSON, one object a line, as the bytes that are printed.
 *
 * A bill of a million lines is a gigabyte of this, of which two thirds are the columns' names. As strings all of it would be made four times
 * over; so a name is copied and a cell, which is nearly always plain, is written where it belongs. What has to be escaped goes through
 * `jsonLine`.
 */
import type { Bad, Billed } from "@wechat-refund/core/RefundBill";
/** The lines of one bill: all its refunds have the same columns. */
export declare class RowJson {
    /** Each column's name, with what stands before and after it. */
    private names;
    private bytes;
    private at;
    refund({ columns, outRefundNo, outTradeNo, refundFee, refundId, status }: Billed): void;
    bad({ line, problem }: Bad): void;
    /** What was written since the last time. It is overwritten by what is written next. */
    take(): Uint8Array;
    private make;
    private copy;
    private cell;
}
