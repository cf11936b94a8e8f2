import * as Effect from "effect/Effect";
import type { SqlError } from "effect/sql/SqlError";
import { type Damaged, RefundStore } from "./RefundStore.ts";
import type { Person } from "./Refunds.ts";
import { StoreError } from "./StoreError.ts";
/** The name under which the sequencer finds where positions go on, whatever was removed meanwhile; no consumer has it. */
export declare const floor = "#floor";
/** The same for the days of the books. */
export declare const booksFloor = "#books";
/** How many refunds are asked for, now that an older state of the store was put back. */
export interface Restored {
    readonly refunds: number;
    /** Those of them that had been given up: they are not sent, unless somebody starts them again. */
    readonly withheld: number;
    /** Rows that cannot be read, and so were left: who mends them, or runs a version that can read them, must say it once more before. */
    readonly damaged: ReadonlyArray<Damaged>;
}
/**
 * After an older state of the store was put back: what it does not know to be over may have been sent since. All of it is asked for before
 * anything is sent, and what had been given up is only asked for. The positions of events go on far beyond those that anybody can have read.
 */
export declare const restored: (args_0: Person) => Effect.Effect<Restored, Damaged | SqlError | StoreError, RefundStore>;
