/** Finding refunds: by every filter, and in pages while others are recorded. */
import { deepEqual, equal } from "node:assert/strict";
import { initial, observe } from "@wechat-refund/core/RefundProgress";
import * as Effect from "effect/Effect";
import { countUpTo, type Filter } from "../../Listing.ts";
import { differences, firstOf, proofs } from "../../Looking.ts";
import * as Books from "../../Books.ts";
import { type Case, type Opened, opened, other, person, request, shop, sub } from "./case.ts";

const numbers = (refunds: ReadonlyArray<{ readonly outRefundNo: string }>): ReadonlyArray<string> =>
  refunds.map(({ outRefundNo }) => outRefundNo);

const found = ({ refunds }: Opened, filter: Filter): Effect.Effect<ReadonlyArray<string>, unknown> =>
  Effect.map(refunds.list(filter), (page) => numbers(page.refunds));

/** Records a number that no request may have, as older programs may have written it. */
const record = Effect.fnUntraced(function* ({ store }: Opened, outRefundNo: string) {
  yield* store.record({
    mchId: shop,
    subMchId: "",
    frozen: {
      v: 1,
      appId: "wx8888888888888888",
      asked: { order: { outTradeNo: "T-1" }, outRefundNo, totalFee: 100, refundFee: 100 },
    },
    fingerprint: "1:",
    orderNo: "",
    attempted: false,
  });
});

