/**
 * Characters that nobody sees: zero-width ones, fillers, variation selectors, and those that turn the direction of the text around
 * them. What is signed with them is not what is read.
 */

// What nearly all texts are of, told quickly: ASCII, Chinese characters and their punctuation.
const printable = /^[ -~\u3001-\u3003\u3008-\u3011\u4E00-\u9FFF\uFF01-\uFF5E]*$/;
const turning = /\p{Bidi_Control}/u;
// Beside those that Unicode calls ignorable: the second set of controls, line separators, annotations, what is no character.
// oxlint-disable-next-line no-control-regex
const hidden = /[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\u007F-\u009F\u2028\u2029\uFDD0-\uFDEF\uFFF9-\uFFFB]/u;

/** The first such character of a text, in words: which, and where. */
export const invisible = (value: string): string | undefined => {
  if (printable.test(value)) return undefined;
  const found = hidden.exec(value);
  if (found === null) return undefined;
  const [character] = found;
  const code = (character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, "0");
  const what = turning.test(character) ? "turns the direction of the text" : "is invisible";
  const before = Array.from(value.slice(0, found.index)).length;
  return `U+${code}, which ${what}, at character ${before + 1}: remove it`;
};
