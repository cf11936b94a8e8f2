/** The books: which days there are, who is at one, what is missing when, and what is kept of it. */
import { deepEqual, equal, ok } from "node:assert/strict";
import * as Reconciliation from "@wechat-refund/core/Reconciliation";
import { dayOf, days as daysBetween } from "@wechat-refund/core/RefundBill";
import { type Observation, observe } from "@wechat-refund/core/RefundProgress";
import * as Effect from "effect/Effect";
import * as Stream from "effect/Stream";
import * as Books from "../../Books.ts";
import * as Comparing from "../../Comparing.ts";
import * as Maintenance from "../../Maintenance.ts";
import * as Reconciliations from "../../Reconciliations.ts";
import { RefundStore } from "../../RefundStore.ts";
import * as Retention from "../../Retention.ts";
import * as StoreCheck from "../../StoreCheck.ts";
import { type Case, type Opened, opened, other, person, processes, request, shop, sub } from "./case.ts";

const at = (time: string): number => Date.parse(`${time}+08:00`);
const noon = (day: string): number => at(`${day}T12:00:00`);
/** A refund that was begun and, where that is given, accepted at these moments. */
const refunded = Effect.fnUntraced(function* (
  { refunds, sql, store }: Opened,
  outRefundNo: string,
  sentAt: number,
  acceptedAt: number | "unknown" = sentAt,
  whose = "shop",
) {
  yield* refunds.start(whose, request(outRefundNo));
  const key = { mchId: shop, outRefundNo, ...(whose === "sub" && { subMchId: sub }) };
  const last: Observation = acceptedAt === "unknown" ? { _tag: "Unanswered", limited: false } : { _tag: "Accepted" };
  for (const observation of [{ _tag: "Begun", call: "send" } as const, last]) {
    yield* store.update(key, (row) =>
      Effect.succeed({
        what: observation._tag === "Begun" ? "send: begun" : `send: ${observation._tag}`,
        progress: observe(row.progress, observation),
      }),
    );
  }
  const row = yield* Effect.flatMap(store.find(key), Effect.fromNullishOr);
  const known = acceptedAt === "unknown" ? sentAt : acceptedAt;
  const { history, refunds: rows } = store.database.tables;
  yield* sql`UPDATE ${history} SET at = ${sentAt} WHERE refund = ${row.id} AND seq <= 2`;
  yield* sql`UPDATE ${history} SET at = ${known} WHERE refund = ${row.id} AND seq = 3`;
  yield* sql`UPDATE ${rows} SET created_at = ${sentAt}, updated_at = ${known} WHERE id = ${row.id}`;
  return row.id;
});

interface Line {
  readonly outRefundNo: string;
  readonly subMchId?: string;
  readonly fee?: string;
}

const bill = (lines: ReadonlyArray<Line>, isWhole = true): Stream.Stream<string> =>
  Stream.make(
    [
      "商户号,特约商户号,商户订单号,货币种类,用户标识,微信退款单号,商户退款单号,退款金额,退款状态",
      ...lines.map(({ fee = "1.00", outRefundNo, subMchId = "0" }) =>
        [
          shop,
          subMchId,
          `T-${outRefundNo}`,
          "CNY",
          "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o",
          `50${outRefundNo}`,
          outRefundNo,
          fee,
          "SUCCESS",
        ]
          .map((cell) => `\`${cell}`)
          .join(","),
      ),
      ...(isWhole
        ? [
            "总交易单数,总退款金额",
            `\`${lines.length},\`${lines.reduce((sum, { fee = "1.00" }) => sum + Number(fee), 0).toFixed(2)}`,
          ]
        : []),
      "",
    ].join("\n"),
  );

