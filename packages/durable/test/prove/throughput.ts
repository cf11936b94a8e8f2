/**
 * `node throughput.ts prototype|ours sqlite:FILE|postgres://… COUNT`: refunds a second, each started, sent and asked for once. Both make
 * the same calls with the same client; prints one number.
 */
import { Merchants } from "@wechat-refund/core";
import { Durable, Events, Postgres, Refunds, RefundStore, Signalling, Sqlite } from "@wechat-refund/durable";
import * as Deferred from "effect/Deferred";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Logger from "effect/Logger";
import * as Redacted from "effect/Redacted";
import * as Prototype from "./prototype.ts";
import { merchants, requestOf } from "./shop.ts";

const [which = "ours", address = "", many = "3000"] = process.argv.slice(2);
const count = Number(many);
const shops = 8;
const atOnce = 64;
const quick = { perSecond: 1_000_000, failingPerSecond: 1_000_000 };
const file = address.startsWith("sqlite:") ? address.slice("sqlite:".length) : undefined;

const each = (start: (n: number) => Effect.Effect<unknown, unknown>) =>
  Effect.forEach(
    Array.from({ length: count }, (_, n) => n),
    start,
    { concurrency: atOnce, discard: true },
  );

const timed = <E, R>(run: Effect.Effect<unknown, E, R>) =>
  Effect.gen(function* () {
    const from = performance.now();
    yield* run;
    return count / ((performance.now() - from) / 1000);
  });

const prototype = Effect.gen(function* () {
  yield* Prototype.create;
  const { get } = yield* Merchants.Merchants;
  const done = yield* Deferred.make<void>();
  let over = 0;
  const { start } = yield* Prototype.make({
    owner: "one",
    lease: 30_000,
    poll: 1000,
    batch: atOnce,
    step: Effect.fnUntraced(function* (refund, mark) {
      const { client } = yield* Effect.orDie(get(refund.merchant));
      const request = JSON.parse(refund.fields) as ReturnType<typeof requestOf>;
      if (refund.state === "Recorded") {
        yield* mark("Sending");
        yield* Effect.orDie(client.refund(request));
        return { state: "Accepted", after: 0 };
      }
      yield* mark("Asking");
      yield* Effect.orDie(client.confirm(request));
      if (++over === count) yield* Deferred.succeed(done, undefined);
      return { state: "Succeeded", after: undefined };
    }),
  });
  return yield* timed(
    Effect.andThen(
      each((n) => {
        const fields = JSON.stringify(requestOf(n));
        return start({ merchant: `m${n % shops}`, number: `R-${n}`, fields, fingerprint: fields });
      }),
      Deferred.await(done),
    ),
  );
});

const ours = Effect.gen(function* () {
  const refunds = yield* Refunds.Refunds;
  const events = yield* Events.Events;
  const { database } = yield* RefundStore.RefundStore;
  const { tell } = yield* Signalling.Signalling;
  const { all } = yield* Merchants.Merchants;
  const { sql, tables, transaction } = database;
  const done = yield* Deferred.make<void>();
  let over = 0;
  yield* Effect.forkScoped(
    events.consume("done", ({ truth }) =>
      truth === "Succeeded" && ++over === count ? Deferred.succeed(done, undefined) : Effect.void,
    ),
  );
  // A minute lies between acceptance and the first question: it passes at once here.
  const hurry = Effect.gen(function* () {
    const moved = yield* transaction(
      sql`UPDATE ${tables.refunds} SET progress_at = progress_at - 3600000, due_at = 0
        WHERE truth = 'Accepted' AND owner IS NULL AND due_at > 0 RETURNING id`,
    );
    if (moved.length > 0) for (const { merchant } of all) yield* tell(`due:${merchant.mchId}`);
    yield* Effect.sleep(20);
  });
  yield* Effect.forkScoped(Effect.forever(hurry));
  return yield* timed(
    Effect.andThen(
      each((n) => refunds.start(`m${n % shops}`, requestOf(n))),
      Deferred.await(done),
    ),
  );
});

const client = file === undefined ? Postgres.layer({ url: Redacted.make(address) }) : Sqlite.layer({ file });
const durable =
  file === undefined ? Durable.layerPostgres({ url: Redacted.make(address) }) : Durable.layerSqlite({ file });
const made = merchants(shops, quick);
const program: Effect.Effect<number, unknown> =
  which === "prototype"
    ? Effect.scoped(prototype).pipe(Effect.provide(Layer.merge(made, client)))
    : Effect.scoped(ours).pipe(Effect.provide(Layer.provideMerge(durable, made)));

const rate = await Effect.runPromise(Effect.provide(program, Logger.layer([])));
console.log(rate.toFixed(0));
process.exit(0);
