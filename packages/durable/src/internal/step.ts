/**
 * One refund, once: waits for its turn, begins a call in the store, makes it, and stores what came of it. What to do is said by
 * `RefundProgress`, when by `Pace`; here it is done.
 */
import { heard, reportTo, succeededTo, tellBlock, turnOf } from "@wechat-refund/core/Driving";
import * as Pace from "@wechat-refund/core/Pace";
import type { Registered } from "@wechat-refund/core/Merchants";
import type { RefundError } from "@wechat-refund/core/RefundError";
import {
  isFinal,
  type MerchantCause,
  next,
  type Observation,
  observe,
  ofAsk,
  ofSend,
  type Progress,
} from "@wechat-refund/core/RefundProgress";
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import * as SqlError from "effect/sql/SqlError";
import * as Schedule from "effect/Schedule";
import { betweenRefundsOfAnOrder, type Change, type Proof, type RefundStore, type Row } from "../RefundStore.ts";
import { type Calls, captured } from "./calls.ts";
import { said } from "./said.ts";
import { monotonic } from "./monotonic.ts";
import type { Trust } from "./trust.ts";

/** What a step needs of the merchant that it is for. */
export interface Sub {
  readonly registered: Registered;
  readonly lane: Pace.Lane;
  readonly calls: Calls;
  /** Whether a person has stopped its sends. */
  readonly isPaused: () => boolean;
}

export interface Around {
  readonly store: RefundStore["Service"];
  readonly trust: Trust;
  readonly owner: string;
  /** Of the lease on the merchant. */
  readonly leaseEpoch: number;
  /** Whether that lease is good for a while yet: asked in the moment before a call leaves. */
  readonly mayCall: () => boolean;
  /** ms that a call may take; its row is another's a quarter of that later. */
  readonly limit: number;
  /** Whether others of its queue are due and have no place to wait in. */
  readonly isCrowded: () => boolean;
  /** When the merchant's last outage ended, by the store's clock; −∞ where there was none. */
  readonly recoveredAt: () => number;
  /** Completes when nothing more is to be begun. */
  readonly stop: Effect.Effect<void>;
  /** Completes when this process may no longer call for the merchant: what is under way is given up. */
  readonly cut: Effect.Effect<void>;
  /** The row was written: when it is due again, in ms, if ever; and whether others may see a change. */
  readonly written: (row: Row, changed: boolean) => Effect.Effect<void>;
  /** Its call is under way, so that another row may wait in its place. */
  readonly left: Effect.Effect<void>;
  /** A while, after which what failed may be tried again: a database that only reads would be asked without end. */
  readonly rest: Effect.Effect<void>;
  /** The begin of a call was not stored, for row or merchant were not as they were read. */
  readonly refused: Effect.Effect<void>;
  readonly lift: (row: Row) => Effect.Effect<void>;
  /** A statement that was tried: for the watch over the database. */
  readonly tried: (granted: boolean) => Effect.Effect<void>;
  /** Named points of a refund's way, at which a test stops the process. */
  readonly at: (point: string) => Effect.Effect<void>;
}

/** While the database is away, soon and then each two seconds; whoever was fenced meanwhile is told so by the row. */
const patiently = Schedule.min([Schedule.exponential("100 millis"), Schedule.spaced("2 seconds")]);

/** As long as a row waits for its turn in memory, and is then put off: what is slow must not keep others from being looked at. */
const patience = 5000;

const whats: Readonly<Record<Observation["_tag"], string>> = {
  Passed: "looked at",
  Begun: "begun",
  Loaded: "taken up again",
  NotSent: "not sent",
  Unanswered: "no answer",
  Accepted: "accepted",
  Refused: "refused",
  Found: "found",
  NoSuchRefund: "no such refund",
  OtherRefund: "another refund",
  AskFailed: "query failed",
  Noticed: "notice",
  Reachable: "reachable",
  Held: "merchant held",
  Lifted: "merchant lifted",
  Cancel: "cancel",
  GoOn: "go on",
  StartAgain: "start again",
  Resolve: "resolved",
};

/** A line of the history for an answer; a record that says the same once more is none. */
const noteOf = (call: "send" | "ask", observation: Observation): Pick<Change, "what" | "detail" | "quiet"> => ({
  what: `${call}: ${whats[observation._tag]}`,
  quiet: observation._tag === "Found",
  ...(("refusal" in observation && observation.refusal !== undefined) || "status" in observation
    ? {
        detail: {
          ...("status" in observation && { status: observation.status }),
          ...("refusal" in observation && observation.refusal !== undefined && { refusal: observation.refusal }),
        },
      }
    : {}),
});

