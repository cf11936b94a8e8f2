import type { TransportReply, TransportRequest } from "@wechat-refund/core/Transport";
import { GatewayRefused, InvalidRequest, type Reason, UntrustedReply } from "@wechat-refund/core/RefundError";
import * as Result from "effect/Result";
import { type PrepareContext, type Trust } from "./Operation.ts";
/** Which bill. */
export interface TradeBillRequest {
    /** `YYYY-MM-DD`, Beijing time; ready after 10:00 of the next day. */
    readonly billDate: string;
    /** `ALL`, unless only payments (`SUCCESS`) or refunds (`REFUND`) are wanted. */
    readonly billType?: "ALL" | "SUCCESS" | "REFUND" | undefined;
    /** Whether the file is to be compressed. */
    readonly gzip?: boolean | undefined;
}
/** Where the bill is. */
export interface TradeBillLink {
    /** Lower-case hex of SHA-1, of the file as it is after decompression. */
    readonly sha1: string;
    /** Good for five minutes, and asked for with a signature. */
    readonly downloadUrl: string;
}
/** The request for the bill's address. */
export declare const prepare: ({ billDate, billType, gzip }: TradeBillRequest, context: PrepareContext) => Result.Result<TransportRequest, InvalidRequest>;
/** Reads where the bill is. A day without a trade is a `Rejected` with NO_STATEMENT_EXIST, one that is not ready STATEMENT_CREATING. */
export declare const interpret: (reply: TransportReply, trust: Trust) => Result.Result<TradeBillLink, Reason>;
/** The request for the file; the token in the address is part of what is signed. It goes to where the address says. */
export declare const prepareDownload: ({ downloadUrl }: TradeBillLink, context: Omit<PrepareContext, "endpoint">) => Result.Result<TransportRequest, InvalidRequest>;
/**
 * The bytes of the file, of any status but 200 none; without a Content-Encoding, which a proxy may have added. They are compared once they are
 * decompressed: see `verifyFile`.
 */
export declare const interpretDownload: (reply: TransportReply) => Result.Result<Uint8Array, GatewayRefused>;
/** The decompressed file, if it is the one that the signed reply meant. */
export declare const verifyFile: (file: Uint8Array, { sha1: expected }: TradeBillLink) => Result.Result<Uint8Array, UntrustedReply>;