/** What a bill of a day says against the store. */
const looked = Effect.fnUntraced(function* ({ store }: Opened, date: string, source: ReturnType<typeof bill> | "none") {
  const { database } = store;
  const books = new Reconciliation.Books();
  const found = Comparing.nothing();
  const period = { from: date, to: date };
  yield* Books.take(database, books, shop, period);
  const before = (lines: Parameters<Comparing.Before<unknown, never>>[0]) => Books.lookUp(database, books, shop, lines);
  yield* Comparing.compare(books, found, source, { name: date, date }, before, Books.isDoubted);
  const marks = yield* Books.missing(database, books, found, period);
  return {
    found,
    totals: books.totals,
    marks,
    said: [
      ...found.differences.map(({ kind, outRefundNo }) => `${kind} ${outRefundNo}`),
      ...found.doubted.map(({ outRefundNo }) => `doubted ${outRefundNo}`),
      ...books.totals.flatMap(({ open }) => (open.count === 0 ? [] : [`open ${open.count}`])),
    ],
  };
});

/** The same; what it did not have is kept, as a reconciler does. */
const compare = Effect.fnUntraced(function* (process: Opened, date: string, source: ReturnType<typeof bill> | "none") {
  const result = yield* looked(process, date, source);
  yield* Books.keep(process.store.database, result.marks);
  return result;
});

const claimed = (days: ReturnType<typeof Reconciliations.make>, now: number) =>
  Effect.flatMap(days.claim([shop, other], now), Effect.fromNullishOr);

