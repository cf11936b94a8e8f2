/**
 * For what a run waits, and for whom, so that the line on how far it is can say so. It is told of the calls and of what is known, and
 * decides nothing.
 */
import * as Pace from "@wechat-refund/core/Pace";
import type { RefundRequest } from "@wechat-refund/core/Refund";
import type { RefundError } from "@wechat-refund/core/RefundError";
import { type Cause, isMerchants, type Progress } from "@wechat-refund/core/RefundProgress";
import type { Say } from "../Language.ts";
import { shownNumber } from "../Print.ts";
import { orderOf } from "./Plan.ts";

/** A refund that is being driven. */
interface Driven {
  readonly order: string;
  /** When its call left that is under way. */
  calledAt?: number | undefined;
  /** How its last call failed. */
  failed?: Pace.Ended | undefined;
  block?: Cause | undefined;
  sent: boolean;
}

/** What is waited for: somebody's act, an answer, fewer calls, or the minute between refunds of an order. */
export type For = Cause | "answer" | "limit" | "order";

export interface Wait {
  readonly for: For;
  readonly outRefundNo: string;
  /** How many others wait for the same. */
  readonly more: number;
}

/** An answer usually takes less. */
const patience = 2000;
const betweenRefundsOfAnOrder = 60_000;

export class Waits {
  private readonly driven = new Map<string, Driven>();
  private readonly lastOf = new Map<string, { readonly by: string; readonly at: number }>();
  private held: { readonly cause: Cause; readonly by: string } | undefined;
  /** How many were left, whatever became of them. */
  done = 0;

  begun(request: RefundRequest): void {
    this.driven.set(request.outRefundNo, { order: orderOf(request), sent: false });
  }

  left(outRefundNo: string): void {
    if (this.driven.delete(outRefundNo)) this.done += 1;
  }

  called(outRefundNo: string, call: "send" | "ask", now: number): void {
    const driven = this.driven.get(outRefundNo);
    if (driven === undefined) return;
    driven.calledAt = now;
    if (call === "ask") return;
    driven.sent = true;
    this.lastOf.set(driven.order, { by: outRefundNo, at: now });
  }

  answered(outRefundNo: string, call: "send" | "ask", error: RefundError | undefined): void {
    if (error === undefined && call === "send") this.held = undefined;
    const driven = this.driven.get(outRefundNo);
    if (driven === undefined) return;
    driven.calledAt = undefined;
    driven.failed = error === undefined ? undefined : Pace.endedOf(error);
  }

  /** Told of every change of what is known of a refund. */
  known(outRefundNo: string, { block }: Pick<Progress, "block">): void {
    const driven = this.driven.get(outRefundNo);
    if (driven !== undefined) driven.block = block?.cause;
    // Who met it himself, and not who was only told.
    if (block?.refusal !== undefined && isMerchants(block.cause)) this.held = { cause: block.cause, by: outRefundNo };
  }

  /** What is waited for now: what needs a person comes first, what passes by itself last. */
  now(millis: number): Wait | undefined {
    if (this.held !== undefined) return { for: this.held.cause, outRefundNo: this.held.by, more: 0 };
    const found = new Map<For, { readonly outRefundNo: string; more: number }>();
    for (const [outRefundNo, driven] of this.driven) {
      const what = this.forWhat(outRefundNo, driven, millis);
      if (what === undefined) continue;
      const before = found.get(what);
      if (before === undefined) found.set(what, { outRefundNo, more: 0 });
      else before.more += 1;
    }
    const last: ReadonlyArray<For> = ["answer", "limit", "order"];
    const first = [...found.keys()].find((what) => !last.includes(what)) ?? last.find((what) => found.has(what));
    const wait = first === undefined ? undefined : found.get(first);
    return first === undefined || wait === undefined ? undefined : { for: first, ...wait };
  }

  private forWhat(outRefundNo: string, driven: Driven, now: number): For | undefined {
    const { block, calledAt, failed, order, sent } = driven;
    if (block !== undefined) return block;
    if (calledAt !== undefined && now - calledAt >= patience) return "answer";
    if (failed === "unanswered" || failed === "not-sent") return "answer";
    if (failed === "limited") return "limit";
    const last = this.lastOf.get(order);
    const isNext = last !== undefined && last.by !== outRefundNo && now - last.at < betweenRefundsOfAnOrder;
    return !sent && calledAt === undefined && isNext ? "order" : undefined;
  }
}

const whats = (say: Say): Readonly<Partial<Record<For, string>>> => ({
  answer: say("waiting for the gateway (no answer)", "等待微信支付答复（无应答）"),
  limit: say("waiting a minute, the gateway limits the calls", "微信支付限制请求频率，等待一分钟"),
  order: say("waiting for the minute between refunds of an order", "等待同一订单两笔退款之间的一分钟"),
});

/** A wait in words. */
export const show = (say: Say, wait: Wait): string => {
  const what = whats(say)[wait.for] ?? `${say("blocked: ", "受阻：")}${wait.for}`;
  const more = wait.more === 0 ? "" : say(` and ${wait.more} more`, ` 等 ${wait.more + 1} 笔`);
  return `${what}${say(", refund ", "，退款 ")}${shownNumber(wait.outRefundNo)}${more}`;
};
