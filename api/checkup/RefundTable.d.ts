/** The table of refunds that finance gets, from the command line and from the operator's pages: one column order, one wording. */
import type { Say } from "./Language.ts";
import * as Table from "./Table.ts";
/** What is told of a refund; amounts are fen. */
export interface Told {
    readonly mchId: string;
    readonly subMchId?: string | undefined;
    readonly outRefundNo: string;
    readonly refundId?: string | undefined;
    readonly transactionId?: string | undefined;
    readonly outTradeNo?: string | undefined;
    readonly refundFee: number;
    readonly totalFee: number;
    readonly currency: string;
    readonly state: string;
    readonly block?: string | undefined;
    readonly message?: string | undefined;
    readonly recordedAt: string;
    readonly updatedAt: string;
}
export declare const columns: (say: Say) => ReadonlyArray<Table.Column<Told>>;