export const listing: ReadonlyArray<Case> = [
  {
    title:
      "a list is filtered by merchant, truth, block, order, number and time, the newest first, or by prefix the highest number",
    run: Effect.fnUntraced(function* (subject) {
      const process = yield* opened(subject);
      const { refunds, sql, store } = process;
      yield* refunds.start("shop", request("A-1"));
      yield* refunds.start("shop", request("A-2", { order: { outTradeNo: "T-1" } }));
      yield* refunds.start("sub", request("A-3", { order: { outTradeNo: "T-1" } }));
      yield* refunds.start("other", request("B-1", { order: { transactionId: "4200000000000000000000000001" } }));
      yield* refunds.start("other", request("A-1"));
      yield* refunds.cancel("shop", "A-2", person);
      yield* store.update({ mchId: shop, outRefundNo: "A-1" }, (row) =>
        Effect.succeed({
          what: "held",
          progress: observe(row.progress, { _tag: "Held", cause: "top-up" }),
        }),
      );
      const table = store.database.tables.refunds;
      yield* Effect.forEach(
        [...(yield* refunds.list()).refunds].reverse(),
        ({ mchId, outRefundNo }, at) =>
          sql`UPDATE ${table} SET created_at = ${1000 * (at + 1)} WHERE mch_id = ${mchId} AND out_refund_no = ${outRefundNo}`,
      );
      const cases: ReadonlyArray<readonly [Filter, ReadonlyArray<string>]> = [
        [{}, ["A-1", "B-1", "A-3", "A-2", "A-1"]],
        [{ mchId: shop }, ["A-3", "A-2", "A-1"]],
        [{ mchId: shop, subMchId: "" }, ["A-2", "A-1"]],
        [{ mchId: shop, subMchId: sub }, ["A-3"]],
        [{ mchId: "1" }, []],
        [{ truth: ["NotMade"] }, ["A-2"]],
        [{ truth: ["NotMade", "Recorded"], mchId: shop }, ["A-3", "A-2", "A-1"]],
        [{ truth: [] }, []],
        [{ block: "any" }, ["A-1"]],
        [{ block: ["top-up", "key"] }, ["A-1"]],
        [{ block: ["key"] }, []],
        [{ outTradeNo: "T-1" }, ["A-3", "A-2"]],
        [{ transactionId: "4200000000000000000000000001" }, ["B-1"]],
        [{ outTradeNo: "4200000000000000000000000001" }, []],
        [{ outTradeNo: "T-1", mchId: shop }, ["A-3", "A-2"]],
        [{ outTradeNo: "T-1", prefix: "A-2" }, ["A-2"]],
        [{ outTradeNo: "T-1", truth: ["NotMade"], from: 2000 }, ["A-2"]],
        [{ outTradeNoPrefix: "T-", mchId: shop, truth: ["NotMade"] }, ["A-2"]],
        [{ outTradeNoPrefix: "T-11" }, []],
        [{ outTradeNoPrefix: "4200" }, []],
        [{ transactionIdPrefix: "4200" }, ["B-1"]],
        [{ transactionIdPrefix: "4200", until: 2000 }, []],
        [{ transactionIdPrefix: "T" }, []],
        [{ outRefundNo: "A-1" }, ["A-1", "A-1"]],
        [{ outRefundNo: "A-1", mchId: other }, ["A-1"]],
        [{ outRefundNo: "a-1" }, []],
        [{ prefix: "A-" }, ["A-3", "A-2", "A-1", "A-1"]],
        [{ prefix: "" }, ["A-1", "B-1", "A-3", "A-2", "A-1"]],
        [{ from: 2000 }, ["A-1", "B-1", "A-3", "A-2"]],
        [{ until: 2000 }, ["A-1"]],
        [{ from: 2000, until: 4000 }, ["A-3", "A-2"]],
        [{ prefix: "A-", truth: ["Recorded"] }, ["A-3", "A-1", "A-1"]],
        [{ prefix: "A-", mchId: other }, ["A-1"]],
        [{ prefix: "A-", from: 2000, until: 4000 }, ["A-3", "A-2"]],
        [{ from: 2000, mchId: shop }, ["A-3", "A-2"]],
        [{ from: 2000, until: 4000, truth: ["NotMade"] }, ["A-2"]],
      ];
      for (const [filter, expected] of cases) deepEqual([filter, yield* found(process, filter)], [filter, expected]);
      yield* sql`UPDATE ${table} SET owner = ${"another"} WHERE out_refund_no = ${"A-3"}`;
      const byPart: ReadonlyArray<readonly [Filter, ReadonlyArray<string>]> = [
        [{ truth: ["Recorded"] }, ["A-1", "B-1", "A-3", "A-1"]],
        [{ truth: ["Sending"] }, ["A-3"]],
        [{ truth: ["Sending"], mchId: other }, []],
        [{ truth: ["Blocked"], mchId: shop }, ["A-1"]],
        [{ truth: ["Unsent"] }, ["A-1", "B-1"]],
        [{ truth: ["Unsent"], block: "any" }, []],
        [{ truth: ["Blocked", "Sending"], block: ["top-up"] }, ["A-1"]],
        [{ truth: ["Unknown", "Sending"], from: 2000, until: 4000 }, ["A-3"]],
        [{ truth: ["NotMade", "Sending"], prefix: "A-" }, ["A-3", "A-2"]],
      ];
      for (const [filter, expected] of byPart) deepEqual([filter, yield* found(process, filter)], [filter, expected]);
      deepEqual(yield* refunds.count({ mchId: shop }), [{ currency: "CNY", count: 3, amount: 300 }]);
      deepEqual(yield* refunds.count({ mchId: "1" }), []);
      // No more than so many are counted one by one.
      for (const [most, expected] of [
        [3, [{ currency: "CNY", count: 3, amount: 300 }]],
        [2, undefined],
        [0, undefined],
      ] as const) {
        deepEqual(yield* countUpTo(store.database, { mchId: shop }, most), expected);
      }
      deepEqual(yield* countUpTo(store.database, { mchId: "1" }, 0), []);
      // Since when what is blocked is: of the one that was recorded first.
      const blocked = { mchId: shop, subMchId: "", truth: "Recorded", block: "top-up" } as const;
      deepEqual((yield* firstOf(store.database, blocked))?.refund.outRefundNo, "A-1");
      deepEqual(yield* firstOf(store.database, { ...blocked, subMchId: sub }), undefined);
      deepEqual(yield* proofs(store.database, { mchId: shop, outRefundNo: "A-1" }), []);
      deepEqual(yield* differences(store.database, { mchId: shop, outRefundNo: "A-1" }), []);
    }),
  },
  {
    title: "pages over 300 refunds give each once while others are recorded",
    run: Effect.fnUntraced(function* (subject) {
      const { refunds } = yield* opened(subject);
      const all = Array.from({ length: 300 }, (_, n) => `R-${n}`);
      yield* Effect.forEach(all, (number) => refunds.start("shop", request(number)), { concurrency: 20 });
      const expected = numbers((yield* refunds.list({}, { limit: 1000 })).refunds);
      deepEqual([...expected].sort(), [...all].sort());
      let added = 0;
      const byNumber = [...all].sort().reverse();
      for (const filter of [{ prefix: "R-" }, { prefix: "R-", mchId: shop }]) {
        const seen: Array<string> = [];
        let after: string | undefined;
        do {
          const page = yield* refunds.list(filter, { limit: 37, after });
          seen.push(...numbers(page.refunds));
          after = page.next;
          for (let n = 0; n < 3; n++) yield* refunds.start("shop", request(`S-${added++}`));
        } while (after !== undefined);
        deepEqual(seen, byNumber);
      }
      equal(added, 54);
      let after: string | undefined;
      const seen: Array<string> = [];
      do {
        const page = yield* refunds.list({ mchId: shop }, { limit: 37, after });
        seen.push(...numbers(page.refunds));
        after = page.next;
        yield* refunds.start("shop", request(`S-${added++}`));
      } while (after !== undefined);
      deepEqual(
        seen.filter((number) => number.startsWith("R-")),
        expected,
      );
      // One number of three merchants is three refunds, on pages of their own.
      yield* refunds.start("other", request("R-299"));
      yield* refunds.start("sub", request("R-299"));
      const first = yield* refunds.list({ prefix: "R-299" }, { limit: 1 });
      const second = yield* refunds.list({ prefix: "R-299" }, { limit: 1, after: first.next });
      const third = yield* refunds.list({ prefix: "R-299" }, { limit: 1, after: second.next });
      deepEqual(
        [first, second, third].map(({ next, refunds: [one] }) => [one?.mchId, one?.subMchId, next !== undefined]),
        [
          [shop, sub, true],
          [other, undefined, true],
          [shop, undefined, false],
        ],
      );
      const exact = yield* refunds.list({ prefix: "S-" }, { limit: added });
      deepEqual([exact.refunds.length, exact.next], [added, undefined]);
    }),
  },
  {
    title: "a prefix is taken as it is written, whatever its signs mean elsewhere",
    run: Effect.fnUntraced(function* (subject) {
      const process = yield* opened(subject);
      const given = [
        "A_1",
        "AB1",
        "A%1",
        "A%%2",
        "退款-1",
        "退款一",
        "退了",
        "\u{1F4B8}1",
        "\u{1F4B9}1",
        "\uD7FF1",
        "\uFFFF1",
      ];
      for (const number of given) yield* record(process, number);
      deepEqual(initial("A_1").truth, "Recorded");
      for (const prefix of [
        "A",
        "A_",
        "A%",
        "A%%",
        "a",
        "退",
        "退款",
        "退款-1",
        "\u{1F4B8}",
        "\uD7FF",
        "\uFFFF",
        "~",
        "'",
      ]) {
        const expected = given
          .filter((number) => number.startsWith(prefix))
          .sort((a, b) => Buffer.compare(Buffer.from(b), Buffer.from(a)));
        deepEqual([prefix, yield* found(process, { prefix })], [prefix, expected]);
      }
    }),
  },
  {
    title: "a refund's first send and its acceptance are told by its history, where that is whole",
    run: Effect.fnUntraced(function* (subject) {
      const { sql, store } = yield* opened(subject);
      const table = store.database.tables.history;
      const recorded = Effect.fnUntraced(function* (
        outRefundNo: string,
        attempted: boolean,
        whats: ReadonlyArray<string>,
      ) {
        const asked = { order: { outTradeNo: "T-1" }, outRefundNo, totalFee: 100, refundFee: 100 };
        const frozen = { v: 1, appId: "wx8888888888888888", asked } as const;
        const { row } = yield* store.record({
          mchId: shop,
          subMchId: "",
          frozen,
          fingerprint: "1:",
          orderNo: "",
          attempted,
        });
        let progress = row.progress;
        for (const [n, what] of whats.entries()) {
          if (what.startsWith("send: ")) {
            progress = observe(
              progress,
              what === "send: begun" ? { _tag: "Begun", call: "send" } : { _tag: "Accepted" },
            );
          }
          yield* store.update(row, () => Effect.succeed({ what, progress }));
          yield* sql`UPDATE ${table} SET at = ${1000 * (n + 1)} WHERE refund = ${row.id} AND seq = ${n + 2}`;
        }
        return row.id;
      });
      const sent = ["send: begun", "send: accepted", "send: begun", "send: accepted"];
      const ids = [
        yield* recorded("R-1", false, sent),
        yield* recorded("R-2", false, sent.slice(0, 1)),
        yield* recorded("R-3", false, []),
        yield* recorded("R-4", true, sent),
        yield* recorded("R-5", false, [...sent, "restored"]),
      ];
      const spans = yield* Books.spans(store.database, [...ids, 999]);
      deepEqual(
        [...spans].sort(([a], [b]) => a - b),
        [
          [ids[0], { firstSentAt: 1000, acceptedAt: 2000 }],
          [ids[1], { firstSentAt: 1000 }],
        ],
      );
      deepEqual([...(yield* Books.spans(store.database, []))], []);
    }),
  },
];
