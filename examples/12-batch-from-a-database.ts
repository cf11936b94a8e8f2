/**
 * Many refunds from a database cursor: a `Stream` of rows, each marked before it is sent and settled by `Resend.untilKnown`.
 *
 * Needs: nothing; the database is in memory, the gateway is the simulator.
 * Run:   npx --yes pnpm@12 node examples/12-batch-from-a-database.ts
 */
import { DatabaseSync } from "node:sqlite";
import * as NodeRuntime from "@effect/platform-node/NodeRuntime";
import { Pace, Merchant, type Refund, RefundClient, Resend } from "@wechat-refund/core";
import { Fault, Gateway, MemoryTransport } from "@wechat-refund/simulator";
import { Console, Effect, Layer, Option, Redacted, Stream } from "effect";

const identity = { appId: "wx8888888888888888", mchId: "1900000109", apiKey: "TestKey0000000000000000000000001" };
const count = 25;
const pageSize = 10;

const database = new DatabaseSync(":memory:");
database.exec("CREATE TABLE refunds (number TEXT PRIMARY KEY, trade TEXT, total INTEGER, fee INTEGER, state TEXT)");
const insert = database.prepare("INSERT INTO refunds VALUES (?, ?, 100, 30, ?)");
// R-03 was under way when an earlier run was killed: it may have been sent.
for (let n = 1; n <= count; n++) {
  const digits = String(n).padStart(2, "0");
  insert.run(`R-${digits}`, `T-${digits}`, n === 3 ? "sending" : "new");
}

interface Row {
  readonly number: string;
  readonly trade: string;
  readonly total: number;
  readonly fee: number;
  readonly state: string;
}

const page = database.prepare(
  "SELECT * FROM refunds WHERE number > ? AND state IN ('new', 'sending') ORDER BY number LIMIT ?",
);
const mark = database.prepare("UPDATE refunds SET state = ? WHERE number = ?");

/** The rows that are still open, a page at a time: no more of them is in memory than is worked on. */
const open = Stream.paginate("", (after: string) =>
  Effect.sync(() => {
    const rows = page.all(after, pageSize) as unknown as ReadonlyArray<Row>;
    const last = rows.at(-1);
    return [rows, last === undefined ? Option.none() : Option.some(last.number)] as const;
  }),
);

const settle = Effect.fnUntraced(function* ({ fee, number, state, total, trade }: Row) {
  const request: Refund.RefundRequest = {
    order: { outTradeNo: trade },
    outRefundNo: number,
    totalFee: total,
    refundFee: fee,
  };
  mark.run("sending", number); // durable before the first byte leaves
  const known = yield* Resend.untilKnown(request, { attempted: state === "sending" });
  const next = { Accepted: "Accepted", Rejected: "Rejected", NotMade: "new", Unknown: "sending" } as const;
  mark.run(next[known._tag], number);
});

const gateway = Gateway.make({
  merchants: [identity],
  orders: Array.from({ length: count }, (_, n) => {
    const digits = String(n + 1).padStart(2, "0");
    return {
      mchId: identity.mchId,
      transactionId: String(n + 1),
      outTradeNo: `T-${digits}`,
      totalFee: 100,
      paidAt: Date.now(),
    };
  }),
});
gateway.faults.push(Fault.LoseReply({ on: "refund" }), Fault.Drop({ on: "refund" }));

const client = Pace.layer().pipe(
  Layer.provide(RefundClient.layer),
  Layer.provide([
    Merchant.layer({ ...identity, apiKey: Redacted.make(identity.apiKey) }),
    MemoryTransport.layer(gateway),
  ]),
);

Effect.gen(function* () {
  yield* open.pipe(Stream.mapEffect(settle, { concurrency: 4 }), Stream.runDrain);
  const states = database.prepare("SELECT state, count(*) AS refunds FROM refunds GROUP BY state").all();
  for (const { refunds, state } of states) yield* Console.log(`${state}: ${refunds}`);
  yield* Console.log(`refunds at the gateway: ${gateway.ledger.size()}`);
}).pipe(Effect.provide(client), NodeRuntime.runMain);
