import * as Effect from "effect/Effect";
import * as Schema from "effect/Schema";
import type * as Scope from "effect/Scope";
import * as Owner from "./Owner.ts";
/**
 * `sending`: a request is about to leave. `accepted`: the gateway has the refund. `closed`: it had it and closed it, nothing went back.
 * `rejected`: it has not, by any attempt. `not-made`: given up, certainly not accepted; it can still be made. `unknown`: it may have it.
 */
export declare const State: Schema.Literals<readonly ["sending", "accepted", "closed", "rejected", "not-made", "unknown"]>;
export type State = typeof State.Type;
export declare const Entry: Schema.Struct<{
    readonly outRefundNo: Schema.String;
    readonly state: Schema.Literals<readonly ["sending", "accepted", "closed", "rejected", "not-made", "unknown"]>;
    readonly at: Schema.String;
    readonly line: Schema.Finite;
    readonly totalFee: Schema.Finite;
    readonly refundFee: Schema.Finite;
    readonly fingerprint: Schema.String;
    readonly refundId: Schema.optionalKey<Schema.String>;
    /** Of a failure: its reason, and what to do. */
    readonly reason: Schema.optionalKey<Schema.String>;
    readonly errCode: Schema.optionalKey<Schema.String>;
    readonly advice: Schema.optionalKey<Schema.String>;
    readonly message: Schema.optionalKey<Schema.String>;
}>;
export type Entry = typeof Entry.Type;
declare const Unusable_base: new <A extends Record<string, any> = {}>(args: import("effect/Types").VoidIfEmpty<{ readonly [P in keyof A as P extends "_tag" ? never : P]: A[P]; }>) => import("effect/Cause").YieldableError & {
    readonly _tag: "ResultFileUnusable";
} & Readonly<A>;
/** The result file cannot be used; says why and what to do. */
export declare class Unusable extends Unusable_base<{
    readonly message: string;
}> {
}
export interface Journal {
    /** The latest entry of each number. */
    readonly entries: ReadonlyMap<string, Entry>;
    /** Adds an entry; it is on the disk when the effect succeeds. */
    readonly append: (entry: Entry) => Effect.Effect<void, Unusable>;
    /** Fails if the file is no longer where it was. */
    readonly check: Effect.Effect<void, Unusable>;
}
/**
 * Opens the result file for this merchant and gateway, or begins it, and locks it until the scope closes. A file is opened for
 * writing only after it was read and is a result file; `input` is the batch file, which never is.
 */
export declare const open: (file: string, input: string, owner: Owner.Owner) => Effect.Effect<Journal, Unusable, Scope.Scope>;
export {};
