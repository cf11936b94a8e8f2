/**
 * Where a client's time goes: Node's sampling profiler while it refunds, each sample given to the part whose code was running, or had
 * called what was running.
 */
import { type Profiler, Session } from "node:inspector/promises";

/** Parts by what stands in the address of their code; the first that matches. */
const parts: ReadonlyArray<readonly [part: string, where: RegExp]> = [
  ["fast-xml-parser: reading the reply", /\/(?:fast-xml-parser|path-expression-matcher|@nodable|is-unsafe|strnum)\//],
  ["fast-xml-builder: writing the request", /\/(?:fast-xml-builder|xml-naming)\//],
  ["MD5 and HMAC", /^node:internal\/crypto|\/core\/dist\/internal\/crypto\.js/],
  ["undici, TLS, the system", /\/undici\/|^wasm:/],
  ["Effect's `Schema`", /\/effect\/dist\/(?:Schema|internal\/schema|internal\/record)/],
  ["Effect: fiber, context, span, metrics", /\/effect\//],
  ["core: admitting the reply, checks of what is written", /\/core\/dist\/Xml\.js/],
  ["core: checks, text to sign, matching, typed reply", /\/core\//],
  ["the exchange: limits, phases, connections", /\/(?:mutual-tls|adapter-[a-z-]+)\//],
  ["the benchmark, or what is written by hand", /\/benchmarks\/dist\//],
];
const collecting = "garbage collection";
const rest = "undici, TLS, the system";

export const names: ReadonlyArray<string> = [...parts.map(([part]) => part), collecting];

const partOf = ({ functionName, url }: Profiler.ProfileNode["callFrame"]): string | undefined =>
  functionName === "(garbage collector)" ? collecting : parts.find(([, where]) => where.test(url))?.[0];

/** The share of each part in the time that was not idle. */
const sharesOf = ({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Readonly<Record<string, number>> => {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const owners = new Map<number, string>();
  const visit = (node: Profiler.ProfileNode, above: string): void => {
    const own = partOf(node.callFrame) ?? above;
    owners.set(node.id, own);
    for (const child of node.children ?? []) {
      const next = byId.get(child);
      if (next !== undefined) visit(next, own);
    }
  };
  if (nodes[0] !== undefined) visit(nodes[0], rest);
  const spent = new Map<string, number>();
  let total = 0;
  for (const [index, id] of samples.entries()) {
    if (byId.get(id)?.callFrame.functionName === "(idle)") continue;
    const delta = timeDeltas[index] ?? 0;
    const part = owners.get(id) ?? rest;
    spent.set(part, (spent.get(part) ?? 0) + delta);
    total += delta;
  }
  return Object.fromEntries(names.map((name) => [name, (spent.get(name) ?? 0) / total]));
};

/** Runs `act` under the profiler. */
export const shares = async (act: () => Promise<unknown>): Promise<Readonly<Record<string, number>>> => {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.start");
  await act();
  const { profile } = await session.post("Profiler.stop");
  session.disconnect();
  return sharesOf(profile);
};
