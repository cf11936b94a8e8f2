/** What can be asked of a gateway over its control interface, with the shape of each. */
import * as Schema from "effect/Schema";
import type { Exchange } from "../ExchangeLog.ts";
import * as Fault from "../Fault.ts";
import type { Gateway } from "../Gateway.ts";
import type { Order } from "../GatewayConfig.ts";
import type { Row } from "../Ledger.ts";
import { stateAt } from "../Ledger.ts";
import { ExchangeView, exchange, ExplanationView } from "./exchangeViews.ts";
import { mentioned } from "./mentioned.ts";
import { NoticeView, notice } from "./noticeViews.ts";
import type { Asked, Route } from "./route.ts";
import * as View from "./views.ts";

const whole = (text: string | null, otherwise: number): number =>
  text !== null && /^\d{1,15}$/.test(text) ? Number(text) : otherwise;

/** The first so many that fit; no more than these are looked for. */
const first = <T>(things: Iterable<T>, limit: number, fits: (thing: T) => boolean = () => true): ReadonlyArray<T> => {
  const found: Array<T> = [];
  if (limit === 0) return found;
  for (const thing of things) {
    if (!fits(thing)) continue;
    found.push(thing);
    if (found.length === limit) break;
  }
  return found;
};

/** The kept ones among these numbers, upwards or downwards. */
function* numbered<T>(from: number, to: number, at: (sequence: number) => T | undefined): Generator<T> {
  const step = from <= to ? 1 : -1;
  for (let n = from; step > 0 ? n <= to : n >= to; n += step) {
    const found = at(n);
    if (found !== undefined) yield found;
  }
}

const paged = {
  after: "only those after this number; with a limit, the first of them",
  before: "only those before this number; with a limit, the last of them",
  limit: "how many at most",
} as const;

/** Of what is numbered, the part that was asked for: upwards from `after`, else downwards. */
const part = <T>(
  query: URLSearchParams,
  [oldest, newest]: readonly [number, number],
  at: (sequence: number) => T | undefined,
  fits: (thing: T) => boolean,
): { readonly found: ReadonlyArray<T>; readonly isUpwards: boolean } => {
  const after = Math.max(whole(query.get("after"), 0), oldest - 1);
  const before = Math.min(whole(query.get("before"), newest + 1), newest + 1);
  const limit = whole(query.get("limit"), Number.POSITIVE_INFINITY);
  const isUpwards = query.has("after");
  const [from, to] = isUpwards ? [after + 1, before - 1] : [before - 1, after + 1];
  // `numbered` turns round where the ends have crossed.
  if (after + 1 > before - 1) return { found: [], isUpwards };
  return { found: first(numbered(from, to, at), limit, fits), isUpwards };
};

const kindOf = ({ path }: Exchange): string => Fault.kindOf(path) ?? "other";

const fitsExchange = (query: URLSearchParams): ((exchange: Exchange) => boolean) => {
  const [search, merchant, operation, verdict, refund, order] = [
    "search",
    "merchant",
    "operation",
    "verdict",
    "refund",
    "order",
  ].map((name) => query.get(name)?.trim() || undefined);
  return (exchange) => {
    if (operation !== undefined && kindOf(exchange) !== operation) return false;
    if (verdict === "failed" ? exchange.outcome === "SUCCESS" : verdict !== undefined && exchange.outcome !== verdict) {
      return false;
    }
    if ([search, merchant, refund, order].every((asked) => asked === undefined)) return true;
    const { all, mchId, outTradeNo, refunds, transactionId } = mentioned(exchange);
    return (
      (merchant === undefined || mchId === merchant) &&
      (refund === undefined || refunds.has(refund)) &&
      (order === undefined || outTradeNo === order || transactionId === order) &&
      (search === undefined || [...all].some((number) => number.includes(search)))
    );
  };
};

/** The merchants and sub-merchants there are. */
const parties = ({ merchants }: Gateway) =>
  merchants.flatMap(({ mchId, subMerchants }) => [
    { mchId },
    ...subMerchants.map(({ subMchId }) => ({ mchId, subMchId })),
  ]);

/** The refunds of a number, ours or WeChat Pay's. */
const rowsOf = (gateway: Gateway, number: string): ReadonlyArray<Row> => [
  ...new Set(
    parties(gateway).flatMap((party) =>
      [{ outRefundNo: number }, { refundId: number }].flatMap((by) => gateway.ledger.findRow(party, by) ?? []),
    ),
  ),
];

/** The orders of a number, ours or WeChat Pay's. */
const ordersOf = (gateway: Gateway, number: string): ReadonlyArray<Order> => [
  ...new Set(
    parties(gateway).flatMap((party) =>
      [{ outTradeNo: number }, { transactionId: number }].flatMap((by) => gateway.ledger.findOrder(party, by) ?? []),
    ),
  ),
];

/** Those that are asked for by a number, which need no search. */
const named = (gateway: Gateway, query: URLSearchParams): ReadonlyArray<Row> | undefined => {
  const [number, order] = [query.get("number"), query.get("order")];
  if (number !== null) return rowsOf(gateway, number);
  return order === null ? undefined : ordersOf(gateway, order).flatMap(gateway.ledger.rowsOf).toReversed();
};

const fitsRow = (query: URLSearchParams, now: number): ((row: Row) => boolean) => {
  const [search, merchant, status] = ["search", "merchant", "status"].map(
    (name) => query.get(name)?.trim() || undefined,
  );
  return (row) =>
    (merchant === undefined || row.order.mchId === merchant) &&
    (status === undefined || stateAt(row, now).status === status) &&
    (search === undefined ||
      [row.outRefundNo, row.refundId, row.order.outTradeNo, row.order.transactionId, row.order.mchId].some((number) =>
        number.includes(search),
      ));
};

