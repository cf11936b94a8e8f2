import * as Effect from "effect/Effect";
import { HttpServerRequest } from "effect/http/HttpServerRequest";
import * as HttpServerResponse from "effect/http/HttpServerResponse";
import { Caller } from "../Access.ts";
import { Forbidden, NotFound } from "../Problems.ts";
import * as Assets from "./Assets.ts";
import type { Door } from "./Door.ts";
import { type Page, type Visitor } from "./Layout.ts";
import { type Fields } from "./Requests.ts";
import { type Refused } from "./SignIn.ts";
import { type Problem } from "./Trouble.ts";
export type Response = HttpServerResponse.HttpServerResponse;
type Request = HttpServerRequest;
/**
 * Of every page. `same-origin` and not `no-referrer`: with that a browser calls the origin of our own forms `null`, and nobody could tell
 * them from those of another site; and to other sites nothing is told either way.
 */
export declare const policies: {
    "content-security-policy": string;
    "referrer-policy": string;
    "x-frame-options": string;
    "cross-origin-opener-policy": string;
    "cross-origin-resource-policy": string;
    "permissions-policy": string;
};
export declare const document: (text: string, status?: number) => Response;
export declare const to: (address: string) => Response;
export declare const nothing: () => NotFound;
export declare const assetsOf: () => Assets.Assets;
/** What is known of who looks before anybody has come in. */
export declare const outside: (request: Request) => {
    url: {
        searchParams: import("url").URLSearchParams;
    };
    language: import("./Language.ts").Language;
    say: import("@wechat-refund/checkup/Language").Say;
    address: string;
    assets: Assets.Assets;
};
export declare const troubled: (outer: Outside, problem: Problem) => Response;
/** What a browser is shown where there is nothing. */
export declare const missing: (request: Request) => Response;
export type Outside = ReturnType<typeof outside>;
/** Where somebody signs in, and why again. */
export declare const signingIn: (outer: Outside, next: string, status: number, refused?: Refused) => Response;
/** Who has come in, and what he asks. */
export interface Coming {
    readonly visitor: Visitor;
    readonly request: Request;
    readonly url: Pick<URL, "searchParams">;
}
/** What lets requests in by a door. */
export declare const entrance: (door: Door["Service"]) => {
    keeping: (url: Coming["url"], response: Response) => Response;
    entering: <E extends Problem, R>(looks: boolean, show: (coming: Coming) => Effect.Effect<Response, E, R>, others: (coming: Outside) => Response) => Effect.Effect<HttpServerResponse.HttpServerResponse, never, HttpServerRequest | Exclude<R, Caller>>;
    shows: <E extends Problem, R>(make: (coming: Coming) => Effect.Effect<Page & {
        readonly status?: number;
    }, E, R>) => Effect.Effect<HttpServerResponse.HttpServerResponse, never, HttpServerRequest | Exclude<R, Caller>>;
    does: <E extends Problem, R>(act: (fields: Fields, coming: Coming) => Effect.Effect<Response, E, R>) => Effect.Effect<HttpServerResponse.HttpServerResponse, never, HttpServerRequest | Exclude<R, Caller>>;
    operates: <E extends Problem, R>(act: (fields: Fields, coming: Coming) => Effect.Effect<Response, E, R>) => Effect.Effect<HttpServerResponse.HttpServerResponse, never, HttpServerRequest | Exclude<R, Caller>>;
    again: <E extends Problem, R>(visitor: Visitor, make: Effect.Effect<Page, E, R>) => Effect.Effect<HttpServerResponse.HttpServerResponse, E | Forbidden, R>;
};
export {};
