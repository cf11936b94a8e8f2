/** Beijing wall-clock time (UTC+8 all year), the only time zone on this wire. */
const shifted = (millis: number): string => new Date(millis + 8 * 3_600_000).toISOString();

/** `yyyy-MM-dd HH:mm:ss` */
export const time = (millis: number): string => shifted(millis).slice(0, 19).replace("T", " ");

/** `yyyyMMdd` */
export const day = (millis: number): string => shifted(millis).slice(0, 10).replaceAll("-", "");
