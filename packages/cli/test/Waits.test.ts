/** What a run waits for, and when there is nothing more to wait for, by the rows of a store. */
import { RefundProgress } from "@wechat-refund/core";
import type { RefundStore } from "@wechat-refund/durable";
import { describe, expect, it } from "vitest";
import { Standing } from "../src/batch/Standing.ts";
import * as Summary from "../src/batch/Summary.ts";
import * as Waits from "../src/batch/Waits.ts";
import { chinese, english } from "@wechat-refund/checkup/Language";

/** A row that was written a while ago, as it is read now. */
const row = (
  n: number,
  progress: Partial<RefundProgress.Progress> = {},
  { ago = 0, ...more }: Partial<RefundStore.Row> & { readonly ago?: number } = {},
): RefundStore.Row => ({
  id: n,
  mchId: "1900000109",
  subMchId: "",
  outRefundNo: `R-${n}`,
  protocol: "v2",
  orderNo: `A-${n}`,
  refundFee: 60,
  currency: "CNY",
  frozen: {
    v: 1,
    appId: "wx8888888888888888",
    asked: { order: { outTradeNo: `A-${n}` }, outRefundNo: `R-${n}`, totalFee: 100, refundFee: 60 },
  },
  fingerprint: "1:",
  progress: { ...RefundProgress.initial(`R-${n}`), ...progress },
  progressAt: 1_000_000 - ago,
  refundId: undefined,
  dueAt: undefined,
  owner: undefined,
  epoch: 1,
  version: 1,
  seq: 1,
  createdAt: 0,
  updatedAt: 1_000_000 - ago,
  now: 1_000_000,
  orderSentAt: undefined,
  ...more,
});

const block = (cause: RefundProgress.Cause, advice?: string): RefundProgress.Block => ({
  cause,
  firm: true,
  by: "send",
  since: 0,
  ...(advice !== undefined && { refusal: { kind: "merchant", reason: "Rejected", advice, message: "NOTENOUGH" } }),
});

describe("a run waits", () => {
  const open = { open: "send", sent: 0 } as const;
  it.each<[what: string, rows: ReadonlyArray<RefundStore.Row>, wait: Waits.Wait | undefined]>([
    ["for nothing while answers come", [row(1, open, { ago: 1999 })], undefined],
    [
      "for the gateway from two seconds without an answer",
      [row(1, open, { ago: 2000 }), row(2, { open: "ask", asked: 1500 }, { ago: 500 })],
      { for: "answer", outRefundNo: "R-1", more: 1 },
    ],
    [
      "for the gateway after a call that did not help",
      [row(1, { row: 2 })],
      { for: "answer", outRefundNo: "R-1", more: 0 },
    ],
    [
      "for a minute when the gateway limits the calls",
      [row(1, { limited: true, row: 1 })],
      { for: "limit", outRefundNo: "R-1", more: 0 },
    ],
    [
      "for a person before everything that passes by itself",
      [row(1, { row: 1 }), row(2, { block: block("top-up") }), row(3, { block: block("top-up") })],
      { for: "top-up", outRefundNo: "R-2", more: 1 },
    ],
  ])("%s", (_, rows, wait) => expect(Waits.of(rows)).toEqual(wait));

  it("for the minute between refunds of an order, where nothing else is waited for", () => {
    expect(Waits.of([], undefined, [row(1), row(2)])).toEqual({ for: "order", outRefundNo: "R-1", more: 1 });
    expect(Waits.of([row(3, { row: 2 })], undefined, [row(1)])).toMatchObject({ for: "answer" });
  });

  it("for what holds the merchant, whatever else a refund waits for", () => {
    const rows = [row(1, { block: block("request") }), row(2, { block: block("key") })];
    expect(Waits.of(rows, "key")).toEqual({ for: "key", outRefundNo: "R-2", more: 0 });
  });
});

