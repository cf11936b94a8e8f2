/** The control interface as data: what can be asked and told of a gateway, with the shape of each. */
import * as Schema from "effect/Schema";
import { Options as ChaosOptions } from "../Chaos.ts";
import { Fault } from "../Fault.ts";
import type { Gateway } from "../Gateway.ts";
import { decoder, isApiKey, Order } from "../GatewayConfig.ts";
import * as View from "./views.ts";

/** A request to the interface: the value in the path's braces, the query, and the body, not yet checked. */
export interface Asked {
  readonly gateway: Gateway;
  readonly now: number;
  readonly param: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** At most one part of it is a name in braces. */
  readonly path: string;
  readonly summary: string;
  /** Query parameters, with what they mean. */
  readonly query?: Readonly<Record<string, string>>;
  readonly input?: Schema.Constraint;
  readonly output: Schema.Constraint;
  /** What to answer with 200; undefined where there is no such thing. Throws `InvalidConfig` for wrong input. */
  readonly run: (asked: Asked) => unknown;
}

const natural = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0));
const Advance = Schema.Struct({ millis: natural.check(Schema.isLessThanOrEqualTo(400 * 86_400_000)) });
const TopUp = Schema.Struct({ mchId: Schema.String, fee: natural });
const NewKey = Schema.Struct({
  mchId: Schema.String,
  apiKey: Schema.String.check(Schema.makeFilter((key) => isApiKey(key) || "Expected 32 letters and digits")),
  /** How long the old key stays good. Fifteen days unless given. */
  graceMillis: Schema.optionalKey(natural),
});
const graceMillis = 15 * 86_400_000;
const Rotate = Schema.Struct({
  mchId: Schema.String,
  /** How long the new certificate is told of before it signs. At once unless given. */
  announcedMillis: Schema.optionalKey(natural),
  /** How long after that the old one stays good. A day unless given. */
  graceMillis: Schema.optionalKey(natural),
});

/** A checked input. Typed by its schema, which the route names again for the description. */
const checked = {
  orders: decoder(Schema.Union([Order, Schema.NonEmptyArray(Order)])),
  faults: decoder(Schema.Union([Fault, Schema.NonEmptyArray(Fault)])),
  chaos: decoder(ChaosOptions),
  advance: decoder(Advance),
  topUp: decoder(TopUp),
  newKey: decoder(NewKey),
  rotate: decoder(Rotate),
};
type Unchecked<Name extends keyof typeof checked> = Parameters<(typeof checked)[Name]>[0];
const many = <T>(one: T | ReadonlyArray<T>): ReadonlyArray<T> => (Array.isArray(one) ? one : [one as T]);

const page = { offset: "how many to leave out, from the start", limit: "how many at most; 100 unless given" } as const;
const whole = (text: string | null, otherwise: number): number =>
  text !== null && /^\d{1,9}$/.test(text) ? Number(text) : otherwise;
const sliceOf = <T>(things: Iterable<T>, query: URLSearchParams): ReadonlyArray<T> => {
  const offset = whole(query.get("offset"), 0);
  return [...things].slice(offset, offset + whole(query.get("limit"), 100));
};
const bySequence = ({ gateway, param }: Asked) =>
  gateway.log.entries().find(({ sequence }) => String(sequence) === param);

