/** The books against the simulator's bills, on a clock that the test moves. */
import { it } from "@effect/vitest";
import { Clock, Effect, Logger, References } from "effect";
import { TestClock } from "effect/testing";
import { describe, expect } from "vitest";
import { RefundClient } from "@wechat-refund/core";
import { initial, observe } from "@wechat-refund/core/RefundProgress";
import type { Reconciliations } from "@wechat-refund/durable";
import { Fault } from "@wechat-refund/simulator";
import { mchId, payer, person, request, start, world } from "./support/world.ts";

const hour = 3_600_000;
/** The first day of these stories, and when its bill can be had. */
const first = "2026-01-05";
const ten = Date.parse("2026-01-06T10:00:00+08:00");

const slow = { poll: "10 minutes", lease: "3 hours" } as const;
/** A process that calls for nobody: what it does is done by the reconciler. */
const looking = { reconciler: {}, worker: false, knows: ["shop"] } as const;

/** What is read is real bytes, whatever the clock says. */
const breath = Effect.promise(() => new Promise((resolve) => setImmediate(resolve)));

const advance = Effect.fnUntraced(function* (millis: number, step = 10 * 60_000) {
  for (let left = millis; left > 0; left -= step) {
    yield* TestClock.adjust(Math.min(step, left));
    for (let n = 0; n < 3; n++) yield* breath;
  }
});

type Opened = Effect.Success<ReturnType<Effect.Success<ReturnType<typeof world>>["open"]>>;

/** Lets time pass until the day is so. */
const until = Effect.fnUntraced(function* (
  { reconciler }: Opened,
  date: string,
  is: (day: Reconciliations.Day) => boolean = ({ state }) => state === "done",
) {
  for (let steps = 0; steps < 5000; steps++) {
    const day = yield* reconciler.find(mchId, date);
    if (day !== undefined && is(day)) return day;
    yield* advance(60_000, 60_000);
  }
  return yield* Effect.die(`${date} has not become so: ${JSON.stringify(yield* reconciler.find(mchId, date))}`);
});

type World = Effect.Success<ReturnType<typeof world>>;

/** A day on which so many refunds were made, and succeeded. */
const traded = Effect.fnUntraced(function* ({ open }: World, count: number) {
  const process = yield* open({ worker: slow, knows: ["shop"] });
  for (let n = 1; n <= count; n++) yield* process.refunds.start("shop", request(n));
  for (let n = 1; n <= count; n++) yield* process.until(`R-${n}`, ({ final }) => final);
}, Effect.scoped);

/** A process that begins at a time and ends with what is looked at. */
const at = Effect.fnUntraced(function* <A, E, R>(
  { open }: World,
  time: number,
  look: (process: Opened) => Effect.Effect<A, E, R>,
) {
  yield* TestClock.setTime(time);
  return yield* Effect.flatMap(open(looking), look);
}, Effect.scoped);

const elsewhere = ({ gateway: { ledger } }: World) =>
  ledger.enterElsewhere({
    order: ledger.findOrder({ mchId }, { outTradeNo: "T-9" }) ?? expect.fail(),
    refundFee: 7,
    now: start + hour,
  });

const differences = ({ reconciler }: Opened, date: string) =>
  Effect.map(reconciler.differences({ mchId, date }), (all) =>
    all.map(({ answer, kind, outRefundNo }) => `${kind} ${outRefundNo}: ${answer?.agreesWith ?? "not asked"}`),
  );

const quiet = Effect.provideService(References.MinimumLogLevel, "None");

