/** Messages to webhooks: one for each event and endpoint, one process's at a time, and none that hides another. */
import { deepEqual, equal, ok } from "node:assert/strict";
import * as Effect from "effect/Effect";
import * as Deliveries from "../../Deliveries.ts";
import * as Endpoints from "../../Endpoints.ts";
import { type Case, type Opened, opened, person, processes, request } from "./case.ts";

const numberOf = (source: Deliveries.Source): string =>
  source._tag === "Refund" ? source.event.outRefundNo : source.day.date;

const all: Deliveries.Maker = {
  make: (source) => {
    const number = numberOf(source);
    return { message: `msg_${number}`, type: "refund.recorded", payload: `{"number":"${number}"}` };
  },
  isTold: () => true,
};

const open = { fresh: 10, again: 10, lease: 60_000 };

const started = Effect.fnUntraced(function* ({ place, refunds }: Opened, from: number, to: number) {
  for (let n = from; n <= to; n++) yield* refunds.start("shop", request(`R-${n}`));
  yield* place;
});

const desk = ({ store }: Opened) => Deliveries.make(store.database);
const listed = ({ store }: Opened, endpoint = "erp", state?: Deliveries.State) =>
  Endpoints.list(store.database, endpoint, { limit: 1000, ...(state !== undefined && { state }) });

/** All that is due now, ended in this way. */
const endAll = Effect.fnUntraced(function* (process: Opened, ending: Deliveries.Ending, said?: string) {
  const { claim, end } = desk(process);
  const claimed = yield* claim("erp", { ...open, fresh: 100, again: 100 });
  for (const one of claimed) yield* end("erp", one, ending, { said });
  return claimed;
});

const standing = Effect.fnUntraced(function* ({ store }: Opened, name = "erp") {
  const found = (yield* Endpoints.standings(store.database)).find((one) => one.name === name);
  return found ?? (yield* Effect.die("no such endpoint"));
});

