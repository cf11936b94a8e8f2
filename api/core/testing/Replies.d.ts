/**
 * Replies as the gateway signs them, for tests of a service: what it would answer to this request of this merchant.
 */
import * as Effect from "effect/Effect";
import type { MerchantIdentity } from "../Merchant.ts";
import type { RefundRequest } from "../Refund.ts";
import type { RefundStatus } from "../RefundQuery.ts";
import type { TransportReply } from "../Transport.ts";
type Fields = Readonly<Record<string, string>>;
/** Any fields as a reply: HTTP 200, XML, unsigned. */
export declare const unsigned: (fields: Fields) => TransportReply;
/** Any fields as a reply with the merchant's identity, signed as the gateway signs for this merchant. */
export declare const signed: (merchant: MerchantIdentity, fields: Fields) => TransportReply;
/** WeChat Pay's number for a refund of these stories. */
export declare const refundId = "50300000002026010100000000001";
/** The application was accepted. */
export declare const accepted: (merchant: MerchantIdentity, request: RefundRequest, more?: Fields) => TransportReply;
/** The business layer refused: `result_code` FAIL with this `err_code`, signed. */
export declare const rejected: (merchant: MerchantIdentity, errCode: string, errCodeDes: string) => TransportReply;
/** The protocol layer refused: `return_code` FAIL, which is never signed. */
export declare const protocolRejected: (returnMsg: string) => TransportReply;
/** A query found the refund in this state. */
export declare const queried: (merchant: MerchantIdentity, request: RefundRequest, status: Exclude<RefundStatus, "unknown">, more?: Fields) => TransportReply;
/** A notice of a refund as the gateway posts it: the body of the callback, sealed with the merchant's key. */
export declare const notice: (merchant: MerchantIdentity, request: RefundRequest, status: "SUCCESS" | "CHANGE" | "REFUNDCLOSE", more?: Fields) => Uint8Array;
/** The same reply, later: for time limits and races under a test clock. */
export declare const after: (delay: Parameters<typeof Effect.delay>[1], answer: TransportReply) => Effect.Effect<TransportReply>;
export {};
