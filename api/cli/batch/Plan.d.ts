import type { Protocol } from "@wechat-refund/core/Merchants";
import { type RefundRequest } from "@wechat-refund/core/Refund";
import { type Issue, type Rows } from "./Rows.ts";
/** A refund of the file. */
export interface Planned {
    readonly line: number;
    readonly request: RefundRequest;
}
export interface Plan {
    readonly refunds: ReadonlyArray<Planned>;
    readonly issues: ReadonlyArray<Issue>;
}
/** What spreadsheets make of a long number. */
export declare const rounded: RegExp;
/** The order of a refund: by one number or the other, which may be the same order. */
export declare const orderOf: ({ order: { outTradeNo, transactionId } }: RefundRequest) => string;
/** Makes the plan. `refunds` is complete only without issues. */
export declare const make: ({ header, issues, rows }: Rows, protocol?: Protocol) => Plan;
