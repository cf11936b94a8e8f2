/** A check of the doctor: how it came out, and what to do. */
import type { Say } from "./Language.ts";
/** `"skipped"`: something it stands on is wrong, or it does not apply. */
export type Status = "ok" | "wrong" | "skipped";
/** A check and how it came out; `remedy` says what to do where it is wrong, or soon will be. */
export interface Check {
    readonly name: string;
    readonly status: Status;
    readonly detail: string;
    readonly remedy?: string | undefined;
}
export declare const ok: (name: string, detail: string, remedy?: string) => Check;
export declare const wrong: (name: string, detail: string, remedy?: string) => Check;
export declare const skipped: (name: string, detail: string) => Check;
/** The same check with what the libraries say of it in these words. */
export declare const inWords: (say: Say, { detail, remedy, ...check }: Check) => Check;
