import * as Effect from "effect/Effect";
import type { SqlError } from "effect/sql/SqlError";
import { type Damaged, RefundStore } from "./RefundStore.ts";
import type { Person } from "./Refunds.ts";
/** The name under which the sequencer finds where positions go on; no consumer has it. */
export declare const floor = "#floor";
/**
 * After an older state of the store was put back: what it does not know to be over may have been sent since. All of it is asked for before
 * anything is sent, and the positions of events go on far beyond those that anybody can have read. Tells how many refunds that concerned.
 */
export declare const restored: (args_0: Person) => Effect.Effect<number, Damaged | SqlError, RefundStore>;
