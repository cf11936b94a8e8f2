/**
 * What wakes whom, in this process and, where the database can carry it, in others: an accelerator and no more. Everything that waits here
 * looks again by itself before long.
 */
import * as Deferred from "effect/Deferred";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";

/** Something that happens again and again. */
export interface Signal {
  readonly now: () => void;
  /** Completes when it happens next, counted from this call: take it before you look, and wait after. */
  readonly next: () => Effect.Effect<void>;
}

export const signal = (): Signal => {
  let deferred = Deferred.makeUnsafe<void>();
  return {
    now: () => {
      const before = deferred;
      deferred = Deferred.makeUnsafe<void>();
      Deferred.doneUnsafe(before, Exit.void);
    },
    next: () => Deferred.await(deferred),
  };
};

/** What another process is told. */
export type Told = `due:${string}` | "changed" | "placed" | "merchants";

export interface Signals {
  /** A refund of a merchant number is due sooner than it was. */
  readonly due: (mchId: string) => Signal;
  /** A refund of any merchant number is. */
  readonly anyDue: Signal;
  /** Truth or block of a refund has changed. */
  readonly changed: Signal;
  /** Changes have got their positions. */
  readonly placed: Signal;
  /** A merchant was paused or may go on. */
  readonly merchants: Signal;
  /** Merchant numbers for which this process calls: of them no other need hear. */
  readonly mine: Set<string>;
  /** Wakes this process, and the others. */
  readonly tell: (told: Told) => Effect.Effect<void>;
  /** Wakes this process alone, for another has told it. */
  readonly hear: (told: string) => void;
}

/** `others`: tells the other processes; it may fail silently. */
export const make = (others: (told: Told) => Effect.Effect<void> = () => Effect.void): Signals => {
  const byMerchant = new Map<string, Signal>();
  const due = (mchId: string): Signal => {
    const made = byMerchant.get(mchId) ?? signal();
    byMerchant.set(mchId, made);
    return made;
  };
  const [anyDue, changed, merchants, placed] = [signal(), signal(), signal(), signal()];
  const hear = (told: string): void => {
    if (told === "changed") changed.now();
    else if (told === "placed") placed.now();
    else if (told === "merchants") merchants.now();
    else if (told.startsWith("due:")) {
      due(told.slice(4)).now();
      anyDue.now();
    }
  };
  const mine = new Set<string>();
  const concernsOthers = (told: Told): boolean =>
    told === "placed" || told === "merchants" || (told.startsWith("due:") && !mine.has(told.slice(4)));
  return {
    mine,
    due,
    anyDue,
    changed,
    placed,
    merchants,
    hear,
    tell: (told) =>
      Effect.suspend(() => {
        hear(told);
        return concernsOthers(told) ? others(told) : Effect.void;
      }),
  };
};
