/**
 * One call of a client: its stages in a row, with span, metrics, log line and error envelope, alike for every protocol. APIv2's stages
 * are those of `Pipeline`, without the steps in which an Effect finds its services.
 */
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import type * as Exit from "effect/Exit";
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

const finish = <A>(
  call: Pick<Ended, "operation" | "outRefundNo" | "host" | "merchant">,
  exit: Exit.Exit<A, RefundError>,
  posted: boolean,
  started: number,
): Effect.Effect<void> =>
  Clock.currentTimeMillis.pipe(
    Effect.flatMap((now) => record(call, exit, posted, now - started)),
    Effect.flatMap((ended) => (ended.reason === "Interrupted" ? Interrupted.use((tell) => tell(ended)) : Effect.void)),
  );

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
  return Effect.fnUntraced(function* (asked: In): Effect.fn.Return<Out, RefundError> {
    const request = operation.copy(asked);
    const given = operation.outRefundNo(request);
    const outRefundNo = typeof given === "string" ? given : undefined;
    const around = Context.getOrUndefined(yield* Effect.context<never>(), Pipeline.Endpoint);
    if (last.around !== around) last = { around, where: agreed(around) };
    const { where } = last;
    const host = where._tag === "Success" ? where.success : "";
    const started = yield* Clock.currentTimeMillis;
    let posted = false;
    const made = where._tag === "Failure" ? Effect.fail(where.failure) : stages(request, host, () => (posted = true));
    return yield* made.pipe(
      Effect.mapError(
        (reason) =>
          new RefundError({ operation: operation.name, ...(outRefundNo !== undefined && { outRefundNo }), reason }),
      ),
      Effect.onExit((exit) =>
        finish({ operation: operation.name, outRefundNo, host, merchant: whose }, exit, posted, started),
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
    stages: Effect.fnUntraced(function* (request: In, host: string, onPost: () => void) {
      const params = encode(operation, request, merchant);
      if (Result.isFailure(params)) return yield* Effect.fail(params.failure);
      const nonce = yield* yield* Pipeline.Nonce;
      const post = Result.flatMap(signed(params.success, merchant, nonce), (fields) =>
        serialize(operation, request, fields, host),
      );
      if (Result.isFailure(post)) return yield* Effect.fail(post.failure);
      onPost();
      const reply = yield* Effect.mapError(transport.send(post.success), (error) => new TransportFailed({ error }));
      const read = decode(reply, operation.maxReplyBytes);
      if (Result.isFailure(read)) return yield* Effect.fail(read.failure);
      const result = validate(operation, request, read.success, merchant);
      return Result.isFailure(result) ? yield* Effect.fail(result.failure) : result.success;
    }),
  });
