/** A client inside a layer that was told where requests go. */
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import { Endpoint } from "../Endpoint.ts";
import type { RefundClient } from "../RefundClient.ts";
import { type OperationName, RefundError } from "../RefundError.ts";
import { agreed } from "./endpoint.ts";

/** The client with the `Endpoint` that the layer around it was given, where the call itself names none. */
export const placed = (client: RefundClient["Service"], endpoint: string | undefined): RefundClient["Service"] => {
  if (endpoint === undefined) return client;
  const at = <A>(name: OperationName, outRefundNo: string, call: Effect.Effect<A, RefundError>) =>
    Effect.contextWith((context: Context.Context<never>) => {
      const named = agreed([Context.getOrUndefined(context, Endpoint), endpoint]);
      return named._tag === "Success"
        ? Effect.provideService(call, Endpoint, endpoint)
        : Effect.fail(new RefundError({ operation: name, outRefundNo, reason: named.failure }));
    });
  return {
    refund: (request) => at("refund", request.outRefundNo, client.refund(request)),
    query: (request) => at("refundquery", request.outRefundNo, client.query(request)),
    confirm: (expected) => at("refundquery", expected.outRefundNo, client.confirm(expected)),
  };
};
