/** What is said in two languages: English, and Chinese beside it. */
/** Gives one of two wordings of the same thing. */
export type Say = (english: string, chinese: string) => string;
export declare const english: Say;
export declare const chinese: Say;
/** What stands between a name and what is said of it, between the parts of a list, and between sentences. */
export declare const colon: (say: Say) => string;
export declare const comma: (say: Say) => string;
export declare const semicolon: (say: Say) => string;
export declare const names: readonly ["en", "zh"];
