/** A service in whose store something of everything stands: refunds that ended, that wait for a person, and a month of books. */
import { Refunds, RefundStore } from "@wechat-refund/durable";
import { Gateway } from "@wechat-refund/simulator";
import { Context, Effect } from "effect";
import { apiKeys, merchantsOf, type Options, refundOf, shops, start } from "./service.ts";

const appId = "wx8888888888888888";

/** A shop with so much to refund with, in fen, and a kiosk whose money is not limited. */
export const gatewayWith = (available: number) =>
  Gateway.make({
    merchants: [
      { mchId: shops[0].mchId, appId, apiKey: apiKeys[0] ?? "", funds: { unsettled: 0, available } },
      { mchId: shops[1].mchId, appId, apiKey: apiKeys[1] ?? "" },
    ],
    course: [{ status: "SUCCESS", afterMillis: 0 }],
    orders: shops.flatMap(({ mchId }) =>
      Array.from({ length: 60 }, (_, n) => ({
        mchId,
        transactionId: `4200${mchId}${String(n).padStart(4, "0")}`,
        outTradeNo: `T-${n}`,
        totalFee: 9900,
        paidAt: Date.now(),
      })),
    ),
  });

export const order = (n: number, more: object = {}) =>
  refundOf(n, { totalFee: 9900, refundFee: 3300, refundAccount: "REFUND_SOURCE_RECHARGE_FUNDS", ...more }) as Record<
    string,
    unknown
  >;

/** Waits until a refund is as a test wants it; ends with the test's own limit. */
export const until = (
  running: { readonly services: Context.Context<Refunds.Refunds> },
  merchant: string,
  outRefundNo: string,
  is: (refund: Refunds.Refund) => boolean,
) =>
  Effect.gen(function* () {
    const refunds = Context.get(running.services, Refunds.Refunds);
    for (;;) {
      const found = yield* refunds.find(merchant, outRefundNo);
      if (found !== undefined && is(found)) return found;
      yield* Effect.sleep(20);
    }
  });

/** Days of the shop's books: they agree, but for two. */
export const booksOf = (running: { readonly services: Context.Context<RefundStore.RefundStore> }, today: string) =>
  Effect.gen(function* () {
    const { database } = Context.get(running.services, RefundStore.RefundStore);
    const { sql } = database;
    const sum = (count: number, amount: number) => ({ count, amount });
    for (let back = 1; back <= 40; back++) {
      const at = Date.parse(`${today}T00:00:00Z`) - back * 86_400_000;
      const day = new Date(at).toISOString().slice(0, 10);
      const differs = back === 3 || back === 20;
      const none = sum(0, 0);
      const totals = [
        {
          currency: "CNY",
          ours: sum(120, 512_300),
          theirs: sum(differs ? 121 : 120, differs ? 515_600 : 512_300),
          open: none,
          kinds: {
            matched: sum(119, 509_000),
            "amount-differs": differs ? sum(1, 3300) : none,
            "only-there": differs ? sum(1, 3300) : none,
            "only-here": none,
            twice: none,
            elsewhere: none,
            contradiction: none,
          },
        },
      ];
      const state = back === 1 ? "waiting" : back === 40 ? "lost" : "done";
      yield* sql`INSERT INTO ${database.table("refund_reconciliations")} (mch_id, day, state, due_at, whole, lines, totals, problems, differences, kept, compared_at, done_at, position)
        VALUES (${shops[0].mchId}, ${day}, ${state}, ${state === "waiting" ? at + 86_400_000 : null}, ${state === "done" ? 1 : null}, ${state === "done" ? 120 : null}, ${state === "done" ? JSON.stringify(totals) : null},
          ${"[]"}, ${differs ? 2 : 0}, ${differs ? 2 : 0}, ${state === "done" ? at + 122_400_000 : null}, ${state === "done" ? at + 122_460_000 : null}, ${state === "done" ? 100 - back : null})`;
      if (!differs) continue;
      const theirs = (refundFee: number) =>
        JSON.stringify({
          line: 7,
          outRefundNo: "R-1",
          refundId: "50300000012026112712345678901",
          refundFee,
          currency: "CNY",
          status: "SUCCESS",
          mchId: shops[0].mchId,
          subMchId: "",
          time: `${day} 12:00:00`,
          transactionId: "42001900000109000001",
          outTradeNo: "T-1",
        });
      const ours = JSON.stringify({ outRefundNo: "R-1", refundFee: 3300, currency: "CNY", truth: "Succeeded" });
      yield* sql`INSERT INTO ${database.table("refund_differences")} (mch_id, day, sub_mch_id, kind, out_refund_no, fields, ours, theirs, agrees_with, record, asked_at)
        VALUES (${shops[0].mchId}, ${day}, '', 'amount-differs', 'R-1', '["refund_fee"]', ${ours}, ${theirs(3000)}, 'ours', ${JSON.stringify({ record: { refundId: "50300000012026112712345678901", status: "SUCCESS", refundFee: 3300 } })}, ${at + 122_400_000})`;
      yield* sql`INSERT INTO ${database.table("refund_differences")} (mch_id, day, sub_mch_id, kind, out_refund_no, fields, ours, theirs)
        VALUES (${shops[0].mchId}, ${day}, '', 'only-there', 'OTHER-77', '[]', ${null}, ${theirs(3300)})`;
    }
  });

/** The service with all of it. */
export const world = Effect.fnUntraced(function* (options: Options = {}) {
  const gateway = gatewayWith(10_000);
  const running = yield* start({ gateway, merchants: merchantsOf(gateway), ...options });
  const { ask } = running;
  for (const n of [1, 2, 3]) yield* ask("POST", "/v1/refunds", { body: order(n) });
  for (const n of [1, 2, 3]) {
    yield* until(running, "shop", `R-${n}`, ({ truth }) => truth === "Accepted");
    // There is nobody here who posts notices, and without one it is asked for a minute later.
    yield* ask("POST", `/v1/refunds/shop/R-${n}/go-on`, { body: { reason: "to know it now" } });
    yield* until(running, "shop", `R-${n}`, ({ truth }) => truth === "Succeeded");
  }
  for (let n = 4; n < 16; n++)
    yield* ask("POST", "/v1/refunds", { body: order(n, { refundDesc: "damaged 商品破损" }) });
  for (let n = 4; n < 16; n++) yield* until(running, "shop", `R-${n}`, ({ block }) => block !== undefined);
  for (let n = 20; n < 24; n++) yield* ask("POST", "/v1/refunds", { body: order(n, { merchant: "kiosk" }) });
  return running;
});
