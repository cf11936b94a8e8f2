/** What happens in one simulation, drawn from its seed: each kind of trouble is there or not, so that none hides what another does. */
import type { Chaos, GatewayConfig } from "@wechat-refund/simulator";
import { seeded } from "../../../simulator/test/virtualTime.ts";
import { apart, type Speech, speechOf } from "./speech.ts";

export const kinds = [
  "loss",
  "errors",
  "mangled",
  "pages",
  "late",
  "duplicates",
  "lag",
  "silence",
  "courses",
  "refused",
  "funds",
  "attempted",
  "notices",
  "forged",
  "crashes",
  "pauses",
  "stops",
  "statements",
  "outages",
  "power",
  "backup",
  "clock",
  "operators",
  "conflicts",
  "transactions",
  "signals",
] as const;
export type Kind = (typeof kinds)[number];

/** A refund that somebody wants. */
export interface Intent {
  readonly number: string;
  readonly mchId: string;
  readonly order: number;
  readonly totalFee: number;
  readonly fee: number;
  /** ms after which it is asked for. */
  readonly at: number;
  readonly attempted: boolean;
  /** It had been accepted before, when another system sent it. */
  readonly before: boolean;
  readonly inTransaction: boolean;
  /** Whoever records it gives it up in the same transaction. */
  readonly givenUp: boolean;
  /** It names an address for its notices. */
  readonly notifies: boolean;
  /** It names the operator (`op_user_id`), which only APIv2 knows: asked for once more it is the same refund all the same. */
  readonly namesOperator: boolean;
}

/** A platform certificate (平台证书) that takes the place of another. */
export interface Rotation {
  readonly mchId: string;
  readonly at: number;
  readonly announcedMillis: number;
  readonly graceMillis: number;
}

export interface Plan {
  readonly seed: number;
  readonly random: () => number;
  readonly has: (kind: Kind) => boolean;
  readonly mchIds: ReadonlyArray<string>;
  /** Of a merchant that has APIv3. */
  readonly speech: ReadonlyMap<string, Speech>;
  /** ms after which those that move from one protocol to the other begin to. */
  readonly movesAt: number;
  readonly rotations: ReadonlyArray<Rotation>;
  /** Whether 429 and 5xx of APIv3 are signed. */
  readonly signsUnrecorded: boolean;
  readonly machines: number;
  readonly intents: ReadonlyArray<Intent>;
  readonly orders: ReadonlyArray<typeof GatewayConfig.Order.Encoded>;
  readonly lease: number;
  readonly poll: number;
  readonly limit: number;
  /** ms for which there is trouble. */
  readonly trouble: number;
  readonly replay: "same-success" | "business-error";
  readonly spacing: boolean;
  readonly rates: Chaos.Rates;
  /** The share of statements that fail. */
  readonly statements: number;
  readonly deadRollback: boolean;
  readonly pick: <A>(from: ReadonlyArray<A>) => A;
  readonly between: (low: number, high: number) => number;
}

export const appId = "wx8888888888888888";
export const apiKeyOf = (mchId: string): string => `LifeKey${mchId}${"0".repeat(15)}`;

const courses: ReadonlyArray<GatewayConfig.Course> = [
  [{ status: "REFUNDCLOSE", afterMillis: 4000 }],
  [
    { status: "CHANGE", afterMillis: 3000 },
    { status: "SUCCESS", afterMillis: 90_000 },
  ],
  [
    { status: "CHANGE", afterMillis: 3000 },
    { status: "REFUNDCLOSE", afterMillis: 60_000 },
  ],
  [
    { status: "NOTSURE", afterMillis: 1000 },
    { status: "SUCCESS", afterMillis: 45_000 },
  ],
  [{ status: "CHANGE", afterMillis: 2000 }],
  [{ status: "SUCCESS", afterMillis: 130_000 }],
];

const chaosOf: Partial<Record<Kind, ReadonlyArray<Chaos.Kind>>> = {
  loss: ["replyLost", "reset"],
  errors: ["systemErrorBefore", "systemErrorAfter", "needRetry", "frequencyLimited"],
  // Not one that comes late, on the connection of the next call: a refusal names no refund, and the transports let none through.
  mangled: ["replyCut", "replyMangled", "replyBadlySigned", "replyUnsigned", "replyForAnotherRefund"],
  pages: ["certificatePage", "serverErrorPage"],
  late: ["replyLate", "slow"],
};

