/**
 * What holds one merchant: a cause that no call of it escapes, such as no money. Few calls leave meanwhile, each a probe for all; what a
 * success proves wrong is lifted.
 */
import type { Ended, Held } from "../Pace.ts";
import type { MerchantCause } from "./observed.ts";

const hour = 3_600_000;
const betweenSends = hour;
const betweenAsks = hour / 4;
/** So long after the last probe another may leave because a person wants it; twice as long each time that it did not help. */
const betweenWishes = 10_000;
/**
 * What nobody signed may be anybody's: it holds when it has been said for so long while other calls of the merchant succeeded. Where
 * nothing succeeds it is an outage, whose end is looked for much sooner than once an hour.
 */
const unsignedMillis = 600_000;

interface Known {
  readonly since: number;
  readonly message: string;
  /** The call that showed it. */
  readonly by: "send" | "ask";
  last: number;
  held: boolean;
  othersSucceeded: boolean;
}

/** The query needs no certificate and no money, and what a send showed of key or account a query does not disprove. */
const liftedByAsk = (cause: MerchantCause, { by }: Known): boolean =>
  by === "ask" && (cause === "key" || cause === "account");

export class Causes {
  private readonly known = new Map<MerchantCause, Known>();
  private shown: MerchantCause | undefined;
  private nextSend = -Infinity;
  private nextAsk = -Infinity;
  /** The last send that left meanwhile, how long after it one may be wished for, and whether one is. */
  private sends = { last: -Infinity, patience: betweenWishes, isWished: false };
  private before = this.sends;

  get holds(): boolean {
    return this.shown !== undefined;
  }

  held(now: number): Held | undefined {
    const known = this.shown === undefined ? undefined : this.known.get(this.shown);
    return this.shown === undefined || known === undefined
      ? undefined
      : { cause: this.shown, message: known.message, sinceMillis: now - known.since };
  }

  /** Whether another cause is shown now. */
  report(cause: MerchantCause, message: string, signed: boolean, by: "send" | "ask", now: number): boolean {
    const before = this.known.get(cause);
    // What was said long ago, and not again, begins anew.
    const goesOn = before !== undefined && (before.held || now - before.last < unsignedMillis);
    const known: Known = {
      since: goesOn ? before.since : now,
      message,
      by: goesOn && before.by === "send" ? "send" : by,
      last: now,
      held: goesOn && before.held,
      othersSucceeded: goesOn && before.othersSucceeded,
    };
    this.known.delete(cause);
    this.known.set(cause, known);
    known.held ||= signed || (known.othersSucceeded && now - known.since >= unsignedMillis);
    return this.show();
  }

  succeeded(call: "send" | "ask"): boolean {
    for (const [cause, known] of this.known) {
      if (call === "send" || liftedByAsk(cause, known)) this.known.delete(cause);
      else known.othersSucceeded = true;
    }
    return this.show();
  }

  /** When a call may leave. */
  next(call: "send" | "ask"): number {
    if (this.shown === undefined) return -Infinity;
    return call === "send" ? this.nextSend : this.nextAsk;
  }

  /** A person says that it is mended. Whether a send may leave sooner than it might have. */
  wish(): boolean {
    const at = this.sends.last + this.sends.patience;
    if (this.shown === undefined || at >= this.nextSend) return false;
    this.nextSend = at;
    this.sends = { ...this.sends, isWished: true };
    return true;
  }

  /** A call leaves, for all. */
  probe(call: "send" | "ask", now: number): void {
    if (this.shown === undefined) return;
    if (call === "ask") {
      this.nextAsk = now + betweenAsks;
      return;
    }
    const { isWished, patience } = this.sends;
    this.before = this.sends;
    this.sends = { last: now, patience: isWished ? Math.min(betweenSends, 2 * patience) : patience, isWished: false };
    this.nextSend = now + betweenSends;
  }

  /** Only a call that was never made is given back: one that was not sent is a sign too, as of a certificate. */
  giveBack(call: "send" | "ask", begun: number): void {
    if (call === "send" && this.sends.last === begun) {
      this.sends = this.before;
      this.nextSend = begun;
    }
    if (call === "ask" && this.nextAsk === begun + betweenAsks) this.nextAsk = begun;
  }

  private show(): boolean {
    const before = this.shown;
    this.shown = undefined;
    for (const [cause, { held }] of this.known) if (held) this.shown = cause;
    if (before === undefined) {
      this.nextSend = this.nextAsk = -Infinity;
      this.sends = { last: -Infinity, patience: betweenWishes, isWished: false };
    }
    return this.shown !== before;
  }
}

/** Whether the gateway spoke. */
export const isAnswer = (how: Ended): boolean => how === "ok" || how === "failed" || how === "limited";
