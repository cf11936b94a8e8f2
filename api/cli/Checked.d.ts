import type { Check } from "@wechat-refund/checkup/Check";
/** Its lines, as wide as the terminal. */
export declare const show: ({ detail, name, remedy, status }: Check) => string;
