import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware";
import * as HttpApiSecurity from "effect/http-api/HttpApiSecurity";
import * as Layer from "effect/Layer";
import { Forbidden, Misdirected, TooManyFailures, Unauthorized } from "./Problems.ts";
import { type Principal, type Right, Tokens } from "./Tokens.ts";
declare const Needs_base: Context.ServiceClass<Needs, "@wechat-refund/server/Needs", "none" | "operate" | "read" | "write">;
/** The right that an endpoint needs; every endpoint says it. */
export declare class Needs extends Needs_base {
}
declare const Caller_base: Context.ServiceClass<Caller, "@wechat-refund/server/Caller", Principal>;
/** Who makes the request at hand. */
export declare class Caller extends Caller_base {
}
type Refused = Unauthorized | Forbidden | TooManyFailures;
declare const CallerNow_base: Context.ServiceClass<CallerNow, "@wechat-refund/server/CallerNow", Effect.Effect<Principal, Refused, never>>;
/**
 * Looks at the caller again: what is waited for is given to whom the token lets in when it is given. Who has none that counts by then is
 * answered as who never had one.
 */
export declare class CallerNow extends CallerNow_base {
}
declare const Access_base: HttpApiMiddleware.ServiceClass<Access, "@wechat-refund/server/Access", {
    requires: never;
    provides: Caller | CallerNow;
    error: readonly [typeof Unauthorized, typeof Forbidden, typeof TooManyFailures, typeof Misdirected];
    clientError: never;
    requiredForClient: false;
    security: {
        readonly token: HttpApiSecurity.Http;
    };
}, HttpApiMiddleware.HttpApiMiddlewareSecurity<{
    readonly token: HttpApiSecurity.Http;
}, Caller | CallerNow, readonly [typeof Unauthorized, typeof Forbidden, typeof TooManyFailures, typeof Misdirected], never>>;
export declare class Access extends Access_base {
}
/** Fails where a caller has not the right; one that is not said at all is nobody's. */
export declare const demand: (caller: Principal, needs: Right | "none" | undefined) => Effect.Effect<void, Forbidden>;
export interface Options {
    /** Requests a minute and address that may come without a token that counts before they are answered with 429; 20. */
    readonly failures?: number | undefined;
}
/** With the tokens. One that counts is let in however many that do not came from its address: 256 bits are not guessed. */
export declare const layer: ({ failures: limit }?: Options) => Layer.Layer<Access, never, Tokens>;
/** Who calls a service without tokens. */
export declare const everybody: Principal;
/** Whether a request is for this machine under a name of its own: one under another name came by DNS that was made to lead here. */
export declare const isFromThisMachine: ({ host }: Readonly<Record<string, string | undefined>>) => boolean;
/** What is answered to who calls from elsewhere, and that it is counted. */
export declare const notFromHere: {
    problem: Misdirected;
    count: Effect.Effect<void, never, never>;
};
/**
 * Without tokens, for a service that only this machine can reach. A page that a browser on it shows can reach it too: what comes under
 * another name than this machine's (DNS rebinding), or from a page of another host, is refused.
 */
export declare const layerLoopback: Layer.Layer<Access>;
export {};
