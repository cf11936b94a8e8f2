/**
 * Do the books agree? The day's bill is asked for, unpacked, read as it comes, and compared line by line with one's own refunds. Each
 * difference says what to do; nothing is changed by a bill, which is not signed.
 *
 * Needs: nothing; the gateway is the simulator, its clock two days ahead.
 * Run:   npx --yes pnpm@12 node examples/18-bill.ts
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime";
import { BillText, Reconciliation, RefundBill, Transport } from "@wechat-refund/core";
import { Gateway, MemoryTransport } from "@wechat-refund/simulator";
import { Console, Effect, Redacted, Stream } from "effect";

const identity = { appId: "wx8888888888888888", mchId: "1900000109", apiKey: "TestKey0000000000000000000000001" };
const order = { mchId: identity.mchId, totalFee: 100, paidAt: Date.now() };
const gateway = Gateway.make({
  merchants: [identity],
  orders: [
    { ...order, transactionId: "42", outTradeNo: "T-1" },
    { ...order, transactionId: "43", outTradeNo: "T-2" },
  ],
});

/** What the gateway refunded: for us, and one by hand in the merchant platform. */
const day = RefundBill.dayOf(Date.now());
const [first, second] = [...gateway.ledger.orders()];
const refunded = {
  refundAccount: "REFUND_SOURCE_UNSETTLED_FUNDS",
  notifyUrl: undefined,
  goods: [],
  now: Date.now(),
} as const;
if (first === undefined || second === undefined) throw new Error("there are two orders");
gateway.ledger.enter({ ...refunded, order: first, outRefundNo: "R-1", refundFee: 30 });
gateway.ledger.enter({ ...refunded, order: first, outRefundNo: "R-2", refundFee: 20 });
gateway.ledger.enterElsewhere({ order: second, refundFee: 100, now: Date.now() });
gateway.clock.advance(2 * 86_400_000);

/** What our books say. */
const own: ReadonlyArray<Reconciliation.Own> = [
  { outRefundNo: "R-1", refundFee: 30, currency: "CNY", truth: "Succeeded" },
  { outRefundNo: "R-2", refundFee: 25, currency: "CNY", truth: "Accepted" },
  { outRefundNo: "R-3", refundFee: 10, currency: "CNY", truth: "Succeeded" },
];

const program = Effect.gen(function* () {
  const transport = yield* Transport.Transport;
  const merchant = { ...identity, apiKey: Redacted.make(identity.apiKey), signType: "HMAC-SHA256" } as const;
  const endpoint = "https://api.mch.weixin.qq.com";
  // A nonce is 1 to 32 unpredictable letters and digits.
  const nonce = crypto.randomUUID().replaceAll("-", "");
  const post = yield* Effect.fromResult(RefundBill.prepare({ date: day }, { merchant, endpoint, nonce }));
  const { body, status } = yield* transport.send(post);
  const now = gateway.clock.at(Date.now());
  yield* Effect.fromResult(RefundBill.interpret({ date: day }, { status, start: body.subarray(0, 65_536) }, now));

  const books = new Reconciliation.Books({ isOurs: (number) => number.startsWith("R-") });
  for (const refund of own) books.own(refund);
  const findings: Array<Reconciliation.Finding> = [];
  const reader = new RefundBill.BillReader();
  const each = (entries: ReadonlyArray<RefundBill.Entry>): void => {
    for (const entry of entries) {
      if (entry._tag === "Refund") findings.push(books.line(entry.refund, day));
      else books.bad(entry.bad);
    }
  };
  yield* Stream.runForEach(BillText.stream([body]), (text) => Effect.sync(() => each(reader.push(text))));
  const { ending, entries } = reader.end();
  each(entries);
  books.ended(ending, day);
  for (const refund of books.unseen()) {
    const finding = books.missing(refund);
    if (finding !== undefined) findings.push(finding);
  }

  for (const { kind, outRefundNo } of findings) {
    yield* Console.log(`${kind} ${outRefundNo}: ${Reconciliation.whatToDo[kind]}`);
  }
  for (const { currency, ours, theirs } of books.totals) {
    yield* Console.log(
      `${currency}: ours ${ours.count} of ${ours.amount} fen, theirs ${theirs.count} of ${theirs.amount} fen`,
    );
  }
  yield* Console.log(Reconciliation.agree(books.totals) ? "the books agree" : "the books do not agree");
});

program.pipe(Effect.provide(MemoryTransport.layer(gateway)), NodeRuntime.runMain);
