/** What a service says once it listens: what to open, and what to call. */
import * as Effect from "effect/Effect";
import type { Say } from "@wechat-refund/checkup/Language";
import type { Gateway } from "./Gateways.ts";
import type { Asked } from "./Settings.ts";
export interface Announced {
    readonly api: string;
    readonly notices: string | undefined;
    readonly store: string;
    readonly asked: Asked;
    readonly gateway: Gateway;
    /** By their names. */
    readonly webhooks: ReadonlyArray<string>;
}
/** As lines, with a request that can be copied. */
export declare const text: (say: Say, { api, asked, gateway, notices, store, webhooks }: Announced) => string;
/** As a line of the log. */
export declare const logged: ({ api, asked, gateway, notices, store, webhooks }: Announced) => Effect.Effect<void>;
