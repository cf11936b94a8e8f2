/**
 * The stages of one call as Effect programs: encode → sign → serialize → send → decode → validate.
 *
 * Each stage is the pure function of `Operation` lifted over the services it needs, with its own errors, so that a service can
 * run, replace or look into one of them. `RefundClient` makes the same functions of `Operation` in a row.
 */
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import { Merchant } from "./Merchant.ts";
import * as Operation from "./Operation.ts";
import type { Params } from "./Params.ts";
import { type GatewayRefused, type InvalidRequest, type MalformedReply, type Reason, TransportFailed } from "./RefundError.ts";
import { Transport, type TransportReply, type TransportRequest } from "./Transport.ts";
export { Endpoint } from "./Endpoint.ts";
/** Makes the `nonce_str` of each request: by default 128 random bits as 32 hex characters. Tests may fix it. */
export declare const Nonce: Context.Reference<Effect.Effect<string, never, never>>;
/** The request's business fields with the merchant's identity, checked locally. */
export declare const encode: <In, Out>(operation: Operation.Operation<In, Out>, request: In) => Effect.Effect<Params, InvalidRequest, Merchant>;
/** The fields with a fresh nonce and their signature. */
export declare const sign: (params: Params) => Effect.Effect<Params, InvalidRequest, Merchant>;
/** The address that requests of the merchant in context go to. */
export declare const endpoint: Effect.Effect<string, InvalidRequest, Merchant>;
/** The signed fields as the request to make. */
export declare const serialize: <In, Out>(operation: Operation.Operation<In, Out>, request: In, params: Params) => Effect.Effect<Operation.Post, InvalidRequest, Merchant>;
/** The one request. */
export declare const send: (request: TransportRequest) => Effect.Effect<TransportReply, TransportFailed, Transport>;
/** The reply's bytes as fields; nothing is believed yet. */
export declare const decode: <In, Out>(operation: Operation.Operation<In, Out>, reply: TransportReply) => Effect.Effect<Params, GatewayRefused | MalformedReply>;
/** The typed result of a reply that is signed, is the merchant's, and speaks of this request. */
export declare const validate: <In, Out>(operation: Operation.Operation<In, Out>, request: In, params: Params) => Effect.Effect<Out, Reason, Merchant>;
