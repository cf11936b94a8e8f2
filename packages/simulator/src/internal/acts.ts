/** What can be told a gateway over its control interface, with the shape of each. */
import * as Schema from "effect/Schema";
import { Options as ChaosOptions } from "../Chaos.ts";
import { Fault } from "../Fault.ts";
import { decoder, isApiKey, Order } from "../GatewayConfig.ts";
import type { Route } from "./route.ts";

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

/** Every address that changes something. */
export const acts: ReadonlyArray<Route> = [
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
    method: "POST",
    path: "/api/notices/{id}/again",
    summary: "Posts a notice once more",
    output: Schema.Struct({ again: Schema.Int }),
    run: ({ gateway, now, param }) => {
      const found = /^\d{1,15}$/.test(param) ? gateway.notices.find(Number(param)) : undefined;
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
