import { Merchants, type UnknownMerchant } from "@wechat-refund/core/Merchants";
import type { RefundRequest } from "@wechat-refund/core/Refund";
import type { InvalidRequest } from "@wechat-refund/core/RefundError";
import type { BadNotice } from "@wechat-refund/core/RefundNotice";
import { type Act } from "@wechat-refund/core/RefundProgress";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import type { SqlError } from "effect/sql/SqlError";
import { type Defaults } from "./Frozen.ts";
import { type Line, type NotPermitted, OtherRefund, type Person, type Refund, type Started, UnknownRefund, type Whose } from "./internal/refund.ts";
import * as Listing from "./Listing.ts";
import type { Paused } from "./MerchantLeases.ts";
import { type Damaged, type Pruned, RefundStore } from "./RefundStore.ts";
import { Signalling } from "./Signalling.ts";
export { type Line, NotPermitted, OtherRefund, type Person, type Refund, refundOf, type Started, UnknownRefund, type Whose, } from "./internal/refund.ts";
export { Pruned } from "./RefundStore.ts";
/**
 * `noted`: a look at it is due. `final`: nothing is due any more. `contradiction`: so too, and the store says otherwise than the notice, which
 * is an alarm. `not-ours`: this store has no such refund.
 */
export type NoticeResult = "noted" | "final" | "contradiction" | "not-ours";
type Failure = SqlError | Damaged | UnknownMerchant;
export interface Options {
    /** What a merchant's configuration gives to refunds that do not say it themselves. */
    readonly defaults?: ((name: string) => Defaults) | undefined;
}
/** What {@link Refunds} offers. */
export interface Service {
    /**
     * Records a refund, and answers when it is stored: in a transaction of its own, or in the caller's where there is one on the same
     * `SqlClient`. Interrupted before it answers, as by a time limit, it may be stored all the same: the same request again says.
     * `attempted`: an earlier attempt may have been made elsewhere, so it is asked for before it is sent, also where it is known
     * and nothing was sent of it yet.
     */
    readonly start: (merchant: Whose, request: RefundRequest, options?: {
        readonly attempted?: boolean | undefined;
    }) => Effect.Effect<Started, Failure | InvalidRequest | OtherRefund | Pruned>;
    readonly find: (merchant: Whose, outRefundNo: string) => Effect.Effect<Refund | undefined, Failure>;
    /** What happened to it, oldest first. */
    readonly history: (merchant: Whose, outRefundNo: string) => Effect.Effect<ReadonlyArray<Line>, Failure | UnknownRefund>;
    /**
     * The newest first; where a prefix is asked for, the highest number first. `after` is the `next` of the page before. `unread`: the numbers of
     * those that cannot be read, where there are some; the log says why.
     */
    readonly list: (filter?: Listing.Filter, page?: {
        readonly after?: string | undefined;
        readonly limit?: number | undefined;
    }) => Effect.Effect<{
        readonly refunds: ReadonlyArray<Refund>;
        readonly unread?: ReadonlyArray<string> | undefined;
        readonly next?: string | undefined;
    }, SqlError>;
    /** By merchant, currency, truth and block, from counters that are kept with the rows. */
    readonly totals: Effect.Effect<ReadonlyArray<Listing.Total>, SqlError>;
    /** Waits until nothing is due of it any more: it is final, or was given up (`NotMade`); with `blocked` also until work on it rests. */
    readonly settled: (merchant: Whose, outRefundNo: string, options?: {
        readonly blocked?: boolean | undefined;
    }) => Effect.Effect<Refund, Failure | UnknownRefund>;
    /**
     * A notice (退款结果通知) that came to the address of this merchant, in the form of either protocol: a reason to ask now. One of APIv3, which
     * is signed, also says that the refund was accepted, where it is the stored one by amounts and order. One that tells of money for a refund
     * which here was rejected, not made, closed or resolved, or of another `refund_id` than it was accepted under, overwrites nothing: it is an
     * error in the log and a line of the history, once.
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
    /** How many refunds a filter finds, and of how much. Show it before `actOnAll`. */
    readonly count: (filter: Listing.Filter) => Effect.Effect<ReadonlyArray<Listing.Sum>, SqlError>;
    /**
     * An act for all that a filter finds, also when their turn comes, and that permit it; tells for how many it did something. Show `count`
     * before, and give it as `most`: by then there may be more.
     */
    readonly actOnAll: (act: Exclude<Act, "refreeze">, filter: Listing.Filter, person: Person, options?: {
        readonly most?: number | undefined;
    }) => Effect.Effect<number, SqlError | Damaged>;
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
export declare const make: (args_0?: Options | undefined) => Effect.Effect<Service, never, Merchants | RefundStore | Signalling>;
export declare const layer: (options?: Options) => Layer.Layer<Refunds, never, RefundStore | Merchants | Signalling>;
