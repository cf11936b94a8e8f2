/**
 * The refunds of an order, and a refund by WeChat Pay's own number: what the XML protocol (APIv2) can list and APIv3 cannot.
 *
 * It stands beside `RefundClient`, which holds what both protocols can do. One page is one request; only `all` makes one for each page.
 */
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Stream from "effect/Stream";
import type { Merchant } from "./Merchant.ts";
import type { OrderRef } from "./Refund.ts";
import { RefundError } from "./RefundError.ts";
import * as RefundQuery from "./RefundQuery.ts";
import type { Transport } from "./Transport.ts";
declare const OrderRefunds_base: Context.ServiceClass<OrderRefunds, "@wechat-refund/core/OrderRefunds", {
    /** One page, at most ten records: by any of the four numbers, for an order from `offset` on. */
    readonly page: (request: RefundQuery.RefundQueryRequest) => Effect.Effect<RefundQuery.RefundQueryReply, RefundError>;
    /**
     * Every refund of an order, over all pages, in the gateway's order. Of an order with over 20 refunds the gateway may refuse the others, or leave
     * them out: they are found by their numbers, and this fails.
     */
    readonly all: (order: OrderRef) => Stream.Stream<RefundQuery.RefundRecord, RefundError>;
}>;
/** Lists refunds. */
export declare class OrderRefunds extends OrderRefunds_base {
}
/** The service over a way to ask for one page. */
export declare const fromPage: (page: OrderRefunds["Service"]["page"]) => OrderRefunds["Service"];
/** The service of the merchant and the transport in context. */
export declare const make: Effect.Effect<OrderRefunds["Service"], never, Merchant | Transport>;
/** The service as a layer over a merchant and a transport; built anew wherever it is used, see `RefundClient.layer`. */
export declare const layer: Layer.Layer<OrderRefunds, never, Merchant | Transport>;
export {};
