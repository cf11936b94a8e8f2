/**
 * `prove:pages`: how long the operator's pages take over 100 000 and 1 000 000 refunds, each asked for 30 times after 3; of these
 * the middle and the slowest but one are told, and three of four must be quick enough. On SQLite, and on PostgreSQL where POSTGRES names a database of its own (`postgres://…`).
 */
import { Merchants } from "@wechat-refund/core";
import { Durable } from "@wechat-refund/durable";
import { Service } from "@wechat-refund/server";
import { Context, Effect, Layer, Logger, Redacted } from "effect";
import { fill } from "../support/many.ts";
import { ask, directory, merchantsOf } from "../support/service.ts";
import { gatewayWith } from "../support/world.ts";

const sizes = process.argv.slice(2).map(Number);
const limits: ReadonlyArray<readonly [count: number, millis: number]> = [
  [100_000, 100],
  [1_000_000, 200],
];
const postgres = process.env["POSTGRES"];

const pagesOf = (count: number): Readonly<Record<string, string>> => {
  const some = String(Math.floor(count * 0.77)).padStart(7, "0");
  const day = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  return {
    overview: "/",
    list: "/refunds",
    "list, of a state": "/refunds?state=Succeeded",
    "list, of a cause": "/refunds?cause=top-up",
    "list, of a merchant": "/refunds?merchant=shop",
    "list, of today": `/refunds?from=${day}`,
    "list, far down": `/refunds?after=${Math.floor(count / 2)}`,
    "search, one refund": `/refunds?q=M-${some}`,
    "search, one order": `/refunds?q=ORD-${some}`,
    "search, ten thousand": `/refunds?q=M-${some.slice(0, 3)}`,
    "search, all of them": "/refunds?q=M-",
    "search, all orders": "/refunds?q=ORD-",
    "search, nothing": "/refunds?q=ZZZ",
    refund: `/refunds/shop/M-${some}`,
    "all of a cause": "/blocked/shop/top-up/go-on",
    merchants: "/merchants",
  };
};

const measure = (count: number, limit: number) =>
  Effect.gen(function* () {
    const folder = yield* directory;
    const durable = { worker: false as const };
    const store =
      postgres === undefined
        ? Durable.layerSqlite({ file: `${folder}/refunds.db`, ...durable })
        : Durable.layerPostgres({ url: Redacted.make(postgres), ...durable });
    const merchants = merchantsOf(gatewayWith(0));
    const services = yield* Layer.build(
      Service.layer({ api: { port: 0 }, tokens: "none" }).pipe(
        Layer.provideMerge(store.pipe(Layer.provideMerge(merchants))),
      ),
    );
    const { api } = Context.get(services, Service.Listening);
    yield* fill(services as Parameters<typeof fill>[0] & Context.Context<Merchants.Merchants>, count);
    let isGood = true;
    for (const [name, path] of Object.entries(pagesOf(count))) {
      const times: Array<number> = [];
      for (let n = 0; n < 33; n++) {
        const begun = performance.now();
        const { status } = yield* Effect.promise(() => ask(api, "GET", path));
        if (status !== 200) return yield* Effect.die(new Error(`${path}: ${status}`));
        if (n >= 3) times.push(performance.now() - begun);
      }
      const sorted = times.sort((a, b) => a - b);
      const [middle = 0, most = Infinity, slow = 0] = [sorted[15], sorted[22], sorted.at(-2)];
      isGood &&= most <= limit;
      console.log(
        `${String(count).padStart(8)}  ${name.padEnd(22)} ${middle.toFixed(1).padStart(7)} ms, at most ${slow.toFixed(1)} ms${most <= limit ? "" : `  TOO SLOW, more than ${limit} ms`}`,
      );
    }
    return isGood;
  }).pipe(Effect.scoped, Effect.provide(Logger.layer([])));

let isGood = true;
for (const [count, limit] of limits) {
  if (sizes.length === 0 || sizes.includes(count)) isGood = (await Effect.runPromise(measure(count, limit))) && isGood;
}
process.exitCode = isGood ? 0 : 1;
