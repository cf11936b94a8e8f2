import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Schema from "effect/Schema";
import * as Merchant from "./Merchant.ts";
import * as Pace from "./Pace.ts";
import * as RefundNotice from "./RefundNotice.ts";
import { type Numbers, type Registered, type Services } from "./internal/registered.ts";
import type { Protocol, V3 } from "./Speaker.ts";
import { Transport } from "./Transport.ts";
export type { Protocol, V3 } from "./Speaker.ts";
/** The XML protocol (APIv2) of a merchant: its settings, and the transport that presents its certificate. */
export interface V2<E = never, R = never> extends Merchant.MerchantOptions {
    /** Entries that name the same layer value share one transport, as the sub-merchants of a provider do. */
    readonly transport: Layer.Layer<Transport, E, R>;
}
/** One merchant to be made. `name`: 1 to 64 letters, digits, `.`, `_` and `-`; it stands in addresses, logs and settings. */
export interface Entry<E = never, R = never> {
    readonly name: string;
    readonly v2?: V2<E, R> | undefined;
    /** APIv3: `ApiV3.block` of `@wechat-refund/apiv3`. With both blocks the notices of both forms are opened. */
    readonly v3?: V3<E, R> | undefined;
    /** What new refunds are made through where there are both blocks: APIv2, unless this says otherwise. */
    readonly protocol?: Protocol | undefined;
}
declare const InvalidMerchants_base: Schema.Class<InvalidMerchants, Schema.TaggedStruct<"InvalidMerchants", {
    readonly issues: Schema.$Array<Schema.Struct<{
        readonly merchant: Schema.String;
        readonly field: Schema.String;
        readonly message: Schema.String;
    }>>;
}>, import("effect/Cause").YieldableError>;
/** What is wrong with the merchants: all of it at once, by name and field; no secret is repeated. */
export declare class InvalidMerchants extends InvalidMerchants_base {
    get message(): string;
}
export type Issue = InvalidMerchants["issues"][number];
/** What is wrong with a name that is none. */
export declare const notAName = "must be 1 to 64 letters, digits, . _ or -, and not look like a key";
/** A name as it may be printed: what is no name may be anything. */
export declare const shownName: (name: string) => string;
declare const UnknownMerchant_base: Schema.Class<UnknownMerchant, Schema.TaggedStruct<"UnknownMerchant", {
    readonly asked: Schema.String;
    readonly known: Schema.$Array<Schema.String>;
}>, import("effect/Cause").YieldableError>;
/** Nobody is registered by this name or these numbers. */
export declare class UnknownMerchant extends UnknownMerchant_base {
    get message(): string;
}
export { hasV2, type Numbers, type OnlyV3, type Registered, type RegisteredV2, type RegisteredV3, type Services, speakerOf, } from "./internal/registered.ts";
/** A notice and whose it is. */
export interface Noticed {
    readonly registered: Registered;
    readonly notice: RefundNotice.RefundNotice;
}
declare const Merchants_base: Context.ServiceClass<Merchants, "@wechat-refund/core/Merchants", {
    readonly all: ReadonlyArray<Registered>;
    readonly get: (name: string) => Effect.Effect<Registered, UnknownMerchant>;
    readonly find: (numbers: Numbers) => Effect.Effect<Registered, UnknownMerchant>;
    /**
     * Opens a notice (退款结果通知) that came to the address of this name. The merchant is the address's, never one that the notice names
     * itself; an envelope that names another merchant, or another sub-merchant, is refused. `headers` of the callback tell APIv3's form from
     * APIv2's; one that fails in its own form is never tried in the other.
     */
    readonly openNotice: (name: string, body: Uint8Array, headers?: Readonly<Record<string, string>>) => Effect.Effect<Noticed, UnknownMerchant | RefundNotice.BadNotice>;
}>;
/** The merchants of a process. */
export declare class Merchants extends Merchants_base {
}
/** How all of them are made. */
export interface Options {
    /** The limits of each merchant number, shared by its sub-merchants; with `false` the clients' own calls do not wait. */
    readonly pace?: Pace.Options | false | undefined;
    /** What else is known to be wrong, to be said with the rest. */
    readonly issues?: ReadonlyArray<Issue> | undefined;
}
/** What is wrong, by field where that is known; without the values. */
export declare const issuesOf: (merchant: string, field: string, error: unknown) => ReadonlyArray<Issue>;
/** Makes them, for the life of the scope. Fails with all that is wrong with any of them. */
export declare const make: <E, R>(entries: readonly Entry<E, R>[], args_1?: Options | undefined) => Effect.Effect<{
    readonly all: ReadonlyArray<Registered>;
    readonly get: (name: string) => Effect.Effect<Registered, UnknownMerchant>;
    readonly find: (numbers: Numbers) => Effect.Effect<Registered, UnknownMerchant>;
    /**
     * Opens a notice (退款结果通知) that came to the address of this name. The merchant is the address's, never one that the notice names
     * itself; an envelope that names another merchant, or another sub-merchant, is refused. `headers` of the callback tell APIv3's form from
     * APIv2's; one that fails in its own form is never tried in the other.
     */
    readonly openNotice: (name: string, body: Uint8Array, headers?: Readonly<Record<string, string>>) => Effect.Effect<Noticed, UnknownMerchant | RefundNotice.BadNotice>;
}, InvalidMerchants, R | import("effect/Scope").Scope>;
/** The merchants of these entries, made anew wherever the layer is used. */
export declare const layer: <E, R>(entries: ReadonlyArray<Entry<E, R>>, options?: Options) => Layer.Layer<Merchants, InvalidMerchants, R>;
/**
 * The one merchant of `WECHAT_PAY_*`, see `Merchant.config`, under a name: for programs that know several, and for the day on which there
 * are. `transport` is an adapter's `layerConfig`.
 */
export declare const layerConfig: <E, R>(transport: Layer.Layer<Transport, E, R>, { name, ...options }?: Options & {
    readonly name?: string | undefined;
}) => Layer.Layer<Merchants, InvalidMerchants, R>;
/**
 * Runs a program of one merchant, such as `Resend.untilKnown(request)`, for the merchant of this name: its client, its key and its
 * transport take the place of any that surround the program.
 */
export declare const provide: (name: string) => <A, E, R>(program: Effect.Effect<A, E, R>) => Effect.Effect<A, E | UnknownMerchant, Exclude<R, Services> | Merchants>;
