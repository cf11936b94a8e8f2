import type { Mistake } from "@wechat-refund/simulator/Diagnosis";
import { type Fields } from "@wechat-refund/simulator/Message";
/** What was signed instead, if it is one of these; `known` are the merchant's settings under their wire names. */
export declare const find: (fields: Fields, keys: ReadonlyArray<string>, known: Fields) => {
    readonly mistake: Mistake;
    readonly text: string;
} | undefined;
