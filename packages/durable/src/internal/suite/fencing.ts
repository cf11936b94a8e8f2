/** Who may write a row: whoever read it last and holds its merchant, and nobody once it has ended. */
import { deepEqual, equal, notEqual, ok } from "node:assert/strict";
import { initial, type Observation, observe, type Progress } from "@wechat-refund/core/RefundProgress";
import * as Effect from "effect/Effect";
import type { Begin, Row } from "../../RefundStore.ts";
import { type Case, type Opened, opened, other, person, processes, request, shop, sub } from "./case.ts";

const begun = (row: Row, call: "send" | "ask", owner: string, leaseEpoch: number): Begin => ({
  what: `${call}: begun`,
  progress: observe(row.progress, { _tag: "Begun", call }),
  call,
  owner,
  leaseEpoch,
  lease: 75_000,
});

const after = (row: Row, ...observations: ReadonlyArray<Observation>): Progress =>
  observations.reduce(observe, row.progress);

const rowOf = ({ store }: Opened, outRefundNo: string): Effect.Effect<Row, unknown> =>
  Effect.flatMap(store.find({ mchId: shop, outRefundNo }), Effect.fromNullishOr);

const take = (opened: Opened, owner: string, epoch: number): Effect.Effect<number, unknown> =>
  Effect.flatMap(opened.leases(owner).take({ mchId: shop, epoch, beat: 0 }), Effect.fromNullishOr);

/** A row that was begun. */
const begin = Effect.fnUntraced(function* ({ store }: Opened, row: Row, claim: Begin) {
  const wrote = yield* store.begin(row, claim);
  if (wrote === undefined || "_tag" in wrote) return yield* Effect.die(`not begun: ${JSON.stringify(wrote)}`);
  return wrote;
});

const succeeded: ReadonlyArray<Observation> = [
  { _tag: "Begun", call: "send" },
  { _tag: "Accepted" },
  { _tag: "Begun", call: "ask" },
  { _tag: "Found", status: "SUCCESS" },
];

