/**
 * How long after an outage until every refund is known again: simulated refunds, and a gateway that loses calls, allows 150 a second and
 * six failing ones, and refuses everything for a minute where more fail. Pure virtual time over the queue of `Pace`; the seed is fixed.
 *
 * All refunds are in doubt when the gateway comes back; some arrived before. Ends with 1 where the gateway had to refuse
 * more than once in a storm, which lasts for hours, or anything is not known in the end.
 */
import { Gate } from "../../src/internal/gate.ts";
import { Lane, type Waiter } from "../../src/internal/waiter.ts";
import type { Turn } from "../../src/Pace.ts";

interface Storm {
  readonly refunds: number;
  /** The share that arrived before the outage. */
  readonly arrived: number;
  /** The share of calls that are never answered; half of them arrive. */
  readonly loss: number;
  readonly rtt: number;
  /** An identical request of an accepted refund is answered with success, or as a business error. */
  readonly replay: "ok" | "error";
  /** Refunds whose first question is always this, to compare. */
  readonly only?: "ask" | "send";
}

const random = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t ^= t + Math.imul(t ^ (t >>> 7), 61 | t);
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};

/** What is due, earliest first; what is due together in the order in which it was put in. */
class Agenda {
  private readonly heap: Array<{ readonly at: number; readonly n: number; readonly run: () => void }> = [];
  private n = 0;

  at(at: number, run: () => void): void {
    const { heap } = this;
    let i = heap.push({ at, n: this.n++, run }) - 1;
    for (let up = (i - 1) >> 1; i > 0 && this.less(i, up); i = up, up = (i - 1) >> 1) this.swap(i, up);
  }

  next(): { readonly at: number; readonly run: () => void } | undefined {
    const { heap } = this;
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    for (let i = 0; ;) {
      const left = 2 * i + 1;
      const child = left + 1 < heap.length && this.less(left + 1, left) ? left + 1 : left;
      if (child >= heap.length || !this.less(child, i)) return first;
      this.swap(i, child);
      i = child;
    }
  }

  private less(i: number, j: number): boolean {
    const [a, b] = [this.heap[i], this.heap[j]];
    return a !== undefined && b !== undefined && (a.at < b.at || (a.at === b.at && a.n < b.n));
  }

  private swap(i: number, j: number): void {
    const [a, b] = [this.heap[i], this.heap[j]];
    if (a === undefined || b === undefined) return;
    this.heap[i] = b;
    this.heap[j] = a;
  }
}

/** Counts what falls into the last second. */
const counter = () => {
  const times: Array<number> = [];
  let head = 0;
  let most = 0;
  return {
    add: (at: number): number => {
      times.push(at);
      while ((times[head] ?? at) <= at - 1000) head++;
      most = Math.max(most, times.length - head);
      return times.length - head;
    },
    most: () => most,
  };
};

const timeout = 20_000;

/** The longest pause of a refund between two questions, in seconds. */
const cap = Number(process.argv.find((text) => text.startsWith("--cap="))?.slice(6) ?? 300);

