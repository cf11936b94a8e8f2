/** Keeps text that came from outside on one line and short. */
export const oneLine = (text: string): string => {
  // oxlint-disable-next-line no-control-regex
  const flat = text.replace(/[\u0000-\u001F\u007F-\u009F\u2028\u2029]+/g, " ").trim();
  return flat.length > 200 ? `${flat.slice(0, 200)}…` : flat;
};
