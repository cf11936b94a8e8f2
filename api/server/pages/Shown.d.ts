/** Amounts, times and numbers as a page shows them. */
import type { Say } from "@wechat-refund/checkup/Language";
import { type Html } from "./Html.ts";
/** An amount in yuan; of another currency as the gateway counts it. Sums may be negative nowhere, and beyond 2^53 only about right. */
export declare const amount: (fen: number, currency: string) => string;
export declare const money: (fen: number, currency: string) => Html;
/** Sums by currency, one under the other. */
export declare const sums: (all: ReadonlyArray<{
    readonly currency: string;
    readonly amount: number;
}>) => Html;
/** A moment in Beijing, to the second. */
export declare const beijing: (millis: number) => string;
export declare const time: (millis: number) => Html;
/** For how long, in the largest unit that says enough. */
export declare const duration: (say: Say, millis: number) => string;
/** Since when, and for how long by now. */
export declare const since: (say: Say, millis: number, now: number) => Html;
export declare const count: (number: number) => string;
/** A number that can be copied: long ones break at any place. */
export declare const number: (text: string) => Html;