/** `small`: few refunds, and soon calm. */
export const planOf = (seed: number, small = false): Plan => {
  const random = seeded(seed * 2654435761);
  const pick = <A>(from: ReadonlyArray<A>): A => from[Math.floor(random() * from.length)] as A;
  const between = (low: number, high: number): number => Math.floor(low + random() * (high - low));
  const on = new Set(kinds.filter(() => random() < 0.5));
  const has = (kind: Kind): boolean => on.has(kind);
  // Drawn apart, so that the other plans of a seed stay what they are.
  const aside = seeded(seed * 40503 + 1);
  const mchIds = ["1900000101", "1900000102"].slice(0, random() < 0.7 ? 1 : 2);
  const other = apart(seed);
  const speech = new Map(
    mchIds.flatMap((mchId) => {
      const one = speechOf(other);
      return one === undefined ? [] : [[mchId, one] as const];
    }),
  );
  const machines = pick(small ? [1, 2] : [1, 2, 2, 3]);
  const trouble = pick(small ? [10_000, 20_000] : [15_000, 30_000, 60_000, 120_000]);
  const refunds = pick(small ? [1, 1, 2] : [1, 1, 2, 2, 3, 4, 6, 8]);
  const rotating = [...speech].filter(([, { platform }]) => platform !== "public-key" && other() < 0.5);
  const rotations = rotating.flatMap(([mchId]) =>
    Array.from({ length: other() < 0.5 ? 1 : 2 }, () => ({
      mchId,
      at: other() * trouble,
      announcedMillis: [0, 0, 5000, 60_000][Math.floor(other() * 4)] ?? 0,
      graceMillis: [0, 10_000, 3_600_000][Math.floor(other() * 3)] ?? 0,
    })),
  );
  const movesAt = (0.1 + 0.7 * other()) * trouble;
  const signsUnrecorded = other() < 0.5;
  const orders: Array<typeof GatewayConfig.Order.Encoded> = [];
  const intents: Array<Intent> = [];
  while (intents.length < refunds) {
    const mchId = pick(mchIds);
    const order = orders.length;
    const parts = Math.min(refunds - intents.length, pick([1, 1, 2, 3]));
    const totalFee = 1000;
    // One part more than there is money in the order: its refusal is final.
    const fee = has("refused") && random() < 0.3 ? Math.ceil(totalFee / parts) + 1 : Math.floor(totalFee / parts);
    orders.push({
      mchId,
      transactionId: `42000000002026${String(order).padStart(8, "0")}`,
      outTradeNo: `T-${order}`,
      totalFee,
      paidAt: Date.UTC(2026, 0, 1),
      ...(has("refused") && random() < 0.3 && { userAbnormal: true }),
      ...(has("courses") && { course: pick(courses) }),
    });
    for (let part = 0; part < parts; part++) {
      const attempted = has("attempted") && random() < 0.5;
      const givenUp = has("backup") && !attempted && aside() < 0.4;
      intents.push({
        number: `R-${seed}-${intents.length}`,
        mchId,
        order,
        totalFee,
        fee: Math.min(fee, totalFee),
        at: between(0, trouble * 0.6),
        attempted,
        before: attempted && parts === 1 && random() < 0.5,
        inTransaction: has("transactions") && random() < 0.5 && !givenUp,
        givenUp,
        notifies: speech.has(mchId) && other() < 0.6,
        namesOperator: speech.get(mchId)?.first === "v2" && other() < 0.3,
      });
    }
  }
  const chosen = (Object.keys(chaosOf) as ReadonlyArray<Kind>).filter(has).flatMap((kind) => chaosOf[kind] ?? []);
  const rate = pick([0.1, 0.3, 0.6]);
  return {
    seed,
    random,
    has,
    mchIds,
    speech,
    movesAt,
    rotations,
    signsUnrecorded,
    machines,
    intents,
    orders,
    ...pick([
      { lease: 10_000, poll: 4000 },
      { lease: 30_000, poll: 10_000 },
    ]),
    limit: pick([10_000, 20_000]),
    trouble,
    replay: pick(["same-success", "business-error"] as const),
    spacing: random() < 0.5,
    rates: {
      ...(Object.fromEntries(chosen.map((kind) => [kind, rate / chosen.length])) as Chaos.Rates),
      ...(speech.size > 0 && has("mangled") && { probe: 0.1, replyBadlySigned: 0.05, replyForAnotherRefund: 0.2 }),
    },
    statements: pick([0.005, 0.02, 0.05]),
    deadRollback: random() < 0.5,
    pick,
    between,
  };
};