/** What is to be kept for a dispute: the reply that changed what is known. */
const provingOf = (before: Progress, after: Progress, proof: Proof | undefined): { readonly proof?: Proof } =>
  proof !== undefined && before.truth !== after.truth ? { proof } : {};

type Answer = Result.Result<{ readonly refundId: string }, RefundError> | undefined;

export const step = Effect.fnUntraced(function* (around: Around, sub: Sub, read: Row) {
  const {
    at,
    cut,
    isCrowded,
    leaseEpoch,
    left,
    lift,
    limit,
    mayCall,
    owner,
    recoveredAt,
    refused,
    rest,
    stop,
    store,
    tried,
    trust,
    written,
  } = around;
  const { calls, isPaused, lane } = sub;
  const { outRefundNo } = read;
  let row = read;
  let mark = yield* monotonic;
  let progress = trust.aged(read.progress, read.progressAt, read.now);
  // It waits for a gateway that has come back meanwhile.
  if (read.progressAt < recoveredAt()) progress = observe(progress, { _tag: "Reachable" });
  // Only what nobody carries on is due while a call of it is open.
  let what: Pick<Change, "what" | "detail" | "quiet"> = { what: "looked at", quiet: true };
  if (progress.open !== undefined) {
    what = { what: "taken up again" };
    progress = observe(progress, { _tag: "Loaded" });
  }

  const pass = Effect.gen(function* () {
    const now = yield* monotonic;
    progress = observe(progress, { _tag: "Passed", millis: now - mark, clock: "monotonic" });
    mark = Math.max(mark, now);
  });

  /** Writes what is known, unless somebody else has written: then it is read again when it is due. */
  const put = Effect.fnUntraced(function* (notBefore?: number) {
    const before = row.progress;
    const wrote = yield* store.write(row, { ...what, progress, notBefore });
    yield* tried(false);
    if (wrote === undefined) return;
    yield* tellBlock(outRefundNo, before, wrote.progress);
    yield* written(wrote, before.truth !== wrote.progress.truth || before.block?.cause !== wrote.progress.block?.cause);
  });

  const enough = Effect.gen(function* () {
    do yield* Effect.sleep(patience);
    while (!isCrowded());
  });

  const finish = Effect.fnUntraced(function* (
    begun: Row,
    call: "send" | "ask",
    observation: Observation,
    answer: Answer,
    proof: Proof | undefined,
  ) {
    const ended = yield* monotonic;
    const accepted = answer !== undefined && Result.isSuccess(answer) ? answer.success.refundId : undefined;
    // The first one stays, and what a query finds is held against it.
    const idOf = ({ refundId }: Row) =>
      accepted !== undefined && refundId === undefined ? { refundId: accepted } : {};
    const changeOf = (from: Row): Change => {
      const aged = observe(from.progress, { _tag: "Passed", millis: ended - mark, clock: "monotonic" });
      const after = observe(aged, observation);
      const hold = lane.held();
      return {
        ...noteOf(call, observation),
        progress: after,
        ...provingOf(from.progress, after, proof),
        ...idOf(from),
        // It holds from the moment on in which what showed it is stored.
        ...("cause" in observation &&
          observation.cause !== undefined &&
          observation.cause === hold?.cause && { held: { cause: hold.cause, message: hold.message, call } }),
      };
    };
    const isThere = observation._tag === "Accepted" || observation._tag === "Found";
    /** A person ended it while the call was under way: that stays so, and what came of the call is kept beside it. */
    const besideOf = (ended: Row): Change => ({
      ...noteOf(call, observation),
      quiet: false,
      progress: ended.progress,
      ...idOf(ended),
      ...(isThere && proof !== undefined && { proof }),
    });
    const wrote = yield* Effect.gen(function* () {
      const soon = yield* store.write(begun, changeOf(begun));
      yield* tried(false);
      if (soon !== undefined) return { before: begun, after: soon };
      // A notice or a person wrote meanwhile, or somebody took it over.
      let before: Row | undefined;
      const after = yield* store.update(begun, (current) => {
        const isMine = current.epoch === begun.epoch && current.progress.open !== undefined;
        const isResolved = current.epoch === begun.epoch && current.progress.truth === "Resolved";
        before = isMine || isResolved ? current : undefined;
        return Effect.succeed(isMine ? changeOf(current) : isResolved ? besideOf(current) : undefined);
      });
      return before === undefined || after === undefined ? undefined : { before, after };
    }).pipe(
      Effect.tapError((error) =>
        Effect.logWarning(
          `refund ${outRefundNo}: what came of it cannot be stored yet: ${SqlError.isSqlError(error) ? said(error) : error.message}`,
        ),
      ),
      Effect.retry({ schedule: patiently, while: SqlError.isSqlError }),
      // Who is told to stop may stop here: the row says that a call is open, and the next one asks.
      Effect.interruptible,
      Effect.orDie,
    );
    yield* at("stored");
    if (wrote === undefined) {
      yield* Effect.logWarning(
        `refund ${outRefundNo}: another process has taken it over; what came of this call is asked for again`,
      );
      return;
    }
    const { after, before } = wrote;
    if (before.progress.truth === "Resolved" && isThere) {
      yield* Effect.logError(
        `refund ${outRefundNo} was resolved while a call of it was under way, and WeChat Pay has accepted it: see that the money does not go twice`,
      );
    }
    if (accepted !== undefined && after.refundId !== undefined && accepted !== after.refundId) {
      yield* Effect.logError(
        `refund ${outRefundNo} was accepted as ${after.refundId}, and its repetition as ${accepted}: see that the money does not go twice`,
      );
    }
    yield* tellBlock(outRefundNo, before.progress, after.progress);
    if (isFinal(after.progress)) {
      yield* Effect.logInfo(`refund ${outRefundNo} is ${after.progress.truth}`).pipe(
        Effect.annotateLogs({ "wechat.out_refund_no": outRefundNo, "wechat.truth": after.progress.truth }),
      );
    }
    yield* written(
      after,
      before.progress.truth !== after.progress.truth || before.progress.block?.cause !== after.progress.block?.cause,
    );
  });

  /** Looks for what a call needs: nothing more is to be begun, or why it cannot be made here, where that is so. */
  const readied = (call: "send" | "ask"): Effect.Effect<"stop" | RefundError | undefined> => {
    const ready = calls.ready(row, call);
    return ready === undefined
      ? Effect.undefined
      : Effect.raceAllFirst([ready, Effect.as(Effect.sleep(limit), undefined), Effect.as(stop, "stop" as const)]);
  };

  /**
   * It cannot be called for here. Of the gateway that says nothing, so it takes no turn, no lane hears of it and no other refund is held up; and
   * it is told once.
   */
  const without = (call: "send" | "ask", error: RefundError, notBefore?: number) => {
    const observation = call === "send" ? ofSend(Result.fail(error)) : ofAsk(Result.fail(error));
    progress = observe(observe(progress, { _tag: "Begun", call }), observation);
    what = { ...noteOf(call, observation), quiet: true };
    return put(notBefore);
  };

  const make = Effect.fnUntraced(function* (reserved: Pace.Reserved) {
    const { call } = reserved;
    // A call leaves when it is begun, for by the begin others of its order count their minute: what it needs, and has lost or not got while
    // it waited for its turn, is looked for before.
    const missing = yield* Effect.interruptible(readied(call));
    if (missing === "stop") return;
    yield* pass;
    if (missing !== undefined) {
      reserved.giveBack();
      return yield* without(call, missing);
    }
    const claim = {
      ...what,
      what: call === "send" ? "send: begun" : "ask: begun",
      quiet: call === "ask" && what.quiet === true,
      progress: observe(progress, { _tag: "Begun", call }),
      call,
      owner,
      leaseEpoch,
      lease: limit * 1.25,
    } as const;
    yield* at("granted");
    yield* tried(true);
    const begun = yield* store.begin(row, claim).pipe(
      Effect.catchTag("SqlError", (error) =>
        // Whether it was committed is not known; that nothing was sent is.
        Effect.gen(function* () {
          reserved.giveBack();
          yield* tried(false);
          yield* Effect.logWarning(`refund ${outRefundNo}: the begin of a call cannot be stored: ${said(error)}`);
          const now = yield* Effect.interruptible(
            Effect.retry(store.find(row), { schedule: patiently, while: SqlError.isSqlError }),
          );
          if (now?.owner === owner && now.epoch === row.epoch + 1) {
            yield* finish(now, call, { _tag: "NotSent" }, undefined, undefined);
          }
          yield* Effect.interruptible(rest);
          return undefined;
        }),
      ),
    );
    yield* tried(false);
    if (begun === undefined) {
      reserved.giveBack();
      // Somebody has written it, or has paused the merchant, or it is not ours any more; read again in the same moment it would look the same.
      yield* refused;
      return yield* Effect.interruptible(Effect.sleep(200));
    }
    if ("_tag" in begun) {
      reserved.giveBack();
      return yield* put(begun.millis);
    }
    row = begun;
    mark = yield* monotonic;
    yield* left;
    yield* at("begun");
    // The process may have stood still since: another may call for this merchant by now.
    if (!mayCall()) {
      reserved.giveBack();
      return yield* finish(row, call, { _tag: "NotSent" }, undefined, undefined);
    }
    const permit = reserved.leave();
    yield* Effect.ensuring(
      called(permit),
      Effect.sync(() => permit.end("unanswered")),
    );
  });

  const called = Effect.fnUntraced(function* (permit: Pace.Permit) {
    const { call } = permit;
    const { proof, run } = captured<{ readonly refundId: string }, RefundError>(
      call === "send" ? calls.send(row) : calls.ask(row),
      mayCall,
    );
    const answer: Answer = yield* Effect.result(run).pipe(
      Effect.raceFirst(Effect.as(Effect.raceFirst(Effect.sleep(limit), cut), undefined)),
      Effect.interruptible,
    );
    permit.end(answer === undefined ? "unanswered" : Result.isSuccess(answer) ? "ok" : Pace.endedOf(answer.failure));
    yield* at("answered");
    const observation: Observation =
      answer === undefined
        ? { _tag: "Unanswered", limited: false }
        : call === "send"
          ? ofSend(answer as Parameters<typeof ofSend>[0])
          : ofAsk(answer as Parameters<typeof ofAsk>[0]);
    const held: MerchantCause | undefined = lane.held()?.cause;
    reportTo(lane, call, observation);
    yield* finish(row, call, observation, answer, proof(call));
    succeededTo(lane, call, observation);
    if (held !== undefined && lane.held() === undefined) yield* lift(row);
  });

  let isReady = false;
  for (;;) {
    yield* pass;
    const news = heard(progress, lane.held()?.cause);
    if (news !== undefined) {
      progress = observe(progress, news);
      what = { what: `merchant: ${whats[news._tag]}`, quiet: true };
      // Shown before it waits, perhaps for an hour, for its turn to try.
      if (news._tag === "Held") return yield* put();
    }
    const now = next(progress);
    if (now._tag === "Wait" || now._tag === "Rest" || now._tag === "Busy") return yield* put();
    const since = row.orderSentAt === undefined ? Infinity : row.now - row.orderSentAt;
    if (now._tag === "Send" && isPaused()) return yield* put(60_000);
    if (now._tag === "Send" && since < betweenRefundsOfAnOrder) return yield* put(betweenRefundsOfAnOrder - since);
    const call = now._tag === "Send" ? "send" : "ask";
    const lacking = calls.lacks(row, call);
    // Only a new process can change it, so it is looked at seldom.
    if (lacking !== undefined) return yield* without(call, lacking, 900_000);
    // Many that wait for the same take their turns when it is there.
    if (!isReady && calls.ready(row, call) !== undefined) {
      isReady = true;
      const missing = yield* readied(call);
      if (missing !== undefined && missing !== "stop") {
        yield* pass;
        return yield* without(call, missing);
      }
      continue;
    }
    if (progress.poke === "go" && now._tag === "Send") lane.wish();
    const maySend = !isPaused() && since >= betweenRefundsOfAnOrder;
    const turn = turnOf(now._tag, progress, {
      outRefundNo,
      maySend,
      ...(row.orderNo !== "" && { order: row.orderNo }),
    });
    const box: { reserved?: Pace.Reserved } = {};
    // A turn that has come is kept, whatever else happened in the same moment.
    const taken = Effect.uninterruptibleMask((restore) =>
      Effect.map(restore(lane.reserve(turn)), (reserved) => void (box.reserved = reserved)),
    );
    const gone = yield* Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        const woken = yield* restore(
          Effect.raceAllFirst([
            taken,
            Effect.as(lane.changed, "changed" as const),
            Effect.as(stop, "stop" as const),
            // One that waits for long gives its place to others, and is looked at again soon.
            Effect.as(enough, "patience" as const),
          ]),
        ).pipe(Effect.onInterrupt(() => Effect.sync(() => box.reserved?.giveBack())));
        const { reserved } = box;
        if (reserved === undefined) {
          if (woken === "patience") yield* put(patience);
          return woken !== "changed";
        }
        yield* Effect.ensuring(
          make(reserved),
          Effect.sync(() => reserved.giveBack()),
        );
        return true;
      }),
    );
    if (gone) return;
  }
});
