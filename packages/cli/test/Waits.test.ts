import { RefundError, type RefundProgress, Transport } from "@wechat-refund/core";
import { describe, expect, it } from "vitest";
import * as Summary from "../src/batch/Summary.ts";
import * as Waits from "../src/batch/Waits.ts";
import { chinese, english } from "../src/Language.ts";

const request = (n: number, order = n) => ({
  order: { outTradeNo: `A-${order}` },
  outRefundNo: `R-${n}`,
  totalFee: 100,
  refundFee: 60,
});

const failed = (reason: RefundError.RefundError["reason"]) =>
  new RefundError.RefundError({ operation: "refund", reason });
const limited = failed(new RefundError.Rejected({ operation: "refund", errCode: "INVALID_REQ_TOO_MUCH" }));

const block = (cause: RefundProgress.Cause, told = false): Pick<RefundProgress.Progress, "block"> => ({
  block: {
    cause,
    firm: true,
    by: "send",
    since: 0,
    ...(!told && {
      refusal: { kind: "merchant", reason: "Rejected", advice: "top-up-then-resend-same", message: "NOTENOUGH" },
    }),
  },
});

const start = (...requests: ReadonlyArray<ReturnType<typeof request>>) => {
  const waits = new Waits.Waits();
  for (const one of requests) waits.begun(one);
  return waits;
};

describe("a run waits", () => {
  it("for nothing while answers come", () => {
    const waits = start(request(1), request(2));
    waits.called("R-1", "send", 0);
    expect(waits.now(1999)).toBeUndefined();
    waits.answered("R-1", "send", undefined);
    expect(waits.now(600_000)).toBeUndefined();
  });

  it("for the gateway, from two seconds without an answer, and until there is one", () => {
    const waits = start(request(1), request(2));
    waits.called("R-1", "send", 0);
    waits.called("R-2", "ask", 1000);
    expect(waits.now(2000)).toEqual({ for: "answer", outRefundNo: "R-1", more: 0 });
    expect(waits.now(3000)).toEqual({ for: "answer", outRefundNo: "R-1", more: 1 });
    const error = new Transport.TransportError({ reason: new Transport.ConnectionLost({ detail: "reset" }) });
    waits.answered("R-1", "send", failed(new RefundError.TransportFailed({ error })));
    waits.answered("R-2", "ask", undefined);
    expect(waits.now(600_000)).toEqual({ for: "answer", outRefundNo: "R-1", more: 0 });
    waits.left("R-1");
    expect(waits.now(600_000)).toBeUndefined();
    expect(waits.done).toBe(1);
  });

  it("for a minute when the gateway limits the calls", () => {
    const waits = start(request(1));
    waits.called("R-1", "send", 0);
    waits.answered("R-1", "send", limited);
    expect(waits.now(100)).toEqual({ for: "limit", outRefundNo: "R-1", more: 0 });
  });

  it("for the minute between refunds of an order", () => {
    const waits = start(request(1, 7), request(2, 7), request(3));
    waits.called("R-1", "send", 0);
    waits.answered("R-1", "send", undefined);
    waits.left("R-1");
    expect(waits.now(100)).toEqual({ for: "order", outRefundNo: "R-2", more: 0 });
    expect(waits.now(60_000)).toBeUndefined();
  });

  it("for a person, named with the refund that met it, until a refund is accepted", () => {
    const waits = start(request(1), request(2));
    waits.called("R-1", "send", 0);
    waits.answered("R-1", "send", limited);
    waits.known("R-2", block("top-up"));
    waits.known("R-1", block("top-up", true));
    waits.left("R-2");
    expect(waits.now(100)).toEqual({ for: "top-up", outRefundNo: "R-2", more: 0 });
    waits.known("R-1", {});
    waits.called("R-1", "send", 200);
    waits.answered("R-1", "send", undefined);
    expect(waits.now(300)).toBeUndefined();
    waits.known("R-1", block("overdue", true));
    expect(waits.now(300)).toEqual({ for: "overdue", outRefundNo: "R-1", more: 0 });
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
  const tally = { total: 10, accepted: 4, rejected: 1, closed: 0, notMade: 0, unknown: 0, unsent: 5 };
  const far = { done: 5, todo: 10, millis: 10_000 };
  expect(Summary.progress(english, tally, { ...far, wait: undefined })).toBe(
    "[#####.....] 5/10  1 rejected  0.5/s  left 0:10",
  );
  const line = Summary.progress(english, tally, { ...far, wait: { for: "answer", outRefundNo: "R-1", more: 1 } });
  expect(line).toBe("[#####.....] 5/10  1 rejected  waiting for the gateway (no answer), refund R-1 and 1 more");
});
