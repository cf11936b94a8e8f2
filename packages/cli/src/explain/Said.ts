/** What the finder of causes found, in lines for people and as JSON: never a name that is none. */
import type { Mistake } from "@wechat-refund/simulator/Diagnosis";
import type { Say } from "@wechat-refund/checkup/Language";
import { plain, shownField, styled } from "../Print.ts";

export type { Mistake } from "@wechat-refund/simulator/Diagnosis";

/** The mistakes without these names, where they are none that may be shown. */
export const nameless = (mistakes: ReadonlyArray<Mistake>, names: Iterable<string>): ReadonlyArray<Mistake> => {
  const hidden = [...names].filter((name) => name !== "" && shownField(name) !== name);
  const hide = (text: string): string => hidden.reduce((rest, name) => rest.replaceAll(name, shownField(name)), text);
  if (hidden.length === 0) return mistakes;
  return mistakes.map(({ kind, remedy, says, zh }) => ({
    kind,
    says: hide(says),
    remedy: hide(remedy),
    zh: { says: hide(zh.says), remedy: hide(zh.remedy) },
  }));
};

/** One line for each. */
export const lines = (say: Say, mistakes: ReadonlyArray<Mistake>): ReadonlyArray<string> =>
  mistakes.map(({ says, zh }) => `${styled("red", "✗")} ${plain(say(says, zh.says))}`);

/** Each remedy once. */
export const remedies = (say: Say, mistakes: ReadonlyArray<Mistake>): ReadonlyArray<readonly [string, string]> =>
  [...new Set(mistakes.map(({ remedy, zh }) => say(remedy, zh.remedy)))].map((remedy) => [
    say("remedy", "解决办法"),
    remedy,
  ]);

/** For programs, in English. */
export const json = (mistakes: ReadonlyArray<Mistake>) =>
  mistakes.map(({ kind, remedy, says }) => ({ kind, says, remedy }));

/** Where two texts first differ; undefined where one of them is not known, or they do not. */
export const difference = (expected: string, signed: string | undefined): number | undefined => {
  if (signed === undefined || signed === expected) return undefined;
  let at = 0;
  while (at < signed.length && signed[at] === expected[at]) at++;
  return at;
};

/** The text from a little before the difference on, so that it fits a line. */
export const around = (text: string, at: number): string =>
  `${at > 20 ? "…" : ""}${text.slice(Math.max(0, at - 20), at + 28)}`;
