/**
 * `pnpm prove:storm`: storms over the real drivers and the simulator's gateway, in virtual time, against their goals.
 *
 * Without arguments a table that takes about ten minutes on two cores; `--all` runs every combination, for an hour and more.
 */
import { availableParallelism } from "node:os";
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { run, type Storm, type Weather } from "../storm.ts";

const minute = 60_000;
const hour = 60 * minute;

const outages = { "1 min": minute, "1 h": hour, "12 h": 12 * hour };
const nameOf = (outage: number): string => Object.entries(outages).find(([, millis]) => millis === outage)?.[0] ?? "?";

const all: ReadonlyArray<Storm> = Object.values(outages).flatMap((outage) =>
  [0, 0.3, 0.7].flatMap((loss) =>
    [100, 1_000, 10_000].flatMap((refunds) =>
      [1, 5].flatMap((merchants) =>
        ([0, 0.5, 1] as const).flatMap((arrived) =>
          [50, 200, 500].flatMap((roundTrip) =>
            (["same-success", "business-error"] as const).map((replay): Storm => ({
              outage,
              loss,
              refunds,
              merchants,
              arrived,
              roundTrip,
              replay,
            })),
          ),
        ),
      ),
    ),
  ),
);

/** Of the large ones those that differ most; of the others all with the middle round trip, and the plain ones with each. */
const chosen = all.filter(({ loss, merchants, outage, refunds, roundTrip }) =>
  refunds === 10_000
    ? roundTrip === 200 && merchants === 1 && (outage === minute || loss === 0)
    : roundTrip === 200 || (loss === 0 && outage === minute),
);

/** A jump of the wall clock at every minute changes nothing. */
const jumps = [hour, 24 * hour, 87_600 * hour].map((jump): Storm => ({
  outage: hour,
  loss: 0.3,
  refunds: 1_000,
  merchants: 1,
  arrived: 0.5,
  roundTrip: 200,
  replay: "same-success",
  jump,
}));

/** The share of questions that must fail, however they are chosen. */
const failing = ({ arrived, replay }: Storm): number =>
  replay === "same-success" ? 0 : Math.min(arrived, 1 - arrived);

const lossy = ({ loss }: Storm): boolean => loss > 0;

/**
 * Seconds within which all must be known, without loss: a minute, 150 calls a second, and, where some questions must fail, what six parts
 * allow: a question holds one for its round trip, and one that fails for a second more.
 */
const goalOf = (storm: Storm): number => {
  const { merchants, refunds, roundTrip } = storm;
  const each = refunds / merchants;
  const share = failing(storm);
  const held = share === 0 ? 0 : each * (share + roundTrip / 1000);
  return 60 + each / 150 + held / 6;
};

/** What is wrong with it. With loss, where nothing need fail: 99 of 100 of the most within ten minutes. */
const complaints = (storm: Storm, weather: Weather): ReadonlyArray<string> => {
  const { merchants, refunds, replay } = storm;
  const wrong: Array<string> = [];
  if (weather.known !== refunds) wrong.push(`${refunds - weather.known} not known after two days`);
  if (weather.refundsMade !== refunds) wrong.push(`${weather.refundsMade} refunds made`);
  if (weather.mostCalls > 150) wrong.push(`${weather.mostCalls} calls in a second`);
  // Once, what was under way when calls of a kind began to fail.
  if (weather.blocks > merchants) wrong.push(`${weather.blocks} blocks`);
  const goal = goalOf(storm) + 70 * weather.blocks;
  if (!lossy(storm) && weather.last > goal) wrong.push(`goal ${Math.round(goal)} s`);
  if (!lossy(storm) && weather.last > 60 + 2 * weather.median) wrong.push("the last waits for more than two medians");
  if (lossy(storm) && refunds === 10_000 && replay === "same-success" && weather.p99 > 600) {
    wrong.push("99 % took more than 10 min");
  }
  return wrong;
};

interface Told {
  readonly storm: Storm;
  readonly weather: Weather;
}

const print = ({ storm, weather }: Told): boolean => {
  const wrong = complaints(storm, weather);
  const { arrived, jump, loss, merchants, outage, refunds, replay, roundTrip } = storm;
  console.log(
    `| ${nameOf(outage)} | ${loss * 100} % | ${refunds} of ${merchants} | ${{ 0: "none", 0.5: "half", 1: "all" }[arrived]} | ${roundTrip / 1000} | ${replay}` +
      `${jump === undefined ? "" : `, the clock jumps ${jump / hour} h`} | ${weather.median.toFixed(0)} / ${weather.p99.toFixed(0)} / ${weather.last.toFixed(0)} | ` +
      `${weather.mostCalls} / ${weather.mostFailing} | ${weather.blocks} | ${(weather.calls / refunds).toFixed(2)} | ${weather.mostSends} |${wrong.length === 0 ? "" : ` ${wrong.join("; ")}`}`,
  );
  return wrong.length === 0;
};

if (process.send !== undefined) {
  process.on("message", (storm: Storm) => {
    void run(storm).then((weather) => process.send?.({ storm, weather } satisfies Told));
  });
} else {
  const storms = [...(process.argv.includes("--all") ? all : chosen), ...jumps];
  console.log(
    "| outage | loss | refunds of merchants | arrived | round trip s | replay | known, s from its end: half / 99 % / all | most calls / failing in a second | blocks | calls a refund | most sends |",
  );
  console.log(`|${"---|".repeat(11)}`);
  const started = performance.now();
  let good = 0;
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(4, availableParallelism()) }, async () => {
      const child = fork(fileURLToPath(import.meta.url));
      for (let storm = storms[next++]; storm !== undefined; storm = storms[next++]) {
        const told = await new Promise<Told>((resolve, reject) => {
          child.once("message", (message) => resolve(message as Told));
          child.once("exit", (code) => reject(new Error(`a storm ended with ${code}`)));
          child.send(storm as Storm);
        });
        child.removeAllListeners("exit");
        if (print(told)) good++;
      }
      child.disconnect();
    }),
  );
  console.log(
    `${good} of ${storms.length} storms met their goals, ${Math.round((performance.now() - started) / 1000)} s`,
  );
  process.exitCode = good === storms.length ? 0 : 1;
}
