/**
 * Refunds that outlive the process: what an application talks to.
 *
 * `start` answers when the refund is stored; a worker, of this process or another, sees to it from then on. The number (商户退款单号) is the
 * intent: the same request again gives the same refund, and another one under it is refused.
 */
import { orderKey } from "@wechat-refund/core/Driving";
import { Merchants, type Registered, type UnknownMerchant } from "@wechat-refund/core/Merchants";
import type { RefundRequest } from "@wechat-refund/core/Refund";
import type { InvalidRequest } from "@wechat-refund/core/RefundError";
import type { BadNotice, RefundNotice } from "@wechat-refund/core/RefundNotice";
import { type Act, contradicts, isFinal, observe, permitted, type Progress } from "@wechat-refund/core/RefundProgress";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Metric from "effect/Metric";
import * as Result from "effect/Result";
import type { SqlError } from "effect/sql/SqlError";
import { type Defaults, differing, fingerprint, freezeFor, recordedAs } from "./Frozen.ts";
import * as Acts from "./internal/acts.ts";
import { aged, attemptedElsewhere, numbersOf } from "./internal/acts.ts";
import { proofOfNotice } from "./internal/calls.ts";
import { detailOf } from "./internal/eventRow.ts";
import { noted } from "./internal/noted.ts";
import * as Pauses from "./internal/pauses.ts";
import {
  type Line,
  type NotPermitted,
  OtherRefund,
  type Person,
  type Refund,
  refundOf,
  type Started,
  UnknownRefund,
  type Whose,
} from "./internal/refund.ts";
import * as Listing from "./Listing.ts";
import type { Paused } from "./MerchantLeases.ts";
import { type Change, type Damaged, type Key, type Pruned, RefundStore, type Row } from "./RefundStore.ts";
import { Signalling } from "./Signalling.ts";

export {
  type Line,
  NotPermitted,
  OtherRefund,
  type Person,
  type Refund,
  refundOf,
  type Started,
  UnknownRefund,
  type Whose,
} from "./internal/refund.ts";
export { Pruned } from "./RefundStore.ts";

/**
 * `noted`: a look at it is due. `final`: nothing is due any more. `contradiction`: so too, and the store says otherwise than the notice, which
 * is an alarm. `not-ours`: this store has no such refund.
 */
export type NoticeResult = "noted" | "final" | "contradiction" | "not-ours";

type Failure = SqlError | Damaged | UnknownMerchant;

export interface Options {
  /** What a merchant's configuration gives to refunds that do not say it themselves. */
  readonly defaults?: ((name: string) => Defaults) | undefined;
}

