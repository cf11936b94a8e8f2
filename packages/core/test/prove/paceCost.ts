/**
 * What waiting costs: the computing of the queue for 40 000 calls from asking to leaving, at 150 a second of virtual time, and the memory of each while it
 * waits. Every tenth gives up; orders and lanes are many. Run with `node --expose-gc`.
 */
import { Gate } from "../../src/internal/gate.ts";
import { Lane, type Waiter } from "../../src/internal/waiter.ts";

const collect = (globalThis as { readonly gc?: () => void }).gc ?? (() => undefined);
const heap = (): number => {
  collect();
  return process.memoryUsage().heapUsed;
};

const run = (count: number, lanes: number, orders: boolean) => {
  let now = 0;
  let wake: number | undefined;
  let left = 0;
  const gate = new Gate(
    { perSecond: 150, failingPerSecond: 6, spacing: 60_000 },
    { now: () => now, random: () => 0, arm: (at) => (wake = at), recovered: () => undefined },
  );
  const places = Array.from({ length: lanes }, () => new Lane());
  const turns = Array.from({ length: count }, (_, n) => ({
    calls: "send" as const,
    outRefundNo: `R${n}`,
    ...(orders && { order: `O${n % (count / 2)}` }),
  }));
  const waiters: Array<Waiter> = [];
  const before = heap();
  const started = process.threadCpuUsage();
  for (const [n, turn] of turns.entries()) {
    const lane = places[n % lanes];
    if (lane === undefined) continue;
    waiters.push(gate.enter(lane, turn, (waiter) => queue.push(waiter)));
  }
  const asked = process.threadCpuUsage(started);
  const bytes = (heap() - before) / count;
  const resumed = process.threadCpuUsage();
  for (let n = 0; n < count; n += 10) {
    const waiter = waiters[n];
    if (waiter !== undefined && waiter.stage === "waiting") gate.leave(waiter);
  }
  for (;;) {
    for (let waiter = queue.pop(); waiter !== undefined; waiter = queue.pop()) {
      gate.begin(waiter);
      gate.end(waiter, "ok");
      left++;
    }
    if (wake === undefined) break;
    now = Math.max(now + 1, wake);
    wake = undefined;
    gate.pump();
  }
  const drained = process.threadCpuUsage(resumed);
  const millis = (asked.user + asked.system + drained.user + drained.system) / 1000;
  return { millis, bytes, left, seconds: now / 1000 };
};
const queue: Array<Waiter> = [];

run(40_000, 1, false);
for (const lanes of [1, 100]) {
  for (const orders of [false, true]) {
    const told = [run(40_000, lanes, orders), run(40_000, lanes, orders), run(40_000, lanes, orders)];
    const [best] = told.sort((a, b) => a.millis - b.millis);
    if (best === undefined) continue;
    console.log(
      `40 000 calls, ${lanes} lanes, ${orders ? "two refunds of each order" : "no orders"}: ${best.millis.toFixed(0)} ms of CPU, ${Math.round(best.bytes)} bytes each, ${best.left} left in ${best.seconds.toFixed(0)} s of virtual time`,
    );
  }
}
