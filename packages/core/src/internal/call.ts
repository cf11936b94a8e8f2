/**
 * One call of a client: its stages in a row, with span, metrics, log line and error envelope, alike for every protocol. APIv2's stages
 * are those of `Pipeline`, without the steps in which an Effect finds its services.
 */
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import { Merchant } from "../Merchant.ts";
import { decode, encode, type Operation, serialize, signed, validate } from "../Operation.ts";
import * as Pipeline from "../Pipeline.ts";
import { type OperationName, type Reason, RefundError, TransportFailed } from "../RefundError.ts";
import { Transport } from "../Transport.ts";
import { agree } from "./endpoint.ts";
import { type Ended, record } from "./observe.ts";

/** Told of every call that was interrupted; exported and described by `RefundClient`. */
export const Interrupted = Context.Reference<(ended: Ended) => Effect.Effect<void>>(
  "@wechat-refund/core/RefundClient/Interrupted",
  { defaultValue: () => () => Effect.void },
);

const tell = (ended: Ended): Effect.Effect<void> => Interrupted.use((listen) => listen(ended));

/** What every call of a client is made with: the services that were there when the client was made. */
export interface Parts {
  readonly merchant: Merchant["Service"];
  readonly transport: Transport["Service"];
  /** The `Endpoint` that the client's own layer was given, where it was. */
  readonly endpoint: string | undefined;
}

/** The parts in context. */
export const parts: Effect.Effect<Parts, never, Merchant | Transport> = Effect.contextWith(
  (context: Context.Context<Merchant | Transport>) =>
    Effect.succeed({
      merchant: Context.get(context, Merchant),
      transport: Context.get(context, Transport),
      endpoint: Context.getOrUndefined(context, Pipeline.Endpoint),
    }),
);

/** What differs between the calls of two operations, and of two protocols. */
export interface Shell<in In, out Out> {
  readonly operation: {
    readonly name: OperationName;
    readonly copy: <A extends In>(request: A) => A;
    readonly outRefundNo: (request: In) => string | undefined;
  };
  readonly whose: { readonly mchId: string; readonly subMchId?: string | undefined };
  /** The addresses that are named beside that of the call's surroundings. */
  readonly endpoints: ReadonlyArray<string | undefined>;
  /** The call itself. `onPost` is told right before anything of the operation is sent. */
  readonly stages: (request: In, endpoint: string, onPost: () => void) => Effect.Effect<Out, Reason>;
}

/** Makes the calls around their stages. */
export const shell = <In, Out>({ endpoints, operation, stages, whose: { mchId, subMchId } }: Shell<In, Out>) => {
  const name = `RefundClient.${operation.name}`;
  const whose = subMchId === undefined ? mchId : `${mchId}/${subMchId}`;
  const agreed = (around: string | undefined) => agree([around, ...endpoints]);
  // Calls are made in the same surroundings, nearly always.
  let last = { around: undefined as string | undefined, where: agreed(undefined) };
  // Steps of a generator, and of services that an Effect is asked for one by one, are a tenth of a whole call.
  return (asked: In): Effect.Effect<Out, RefundError> =>
    Effect.withFiber((fiber) => {
      const request = operation.copy(asked);
      const given = operation.outRefundNo(request);
      const outRefundNo = typeof given === "string" ? given : undefined;
      const around = Context.getOrUndefined(fiber.context, Pipeline.Endpoint);
      if (last.around !== around) last = { around, where: agreed(around) };
      const { where } = last;
      const host = where._tag === "Success" ? where.success : "";
      const started = fiber.getRef(Clock.Clock).currentTimeMillisUnsafe();
      let posted = false;
      const made = where._tag === "Failure" ? Effect.fail(where.failure) : stages(request, host, () => (posted = true));
      return made.pipe(
        Effect.mapError(
          (reason) =>
            new RefundError({ operation: operation.name, ...(outRefundNo !== undefined && { outRefundNo }), reason }),
        ),
        Effect.onExit((exit) =>
          record({ operation: operation.name, outRefundNo, host, merchant: whose }, exit, posted, started, tell),
        ),
        Effect.withSpan(
          name,
          {
            kind: "client",
            attributes: {
              "wechat.operation": operation.name,
              ...(outRefundNo !== undefined && { "wechat.out_refund_no": outRefundNo }),
              "wechat.host": host,
              "wechat.merchant": whose,
            },
          },
          // It would only ever show this line, at the price of a stack trace a call.
          { captureStackTrace: false },
        ),
      );
    });
};

/** Makes the calls of one operation of APIv2. */
export const call = <In, Out>(operation: Operation<In, Out>, { endpoint, merchant, transport }: Parts) =>
  shell<In, Out>({
    operation,
    whose: merchant,
    endpoints: [endpoint, merchant.endpoint],
    stages: (request, host, onPost) =>
      Effect.withFiber((fiber) => {
        const params = encode(operation, request, merchant);
        if (Result.isFailure(params)) return Effect.fail(params.failure);
        return Effect.flatMap(fiber.getRef(Pipeline.Nonce), (nonce) => {
          const post = Result.flatMap(signed(params.success, merchant, nonce), (fields) =>
            serialize(operation, request, fields, host),
          );
          if (Result.isFailure(post)) return Effect.fail(post.failure);
          onPost();
          return Effect.matchEffect(transport.send(post.success), {
            onFailure: (error) => Effect.fail(new TransportFailed({ error })),
            onSuccess: (reply) => {
              const read = decode(reply, operation.maxReplyBytes);
              if (Result.isFailure(read)) return Effect.fail(read.failure);
              return Effect.fromResult(validate(operation, request, read.success, merchant));
            },
          });
        });
      }),
  });