/** What {@link Refunds} offers. */
export interface Service {
  /**
   * Records a refund, and answers when it is stored: in a transaction of its own, or in the caller's where there is one on the same
   * `SqlClient`. Interrupted before it answers, as by a time limit, it may be stored all the same: the same request again says.
   * `attempted`: an earlier attempt may have been made elsewhere, so it is asked for before it is sent, also where it is known
   * and nothing was sent of it yet.
   */
  readonly start: (
    merchant: Whose,
    request: RefundRequest,
    options?: { readonly attempted?: boolean | undefined },
  ) => Effect.Effect<Started, Failure | InvalidRequest | OtherRefund | Pruned>;
  readonly find: (merchant: Whose, outRefundNo: string) => Effect.Effect<Refund | undefined, Failure>;
  /** What happened to it, oldest first. */
  readonly history: (
    merchant: Whose,
    outRefundNo: string,
  ) => Effect.Effect<ReadonlyArray<Line>, Failure | UnknownRefund>;
  /**
   * The newest first; where a prefix is asked for, the highest number first. `after` is the `next` of the page before. `unread`: the numbers of
   * those that cannot be read, where there are some; the log says why.
   */
  readonly list: (
    filter?: Listing.Filter,
    page?: { readonly after?: string | undefined; readonly limit?: number | undefined },
  ) => Effect.Effect<
    {
      readonly refunds: ReadonlyArray<Refund>;
      readonly unread?: ReadonlyArray<string> | undefined;
      readonly next?: string | undefined;
    },
    SqlError
  >;
  /** By merchant, currency, truth and block, from counters that are kept with the rows. */
  readonly totals: Effect.Effect<ReadonlyArray<Listing.Total>, SqlError>;
  /** Waits until nothing is due of it any more: it is final, or was given up (`NotMade`); with `blocked` also until work on it rests. */
  readonly settled: (
    merchant: Whose,
    outRefundNo: string,
    options?: { readonly blocked?: boolean | undefined },
  ) => Effect.Effect<Refund, Failure | UnknownRefund>;
  /**
   * A notice (退款结果通知) that came to the address of this merchant, in the form of either protocol: a reason to ask now. One of APIv3, which
   * is signed, also says that the refund was accepted, where it is the stored one by amounts and order. One that tells of money for a refund
   * which here was rejected, not made, closed or resolved, or of another `refund_id` than it was accepted under, overwrites nothing: it is an
   * error in the log and a line of the history, once.
   */
  readonly notice: (notice: {
    readonly merchant: string;
    readonly headers?: Readonly<Record<string, string>> | undefined;
    readonly body: Uint8Array;
  }) => Effect.Effect<NoticeResult, Failure | BadNotice>;
  /** Gives up what was never sent. */
  readonly cancel: (
    merchant: Whose,
    outRefundNo: string,
    person: Person,
  ) => Effect.Effect<Refund, Failure | UnknownRefund | NotPermitted>;
  /** Asks now, and sends again where that is right. */
  readonly goOn: (
    merchant: Whose,
    outRefundNo: string,
    person: Person,
  ) => Effect.Effect<Refund, Failure | UnknownRefund | NotPermitted>;
  /** How many refunds a filter finds, and of how much. Show it before `actOnAll`. */
  readonly count: (filter: Listing.Filter) => Effect.Effect<ReadonlyArray<Listing.Sum>, SqlError>;
  /**
   * An act for all that a filter finds, also when their turn comes, and that permit it; tells for how many it did something. Show `count`
   * before, and give it as `most`: by then there may be more.
   */
  readonly actOnAll: (
    act: Exclude<Act, "refreeze">,
    filter: Listing.Filter,
    person: Person,
    options?: { readonly most?: number | undefined },
  ) => Effect.Effect<number, SqlError | Damaged>;
  /** A person ends it: paid otherwise, or given up. Nothing is sent for ever. */
  readonly resolve: (
    merchant: Whose,
    outRefundNo: string,
    person: Person,
  ) => Effect.Effect<Refund, Failure | UnknownRefund | NotPermitted>;
  /** Starts a refund again that was given up: certainly not made, or withheld since a backup was put back. */
  readonly startAgain: (
    merchant: Whose,
    outRefundNo: string,
    person: Person,
  ) => Effect.Effect<Refund, Failure | UnknownRefund | NotPermitted>;
  /** The same number and the caller's same fields, with what the mended configuration gives now; only while nothing was sent. */
  readonly refreeze: (
    merchant: Whose,
    outRefundNo: string,
    person: Person,
  ) => Effect.Effect<Refund, Failure | UnknownRefund | NotPermitted | InvalidRequest>;
  /** Stops the sends of a merchant; what was sent is asked for all the same. */
  readonly pause: (merchant: Whose, person: Person) => Effect.Effect<void, SqlError | UnknownMerchant>;
  readonly resume: (merchant: Whose, person: Person) => Effect.Effect<void, SqlError | UnknownMerchant>;
  readonly paused: Effect.Effect<ReadonlyArray<Paused>, SqlError>;
}

export class Refunds extends Context.Service<Refunds, Service>()("@wechat-refund/durable/Refunds") {}

const notices = Metric.counter("wechat_refund_notices", {
  description: "Notices by what became of them: noted, final, contradiction, not-ours, unreadable",
  incremental: true,
});

/** A signed notice of exactly this refund. One of other amounts, or of another order, is a reason to ask. */
const proves = (notice: RefundNotice, { frozen: { asked } }: Row): boolean =>
  notice.noticeId !== undefined &&
  notice.refundFee === asked.refundFee &&
  notice.totalFee === asked.totalFee &&
  ("transactionId" in asked.order
    ? notice.transactionId === asked.order.transactionId
    : notice.outTradeNo === asked.order.outTradeNo);

/** In the history, of a notice that says otherwise than the store. */
const contradiction = "notice: contradicts";

const mayStartAgain = (progress: Progress): boolean => permitted(progress).has("startAgain");

