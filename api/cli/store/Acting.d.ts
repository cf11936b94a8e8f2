/**
 * What a person does with stored refunds: by number, with who and why. Nothing is called here, so no key and no certificate is needed; a
 * worker, in whatever process, goes on from what was done.
 */
import { Merchants, type Numbers, UnknownMerchant } from "@wechat-refund/core/Merchants";
import * as Refunds from "@wechat-refund/durable/Refunds";
import * as RefundStore from "@wechat-refund/durable/RefundStore";
import * as Signalling from "@wechat-refund/durable/Signalling";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import type { SqlError } from "effect/sql/SqlError";
import { type Answer, type Ending } from "../Ending.ts";
import type { Say } from "@wechat-refund/checkup/Language";
import * as Store from "./Store.ts";
/** Merchants by their numbers alone, whoever they are. */
export declare const anybody: Layer.Layer<Merchants, never, never>;
/** The flags of a command that needs a store and nothing else. */
export declare const stored: (say: Say) => {
    store: import("effect/cli/Flag").Flag<import("effect/Option").Option<string>>;
    database: import("effect/cli/Flag").Flag<import("effect/Option").Option<string>>;
    json: import("effect/cli/Flag").Flag<boolean>;
};
/** Prints what was done as the flags want it. */
export declare const answer: ({ json }: {
    readonly json: boolean;
}, said: Answer) => Effect.Effect<void, Ending, never>;
/** Ends the command with 1: it cannot be done. */
export declare const impossible: ({ json }: {
    readonly json: boolean;
}, error: {
    readonly _tag: string;
    readonly message: string;
}) => Effect.Effect<never, Ending, never>;
type Failure = Ending | SqlError | RefundStore.Damaged | UnknownMerchant | Refunds.UnknownRefund | Refunds.NotPermitted;
/** Runs a program over a store: one that `acts` needs it for itself, where it is a file. */
export declare const provide: <A, R>(flags: Store.Flags & {
    readonly json: boolean;
}, acts: boolean, program: (where: Store.Where) => Effect.Effect<A, Failure, R | Refunds.Refunds | RefundStore.RefundStore>) => Effect.Effect<A, Ending, Exclude<R, RefundStore.RefundStore | Refunds.Refunds | Signalling.Signalling>>;
/** The one refund that the flags name; what is no number of the store is not repeated. */
export declare const one: (filter: {
    readonly mchId?: string | undefined;
    readonly subMchId?: string | undefined;
    readonly whose?: readonly {
        readonly mchId: string;
        readonly subMchId: string;
    }[] | undefined;
    readonly truth?: readonly ("Accepted" | "Blocked" | "Closed" | "NotMade" | "Recorded" | "Rejected" | "Resolved" | "Sending" | "Succeeded" | "Unknown" | "Unsent")[] | undefined;
    readonly block?: "any" | readonly ("account" | "certificate" | "change" | "denied" | "key" | "other-refund" | "overdue" | "request" | "top-up" | "withheld")[] | undefined;
    readonly begun?: boolean | undefined;
    readonly transactionId?: string | undefined;
    readonly outTradeNo?: string | undefined;
    readonly outRefundNo?: string | undefined;
    readonly prefix?: string | undefined;
    readonly transactionIdPrefix?: string | undefined;
    readonly outTradeNoPrefix?: string | undefined;
    readonly from?: number | undefined;
    readonly until?: number | undefined;
}, flags: {
    readonly json: boolean;
}) => Effect.Effect<RefundStore.Row, RefundStore.Damaged | Ending | SqlError, RefundStore.RefundStore>;
/** Whose refund a row is. */
export declare const whose: ({ mchId, subMchId }: RefundStore.Row) => Numbers;
export {};
