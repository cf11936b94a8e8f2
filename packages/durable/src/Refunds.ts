/**
 * Refunds that outlive the process: what an application talks to.
 *
 * `start` answers when the refund is stored; a worker, of this process or another, sees to it from then on. The number (商户退款单号) is the
 * intent: the same request again gives the same refund, and another one under it is refused.
 */
import { orderKey } from "@wechat-refund/core/Driving";
import { Merchants, type Numbers, type Registered, type UnknownMerchant } from "@wechat-refund/core/Merchants";
import type { RefundRequest } from "@wechat-refund/core/Refund";
import type { InvalidRequest } from "@wechat-refund/core/RefundError";
import type { BadNotice, RefundNotice } from "@wechat-refund/core/RefundNotice";
import {
  type Act,
  type Block,
  isFinal,
  type MerchantCause,
  type Observation,
  observe,
  permitted,
  type Progress,
  type Truth,
} from "@wechat-refund/core/RefundProgress";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Metric from "effect/Metric";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import type { SqlError } from "effect/sql/SqlError";
import { type Defaults, differing, fingerprint, freezeFor, requestOf } from "./Frozen.ts";
import { proofOfNotice } from "./internal/calls.ts";
import { noted } from "./internal/noted.ts";
import { Trust } from "./internal/trust.ts";
import * as Listing from "./Listing.ts";
import type { Paused } from "./MerchantLeases.ts";
import { type Change, type Damaged, type Key, type Pruned, RefundStore, type Row } from "./RefundStore.ts";
import { Signalling } from "./Signalling.ts";

export { Pruned } from "./RefundStore.ts";

/** A refund as it is known. Amounts are fen, times milliseconds since 1970 by the store's clock. */
export interface Refund {
  readonly mchId: string;
  readonly subMchId?: string | undefined;
  readonly outRefundNo: string;
  readonly protocol: string;
  /** What became of the money. */
  readonly truth: Truth;
  /** Why work rests until somebody acts. */
  readonly block?: Block | undefined;
  /** Whether nothing changes it any more. */
  readonly final: boolean;
  /** Whether a call is under way. */
  readonly calling: boolean;
  /** The request as it is sent. */
  readonly request: RefundRequest;
  readonly refundFee: number;
  readonly currency: string;
  /** WeChat Pay's number (微信退款单号), once it has told one. */
  readonly refundId?: string | undefined;
  /** What a person may do. */
  readonly permitted: ReadonlySet<Act>;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** When it is looked at next, if ever. */
  readonly dueAt?: number | undefined;
}

/** What `start` answers: the refund, and whether it was recorded just now or was there. */
export interface Started extends Refund {
  readonly created: boolean;
}

/** A line of a refund's history. */
export interface Line {
  readonly seq: number;
  readonly at: number;
  readonly what: string;
  readonly truth: string;
  readonly block?: string | undefined;
  readonly detail?: unknown;
}

/** The number is taken: these fields differ. Nothing was stored, nothing is sent. */
export class OtherRefund extends Schema.TaggedError<OtherRefund>("@wechat-refund/durable/OtherRefund")("OtherRefund", {
  outRefundNo: Schema.String,
  fields: Schema.Array(Schema.String),
}) {
  override get message(): string {
    return `refund ${this.outRefundNo} was recorded with other fields (${this.fields.join(", ")}): nothing is sent. Another refund needs a number of its own; the same one needs the same fields`;
  }
}

/** There is no such refund in this store. */
export class UnknownRefund extends Schema.TaggedError<UnknownRefund>("@wechat-refund/durable/UnknownRefund")(
  "UnknownRefund",
  {
    outRefundNo: Schema.String,
  },
) {
  override get message(): string {
    return `there is no refund ${this.outRefundNo} of this merchant in the store`;
  }
}

/** What a person wanted is not possible now. */
export class NotPermitted extends Schema.TaggedError<NotPermitted>("@wechat-refund/durable/NotPermitted")(
  "NotPermitted",
  {
    outRefundNo: Schema.String,
    act: Schema.String,
    truth: Schema.String,
    permitted: Schema.Array(Schema.String),
  },
) {
  override get message(): string {
    const may =
      this.permitted.length === 0
        ? "nothing can be done with it any more"
        : `possible are: ${this.permitted.join(", ")}`;
    const late = this.act === "cancel" ? "; it may have been sent, so it is too late to cancel it" : "";
    return `refund ${this.outRefundNo} is ${this.truth}${late}: ${may}`;
  }
}

/** Who acts, and why: it stands in the refund's history. */
export interface Person {
  readonly by: string;
  readonly reason: string;
}

/** `started`: stored just now; `known`: it was there. `noted`: a look at it is due; `final`; `not-ours`: this store has no such refund. */
export type NoticeResult = "noted" | "final" | "not-ours";

