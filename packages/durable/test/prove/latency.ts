/**
 * `node latency.ts postgres://…`: how long after a notice came to a process that does not call for the merchant the query leaves, in the
 * process that does. Two processes in one: each with connections, signals and a worker of its own. Prints figures as JSON.
 */
import { Merchant } from "@wechat-refund/core";
import { Replies } from "@wechat-refund/core/testing";
import { Durable, Refunds, Worker } from "@wechat-refund/durable";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Logger from "effect/Logger";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import { merchants, requestOf, settingsOf } from "./shop.ts";

const [address = ""] = process.argv.slice(2);
const count = 100;
const identity = Result.getOrThrow(Merchant.make(settingsOf(0)));

const program = Effect.gen(function* () {
  const asked = new Map<number, number>();
  const open = Effect.map(
    Layer.build(
      Layer.fresh(
        Layer.provide(
          Durable.layerPostgres({ url: Redacted.make(address) }),
          merchants(1, {}, (call, n) => void (call === "ask" && asked.set(n, performance.now()))),
        ),
      ),
    ),
    (context) => ({ refunds: Context.get(context, Refunds.Refunds), worker: Context.get(context, Worker.Worker) }),
  );
  const all = [yield* open, yield* open];
  for (let n = 0; n < count; n++) yield* all[0]?.refunds.start("m0", requestOf(n)) ?? Effect.void;
  const times: Array<number> = [];
  for (let n = 0; n < count; n++) {
    let idle = all[0];
    while ((yield* idle?.refunds.find("m0", `R-${n}`) ?? Effect.succeed(undefined))?.truth !== "Accepted") {
      yield* Effect.sleep(20);
    }
    for (const one of all) if ((yield* one.worker.state).merchants.length === 0) idle = one;
    const body = Replies.notice(identity, requestOf(n), "SUCCESS");
    const from = performance.now();
    yield* idle?.refunds.notice({ merchant: "m0", body }) ?? Effect.void;
    while (!asked.has(n)) yield* Effect.sleep(1);
    times.push((asked.get(n) ?? 0) - from);
  }
  times.sort((a, b) => a - b);
  const at = (part: number) => Math.round((times[Math.floor(count * part)] ?? 0) * 10) / 10;
  return { "notice to query p50 ms": at(0.5), p90: at(0.9), most: at(0.999) };
});

console.log(JSON.stringify(await Effect.runPromise(Effect.scoped(Effect.provide(program, Logger.layer([]))))));
process.exit(0);
