import type { Say } from "./Language.ts";
/** Gives a message of this library in this language: the same text, or its Chinese. */
export declare const translated: (say: Say) => ((english: string) => string);
