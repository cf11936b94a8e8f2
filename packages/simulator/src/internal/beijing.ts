/** Beijing wall-clock time (UTC+8 all year), the only time zone on these wires. */
const shifted = (millis: number): string => new Date(millis + 8 * 3_600_000).toISOString();

/** `yyyy-MM-dd HH:mm:ss` */
export const time = (millis: number): string => shifted(millis).slice(0, 19).replace("T", " ");

/** `yyyyMMdd` */
export const day = (millis: number): string => shifted(millis).slice(0, 10).replaceAll("-", "");

/** The first millisecond of a `yyyyMMdd`, if there is such a day. */
export const startOf = (yyyymmdd: string): number | undefined => {
  const [, year, month, date] = /^(\d{4})(\d{2})(\d{2})$/.exec(yyyymmdd) ?? [];
  if (year === undefined) return undefined;
  const millis = Date.parse(`${year}-${month}-${date}T00:00:00+08:00`);
  return Number.isNaN(millis) || day(millis) !== yyyymmdd ? undefined : millis;
};

/** RFC 3339 with the offset, as APIv3 writes it. */
export const rfc3339 = (millis: number): string => `${shifted(millis).slice(0, 19)}+08:00`;
