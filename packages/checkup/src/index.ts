export * as Check from "./Check.ts";
export * as Checks from "./Checks.ts";
export * as ChecksV3 from "./ChecksV3.ts";
export * as Language from "./Language.ts";
export * as Translated from "./Translated.ts";
export * as Words from "./Words.ts";
