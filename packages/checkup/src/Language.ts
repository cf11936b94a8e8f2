/** What is said in two languages: English, and Chinese beside it. */

/** Gives one of two wordings of the same thing. */
export type Say = (english: string, chinese: string) => string;

export const english: Say = (text) => text;
export const chinese: Say = (_, text) => text;

export const names = ["en", "zh"] as const;
