/** What is learned of the calls: which kinds fail, and which way to ask after a doubt fails more rarely. */
import type { Turn } from "../Pace.ts";
import { Share, type Waiting, whole } from "./failing.ts";

/** Calls that fail alike wait together. `question` has two ways, of which it learns. */
export interface Group {
  readonly send: Share;
  readonly ask: Share;
  readonly question: boolean;
  /** Alternates between ways of which none is better. */
  sendNext: boolean;
  waiting: number;
}

export class Kinds {
  private readonly shares = new Map<string, Share>();
  private readonly groups = new Map<string, Group>();

  /** The way that fails more rarely; that of the query, where it hardly ever fails; in turn, where they are alike. */
  way(group: Group, now: number): "send" | "ask" {
    const send = group.send.fresh(now).likely;
    // Both ways are one then.
    if (!group.question) return "send";
    const ask = group.ask.fresh(now).likely;
    if (ask <= 0.02) return "ask";
    if (Math.abs(send - ask) < 0.05) return group.sendNext ? "send" : "ask";
    return send < ask ? "send" : "ask";
  }

  of({ calls, kind = calls }: Turn): Group {
    const key = `${calls} ${kind}`;
    const known = this.groups.get(key);
    if (known !== undefined) return known;
    const question = calls === "question";
    const group: Group = {
      send: this.share(question ? `${kind}:send` : kind),
      ask: this.share(question ? `${kind}:ask` : kind),
      question,
      sendNext: false,
      waiting: 0,
    };
    this.groups.set(key, group);
    return group;
  }

  private share(kind: string): Share {
    const share = this.shares.get(kind) ?? new Share();
    this.shares.set(kind, share);
    return share;
  }

  /** After an outage other calls fail than before it. */
  forget(): void {
    for (const share of this.shares.values()) share.forget();
  }

  /** Who waits, and what the least of them needs. */
  waiting(now: number): Waiting & { readonly least: number } {
    const waiting = { small: 0, whole: false, least: whole };
    for (const group of this.groups.values()) {
      if (group.waiting === 0) continue;
      const { cost } = group[this.way(group, now)];
      if (cost < whole) waiting.small += cost * group.waiting;
      else waiting.whole = true;
      waiting.least = Math.min(waiting.least, cost);
    }
    return waiting;
  }
}
