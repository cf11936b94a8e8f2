/**
 * A simulated month: refunds made through the real worker at a gateway with faults, lag and two outages, beside refunds that people make in
 * the merchant platform; books that are wrong in known ways; bills that come late, cut off, or for a day not at all. In the end every
 * difference that the reconciler found is one that was made, every one that was made was found, and each answer says who is right.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Merchants, RefundBill, Transport } from "@wechat-refund/core";
import { initial, observe } from "@wechat-refund/core/RefundProgress";
import {
  Migrations,
  Reconciler,
  Reconciliations,
  Refunds,
  RefundStore,
  Signalling,
  Sqlite,
  StoreCheck,
  Worker,
} from "@wechat-refund/durable";
import { Chaos, Fault, Gateway, MemoryTransport } from "@wechat-refund/simulator";
import { Clock, Effect, Layer, Redacted, References } from "effect";
import { SqlClient } from "effect/sql";
import { TestClock } from "effect/testing";

const mchId = "1900000109";
const appId = "wx8888888888888888";
const apiKey = "SecretOfTheShop00000000000000001";
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Numbers from 0 to below 1, the same for a seed. */
const seeded = (seed: number) => {
  let state = seed >>> 0;
  return (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
};

export interface Settings {
  readonly refunds: number;
  readonly days: number;
  readonly seed: number;
  readonly log?: ((line: string) => void) | undefined;
}

export interface Told {
  readonly wrong: ReadonlyArray<string>;
  readonly refunds: number;
  readonly elsewhere: number;
  readonly lines: number;
  readonly differences: number;
  readonly faults: number;
}

/** What is done to the books of each day, by hand. */
const harms = ["lost", "amount", "resolved", "renamed"] as const;

const outages = (first: number, days: number): ReadonlyArray<readonly [from: number, to: number]> => [
  [first + Math.floor(days / 3) * day + 22 * hour, first + Math.floor(days / 3) * day + 26 * hour],
  [
    first + Math.floor((days * 2) / 3) * day + 9 * hour,
    first + Math.floor((days * 2) / 3) * day + 9 * hour + 20 * minute,
  ],
];

export const month = ({ days, log = () => {}, refunds: count, seed }: Settings): Promise<Told> => {
  const random = seeded(seed);
  const first = Date.parse("2026-03-01T00:00:00+08:00");
  const folder = mkdtempSync(join(tmpdir(), "wechat-refund-month-"));
  const down = outages(first, days);
  const missing = RefundBill.dayOf(first + Math.floor(days / 2) * day);

  // When each refund is asked for, in order; a tenth of them at midnight.
  const moments = Array.from({ length: count }, (_, n) =>
    n % 10 === 0
      ? first + Math.ceil(random() * (days - 1)) * day + (random() - 0.5) * 4 * minute
      : first + random() * (days * day - hour),
  ).sort((a, b) => a - b);
  const elsewhere = Array.from({ length: Math.ceil(count / 200) }, () => first + random() * (days * day - hour)).sort(
    (a, b) => a - b,
  );

  const gateway = Gateway.make({
    merchants: [{ appId, mchId, apiKey }],
    orders: Array.from({ length: count + elsewhere.length }, (_, n) => ({
      mchId,
      transactionId: `42${n}`,
      outTradeNo: `T-${n}`,
      totalFee: 1000,
      paidAt: first - day,
    })),
    seed: String(seed),
    course: [{ status: "SUCCESS", afterMillis: 90_000 }],
    chaos: {
      rates: Chaos.evenly(0.05, [
        "systemErrorBefore",
        "systemErrorAfter",
        "needRetry",
        "replyLost",
        "replyLate",
        "replyCut",
        "replyBadlySigned",
        "replyUnsigned",
        "serverErrorPage",
        "slow",
        "reset",
      ]),
    },
    logLimit: 0,
  });
  const inner = MemoryTransport.make(gateway, { clientCertificate: { commonName: mchId } });
  const bills = new Map<string, number>();
  let reading = 0;
  const isReading = (): boolean => reading > 0;
  const transport: Transport.Transport["Service"] = {
    send: (request) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis;
        if (down.some(([from, to]) => now >= from && now < to)) {
          return yield* new Transport.TransportError({ reason: new Transport.Unreachable({ detail: "an outage" }) });
        }
        if (!request.url.endsWith("/downloadbill")) {
          // A refund is at the gateway a while after it was asked for: around midnight on another day.
          yield* Effect.sleep(200 + Math.floor(random() * 2000));
          return yield* inner.send(request);
        }
        const text = new TextDecoder().decode(request.body);
        const date = (/<bill_date>(?:<!\[CDATA\[)?([0-9]+)/.exec(text)?.[1] ?? "").replace(
          /^(....)(..)(..)$/,
          "$1-$2-$3",
        );
        const asked = (bills.get(date) ?? 0) + 1;
        bills.set(date, asked);
        // One day's bill is made three days late; others come late, cut off, or not at the first time.
        const luck = random();
        const isLate = date === missing && now < RefundBill.readyAt(date) + 3 * day;
        if (isLate) gateway.faults.push(Fault.Fail({ on: "bill", returnMsg: "Bill Creating", accepted: false }));
        else if (asked === 1 && luck < 0.2) {
          const returnMsg = luck < 0.1 ? "No Bill Exist" : "SYSTEMERROR";
          gateway.faults.push(Fault.Fail({ on: "bill", returnMsg, accepted: false }));
        } else if (asked === 1 && luck < 0.4) gateway.faults.push(Fault.Truncate({ on: "bill", bytes: 200 }));
        return yield* inner.send(request);
      }),
  };
  const merchants = Merchants.layer([
    {
      name: "shop",
      v2: { appId, mchId, apiKey: Redacted.make(apiKey), transport: Layer.succeed(Transport.Transport, transport) },
    },
  ]);
  const reconciler = Reconciler.layer({
    alone: true,
    poll: "5 minutes",
    isOurs: (_mchId, number) => number.startsWith("R-") || number.startsWith("Y-"),
    at: (point) =>
      Effect.sync(() => void (reading += point === "bill: downloaded" ? 1 : point === "bill: stored" ? -1 : 0)),
  });
  const services = Layer.mergeAll(
    Refunds.layer(),
    reconciler,
    Worker.layer({ alone: true, poll: "10 minutes", lease: "3 hours", limit: "60 seconds" }),
  ).pipe(
    Layer.provideMerge(Layer.mergeAll(RefundStore.layer, Signalling.layer)),
    Layer.provideMerge(Layer.effectDiscard(Migrations.migrate("the month's"))),
    Layer.provideMerge(Sqlite.layer({ file: join(folder, "refunds.db") })),
    Layer.provide(merchants),
  );

  /** `kind number`, and whom the gateway agrees with. */
  const expected = new Map<string, string>();

  /** What is wrong with the books of a day by its end, of refunds that are over. */
  const harm = Effect.fnUntraced(function* (today: number) {
    const { database } = yield* RefundStore.RefundStore;
    const { sql, tables } = database;
    const { history, refunds } = tables;
    const raws = yield* sql<{
      readonly id: number;
      readonly out_refund_no: string;
    }>`SELECT id, out_refund_no FROM ${refunds}
      WHERE truth = 'Succeeded' AND created_at > ${today + hour} AND created_at < ${today + 20 * hour} AND updated_at < ${today + 23 * hour}
      ORDER BY id DESC LIMIT ${harms.length}`;
    for (const [at, { id, out_refund_no: number }] of raws.entries()) {
      switch (harms[at]) {
        case "lost":
          yield* sql`DELETE FROM ${history} WHERE refund = ${id}`;
          yield* sql`DELETE FROM ${refunds} WHERE id = ${id}`;
          expected.set(`only-there ${number}`, "theirs");
          break;
        case "amount":
          yield* sql`UPDATE ${refunds} SET refund_fee = refund_fee + 1 WHERE id = ${id}`;
          expected.set(`amount-differs ${number}`, "theirs");
          break;
        case "resolved": {
          const ended = observe(initial(number, { attempted: true }), {
            _tag: "Resolve",
            by: "ming",
            reason: "a test",
          });
          yield* sql`UPDATE ${refunds} SET truth = 'Resolved', progress = ${JSON.stringify(ended)} WHERE id = ${id}`;
          expected.set(`contradiction ${number}`, "theirs");
          break;
        }
        default:
          yield* sql`UPDATE ${refunds} SET out_refund_no = ${number.replace("R-", "Y-")} WHERE id = ${id}`;
          expected.set(`only-there ${number}`, "theirs");
          // There is no such refund: the bill is right not to have it.
          expected.set(`only-here ${number.replace("R-", "Y-")}`, "theirs");
      }
    }
  });

  const breath = (millis: number) => Effect.promise(() => new Promise((resolve) => setTimeout(resolve, millis)));

  const program = Effect.gen(function* () {
    const refunds = yield* Refunds.Refunds;
    const books = yield* Reconciler.Reconciler;
    const sql = yield* SqlClient.SqlClient;
    let next = 0;
    let other = 0;
    let step = minute;
    for (let now = first - hour; now < first + days * day + 4 * day; now += step) {
      const since = (((now - first) % day) + day) % day;
      // In small steps where a refund may be on the bill of either day.
      step = since >= day - 5 * minute || since < 5 * minute ? 10_000 : 5 * minute;
      while ((moments[next] ?? Infinity) < now + step) {
        const request = {
          order: { outTradeNo: `T-${next}` },
          outRefundNo: `R-${next}`,
          totalFee: 1000,
          refundFee: 1 + (next % 999),
        };
        yield* refunds.start("shop", request);
        next++;
      }
      while ((elsewhere[other] ?? Infinity) < now + step) {
        const order = gateway.ledger.findOrder({ mchId }, { outTradeNo: `T-${count + other++}` });
        if (order === undefined) return yield* Effect.die("no order");
        const { outRefundNo } = gateway.ledger.enterElsewhere({ order, refundFee: 5, now });
        expected.set(`elsewhere ${outRefundNo}`, "theirs");
      }
      if (since === 23 * hour + 30 * minute && now < first + days * day) yield* harm(now - since);
      yield* TestClock.adjust(step);
      // A bill is read in its own time.
      if (since >= 10 * hour && since < 14 * hour) yield* breath(0);
      for (const began = performance.now(); isReading() && performance.now() - began < 2000;) yield* breath(1);
      if (since === 0 && now > first)
        log(
          `${RefundBill.dayOf(now - 1)}: ${next} refunds, ${gateway.ledger.size()} at the gateway, ${bills.size} days with bills`,
        );
    }

    const wrong: Array<string> = [];
    const all = (yield* books.list({}, { limit: 1000 })).filter(
      ({ date }) => date < RefundBill.dayOf(first + (days + 3) * day),
    );
    const found = new Map<string, string>();
    let [lines, ours, differences] = [0, 0, 0];
    for (const one of all) {
      if (one.state !== "done" || one.whole !== true)
        wrong.push(`${one.date} is ${one.state}, whole: ${one.whole}: ${one.said}`);
      lines += one.lines ?? 0;
      differences += one.differences;
      for (const { kinds } of one.totals) ours += kinds.matched.count;
      let after = 0;
      for (;;) {
        const page: ReadonlyArray<Reconciliations.Difference> = yield* books.differences(one, { after, limit: 1000 });
        for (const { answer, kind, outRefundNo } of page) {
          const name = `${kind} ${outRefundNo}`;
          if (found.has(name)) wrong.push(`${name} was found twice`);
          found.set(name, answer?.agreesWith ?? "not asked");
        }
        const last = page.at(-1);
        if (last === undefined) break;
        after = last.id;
      }
    }
    for (const [name, agreesWith] of found) {
      if (!expected.has(name)) wrong.push(`false: ${name} (${agreesWith})`);
      else if (expected.get(name) !== agreesWith)
        wrong.push(`${name}: a query agrees with ${agreesWith}, not ${expected.get(name)}`);
    }
    for (const name of expected.keys()) if (!found.has(name)) wrong.push(`not found: ${name}`);
    if (lines !== gateway.ledger.size())
      wrong.push(`${lines} lines of ${gateway.ledger.size()} refunds at the gateway`);
    const harmed = [...expected.keys()].filter((name) => !/^(?:only-here)/.test(name)).length;
    if (ours + harmed !== lines) wrong.push(`${ours} matched and ${harmed} differ of ${lines}`);
    if (gateway.ledger.size() !== count + elsewhere.length)
      wrong.push(`${gateway.ledger.size()} at the gateway of ${count + elsewhere.length}`);
    const missed = all.find(({ date }) => date === missing);
    if ((missed?.doneAt ?? 0) < RefundBill.readyAt(missing) + 3 * day)
      wrong.push(`${missing} was done before its bill came`);
    const left = yield* sql<{
      readonly truth: string;
      readonly count: number;
    }>`SELECT truth, COUNT(*) AS count FROM refunds
      WHERE truth NOT IN ('Succeeded', 'Resolved') GROUP BY truth`;
    for (const { count, truth } of left) wrong.push(`${count} are ${truth} in the end`);
    const broken = (yield* StoreCheck.check).findings.filter(({ rule }) => rule.includes("books"));
    for (const { rule } of broken) wrong.push(rule);
    const faults = Object.values(gateway.chaos.counts()).reduce((sum, one) => sum + one, 0);
    return { wrong, refunds: count, elsewhere: elsewhere.length, lines, differences, faults } satisfies Told;
  });
  return Effect.runPromise(
    // What sleeps must not wake for each minute since 1970.
    Effect.andThen(TestClock.setTime(first - hour), Effect.provide(program, services)).pipe(
      Effect.provide(TestClock.layer()),
      Effect.provideService(References.MinimumLogLevel, "None"),
      Effect.scoped,
    ),
  ).finally(() => rmSync(folder, { recursive: true, force: true }));
};