function* skipping<T>(things: Iterable<T>, count: number): Generator<T> {
  let n = 0;
  for (const thing of things) if (n++ >= count) yield thing;
}

const bySequence = ({ gateway, param }: Asked) =>
  /^\d{1,15}$/.test(param) ? gateway.log.at(Number(param)) : undefined;

/** Every address that changes nothing, the state first. */
export const looks: ReadonlyArray<Route> = [
  {
    method: "GET",
    path: "/api/state",
    summary: "The gateway's time, merchants, counts and faults",
    output: View.State,
    run: ({ gateway, instance, now }) => View.state(gateway, now, instance),
  },
  {
    method: "GET",
    path: "/api/connection",
    summary: "How a client reaches the gateway; an empty list where that is not known here",
    output: Schema.Array(View.Connection),
    run: ({ connection }) => (connection === undefined ? [] : [connection]),
  },
  {
    method: "GET",
    path: "/api/orders",
    summary: "The orders, and what was refunded of each",
    query: {
      offset: "how many to leave out, from the start",
      limit: "how many at most; 100 unless given",
      number: "only those with exactly this number, the merchant's or WeChat Pay's",
      search: "only those one of whose numbers contains this",
    },
    output: Schema.Array(View.OrderState),
    run: ({ gateway, now, query }) => {
      const number = query.get("number");
      if (number !== null) return ordersOf(gateway, number).map((order) => View.orderState(gateway, order, now));
      const search = query.get("search")?.trim() ?? "";
      const orders = first(
        skipping(gateway.ledger.orders(), whole(query.get("offset"), 0)),
        whole(query.get("limit"), 100),
        ({ mchId, outTradeNo, transactionId }) =>
          search === "" || [outTradeNo, transactionId, mchId].some((number) => number.includes(search)),
      );
      return orders.map((order) => View.orderState(gateway, order, now));
    },
  },
  {
    method: "GET",
    path: "/api/refunds",
    summary: "The ledger: the latest accepted refunds first",
    query: {
      ...paged,
      offset: "how many to leave out, from the latest on",
      limit: "how many at most; 100 unless given",
      status: "only those with this status",
      merchant: "only those of this merchant",
      number: "only those with exactly this number, the merchant's or WeChat Pay's",
      order: "only those of the order with exactly this number",
      search: "only those one of whose numbers contains this",
    },
    output: Schema.Array(View.Refund),
    run: ({ gateway, now, query }) => {
      const { ledger } = gateway;
      const rows = named(gateway, query);
      if (rows !== undefined) return rows.map((row) => View.refund(row, now));
      const offset = whole(query.get("offset"), 0);
      const asked = new URLSearchParams(query);
      asked.set("limit", String(whole(query.get("limit"), 100) + offset));
      const { found, isUpwards } = part(asked, [1, ledger.size()], ledger.row, fitsRow(query, now));
      return (isUpwards ? found.toReversed() : found).slice(offset).map((row) => View.refund(row, now));
    },
  },
  {
    method: "GET",
    path: "/api/refunds/{outRefundNo}",
    summary: "The refunds of a number, one for each merchant that used it",
    output: Schema.Array(View.Refund),
    run: ({ gateway, now, param }) => {
      const found = rowsOf(gateway, param);
      return found.length === 0 ? undefined : found.map((row) => View.refund(row, now));
    },
  },
  {
    method: "GET",
    path: "/api/exchanges",
    summary: "The latest requests and replies, oldest first",
    query: {
      ...paged,
      merchant: "only those of this merchant",
      operation: "refund, query, bill, certificates or other",
      verdict: "only those that ended so; failed for all but SUCCESS",
      refund: "only those that mention exactly this refund number",
      order: "only those that mention exactly this order number",
      search: "only those that mention a number that contains this",
    },
    output: Schema.Array(ExchangeView),
    run: ({ gateway: { log }, query }) => {
      const { found, isUpwards } = part(query, [log.oldest(), log.total()], log.at, fitsExchange(query));
      return (isUpwards ? found : found.toReversed()).map(exchange);
    },
  },
  {
    method: "GET",
    path: "/api/exchanges/{sequence}/explanation",
    summary: "How the request had to be signed, and why its signature is wrong",
    output: ExplanationView,
    run: (asked) => {
      const found = bySequence(asked);
      return found && asked.gateway.explain(found);
    },
  },
  {
    method: "GET",
    path: "/api/notices",
    summary: "What merchants were told of results, what they answered, and what is sealed in it, oldest first",
    query: {
      before: "only those before this id",
      limit: "how many at most, the latest",
      refund: "only those of this refund number",
      merchant: "with refund: whose number it is",
    },
    output: Schema.Array(NoticeView),
    run: ({ gateway, query }) => {
      const [refund, merchant] = [query.get("refund"), query.get("merchant")];
      const limit = whole(query.get("limit"), Number.POSITIVE_INFINITY);
      const before = whole(query.get("before"), Number.POSITIVE_INFINITY);
      const found =
        refund === null
          ? gateway.notices.latest({ limit, before })
          : rowsOf(gateway, refund)
              .filter(({ order }) => merchant === null || order.mchId === merchant)
              .flatMap((row) => gateway.notices.latest({ limit, row }));
      return found.toReversed().map((one) => notice(gateway, one));
    },
  },
  {
    method: "GET",
    path: "/api/platform",
    summary: "What APIv3 signs with: each merchant's public key of WeChat Pay and its platform certificates",
    output: Schema.Array(View.Platform),
    run: ({ gateway, now }) => View.platform(gateway, now),
  },
];
