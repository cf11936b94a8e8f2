/**
 * What a database must do to hold refunds, as cases that any runner turns into tests: the same for every database, with what it can as
 * capabilities. A case dies with an `AssertionError` where the store does not do what it must.
 */
import * as Effect from "effect/Effect";
import type { Case, Subject } from "../internal/suite/case.ts";
export type { Case, Limited, Need, Place, Subject } from "../internal/suite/case.ts";
export interface Section {
    readonly title: string;
    readonly cases: ReadonlyArray<Case>;
}
export declare const sections: ReadonlyArray<Section>;
/** All cases, in order. */
export declare const cases: ReadonlyArray<Case>;
/** Whether a database can do what a case needs. */
export declare const applies: ({ needs }: Case, { hasRoles, sharedByProcesses }: Subject) => boolean;
/** Runs a case in a database of its own. */
export declare const run: ({ run }: Case, subject: Subject) => Effect.Effect<void, unknown>;
