/** What is said in two languages: English, and Chinese beside it. */
/** Gives one of two wordings of the same thing. */
export type Say = (english: string, chinese: string) => string;
export declare const english: Say;
export declare const chinese: Say;
export declare const names: readonly ["en", "zh"];
