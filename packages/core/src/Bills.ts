/**
 * A day's bill as an Effect program: asked for over a transport, and read to its end, piece by piece.
 *
 * What a bill says, and why there is none, is `RefundBill`'s; unpacking is `BillText`'s. Nothing here is tried again.
 */
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import * as Stream from "effect/Stream";
import * as BillText from "./BillText.ts";
import { Endpoint } from "./Endpoint.ts";
import { agree } from "./internal/endpoint.ts";
import type { MerchantIdentity } from "./Merchant.ts";
import { Nonce } from "./Pipeline.ts";
import * as RefundBill from "./RefundBill.ts";
import type { InvalidRequest } from "./RefundError.ts";
import type { Transport } from "./Transport.ts";
import type { TransportError } from "./TransportError.ts";

/** A bill to be read, or that nothing was traded on its day. */
export type Source = Stream.Stream<string, BillText.BillBodyError> | "none";

/** What a call for a bill needs of its transport. */
export const room = { maxReplyBytes: RefundBill.maxReplyBytes, exchangeMillis: 120_000 } as const;

/** The same merchant without a sub-merchant: its bill then has those of all of a provider (服务商). */
export const wholeOf = (merchant: MerchantIdentity): MerchantIdentity => {
  const { subAppId: _subAppId, subMchId: _subMchId, ...own } = merchant;
  return own;
};

/** Asks for the bill of a day, once. */
export const download = Effect.fnUntraced(function* (
  request: RefundBill.BillRequest,
  merchant: MerchantIdentity,
  transport: Transport["Service"],
): Effect.fn.Return<Source, RefundBill.NoBill | InvalidRequest | TransportError> {
  const around = Context.getOrUndefined(yield* Effect.context<never>(), Endpoint);
  const endpoint = yield* Effect.fromResult(agree([around, merchant.endpoint]));
  const post = yield* Effect.fromResult(
    RefundBill.prepare(request, { merchant, endpoint, nonce: yield* yield* Nonce }),
  );
  const { body, status } = yield* transport.send({ ...post, room });
  const now = yield* Clock.currentTimeMillis;
  const beginning = RefundBill.interpret(request, { status, start: body.subarray(0, 65_536) }, now);
  if (Result.isSuccess(beginning)) return BillText.stream([body]);
  return beginning.failure.why === "none" ? "none" : yield* beginning.failure;
});

/** A bill that was read: its ending, and what was wrong with its bytes. */
export interface Read {
  readonly ending: RefundBill.Ending | "none";
  readonly problems: ReadonlyArray<string>;
  readonly body?: BillText.BillBodyError;
}

/** Reads it; `each` is given what a piece of it held. */
export const read = Effect.fnUntraced(function* <E, R>(
  source: Source,
  each: (entries: ReadonlyArray<RefundBill.Entry>) => Effect.Effect<void, E, R>,
): Effect.fn.Return<Read, E, R> {
  if (source === "none") return { ending: "none", problems: [] };
  const reader = new RefundBill.BillReader();
  const body = yield* Effect.result(
    Stream.runForEach(
      Stream.mapError(source, (error) => ({ _tag: "Body", error }) as const),
      (text) => Effect.mapError(each(reader.push(text)), (error) => ({ _tag: "Each", error }) as const),
    ),
  );
  if (Result.isFailure(body) && body.failure._tag === "Each") return yield* Effect.fail(body.failure.error);
  const { ending, entries } = reader.end();
  yield* each(entries);
  const broken = Result.isFailure(body) && body.failure._tag === "Body" ? body.failure.error : undefined;
  return {
    ending,
    // That it has no summary follows from bytes that end too soon.
    problems: broken === undefined ? ending.problems.map(({ message }) => message) : [broken.message],
    ...(broken !== undefined && { body: broken }),
  };
});

/** Whether all of a bill was read. */
export const isWhole = ({ ending, problems }: Read): boolean =>
  problems.length === 0 && (ending === "none" || ending.bad === 0);

/** Whether it is a bill of refunds at all. */
export const isBill = ({ ending }: Read): boolean =>
  ending === "none" || !ending.problems.some(({ kind }) => kind === "not-a-bill" || kind === "no-refunds-in-it");
