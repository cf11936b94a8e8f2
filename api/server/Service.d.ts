/**
 * The refund service as one layer: the API and the operator's pages on one listener, notices on another, over a store and merchants.
 *
 * What `Durable` gives (`Refunds`, `Events`, `Health` …) and `Merchants` are needed; everything that listens is made here, in order, and
 * ends in the opposite one: who waits for events is answered, then requests under way are, then the listeners close.
 */
import { Merchants } from "@wechat-refund/core/Merchants";
import type { Services } from "@wechat-refund/durable/Durable";
import * as Context from "effect/Context";
import * as HttpRouter from "effect/http/HttpRouter";
import type { ServeError } from "effect/http/HttpServerError";
import * as Layer from "effect/Layer";
import * as Access from "./Access.ts";
import * as NodeServer from "./NodeServer.ts";
import * as NoticeRoute from "./NoticeRoute.ts";
import type * as Sessions from "./pages/Sessions.ts";
import * as Tokens from "./Tokens.ts";
import * as Webhooks from "./Webhooks.ts";
import type { InvalidWebhooks } from "./WebhooksFile.ts";
export interface Options {
    readonly api: NodeServer.Options;
    /** The listener of the notices; none where they come another way, or not at all. */
    readonly notices?: (NodeServer.Options & NoticeRoute.Options) | undefined;
    /** The file of the tokens; `none` for a service that only this machine can reach. */
    readonly tokens: string | "none";
    /** The operator's pages, beside the API; `false` for none, else for how long somebody stays signed in. */
    readonly pages?: Sessions.Limits | false | undefined;
    /** Where events are posted to; nowhere unless it is given. */
    readonly webhooks?: Webhooks.Options | undefined;
}
declare const Listening_base: Context.ServiceClass<Listening, "@wechat-refund/server/Listening", {
    readonly api: string;
    readonly notices: string | undefined;
}>;
/** Where the service listens. */
export declare class Listening extends Listening_base {
}
/** The API, its document and the health routes, for any router; it needs an `Access` layer and one of `Webhooks`. */
export declare const routes: Layer.Layer<never, never, Access.Access | import("@wechat-refund/durable/Events").Events | import("effect/FileSystem").FileSystem | import("effect/http/Etag").Generator | import("@wechat-refund/durable/Health").Health | import("effect/http/HttpPlatform").HttpPlatform | HttpRouter.HttpRouter | Merchants | import("effect/Path").Path | import("@wechat-refund/durable/Reconciler").Reconciler | import("@wechat-refund/durable/RefundStore").RefundStore | import("@wechat-refund/durable/Refunds").Refunds | import("@wechat-refund/durable/Signalling").Signalling | Webhooks.Webhooks>;
/** Made anew for each service: two of them in one process share nothing. */
export declare const layer: ({ api, notices, pages, tokens, webhooks, }: Options) => Layer.Layer<Listening | Webhooks.Webhooks, ServeError | NodeServer.InvalidListener | Tokens.InvalidTokens | InvalidWebhooks, Services | Merchants>;
export {};
