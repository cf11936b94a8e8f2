/** The frame of every page: landmarks, the way between pages, language, and who is signed in. */
import type { Say } from "@wechat-refund/checkup/Language";
import type { Principal, Right } from "../Tokens.ts";
import type { Assets } from "./Assets.ts";
import { type Html } from "./Html.ts";
import type { Language } from "./Language.ts";
/** Who looks at a page, and how. */
export interface Visitor {
    readonly language: Language;
    readonly say: Say;
    readonly caller: Principal;
    /** What a form must send along. */
    readonly csrf: string;
    /** Whether there is a session to be ended. */
    readonly isSignedIn: boolean;
    /** The address that was asked for, with its parameters. */
    readonly address: string;
    readonly now: number;
    readonly assets: Assets;
}
export declare const may: ({ caller }: Pick<Visitor, "caller">, right: Right) => boolean;
export type Place = "home" | "refunds" | "books" | "merchants";
export interface Page {
    readonly title: string;
    readonly place?: Place | undefined;
    readonly main: Html;
    /** The position in the feed from which on a change makes this page old; absent where it does not change by itself. */
    readonly live?: number | undefined;
}
export declare const csrfField: ({ csrf }: Pick<Visitor, "csrf">) => Html;
/** A page that nobody is signed in for. */
export declare const bare: ({ address, assets, language, say }: Pick<Visitor, "address" | "assets" | "language" | "say">, { main, title }: Page) => string;
/** A whole page. */
export declare const page: (visitor: Visitor, { live, main, place, title }: Page) => string;