export const storm = ({ arrived, loss, only, refunds, replay, rtt }: Storm) => {
  const chance = random(7);
  const agenda = new Agenda();
  let now = 0;
  let up = false;
  let wake: number | undefined;
  let outages = 0;
  let calls = 0;
  let blockedUntil = -1;
  let blocks = 0;
  const failures = counter();
  const leaving = counter();
  const known: Array<number> = [];
  const waiting = new Set<() => void>();
  const lane = new Lane();
  const gate = new Gate(
    { perSecond: 150, failingPerSecond: 6, spacing: 60_000 },
    {
      now: () => now,
      random: chance,
      arm: (at) => {
        if (at === undefined || at === Infinity || wake === at) return;
        wake = at;
        agenda.at(at, () => {
          if (wake !== at) return;
          wake = undefined;
          gate.pump();
        });
      },
      recovered: () => {
        outages++;
        for (const back of waiting) back();
        waiting.clear();
      },
    },
  );

  const ask = (turn: Turn, leave: (waiter: Waiter) => void): void => {
    const waiter = gate.enter(lane, turn, () =>
      agenda.at(now, () => {
        gate.begin(waiter);
        leave(waiter);
      }),
    );
  };

  const start = (n: number) => {
    let there = (n % 100) / 100 < arrived;
    let pauses = 0;
    let done = false;
    const turn: Turn = {
      calls: only ?? "question",
      outRefundNo: `R${n}`,
      order: `O${n}`,
      ...(only !== undefined && { kind: "first" }),
    };
    const again = (next: Turn): void => {
      ask(next, (waiter) => {
        calls++;
        leaving.add(now);
        const lost = !up || chance() < loss;
        const arrives = up && (!lost || chance() < 0.5);
        let failed = false;
        let limited = false;
        const answer = () => {
          if (!arrives) return;
          if (now < blockedUntil) {
            limited = true;
            return;
          }
          failed = waiter.call === "send" ? there && replay === "error" : !there;
          if (waiter.call === "send") there = true;
          if (failed && failures.add(now) > 6) {
            blocks++;
            blockedUntil = now + 60_000;
          }
        };
        agenda.at(now + rtt / 2, answer);
        agenda.at(now + (lost ? timeout : rtt), () => {
          gate.end(waiter, lost ? "unanswered" : limited ? "limited" : failed ? "failed" : "ok");
          if (done) return;
          if (lost) return rest();
          if (limited) return again(next);
          if (!failed) {
            done = true;
            known.push(now);
            return;
          }
          // The other way now.
          again({
            calls: waiter.call === "send" ? "ask" : "send",
            outRefundNo: turn.outRefundNo,
            order: turn.order,
            kind: `other-${waiter.call}`,
          });
        });
      });
    };
    const rest = (): void => {
      const first = [1, 3, 10][pauses];
      const pause = first ?? chance() * Math.min(cap, 20 * 2 ** (pauses - 3));
      pauses++;
      let back = false;
      const go = () => {
        if (back) return;
        back = true;
        waiting.delete(go);
        again({ ...turn, kind: "later" });
      };
      waiting.add(go);
      agenda.at(now + pause * 1000, go);
    };
    again(turn);
  };

  // The outage: probes are ten seconds apart when it ends.
  const begin = 120_000;
  agenda.at(0, () => {
    for (let n = 0; n < refunds; n++) start(n);
  });
  agenda.at(begin, () => (up = true));
  const end = begin + 6 * 3_600_000;
  for (let due = agenda.next(); due !== undefined && due.at < end && known.length < refunds; due = agenda.next()) {
    now = due.at;
    due.run();
  }
  known.sort((a, b) => a - b);
  const after = (share: number): number => ((known[Math.ceil(share * refunds) - 1] ?? Infinity) - begin) / 1000;
  return {
    median: after(0.5),
    p99: after(0.99),
    all: after(1),
    calls: calls / refunds,
    outages: outages - 1,
    failing: failures.most(),
    perSecond: leaving.most(),
    blocks,
  };
};

const cell = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(1)).padStart(8);

let bad = 0;
const show = (label: string, options: Storm): void => {
  const told = storm(options);
  if (told.all === Infinity || told.blocks > 1 || told.perSecond > 150) bad++;
  console.log(`${label.padEnd(44)}${Object.values(told).map(cell).join("")}`);
};

console.log(
  `${"".padEnd(44)}${["median", "p99", "all", "calls", "outages", "failing", "per s", "blocks"].map((word) => word.padStart(8)).join("")}`,
);
const started = performance.now();
for (const refunds of [100, 1000, 10_000]) {
  for (const loss of [0, 0.3, 0.7]) {
    for (const rtt of [50, 200, 500]) {
      for (const arrived of [0, 0.5, 1]) {
        for (const replay of ["ok", "error"] as const) {
          // Where nothing arrived, only a reply that is lost makes a replay.
          if (arrived === 0 && loss === 0 && replay === "error") continue;
          show(`${refunds} arrived ${arrived} loss ${loss} rtt ${rtt} replay ${replay}`, {
            refunds,
            arrived,
            loss,
            rtt,
            replay,
          });
        }
      }
    }
  }
}
if (process.argv.includes("--compare")) {
  for (const only of ["ask", "send"] as const) {
    for (const arrived of [0, 1])
      show(`1000 arrived ${arrived}, always ${only} first`, {
        refunds: 1000,
        arrived,
        loss: 0,
        rtt: 200,
        replay: "error",
        only,
      });
  }
}
console.log(`${((performance.now() - started) / 1000).toFixed(1)} s`);
process.exitCode = bad > 0 ? 1 : 0;
if (bad > 0) console.log(`FAIL ${bad} storms`);
