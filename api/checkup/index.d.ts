export * as Check from "./Check.ts";
export * as Checks from "./Checks.ts";
export * as Language from "./Language.ts";
export * as Words from "./Words.ts";
