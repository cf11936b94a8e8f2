/** What several pages show in the same way. */
import type { Say } from "@wechat-refund/checkup/Language";
import type { Cause, Truth } from "@wechat-refund/core/RefundProgress";
import type { Refund } from "@wechat-refund/durable/Refunds";
import type { Names } from "../internal/views.ts";
import { type Html } from "./Html.ts";
import { type Visitor } from "./Layout.ts";
import * as Words from "./Words.ts";
/** The address of a refund's page. */
export declare const addressOf: (merchant: string, outRefundNo: string) => string;
/** An address with those of the parameters that are given. */
export declare const withQuery: (path: string, parameters: Readonly<Record<string, string | undefined>>) => string;
export declare const badge: (text: string, tone: Words.Tone) => Html;
/** How a refund stands: its state, and the cause that blocks it. */
export declare const standing: (say: Say, truth: Truth, cause: Cause | undefined) => Html;
/** What the gateway said of it, where it said anything. */
export declare const saidOf: (say: Say, { block }: Pick<Refund, "block">) => string | undefined;
export declare const saidBy: (say: Say, said: string | undefined) => Html | undefined;
export declare const orderOf: ({ request: { order } }: Pick<Refund, "request">) => string;
/** A table of refunds, which on a narrow screen is a list of cards. */
export declare const refundTable: ({ say }: Visitor, { nameOf }: Names, refunds: ReadonlyArray<Refund>, { caption, here }: {
    readonly caption: string;
    readonly here?: string | undefined;
}) => Html;
/** Why, for an act: always asked, and kept in the history. */
export declare const reasonField: ({ say }: Visitor, id: string, { reason, wrong }?: {
    readonly reason?: string | undefined;
    readonly wrong?: string | undefined;
}) => Html;
/** A form that does something. */
export declare const actForm: (visitor: Visitor, { action, button, fields, grave, }: {
    readonly action: string;
    readonly button: string;
    readonly fields: Html;
    readonly grave: boolean;
}) => Html;
/** What was just done, told once. */
export declare const told: (text: string | undefined) => Html | undefined;
