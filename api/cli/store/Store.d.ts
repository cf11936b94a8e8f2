import * as RefundStore from "@wechat-refund/durable/RefundStore";
import { type StoreError } from "@wechat-refund/durable/StoreError";
import * as Effect from "effect/Effect";
import * as Flag from "effect/cli/Flag";
import * as Layer from "effect/Layer";
import * as Option from "effect/Option";
import * as Redacted from "effect/Redacted";
import type * as SqlClient from "effect/sql/SqlClient";
import type { SqlError } from "effect/sql/SqlError";
import { type Ending } from "../Ending.ts";
import type { Say } from "@wechat-refund/checkup/Language";
/** A file of this machine, or a server. */
export type Where = {
    readonly _tag: "Sqlite";
    readonly file: string;
} | {
    readonly _tag: "Postgres";
    readonly url: Redacted.Redacted;
};
/** The flags of a command that works on a store. */
export interface Flags {
    readonly store: Option.Option<string>;
    readonly database: Option.Option<string>;
}
declare const Unusable_base: new <A extends Record<string, any> = {}>(args: import("effect/Types").VoidIfEmpty<{ readonly [P in keyof A as P extends "_tag" ? never : P]: A[P]; }>) => import("effect/Cause").YieldableError & {
    readonly _tag: "StoreUnusable";
} & Readonly<A>;
/** A store that cannot be used, or is not named. */
export declare class Unusable extends Unusable_base<{
    readonly message: string;
}> {
}
/** A bare word may be a passphrase; the name of a file that is made here says that it is one. */
export declare const isPath: (path: string) => boolean;
/** What is wrong with a path that is none. */
export declare const notPath = "must be the path of a file, such as ./refunds.db, and not look like a key";
/** A path that is made as a file, and so must not be a secret. */
export declare const path: (name: string) => Flag.Flag<string>;
/** `otherwise`: what is used where neither the flags nor the environment name a store. */
export declare const flags: (say: Say, otherwise: string) => {
    store: Flag.Flag<Option.Option<string>>;
    database: Flag.Flag<Option.Option<string>>;
};
/** The store that is meant: the flag's, the environment's, or else this file. */
export declare const find: ({ database, store }: Flags, otherwise?: string) => Effect.Effect<Where, Unusable>;
/** How a store is called where it is printed: never with a user or a password. */
export declare const shown: (where: Where) => string;
/** Whether there is such a store, as far as that is known without opening it. */
export declare const exists: (where: Where) => boolean;
/** What a simulated gateway keeps stands beside its store, so that both remember the same. */
export declare const ledgerOf: (file: string) => string;
/** Whether the refunds of a store are a simulated gateway's, by whichever of its names the file is given. */
export declare const isSimulated: (where: Where) => boolean;
/** Tells whether the store's file is the one that it is now; a server's is. */
export declare const watched: (where: Where) => (() => boolean);
/** What a statement failed by. */
export declare const broken: (where: Where, error: SqlError) => Unusable;
/** Whatever went wrong with a store, in one line. */
export declare const problem: (where: Where, error: StoreError | SqlError | Unusable) => Unusable;
/** The store for this process alone where it is a file; one of an older form is brought to this one. */
export declare const open: (where: Where) => Layer.Layer<SqlClient.SqlClient, StoreError | SqlError>;
/**
 * The store to be looked at, beside a process that works on it. `patient`: a statement may take as long as it takes over all rows, where
 * another that a server is silent about is given up.
 */
export declare const look: (where: Where, { patient }?: {
    readonly patient?: boolean;
}) => Layer.Layer<SqlClient.SqlClient, StoreError | SqlError>;
/** Ends the command with 2. */
export declare const refuse: ({ json }: {
    readonly json: boolean;
}, { message }: {
    readonly message: string;
}) => Effect.Effect<never, Ending, never>;
/** Runs a program over a store that is only looked at. */
export declare const looking: <A, R>(flags: Flags & {
    readonly json: boolean;
}, program: (where: Where) => Effect.Effect<A, Ending | SqlError, R | RefundStore.RefundStore>, options?: Parameters<typeof look>[1]) => Effect.Effect<A, Ending, Exclude<R, RefundStore.RefundStore>>;
export {};
