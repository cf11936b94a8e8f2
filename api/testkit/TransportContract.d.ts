import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import { type End } from "./internal/contract/bench.ts";
import type { Clause, Subject } from "./internal/contract/clause.ts";
import { type Calls } from "./internal/contract/calls.ts";
export type { Bench, Conditions, End } from "./internal/contract/bench.ts";
export type { Calls } from "./internal/contract/calls.ts";
export { type Clause, ClauseFailed, type Need, type Peer, type Subject } from "./internal/contract/clause.ts";
export { type Fault, faults, type Outcome } from "./internal/contract/faults.ts";
export interface Section {
    readonly title: string;
    readonly clauses: ReadonlyArray<Clause>;
}
export declare const sections: ReadonlyArray<Section>;
/** What clauses can be checked with: APIv2's calls (XML), and both kinds of APIv3's. */
export declare const calls: ReadonlyArray<Calls>;
/** All clauses, in order. */
export declare const clauses: ReadonlyArray<Clause>;
export interface Options {
    /** Default `"fresh"`. */
    readonly connections?: "fresh" | "pooled" | undefined;
    /** The protocol of the servers. Default TLS 1.3. */
    readonly version?: "TLSv1.2" | "TLSv1.3" | undefined;
    /** What is asked: APIv2's XML, or APIv3's JSON or GET, whose replies are signed in their fields. Default XML. */
    readonly calls?: Calls | undefined;
    /** How long a clause waits for what must happen. Default: 30 seconds. */
    readonly patience?: Duration.Input | undefined;
    /** How many posts are made by the clause about what is left behind. Default: 1 000. */
    readonly volume?: number | undefined;
    /** Only these clauses. */
    readonly only?: ReadonlyArray<string> | undefined;
    /** Clauses at once. Default: 4. */
    readonly concurrency?: number | undefined;
    /** Servers then take their time at random, and send in pieces. The same seed makes the same choices for each clause. */
    readonly seed?: string | undefined;
}
/** Whether the clause can show anything of this subject under these conditions. */
export declare const applies: (clause: Clause, subject: Subject, options?: Options) => boolean;
/** How one clause went. */
export interface Verdict {
    readonly clause: Clause;
    /** `"declared"`: it does not hold, as the subject says. */
    readonly verdict: "holds" | "fails" | "declared" | "not-applicable";
    /** Why it fails, or the subject's own reason. */
    readonly detail: string | undefined;
    /** How the posts of the check ended. */
    readonly ends: ReadonlyArray<End>;
    /** What printed a secret on the way, whatever the clause is about. */
    readonly leaks: ReadonlyArray<string>;
}
/** Checks one clause. */
export declare const check: (clause: Clause, subject: Subject, options?: Options | undefined) => Effect.Effect<Verdict, never, never>;
/** Checks the contract: clauses that must be alone first, then the others side by side. */
export declare const run: (subject: Subject, options?: Options | undefined) => Effect.Effect<readonly Verdict[], never, never>;
/** The clauses that do not hold, one a line; empty when all do. */
export declare const complaints: (verdicts: ReadonlyArray<Verdict>) => ReadonlyArray<string>;
