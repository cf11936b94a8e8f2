/** A check of the doctor: how it came out, and what to do. */

import type { Say } from "./Language.ts";
import { translated } from "./Translated.ts";

/** `"skipped"`: something it stands on is wrong, or it does not apply. */
export type Status = "ok" | "wrong" | "skipped";

/** A check and how it came out; `remedy` says what to do where it is wrong, or soon will be. */
export interface Check {
  readonly name: string;
  readonly status: Status;
  readonly detail: string;
  readonly remedy?: string | undefined;
}

export const ok = (name: string, detail: string, remedy?: string): Check => ({ name, status: "ok", detail, remedy });
export const wrong = (name: string, detail: string, remedy?: string): Check => ({
  name,
  status: "wrong",
  detail,
  remedy,
});
export const skipped = (name: string, detail: string): Check => ({ name, status: "skipped", detail });

/** The same check with what the libraries say of it in these words. */
export const inWords = (say: Say, { detail, remedy, ...check }: Check): Check => {
  const words = translated(say);
  return { ...check, detail: words(detail), remedy: remedy && words(remedy) };
};
