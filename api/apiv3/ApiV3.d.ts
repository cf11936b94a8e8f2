import { InvalidMerchant } from "@wechat-refund/core/Merchant";
import * as Merchants from "@wechat-refund/core/Merchants";
import { RefundClient } from "@wechat-refund/core/RefundClient";
import type { Speaker, V3 } from "@wechat-refund/core/Speaker";
import { Transport } from "@wechat-refund/core/Transport";
import type * as Config from "effect/Config";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as KeyRing from "./KeyRing.ts";
import * as Merchant from "./Merchant.ts";
/** Counts a probe. */
export declare const countProbe: (of: "reply" | "notice") => Effect.Effect<void>;
/** What the calls of a client are made with. */
export interface Parts {
    readonly merchant: Merchant.MerchantIdentity;
    readonly transport: Transport["Service"];
    readonly ring: KeyRing.KeyRing;
    /** The `Endpoint` that the client's own layer was given, where it was. */
    readonly endpoint?: string | undefined;
}
/** A client of these parts. */
export declare const clientOf: (parts: Parts) => RefundClient["Service"];
/** The client of the merchant and the transport in context. */
export declare const make: Effect.Effect<RefundClient["Service"], never, Merchant.Merchant | Transport>;
/** What the client's merchant says, as `Merchants` takes it: one set of keys for all its clients and notices. */
export declare const speakerOf: (merchant: Merchant.MerchantIdentity, transport: Transport["Service"], endpoint?: string) => Speaker;
/** The `v3` block of an entry of `Merchants`. */
export declare const block: <E, R>({ transport, ...options }: Merchant.MerchantOptions & {
    readonly transport: Layer.Layer<Transport, E, R>;
}) => V3<E, R>;
/** {@link block} of the variables in use, see `Merchant.config`: what `MerchantsFile` makes its `v3` blocks with. */
export declare const blockConfig: <E, R>(transport: Layer.Layer<Transport, E, R>) => Effect.Effect<V3<E, R>, InvalidMerchant | Config.ConfigError>;
/** The one merchant of the variables in use under a name, as core's `Merchants.layerConfig` gives that of APIv2. */
export declare const layerMerchants: <E, R>(transport: Layer.Layer<Transport, E, R>, { name, ...options }?: Merchants.Options & {
    readonly name?: string | undefined;
}) => Layer.Layer<Merchants.Merchants, Merchants.InvalidMerchants, R>;
/** The client as a layer over a merchant and a transport, made anew at each use, as core's is. */
export declare const layer: Layer.Layer<RefundClient, never, Merchant.Merchant | Transport>;
/** The client of the merchant of the `ConfigProvider` in use (`Merchant.config`) over an adapter's `layerConfig`. */
export declare const layerConfig: <E, R>(transport: Layer.Layer<Transport, E, R>) => Layer.Layer<RefundClient, InvalidMerchant | Config.ConfigError | E, R>;
