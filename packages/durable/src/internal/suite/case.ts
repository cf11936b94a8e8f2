/** What a case of the suite is given, and what it is. */
import * as Merchants from "@wechat-refund/core/Merchants";
import type { RefundRequest } from "@wechat-refund/core/Refund";
import { Transport } from "@wechat-refund/core/Transport";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Redacted from "effect/Redacted";
import type * as Scope from "effect/Scope";
import * as SqlClient from "effect/sql/SqlClient";
import type { SqlError } from "effect/sql/SqlError";
import * as Events from "../../Events.ts";
import * as MerchantLeases from "../../MerchantLeases.ts";
import * as Migrations from "../../Migrations.ts";
import * as Refunds from "../../Refunds.ts";
import * as RefundStore from "../../RefundStore.ts";
import * as Signalling from "../../Signalling.ts";
import type { StoreError } from "../../StoreError.ts";

/** A database of a case's own. */
export interface Place {
  /** A client of it. Each time that it is built it has connections of its own, as another process has. */
  readonly client: Layer.Layer<SqlClient.SqlClient, StoreError>;
  /** Runs a text of many statements, as an administrator does with the database's own tool. No client may be open where they are not shared. */
  readonly script: (text: string) => Effect.Effect<void, unknown>;
  /** Where there are roles: one that may do nothing. */
  readonly limited?: Effect.Effect<Limited, unknown, Scope.Scope>;
}

/** A role that may only use tables that stand, once it was given that. */
export interface Limited {
  readonly client: Place["client"];
  /** Statements for `script`: to use the schema, and some or all of its tables. */
  readonly grant: (tables: "ALL" | ReadonlyArray<string>) => string;
}

/** A kind of database. */
export interface Subject {
  readonly name: string;
  /** An empty one, until the scope closes. */
  readonly empty: Effect.Effect<Place, unknown, Scope.Scope>;
  /** Whether several processes may have it open at a time, each with transactions of its own. */
  readonly sharedByProcesses: boolean;
  /** Whether it has roles, and its places are `limited`. */
  readonly hasRoles?: boolean;
}

export type Need = "processes" | "roles";

export interface Case {
  readonly title: string;
  /** What the database must be able to; nothing where it is left out. */
  readonly needs?: ReadonlyArray<Need>;
  /** Dies where the store does not do what it must. */
  readonly run: (subject: Subject) => Effect.Effect<void, unknown, Scope.Scope>;
}

/** The store as a process has it, without a worker: nothing is ever sent. */
export interface Opened {
  readonly refunds: Refunds.Service;
  readonly store: RefundStore.RefundStore["Service"];
  readonly events: Events.Events["Service"];
  readonly sql: SqlClient.SqlClient;
  readonly leases: (owner: string) => MerchantLeases.MerchantLeases;
  /** Gives positions to all that has none; how many. */
  readonly place: Effect.Effect<number, SqlError>;
}

const mute = Layer.succeed(Transport, { send: () => Effect.die("the suite sends nothing") });
const keyOf = (n: number): Redacted.Redacted => Redacted.make(`SuiteOfTheStoreKey${String(n).padStart(14, "0")}`);

export const shop = "1900000109";
export const other = "1900000110";
export const sub = "1900000199";

const merchants = Merchants.layer([
  { name: "shop", v2: { appId: "wx8888888888888888", mchId: shop, apiKey: keyOf(1), transport: mute } },
  { name: "other", v2: { appId: "wx8888888888888888", mchId: other, apiKey: keyOf(2), transport: mute } },
  { name: "sub", v2: { appId: "wx8888888888888888", mchId: shop, subMchId: sub, apiKey: keyOf(1), transport: mute } },
]);

const parts = Layer.mergeAll(Events.layer(), Refunds.layer()).pipe(
  Layer.provideMerge(Layer.mergeAll(RefundStore.layer, Signalling.layer)),
  Layer.provide(merchants),
);

/** Opens a store as one process does, and brings it to its form. */
export const open = Effect.fnUntraced(function* (
  client: Place["client"],
): Effect.fn.Return<Opened, unknown, Scope.Scope> {
  const context = yield* Layer.build(
    parts.pipe(
      Layer.provideMerge(Layer.effectDiscard(Migrations.migrate("the store"))),
      Layer.provideMerge(Layer.fresh(client)),
    ),
  );
  const store = Context.get(context, RefundStore.RefundStore);
  return {
    store,
    refunds: Context.get(context, Refunds.Refunds),
    events: Context.get(context, Events.Events),
    sql: Context.get(context, SqlClient.SqlClient),
    leases: (owner) => MerchantLeases.make(store.database, owner, 10_000),
    place: Effect.gen(function* () {
      let all = 0;
      for (;;) {
        const given = yield* Events.sequence(store.database);
        if (given === 0) return all;
        // Somebody else is at it.
        if (given === undefined) yield* Effect.sleep(5);
        else all += given;
      }
    }),
  };
});

/** A store in an empty database. */
export const opened = (subject: Subject): Effect.Effect<Opened, unknown, Scope.Scope> =>
  Effect.flatMap(subject.empty, ({ client }) => open(client));

/** As several processes have it; one, several times, where one may have it. */
export const processes = Effect.fnUntraced(function* (
  subject: Subject,
  count: number,
): Effect.fn.Return<ReadonlyArray<Opened>, unknown, Scope.Scope> {
  const { client } = yield* subject.empty;
  const first = yield* open(client);
  if (!subject.sharedByProcesses) return Array.from({ length: count }, () => first);
  return [first, ...(yield* Effect.forEach(Array.from({ length: count - 1 }), () => open(client)))];
});

/** A refund of 1 of 10 yuan, each of an order of its own. */
export const request = (outRefundNo: string, more: Partial<RefundRequest> = {}): RefundRequest => ({
  order: { outTradeNo: `T-${outRefundNo}` },
  outRefundNo,
  totalFee: 1000,
  refundFee: 100,
  ...more,
});

export const person = { by: "ming", reason: "asked by the customer" } as const;
