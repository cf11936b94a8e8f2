/** What is told of which event to whom: types, merchants, days of the books, and events that nobody can read. */
import { it } from "@effect/vitest";
import { Comparing, type Events, Reconciliations, Refunds, RefundStore } from "@wechat-refund/durable";
import { Reconciliation } from "@wechat-refund/core";
import { Context, Effect } from "effect";
import { describe, expect } from "vitest";
import { types, typesOf } from "../src/internal/webhooks/messages.ts";
import { hooksFile, newSecret, receiver } from "./support/receiver.ts";
import { start } from "./support/service.ts";

const until = (holds: () => unknown) =>
  Effect.promise(() => expect.poll(() => Boolean(holds()), { timeout: 50_000, interval: 10 }).toBe(true));

const event: Events.Event = {
  position: 1,
  seq: 2,
  at: 0,
  mchId: "1900000109",
  outRefundNo: "R-1",
  refundFee: 1,
  currency: "CNY",
  truth: "Recorded",
  what: "a test",
};

describe("the type of an event", () => {
  it.each([
    [{}, ["refund.recorded"]],
    [{ truth: "NotMade", fromTruth: "Recorded" }, ["refund.not_made"]],
    [{ truth: "Succeeded", fromTruth: "Accepted" }, ["refund.succeeded"]],
    [{ fromTruth: "Recorded", block: "top-up" }, ["refund.blocked"]],
    [{ fromTruth: "Unknown", block: "top-up" }, ["refund.blocked", "refund.recorded"]],
    [{ fromTruth: "Recorded", block: "certificate", fromBlock: "top-up" }, ["refund.blocked"]],
    [{ fromTruth: "Recorded", fromBlock: "top-up" }, ["refund.unblocked"]],
    [{ truth: "Accepted", fromTruth: "Recorded", fromBlock: "top-up" }, ["refund.accepted"]],
    [{ truth: "Unknown", fromTruth: "Recorded", block: "top-up", fromBlock: "top-up" }, ["refund.unknown"]],
  ] as ReadonlyArray<[Partial<Events.Event>, ReadonlyArray<string>]>)("%j: %j", (more, expected) => {
    const found = typesOf({ ...event, ...more });
    expect(found).toEqual(expected);
    for (const type of found) expect(types).toContain(type);
  });
});

it.live("tells of a day of the books that is done whoever has every merchant of its number", () =>
  Effect.gen(function* () {
    const [one, two] = [newSecret(), newSecret()];
    const [shop, kiosk] = [yield* receiver(one), yield* receiver(two)];
    const hooks = yield* hooksFile([
      { name: "shop", url: shop.url, secret: one, merchants: ["shop"], types: ["reconciliation.*"] },
      { name: "kiosk", url: kiosk.url, secret: two, merchants: ["kiosk"] },
    ]);
    const { ask, services } = yield* start({
      durable: { worker: false },
      service: { webhooks: { file: hooks.file } },
    });
    const { database } = Context.get(services, RefundStore.RefundStore);
    yield* Context.get(services, Refunds.Refunds).start("shop", {
      order: { outTradeNo: "T-1" },
      outRefundNo: "R-1",
      totalFee: 100,
      refundFee: 30,
    });
    const now = Date.parse("2026-11-27T12:00:00+08:00");
    yield* database.sql`UPDATE ${database.tables.refunds} SET created_at = ${now - 86_400_000}`;
    const days = Reconciliations.make(database, "a", 0);
    yield* days.plan(["1900000109"], now);
    const claim = yield* Effect.flatMap(days.claim(["1900000109"], now), Effect.fromNullishOr);
    const books = new Reconciliation.Books();
    yield* days.compared(claim, Comparing.nothing(), books.totals, { marks: [], whole: true });
    yield* until(() => shop.got.length > 0);
    const { body } = yield* ask("GET", "/v1/reconciliations/feed");
    expect(shop.got.map(({ by, data, type }) => ({ by, type, data }))).toEqual(
      (body["reconciliations"] as ReadonlyArray<object>).map((data) => ({
        by: one,
        type: "reconciliation.done",
        data,
      })),
    );
    yield* ask("POST", "/v1/webhooks/kiosk/ping");
    yield* until(() => kiosk.got.length > 0);
    expect(kiosk.got.map(({ type }) => type)).toEqual(["ping"]);
  }),
);

it.live("gives up an event that cannot be read, says so, and tells of the next", () =>
  Effect.gen(function* () {
    const secret = newSecret();
    const erp = yield* receiver(secret);
    const hooks = yield* hooksFile([{ name: "erp", url: erp.url, secret }]);
    const { ask, services } = yield* start({
      durable: { worker: false },
      service: { webhooks: { file: hooks.file } },
    });
    const { sql, tables } = Context.get(services, RefundStore.RefundStore).database;
    yield* sql.unsafe(
      `CREATE TRIGGER poison AFTER INSERT ON refund_history WHEN NEW.refund = 2 BEGIN
        UPDATE refund_history SET detail = '{' WHERE id = NEW.id; END`,
    );
    for (const n of [1, 2, 3]) {
      const order = { outTradeNo: `T-${n}` };
      yield* ask("POST", "/v1/refunds", {
        body: { merchant: "shop", order, outRefundNo: `R-${n}`, totalFee: 100, refundFee: 30 },
      });
    }
    expect(yield* sql`SELECT COUNT(*) AS n FROM ${tables.history} WHERE detail = '{'`).toEqual([{ n: 1 }]);
    yield* until(() => erp.got.length === 2);
    expect(erp.got.map(({ data }) => data["outRefundNo"]).sort()).toEqual(["R-1", "R-3"]);
    const { body } = yield* ask("GET", "/v1/webhooks/erp/deliveries?state=dead");
    expect(body["deliveries"]).toMatchObject([
      { outRefundNo: "R-2", type: "unreadable", state: "dead", attempts: 0, failure: "the event cannot be read" },
    ]);
  }),
);
