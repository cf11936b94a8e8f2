/**
 * The system's resolver, a few names at a time. It works in the few threads that everything in a process shares, also the calls to WeChat
 * Pay: names that nobody answers for must not take all of them.
 */
import * as dns from "node:dns";

export type Resolve = (host: string) => Promise<ReadonlyArray<dns.LookupAddress>>;

const systems: Resolve = (host) => dns.promises.lookup(host, { all: true, verbatim: true });

/** Of the four threads that there are unless told otherwise. */
const most = 2;
/** And of these for names that were slow the last time: a resolver that says nothing of some names keeps the others from nobody. */
const mostSlow = 1;

/** Who asks for a name while it is being asked for gets the same answer; nothing is kept for later but which names are `slow`, from so many ms on. */
export const make = (ask: Resolve = systems, slow = 1000): Resolve => {
  const asked = new Map<string, ReturnType<Resolve>>();
  const slowOnes = new Set<string>();
  const waiting: Array<{ readonly isSlow: boolean; readonly begin: () => void }> = [];
  let busy = 0;
  let busySlow = 0;
  const pump = (): void => {
    while (busy < most) {
      const at = waiting.findIndex(({ isSlow }) => !isSlow || busySlow < mostSlow);
      const [next] = at === -1 ? [] : waiting.splice(at, 1);
      if (next === undefined) return;
      busy++;
      if (next.isSlow) busySlow++;
      next.begin();
    }
  };
  const inTurn = async (host: string): ReturnType<Resolve> => {
    const isSlow = slowOnes.has(host);
    await new Promise<void>((begin) => {
      waiting.push({ isSlow, begin });
      pump();
    });
    const since = performance.now();
    try {
      return await ask(host);
    } finally {
      if (performance.now() - since >= slow) slowOnes.add(host);
      else slowOnes.delete(host);
      busy--;
      if (isSlow) busySlow--;
      pump();
    }
  };
  return (host) => {
    const known = asked.get(host);
    if (known !== undefined) return known;
    const asking = inTurn(host).finally(() => asked.delete(host));
    asked.set(host, asking);
    return asking;
  };
};
