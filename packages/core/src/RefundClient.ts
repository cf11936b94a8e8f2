/**
 * The whole shell: the stages of `Pipeline` around one `Transport.post`, with a span and the error envelope.
 *
 * One call makes at most one POST. Nothing is re-sent here.
 */
import { Context, Effect, Layer } from "effect";
import { Merchant } from "./Merchant.ts";
import type { Operation } from "./Operation.ts";
import * as Pipeline from "./Pipeline.ts";
import * as Refund from "./Refund.ts";
import { RefundError } from "./RefundError.ts";
import * as RefundQuery from "./RefundQuery.ts";
import { Transport } from "./Transport.ts";

export { Endpoint, Nonce } from "./Pipeline.ts";

/** Applies for refunds and asks for their state. */
export class RefundClient extends Context.Service<
  RefundClient,
  {
    /** Applies for a refund; success means **accepted**, not refunded. To repeat it, repeat exactly the same request. */
    readonly refund: (request: Refund.RefundRequest) => Effect.Effect<Refund.RefundAccepted, RefundError>;
    /** Asks what became of a refund, or of the refunds of an order (one page). */
    readonly query: (
      request: RefundQuery.RefundQueryRequest,
    ) => Effect.Effect<RefundQuery.RefundQueryReply, RefundError>;
  }
>()("@wechat-refund/core/RefundClient") {}

const stages = <In, Out>(operation: Operation<In, Out>) =>
  Effect.fnUntraced(function* (request: In) {
    const params = yield* Pipeline.encode(operation, request);
    const signed = yield* Pipeline.sign(params);
    const reply = yield* Pipeline.post(yield* Pipeline.serialize(operation, request, signed));
    return yield* Pipeline.validate(operation, request, yield* Pipeline.decode(operation, reply));
  });

const call = <In, Out>(
  operation: Operation<In, Out>,
  merchant: Merchant["Service"],
  transport: Transport["Service"],
) => {
  const run = stages(operation);
  const services = Context.make(Merchant, merchant).pipe(Context.add(Transport, transport));
  return (request: In): Effect.Effect<Out, RefundError> => {
    const outRefundNo = operation.outRefundNo(request);
    const named = typeof outRefundNo === "string" ? { outRefundNo } : {};
    return run(request).pipe(
      Effect.provideContext(services),
      Effect.mapError((reason) => new RefundError({ operation: operation.name, ...named, reason })),
      Effect.withSpan(`RefundClient.${operation.name}`, {
        kind: "client",
        attributes: { "wechat.operation": operation.name, "wechat.out_refund_no": outRefundNo },
      }),
    );
  };
};

/** The client of the merchant and the transport in context. */
export const make: Effect.Effect<RefundClient["Service"], never, Merchant | Transport> = Effect.gen(function* () {
  const merchant = yield* Merchant;
  const transport = yield* Transport;
  return {
    refund: call(Refund.operation, merchant, transport),
    query: call(RefundQuery.operation, merchant, transport),
  };
});

/** The client as a layer over a merchant and a transport. */
export const layer: Layer.Layer<RefundClient, never, Merchant | Transport> = Layer.effect(RefundClient, make);
