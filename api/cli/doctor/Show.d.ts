import type { Check } from "./Check.ts";
/** Its lines, as wide as the terminal. */
export declare const show: ({ detail, name, remedy, status }: Check) => string;
