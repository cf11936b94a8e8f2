/** How the service is: `/health` and `/ready` for probes, without a token; `/metrics` for Prometheus, with one. */
import { Health } from "@wechat-refund/durable/Health";
import { Merchants } from "@wechat-refund/core/Merchants";
import { Reconciler } from "@wechat-refund/durable/Reconciler";
import { Refunds } from "@wechat-refund/durable/Refunds";
import * as HttpRouter from "effect/http/HttpRouter";
import * as Layer from "effect/Layer";
import { Access } from "./Access.ts";
import { Webhooks } from "./Webhooks.ts";
/** The addresses, for the methods that they take. */
export declare const routes: {
    method: string;
    path: string;
}[];
export declare const layer: Layer.Layer<never, never, Access | import("effect/FileSystem").FileSystem | import("effect/http/Etag").Generator | Health | import("effect/http/HttpPlatform").HttpPlatform | HttpRouter.HttpRouter | Merchants | import("effect/Path").Path | Reconciler | Refunds | Webhooks>;