/** A name of `Merchants`, or the numbers. */
export type Whose = string | Numbers;

type Failure = SqlError | Damaged | UnknownMerchant;

export interface Options {
  /** What a merchant's configuration gives to refunds that do not say it themselves. */
  readonly defaults?: ((name: string) => Defaults) | undefined;
}

/** What {@link Refunds} offers. */
export interface Service {
  /**
   * Records a refund, and answers when it is stored: in a transaction of its own, or in the caller's where there is one on the same
   * `SqlClient`. `attempted`: an earlier attempt may have been made elsewhere, so it is asked for before it is sent.
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
  readonly list: (
    filter?: Listing.Filter,
    page?: { readonly after?: number | undefined; readonly limit?: number | undefined },
  ) => Effect.Effect<{ readonly refunds: ReadonlyArray<Refund>; readonly next?: number | undefined }, SqlError>;
  /** By merchant, currency, truth and block, from counters that are kept with the rows. */
  readonly totals: Effect.Effect<ReadonlyArray<Listing.Total>, SqlError>;
  /** Waits until nothing changes it any more; with `blocked` also until work on it rests. */
  readonly settled: (
    merchant: Whose,
    outRefundNo: string,
    options?: { readonly blocked?: boolean | undefined },
  ) => Effect.Effect<Refund, Failure | UnknownRefund>;
  /**
   * A notice (退款结果通知) that came to the address of this merchant, in the form of either protocol: a reason to ask now. One of APIv3, which
   * is signed, also says that the refund was accepted, where it is the stored one by amounts and order.
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
  /** An act for all that a filter finds and that permit it; tells for how many it did something. Show `count` before. */
  readonly actOnAll: (
    act: Exclude<Act, "refreeze">,
    filter: Listing.Filter,
    person: Person,
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
  description: "Notices by what became of them: noted, final, not-ours, unreadable",
  incremental: true,
});

/** A row as an application sees it. */
export const refundOf = (row: Row): Refund => {
  const { block, open, truth } = row.progress;
  return {
    mchId: row.mchId,
    ...(row.subMchId !== "" && { subMchId: row.subMchId }),
    outRefundNo: row.outRefundNo,
    protocol: row.protocol,
    truth,
    ...(block !== undefined && { block }),
    final: isFinal(row.progress),
    calling: open !== undefined,
    request: requestOf(row.frozen),
    refundFee: row.refundFee,
    currency: row.currency,
    ...(row.refundId !== undefined && { refundId: row.refundId }),
    permitted: permitted(row.progress),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    ...(row.dueAt !== undefined && { dueAt: row.dueAt }),
  };
};

/** A signed notice of exactly this refund. One of other amounts, or of another order, is a reason to ask. */
const proves = (notice: RefundNotice, { frozen: { asked } }: Row): boolean =>
  notice.noticeId !== undefined &&
  notice.refundFee === asked.refundFee &&
  notice.totalFee === asked.totalFee &&
  ("transactionId" in asked.order
    ? notice.transactionId === asked.order.transactionId
    : notice.outTradeNo === asked.order.outTradeNo);
const mayStartAgain = (progress: Progress): boolean => permitted(progress).has("startAgain");

/** What is observed when a person acts. */
const observations = {
  cancel: () => ({ _tag: "Cancel" }),
  goOn: () => ({ _tag: "GoOn" }),
  startAgain: () => ({ _tag: "StartAgain" }),
  resolve: ({ by, reason }) => ({ _tag: "Resolve", by, reason }),
} as const satisfies Readonly<Record<Exclude<Act, "refreeze">, (person: Person) => Observation>>;

const notTrusted = new Trust();
const aged = (row: Row): Progress => notTrusted.aged(row.progress, row.progressAt, row.now);

