import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import type { HttpServerRequest } from "effect/http/HttpServerRequest";
import * as HttpServerResponse from "effect/http/HttpServerResponse";
import * as Layer from "effect/Layer";
import type * as Redacted from "effect/Redacted";
import type { Misdirected } from "../Problems.ts";
import { type Principal, Tokens } from "../Tokens.ts";
import * as Sessions from "./Sessions.ts";
/** Who came in. */
export interface Entered {
    readonly caller: Principal;
    readonly csrf: string;
    readonly isSignedIn: boolean;
}
type Response = HttpServerResponse.HttpServerResponse;
declare const Door_base: Context.ServiceClass<Door, "@wechat-refund/server/pages/Door", {
    /** Whether the pages are reached by TLS. */
    readonly isSecure: boolean;
    /** Who makes a request; nobody where there is no session that counts. `looks`: a person does, and no script by itself. */
    readonly enter: (request: HttpServerRequest, looks: boolean) => Effect.Effect<Entered | undefined, Misdirected>;
    /** Lets in who has a token that counts, with a new session; `limited` where the address has had too many that do not. */
    readonly signIn: (request: HttpServerRequest, token: Redacted.Redacted) => Effect.Effect<((response: Response) => Response) | "unknown" | "limited">;
    readonly signOut: (request: HttpServerRequest) => (response: Response) => Response;
}>;
export declare class Door extends Door_base {
}
export interface Options extends Sessions.Limits {
    /** Whether browsers reach the pages by TLS, of the service or of the proxy before it. */
    readonly isSecure: boolean;
    /** Wrong tokens of a minute and address after which no other is looked at; 10. */
    readonly failures?: number | undefined;
}
export declare const cookieName: (isSecure: boolean) => string;
/** With the tokens. */
export declare const layer: ({ failures: limit, isSecure, ...limits }: Options) => Layer.Layer<Door, never, Tokens>;
/** Without tokens, for callers of this machine: what a form must send along is known to pages of this process alone. */
export declare const layerLoopback: (isSecure: boolean) => Layer.Layer<Door>;
export {};
