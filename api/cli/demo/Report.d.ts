import * as Effect from "effect/Effect";
import { type Say } from "@wechat-refund/checkup/Language";
/** The demonstration's output. */
export interface Report {
    /** The language that it is told in. */
    readonly say: Say;
    readonly title: (text: string) => Effect.Effect<void>;
    readonly heading: (text: string) => Effect.Effect<void>;
    /** Prose, broken to fit. */
    readonly prose: (text: string) => Effect.Effect<void>;
    /** Prose about what was just said, further in. */
    readonly detail: (text: string) => Effect.Effect<void>;
    /** Lines as they are. */
    readonly verbatim: (lines: ReadonlyArray<string>) => Effect.Effect<void>;
    readonly table: (rows: ReadonlyArray<ReadonlyArray<string>>) => Effect.Effect<void>;
    /** Holds what happened against what should; says so only when they differ. */
    readonly expect: (what: string, actual: unknown, expected: unknown) => Effect.Effect<boolean>;
    /** How many expectations there were, and how many did not hold. */
    readonly tally: () => {
        readonly checked: number;
        readonly failed: number;
    };
}
/** An empty report onto standard output. */
export declare const make: (say?: Say) => Report;