export const make = Effect.fnUntraced(function* ({ defaults = () => ({}) }: Options = {}) {
  const store = yield* RefundStore;
  const merchants = yield* Merchants;
  const signals = yield* Signalling;
  const { database } = store;
  const { atOnce, forUpdate: _, now: clock, sql, table, tables } = database;
  const pauses = table("refund_pauses");
  const holds = table("refund_holds");

  const whose = (merchant: Whose): Effect.Effect<Registered, UnknownMerchant> =>
    typeof merchant === "string" ? merchants.get(merchant) : merchants.find(merchant);
  const numbersOf = ({ merchant: { mchId, subMchId = "" } }: Registered) => ({ mchId, subMchId });
  const keyOf = (registered: Registered, outRefundNo: string): Key => ({ ...numbersOf(registered), outRefundNo });

  /**
   * What is started again shows at once what holds its merchant: whoever calls for it may have it waiting for a turn, and looks at it again
   * when that has come.
   */
  const startingAgain = Effect.fnUntraced(function* ({ mchId, subMchId }: ReturnType<typeof numbersOf>) {
    const [hold] = yield* sql<{ cause: MerchantCause }>`SELECT cause FROM ${holds}
      WHERE mch_id = ${mchId} AND sub_mch_id = ${subMchId}`;
    return (before: Progress): Progress => {
      const again = observe(before, { _tag: "StartAgain" });
      return hold === undefined ? again : observe(again, { _tag: "Held", cause: hold.cause });
    };
  });

  /** Once it is committed, and not before: by then a look finds it. */
  const tell = (mchId: string) =>
    sql.afterCommit(Effect.andThen(signals.tell("changed"), signals.tell(`due:${mchId}`)));

  /**
   * The request, frozen for what new refunds are made through. What that refuses may be a refund that another protocol began, which takes
   * fields that this one does not know: asked for again after the merchant has moved, it is the same refund.
   */
  const asTaken = Effect.fnUntraced(function* (registered: Registered, request: RefundRequest) {
    const { name, protocol } = registered;
    const frozen = freezeFor(request, registered, protocol, defaults(name));
    const outRefundNo: unknown = request?.outRefundNo;
    if (Result.isSuccess(frozen) || typeof outRefundNo !== "string") {
      return { frozen: yield* Effect.fromResult(frozen), protocol };
    }
    const began = (yield* store.find(keyOf(registered, outRefundNo)))?.protocol ?? protocol;
    const other = began === protocol ? frozen : freezeFor(request, registered, began, defaults(name));
    return { frozen: yield* Effect.fromResult(other), protocol: began };
  });

  const start: Service["start"] = Effect.fn("Refunds.start")(function* (merchant, request, { attempted = false } = {}) {
    const registered = yield* whose(merchant);
    const { frozen, protocol } = yield* asTaken(registered, request);
    const numbers = numbersOf(registered);
    const print = fingerprint(frozen);
    const { outRefundNo } = frozen.asked;
    const { fresh, row } = yield* store.record({
      ...numbers,
      frozen,
      fingerprint: print,
      orderNo: orderKey(frozen.asked) ?? "",
      protocol,
      attempted,
    });
    if (!fresh && row.fingerprint !== print) {
      return yield* new OtherRefund({ outRefundNo, fields: differing(row.frozen, frozen) });
    }
    // The same request again, after it was given up: what was not made, or is withheld, may be made after all.
    if (!fresh && mayStartAgain(row.progress)) {
      const started = yield* startingAgain(numbers);
      const again = yield* store.update(row, (now) =>
        Effect.succeed(
          mayStartAgain(now.progress)
            ? ({ what: "started again", progress: started(aged(now)) } satisfies Change)
            : undefined,
        ),
      );
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

  /** An act of a person, or the reason why it cannot be. */
  const act = <E = never>(
    name: Act,
    observation: (person: Person, progress: Progress) => Observation,
    more: (row: Row, registered: Registered) => Effect.Effect<Partial<Change>, E> = () => Effect.succeed({}),
  ) =>
    Effect.fn(`Refunds.${name}`)(function* (merchant: Whose, outRefundNo: string, person: Person) {
      const registered = yield* whose(merchant);
      const started = name === "startAgain" ? yield* startingAgain(numbersOf(registered)) : undefined;
      const row = yield* store.update(
        keyOf(registered, outRefundNo),
        (now): Effect.Effect<Change, E | NotPermitted> => {
          const before = aged(now);
          const acts = permitted(before);
          if (!acts.has(name)) {
            return Effect.fail(
              new NotPermitted({ outRefundNo, act: name, truth: before.truth, permitted: [...acts].sort() }),
            );
          }
          return Effect.map(more(now, registered), (change): Change => ({
            what: name,
            detail: { by: person.by, reason: person.reason },
            progress: started?.(before) ?? observe(before, observation(person, before)),
            ...change,
          }));
        },
      );
      if (row === undefined) return yield* new UnknownRefund({ outRefundNo });
      yield* tell(row.mchId);
      return refundOf(row);
    });

  const list: Service["list"] = Effect.fnUntraced(function* (filter = {}, page = {}) {
    const { damaged, next, rows } = yield* Listing.list(database, filter, page);
    for (const one of damaged) yield* Effect.logError(one.message);
    return { refunds: rows.map(refundOf), ...(next !== undefined && { next }) };
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
        ...(raw["detail"] !== null && { detail: JSON.parse(String(raw["detail"])) as unknown }),
      }));
    }),
    settled: Effect.fn("Refunds.settled")(function* (merchant, outRefundNo, { blocked = false } = {}) {
      for (;;) {
        const told = signals.placed.next();
        const found = yield* find(merchant, outRefundNo);
        if (found === undefined) return yield* new UnknownRefund({ outRefundNo });
        if (found.final || (blocked && (found.block !== undefined || found.truth === "NotMade"))) return found;
        yield* Effect.raceFirst(told, Effect.sleep("1 second"));
      }
    }),
    notice: Effect.fn("Refunds.notice")(function* ({ body, headers, merchant }) {
      const counted = (result: string) => Metric.update(Metric.withAttributes(notices, { result }), 1);
      const { notice, registered } = yield* Effect.tapError(merchants.openNotice(merchant, body, headers), () =>
        counted("unreadable"),
      );
      let result = "not-ours" as NoticeResult;
      yield* store.update(keyOf(registered, notice.outRefundNo), (row) => {
        result = isFinal(row.progress) ? "final" : "noted";
        const proof = () => proofOfNotice(headers ?? {}, body);
        return Effect.succeed(noted(row, aged(row), "notice", { verified: proves(notice, row), proof }));
      });
      yield* counted(result);
      if (result === "noted") yield* tell(registered.merchant.mchId);
      return result;
    }),
    cancel: act("cancel", observations.cancel),
    goOn: act("goOn", observations.goOn),
    actOnAll: Effect.fn("Refunds.actOnAll")(function* (name, filter, person) {
      let done = 0;
      let after: number | undefined;
      const touched = new Set<string>();
      do {
        const page = yield* Listing.list(database, filter, { after, limit: 500 });
        for (const row of page.rows) {
          const started = name === "startAgain" ? yield* startingAgain(row) : undefined;
          const wrote = yield* store.update(row, (now) => {
            const before = aged(now);
            return Effect.succeed(
              permitted(before).has(name)
                ? ({
                    what: name,
                    detail: { by: person.by, reason: person.reason },
                    progress: started?.(before) ?? observe(before, observations[name](person)),
                  } satisfies Change)
                : undefined,
            );
          });
          if (wrote !== undefined && wrote.version !== row.version) {
            done++;
            touched.add(row.mchId);
          }
        }
        after = page.next;
      } while (after !== undefined);
      for (const mchId of touched) yield* tell(mchId);
      return done;
    }),
    resolve: act("resolve", observations.resolve),
    startAgain: act("startAgain", observations.startAgain),
    refreeze: act(
      "refreeze",
      (_person, { truth }) => ({ _tag: truth === "NotMade" ? "StartAgain" : "GoOn" }),
      (row, registered) =>
        Effect.map(
          Effect.fromResult(
            freezeFor(row.frozen.asked as RefundRequest, registered, row.protocol, defaults(registered.name)),
          ),
          (frozen) => ({ frozen }),
        ),
    ),
    pause: Effect.fnUntraced(function* (merchant, { by, reason }) {
      const { mchId, subMchId } = numbersOf(yield* whose(merchant));
      const now = yield* clock;
      // The first who stops it stands there, until somebody lets it go on.
      yield* sql`INSERT INTO ${pauses} AS p (mch_id, sub_mch_id, by_whom, reason, since) VALUES (${mchId}, ${subMchId}, ${by}, ${reason}, ${now})
        ON CONFLICT (mch_id, sub_mch_id) DO UPDATE SET by_whom = ${by}, reason = ${reason}, since = ${now}, ended_by = NULL, ended_reason = NULL, ended_at = NULL
        WHERE p.ended_at IS NOT NULL`;
      yield* sql.afterCommit(signals.tell("merchants"));
    }),
    resume: Effect.fnUntraced(function* (merchant, { by, reason }) {
      const { mchId, subMchId } = numbersOf(yield* whose(merchant));
      const now = yield* clock;
      yield* sql`UPDATE ${pauses} SET ended_by = ${by}, ended_reason = ${reason}, ended_at = ${now}
        WHERE mch_id = ${mchId} AND sub_mch_id = ${subMchId} AND ended_at IS NULL`;
      yield* sql`UPDATE ${tables.refunds} SET due_at = ${yield* atOnce} WHERE mch_id = ${mchId} AND sub_mch_id = ${subMchId} AND due_at > ${now}
        AND owner IS NULL AND truth IN ('Recorded', 'Unknown')`;
      yield* sql.afterCommit(Effect.andThen(signals.tell("merchants"), signals.tell(`due:${mchId}`)));
    }),
    paused: Effect.map(
      sql<
        Record<string, unknown>
      >`SELECT mch_id, sub_mch_id, by_whom, reason, since FROM ${pauses} WHERE ended_at IS NULL ORDER BY since`,
      (raws) =>
        raws.map((raw) => ({
          mchId: String(raw["mch_id"]),
          subMchId: String(raw["sub_mch_id"]),
          by: String(raw["by_whom"]),
          reason: String(raw["reason"]),
          since: Number(raw["since"]),
        })),
    ),
  });
});

export const layer = (options?: Options): Layer.Layer<Refunds, never, RefundStore | Merchants | Signalling> =>
  Layer.effect(Refunds, make(options));