export const delivering: ReadonlyArray<Case> = [
  {
    title: "an endpoint is told of every event from when it is known, whoever plans, each once",
    run: Effect.fnUntraced(function* (subject) {
      const those = yield* processes(subject, 3);
      const [process = yield* Effect.die("no process")] = those;
      yield* started(process, 1, 3);
      yield* desk(process).register("erp");
      yield* desk(process).register("erp");
      yield* Effect.all(
        [
          started(process, 4, 300),
          ...those.map((one) =>
            Effect.gen(function* () {
              for (;;) {
                const planned = yield* desk(one).plan("erp", all);
                const found = yield* listed(one);
                if (found.length >= 297) return;
                if (planned === undefined || planned.count === 0) yield* Effect.sleep(3);
              }
            }),
          ),
        ],
        { concurrency: "unbounded" },
      );
      const found = yield* listed(process);
      deepEqual(
        found.map(({ outRefundNo }) => outRefundNo).toReversed(),
        Array.from({ length: 297 }, (_, n) => `R-${n + 4}`),
      );
      // One that comes later begins where the events are then.
      yield* desk(process).register("desk");
      yield* started(process, 301, 301);
      yield* desk(process).plan("desk", all);
      deepEqual(
        (yield* listed(process, "desk")).map(({ outRefundNo }) => outRefundNo),
        ["R-301"],
      );
    }),
  },
  {
    title: "an event of which no message can be made is dead, and those after it are told",
    run: Effect.fnUntraced(function* (subject) {
      const process = yield* opened(subject);
      yield* desk(process).register("desk");
      yield* desk(process).register("erp");
      yield* started(process, 1, 3);
      const make: Deliveries.Maker["make"] = (source) => {
        if (numberOf(source) === "R-2") throw new Error("poison");
        return numberOf(source) === "R-1" ? undefined : all.make(source);
      };
      deepEqual(yield* desk(process).plan("desk", { make, isTold: () => false }), { count: 1, more: false });
      deepEqual(yield* desk(process).plan("erp", { make, isTold: ({ mchId }) => mchId !== "" }), {
        count: 2,
        more: false,
      });
      deepEqual(
        (yield* listed(process)).map(({ outRefundNo, said, state }) => [outRefundNo, state, said]),
        [
          ["R-3", "pending", undefined],
          ["R-2", "dead", "the event cannot be read"],
        ],
      );
      deepEqual(
        yield* Endpoints.replayDead(process.store.database, "erp", {}, person),
        { count: 0 },
        "there is nothing to send",
      );
      // A version that can read it makes it then.
      deepEqual(yield* Endpoints.replayAll(process.store.database, "erp", { first: 2, last: 2 }, all, person), {
        count: 1,
      });
      deepEqual(
        (yield* endAll(process, { _tag: "Delivered" })).map(({ message }) => message),
        ["msg_R-2", "msg_R-3"],
      );
    }),
  },
  {
    title: "a message is one process's until its time is over; then the other's word counts alone",
    run: Effect.fnUntraced(function* (subject) {
      const those = yield* processes(subject, 2);
      const [one = yield* Effect.die("no process"), other = one] = those;
      yield* desk(one).register("erp");
      yield* started(one, 1, 20);
      yield* desk(one).plan("erp", all);
      const [mine, theirs] = yield* Effect.all([desk(one).claim("erp", open), desk(other).claim("erp", open)], {
        concurrency: "unbounded",
      });
      const ids = [...mine, ...theirs].map(({ id }) => id);
      equal(new Set(ids).size, ids.length, "no message is at two");
      yield* desk(one).claim("erp", open);
      yield* desk(other).claim("erp", open);
      deepEqual(yield* desk(other).claim("erp", open), [], "all are being tried");

      yield* started(one, 21, 21);
      yield* desk(one).plan("erp", all);
      const [late = yield* Effect.die("none")] = yield* desk(one).claim("erp", { ...open, lease: 0 });
      equal(late.attempts, 1);
      yield* Effect.sleep(5);
      const [again = yield* Effect.die("none")] = yield* desk(other).claim("erp", open);
      deepEqual([again.id, again.attempts], [late.id, 2]);
      equal(yield* desk(one).end("erp", late, { _tag: "Dead" }), false);
      equal(yield* desk(other).end("erp", again, { _tag: "Delivered" }, { status: 204 }), true);
      equal(yield* desk(other).end("erp", again, { _tag: "Dead" }), false, "it has ended");
      equal((yield* Endpoints.find(one.store.database, "erp", late.id))?.state, "delivered");
      // Given back untried, it is due at once.
      yield* started(one, 22, 22);
      yield* desk(one).plan("erp", all);
      const back = yield* desk(one).claim("erp", open);
      yield* desk(one).release(back);
      yield* Effect.sleep(2);
      deepEqual(
        (yield* desk(other).claim("erp", open)).map(({ id }) => id),
        back.map(({ id }) => id),
      );
    }),
  },
  {
    title: "what was tried before stands before nothing that is new",
    run: Effect.fnUntraced(function* (subject) {
      const process = yield* opened(subject);
      yield* desk(process).register("erp");
      yield* started(process, 1, 12);
      yield* desk(process).plan("erp", all);
      equal((yield* endAll(process, { _tag: "Later", millis: 0 }, "status 500")).length, 12);
      yield* started(process, 13, 13);
      yield* desk(process).plan("erp", all);
      yield* Effect.sleep(2);
      const claimed = yield* desk(process).claim("erp", { fresh: 4, again: 2, lease: 60_000 });
      deepEqual(
        claimed.map(({ attempts, message }) => [message, attempts]),
        [
          ["msg_R-1", 2],
          ["msg_R-2", 2],
          ["msg_R-13", 1],
        ],
      );
      const { failed, pending } = yield* standing(process);
      deepEqual([failed, pending], ["status 500", 13]);
    }),
  },
  {
    title: "a disabled endpoint rests with all that is for it, can be tried, and goes on where it ended",
    run: Effect.fnUntraced(function* (subject) {
      const process = yield* opened(subject);
      const { database } = process.store;
      const { claim, end, plan, register } = desk(process);
      yield* register("erp");
      yield* started(process, 1, 2);
      yield* plan("erp", all);
      const [first = yield* Effect.die("none"), second = first] = yield* claim("erp", open);
      yield* end("erp", second, { _tag: "Later", millis: 0 });
      yield* end("erp", first, { _tag: "Disabled" }, { status: 410, said: "status 410" });
      yield* started(process, 3, 3);
      equal(yield* plan("erp", all), undefined);
      yield* Effect.sleep(2);
      deepEqual(yield* claim("erp", open), []);
      equal((yield* standing(process)).disabledWhy, "status 410");
      const ping = yield* Endpoints.ping(database, "erp", { message: "msg_ping", type: "ping", payload: "{}" });
      const other = yield* Endpoints.ping(database, "erp", { message: "msg_other", type: "ping", payload: "{}" });
      const pings = yield* claim("erp", open);
      deepEqual(
        pings.map(({ id, ping }) => [id, ping]),
        [
          [ping, true],
          [other, true],
        ],
      );
      for (const one of pings) yield* end("erp", one, { _tag: one.id === ping ? "Delivered" : "Dead" });
      // A receiver that was tried in vain has missed nothing by that.
      equal((yield* standing(process)).dead, 0);
      equal(yield* Endpoints.enable(database, "erp", person), true);
      equal(yield* Endpoints.enable(database, "erp", person), false);
      deepEqual((yield* standing(process)).disabledAt, undefined);
      deepEqual(((yield* standing(process)).enabled ?? {}).by, person.by);
      yield* plan("erp", all);
      yield* Effect.sleep(2);
      const claimed = yield* claim("erp", open);
      deepEqual(
        claimed.map(({ attempts, message }) => [message, attempts]),
        [
          ["msg_R-1", 1],
          ["msg_R-2", 1],
          ["msg_R-3", 1],
        ],
      );
      equal(yield* Endpoints.ping(database, "nobody", { message: "m", type: "ping", payload: "{}" }), undefined);
    }),
  },
  {
    title: "what is dead is delivered again one by one and by ranges, and what is kept no more is made anew",
    run: Effect.fnUntraced(function* (subject) {
      const process = yield* opened(subject);
      const { database } = process.store;
      const { plan, register, tidy } = desk(process);
      yield* register("erp");
      yield* register("desk");
      yield* started(process, 1, 10);
      yield* plan("erp", all);
      yield* plan("desk", all);
      yield* endAll(process, { _tag: "Dead" }, "status 404");
      const dead = yield* listed(process, "erp", "dead");
      equal(dead.length, 10);
      const waiting = Effect.map(listed(process, "erp", "pending"), (found) =>
        found.map(({ outRefundNo }) => outRefundNo),
      );
      const [newest = yield* Effect.die("none")] = dead;
      deepEqual(yield* Endpoints.replay(database, "erp", newest.id, person), { count: 1 });
      deepEqual((yield* Endpoints.find(database, "erp", newest.id))?.replayed, person);
      deepEqual(yield* Endpoints.replay(database, "desk", newest.id, person), { count: 0 }, "it is another endpoint's");
      deepEqual(yield* waiting, ["R-10"]);
      deepEqual(yield* Endpoints.replayDead(database, "erp", { first: 2, last: 3 }, person), { count: 2 });
      deepEqual(yield* waiting, ["R-10", "R-3", "R-2"]);
      deepEqual(yield* Endpoints.replayDead(database, "erp", { until: newest.happenedAt - 3_600_000 }, person), {
        count: 0,
      });
      deepEqual(yield* Endpoints.replayDead(database, "erp", { from: newest.happenedAt - 3_600_000 }, person), {
        count: 7,
      });
      const tried = yield* endAll(process, { _tag: "Delivered" });
      equal(tried.length, 10);
      ok(tried.every(({ attempts }) => attempts === 1));
      yield* Effect.sleep(5);
      equal(yield* tidy({ delivered: 3_600_000, dead: 0 }), 0);
      equal(yield* tidy({ delivered: 0, dead: 3_600_000 }), 10);
      deepEqual(yield* listed(process), []);
      equal((yield* listed(process, "desk")).length, 10, "what waits is never removed");
      deepEqual(yield* Endpoints.replayAll(database, "erp", { first: 5 }, all, person), { count: 6 });
      deepEqual(
        (yield* endAll(process, { _tag: "Delivered" })).map(({ message }) => message),
        ["msg_R-5", "msg_R-6", "msg_R-7", "msg_R-8", "msg_R-9", "msg_R-10"],
      );
    }),
  },
  {
    title: "what a clock that was set back has planned far ahead is due",
    run: Effect.fnUntraced(function* (subject) {
      const process = yield* opened(subject);
      const { claim, plan, register, tidy } = desk(process);
      yield* register("erp");
      yield* started(process, 1, 2);
      yield* plan("erp", all);
      const { sql, store } = process;
      yield* sql`UPDATE ${store.database.table("refund_deliveries")} SET due_at = due_at + ${3 * 86_400_000}`;
      deepEqual(yield* claim("erp", open), []);
      yield* tidy({ delivered: 1, dead: 1 });
      yield* Effect.sleep(2);
      equal((yield* claim("erp", open)).length, 2);
    }),
  },
];
