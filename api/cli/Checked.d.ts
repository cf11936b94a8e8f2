/** A check as people read it: a mark, what was found, and the remedy below. */
import { type Say } from "@wechat-refund/checkup/Language";
import type { Check } from "@wechat-refund/checkup/Check";
/** Its lines, as wide as the terminal. */
export declare const show: (say: Say, { detail, name, remedy, status }: Check) => string;
