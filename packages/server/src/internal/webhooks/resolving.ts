/**
 * The system's resolver, a few names at a time. It works in the few threads that everything in a process shares, also the calls to WeChat
 * Pay: names that nobody answers for must not take all of them.
 */
import * as dns from "node:dns";

export type Resolve = (host: string) => Promise<ReadonlyArray<dns.LookupAddress>>;

const systems: Resolve = (host) => dns.promises.lookup(host, { all: true, verbatim: true });

/** Of the four threads that there are unless told otherwise. */
const most = 2;

/** Who asks for a name while it is being asked for gets the same answer; nothing is kept for later. */
export const make = (ask: Resolve = systems): Resolve => {
  const asked = new Map<string, ReturnType<Resolve>>();
  const waiting: Array<() => void> = [];
  let free = most;
  const turn = async (): Promise<void> => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const ended = (): void => {
    const next = waiting.shift();
    if (next === undefined) free++;
    else next();
  };
  return (host) => {
    const known = asked.get(host);
    if (known !== undefined) return known;
    const asking = turn()
      .then(() => ask(host).finally(ended))
      .finally(() => asked.delete(host));
    asked.set(host, asking);
    return asking;
  };
};
