/** The words for how a stored refund stands, for programs and for people. Nothing is decided here: see `RefundProgress`. */
import type { Cause, Progress, Truth } from "@wechat-refund/core/RefundProgress";
import type { Say } from "./Language.ts";
/**
 * `accepted`: the gateway has it. `succeeded`: the money went back. `closed`: it had it and closed it, nothing went back. `rejected`: it has
 * not, by any attempt, and never will. `not-made`: given up, certainly not accepted. `resolved`: a person ended it. `blocked`: certainly not
 * accepted, and somebody must act first. `unsent`: certainly not accepted, its turn is to come. `unknown`: it may have it.
 */
export declare const states: readonly ["accepted", "succeeded", "closed", "rejected", "not-made", "resolved", "blocked", "unsent", "unknown"];
export type State = (typeof states)[number];
/** The state of a truth and a block; while a first request is under way, nobody knows. */
export declare const of: (truth: Truth, block: Cause | undefined, calling?: boolean) => State;
/** The state of what is known. */
export declare const stateOf: ({ block, open, truth }: Pick<Progress, "block" | "open" | "truth">) => State;
export declare const words: (say: Say) => Readonly<Record<State, string>>;
/** The colour of a state. */
export declare const colours: {
    readonly accepted: "green";
    readonly succeeded: "green";
    readonly closed: "red";
    readonly rejected: "red";
    readonly "not-made": "yellow";
    readonly resolved: "yellow";
    readonly blocked: "red";
    readonly unsent: "yellow";
    readonly unknown: "red";
};
/** What a refusal says, without the number, the outcome and the advice that stand beside it anyway. */
export declare const refusal: (say: Say, { message }: {
    readonly message: string;
}) => string;
