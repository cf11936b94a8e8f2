/** What is said in two languages: English, and Chinese beside it. */

/** Gives one of two wordings of the same thing. */
export type Say = (english: string, chinese: string) => string;

export const english: Say = (text) => text;
export const chinese: Say = (_, text) => text;

/** What stands between a name and what is said of it, between the parts of a list, and between sentences. */
export const colon = (say: Say): string => say(": ", "：");
export const comma = (say: Say): string => say(", ", "，");
export const semicolon = (say: Say): string => say("; ", "；");

export const names = ["en", "zh"] as const;
