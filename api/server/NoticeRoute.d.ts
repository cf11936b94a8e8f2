import { Merchants } from "@wechat-refund/core/Merchants";
import { Refunds } from "@wechat-refund/durable/Refunds";
import * as HttpRouter from "effect/http/HttpRouter";
import * as Layer from "effect/Layer";
export interface Options {
    /** Notices of a merchant that are opened within a second; the others are refused unread, and come again. 200. */
    readonly perSecond?: number | undefined;
}
/** The route, for a listener of its own. */
export declare const layer: ({ perSecond }?: Options) => Layer.Layer<never, never, HttpRouter.HttpRouter | Refunds | Merchants>;
