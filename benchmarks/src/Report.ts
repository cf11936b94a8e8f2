/** The tables of a run, and what they say about the figures to reach. */
import { readFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import type { Row } from "./Client.ts";
import type { Footprint } from "./Footprint.ts";
import type { Micro } from "./micro.ts";
import * as Noise from "./Noise.ts";
import * as Profile from "./Profile.ts";
import type { Closed, Sample, Shares, Soak } from "./runner.ts";
import { median } from "./Statistics.ts";
import type { ReplyFields } from "./Story.ts";
import { round, table } from "./Table.ts";

export interface Taken extends Sample {
  readonly connections: number;
  readonly resumed: number;
  readonly served: number;
  readonly gatewayMicros: number;
  readonly noise: number;
}

export interface Measured {
  readonly row: Row;
  readonly cold: Array<number>;
  readonly samples: ReadonlyMap<number, Array<Taken & { readonly retaken: number }>>;
  readonly footprint: Footprint;
}

export interface Soaked extends Soak, Closed {
  readonly row: Row;
  readonly total: number;
}

export interface Profiled {
  readonly measured: Measured;
  readonly shares: Shares;
}

export interface Run {
  readonly measured: ReadonlyArray<Measured>;
  readonly micro: Micro;
  readonly profiles: ReadonlyArray<Profiled>;
  readonly soaks: ReadonlyArray<Soaked>;
  readonly rounds: number;
  readonly millis: number;
  readonly pinned: boolean;
}

const of = (measured: Measured, inFlight: number, pick: (taken: Taken) => number): number =>
  median((measured.samples.get(inFlight) ?? []).map(pick));

const rate = (measured: Measured, inFlight: number): number =>
  of(measured, inFlight, ({ refunds, wallMillis }) => (1000 * refunds) / wallMillis);

const cpu = (measured: Measured, inFlight = 16): number =>
  of(measured, inFlight, ({ cpuMicros, refunds }) => cpuMicros / refunds);

const all = (measured: Measured): ReadonlyArray<Taken & { readonly retaken: number }> =>
  [...measured.samples.values()].flat();

const sum = (taken: ReadonlyArray<Taken>, pick: (taken: Taken) => number): number =>
  taken.reduce((total, each) => total + pick(each), 0);

const resumedShare = (measured: Measured): number => {
  const taken = all(measured);
  return sum(taken, ({ resumed }) => resumed) / sum(taken, ({ connections }) => connections);
};

// Of rows that a run left out there is neither.
const least = (values: ReadonlyArray<number>): number => (values.length === 0 ? Number.NaN : Math.min(...values));
const most = (values: ReadonlyArray<number>): number => (values.length === 0 ? Number.NaN : Math.max(...values));

const main = ({ measured }: Run): string => {
  const floorOf = (connections: Row["connections"]) =>
    least(measured.filter(({ row }) => row.kind === "raw" && row.connections === connections).map((each) => cpu(each)));
  return table(
    [
      "client",
      "connections",
      "sign",
      "reply",
      "refunds/s at 1",
      "at 16",
      "at 64",
      "p50 / p99 ms at 1",
      "at 16",
      "CPU µs a refund",
      "× floor",
      "connections a refund",
      "TLS resumed",
      "RSS MB",
      "cold start ms",
      "installed MB",
      "packages",
    ],
    measured.map((each) => {
      const { footprint, row } = each;
      const taken = all(each);
      const times = (inFlight: number) =>
        `${round(
          of(each, inFlight, ({ p50 }) => p50),
          2,
        )} / ${round(
          of(each, inFlight, ({ p99 }) => p99),
          2,
        )}`;
      return [
        row.name,
        row.connections,
        row.kind === "raw" ? "none" : row.signType,
        String(row.reply),
        round(rate(each, 1)),
        round(rate(each, 16)),
        round(rate(each, 64)),
        times(1),
        times(16),
        round(cpu(each)),
        round(cpu(each) / floorOf(row.connections), 2),
        round(sum(taken, ({ connections }) => connections) / sum(taken, ({ served }) => served), 3),
        row.connections === "fresh" ? `${round(100 * resumedShare(each))} %` : "–",
        round(median(taken.map(({ rssMB }) => rssMB))),
        round(median(each.cold)),
        round(footprint.megabytes, 1),
        String(footprint.packages),
      ];
    }),
  );
};

const pure = ({ micro }: Run): string =>
  table(
    ["functions", "sign", "reply", "request → bytes µs", "reply → result µs", "together µs", "× hand-coded"],
    micro.pairs.map(({ interpretNanos, name, prepareNanos, reply, signType }) => {
      const hand = micro.pairs.find(
        (pair) => pair.name === "hand-coded" && pair.signType === signType && pair.reply === reply,
      );
      const together = prepareNanos + interpretNanos;
      return [
        name,
        signType,
        String(reply),
        round(prepareNanos / 1000, 1),
        round(interpretNanos / 1000, 1),
        round(together / 1000, 1),
        hand === undefined ? "–" : round(together / (hand.prepareNanos + hand.interpretNanos), 1),
      ];
    }),
  );

const couponTable = ({ micro }: Run): string =>
  `${table(
    ["coupons", "reply bytes", "reply → result µs", "of the line µs"],
    micro.coupons.map(({ bytes, count, nanos }) => [
      String(count),
      String(bytes),
      round(nanos / 1000, 1),
      round((micro.couponLine.start + micro.couponLine.slope * count) / 1000, 1),
    ]),
  )}\n\nA straight line: ${round(micro.couponLine.start / 1000, 1)} µs and ${round(micro.couponLine.slope / 1000, 2)} µs a coupon; it explains ${round(100 * micro.couponLine.explained, 1)} % of the variation.`;

const partsTable = ({ micro }: Run): string =>
  table(
    ["part", "µs"],
    micro.parts.map(({ name, nanos }) => [name, round(nanos / 1000, 1)]),
  );

const profileTable = ({ profiles }: Run): string =>
  table(
    ["CPU µs of a refund, by part", ...profiles.map(({ measured: { row } }) => `${row.kind}, ${row.reply} fields`)],
    [
      ...Profile.names.map((name) => [
        name,
        ...profiles.map(({ measured, shares }) => round((shares[name] ?? 0) * cpu(measured), 1)),
      ]),
      ["all", ...profiles.map(({ measured }) => round(cpu(measured), 1))],
    ],
  );

const soakTable = ({ soaks }: Run): string =>
  table(
    [
      "client",
      "connections",
      "refunds",
      "RSS MB after a tenth",
      "at the end",
      "growth",
      "heap MB, a tenth → end",
      "still held",
    ],
    soaks.map(({ after, before, heapMB, row, rssMB, total }) => {
      const [tenth = Number.NaN] = rssMB;
      const end = rssMB.at(-1) ?? Number.NaN;
      return [
        row.name,
        row.connections,
        String(total),
        round(tenth),
        round(end),
        `${round(100 * (end / tenth - 1), 1)} %`,
        `${round(heapMB[0] ?? Number.NaN, 1)} → ${round(heapMB.at(-1) ?? Number.NaN, 1)}`,
        after.join() === before.join() ? "nothing" : after.filter((kind) => !before.includes(kind)).join(", "),
      ];
    }),
  );

interface Goal {
  readonly text: string;
  /** `undefined`: a run of some rows only has not measured it. */
  readonly reached: boolean | undefined;
  readonly found: string;
}

const goals = ({ measured, micro, soaks }: Run): ReadonlyArray<Goal> => {
  const some = (
    kind: Row["kind"],
    connections: Row["connections"],
    transport?: Row["transport"],
    reply: ReplyFields = 18,
  ) =>
    measured.filter(
      ({ row }) =>
        row.kind === kind &&
        row.connections === connections &&
        row.reply === reply &&
        (transport === undefined || row.transport === transport) &&
        (kind !== "ours" || row.signType === "HMAC-SHA256"),
    );
  const cpuOf = (...among: Parameters<typeof some>) => least(some(...among).map((each) => cpu(each)));
  const cpuOfV3 = (kind: Row["kind"], transport: Row["transport"]) =>
    least(
      measured
        .filter(({ row }) => row.signType === "RSA" && row.kind === kind && row.transport === transport)
        .map((each) => cpu(each)),
    );
  const goal = (text: string, found: number, at: "most" | "least", limit: number, unit = "", digits = 2): Goal => ({
    text: `${text} ${at === "most" ? "≤" : "≥"} ${limit}${unit}`,
    reached: Number.isNaN(found) ? undefined : at === "most" ? found <= limit : found >= limit,
    found: Number.isNaN(found) ? "–" : `${round(found, digits)}${unit}`,
  });
  const transports = ["undici", "node:https"] as const;
  const peersFresh = some("peer", "fresh");
  const bestRate = (each: Measured) => Math.max(rate(each, 1), rate(each, 16), rate(each, 64));
  const pairOf = (name: string, signType: string) => {
    const pair = micro.pairs.find((each) => each.name === name && each.signType === signType && each.reply !== 28);
    return pair === undefined ? Number.NaN : pair.prepareNanos + pair.interpretNanos;
  };
  const signTypes = ["HMAC-SHA256", "MD5"] as const;
  const soaked = soaks.filter(({ row }) => row.kind === "ours");
  const growth = soaked.map(({ rssMB }) => 100 * ((rssMB.at(-1) ?? Number.NaN) / (rssMB[0] ?? Number.NaN) - 1));
  return [
    ...([18, 28] as const).flatMap((reply) => [
      goal(
        `pooled, undici, ${reply} fields: CPU a refund / hand-coded on the same transport`,
        cpuOf("ours", "pooled", "undici", reply) / cpuOf("hand-coded", "pooled", "undici", reply),
        "most",
        2,
      ),
      goal(
        `pooled, undici, ${reply} fields: CPU a refund / best keep-alive-patched peer's`,
        cpuOf("ours", "pooled", "undici", reply) / cpuOf("peer", "pooled", undefined, reply),
        "most",
        0.42,
      ),
    ]),
    ...transports.flatMap((transport) => [
      goal(
        `pooled, ${transport}: CPU a refund / best keep-alive-patched peer's`,
        cpuOf("ours", "pooled", transport) / cpuOf("peer", "pooled"),
        "most",
        0.3,
      ),
      goal(
        `pooled, ${transport}: CPU a refund / hand-coded on the same transport`,
        cpuOf("ours", "pooled", transport) / cpuOf("hand-coded", "pooled", transport),
        "most",
        2.5,
      ),
      goal(
        `pooled, ${transport}: refunds/s / each peer as published, both at their best load`,
        least(some("ours", "pooled", transport).map(bestRate)) / most(peersFresh.map(bestRate)),
        "least",
        15,
        "",
        1,
      ),
      goal(
        `fresh, ${transport}: CPU a refund / tenpay as published`,
        cpuOf("ours", "fresh", transport) /
          least(peersFresh.filter(({ row }) => row.name.startsWith("tenpay")).map((each) => cpu(each))),
        "most",
        0.6,
      ),
      goal(
        `fresh, ${transport}: TLS sessions resumed`,
        100 * least(some("ours", "fresh", transport).map(resumedShare)),
        "least",
        95,
        " %",
        1,
      ),
      goal(
        `cold start, ${transport}: more than the fastest peer's, ms`,
        least(some("ours", "fresh", transport).map(({ cold }) => median(cold))) -
          least(peersFresh.map(({ cold }) => median(cold))),
        "most",
        200,
        "",
        0,
      ),
    ]),
    ...transports.flatMap((transport) => [
      goal(
        `APIv3, ${transport}: CPU a refund / hand-coded on the same transport, RSA in both`,
        cpuOfV3("ours", transport) / cpuOfV3("hand-coded", transport),
        "most",
        2.5,
      ),
      goal(
        `APIv3, ${transport}: CPU a refund / wechatpay-axios-plugin's`,
        cpuOfV3("ours", transport) / cpuOfV3("peer", "node:https"),
        "most",
        1,
      ),
    ]),
    ...signTypes.flatMap((signType) => [
      goal(
        `prepare + interpret, ${signType}: of the faster peer's functions`,
        pairOf("ours", signType) / least([pairOf("tenpay", signType), pairOf("wechatpay-axios-plugin", signType)]),
        "most",
        1,
      ),
      goal(
        `prepare + interpret, ${signType}: of hand-coded`,
        pairOf("ours", signType) / pairOf("hand-coded", signType),
        "most",
        6,
        "",
        1,
      ),
    ]),
    ...(growth.length === 0
      ? []
      : [goal("growth of RSS from a tenth of the run to its end", Math.max(...growth), "most", 10, " %", 1)]),
    ...soaked.map(({ after, before, row }): Goal => ({
      text: `${row.name}, ${row.connections}: nothing is held after the scope's end`,
      reached: after.join() === before.join(),
      found: after.length === before.length ? "nothing" : after.join(", "),
    })),
  ];
};

const version = (name: string): string => {
  const file = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  return `${name} ${(JSON.parse(readFileSync(file, "utf8")) as { version: string }).version}`;
};

export const print = (run: Run): string => {
  const { measured, millis, pinned, rounds } = run;
  const taken = measured.flatMap(all);
  const [cpuInfo] = cpus();
  const noisy = taken.filter(({ noise }) => noise > Noise.tolerated).length;
  const gatewayMicros = (protocol: "v2" | "v3") =>
    median(
      measured
        .filter(({ row }) => row.connections === "pooled" && (row.signType === "RSA") === (protocol === "v3"))
        .map((each) => of(each, 16, ({ gatewayMicros, served }) => gatewayMicros / served)),
    );
  return [
    `Machine: ${cpuInfo?.model ?? "unknown"}, ${cpus().length} cores, ${round(totalmem() / 1e9)} GB, ${process.platform} ${release()}; gateway and client ${pinned ? "each pinned to a core of its own" : "not pinned (no taskset)"}.`,
    `Versions: Node ${process.version}, ${["effect", "undici", "tenpay", "urllib", "wechatpay-axios-plugin"].map(version).join(", ")}.`,
    `Run: ${new Date().toISOString().slice(0, 10)}, ${rounds} rounds, samples of ${millis} ms, ${taken.length} counted, ${sum(taken, (each) => ("retaken" in each ? Number(each.retaken) : 0))} taken again for noise, ${noisy} that count were noisy (others had more than ${100 * Noise.tolerated} % of the cores). ${sum(taken, ({ refunds }) => refunds)} refunds in the samples that count, every answer checked. The gateway spent ${round(gatewayMicros("v2"))} µs CPU a refund on a kept connection, ${round(gatewayMicros("v3"))} µs over APIv3.`,
    main(run),
    pure(run),
    partsTable(run),
    couponTable(run),
    ...(run.profiles.length === 0 ? [] : [profileTable(run)]),
    ...(run.soaks.length === 0 ? [] : [soakTable(run)]),
    table(
      ["to reach", "found", "reached"],
      goals(run).map(({ found, reached, text }) => [text, found, reached === undefined ? "–" : reached ? "yes" : "NO"]),
    ),
  ].join("\n\n");
};
