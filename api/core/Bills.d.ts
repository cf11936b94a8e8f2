import * as Effect from "effect/Effect";
import * as Stream from "effect/Stream";
import * as BillText from "./BillText.ts";
import type { MerchantIdentity } from "./Merchant.ts";
import * as RefundBill from "./RefundBill.ts";
import type { InvalidRequest } from "./RefundError.ts";
import type { TransportError } from "./TransportError.ts";
/** A bill to be read, or that nothing was traded on its day. */
export type Source = Stream.Stream<string, BillText.BillBodyError> | "none";
/** What a call for a bill needs of its transport. */
export declare const room: {
    readonly maxReplyBytes: number;
    readonly exchangeMillis: 120000;
};
/** The same merchant without a sub-merchant: its bill then has those of all of a provider (服务商). */
export declare const wholeOf: (merchant: MerchantIdentity) => MerchantIdentity;
/** Asks for the bill of a day, once. */
export declare const download: (request: RefundBill.BillRequest, merchant: MerchantIdentity, transport: {
    readonly send: (request: import("./Transport.ts").TransportRequest) => Effect.Effect<import("./Transport.ts").TransportReply, TransportError>;
}) => Effect.Effect<Source, InvalidRequest | RefundBill.NoBill | TransportError, never>;
/** A bill that was read: its ending, and what was wrong with its bytes. */
export interface Read {
    readonly ending: RefundBill.Ending | "none";
    readonly problems: ReadonlyArray<string>;
    readonly body?: BillText.BillBodyError;
}
/** Reads it; `each` is given what a piece of it held. */
export declare const read: <E, R>(source: Source, each: (entries: ReadonlyArray<RefundBill.Entry>) => Effect.Effect<void, E, R>) => Effect.Effect<Read, E, R>;
/** Whether all of a bill was read. */
export declare const isWhole: ({ ending, problems }: Read) => boolean;
/** Whether it is a bill of refunds at all. */
export declare const isBill: ({ ending }: Read) => boolean;
