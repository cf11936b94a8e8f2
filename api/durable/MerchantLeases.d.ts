import * as Effect from "effect/Effect";
import type { SqlError } from "effect/sql/SqlError";
import type { Database } from "./internal/database.ts";
import { type Hold } from "./RefundStore.ts";
/** A merchant, or a sub-merchant of it, whose sends stand still because a person said so. */
export interface Paused {
    readonly mchId: string;
    readonly subMchId: string;
    readonly by: string;
    readonly reason: string;
    readonly since: number;
}
/** A merchant number with work that nobody does, as it was seen. */
export interface Free {
    readonly mchId: string;
    /** The epoch to take it from; 0 where nobody ever had it. */
    readonly epoch: number;
    /** How far its holder had counted. */
    readonly beat: number;
}
export interface MerchantLeases {
    /** Beats for what this process holds, and says that it lives. Gives the database's clock, and what it still holds with its epoch. */
    readonly beat: Effect.Effect<{
        readonly now: number;
        readonly held: ReadonlyMap<string, number>;
    }, SqlError>;
    /**
     * Merchant numbers of these that have work and are free, and how many each living process should hold. `ours`: whose rows are work, each a
     * merchant number, a space, and a sub-merchant's number or nothing; all, unless given.
     */
    readonly free: (mchIds: ReadonlyArray<string>, ours?: ReadonlyArray<string>) => Effect.Effect<{
        readonly free: ReadonlyArray<Free>;
        readonly share: number;
    }, SqlError>;
    /** Takes one, if it is as it was seen: then what was under way for it is due, for whoever did it is gone. Gives its epoch. */
    readonly take: (free: Free) => Effect.Effect<number | undefined, SqlError>;
    readonly release: (mchId: string) => Effect.Effect<void, SqlError>;
    readonly holds: (mchId: string) => Effect.Effect<ReadonlyArray<Hold>, SqlError>;
    /** Lifts what held a merchant: everything of it that waited for that is due. */
    readonly lift: (mchId: string, subMchId: string) => Effect.Effect<void, SqlError>;
    /** The gateway has come back: what was to be tried again within minutes is due. Gives the moment. */
    readonly wake: (mchId: string) => Effect.Effect<number, SqlError>;
    readonly paused: Effect.Effect<ReadonlyArray<Paused>, SqlError>;
    /** The clock was set back: what was planned on the old one is planned on the new. */
    readonly rebase: Effect.Effect<void, SqlError>;
}
export declare const make: (database: Database, owner: string, lease: number) => MerchantLeases;
