/**
 * The whole shell: the stages of `Pipeline` around one `Transport.send`, with span, metrics, log line and error envelope.
 *
 * One call makes at most one POST; only `queryAll` makes one for each page. Nothing is re-sent here: see `Resend`.
 */
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import type * as Exit from "effect/Exit";
import * as Layer from "effect/Layer";
import * as Option from "effect/Option";
import * as Stream from "effect/Stream";
import { type Ended, record } from "./internal/observe.ts";
import { Merchant } from "./Merchant.ts";
import type { Operation } from "./Operation.ts";
import * as Pipeline from "./Pipeline.ts";
import * as Refund from "./Refund.ts";
import { RefundError, UntrustedReply } from "./RefundError.ts";
import * as RefundQuery from "./RefundQuery.ts";
import { Transport } from "./Transport.ts";

export { Endpoint, Nonce } from "./Pipeline.ts";

/**
 * Told of every call that was interrupted. Interruption leaves the caller without an error, so this is where it can learn that a
 * refund may have been sent: `outcome` is `"unknown"` once the POST was begun, `"not-accepted"` before. It runs before the
 * interruption goes on, and cannot be interrupted itself. By default nothing more is done than the log line of every call.
 */
export const Interrupted = Context.Reference<(ended: Ended) => Effect.Effect<void>>(
  "@wechat-refund/core/RefundClient/Interrupted",
  { defaultValue: () => () => Effect.void },
);

/** What `confirm` must find: a refund request, a refund notice, or any record that names number and amounts. */
export interface Expected {
  readonly outRefundNo: string;
  readonly totalFee: number;
  readonly refundFee: number;
  readonly refundId?: string | undefined;
  readonly order?: Refund.OrderRef | undefined;
  readonly transactionId?: string | undefined;
  readonly outTradeNo?: string | undefined;
}

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
    /** Every refund of an order, over all pages, in the gateway's order; ends when a page brings nothing new. */
    readonly queryAll: (order: Refund.OrderRef) => Stream.Stream<RefundQuery.RefundRecord, RefundError>;
    /**
     * Turns a hint into a fact: asks for the refund by its number and gives its record, if number, amounts and order are the
     * expected ones; another refund under this number is an `UntrustedReply`.
     */
    readonly confirm: (expected: Expected) => Effect.Effect<RefundQuery.RefundRecord, RefundError>;
  }
>()("@wechat-refund/core/RefundClient") {}

const finish = <A>(
  call: Pick<Ended, "operation" | "outRefundNo" | "host">,
  exit: Exit.Exit<A, RefundError>,
  posted: boolean,
  started: number,
): Effect.Effect<void> =>
  Clock.currentTimeMillis.pipe(
    Effect.flatMap((now) => record(call, exit, posted, now - started)),
    Effect.flatMap((ended) => (ended.reason === "Interrupted" ? Interrupted.use((tell) => tell(ended)) : Effect.void)),
  );

const call = <In, Out>(
  operation: Operation<In, Out>,
  merchant: Merchant["Service"],
  transport: Transport["Service"],
) => {
  const name = `RefundClient.${operation.name}`;
  const services = Context.make(Merchant, merchant).pipe(Context.add(Transport, transport));
  const stages = Effect.fnUntraced(function* (request: In, onPost: () => void) {
    const params = yield* Pipeline.encode(operation, request);
    const signed = yield* Pipeline.sign(params);
    const post = yield* Pipeline.serialize(operation, request, signed);
    onPost();
    const reply = yield* Pipeline.send(post);
    return yield* Pipeline.validate(operation, request, yield* Pipeline.decode(operation, reply));
  });
  return Effect.fnUntraced(function* (request: In): Effect.fn.Return<Out, RefundError> {
    const given = operation.outRefundNo(request);
    const outRefundNo = typeof given === "string" ? given : undefined;
    const host = yield* Pipeline.Endpoint;
    const started = yield* Clock.currentTimeMillis;
    let posted = false;
    return yield* stages(request, () => (posted = true)).pipe(
      Effect.provideContext(services),
      Effect.mapError(
        (reason) =>
          new RefundError({ operation: operation.name, ...(outRefundNo !== undefined && { outRefundNo }), reason }),
      ),
      Effect.onExit((exit) => finish({ operation: operation.name, outRefundNo, host }, exit, posted, started)),
      Effect.withSpan(
        name,
        {
          kind: "client",
          attributes: {
            "wechat.operation": operation.name,
            ...(outRefundNo !== undefined && { "wechat.out_refund_no": outRefundNo }),
            "wechat.host": host,
          },
        },
        // It would only ever show this line, at the price of a stack trace a call.
        { captureStackTrace: false },
      ),
    );
  });
};

