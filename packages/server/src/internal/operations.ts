/**
 * What callers may do, for the API and for the operator's pages alike: whom a caller sees, what is read and what is done. Both only write
 * their answers in their own form, so that neither has rules that the other has not.
 */
import { Merchants, type Registered } from "@wechat-refund/core/Merchants";
import { isDay } from "@wechat-refund/core/RefundBill";
import { type Act, type Cause, type Truth } from "@wechat-refund/core/RefundProgress";
import { type Event, Events } from "@wechat-refund/durable/Events";
import * as Listing from "@wechat-refund/durable/Listing";
import * as Looking from "@wechat-refund/durable/Looking";
import { Reconciler } from "@wechat-refund/durable/Reconciler";
import type * as Reconciliations from "@wechat-refund/durable/Reconciliations";
import { type Person, type Refund, Refunds } from "@wechat-refund/durable/Refunds";
import { RefundStore } from "@wechat-refund/durable/RefundStore";
import * as Effect from "effect/Effect";
import { Caller } from "../Access.ts";
import type { Action } from "../Forms.ts";
import { NotFound } from "../Problems.ts";
import { everyMerchant, maySee, type Principal } from "../Tokens.ts";
import { Webhooks } from "../Webhooks.ts";
import { answered } from "./answered.ts";
import { unknown } from "./starting.ts";
import { actionsOf, names } from "./views.ts";
import * as watching from "./watching.ts";
import { sees as seesWebhook } from "./webhooks/handlers.ts";

const noSuchRefund = (): NotFound =>
  new NotFound({ detail: "there is no such refund of this merchant, or the token may not see the merchant" });

const noSuchDay = (): NotFound =>
  new NotFound({
    detail: "there is no such day of this merchant number, or the token may not see all merchants of it",
  });

/** What is none cannot be in the store, and need not be looked for. */
const isNumber = (outRefundNo: string): boolean => /^[0-9A-Za-z_\-|*@]{1,64}$/.test(outRefundNo);

/** The acts as `Refunds` calls them. */
const calls = { cancel: "cancel", "go-on": "goOn", resolve: "resolve", "start-again": "startAgain" } as const;

/** A refund by its merchant's name and its number. */
export interface Named {
  readonly merchant: string;
  readonly outRefundNo: string;
}

/** Which refunds, of a merchant by its name where one is named. */
export type Wanted = Omit<Listing.Filter, "whose" | "mchId" | "subMchId"> & { readonly merchant?: string | undefined };

/** What of a merchant one cause blocks. */
export interface Blocked {
  readonly mchId: string;
  readonly subMchId: string;
  /** Its name in the configuration; nothing can be done for one that stands there no more. */
  readonly merchant: string | undefined;
  readonly cause: Cause;
  readonly count: number;
  readonly sums: ReadonlyArray<{ readonly currency: string; readonly amount: number }>;
  readonly since: number | undefined;
  /** What the gateway said of the first of them. */
  readonly first: Refund | undefined;
  /** What a person may do with them, by the first of each state. */
  readonly actions: ReadonlyArray<Action>;
}

/** More than a person looks through at once; the list has the others. */
const mostBlocked = 100;