/** Every address, the state first. */
export const routes: ReadonlyArray<Route> = [
  {
    method: "GET",
    path: "/api/state",
    summary: "The gateway's time, merchants, counts and faults",
    output: View.State,
    run: ({ gateway, now }) => View.state(gateway, now),
  },
  {
    method: "GET",
    path: "/api/orders",
    summary: "The orders, and what was refunded of each",
    query: page,
    output: Schema.Array(View.OrderState),
    run: ({ gateway, now, query }) =>
      sliceOf(gateway.ledger.orders(), query).map((order) => View.orderState(gateway, order, now)),
  },
  {
    method: "POST",
    path: "/api/orders",
    summary: "Adds paid orders: one, or a list",
    input: Schema.Union([Order, Schema.NonEmptyArray(Order)]),
    output: Schema.Struct({ orders: Schema.Int }),
    run: ({ gateway, body }) => {
      const orders = many(body as typeof Order.Encoded | ReadonlyArray<typeof Order.Encoded>);
      checked.orders(body as Unchecked<"orders">);
      gateway.ledger.addOrder(...orders);
      return { orders: gateway.ledger.orderCount() };
    },
  },
  {
    method: "GET",
    path: "/api/refunds",
    summary: "The ledger: the latest accepted refunds first",
    query: { ...page, status: "only those with this status" },
    output: Schema.Array(View.Refund),
    run: ({ gateway, now, query }) => {
      const status = query.get("status");
      const rows = [...gateway.ledger.rows()].toReversed();
      if (status === null) return sliceOf(rows, query).map((row) => View.refund(row, now));
      return sliceOf(
        rows.map((row) => View.refund(row, now)).filter((refund) => refund.status === status),
        query,
      );
    },
  },
  {
    method: "GET",
    path: "/api/refunds/{outRefundNo}",
    summary: "The refunds of a number, one for each merchant that used it",
    output: Schema.Array(View.Refund),
    run: ({ gateway, now, param }) => {
      const found = [...gateway.ledger.rows()].filter(({ outRefundNo }) => outRefundNo === param);
      return found.length === 0 ? undefined : found.map((row) => View.refund(row, now));
    },
  },
  {
    method: "GET",
    path: "/api/exchanges",
    summary: "The latest requests and replies, oldest first",
    query: { after: "only those after this sequence number" },
    output: Schema.Array(View.ExchangeView),
    run: ({ gateway, query }) => {
      const after = whole(query.get("after"), 0);
      return gateway.log
        .entries()
        .filter(({ sequence }) => sequence > after)
        .map(View.exchange);
    },
  },
  {
    method: "GET",
    path: "/api/exchanges/{sequence}/explanation",
    summary: "How the request had to be signed, and why its signature is wrong",
    output: View.ExplanationView,
    run: (asked) => {
      const found = bySequence(asked);
      return found && asked.gateway.explain(found);
    },
  },
  {
    method: "GET",
    path: "/api/notices",
    summary: "What merchants were told of results, and what they answered",
    output: Schema.Array(View.NoticeView),
    run: ({ gateway }) => gateway.notices.all().map(View.notice),
  },
  {
    method: "POST",
    path: "/api/notices/{id}/again",
    summary: "Posts a notice once more",
    output: Schema.Struct({ again: Schema.Int }),
    run: ({ gateway, now, param }) => {
      const found = gateway.notices.all().find(({ id }) => String(id) === param);
      if (found !== undefined) gateway.notices.again(found.id, now);
      return found && { again: found.id };
    },
  },
  {
    method: "POST",
    path: "/api/faults",
    summary: "What goes wrong with the next call that it fits: one fault, or a list",
    input: Schema.Union([Fault, Schema.NonEmptyArray(Fault)]),
    output: Schema.Struct({ faults: Schema.Array(Fault) }),
    run: ({ gateway, body }) => {
      gateway.faults.push(...many(checked.faults(body as Unchecked<"faults">)));
      return { faults: gateway.faults.pending() };
    },
  },
  {
    method: "DELETE",
    path: "/api/faults",
    summary: "Forgets the faults that wait",
    output: Schema.Struct({ faults: Schema.Array(Fault) }),
    run: ({ gateway }) => {
      gateway.faults.clear();
      return { faults: [] };
    },
  },
  {
    method: "PUT",
    path: "/api/chaos",
    summary: "What goes wrong at random from here on, by seed",
    input: ChaosOptions,
    output: ChaosOptions,
    run: ({ gateway, body }) => {
      gateway.chaos.set(checked.chaos(body as Unchecked<"chaos">));
      return gateway.chaos.options();
    },
  },
  {
    method: "DELETE",
    path: "/api/chaos",
    summary: "Nothing goes wrong at random any more",
    output: Schema.Struct({}),
    run: ({ gateway }) => {
      gateway.chaos.set(undefined);
      return {};
    },
  },
  {
    method: "POST",
    path: "/api/time",
    summary: "Moves the gateway's time on",
    input: Advance,
    output: Schema.Struct({ now: Schema.Int }),
    run: ({ gateway, now, body }) => {
      const { millis } = checked.advance(body as Unchecked<"advance">);
      gateway.clock.advance(millis);
      return { now: now + millis };
    },
  },
  {
    method: "POST",
    path: "/api/funds",
    summary: "Adds to a merchant's money, in fen",
    input: TopUp,
    output: Schema.Struct({ mchId: Schema.String, unsettled: Schema.Int, available: Schema.Int }),
    run: ({ gateway, now, body }) => {
      const { mchId, fee } = checked.topUp(body as Unchecked<"topUp">);
      gateway.ledger.topUp(mchId, fee);
      return { mchId, ...gateway.ledger.funds(mchId, now) };
    },
  },
  {
    method: "POST",
    path: "/api/keys",
    summary: "Gives a merchant a new API key; the old one stays good for a while",
    input: NewKey,
    output: Schema.Struct({ mchId: Schema.String, previousKeyUntil: Schema.Int }),
    run: ({ gateway, now, body }) => {
      const { mchId, apiKey, graceMillis: grace = graceMillis } = checked.newKey(body as Unchecked<"newKey">);
      gateway.keyring.rotate(mchId, apiKey, now, grace);
      return { mchId, previousKeyUntil: now + grace };
    },
  },
  {
    method: "GET",
    path: "/api/platform",
    summary: "What APIv3 signs with: each merchant's public key of WeChat Pay and its platform certificates",
    output: Schema.Array(View.Platform),
    run: ({ gateway, now }) => View.platform(gateway, now),
  },
  {
    method: "POST",
    path: "/api/platform",
    summary: "Gives a merchant a new platform certificate; the old one stays good for a while",
    input: Rotate,
    output: Schema.Struct({ mchId: Schema.String, serialNo: Schema.String, effectiveAt: Schema.Int }),
    run: ({ gateway, now, body }) => {
      const {
        mchId,
        announcedMillis = 0,
        graceMillis: grace = 86_400_000,
      } = checked.rotate(body as Unchecked<"rotate">);
      const { serialNo, effectiveAt } = gateway.platform.rotate(mchId, now, { announcedMillis, graceMillis: grace });
      return { mchId, serialNo, effectiveAt };
    },
  },
];
