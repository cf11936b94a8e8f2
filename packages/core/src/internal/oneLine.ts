// Controls, what ends a line, and what nobody sees or turns the text around it.
// oxlint-disable-next-line no-control-regex
const unprintable = /[\u0000-\u001F\u007F-\u009F\u2028\u2029\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]+/gu;

/** Keeps text that came from outside on one line and short. */
export const oneLine = (text: string, longest = 200): string => {
  const flat = text.replace(unprintable, " ").trim();
  // Not in the middle of a character.
  return flat.length > longest ? `${flat.slice(0, longest).replace(/[\uD800-\uDBFF]$/, "")}…` : flat;
};
