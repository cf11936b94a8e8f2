/**
 * How much of the machine others used while a sample was taken. A sample is judged by this alone, never by its result.
 *
 * Where the system does not tell (anything but Linux) nothing is noisy.
 */
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/** Of the cores' time, how much may go to others in a sample that counts. */
export const tolerated = 0.04;

const tickMicros = 10_000;

/** Busy and stolen time of all cores since the start, in microseconds. */
const busy = (): number => {
  try {
    const [, user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] =
      readFileSync("/proc/stat", "utf8").split("\n", 1)[0]?.split(/\s+/).map(Number) ?? [];
    return (user + nice + system + irq + softirq + steal) * tickMicros;
  } catch {
    return Number.NaN;
  }
};

/** Starts listening; the function it returns is given the CPU time of our own and says what share others had. */
export const listen = (): ((ownMicros: number) => number) => {
  const before = busy();
  const start = performance.now();
  return (ownMicros) => {
    const all = (performance.now() - start) * 1000 * availableParallelism();
    const share = (busy() - before - ownMicros) / all;
    return Number.isNaN(share) ? 0 : Math.max(0, share);
  };
};

/** Takes a sample again while it is noisy, `times` at most; the quietest one counts. */
export const quietest = async <A extends { readonly noise: number }>(
  times: number,
  take: () => Promise<A>,
): Promise<A & { readonly retaken: number }> => {
  let best = await take();
  let retaken = 0;
  while (best.noise > tolerated && retaken < times) {
    const next = await take();
    retaken++;
    if (next.noise < best.noise) best = next;
  }
  return { ...best, retaken };
};
