/**
 * How the refunds of a file stand while the store's worker drives them, and whether there is anything left to wait for. It is told of
 * every change and of the rows that are open; it calls nobody, and what becomes of a refund is not decided here.
 */
import { type Cause, isMerchants, type Truth } from "@wechat-refund/core/RefundProgress";
import type { Row } from "@wechat-refund/durable/RefundStore";
import * as States from "@wechat-refund/checkup/States";

/** What a run looks at, all of one moment: ms of a clock that is never set. */
export interface Look {
  readonly now: number;
  /** The file's rows for which a call was ever begun, and of which nothing is known. */
  readonly open: ReadonlyArray<Row>;
  /** What holds the whole merchant. */
  readonly held: Cause | undefined;
  /** Whether a person stopped its sends. */
  readonly paused: boolean;
  /** Whether the store is no longer where it was opened: who runs the same again would begin anew. */
  readonly gone: boolean;
}

/** Why a run ends although something is left to do: what a refund met, what holds the merchant, a person, or that nobody answers. */
export type Stopped =
  | { readonly by: "refusal"; readonly row: Row }
  | { readonly by: "held" | "paused" | "silence" | "gone" };

/** Nothing is left to wait for. */
export interface End {
  readonly stopped?: Stopped | undefined;
}

/** What every refund of the merchant would meet too. */
const stops: ReadonlySet<Cause> = new Set(["key", "certificate", "account"]);
/** As long as the last that is waited for rests, for what holds a merchant is looked into at once. */
const calm = 1500;

const known: ReadonlySet<Truth> = new Set(["Accepted", "Succeeded", "Closed", "Rejected", "NotMade", "Resolved"]);

/** Since when something of a row was, that was so many ms old when it was written. */
const ageOf = ({ now, progressAt }: Row, then: number | undefined): number =>
  then === undefined ? Number.POSITIVE_INFINITY : then + Math.max(0, now - progressAt);

export class Standing {
  private readonly stands = new Map<string, { readonly truth: Truth; readonly block: Cause | undefined }>();
  /** What is not known yet. */
  private readonly left = new Set<string>();
  private readonly started: number;
  private readonly within: number;
  private moved: number;
  private resting: number | undefined;

  constructor(now: number, within: number) {
    this.started = now;
    this.moved = now;
    this.within = within;
  }

  /** How a refund stands now, as it was recorded or as an event says. */
  set(outRefundNo: string, truth: Truth, block: Cause | undefined, now: number): void {
    this.stands.set(outRefundNo, { truth, block });
    if (!known.has(truth)) this.left.add(outRefundNo);
    else if (this.left.delete(outRefundNo)) this.moved = now;
  }

  has(outRefundNo: string): boolean {
    return this.stands.has(outRefundNo);
  }

  get total(): number {
    return this.stands.size;
  }

  /** How many are known, and nothing is left to do about them. */
  get known(): number {
    return this.stands.size - this.left.size;
  }

  count(state: States.State): number {
    let count = 0;
    for (const { block, truth } of this.stands.values()) if (States.of(truth, block) === state) count += 1;
    return count;
  }

  /** Whether nothing is left to wait for. */
  end({ gone, held, now, open, paused }: Look): End | undefined {
    if (gone) return { stopped: { by: "gone" } };
    if (this.left.size === 0) return {};
    const elapsed = now - this.started;
    const isOver = (row: Row): boolean => Math.min(ageOf(row, row.progress.first), elapsed) >= this.within;
    const stopping = open.find(
      (row) =>
        row.progress.open === undefined &&
        row.progress.block !== undefined &&
        stops.has(row.progress.block.cause) &&
        row.progress.block.refusal?.advice === "fix-account" &&
        // In this run, and not in one before.
        Math.min(ageOf(row, row.progress.sent), ageOf(row, row.progress.asked)) < elapsed,
    );
    if (stopping !== undefined) return { stopped: { by: "refusal", row: stopping } };
    // Nobody has answered for so long: those whose turn is to come would fare alike.
    const isSilent = now - this.moved >= this.within && open.some(isOver);
    const rests = (row: Row): boolean => {
      const { block, open, truth } = row.progress;
      if (open !== undefined) return false;
      if (held !== undefined || isSilent || (paused && truth === "Recorded")) return true;
      return (block !== undefined && !isMerchants(block.cause) && block.cause !== "overdue") || isOver(row);
    };
    const fresh = this.left.size - open.length;
    const isResting = open.every(rests) && (fresh <= 0 || held !== undefined || paused || isSilent);
    if (!isResting) {
      this.resting = undefined;
      return undefined;
    }
    this.resting ??= now;
    if (now - this.resting < Math.min(calm, this.within)) return undefined;
    if (held !== undefined) return { stopped: { by: "held" } };
    if (paused) return { stopped: { by: "paused" } };
    return fresh > 0 || open.some(({ progress }) => progress.truth === "Recorded")
      ? { stopped: { by: "silence" } }
      : {};
  }
}
