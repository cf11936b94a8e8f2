/**
 * The stages of one call as Effect programs: encode → sign → serialize → send → decode → validate.
 *
 * Each stage is the pure function of `Operation` lifted over the services it needs, with its own errors, so that a service can
 * run, replace or look into one of them. `RefundClient` makes the same functions of `Operation` in a row.
 */
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import { Endpoint } from "./Endpoint.ts";
import { nonce } from "./internal/crypto.ts";
import { agree } from "./internal/endpoint.ts";
import { Merchant } from "./Merchant.ts";
import * as Operation from "./Operation.ts";
import type { Params } from "./Params.ts";
import {
  type GatewayRefused,
  type InvalidRequest,
  type MalformedReply,
  type Reason,
  TransportFailed,
} from "./RefundError.ts";
import { Transport, type TransportReply, type TransportRequest } from "./Transport.ts";

export { Endpoint } from "./Endpoint.ts";

/** Makes the `nonce_str` of each request: by default 128 random bits as 32 hex characters. Tests may fix it. */
export const Nonce = Context.Reference<Effect.Effect<string>>("@wechat-refund/core/Nonce", {
  defaultValue: () => Effect.sync(nonce),
});

/** The request's business fields with the merchant's identity, checked locally. */
export const encode = <In, Out>(
  operation: Operation.Operation<In, Out>,
  request: In,
): Effect.Effect<Params, InvalidRequest, Merchant> =>
  Merchant.use((merchant) => Effect.fromResult(Operation.encode(operation, request, merchant)));

/** The fields with a fresh nonce and their signature. */
export const sign = Effect.fnUntraced(function* (params: Params): Effect.fn.Return<Params, InvalidRequest, Merchant> {
  const makeNonce = yield* Nonce;
  return yield* Effect.fromResult(Operation.signed(params, yield* Merchant, yield* makeNonce));
});

/** The address that requests of the merchant in context go to. */
export const endpoint: Effect.Effect<string, InvalidRequest, Merchant> = Effect.contextWith(
  (context: Context.Context<Merchant>) =>
    Effect.fromResult(agree([Context.getOrUndefined(context, Endpoint), Context.get(context, Merchant).endpoint])),
);

/** The signed fields as the request to make. */
export const serialize = <In, Out>(
  operation: Operation.Operation<In, Out>,
  request: In,
  params: Params,
): Effect.Effect<Operation.Post, InvalidRequest, Merchant> =>
  Effect.flatMap(endpoint, (address) => Effect.fromResult(Operation.serialize(operation, request, params, address)));

/** The one request. */
export const send = (request: TransportRequest): Effect.Effect<TransportReply, TransportFailed, Transport> =>
  Transport.use((transport) => Effect.mapError(transport.send(request), (error) => new TransportFailed({ error })));

/** The reply's bytes as fields; nothing is believed yet. */
export const decode = <In, Out>(
  operation: Operation.Operation<In, Out>,
  reply: TransportReply,
): Effect.Effect<Params, GatewayRefused | MalformedReply> =>
  Effect.fromResult(Operation.decode(reply, operation.maxReplyBytes));

/** The typed result of a reply that is signed, is the merchant's, and speaks of this request. */
export const validate = <In, Out>(
  operation: Operation.Operation<In, Out>,
  request: In,
  params: Params,
): Effect.Effect<Out, Reason, Merchant> =>
  Merchant.use((merchant) => Effect.fromResult(Operation.validate(operation, request, params, merchant)));
