/**
 * `pnpm prove:life`: 10 000 simulations of refunds' lives, each by a seed, against their invariants; some eight minutes on two cores.
 *
 * `--seed=N` lives one and tells what happens; `--from=N --count=N` others; `--canaries` tries builds that are broken on purpose, each of
 * which must be caught within 200 seeds.
 */
import { availableParallelism } from "node:os";
import { canaries, seedsOf } from "../life/canaries.ts";
import { live, type Lived } from "../life/life.ts";
import { inThread, inThreads } from "../life/threads.ts";

const argument = (name: string): number | undefined => {
  const given = process.argv.find((one) => one.startsWith(`--${name}=`));
  return given === undefined ? undefined : Number(given.slice(name.length + 3));
};
const threads = argument("threads") ?? Math.min(2, availableParallelism());
const sorted = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => `${name} ${count}`)
    .join(", ");
const add = (to: Record<string, number>, counts: Readonly<Record<string, number>>): void => {
  for (const [name, count] of Object.entries(counts)) to[name] = (to[name] ?? 0) + count;
};
const say = ({ broken, seed }: Lived): void => {
  for (const { id, what } of broken.slice(0, 3)) console.log(`seed ${seed}: ${id} ${what}`);
};

const one = (seed: number): boolean => {
  const lived = live(seed, { trace: console.log });
  say(lived);
  console.log(`seed ${seed}: ${lived.broken.length === 0 ? "nothing is broken" : "broken"}; ${sorted(lived.ends)}`);
  return lived.broken.length === 0;
};

const many = async (first: number, count: number): Promise<boolean> => {
  const started = performance.now();
  const [points, ends]: [Record<string, number>, Record<string, number>] = [{}, {}];
  const failed: Array<number> = [];
  let [calls, millis, done] = [0, 0, 0];
  await inThreads({ first, count, threads }, (lived) => {
    done++;
    calls += lived.calls;
    millis += lived.millis;
    add(points, lived.points);
    add(ends, lived.ends);
    if (lived.broken.length > 0) {
      failed.push(lived.seed);
      say(lived);
    }
    if (done % 1000 === 0) console.log(`${done} lived, ${Math.round((performance.now() - started) / 1000)} s`);
  });
  console.log(`stopped at: ${sorted(points)}`);
  console.log(`refunds: ${sorted(ends)}`);
  console.log(
    `${done} seeds, ${failed.length} broken${failed.length === 0 ? "" : ` (repeat with --seed=${failed[0]})`}; ${calls} calls in ${Math.round(millis / 3_600_000)} h of virtual time; ${Math.round((performance.now() - started) / 1000)} s`,
  );
  return failed.length === 0 && done === count;
};

const withCanaries = async (): Promise<boolean> => {
  const wanted = process.argv.find((word) => word.startsWith("--canaries="))?.slice("--canaries=".length) ?? "";
  const queue = canaries.filter(({ id, name }) => `${id} ${name}`.includes(wanted));
  let survived = 0;
  let next = 0;
  await Promise.all(
    Array.from({ length: threads }, async () => {
      for (let canary = queue[next++]; canary !== undefined; canary = queue[next++]) {
        const { id, name } = canary;
        let caught: Lived | undefined;
        const seeds = Array.from({ length: seedsOf(canary) }, (_, n) => n + 1);
        await inThread({ seeds, canary: name }, (lived) => {
          if (lived.broken.some((one) => one.id === id)) caught = lived;
        });
        if (caught === undefined) survived++;
        const what = caught?.broken.find((one) => one.id === id)?.what ?? "";
        console.log(
          caught === undefined
            ? `FAIL ${id} ${name}: survived ${seeds.length} seeds`
            : `ok   ${id} ${name} — seed ${caught.seed}: ${what.slice(0, 120)}`,
        );
      }
    }),
  );
  console.log(`${queue.length - survived} of ${queue.length} canaries caught`);
  return survived === 0;
};

const seed = argument("seed");
const good =
  seed !== undefined
    ? one(seed)
    : process.argv.some((word) => word.startsWith("--canaries"))
      ? await withCanaries()
      : await many(argument("from") ?? 1, argument("count") ?? 10_000);
process.exitCode = good ? 0 : 1;