export const make = Effect.gen(function* () {
  const store = yield* Refunds;
  const events = yield* Events;
  const { database } = yield* RefundStore;
  const reconciler = yield* Reconciler;
  const webhooks = yield* Webhooks;
  const { all } = yield* Merchants;
  const merchants = names(all);
  const watch = yield* watching.make;

  const visible = Effect.fnUntraced(function* (name: string) {
    const found = maySee(yield* Caller, name) ? all.find((one) => one.name === name) : undefined;
    return found ?? (yield* unknown());
  });

  /** The rows that a caller sees: of the merchant that is asked for, of those of the token, or all. */
  const filterOf = Effect.fnUntraced(function* ({ merchant, ...wanted }: Wanted) {
    const caller = yield* Caller;
    const only = merchant === undefined ? undefined : [yield* visible(merchant)];
    if (only === undefined && caller.merchants.has(everyMerchant)) return wanted satisfies Listing.Filter;
    const whose = (only ?? merchants.of(caller)).map(({ merchant: { mchId, subMchId = "" } }) => ({ mchId, subMchId }));
    return { ...wanted, whose } satisfies Listing.Filter;
  });

  /** Whether the caller may see every merchant of a number. */
  const seesAll = (caller: Principal, mchId: string): boolean => {
    if (caller.merchants.has(everyMerchant)) return true;
    const own = all.filter(({ merchant }) => merchant.mchId === mchId);
    return own.length > 0 && own.every(({ name }) => maySee(caller, name));
  };
  const seenNumbers = (caller: Principal): ReadonlyArray<string> | undefined =>
    caller.merchants.has(everyMerchant)
      ? undefined
      : [...new Set(all.map(({ merchant }) => merchant.mchId))].filter((mchId) => seesAll(caller, mchId));

  const person = Effect.fnUntraced(function* <E, R>(reason: Effect.Effect<string, E, R>) {
    const caller = yield* Caller;
    return { by: caller.name, reason: yield* reason } satisfies Person;
  });

  const day = Effect.fnUntraced(function* (mchId: string, date: string) {
    if (!isDay(date) || !seesAll(yield* Caller, mchId)) return yield* noSuchDay();
    return (yield* answered(reconciler.find(mchId, date))) ?? (yield* noSuchDay());
  });

  return {
    names: merchants,
    visible,
    seesAll,

    find: Effect.fnUntraced(function* ({ merchant, outRefundNo }: Named) {
      const registered = yield* visible(merchant);
      const refund = isNumber(outRefundNo) ? yield* answered(store.find(registered.name, outRefundNo)) : undefined;
      if (refund === undefined) return yield* noSuchRefund();
      return { registered, refund, history: yield* answered(store.history(registered.name, outRefundNo)) };
    }),

    list: Effect.fnUntraced(function* (wanted: Wanted, page: { readonly after?: string; readonly limit: number }) {
      return yield* answered(store.list(yield* filterOf(wanted), page));
    }),

    /** How many refunds and of how much, by currency. */
    count: Effect.fnUntraced(function* (wanted: Wanted) {
      return yield* answered(store.count(yield* filterOf(wanted)));
    }),

    /** As `count`, where there are no more than `most`. */
    countUpTo: Effect.fnUntraced(function* (wanted: Wanted, most: number) {
      return yield* answered(Listing.countUpTo(database, yield* filterOf(wanted), most));
    }),

    /** What a person does with a refund; the reason is read once it is known whose the refund is. */
    act: Effect.fnUntraced(function* <E, R>(
      action: Action,
      { merchant, outRefundNo }: Named,
      reason: Effect.Effect<string, E, R>,
    ) {
      const { name } = yield* visible(merchant);
      if (!isNumber(outRefundNo)) return yield* noSuchRefund();
      const who = yield* person(reason);
      const refund = yield* answered(store[calls[action]](name, outRefundNo, who));
      yield* Effect.logInfo(`${action} of refund ${outRefundNo} of ${name} by ${who.by}`);
      return refund;
    }),

    /** The same for all that a filter finds, `most` at most, each as far as it is permitted; tells for how many it did something. */
    actOnAll: Effect.fnUntraced(function* <E, R>(
      action: Action,
      wanted: Wanted,
      reason: Effect.Effect<string, E, R>,
      most: number,
    ) {
      const filter = yield* filterOf(wanted);
      const who = yield* person(reason);
      const done = yield* answered(store.actOnAll(calls[action], filter, who, { most }));
      yield* Effect.logInfo(`${action} of ${done} refunds by ${who.by}`);
      return done;
    }),

    pause: Effect.fnUntraced(function* <E, R>(
      action: "pause" | "resume",
      merchant: string,
      reason: Effect.Effect<string, E, R>,
    ) {
      const registered = yield* visible(merchant);
      const who = yield* person(reason);
      yield* answered(store[action](registered.name, who));
      yield* Effect.logInfo(`${action} of merchant ${registered.name} by ${who.by}: ${who.reason}`);
      return registered;
    }),

    /** The merchants that the caller sees. */
    seen: Effect.map(Caller, merchants.of),

    /** Each with who paused it and what holds it, by the store: another process may call for it. */
    standing: Effect.fnUntraced(function* (seen: ReadonlyArray<Registered>) {
      const paused = yield* answered(store.paused);
      const held = yield* answered(Looking.held(database));
      return seen.map((registered) => {
        const { mchId, subMchId = "" } = registered.merchant;
        const isIts = (one: { readonly mchId: string; readonly subMchId: string }): boolean =>
          one.mchId === mchId && one.subMchId === subMchId;
        return { registered, paused: paused.find(isIts), held: held.find(isIts) };
      });
    }),

    totals: Effect.fnUntraced(function* (merchant: string | undefined) {
      const caller = yield* Caller;
      if (merchant !== undefined) yield* visible(merchant);
      const totals = yield* answered(store.totals);
      return totals.filter(
        (of) => merchants.sees(caller, of) && (merchant === undefined || merchants.nameOf(of) === merchant),
      );
    }),

    /** What waits for a person, by merchant and cause, the most of it first. */
    blocked: Effect.fnUntraced(function* (merchant?: string) {
      const caller = yield* Caller;
      if (merchant !== undefined) yield* visible(merchant);
      interface Group {
        readonly mchId: string;
        readonly subMchId: string;
        readonly cause: Cause;
        readonly truths: Set<Truth>;
        readonly sums: Map<string, number>;
        count: number;
      }
      const groups = new Map<string, Group>();
      for (const { amount, block, count, currency, mchId, subMchId, truth } of yield* answered(store.totals)) {
        const of = { mchId, subMchId };
        if (block === undefined || !merchants.sees(caller, of)) continue;
        if (merchant !== undefined && merchants.nameOf(of) !== merchant) continue;
        const key = JSON.stringify([mchId, subMchId, block]);
        const group = groups.get(key) ?? { ...of, cause: block, truths: new Set(), sums: new Map(), count: 0 };
        groups.set(key, group);
        group.truths.add(truth);
        group.count += count;
        group.sums.set(currency, (group.sums.get(currency) ?? 0) + amount);
      }
      const shown = [...groups.values()].sort((a, b) => b.count - a.count).slice(0, mostBlocked);
      const blocked = yield* Effect.forEach(
        shown,
        ({ cause, count, mchId, subMchId, sums, truths }) =>
          Effect.map(
            Effect.forEach(truths, (truth) =>
              answered(Looking.firstOf(database, { mchId, subMchId, truth, block: cause })),
            ),
            (all): Blocked => {
              const firsts = all.filter((first) => first !== undefined).sort((a, b) => a.since - b.since);
              const permitted = new Set(firsts.flatMap(({ refund }): ReadonlyArray<Act> => [...refund.permitted]));
              return {
                mchId,
                subMchId,
                merchant: merchants.nameOf({ mchId, subMchId }),
                cause,
                count,
                sums: [...sums].map(([currency, amount]) => ({ currency, amount })),
                since: firsts[0]?.since,
                first: firsts[0]?.refund,
                actions: actionsOf(permitted),
              };
            },
          ),
        { concurrency: 10 },
      );
      return { blocked, more: groups.size - shown.length };
    }),

    /** What proves how a refund stands. */
    proofs: ({ mchId, outRefundNo, subMchId }: Refund) =>
      answered(Looking.proofs(database, { mchId, outRefundNo, subMchId })),

    /** What bills have otherwise than the books about a refund; nothing for who may not see all of the merchant number's. */
    differencesOf: Effect.fnUntraced(function* ({ mchId, outRefundNo, subMchId }: Refund) {
      if (!seesAll(yield* Caller, mchId)) return undefined;
      return yield* answered(Looking.differences(database, { mchId, outRefundNo, subMchId }));
    }),

    /** Where the application hears of its refunds, and how that goes. */
    webhooks: Effect.fnUntraced(function* () {
      const caller = yield* Caller;
      return (yield* answered(webhooks.list)).filter((one) => seesWebhook(caller, one));
    }),

    /** The position of the newest event, to hear of those after it. */
    newest: answered(events.newest),

    /** `now`: the caller, looked at again before an answer that was waited for. */
    events: Effect.fnUntraced(function* <E>({
      after,
      merchant,
      now,
      wait,
    }: {
      readonly after: number;
      readonly wait: number;
      readonly merchant: string | undefined;
      readonly now: Effect.Effect<Principal, E>;
    }) {
      if (merchant !== undefined) yield* visible(merchant);
      const sees = Effect.map(
        now,
        (caller) =>
          (event: Event): boolean =>
            merchants.sees(caller, event) && (merchant === undefined || merchants.nameOf(event) === merchant),
      );
      return yield* watch({ after, wait, sees });
    }),

    days: Effect.fnUntraced(function* (
      { mchId, ...filter }: Omit<Reconciliations.Filter, "mchIds"> & { readonly mchId?: string | undefined },
      page: Parameters<typeof reconciler.list>[1],
    ) {
      const caller = yield* Caller;
      if (mchId !== undefined && !seesAll(caller, mchId)) return yield* noSuchDay();
      const mchIds = mchId === undefined ? seenNumbers(caller) : [mchId];
      return yield* answered(reconciler.list({ ...filter, mchIds }, page));
    }),

    day,

    dayWithDifferences: Effect.fnUntraced(function* (
      mchId: string,
      date: string,
      page: { readonly after: number; readonly limit: number },
    ) {
      const found = yield* day(mchId, date);
      return { day: found, differences: yield* answered(reconciler.differences(found, page)) };
    }),
  };
});

export type Operations = Effect.Success<typeof make>;
