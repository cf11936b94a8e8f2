/** What is told of which event to whom: types, merchants, days of the books, and events that nobody can read. */
import { it } from "@effect/vitest";
import { Comparing, type Events, Reconciliations, Refunds, RefundStore } from "@wechat-refund/durable";
import { Reconciliation } from "@wechat-refund/core";
import { Context, Effect } from "effect";
import { describe, expect } from "vitest";
import { types, typesOf } from "../src/internal/webhooks/messages.ts";
import { hooksFile, newSecret, receiver } from "./support/receiver.ts";
import { refundOf, start } from "./support/service.ts";

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

/** A service in whose store the second refund's first line is as `set` says; by a trigger, so that nobody reads it before. */
const poisoned = Effect.fnUntraced(function* (set: string, ...entries: Parameters<typeof hooksFile>[0]) {
  const hooks = yield* hooksFile(entries);
  const running = yield* start({ durable: { worker: false }, service: { webhooks: { file: hooks.file } } });
  const { sql } = Context.get(running.services, RefundStore.RefundStore).database;
  yield* sql.unsafe(
    `CREATE TRIGGER poison AFTER INSERT ON refund_history WHEN NEW.refund = 2 BEGIN
      UPDATE refund_history SET ${set} WHERE id = NEW.id; END`,
  );
  for (const n of [1, 2, 3]) yield* running.ask("POST", "/v1/refunds", { body: refundOf(n) });
  return running;
});

it.live("tells of a change without what stands beside it where that cannot be read, and of the next", () =>
  Effect.gen(function* () {
    const secret = newSecret();
    const erp = yield* receiver(secret);
    const { ask } = yield* poisoned("detail = '{'", { name: "erp", url: erp.url, secret });
    yield* until(() => erp.got.length === 3);
    const events = (yield* ask("GET", "/v1/events")).body["events"] as ReadonlyArray<Record<string, unknown>>;
    expect(events).toMatchObject([
      { outRefundNo: "R-1" },
      { outRefundNo: "R-2", state: "Recorded", detail: { damaged: true } },
      { outRefundNo: "R-3" },
    ]);
    const byVersion = erp.got.map(({ data }) => data).sort((a, b) => Number(a["version"]) - Number(b["version"]));
    expect(byVersion).toEqual(events);
    expect((yield* ask("GET", "/v1/refunds/shop/R-2")).body).toMatchObject({
      history: [{ what: "recorded", detail: { damaged: true } }],
    });
  }),
);

it.live("gives up an event that cannot be read, says so to who would have been told of it, and tells of the next", () =>
  Effect.gen(function* () {
    const [one, two, three] = [newSecret(), newSecret(), newSecret()];
    const [erp, other, books] = [yield* receiver(one), yield* receiver(two), yield* receiver(three)];
    const { ask } = yield* poisoned(
      "at = 'x'",
      { name: "erp", url: erp.url, secret: one },
      { name: "other", url: other.url, secret: two, merchants: ["kiosk"] },
      { name: "books", url: books.url, secret: three, types: ["reconciliation.*"] },
    );
    yield* ask("POST", "/v1/refunds", { body: refundOf(4, { merchant: "kiosk" }) });
    yield* until(() => erp.got.length === 3 && other.got.length === 1);
    expect(erp.got.map(({ data }) => data["outRefundNo"]).sort()).toEqual(["R-1", "R-3", "R-4"]);
    const dead = (name: string) =>
      Effect.map(ask("GET", `/v1/webhooks/${name}/deliveries?state=dead`), ({ body }) => body["deliveries"]);
    expect(yield* dead("erp")).toMatchObject([
      { outRefundNo: "R-2", type: "unreadable", state: "dead", attempts: 0, failure: "the event cannot be read" },
    ]);
    expect(yield* dead("other")).toEqual([]);
    expect(yield* dead("books")).toEqual([]);
  }),
);
