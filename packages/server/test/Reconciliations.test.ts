/** The books over HTTP: what was found, page by page, to whom it may be shown, and what is measured of it. */
import { it } from "@effect/vitest";
import { Reconciliation, type RefundBill } from "@wechat-refund/core";
import { Comparing, Reconciliations, Refunds, RefundStore } from "@wechat-refund/durable";
import { Context, Effect, Fiber } from "effect";
import { expect } from "vitest";
import { start } from "./support/service.ts";

const mchId = "1900000109";
const now = Date.parse("2026-11-27T12:00:00+08:00");

const line = (outRefundNo: string, n: number): RefundBill.Billed => ({
  line: n,
  outRefundNo,
  refundId: `50${n}`,
  outTradeNo: `T-${n}`,
  transactionId: "",
  refundFee: 7,
  settlementRefundFee: 7,
  currency: "CNY",
  status: "SUCCESS",
  mchId,
  subMchId: "",
  time: "2026-11-25 01:02:03",
  columns: { 用户标识: "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o" },
});

it.live("shows days with what differs, tells each that is done once, and measures them", () =>
  Effect.gen(function* () {
    const { ask, services, token } = yield* start({ durable: { worker: false } });
    const { database } = Context.get(services, RefundStore.RefundStore);
    yield* Context.get(services, Refunds.Refunds).start("shop", {
      order: { outTradeNo: "T-1" },
      outRefundNo: "R-1",
      totalFee: 100,
      refundFee: 30,
    });
    yield* database.sql`UPDATE ${database.tables.refunds} SET created_at = ${Date.parse("2026-11-25T12:00:00+08:00")}`;
    const days = Reconciliations.make(database, "a", 0);
    yield* days.plan([mchId], now);
    const claim = yield* Effect.flatMap(days.claim([mchId], now), Effect.fromNullishOr);
    const found = Comparing.nothing();
    const books = new Reconciliation.Books();
    for (let n = 1; n <= 3; n++) Comparing.differ(found, books.line(line(`X-${n}`, n), claim.date));
    yield* days.compared(claim, found, books.totals, { marks: [], whole: true });

    const listed = yield* ask("GET", "/v1/reconciliations?limit=1");
    expect(listed.body).toMatchObject({ reconciliations: [{ mchId, date: "2026-11-26", state: "waiting" }] });
    const rest = yield* ask("GET", `/v1/reconciliations?limit=1&after=${String(listed.body["next"])}`);
    expect(rest.body).toMatchObject({ reconciliations: [{ date: "2026-11-25", state: "asking", differences: 3 }] });
    expect(rest.body["next"]).toBeUndefined();
    expect((yield* ask("GET", "/v1/reconciliations?state=done")).body).toEqual({ reconciliations: [] });
    expect((yield* ask("GET", "/v1/reconciliations?from=2026-11-31")).status).toBe(422);

    const waiting = yield* Effect.forkChild(ask("GET", "/v1/reconciliations/feed?after=0&wait=20"));
    for (const { id } of yield* days.unasked(claim, 10)) {
      yield* days.answered(claim, id, {
        agreesWith: "theirs",
        record: { refundId: "501", status: "SUCCESS", refundFee: 7 },
      });
    }
    yield* days.done(claim);
    const fed = yield* Fiber.join(waiting);
    expect(fed.body).toMatchObject({ reconciliations: [{ date: "2026-11-25", state: "done", position: 1 }], next: 1 });
    expect((yield* ask("GET", "/v1/reconciliations/feed?after=1")).body).toEqual({ reconciliations: [], next: 1 });

    const path = `/v1/reconciliations/${mchId}/2026-11-25`;
    const day = yield* ask("GET", `${path}?limit=2`);
    expect(day.body).toMatchObject({
      mchId,
      whole: true,
      totals: [{ currency: "CNY", kinds: { "only-there": { count: 3, amount: 21 } } }],
      found: [
        {
          kind: "only-there",
          merchant: "shop",
          outRefundNo: "X-1",
          theirs: { refundFee: 7, status: "SUCCESS", line: 1 },
          whatToDo: expect.stringContaining("ask for it by its number"),
          agreesWith: "theirs",
          record: { status: "SUCCESS" },
        },
        { outRefundNo: "X-2" },
      ],
    });
    const more = yield* ask("GET", `${path}?limit=2&after=${String(day.body["next"])}`);
    expect(more.body).toMatchObject({ found: [{ outRefundNo: "X-3" }] });
    expect(more.body["next"]).toBeUndefined();
    expect(day.text + more.text).not.toContain("oUpF8");
    expect((yield* ask("GET", `/v1/reconciliations/${mchId}/2026-11-24`)).status).toBe(404);
    expect((yield* ask("GET", `/v1/reconciliations/${mchId}/25`)).status).toBe(404);

    const other = yield* token({ name: "other", merchants: ["kiosk"], rights: ["read"] });
    expect((yield* ask("GET", path, { token: other })).status).toBe(404);
    expect((yield* ask("GET", "/v1/reconciliations", { token: other })).body).toEqual({ reconciliations: [] });
    expect((yield* ask("GET", "/v1/reconciliations/feed", { token: other })).body).toEqual({
      reconciliations: [],
      next: 1,
    });

    const { text } = yield* ask("GET", "/metrics");
    expect(text).toContain(`wechat_refund_differences{mch_id="${mchId}",kind="only-there"} 3`);
    expect(text).toContain(`wechat_refund_differences{mch_id="${mchId}",kind="contradiction"} 0`);
    expect(text).toContain(`wechat_refund_reconciliation_days{mch_id="${mchId}",state="open"} 1`);
  }),
);
