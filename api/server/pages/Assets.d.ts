import * as HttpServerResponse from "effect/http/HttpServerResponse";
export interface Asset {
    readonly path: `/assets/${string}`;
    readonly body: Uint8Array;
    readonly type: string;
}
export interface Assets {
    readonly css: Asset;
    readonly js: Asset;
}
/** Read when the pages are made: an installation that lacks them does not begin. */
export declare const read: () => Assets;
export declare const response: ({ body, type }: Asset) => HttpServerResponse.HttpServerResponse;