describe("there is nothing more to wait for", () => {
  const within = 300_000;
  /** Two refunds that were recorded at 0. */
  const standing = () => {
    const of = new Standing(0, within);
    for (const n of [1, 2]) of.set(`R-${n}`, "Recorded", undefined, 0);
    return of;
  };
  const quiet = { held: undefined, paused: false, gone: false } as const;
  /** What it says then and, as it has to rest a while, later. */
  const ends = (of: Standing, look: Omit<Parameters<Standing["end"]>[0], "now">, now: number) => [
    of.end({ ...look, now }),
    of.end({ ...look, now: now + 1500 }),
  ];

  it("at once when all are known", () => {
    const of = standing();
    of.set("R-1", "Accepted", undefined, 5);
    expect(of.end({ ...quiet, open: [], now: 5 })).toBeUndefined();
    of.set("R-2", "Rejected", undefined, 6);
    expect(of.end({ ...quiet, open: [], now: 6 })).toEqual({});
    expect([of.known, of.total, of.count("rejected")]).toEqual([2, 2, 1]);
  });

  it("when each that is open needs a person, or has had its time, and has rested", () => {
    const of = standing();
    const open = [
      row(1, { truth: "Unknown", block: block("request"), first: 10 }),
      row(2, { truth: "Unknown", first: within }),
    ];
    expect(ends(of, { ...quiet, open }, within - 1)).toEqual([undefined, undefined]);
    expect(ends(standing(), { ...quiet, open }, within)).toEqual([undefined, {}]);
    const calling = [row(1, { truth: "Unknown", open: "ask", first: within }), ...open.slice(1)];
    expect(ends(standing(), { ...quiet, open: calling }, within)).toEqual([undefined, undefined]);
  });

  it("when the merchant is held or paused, though others never had their turn", () => {
    const open = [row(1, { block: block("top-up", "top-up-then-resend-same"), first: 10 })];
    expect(ends(standing(), { ...quiet, open, held: "top-up" }, 10)).toEqual([undefined, { stopped: { by: "held" } }]);
    expect(ends(standing(), { ...quiet, open }, 10)).toEqual([undefined, undefined]);
    expect(ends(standing(), { ...quiet, open: [], paused: true }, 10)).toEqual([
      undefined,
      { stopped: { by: "paused" } },
    ]);
  });

  it("at once when one met what every other would meet, in this run", () => {
    const met = row(1, { block: block("key", "fix-account"), sent: 5 });
    expect(standing().end({ ...quiet, open: [met], now: 10 })).toEqual({ stopped: { by: "refusal", row: met } });
    const before = row(1, { block: block("key", "fix-account"), sent: 50 });
    expect(standing().end({ ...quiet, open: [before], now: 10 })).toBeUndefined();
    const untrusted = row(1, { block: block("key", "query-first"), sent: 5 });
    expect(standing().end({ ...quiet, open: [untrusted], now: 10 })).toBeUndefined();
  });

  it("when nothing became known for so long, though others never had their turn", () => {
    const open = [row(1, { row: 9, first: within })];
    expect(ends(standing(), { ...quiet, open }, within)).toEqual([undefined, { stopped: { by: "silence" } }]);
    const of = standing();
    of.set("R-2", "Unknown", undefined, 10);
    of.set("R-2", "Accepted", undefined, 60_000);
    of.set("R-3", "Recorded", undefined, 60_000);
    expect(ends(of, { ...quiet, open }, within)).toEqual([undefined, undefined]);
  });

  it("when the store is gone", () => {
    expect(standing().end({ ...quiet, open: [], gone: true, now: 1 })).toEqual({ stopped: { by: "gone" } });
  });
});

it.each<[Waits.For, string, string]>([
  ["answer", "waiting for the gateway (no answer), refund R-1", "等待微信支付答复（无应答），退款 R-1"],
  [
    "order",
    "waiting for the minute between refunds of an order, refund R-1",
    "等待同一订单两笔退款之间的一分钟，退款 R-1",
  ],
  ["limit", "waiting a minute, the gateway limits the calls, refund R-1", "微信支付限制请求频率，等待一分钟，退款 R-1"],
  ["top-up", "blocked: top-up, refund R-1", "受阻：top-up，退款 R-1"],
])("says in both languages that it waits: %s", (what, en, zh) => {
  const wait = { for: what, outRefundNo: "R-1", more: 0 };
  expect(Waits.show(english, wait)).toBe(en);
  expect(Waits.show(chinese, wait)).toBe(zh);
  expect(Waits.show(english, { ...wait, more: 3 })).toBe(`${en} and 3 more`);
  expect(Waits.show(chinese, { ...wait, more: 3 })).toBe(`${zh} 等 4 笔`);
});

it("tells the time that is left only while it waits for nothing", () => {
  const standing = new Standing(0, 1);
  for (let n = 0; n < 10; n++)
    standing.set(`R-${n}`, n === 0 ? "Rejected" : n < 5 ? "Accepted" : "Recorded", undefined, 0);
  const far = { done: 5, todo: 10, millis: 10_000 };
  expect(Summary.progress(english, standing, { ...far, wait: undefined })).toBe(
    "[#####.....] 5/10  1 rejected  0.5/s  left 0:10",
  );
  const line = Summary.progress(english, standing, { ...far, wait: { for: "answer", outRefundNo: "R-1", more: 1 } });
  expect(line).toBe("[#####.....] 5/10  1 rejected  waiting for the gateway (no answer), refund R-1 and 1 more");
});
