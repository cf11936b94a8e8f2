import * as Effect from "effect/Effect";
import type { Say } from "./Language.ts";
/** Who reads it: `Merchant.layerConfig`, an adapter's `layerConfig`, `Merchant.config` of apiv3, `Durable.layerConfig`, the command line. */
export type Reader = "merchant" | "transport" | "apiv3" | "durable" | "commands";
export interface Variable {
    readonly name: string;
    readonly readers: ReadonlyArray<Reader>;
    /** Whether nobody else may see it. */
    readonly secret?: true;
    /** What counts where it is not set; absent where nothing does. */
    readonly otherwise?: (say: Say) => string;
    readonly what: (say: Say) => string;
}
export declare const variables: ReadonlyArray<Variable>;
/** A variable that is set and that nobody reads. */
export interface Unread {
    readonly name: string;
    readonly meant?: string;
}
/** Which of these names look like ours and are nobody's. */
export declare const unreadOf: (names: Iterable<string>) => ReadonlyArray<Unread>;
/** What is set in the environment in use: its names that look like ours and are nobody's, and a proxy's that is not read. */
export declare const unread: Effect.Effect<{
    readonly names: ReadonlyArray<Unread>;
    readonly proxy: string | undefined;
}>;
