import * as Effect from "effect/Effect";
import * as Schema from "effect/Schema";
import type { Row } from "./Ledger.ts";
/** A refund that was accepted, as it is kept. */
export declare const Kept: Schema.Struct<{
    readonly mchId: Schema.String;
    readonly subMchId: Schema.optionalKey<Schema.String>;
    readonly transactionId: Schema.String;
    readonly outRefundNo: Schema.String;
    readonly refundFee: Schema.Int;
    readonly refundAccount: Schema.Literals<readonly ["REFUND_SOURCE_UNSETTLED_FUNDS", "REFUND_SOURCE_RECHARGE_FUNDS"]>;
    readonly notifyUrl: Schema.optionalKey<Schema.String>;
    readonly goods: Schema.$Array<Schema.Struct<{
        readonly goods_id: Schema.String;
        readonly refund_amount: Schema.Int;
        readonly refund_quantity: Schema.Int;
        readonly price: Schema.Int;
    }>>;
    /** Both are absent for a refund that knows APIv2 alone. */
    readonly protocol: Schema.optionalKey<Schema.Literals<readonly ["v2", "v3"]>>;
    readonly noticeForm: Schema.optionalKey<Schema.Literals<readonly ["v2", "v3"]>>;
    readonly acceptedAt: Schema.Int;
}>;
export type Kept = typeof Kept.Type;
declare const Unusable_base: Schema.Class<Unusable, Schema.TaggedStruct<"LedgerUnusable", {
    readonly detail: Schema.String;
}>, import("effect/Cause").YieldableError>;
/** The file cannot be used, or is something else. */
export declare class Unusable extends Unusable_base {
    get message(): string;
}
export interface LedgerFile {
    /** What was accepted before, in its order. */
    readonly rows: ReadonlyArray<Kept>;
    readonly keep: (row: Row) => void;
}
/** Opens it; makes it where there is none. */
export declare const open: (file: string) => Effect.Effect<LedgerFile, Unusable>;
export {};
