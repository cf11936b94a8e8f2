/**
 * `pnpm prove:outage`, or `node packages/durable/test/prove/outage.ts [hours] [rows]`: the gateway cannot be reached for half a day of virtual time while a store has
 * 100 000 due refunds, with everything as it is by default. No process would end, few calls are tried meanwhile, and once the gateway is back
 * refunds are made as fast as its limits allow. A quarter of an hour.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Durable, Health, Migrations, Sqlite, Worker } from "@wechat-refund/durable";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import * as Layer from "effect/Layer";
import * as Logger from "effect/Logger";
import * as TestClock from "effect/testing/TestClock";
import { cloned } from "./cloned.ts";
import { merchants } from "./shop.ts";

const [hours = "12", many = "100000"] = process.argv.slice(2);
const rows = Number(many);
const file = join(mkdtempSync(join(tmpdir(), "wechat-refund-outage-")), "refunds.db");

let isAway = true;
let tried = 0;
let sent = 0;
const shop = merchants(
  1,
  {},
  (call) => {
    if (call === "send") sent++;
  },
  () => {
    if (isAway) tried++;
    return isAway;
  },
);

const breath = Effect.promise(() => new Promise((resolve) => setImmediate(resolve)));
const pass = Effect.fnUntraced(function* (seconds: number, step = 5) {
  for (let second = 0; second < seconds; second += step) {
    yield* TestClock.adjust(step * 1000);
    yield* breath;
  }
});

const program = Effect.gen(function* () {
  const ends: Array<string> = [];
  const onStuck = (why: string) => Effect.sync(() => void ends.push(why));
  yield* TestClock.setTime(Date.now());
  const opening = yield* Effect.forkScoped(
    Layer.build(Layer.provide(Durable.layerSqlite({ file, health: { onStuck } }), shop)),
  );
  yield* pass(5);
  const context = yield* Fiber.join(opening);
  const { ready } = Context.get(context, Health.Health);
  const { state } = Context.get(context, Worker.Worker);
  const wrong: Array<string> = [];
  let unready = 0;
  for (let minute = 0; minute < Number(hours) * 60; minute++) {
    yield* pass(60);
    if (!(yield* ready).ready) unready++;
    if (minute % 60 === 59) console.log(`${(minute + 1) / 60} h: ${tried} calls tried`);
  }
  const calls = tried;
  isAway = false;
  // The longest pause between two looks whether it is back.
  yield* pass(60, 1);
  const before = sent;
  yield* pass(60, 1);
  const made = sent - before;
  if (ends.length > 0) wrong.push(`a process would have ended: ${ends.join("; ")}`);
  if (unready > 0) wrong.push(`it was not ready at ${unready} of the minutes`);
  // 150 a second are the gateway's limit; a refund is also asked for, a minute later.
  if (sent < rows && made < 60 * 60) wrong.push(`only ${made} refunds were made in the second minute after it`);
  if (calls > Number(hours) * 3600) wrong.push(`${calls} calls were tried meanwhile`);
  if ((yield* state).merchants.length === 0) wrong.push("it holds no merchant any more");
  return { wrong, calls, made };
}).pipe(Effect.scoped, Effect.provide(Layer.mergeAll(TestClock.layer(), Logger.layer([]))));

try {
  await Effect.runPromise(
    Effect.andThen(Migrations.migrate("the store"), cloned(rows, 1, "open")).pipe(
      Effect.provide(Layer.mergeAll(shop, Sqlite.layer({ file }), Logger.layer([]))),
      Effect.scoped,
    ),
  );
  const from = performance.now();
  const { calls, made, wrong } = await Effect.runPromise(program);
  console.log(
    `${wrong.length === 0 ? "✓" : "✗"} ${hours} h without the gateway and ${rows} due refunds: no process ended, ${calls} calls tried, ${made} refunds made in the second minute after it; ${((performance.now() - from) / 1000).toFixed(0)} s`,
  );
  for (const line of wrong) console.log(`    ${line}`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
} finally {
  rmSync(join(file, ".."), { recursive: true, force: true });
}
process.exit();
