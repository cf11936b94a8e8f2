/** The signature that came, as the bytes it may stand for; each with what is wrong with its writing. */
import { type Mistake, results as words } from "./words.ts";

export interface Given {
  readonly mistakes: ReadonlyArray<Mistake>;
  readonly bytes: Buffer;
}

const isHex = (text: string): boolean => /^[0-9a-f]+$/i.test(text) && text.length % 2 === 0;

const ofHex = (text: string, before: ReadonlyArray<Mistake>): ReadonlyArray<Given> => {
  const isLower = text === text.toLowerCase();
  const hasLower = text !== text.toUpperCase();
  const mistakes = hasLower ? [...before, words.signCase(isLower ? "lower-case" : "mixed-case")] : before;
  return [{ mistakes, bytes: Buffer.from(text, "hex") }];
};

const unescaped = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Nothing where it is no signature of this protocol at all. */
export const readings = (sign: string): ReadonlyArray<Given> => {
  if (isHex(sign)) return ofHex(sign, []);
  // Marks, blanks and what cannot be seen, around it or between its digits; an 0x before it.
  const unmarked = unescaped(sign).replace(/^\s*<!\[CDATA\[([^]*)\]\]>\s*$/, "$1");
  const bare = unmarked.replaceAll(/[\s"'`<>[\]:,;\u200b-\u200f\u2060\ufeff\0-]/g, "").replace(/^0x/i, "");
  if (isHex(bare)) return ofHex(bare, [words.wrapped]);
  const base64 = unescaped(sign).trim();
  if (!/^[A-Za-z0-9+/_-]{16,}={0,2}$/.test(base64)) return [];
  return [
    { mistakes: [words.base64], bytes: Buffer.from(base64, "base64") },
    // Base64 of the hex digits.
    ...(isHex(Buffer.from(base64, "base64").toString("latin1"))
      ? [{ mistakes: [words.base64], bytes: Buffer.from(Buffer.from(base64, "base64").toString("latin1"), "hex") }]
      : []),
  ];
};
