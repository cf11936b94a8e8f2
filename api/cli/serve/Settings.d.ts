import { type InvalidMerchants, Merchants } from "@wechat-refund/core/Merchants";
import * as NodeServer from "@wechat-refund/server/NodeServer";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import { type Check } from "@wechat-refund/checkup/Check";
import { type Say } from "@wechat-refund/checkup/Language";
import * as Store from "../store/Store.ts";
/** What was asked for; a file that is given is named. */
export interface Asked {
    readonly host: string;
    readonly port: number;
    readonly noticeHost: string;
    readonly noticePort: number | undefined;
    readonly tlsCert: string | undefined;
    readonly tlsKey: string | undefined;
    readonly behindProxy: ReadonlyArray<string>;
    readonly tokens: string | undefined;
    readonly migrate: boolean;
    /** Whether the books are compared with bills each day, and how the own numbers begin. */
    readonly reconcile: boolean;
    readonly prefix: string | undefined;
    /** Whether there are pages for operators beside the API. */
    readonly pages: boolean;
    /** The service is only looked at: what is running may hold its store and its ports. */
    readonly check: boolean;
}
/** Listeners as the service wants them. */
export interface Listeners {
    readonly api: NodeServer.Options;
    readonly notices: NodeServer.Options | undefined;
}
/**
 * A port that nothing has now, to be listened on a moment later. Not one of those that the system gives to whoever opens a connection: of these
 * one may be gone again by then.
 */
export declare const freePort: (host: string) => Effect.Effect<number>;
/** A host as an address names it. */
export declare const inAddress: (host: string) => string;
/** The listeners, and what is wrong with them. */
export declare const listeners: (say: Say, asked: Asked) => Effect.Effect<{
    wanted: Listeners;
    checks: Check[];
}, never, never>;
/** The tokens, for merchants of these names. */
export declare const tokens: (say: Say, file: string | undefined, merchants: readonly string[] | undefined) => Effect.Effect<Check[], never, never>;
/** The webhooks, for merchants of these names; none where no file is given. */
export declare const webhooks: (say: Say, file: string | undefined, merchants: readonly string[] | undefined) => Effect.Effect<{
    checks: Check[];
    names: string[];
}, never, never>;
/** The merchants, made for the life of the scope; of this file, where one is given. */
export declare const merchants: (say: Say, layer: Layer.Layer<Merchants, InvalidMerchants, never>, file?: string | undefined) => Effect.Effect<{
    made: undefined;
    checks: Check[];
} | {
    made: {
        readonly all: ReadonlyArray<import("@wechat-refund/core/Merchants").Registered>;
        readonly get: (name: string) => Effect.Effect<import("@wechat-refund/core/Merchants").Registered, import("@wechat-refund/core/Merchants").UnknownMerchant>;
        readonly find: (numbers: import("@wechat-refund/core/Merchants").Numbers) => Effect.Effect<import("@wechat-refund/core/Merchants").Registered, import("@wechat-refund/core/Merchants").UnknownMerchant>;
        readonly openNotice: (name: string, body: Uint8Array, headers?: Readonly<Record<string, string>>) => Effect.Effect<import("@wechat-refund/core/Merchants").Noticed, import("@wechat-refund/core/Merchants").UnknownMerchant | import("@wechat-refund/core/RefundNotice").BadNotice>;
    };
    checks: Check[];
}, never, import("effect/Scope").Scope>;
/** The store as a service finds it: of this version's form, or to be brought to it. */
export declare const store: (say: Say, asked: Asked, where: Store.Where) => Effect.Effect<Check, never, never>;
