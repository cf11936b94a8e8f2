/** The language of a page: what the address asks for, what was chosen before, or what the browser prefers. */
import { type Say } from "@wechat-refund/checkup/Language";
export type Language = "en" | "zh";
export declare const sayIn: (language: Language) => Say;
export declare const isLanguage: (text: string | undefined | null) => text is Language;
export declare const choose: (asked: string | null, kept: string | undefined, header: string | undefined) => Language;
