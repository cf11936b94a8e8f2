/**
 * The day's bill (下载交易账单, 对账单) of refunds: its request, what the first bytes of the answer are, and its table, read as it comes.
 *
 * A bill is not signed and came over a verified connection: it says what to ask for, and never ends a refund. A refund's line is written
 * once, when the refund starts: it proves that the refund exists and of what amount, and its status is that of the end of its day.
 *
 * Left to others: sending (`Transport`), and unpacking and decoding the bytes (`BillText`).
 */
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import { type Post, type PrepareContext } from "./Operation.ts";
import { InvalidRequest } from "./RefundError.ts";
export { type BillProblem, BillReader, type Ending, type Entry } from "./internal/billReader.ts";
export type { Bad, Billed } from "./internal/billRow.ts";
export { dayOf, days, isDay, readyAt } from "./internal/beijing.ts";
/** `REFUND`: the day's refunds. `ALL`: payments, too. `RECHARGE_REFUND`: refunds from recharge accounts (充值退款), which the others leave out. */
export declare const BillType: Schema.Literals<readonly ["REFUND", "ALL", "RECHARGE_REFUND"]>;
export type BillType = typeof BillType.Type;
/** Which bill. Where the merchant's identity names a sub-merchant it is that one's alone; without, all of a provider's (服务商) in one. */
export interface BillRequest {
    /** The day in Beijing: `2026-11-23`. */
    readonly date: string;
    /** `REFUND` unless given. */
    readonly type?: BillType | undefined;
    /** Packed with gzip, unless `false`. */
    readonly packed?: boolean | undefined;
}
/** The path of the request. It needs no client certificate. */
export declare const path = "/pay/downloadbill";
/** The largest body that is taken as it came, packed or not: 64 MiB. */
export declare const maxReplyBytes: number;
/** The request's bytes, signed. Never sends anything. */
export declare const prepare: (request: BillRequest, { endpoint, merchant, nonce }: PrepareContext) => Result.Result<Post, InvalidRequest>;
/**
 * Why there is no bill. `none`: nothing was traded that day, which is an answer. `not-ready`: it is being made, until ten in the morning
 * after. `no-such-day`: a day to come, or more than three months ago. `no-permission`: the merchant may not download bills. `refused`: the
 * request is wrong, or who asks. `failed`: the gateway could not, or nothing else is known. `page`: an HTML page, from whatever stands
 * between. `unreadable`: neither a bill nor a message.
 */
export declare const Why: Schema.Literals<readonly ["none", "not-ready", "no-such-day", "no-permission", "refused", "failed", "page", "unreadable"]>;
export type Why = typeof Why.Type;
declare const NoBill_base: Schema.Class<NoBill, Schema.TaggedStruct<"NoBill", {
    readonly why: Schema.Literals<readonly ["none", "not-ready", "no-such-day", "no-permission", "refused", "failed", "page", "unreadable"]>;
    readonly returnMsg: Schema.optionalKey<Schema.String>;
    readonly errorCode: Schema.optionalKey<Schema.String>;
    readonly status: Schema.optionalKey<Schema.Finite>;
}>, import("effect/Cause").YieldableError>;
/** There is no bill, and why. `message` says what to do. */
export declare class NoBill extends NoBill_base {
    /** Whether asking again may help: `never`, `later`, or once something is `mended`. */
    get again(): "never" | "later" | "mended";
    get message(): string;
}
/** How the body of a bill comes. */
export type Packing = "gzip" | "plain";
/** What an answer begins with. `start` holds its first bytes: all of them, or 64 KiB. */
export interface Beginning {
    readonly status: number;
    readonly start: Uint8Array;
}
/** What it means that the gateway has no bill of a day: `now` is in ms since 1970. */
export declare const whyAbsent: (date: string, now: number) => Why;
/** What an answer is, by its first bytes: a bill, and whether it is packed, or why it is none. `now` is in ms since 1970. */
export declare const interpret: ({ date }: Pick<BillRequest, "date">, { start, status }: Beginning, now: number) => Result.Result<Packing, NoBill>;
/** Reads a whole text at once: for small bills and for tests. */
export declare const read: (text: string) => {
    entries: import("./internal/billReader.ts").Entry[];
    ending: import("./internal/billReader.ts").Ending;
};