export const reconciling: ReadonlyArray<Case> = [
  {
    title: "a refund is missing once the whole bills of all its days came without it, in whichever order they came",
    run: Effect.fnUntraced(function* (subject) {
      for (const order of [
        ["2026-11-23", "2026-11-24"],
        ["2026-11-24", "2026-11-23"],
      ]) {
        const process = yield* opened(subject);
        yield* refunded(process, "noon", noon("2026-11-23"));
        yield* refunded(process, "midnight", at("2026-11-23T23:59:00"));
        yield* refunded(process, "night", at("2026-11-23T23:00:00"), at("2026-11-24T01:00:00"));
        yield* refunded(process, "there", at("2026-11-24T00:01:00"));
        yield* refunded(process, "unknown", noon("2026-11-23"), "unknown");
        const said: Array<ReadonlyArray<string>> = [];
        for (const day of order) {
          const lines = day === "2026-11-24" ? [{ outRefundNo: "there" }] : [];
          said.push((yield* compare(process, day, bill(lines))).said.toSorted());
        }
        deepEqual(
          said,
          order[0] === "2026-11-23"
            ? [
                ["only-here noon", "open 4"],
                ["only-here midnight", "only-here night", "open 1"],
              ]
            : [["open 3"], ["only-here midnight", "only-here night", "only-here noon", "open 2"]],
        );
      }
    }),
  },
  {
    title:
      "a refund whose first send is under way, or was when its process ended, is unknown to the books, and not unsent",
    run: Effect.fnUntraced(function* (subject) {
      const process = yield* opened(subject);
      yield* process.refunds.start("shop", request("waiting"));
      yield* process.refunds.start("shop", request("sent"));
      const { refunds } = process.store.database.tables;
      yield* process.sql`UPDATE ${refunds} SET owner = ${"ended"} WHERE out_refund_no = ${"sent"}`;
      const lines = ["waiting", "sent"].map((outRefundNo) => ({ outRefundNo, fee: "9.00" }));
      const { found } = yield* looked(process, "2026-11-23", bill(lines));
      deepEqual(
        found.differences.map(({ kind, outRefundNo, ours }) => [kind, outRefundNo, ours?.truth]),
        [
          ["amount-differs", "waiting", "Recorded"],
          ["amount-differs", "sent", "Unknown"],
        ],
      );
    }),
  },
  {
    title: "a bill that is cut off, or has a line of which not even the number can be read, makes nothing missing",
    run: Effect.fnUntraced(function* (subject) {
      const process = yield* opened(subject);
      yield* refunded(process, "noon", noon("2026-11-23"));
      yield* refunded(process, "midnight", at("2026-11-23T23:59:00"));
      deepEqual((yield* compare(process, "2026-11-23", bill([{ outRefundNo: "x" }], false))).said, [
        "only-there x",
        "open 2",
      ]);
      deepEqual((yield* compare(process, "2026-11-24", bill([]))).said, ["open 1"]);
      // The day that did not come whole has it in it, for all that is known.
      deepEqual((yield* compare(process, "2026-11-23", "none")).said, ["only-here noon", "only-here midnight"]);
    }),
  },
  {
    title: "a bill that is not believed yet leaves nothing behind by which a refund is missing later",
    run: Effect.fnUntraced(function* (subject) {
      const process = yield* opened(subject);
      const { database } = process.store;
      yield* refunded(process, "midnight", at("2026-11-23T23:59:00"));
      const days = Reconciliations.make(database, "a", 0);
      const now = noon("2026-11-25");
      yield* days.plan([shop], now);
      const kept = Effect.map(
        process.sql`SELECT day FROM ${database.table("refund_unbilled")}`,
        ({ length }) => length,
      );
      for (const again of [1000, undefined]) {
        const claim = yield* claimed(days, now + 60_000);
        equal(claim.date, "2026-11-23");
        const { found, marks, totals } = yield* looked(process, claim.date, "none");
        equal(marks.length, 1);
        yield* days.compared(claim, found, totals, { again, marks, whole: true });
        equal(yield* kept, again === undefined ? 1 : 0);
        // What was planned is planned by the store's own clock.
        yield* process.sql`UPDATE ${database.table("refund_reconciliations")} SET due_at = 0 WHERE state = 'waiting'`;
      }
    }),
  },
  {
    title: "lines are found by their numbers: old ones, those of sub-merchants, and those whose rows were removed",
    run: Effect.fnUntraced(function* (subject) {
      const process = yield* opened(subject);
      const { sql, store } = process;
      yield* refunded(process, "A", noon("2026-11-23"));
      yield* refunded(process, "A", noon("2026-11-23"), noon("2026-11-23"), "sub");
      yield* refunded(process, "old", noon("2026-08-01"));
      yield* refunded(process, "doubt", noon("2026-11-23"), "unknown");
      yield* refunded(process, "gone", noon("2026-11-23"));
      yield* process.refunds.resolve("shop", "gone", person);
      yield* process.place;
      yield* sql`UPDATE ${store.database.tables.refunds} SET updated_at = 0 WHERE out_refund_no = 'gone'`;
      yield* Effect.provideService(Retention.prune({ refunds: "1 day" }), RefundStore, store);
      equal((yield* process.refunds.list({ outRefundNo: "gone" })).refunds.length, 0);
      const lines = [
        { outRefundNo: "A" },
        { outRefundNo: "A", subMchId: sub },
        { outRefundNo: "old", fee: "1.01" },
        { outRefundNo: "doubt" },
        { outRefundNo: "gone" },
        { outRefundNo: "new" },
      ];
      deepEqual((yield* compare(process, "2026-11-23", bill(lines))).said, [
        "amount-differs old",
        "contradiction gone",
        "only-there new",
        "doubted doubt",
      ]);
    }),
  },
  {
    title:
      "days are those since the first refund whose bills can be had, the oldest first; what is kept no more is lost",
    run: Effect.fnUntraced(function* (subject) {
      const process = yield* opened(subject);
      const { database } = process.store;
      const days = Reconciliations.make(database, "a", 30_000);
      yield* days.plan([shop, other], noon("2026-11-27"));
      deepEqual(yield* Reconciliations.list(database), [], "without a refund there are no books");
      yield* refunded(process, "A", noon("2026-11-23"));
      const dates = Effect.map(Reconciliations.list(database), (all) =>
        all.map(({ date, state }) => `${date} ${state}`),
      );
      yield* days.plan([shop, other], at("2026-11-26T09:59:59"));
      deepEqual(yield* dates, ["2026-11-24 waiting", "2026-11-23 waiting"]);
      yield* days.plan([shop, other], at("2026-11-26T10:00:00"));
      deepEqual(yield* dates, ["2026-11-25 waiting", "2026-11-24 waiting", "2026-11-23 waiting"]);
      const first = yield* claimed(days, noon("2026-11-26"));
      deepEqual([first.mchId, first.date, first.attempts], [shop, "2026-11-23", 1]);
      yield* days.later(first, { millis: 1000, said: "not yet" });
      // By the store's clock it is long past; here what is due is told by the time that is given.
      const again = yield* days.claim([shop], (yield* days.now) + 500);
      equal(again?.date, "2026-11-24", "what waits holds up no other day");
      ok(again);
      yield* days.later(again, { millis: 60_000, said: "no right", everyDay: true });
      equal(
        yield* days.claim([shop], (yield* days.now) + 5000),
        undefined,
        "what is the merchant's puts off all of its days",
      );
      const late = noon("2027-02-25");
      yield* Reconciliations.make(database, "b", 0).plan([shop], late);
      const left = yield* Reconciliations.list(database, {}, { limit: 1000 });
      deepEqual(
        left.filter(({ state }) => state === "lost").map(({ date }) => date),
        ["2026-11-23"],
      );
      equal(left.length, daysBetween("2026-11-23", dayOf(late - 86_400_000)).length);
    }),
  },
  {
    title: "a day is one process's at a time, and one who was thought dead stores nothing of it",
    run: Effect.fnUntraced(function* (subject) {
      const [a, b] = yield* processes(subject, 2);
      ok(a && b);
      yield* refunded(a, "A", noon("2026-11-23"));
      const now = noon("2026-11-25");
      const one = Reconciliations.make(a.store.database, "a", 100);
      const two = Reconciliations.make(b.store.database, "b", 100);
      yield* one.plan([shop], now);
      const claims = yield* Effect.all([one.claim([shop], now), two.claim([shop], now)], { concurrency: 2 });
      equal(claims.filter((claim) => claim !== undefined).length, 1);
      const [winner, loser] = claims[0] === undefined ? [two, one] : [one, two];
      const claim = claims[0] ?? claims[1];
      ok(claim);
      equal(yield* loser.claim([shop], now), undefined, "nor another day of that merchant");
      equal(yield* winner.beat(claim), true);
      yield* Effect.sleep(60);
      equal(yield* winner.beat(claim), true);
      yield* Effect.sleep(60);
      equal(yield* loser.claim([shop], now), undefined, "whoever counts its beats up lives");
      yield* Effect.sleep(150);
      const taken = yield* loser.claim([shop], now);
      deepEqual([taken?.date, taken?.epoch], [claim.date, claim.epoch + 1]);
      ok(taken);
      equal(yield* winner.beat(claim), false);
      const result = yield* compare(a, "2026-11-23", bill([{ outRefundNo: "x" }]));
      const how = { marks: [], whole: true };
      equal(yield* winner.compared(claim, result.found, result.totals, how), "another's");
      equal((yield* Reconciliations.differencesOf(a.store.database, claim)).length, 0);
      equal(yield* loser.compared(taken, result.found, result.totals, how), "stored");
      const [difference] = yield* loser.unasked(taken, 10);
      ok(difference);
      equal(yield* winner.answered(claim, difference.id, { agreesWith: "ours" }), false);
      yield* winner.done(claim);
      equal((yield* Reconciliations.find(a.store.database, shop, claim.date))?.state, "asking");
    }),
  },
  {
    title:
      "what a day found is stored as a whole, without anything of the payer, and the day has one place in the feed",
    run: Effect.fnUntraced(function* (subject) {
      const process = yield* opened(subject);
      const { database } = process.store;
      yield* refunded(process, "A", noon("2026-11-23"));
      yield* refunded(process, "B", noon("2026-11-23"));
      const days = Reconciliations.make(database, "a", 0);
      const now = noon("2026-11-25");
      yield* days.plan([shop], now);
      const claim = yield* claimed(days, now);
      const lines = [
        { outRefundNo: "A", fee: "0.99" },
        ...Array.from({ length: 250 }, (_, n) => ({ outRefundNo: `X-${n}` })),
      ];
      const result = yield* compare(process, claim.date, bill(lines));
      equal(yield* days.compared(claim, result.found, result.totals, { marks: result.marks, whole: true }), "stored");
      deepEqual(yield* Reconciliations.after(database, 0), [], "what is asked for is not done");
      deepEqual(yield* checked(process), []);
      const some = yield* Reconciliations.differencesOf(database, claim, { limit: 3 });
      deepEqual(
        some.map(({ kind, outRefundNo }) => `${kind} ${outRefundNo}`),
        ["amount-differs A", "only-there X-0", "only-there X-1"],
      );
      deepEqual([some[0]?.ours?.refundFee, some[0]?.theirs?.refundFee, some[0]?.fields], [100, 99, ["refund_fee"]]);
      ok(!JSON.stringify(some).includes("oUpF8"), "the payer's number is nowhere");
      const record = { refundId: "50A", status: "SUCCESS", refundFee: 99 };
      for (;;) {
        const open = yield* days.unasked(claim, 100);
        if (open.length === 0) break;
        for (const { id, outRefundNo } of open) {
          const answer =
            outRefundNo === "A" ? { agreesWith: "theirs" as const, record } : { agreesWith: "ours" as const };
          equal(yield* days.answered(claim, id, answer), true);
        }
      }
      yield* days.done(claim);
      const [first] = yield* Reconciliations.differencesOf(database, claim);
      deepEqual(first?.answer, { agreesWith: "theirs", record });
      const [day] = yield* Reconciliations.after(database, 0);
      deepEqual(
        [day?.date, day?.state, day?.position, day?.lines, day?.differences, day?.kept, day?.whole, day?.dueAt],
        ["2026-11-23", "done", 1, 251, 252, 252, true, undefined],
      );
      deepEqual(
        day?.totals.map(({ kinds }) => [kinds["only-there"].count, kinds["only-here"].amount]),
        [[250, 100]],
      );
      deepEqual(yield* Reconciliations.find(database, shop, "2026-11-23"), day);
      deepEqual(yield* checked(process), []);
      const standing = yield* Reconciliations.standings(database);
      deepEqual(
        standing.map(({ kinds, open }) => [open, kinds.get("only-there")]),
        [[1, 250]],
      );

      const next = yield* claimed(days, now);
      const agreed = yield* compare(process, next.date, bill([]));
      equal(yield* days.compared(next, agreed.found, agreed.totals, { marks: [], whole: true }), "stored");
      deepEqual(
        (yield* Reconciliations.after(database, 1)).map(({ date, position }) => [date, position]),
        [["2026-11-24", 2]],
        "what agrees is done at once",
      );
      deepEqual(
        (yield* Reconciliations.list(database, { state: ["done"], mchIds: [shop] }, { after: next })).map(
          ({ date }) => date,
        ),
        ["2026-11-23"],
      );
      yield* Effect.provideService(Maintenance.restored(person), RefundStore, process.store);
      yield* days.plan([shop], now + 86_400_000);
      const last = yield* claimed(days, now + 86_400_000);
      yield* days.compared(last, Comparing.nothing(), [], { marks: [], whole: true });
      ok(
        ((yield* Reconciliations.after(database, 2))[0]?.position ?? 0) > 1_000_000_000,
        "beyond what anybody can have read",
      );
    }),
  },
  {
    title: "a store check tells of a day that does not say what it found, and of differences that it does not count",
    run: Effect.fnUntraced(function* (subject) {
      const process = yield* opened(subject);
      const { sql, store } = process;
      const table = store.database.table;
      yield* refunded(process, "A", noon("2026-11-23"));
      const days = Reconciliations.make(store.database, "a", 0);
      yield* days.plan([shop], noon("2026-11-25"));
      const claim = yield* claimed(days, noon("2026-11-25"));
      const result = yield* compare(process, claim.date, bill([{ outRefundNo: "x" }]));
      yield* days.compared(claim, result.found, result.totals, { marks: [], whole: true });
      deepEqual(yield* checked(process), []);
      yield* sql`UPDATE ${table("refund_reconciliations")} SET kept = 5, state = 'done' WHERE day = '2026-11-23'`;
      deepEqual(yield* checked(process), [
        "a day of the books keeps as many differences as it says",
        "a day of the books that is over is nobody's, and nothing of it waits",
        "what differs on a day of the books that is done was asked for",
      ]);
      yield* sql`UPDATE ${table("refund_reconciliations")} SET totals = NULL WHERE day = '2026-11-23'`;
      ok((yield* checked(process)).includes("a day of the books that was compared says what was found"));
    }),
  },
  {
    title: "days that are over are removed with their differences, once their bills are kept no more",
    run: Effect.fnUntraced(function* (subject) {
      const process = yield* opened(subject);
      const { database } = process.store;
      yield* refunded(process, "A", noon("2026-11-23"));
      const days = Reconciliations.make(database, "a", 0);
      yield* days.plan([shop], noon("2026-11-25"));
      const claim = yield* claimed(days, noon("2026-11-25"));
      yield* days.compared(claim, Comparing.nothing(), [], { marks: [], whole: true });
      const prune = Effect.provideService(Retention.prune({ reconciliations: "1 millis" }), RefundStore, process.store);
      yield* Effect.sleep(20);
      yield* process.sql`UPDATE ${database.table("refund_reconciliations")} SET done_at = 0 WHERE state = 'done'`;
      const young = (yield* days.now) - claimNoon < 101 * 86_400_000;
      const removed = yield* prune;
      equal(removed.reconciliations, young ? 0 : 1);
      yield* process.sql`INSERT INTO ${database.table("refund_reconciliations")} (mch_id, day, state, done_at) VALUES (${shop}, '2020-01-01', 'done', 0)`;
      yield* process.sql`INSERT INTO ${database.table("refund_differences")} (mch_id, day, sub_mch_id, kind, out_refund_no, fields) VALUES (${shop}, '2020-01-01', '', 'twice', 'A', '[]')`;
      equal((yield* prune).reconciliations, 1);
      deepEqual(yield* process.sql`SELECT id FROM ${database.table("refund_differences")}`, []);
      // Who has read up to the newest hears of the next all the same.
      yield* process.sql`DELETE FROM ${database.table("refund_reconciliations")}`;
      yield* process.sql`INSERT INTO ${database.table("refund_reconciliations")} (mch_id, day, state, done_at, position) VALUES (${shop}, '2020-01-02', 'done', 0, 7)`;
      equal((yield* prune).reconciliations, 1);
      yield* process.sql`INSERT INTO ${database.table("refund_reconciliations")} (mch_id, day, state, due_at) VALUES (${shop}, '2026-11-23', 'waiting', 0)`;
      yield* days.compared(yield* claimed(days, noon("2026-11-25")), Comparing.nothing(), [], {
        marks: [],
        whole: true,
      });
      deepEqual(
        (yield* Reconciliations.after(database, 7)).map(({ position }) => position),
        [8],
      );
    }),
  },
];

const claimNoon = noon("2026-11-23");

const checked = ({ store }: Opened) =>
  Effect.map(Effect.provideService(StoreCheck.check, RefundStore, store), ({ findings }) =>
    findings
      .filter(({ rule }) => rule.includes("day of the books"))
      .map(({ rule }) => rule)
      .toSorted(),
  );
