import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";
import type { Gateway } from "./Gateway.ts";
import { type CannotListen } from "./internal/listen.ts";
import type { Connection } from "./internal/views.ts";
export type { Connection } from "./internal/views.ts";
export interface Options {
    /** Default: a free one. */
    readonly port?: number;
    /** A loopback address. Default `127.0.0.1`. */
    readonly host?: "127.0.0.1" | "::1" | "localhost";
    /** How clients reach the gateway, for the page to show; asked whenever the page asks. Default: not known. */
    readonly connection?: () => Connection | undefined;
}
export interface Running {
    /** `http://` and the address, without a path or a final slash: the inspector's page. */
    readonly url: string;
    readonly port: number;
}
/** Starts the interface; it ends with the scope. */
export declare const make: (gateway: Gateway, options?: Options | undefined) => Effect.Effect<Running, CannotListen, Scope.Scope>;
