/** Text that came from outside, as it may be printed. */

// What a terminal would obey, and what would make two lines of one.
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u001F\u007F-\u009F\u2028\u2029\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]+/gu;

/** On one line and without control characters. */
export const plain = (text: string): string => text.replace(control, " ");