describe("the reconciler", () => {
  it.effect("compares a day from ten in the morning after, once, and asks about what differs", () =>
    Effect.gen(function* () {
      const made = yield* world();
      const { watched } = made;
      yield* traded(made, 3);
      elsewhere(made);
      yield* at(
        made,
        ten - 120_000,
        Effect.fnUntraced(function* (process) {
          yield* advance(60_000, 60_000);
          expect(watched.bills).toEqual([]);
          const day = yield* until(process, first);
          expect(watched.bills.map(({ date }) => date)).toEqual(["20260105"]);
          expect(watched.bills[0]?.at).toBeGreaterThanOrEqual(ten);
          expect(day).toMatchObject({ lines: 4, whole: true, differences: 1, attempts: 1, position: 1 });
          expect(day.totals).toMatchObject([
            { currency: "CNY", ours: { count: 3, amount: 300 }, theirs: { count: 4, amount: 307 }, open: { count: 0 } },
          ]);
          const [difference] = yield* process.reconciler.differences(day);
          expect(difference).toMatchObject({
            kind: "only-there",
            theirs: { refundFee: 7, date: first },
            answer: { agreesWith: "theirs", record: { refundFee: 7, status: "SUCCESS" } },
          });
          expect(JSON.stringify([day, difference])).not.toContain(payer);
          expect(JSON.stringify([day, difference])).not.toContain("oUpF8");
          yield* advance(hour);
          expect(watched.bills).toHaveLength(1);
          expect(yield* process.reconciler.after(0)).toEqual([day]);
        }),
      );
    }).pipe(quiet),
  );

  it.effect("takes the currency of an order from its bill, where the request named none", () =>
    Effect.gen(function* () {
      const order = { mchId, totalFee: 1000, paidAt: start, feeType: "HKD" };
      const orders = [1, 2].map((n) => ({ ...order, transactionId: `42${n}`, outTradeNo: `T-${n}` }));
      const made = yield* world({ orders });
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { refunds, until } = yield* made.open({ worker: slow, knows: ["shop"] });
          yield* refunds.start("shop", request(1));
          yield* refunds.start("shop", request(2, { refundFeeType: "HKD" }));
          for (const number of ["R-1", "R-2"]) yield* until(number, ({ truth }) => truth === "Succeeded");
        }),
      );
      const day = yield* at(made, ten, (process) => until(process, first));
      expect(day).toMatchObject({ lines: 2, whole: true, differences: 0 });
      expect(day.totals).toMatchObject([
        { currency: "HKD", ours: { count: 2, amount: 200 }, theirs: { count: 2, amount: 200 }, open: { count: 0 } },
      ]);
    }).pipe(quiet),
  );

  it.effect(
    "asks again each half hour until there is a bill, also where none is said to be though refunds were accepted",
    () =>
      Effect.gen(function* () {
        const made = yield* world();
        yield* traded(made, 1);
        for (const returnMsg of ["Bill Creating", "No Bill Exist", "SYSTEMERROR"]) {
          made.gateway.faults.push(Fault.Fail({ on: "bill", returnMsg, accepted: false }));
        }
        const day = yield* at(made, ten, (process) => until(process, first));
        expect(day).toMatchObject({ differences: 0, attempts: 4, lines: 1 });
        const { bills } = made.watched;
        const gaps = bills.slice(1).map(({ at }, n) => Math.round((at - (bills[n]?.at ?? 0)) / 60_000));
        expect(gaps).toHaveLength(3);
        for (const gap of gaps) expect(gap === 30 || gap === 31 || gap === 32).toBe(true);
      }).pipe(quiet),
  );

  it.effect("asks each six hours, and says so, where a bill is still being made a day later", () =>
    Effect.gen(function* () {
      const warnings: Array<unknown> = [];
      const heard = Logger.layer([
        Logger.make(({ logLevel, message }) => void (logLevel === "Warn" && warnings.push(...[message].flat()))),
      ]);
      const made = yield* world();
      yield* traded(made, 1);
      const creating = Fault.Fail({ on: "bill", returnMsg: "Bill Creating", accepted: false });
      made.gateway.faults.push(creating);
      yield* Effect.provide(
        at(made, ten + 25 * hour, (process) => until(process, first)),
        heard,
      );
      const asked = made.watched.bills.filter(({ date }) => date === "20260105").map(({ at }) => at);
      const gaps = asked.slice(1).map((at, n) => Math.round((at - (asked[n] ?? 0)) / hour));
      expect(gaps).toEqual([6]);
      expect(warnings).toContainEqual(expect.stringMatching(/^no bill of 1900000109 on 2026-01-05 yet: .*if anything/));
    }),
  );

  it.effect("believes after a day that there is none, and then says what is missing", () =>
    Effect.gen(function* () {
      const made = yield* world();
      yield* traded(made, 1);
      const none = Fault.Fail({ on: "bill", returnMsg: "No Bill Exist", accepted: false });
      made.gateway.faults.push(none, none);
      const waits = yield* at(made, ten + 23 * hour, (process) =>
        until(process, first, ({ attempts, comparedAt }) => attempts > 0 && comparedAt !== undefined),
      );
      expect(waits).toMatchObject({ state: "waiting", differences: 1 });
      yield* at(
        made,
        ten + 24 * hour,
        Effect.fnUntraced(function* (process) {
          yield* until(process, first);
          // The signed query says that the books are right.
          expect(yield* differences(process, first)).toEqual(["only-here R-1: ours"]);
          expect(yield* process.find("R-1")).toMatchObject({ truth: "Succeeded" });
        }),
      );
    }).pipe(quiet),
  );

  it.effect("makes up for the days on which nobody ran, the oldest first, one after the other", () =>
    Effect.gen(function* () {
      const made = yield* world();
      yield* traded(made, 1);
      yield* at(
        made,
        ten + 4 * 24 * hour,
        Effect.fnUntraced(function* (process) {
          yield* until(process, "2026-01-09");
          const { bills } = made.watched;
          expect(bills.map(({ date }) => date)).toEqual(["20260105", "20260106", "20260107", "20260108", "20260109"]);
          for (const [n, { at }] of bills.slice(1).entries()) {
            expect(at - (bills[n]?.at ?? 0)).toBeGreaterThanOrEqual(10_000);
          }
          const all = yield* process.reconciler.list();
          expect(all.map(({ date, state }) => `${date} ${state}`)).toEqual(
            ["2026-01-09", "2026-01-08", "2026-01-07", "2026-01-06", "2026-01-05"].map((date) => `${date} done`),
          );
          const fed = yield* process.reconciler.after(0);
          expect(fed.map(({ date }) => date)).toEqual(all.map(({ date }) => date).reverse());
        }),
      );
    }).pipe(quiet),
  );

  it.effect("has what the books do not know asked for now, and leaves what a bill contradicts as it is", () =>
    Effect.gen(function* () {
      const made = yield* world();
      const { gateway, watched } = made;
      yield* traded(made, 2);
      const asked = watched.left.length;
      yield* at(
        made,
        ten,
        Effect.fnUntraced(function* (process) {
          const { store } = process;
          const table = store.database.tables.refunds;
          // As a restored backup would have them.
          const doubt = initial("R-2", { attempted: true });
          const ended = observe(initial("R-1", { attempted: true }), { _tag: "Resolve", ...person });
          yield* store.database
            .sql`UPDATE ${table} SET truth = 'Resolved', progress = ${JSON.stringify(ended)} WHERE out_refund_no = 'R-1'`;
          yield* store.database
            .sql`UPDATE ${table} SET truth = 'Unknown', progress = ${JSON.stringify(doubt)}, due_at = ${start + 99 * 24 * hour}
            WHERE out_refund_no = 'R-2'`;
          yield* until(process, first);
          expect(yield* differences(process, first)).toEqual(["contradiction R-1: theirs"]);
          expect(yield* process.find("R-1")).toMatchObject({ truth: "Resolved" });
          const row = yield* Effect.flatMap(store.find({ mchId, outRefundNo: "R-2" }), Effect.fromNullishOr);
          expect([row.progress.truth, row.progress.poke]).toEqual(["Unknown", "ask"]);
          expect(row.dueAt).toBeLessThanOrEqual(yield* Clock.currentTimeMillis);
        }),
      );
      // The question about the contradiction, and nothing else, left.
      expect(watched.left.slice(asked).map(({ call, number }) => `${call} ${number}`)).toEqual(["ask R-1"]);
      expect(gateway.ledger.size()).toBe(2);
    }).pipe(quiet),
  );

  it.effect("asks for one bill alone where the merchant may have none, and says why", () =>
    Effect.gen(function* () {
      const made = yield* world();
      yield* traded(made, 1);
      made.gateway.faults.push(Fault.Fail({ on: "bill", returnMsg: "NO AUTH", accepted: false }));
      const later = ten + 3 * 24 * hour;
      yield* at(
        made,
        later,
        Effect.fnUntraced(function* (process) {
          yield* until(process, first, ({ said }) => said !== undefined);
          yield* advance(hour);
          expect((yield* process.reconciler.find(mchId, first))?.said).toContain("may not download bills");
        }),
      );
      yield* at(made, later + 5 * hour, () => advance(60_000, 60_000));
      expect(made.watched.bills).toHaveLength(1);
      yield* at(made, later + 7 * hour, (process) => until(process, "2026-01-08"));
      expect(made.watched.bills).toHaveLength(5);
    }).pipe(quiet),
  );

  it.effect("asks later about a difference while the gateway does not answer, and not for ever", () =>
    Effect.gen(function* () {
      const made = yield* world();
      yield* traded(made, 1);
      elsewhere(made);
      made.gateway.faults.push(Fault.Drop({ on: "query" }), Fault.Drop({ on: "query" }), Fault.Drop({ on: "query" }));
      yield* at(
        made,
        ten,
        Effect.fnUntraced(function* (process) {
          const day = yield* until(process, first, ({ said, state }) => state === "asking" && said !== undefined);
          expect(day.differences).toBe(1);
          expect(yield* process.reconciler.after(0)).toEqual([]);
        }),
      );
      yield* at(made, ten + 12 * hour, (process) => until(process, first, ({ attempts }) => attempts > 1));
      yield* at(
        made,
        ten + 25 * hour,
        Effect.fnUntraced(function* (process) {
          yield* until(process, first);
          expect(yield* differences(process, first)).toEqual([expect.stringMatching(/^only-there .*: unknown$/)]);
        }),
      );
      expect(made.watched.bills.filter(({ date }) => date === "20260105")).toHaveLength(1);
    }).pipe(quiet),
  );

  it.effect("asks later about a difference where this side can ask of none", () =>
    Effect.gen(function* () {
      const made = yield* world();
      yield* traded(made, 1);
      elsewhere(made);
      let isMended = false;
      let calls = 0;
      // The bill comes, and then no question can be sent.
      const nonce = Effect.sync(() => (calls++ === 0 || isMended ? "5K8264ILTKCH16CQ2502SI8ZNMTM67VS" : "0-0"));
      yield* Effect.provideService(
        at(
          made,
          ten,
          Effect.fnUntraced(function* (process) {
            yield* until(process, first, ({ said, state }) => state === "asking" && said !== undefined);
            expect(yield* differences(process, first)).toEqual([expect.stringMatching(/: not asked$/)]);
            isMended = true;
            yield* until(process, first);
            expect(yield* differences(process, first)).toEqual([expect.stringMatching(/^only-there .*: theirs$/)]);
          }),
        ),
        RefundClient.Nonce,
        nonce,
      );
    }).pipe(quiet),
  );

  it.effect("reads a bill again that did not come whole", () =>
    Effect.gen(function* () {
      const made = yield* world();
      yield* traded(made, 2);
      made.gateway.faults.push(Fault.Truncate({ on: "bill", bytes: 300 }));
      const cut = yield* at(made, ten, (process) =>
        until(process, first, ({ comparedAt }) => comparedAt !== undefined),
      );
      expect(cut).toMatchObject({ state: "waiting", whole: false, problems: [{ problem: expect.any(String) }] });
      const day = yield* at(made, ten + hour, (process) => until(process, first));
      expect(day).toMatchObject({ whole: true, differences: 0, problems: [], attempts: 2 });
    }).pipe(quiet),
  );
});
