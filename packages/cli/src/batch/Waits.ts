/**
 * For what a run waits, and for whom, so that the line on how far it is can say so: read from the rows of the store, as they stand. It
 * decides nothing.
 */
import type { Cause } from "@wechat-refund/core/RefundProgress";
import type { Row } from "@wechat-refund/durable/RefundStore";
import type { Say } from "@wechat-refund/checkup/Language";
import { shownNumber } from "../Print.ts";

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

/** For what a refund waits that is neither known nor about to be called for. */
const forWhat = ({ now, progress, progressAt }: Row): For | undefined => {
  const { asked, block, limited, open, row, sent } = progress;
  if (block !== undefined) return block.cause;
  if (open !== undefined) {
    const called = open === "send" ? sent : asked;
    return (called ?? 0) + now - progressAt >= patience ? "answer" : undefined;
  }
  if (limited) return "limit";
  return row > 0 ? "answer" : undefined;
};

/** What passes by itself, the more so the later it stands; everything else needs a person, and comes first. */
const passing: ReadonlyArray<For> = ["answer", "limit", "order"];

/** What these rows wait for now. `held`: what holds the whole merchant. `ofOrder`: those that wait for the minute of their order. */
export const of = (rows: ReadonlyArray<Row>, held?: For, ofOrder: ReadonlyArray<Row> = []): Wait | undefined => {
  const found = new Map<For, { readonly outRefundNo: string; more: number }>();
  const waits = [...rows.map((row) => [row, forWhat(row)] as const), ...ofOrder.map((row) => [row, "order"] as const)];
  for (const [row, what] of waits) {
    if (what === undefined) continue;
    const before = found.get(what);
    if (before === undefined) found.set(what, { outRefundNo: row.outRefundNo, more: 0 });
    else before.more += 1;
  }
  const first =
    held !== undefined && found.has(held)
      ? held
      : ([...found.keys()].find((what) => !passing.includes(what)) ?? passing.find((what) => found.has(what)));
  const wait = first === undefined ? undefined : found.get(first);
  return first === undefined || wait === undefined ? undefined : { for: first, ...wait };
};

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
