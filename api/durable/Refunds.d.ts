import { Merchants, type Numbers, type UnknownMerchant } from "@wechat-refund/core/Merchants";
import type { RefundRequest } from "@wechat-refund/core/Refund";
import type { InvalidRequest } from "@wechat-refund/core/RefundError";
import type { BadNotice } from "@wechat-refund/core/RefundNotice";
import { type Act, type Block, type Truth } from "@wechat-refund/core/RefundProgress";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Schema from "effect/Schema";
import type { SqlError } from "effect/sql/SqlError";
import { type Defaults } from "./Frozen.ts";
import * as Listing from "./Listing.ts";
import type { Paused } from "./MerchantLeases.ts";
import { type Damaged, type Pruned, RefundStore, type Row } from "./RefundStore.ts";
import { Signalling } from "./Signalling.ts";
export { Pruned } from "./RefundStore.ts";
/** A refund as it is known. Amounts are fen, times milliseconds since 1970 by the store's clock. */
export interface Refund {
    readonly mchId: string;
    readonly subMchId?: string | undefined;
    readonly outRefundNo: string;
    readonly protocol: string;
    /** What became of the money. */
    readonly truth: Truth;
    /** Why work rests until somebody acts. */
    readonly block?: Block | undefined;
    /** Whether nothing changes it any more. */
    readonly final: boolean;
    /** Whether a call is under way. */
    readonly calling: boolean;
    /** The request as it is sent. */
    readonly request: RefundRequest;
    readonly refundFee: number;
    readonly currency: string;
    /** WeChat Pay's number (微信退款单号), once it has told one. */
    readonly refundId?: string | undefined;
    /** What a person may do. */
    readonly permitted: ReadonlySet<Act>;
    readonly createdAt: number;
    readonly updatedAt: number;
    /** When it is looked at next, if ever. */
    readonly dueAt?: number | undefined;
}
/** What `start` answers: the refund, and whether it was recorded just now or was there. */
export interface Started extends Refund {
    readonly created: boolean;
}
/** A line of a refund's history. */
export interface Line {
    readonly seq: number;
    readonly at: number;
    readonly what: string;
    readonly truth: string;
    readonly block?: string | undefined;
    readonly detail?: unknown;
}
declare const OtherRefund_base: Schema.Class<OtherRefund, Schema.TaggedStruct<"OtherRefund", {
    readonly outRefundNo: Schema.String;
    readonly fields: Schema.$Array<Schema.String>;
}>, import("effect/Cause").YieldableError>;
/** The number is taken: these fields differ. Nothing was stored, nothing is sent. */
export declare class OtherRefund extends OtherRefund_base {
    get message(): string;
}
declare const UnknownRefund_base: Schema.Class<UnknownRefund, Schema.TaggedStruct<"UnknownRefund", {
    readonly outRefundNo: Schema.String;
}>, import("effect/Cause").YieldableError>;
/** There is no such refund in this store. */
export declare class UnknownRefund extends UnknownRefund_base {
    get message(): string;
}
declare const NotPermitted_base: Schema.Class<NotPermitted, Schema.TaggedStruct<"NotPermitted", {
    readonly outRefundNo: Schema.String;
    readonly act: Schema.String;
    readonly truth: Schema.String;
    readonly permitted: Schema.$Array<Schema.String>;
}>, import("effect/Cause").YieldableError>;
/** What a person wanted is not possible now. */
export declare class NotPermitted extends NotPermitted_base {
    get message(): string;
}
/** Who acts, and why: it stands in the refund's history. */
export interface Person {
    readonly by: string;
    readonly reason: string;
}
/** `started`: stored just now; `known`: it was there. `noted`: a look at it is due; `final`; `not-ours`: this store has no such refund. */
export type NoticeResult = "noted" | "final" | "not-ours";
/** A name of `Merchants`, or the numbers. */
export type Whose = string | Numbers;
type Failure = SqlError | Damaged | UnknownMerchant;
export interface Options {
    /** What a merchant's configuration gives to refunds that do not say it themselves. */
    readonly defaults?: ((name: string) => Defaults) | undefined;
}
/** What {@link Refunds} offers. */
export interface Service {
    /**
     * Records a refund, and answers when it is stored: in a transaction of its own, or in the caller's where there is one on the same
     * `SqlClient`. `attempted`: an earlier attempt may have been made elsewhere, so it is asked for before it is sent.
     */
    readonly start: (merchant: Whose, request: RefundRequest, options?: {
        readonly attempted?: boolean | undefined;
    }) => Effect.Effect<Started, Failure | InvalidRequest | OtherRefund | Pruned>;
    readonly find: (merchant: Whose, outRefundNo: string) => Effect.Effect<Refund | undefined, Failure>;
    /** What happened to it, oldest first. */
    readonly history: (merchant: Whose, outRefundNo: string) => Effect.Effect<ReadonlyArray<Line>, Failure | UnknownRefund>;
    readonly list: (filter?: Listing.Filter, page?: {
        readonly after?: number | undefined;
        readonly limit?: number | undefined;
    }) => Effect.Effect<{
        readonly refunds: ReadonlyArray<Refund>;
        readonly next?: number | undefined;
    }, SqlError>;
    /** By merchant, currency, truth and block, from counters that are kept with the rows. */
    readonly totals: Effect.Effect<ReadonlyArray<Listing.Total>, SqlError>;
    /** Waits until nothing changes it any more; with `blocked` also until work on it rests. */
    readonly settled: (merchant: Whose, outRefundNo: string, options?: {
        readonly blocked?: boolean | undefined;
    }) => Effect.Effect<Refund, Failure | UnknownRefund>;
    /**
     * A notice (退款结果通知) that came to the address of this merchant, in the form of either protocol: a reason to ask now. One of APIv3, which
     * is signed, also says that the refund was accepted, where it is the stored one by amounts and order.
     */
    readonly notice: (notice: {
        readonly merchant: string;
        readonly headers?: Readonly<Record<string, string>> | undefined;
        readonly body: Uint8Array;
    }) => Effect.Effect<NoticeResult, Failure | BadNotice>;
    /** Gives up what was never sent. */
    readonly cancel: (merchant: Whose, outRefundNo: string, person: Person) => Effect.Effect<Refund, Failure | UnknownRefund | NotPermitted>;
    /** Asks now, and sends again where that is right. */
    readonly goOn: (merchant: Whose, outRefundNo: string, person: Person) => Effect.Effect<Refund, Failure | UnknownRefund | NotPermitted>;
    /** How many refunds a filter finds, and of how much. Show it before `goOnAll`. */
    readonly count: (filter: Listing.Filter) => Effect.Effect<ReadonlyArray<{
        readonly currency: string;
        readonly count: number;
        readonly amount: number;
    }>, SqlError>;
    /** `goOn` for all that a filter finds; tells for how many it did something. */
    readonly goOnAll: (filter: Listing.Filter, person: Person) => Effect.Effect<number, SqlError | Damaged>;
    /** A person ends it: paid otherwise, or given up. Nothing is sent for ever. */
    readonly resolve: (merchant: Whose, outRefundNo: string, person: Person) => Effect.Effect<Refund, Failure | UnknownRefund | NotPermitted>;
    /** Starts a refund again that was given up: certainly not made, or withheld since a backup was put back. */
    readonly startAgain: (merchant: Whose, outRefundNo: string, person: Person) => Effect.Effect<Refund, Failure | UnknownRefund | NotPermitted>;
    /** The same number and the caller's same fields, with what the mended configuration gives now; only while nothing was sent. */
    readonly refreeze: (merchant: Whose, outRefundNo: string, person: Person) => Effect.Effect<Refund, Failure | UnknownRefund | NotPermitted | InvalidRequest>;
    /** Stops the sends of a merchant; what was sent is asked for all the same. */
    readonly pause: (merchant: Whose, person: Person) => Effect.Effect<void, SqlError | UnknownMerchant>;
    readonly resume: (merchant: Whose, person: Person) => Effect.Effect<void, SqlError | UnknownMerchant>;
    readonly paused: Effect.Effect<ReadonlyArray<Paused>, SqlError>;
}
declare const Refunds_base: Context.ServiceClass<Refunds, "@wechat-refund/durable/Refunds", Service>;
export declare class Refunds extends Refunds_base {
}
/** A row as an application sees it. */
export declare const refundOf: (row: Row) => Refund;
export declare const make: (args_0?: Options | undefined) => Effect.Effect<Service, never, Merchants | RefundStore | Signalling>;
export declare const layer: (options?: Options) => Layer.Layer<Refunds, never, RefundStore | Merchants | Signalling>;