export const fencing: ReadonlyArray<Case> = [
  {
    title: "a call is begun on the row as it was read, by the process that holds the merchant, once",
    run: Effect.fnUntraced(function* (subject) {
      const process = yield* opened(subject);
      const { refunds, store } = process;
      yield* refunds.start("shop", request("R-1"));
      const row = yield* rowOf(process, "R-1");
      equal(yield* store.begin(row, begun(row, "send", "a", 1)), undefined, "nobody holds the merchant");
      equal(yield* take(process, "a", 0), 1);
      equal(yield* store.begin(row, begun(row, "send", "b", 1)), undefined, "another holds it");
      equal(yield* store.begin(row, begun(row, "send", "a", 2)), undefined, "the lease is another");
      deepEqual(yield* rowOf(process, "R-1").pipe(Effect.map(({ version, epoch }) => [version, epoch])), [0, 0]);
      const wrote = yield* begin(process, row, begun(row, "send", "a", 1));
      deepEqual([wrote.version, wrote.epoch, wrote.owner, wrote.progress.open], [1, 1, "a", "send"]);
      equal(yield* store.begin(row, begun(row, "send", "a", 1)), undefined, "the row was written since");
      const there = yield* rowOf(process, "R-1");
      deepEqual([there.version, there.epoch, there.seq], [1, 1, 2]);
      ok((there.dueAt ?? 0) > there.now + 60_000, "a call under way is due when its lease ends");
    }),
  },
  {
    title: "what is written of a call under way, once the clock was set back, ends its lease by the clock of now",
    run: Effect.fnUntraced(function* (subject) {
      const process = yield* opened(subject);
      const { refunds, sql, store } = process;
      yield* refunds.start("shop", request("R-1"));
      yield* take(process, "a", 0);
      const row = yield* rowOf(process, "R-1");
      const wrote = yield* begin(process, row, begun(row, "send", "a", 1));
      // As it stands where the clock was ten years ahead when the call was begun.
      const ahead = 315_360_000_000;
      yield* sql`UPDATE ${store.database.tables.refunds} SET progress_at = progress_at + ${ahead}, due_at = due_at + ${ahead}, version = version + 1`;
      const noted = yield* store.update({ mchId: shop, outRefundNo: "R-1" }, ({ progress }) =>
        Effect.succeed({ what: "notice", progress: observe(progress, { _tag: "Noticed", verified: false }) }),
      );
      ok(noted !== undefined && noted.version > wrote.version + 1);
      const left = (yield* rowOf(process, "R-1").pipe(Effect.map(({ dueAt = 0, now }) => dueAt - now))) / 1000;
      ok(left > 60 && left <= 75, `due in ${left} s`);
      // And another line of it while the clock goes on as it should leaves that as it is.
      yield* store.update({ mchId: shop, outRefundNo: "R-1" }, ({ progress }) =>
        Effect.succeed({ what: "again", progress }),
      );
      const still = (yield* rowOf(process, "R-1").pipe(Effect.map(({ dueAt = 0, now }) => dueAt - now))) / 1000;
      ok(still > 60 && still <= left, `due in ${still} s`);
    }),
  },
  {
    title: "a merchant is not taken from who has beaten since that was seen",
    run: Effect.fnUntraced(function* (subject) {
      const process = yield* opened(subject);
      const [a, b] = [process.leases("a"), process.leases("b")];
      equal(yield* take(process, "a", 0), 1);
      deepEqual((yield* a.beat).held, new Map([[shop, 1]]));
      equal(yield* b.take({ mchId: shop, epoch: 1, beat: 0 }), undefined, "it lives");
      deepEqual((yield* a.beat).held, new Map([[shop, 1]]));
      equal(yield* b.take({ mchId: shop, epoch: 1, beat: 2 }), 2);
      equal((yield* a.beat).held.size, 0);
    }),
  },
  {
    title: "what a process does not know is no work of its own, and stays due for one that does",
    run: Effect.fnUntraced(function* (subject) {
      const process = yield* opened(subject);
      const { refunds, store } = process;
      for (const n of [1, 2, 3]) yield* refunds.start("sub", request(`S-${n}`));
      const room = { Recorded: 2, Unknown: 2, Accepted: 2 };
      const due = (subMchIds?: ReadonlyArray<string>) =>
        Effect.map(store.due(shop, room, [], subMchIds), ({ rows }) => rows.map(({ outRefundNo }) => outRefundNo));
      const free = (ours?: ReadonlyArray<string>) =>
        Effect.map(process.leases("a").free([shop, other], ours), ({ free }) => free.map(({ mchId }) => mchId));
      const known = [`${shop} `, `${other} `, `${other} ${sub}`];
      deepEqual([yield* free(known), yield* free([...known, `${shop} ${sub}`]), yield* free()], [[], [shop], [shop]]);
      yield* refunds.start("shop", request("R-1"));
      deepEqual(yield* free(known), [shop]);
      deepEqual(yield* due([""]), ["R-1"], "what waits for another takes no room");
      deepEqual(yield* due([sub]), ["S-1", "S-2"]);
      deepEqual(yield* due([sub, ""]), ["S-1", "S-2"]);
      deepEqual(yield* due(), ["S-1", "S-2"]);
      deepEqual((yield* store.dueOf(shop)).toSorted(), ["", sub]);
      deepEqual(yield* store.dueOf(other), []);
      // What a holder that is gone was at is taken up by who knows it.
      const row = yield* Effect.flatMap(
        store.find({ mchId: shop, subMchId: sub, outRefundNo: "S-1" }),
        Effect.fromNullishOr,
      );
      yield* begin(process, row, begun(row, "send", "b", yield* take(process, "b", 0)));
      yield* refunds.cancel("shop", "R-1", person);
      for (const n of [2, 3]) yield* refunds.cancel("sub", `S-${n}`, person);
      yield* process.leases("b").release(shop);
      deepEqual([yield* free(known), yield* free([`${shop} ${sub}`])], [[], [shop]]);
    }),
  },
  {
    title: "twenty begins at once of one row make one call",
    run: Effect.fnUntraced(function* (subject) {
      const all = yield* processes(subject, 2);
      const [process = yield* Effect.die("no process")] = all;
      yield* process.refunds.start("shop", request("R-1"));
      yield* take(process, "a", 0);
      const row = yield* rowOf(process, "R-1");
      const tried = yield* Effect.forEach(
        Array.from({ length: 20 }, (_, n) => all[n % 2] ?? process),
        ({ store }) => store.begin(row, begun(row, "send", "a", 1)),
        { concurrency: "unbounded" },
      );
      equal(tried.filter((wrote) => wrote !== undefined).length, 1);
      equal((yield* rowOf(process, "R-1")).epoch, 1);
    }),
  },
  {
    title: "refunds of one order are sent a minute apart, and asked for at any time",
    run: Effect.fnUntraced(function* (subject) {
      const process = yield* opened(subject);
      const { refunds, sql, store } = process;
      const order = { order: { outTradeNo: "T-1" } };
      for (const number of ["R-1", "R-2"]) yield* refunds.start("shop", request(number, order));
      yield* refunds.start("shop", request("R-3"));
      yield* take(process, "a", 0);
      const [first, second, third] = [
        yield* rowOf(process, "R-1"),
        yield* rowOf(process, "R-2"),
        yield* rowOf(process, "R-3"),
      ];
      const sent = yield* begin(process, first, begun(first, "send", "a", 1));
      const later = yield* store.begin(second, begun(second, "send", "a", 1));
      ok(later !== undefined && "_tag" in later && later.millis > 50_000 && later.millis <= 60_000);
      yield* begin(process, third, begun(third, "send", "a", 1));
      const asked = yield* begin(process, second, begun(second, "ask", "a", 1));
      // The same refund again waits for nobody.
      const idle = yield* store.write(sent, {
        what: "no answer",
        progress: after(sent, { _tag: "Unanswered", limited: false }),
      });
      if (idle !== undefined) yield* begin(process, idle, begun(idle, "send", "a", 1));
      const table = store.database.tables.refunds;
      yield* sql`UPDATE ${table} SET sent_at = sent_at - 60001`;
      const again = yield* store.write(asked, { what: "none", progress: after(asked, { _tag: "NoSuchRefund" }) });
      if (again === undefined) return yield* Effect.die("not written");
      yield* begin(process, again, begun(again, "send", "a", 1));
    }),
  },
  {
    title: "of refunds of one order that are begun at once, one is sent",
    run: Effect.fnUntraced(function* (subject) {
      const process = yield* opened(subject);
      const { refunds, store } = process;
      const numbers = Array.from({ length: 20 }, (_, n) => `R-${n}`);
      for (const number of numbers) yield* refunds.start("shop", request(number, { order: { outTradeNo: "T-1" } }));
      yield* take(process, "a", 0);
      const rows = yield* Effect.forEach(numbers, (number) => rowOf(process, number));
      const tried = yield* Effect.forEach(rows, (row) => store.begin(row, begun(row, "send", "a", 1)), {
        concurrency: "unbounded",
      });
      deepEqual(
        tried.map((wrote) => (wrote === undefined ? "nothing" : "_tag" in wrote ? wrote._tag : "begun")).sort(),
        [...Array.from({ length: 19 }, () => "Later"), "begun"],
      );
    }),
  },
  {
    title: "a process that was taken over writes nothing any more",
    run: Effect.fnUntraced(function* (subject) {
      const [old = yield* Effect.die("no process"), young = old] = yield* processes(subject, 2);
      yield* old.refunds.start("shop", request("R-1"));
      yield* take(old, "old", 0);
      const row = yield* rowOf(old, "R-1");
      const sending = yield* begin(old, row, begun(row, "send", "old", 1));
      equal(
        yield* young.leases("young").take({ mchId: shop, epoch: 0, beat: 0 }),
        undefined,
        "it is not as it was seen",
      );
      equal(yield* take(young, "young", 1), 2);
      // What was under way is due at once.
      const room = { Recorded: 10, Unknown: 10, Accepted: 10 };
      const [due] = (yield* young.store.due(shop, room, [])).rows;
      if (due === undefined) return yield* Effect.die("what was under way is not due");
      const loaded = { ...due, progress: after(due, { _tag: "Loaded" }) };
      equal(loaded.progress.truth, "Unknown");
      const asking = yield* begin(young, loaded, begun(loaded, "ask", "young", 2));
      const told = { what: "send: accepted", progress: after(sending, { _tag: "Accepted" }), refundId: "5001" };
      equal(yield* old.store.write(sending, told), undefined);
      equal(yield* old.store.begin(sending, begun(sending, "ask", "old", 1)), undefined);
      const there = yield* rowOf(young, "R-1");
      deepEqual(
        [there.owner, there.epoch, there.version, there.progress, there.refundId],
        ["young", asking.epoch, asking.version, asking.progress, undefined],
      );
      // Nor does it give back what is not its own.
      yield* old.leases("old").release(shop);
      deepEqual([...(yield* young.leases("young").beat).held], [[shop, 2]]);
      deepEqual([...(yield* old.leases("old").beat).held], []);
    }),
  },
  {
    title: "a notice that is stored while a call is open is not lost by what comes of the call",
    run: Effect.fnUntraced(function* (subject) {
      const process = yield* opened(subject);
      const { refunds, store } = process;
      yield* refunds.start("shop", request("R-1"));
      yield* take(process, "a", 0);
      const row = yield* rowOf(process, "R-1");
      const sending = yield* begin(process, row, begun(row, "send", "a", 1));
      const noticed = yield* store.update(row, (now) =>
        Effect.succeed({
          what: "notice",
          quiet: true,
          progress: after(now, { _tag: "Noticed", verified: false }),
        }),
      );
      deepEqual(
        [noticed?.epoch, noticed?.owner, noticed?.progress.open, noticed?.progress.poke],
        [sending.epoch, "a", "send", "ask"],
      );
      equal((yield* rowOf(process, "R-1")).dueAt, sending.dueAt, "the call keeps the end of its lease");
      const accepted: Observation = { _tag: "Accepted" };
      equal(yield* store.write(sending, { what: "accepted", progress: after(sending, accepted) }), undefined);
      const wrote = yield* store.update(row, (now) =>
        Effect.succeed({ what: "accepted", progress: after(now, accepted) }),
      );
      deepEqual([wrote?.progress.truth, wrote?.owner], ["Accepted", undefined]);
    }),
  },
  {
    title: "what has ended is never changed",
    run: Effect.fnUntraced(function* (subject) {
      const process = yield* opened(subject);
      const { refunds, store } = process;
      yield* refunds.start("shop", request("R-1"));
      const before = yield* rowOf(process, "R-1");
      const done = yield* store.write(before, { what: "found", progress: after(before, ...succeeded) });
      equal(done?.dueAt, undefined);
      yield* process.place;
      const ended = yield* refunds.find("shop", "R-1");
      equal(ended?.final, true);
      for (const act of ["cancel", "goOn", "resolve", "startAgain", "refreeze"] as const) {
        equal((yield* Effect.flip(refunds[act]("shop", "R-1", person)))._tag, "NotPermitted", act);
      }
      equal(yield* refunds.actOnAll("goOn", {}, person), 0);
      deepEqual(yield* refunds.start("shop", request("R-1")), { ...ended, created: false });
      equal(yield* store.write(before, { what: "late", progress: initial("R-1") }), undefined);
      yield* take(process, "a", 0);
      const row = yield* rowOf(process, "R-1");
      deepEqual((yield* store.due(shop, { Recorded: 9, Unknown: 9, Accepted: 9 }, [])).rows, []);
      deepEqual(row.progress, done?.progress);
      deepEqual(yield* refunds.find("shop", "R-1"), ended);
      equal((yield* refunds.history("shop", "R-1")).length, 2);
    }),
  },
  {
    title: "the history grows by a line each, numbered without a gap, whoever writes",
    run: Effect.fnUntraced(function* (subject) {
      const all = yield* processes(subject, 3);
      const [process = yield* Effect.die("no process")] = all;
      const { refunds } = process;
      yield* refunds.start("shop", request("R-1"));
      // All wait for one row, and none for longer than a statement may take.
      const times = Array.from({ length: 12 }, (_, n) => n);
      yield* Effect.forEach(
        times,
        (n) =>
          (all[n % all.length] ?? process).store.update({ mchId: shop, outRefundNo: "R-1" }, (row) =>
            Effect.succeed({ what: `look ${n}`, quiet: n % 4 === 3, progress: row.progress }),
          ),
        { concurrency: "unbounded" },
      );
      const lines = yield* refunds.history("shop", "R-1");
      deepEqual(
        lines.map(({ seq }) => seq),
        Array.from({ length: 10 }, (_, n) => n + 1),
      );
      deepEqual(
        new Set(lines.slice(1).map(({ what }) => what)),
        new Set(times.filter((n) => n % 4 !== 3).map((n) => `look ${n}`)),
      );
      const { updatedAt, version } = yield* rowOf(process, "R-1");
      equal(version, 12);
      notEqual(lines.at(-1)?.at, undefined);
      ok((lines.at(-1)?.at ?? Infinity) <= updatedAt);
    }),
  },
];