/** The first expected value that the record or its order contradicts. */
const contradiction = (
  expected: Expected,
  reply: RefundQuery.RefundQueryReply,
  record: RefundQuery.RefundRecord,
): UntrustedReply | undefined => {
  const pairs: ReadonlyArray<readonly [field: string, expected: unknown, received: unknown]> = [
    ["refund_fee", expected.refundFee, record.refundFee],
    ["total_fee", expected.totalFee, reply.totalFee ?? expected.totalFee],
    ["refund_id", expected.refundId, record.refundId],
    ["transaction_id", expected.transactionId ?? expected.order?.transactionId, reply.transactionId],
    ["out_trade_no", expected.outTradeNo ?? expected.order?.outTradeNo, reply.outTradeNo],
  ];
  const wrong = pairs.find(([, wanted, received]) => wanted !== undefined && wanted !== received);
  if (wrong === undefined) return undefined;
  const [field, wanted, received] = wrong;
  return new UntrustedReply({ problem: "mismatch", field, expected: String(wanted), received: String(received) });
};

const pageSize = 10;

/** The page after this one, if the replies say that there is one. */
const nextOffset = (reply: RefundQuery.RefundQueryReply, seen: number, fresh: number): Option.Option<number> => {
  if (fresh === 0) return Option.none();
  const more = reply.totalRefundCount === undefined ? reply.refundCount >= pageSize : seen < reply.totalRefundCount;
  return more ? Option.some(seen) : Option.none();
};

/** The client of the merchant and the transport in context. */
export const make: Effect.Effect<RefundClient["Service"], never, Merchant | Transport> = Effect.gen(function* () {
  const merchant = yield* Merchant;
  const transport = yield* Transport;
  const query = call(RefundQuery.operation, merchant, transport);

  const queryAll = (order: Refund.OrderRef): Stream.Stream<RefundQuery.RefundRecord, RefundError> =>
    Stream.suspend(() => {
      const seen = new Set<string>();
      return Stream.paginate(
        0,
        Effect.fnUntraced(function* (offset: number) {
          const asked = offset === 0 ? order : { ...order, offset };
          const reply = yield* query(asked).pipe(
            Effect.catchIf(
              // Beyond the last record the gateway answers PARAM_ERROR: the count was unknown, and this is the end.
              (error) => offset > 0 && error.reason._tag === "Rejected" && error.reason.errCode === "PARAM_ERROR",
              () => Effect.succeed(undefined),
            ),
          );
          if (reply === undefined) return [[], Option.none()] as const;
          const fresh = reply.records.filter(({ outRefundNo }) => !seen.has(outRefundNo));
          for (const { outRefundNo } of fresh) seen.add(outRefundNo);
          return [fresh, nextOffset(reply, seen.size, fresh.length)] as const;
        }),
      );
    });

  const confirm = Effect.fnUntraced(function* (expected: Expected) {
    const { outRefundNo } = expected;
    const reply = yield* query({ outRefundNo });
    const found = RefundQuery.recordOf(reply, outRefundNo);
    const reason =
      found === undefined
        ? new UntrustedReply({ problem: "mismatch", field: "out_refund_no", expected: outRefundNo })
        : contradiction(expected, reply, found);
    if (reason !== undefined) {
      const error = new RefundError({ operation: "refundquery", outRefundNo, reason });
      // The reply itself was in order, so nothing has raised the alarm yet: this number belongs to another refund.
      yield* Effect.logError(error.message).pipe(
        Effect.annotateLogs({ "wechat.operation": "refundquery", "wechat.out_refund_no": outRefundNo }),
      );
      return yield* error;
    }
    return found as RefundQuery.RefundRecord;
  });

  return { refund: call(Refund.operation, merchant, transport), query, queryAll, confirm };
});

/** The client as a layer over a merchant and a transport. */
export const layer: Layer.Layer<RefundClient, never, Merchant | Transport> = Layer.effect(RefundClient, make);
