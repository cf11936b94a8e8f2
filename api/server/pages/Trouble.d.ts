/** What a page says where it cannot be shown, or where something could not be done: nothing was then. */
import type { Say } from "@wechat-refund/checkup/Language";
import type { Page } from "./Layout.ts";
/** The problem documents that pages meet. */
export interface Problem {
    readonly _tag: string;
    readonly detail?: string | undefined;
}
export declare const trouble: (say: Say, { _tag, detail }: Problem) => Page & {
    readonly status: number;
};