export const make = Effect.fnUntraced(function* ({ defaults = () => ({}) }: Options = {}) {
  const store = yield* RefundStore;
  const merchants = yield* Merchants;
  const signals = yield* Signalling;
  const { database } = store;
  const { sql, tables } = database;
  const pauses = Pauses.make(database, signals);

  const whose = (merchant: Whose): Effect.Effect<Registered, UnknownMerchant> =>
    typeof merchant === "string" ? merchants.get(merchant) : merchants.find(merchant);
  const keyOf = (registered: Registered, outRefundNo: string): Key => ({ ...numbersOf(registered), outRefundNo });

  /** Once it is committed, and not before: by then a look finds it. */
  const tell = (mchId: string) =>
    sql.afterCommit(Effect.andThen(signals.tell("changed"), signals.tell(`due:${mchId}`)));
  const acts = Acts.make({ store, whose, defaults, tell });

  /**
   * The refund that a request is, recorded if it may be. One that may not be sent now may have been recorded all the same, through another
   * protocol or with other settings: whoever asks for that again is told of it, and whoever asks for another under its number is told so.
   */
  const recorded = Effect.fnUntraced(function* (registered: Registered, request: RefundRequest, attempted: boolean) {
    const { name, protocol } = registered;
    const numbers = numbersOf(registered);
    const frozen = freezeFor(request, registered, protocol, defaults(name));
    if (Result.isSuccess(frozen)) {
      const { asked } = frozen.success;
      const found = yield* store.record({
        ...numbers,
        frozen: frozen.success,
        fingerprint: fingerprint({ asked }),
        orderNo: orderKey(asked) ?? "",
        protocol,
        attempted,
      });
      return { asked, ...found };
    }
    const asked = recordedAs(request, numbers);
    const row = asked === undefined ? undefined : yield* store.taken({ ...numbers, outRefundNo: asked.outRefundNo });
    return asked === undefined || row === undefined ? yield* frozen.failure : { asked, row, fresh: false };
  });

  const start: Service["start"] = Effect.fn("Refunds.start")(function* (merchant, request, { attempted = false } = {}) {
    const registered = yield* whose(merchant);
    const numbers = numbersOf(registered);
    const { asked, fresh, row } = yield* recorded(registered, request, attempted);
    if (!fresh && row.fingerprint !== fingerprint({ asked })) {
      return yield* new OtherRefund({ outRefundNo: row.outRefundNo, fields: differing(row.frozen, { asked }) });
    }
    // The same request again, after it was given up: what was not made, or is withheld, may be made after all.
    const isAgain = mayStartAgain(row.progress);
    if (!fresh && (isAgain || attempted)) {
      const started = isAgain ? yield* acts.startingAgain(numbers) : (progress: Progress) => progress;
      const again = yield* store.update(row, (now) => {
        const before = aged(now);
        const wanted = mayStartAgain(before) ? started(before) : before;
        const progress = attempted ? attemptedElsewhere(wanted) : wanted;
        const what = wanted === before ? "attempted elsewhere" : "started again";
        return Effect.succeed(progress === before ? undefined : ({ what, progress } satisfies Change));
      });
      yield* tell(numbers.mchId);
      return { ...refundOf(again ?? row), created: false };
    }
    if (fresh) yield* tell(numbers.mchId);
    return { ...refundOf(row), created: fresh };
  });

  const find = Effect.fnUntraced(function* (merchant: Whose, outRefundNo: string) {
    const row = yield* store.find(keyOf(yield* whose(merchant), outRefundNo));
    return row === undefined ? undefined : refundOf(row);
  });

  const list: Service["list"] = Effect.fnUntraced(function* (filter = {}, page = {}) {
    const { damaged, next, rows } = yield* Listing.list(database, filter, page);
    for (const one of damaged) yield* Effect.logError(one.message);
    return {
      refunds: rows.map(refundOf),
      ...(damaged.length > 0 && { unread: damaged.map(({ outRefundNo }) => outRefundNo) }),
      ...(next !== undefined && { next }),
    };
  });

  return Refunds.of({
    start,
    find,
    list,
    totals: Listing.totals(database),
    count: (filter) => Listing.count(database, filter),
    history: Effect.fnUntraced(function* (merchant, outRefundNo) {
      const row = yield* store.find(keyOf(yield* whose(merchant), outRefundNo));
      if (row === undefined) return yield* new UnknownRefund({ outRefundNo });
      const raws = yield* sql<Record<string, unknown>>`SELECT seq, at, what, truth, block, detail FROM ${tables.history}
        WHERE refund = ${row.id} ORDER BY seq`;
      return raws.map((raw) => ({
        seq: Number(raw["seq"]),
        at: Number(raw["at"]),
        what: String(raw["what"]),
        truth: String(raw["truth"]),
        ...(raw["block"] !== null && { block: String(raw["block"]) }),
        ...detailOf(raw),
      }));
    }),
    settled: Effect.fn("Refunds.settled")(function* (merchant, outRefundNo, { blocked = false } = {}) {
      for (;;) {
        const told = signals.placed.next();
        const found = yield* find(merchant, outRefundNo);
        if (found === undefined) return yield* new UnknownRefund({ outRefundNo });
        if (found.final || found.truth === "NotMade" || (blocked && found.block !== undefined)) return found;
        yield* Effect.raceFirst(told, Effect.sleep("1 second"));
      }
    }),
    notice: Effect.fn("Refunds.notice")(function* ({ body, headers, merchant }) {
      const counted = (result: string) => Metric.update(Metric.withAttributes(notices, { result }), 1);
      const { notice, registered } = yield* Effect.tapError(merchants.openNotice(merchant, body, headers), () =>
        counted("unreadable"),
      );
      let result = "not-ours" as NoticeResult;
      const hold = yield* acts.holdOf(numbersOf(registered));
      const { outRefundNo, refundFee, refundId, refundStatus } = notice;
      const proof = () => proofOfNotice(headers ?? {}, body);
      let against: string | undefined;
      /** Once for a conclusion: old notices can be posted again by anybody who has them, and those of APIv2 prove nothing. */
      const alarm = Effect.fnUntraced(function* (row: Row): Effect.fn.Return<Change | undefined, SqlError> {
        const told = yield* sql`SELECT 1 FROM ${tables.history}
          WHERE refund = ${row.id} AND what = ${contradiction} AND truth = ${row.progress.truth} LIMIT 1`;
        const change: Change = {
          what: contradiction,
          detail: { status: refundStatus, refundFee, refundId },
          // What is not over is asked for.
          progress: observe(aged(row), { _tag: "Noticed", verified: false }),
          ...(notice.noticeId !== undefined && { proof: proof() }),
        };
        if (told.length > 0) return undefined;
        against = isOther(row)
          ? `refund ${outRefundNo} was accepted as ${row.refundId}, and a notice says ${refundStatus} of ${refundFee} fen for ${refundId}: nothing is overwritten; ask by a signed query, and see that the money does not go twice`
          : `refund ${outRefundNo} is ${row.progress.truth} here, and a notice says ${refundStatus} of ${refundFee} fen: nothing is overwritten; ask by a signed query, and see that the money does not go twice`;
        return change;
      });
      /** One number has one refund: another one of WeChat Pay's under it may be its money for a second time. */
      const isOther = (row: Row): boolean => row.refundId !== undefined && row.refundId !== refundId;
      yield* store.update(keyOf(registered, outRefundNo), (row): Effect.Effect<Change | undefined, SqlError> => {
        const { progress } = row;
        if (contradicts(progress, refundStatus) || isOther(row)) {
          result = "contradiction";
          return alarm(row);
        }
        result = isFinal(progress) || progress.truth === "NotMade" ? "final" : "noted";
        return Effect.succeed(noted(row, aged(row), "notice", { verified: proves(notice, row), proof, hold }));
      });
      if (against !== undefined) yield* Effect.logError(against);
      yield* counted(result);
      if (result === "noted" || against !== undefined) yield* tell(registered.merchant.mchId);
      return result;
    }),
    cancel: acts.cancel,
    goOn: acts.goOn,
    actOnAll: acts.actOnAll,
    resolve: acts.resolve,
    startAgain: acts.startAgain,
    refreeze: acts.refreeze,
    pause: (merchant, person) => Effect.flatMap(whose(merchant), (of) => pauses.pause(numbersOf(of), person)),
    resume: (merchant, person) => Effect.flatMap(whose(merchant), (of) => pauses.resume(numbersOf(of), person)),
    paused: pauses.paused,
  });
});

export const layer = (options?: Options): Layer.Layer<Refunds, never, RefundStore | Merchants | Signalling> =>
  Layer.effect(Refunds, make(options));
