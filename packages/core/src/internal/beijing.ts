/** Days as bills count them: Beijing's, UTC+8 without a summer time. */

const offset = 8 * 3_600_000;
const day = 86_400_000;
const written = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;

// A million refunds are of a few days, and each day is one text.
let known = { number: Number.NaN, text: "" };

/** The day of a moment in ms since 1970: `2026-11-23`; `""` where it is no moment. */
export const dayOf = (millis: number): string => {
  const number = Math.floor((millis + offset) / day);
  if (known.number !== number) {
    const at = new Date(number * day);
    known = { number, text: Number.isNaN(at.getTime()) ? "" : at.toISOString().slice(0, 10) };
  }
  return known.text;
};

/** The first moment of a day. */
export const startOf = (date: string): number => Date.parse(`${date}T00:00:00Z`) - offset;

/** Is it a day as it is written here, and one that there is? */
export const isDay = (date: string): boolean => written.test(date) && dayOf(startOf(date)) === date;

/** The days from one to another, both of them in; none where one is no day, or the second comes first. */
export const days = (from: string, to: string): ReadonlyArray<string> => {
  if (!isDay(from) || !isDay(to)) return [];
  const first = startOf(from);
  return Array.from({ length: Math.max(0, (startOf(to) - first) / day + 1) }, (_, n) => dayOf(first + n * day));
};

/** From when on a day's bill can be had: ten in the morning of the day after. */
export const readyAt = (date: string): number => startOf(date) + day + 10 * 3_600_000;
