import * as Effect from "effect/Effect";
import type { Blocked } from "../internal/operations.ts";
import { type Html } from "./Html.ts";
import { type Visitor } from "./Layout.ts";
/** The address on which an act for all of one cause is looked at before it is done. */
export declare const allOf: (merchant: string, cause: string, action: string) => string;
/** How many they are, of how much, and since when. */
export declare const extent: ({ now, say }: Visitor, { count: refunds, since: from, sums: amounts }: Blocked) => Html;
export declare const blockedCard: (visitor: Visitor, group: Blocked) => Html;
export declare const home: (operations: {
    names: import("../internal/views.ts").Names;
    visible: (name: string) => Effect.Effect<import("@wechat-refund/core/Merchants").Registered, import("../Problems.ts").NotFound, import("../Access.ts").Caller>;
    seesAll: (caller: import("../Tokens.ts").Principal, mchId: string) => boolean;
    find: (args_0: import("../internal/operations.ts").Named) => Effect.Effect<{
        registered: import("@wechat-refund/core/Merchants").Registered;
        refund: import("@wechat-refund/durable/Refunds").Refund;
        history: readonly import("@wechat-refund/durable/Refunds").Line[];
    }, import("../Problems.ts").Internal | import("../Problems.ts").NotFound | import("../Problems.ts").Unavailable, import("../Access.ts").Caller>;
    list: (wanted: import("../internal/operations.ts").Wanted, page: {
        readonly after?: string;
        readonly limit: number;
    }) => Effect.Effect<{
        readonly refunds: ReadonlyArray<import("@wechat-refund/durable/Refunds").Refund>;
        readonly next?: string | undefined;
    }, import("../Problems.ts").NotFound | import("../Problems.ts").Unavailable, import("../Access.ts").Caller>;
    count: (wanted: import("../internal/operations.ts").Wanted) => Effect.Effect<readonly import("@wechat-refund/durable/Listing").Sum[], import("../Problems.ts").NotFound | import("../Problems.ts").Unavailable, import("../Access.ts").Caller>;
    countUpTo: (wanted: import("../internal/operations.ts").Wanted, most: number) => Effect.Effect<readonly import("@wechat-refund/durable/Listing").Sum[] | undefined, import("../Problems.ts").NotFound | import("../Problems.ts").Unavailable, import("../Access.ts").Caller>;
    act: <E, R>(action: "cancel" | "go-on" | "resolve" | "start-again", args_1: import("../internal/operations.ts").Named, reason: Effect.Effect<string, E, R>) => Effect.Effect<import("@wechat-refund/durable/Refunds").Refund, E | (import("../Problems.ts").Internal | import("../Problems.ts").NotFound | import("../Problems.ts").NotPermitted | import("../Problems.ts").Unavailable), R | import("../Access.ts").Caller>;
    actOnAll: <E, R>(action: "cancel" | "go-on" | "resolve" | "start-again", wanted: import("../internal/operations.ts").Wanted, reason: Effect.Effect<string, E, R>) => Effect.Effect<number, E | import("../Problems.ts").NotFound | (import("../Problems.ts").Internal | import("../Problems.ts").Unavailable), R | import("../Access.ts").Caller>;
    pause: <E, R>(action: "pause" | "resume", merchant: string, reason: Effect.Effect<string, E, R>) => Effect.Effect<import("@wechat-refund/core/Merchants").Registered, E | (import("../Problems.ts").NotFound | import("../Problems.ts").Unavailable), R | import("../Access.ts").Caller>;
    seen: Effect.Effect<readonly import("@wechat-refund/core/Merchants").Registered[], never, import("../Access.ts").Caller>;
    standing: (seen: readonly import("@wechat-refund/core/Merchants").Registered[]) => Effect.Effect<{
        registered: import("@wechat-refund/core/Merchants").Registered;
        paused: import("@wechat-refund/durable/MerchantLeases").Paused | undefined;
        held: import("@wechat-refund/core/Pace").Held | undefined;
    }[], import("../Problems.ts").Unavailable, never>;
    totals: (merchant: string | undefined) => Effect.Effect<import("@wechat-refund/durable/Listing").Total[], import("../Problems.ts").NotFound | import("../Problems.ts").Unavailable, import("../Access.ts").Caller>;
    blocked: (merchant?: string | undefined) => Effect.Effect<{
        blocked: Blocked[];
        more: number;
    }, import("../Problems.ts").NotFound | import("../Problems.ts").Unavailable, import("../Access.ts").Caller>;
    proofs: ({ mchId, outRefundNo, subMchId }: import("@wechat-refund/durable/Refunds").Refund) => Effect.Effect<readonly import("@wechat-refund/durable/Looking").Kept[], import("../Problems.ts").Unavailable, never>;
    differencesOf: (args_0: import("@wechat-refund/durable/Refunds").Refund) => Effect.Effect<readonly (import("@wechat-refund/durable/Reconciliations").Difference & {
        readonly date: string;
    })[] | undefined, import("../Problems.ts").Unavailable, import("../Access.ts").Caller>;
    webhooks: () => Effect.Effect<import("../Webhooks.ts").Webhook[], import("../Problems.ts").Unavailable, import("../Access.ts").Caller>;
    newest: Effect.Effect<number, import("../Problems.ts").Unavailable, never>;
    events: (args_0: {
        readonly after: number;
        readonly wait: number;
        readonly merchant: string | undefined;
    }) => Effect.Effect<import("../internal/watching.ts").Page, import("../Problems.ts").NotFound | import("../Problems.ts").Unavailable, import("../Access.ts").Caller>;
    days: (args_0: Omit<import("@wechat-refund/durable/Reconciliations").Filter, "mchIds"> & {
        readonly mchId?: string | undefined;
    }, page: {
        readonly after?: Pick<import("@wechat-refund/durable/Reconciliations").Day, "mchId" | "date"> | undefined;
        readonly limit?: number;
    } | undefined) => Effect.Effect<readonly import("@wechat-refund/durable/Reconciliations").Day[], import("../Problems.ts").NotFound | import("../Problems.ts").Unavailable, import("../Access.ts").Caller>;
    day: (mchId: string, date: string) => Effect.Effect<import("@wechat-refund/durable/Reconciliations").Day, import("../Problems.ts").NotFound | import("../Problems.ts").Unavailable, import("../Access.ts").Caller>;
    dayWithDifferences: (mchId: string, date: string, page: {
        readonly after: number;
        readonly limit: number;
    }) => Effect.Effect<{
        day: import("@wechat-refund/durable/Reconciliations").Day;
        differences: readonly import("@wechat-refund/durable/Reconciliations").Difference[];
    }, import("../Problems.ts").NotFound | import("../Problems.ts").Unavailable, import("../Access.ts").Caller>;
}, visitor: Visitor) => Effect.Effect<{
    title: string;
    place: "home";
    main: Html;
    live: number;
}, import("../Problems.ts").NotFound | import("../Problems.ts").Unavailable, import("../Access.ts").Caller>;
