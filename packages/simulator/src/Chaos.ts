/**
 * Faults at random, by seed: each kind at a rate of its own.
 *
 * What a call meets follows from the seed, its path, its refund number and how often that number has been asked for, and from
 * nothing else: the same seed meets the same calls with the same faults, however they are interleaved.
 */
import { hash } from "node:crypto";
import * as Effect from "effect/Effect";
import * as Schema from "effect/Schema";
import * as Fault from "./Fault.ts";

/** One draw: numbers from 0 to below 1, used in their order. */
type Draw = () => number;

const html = (status: number, reason: string): string =>
  `<html>\r\n<head><title>${status} ${reason}</title></head>\r\n<body>\r\n<center><h1>${status} ${reason}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`;
const certificatePage = html(400, "No required SSL certificate was sent");
const pages: readonly [readonly [number, string], ...ReadonlyArray<readonly [number, string]>] = [
  [500, "Internal Server Error"],
  [502, "Bad Gateway"],
  [503, "Service Temporarily Unavailable"],
  [504, "Gateway Time-out"],
];
const busy = "系统繁忙，请稍后再试";

const coin = (draw: Draw): boolean => draw() < 0.5;
const pick = <T>(draw: Draw, from: readonly [T, ...ReadonlyArray<T>]): T =>
  from[Math.floor(draw() * from.length)] ?? from[0];
const below = (draw: Draw, limit: number): number => Math.floor(draw() * limit);

const makers = {
  systemErrorBefore: () => Fault.Refuse({ errCode: "SYSTEMERROR", errCodeDes: busy, accepted: false }),
  systemErrorAfter: () => Fault.Refuse({ errCode: "SYSTEMERROR", errCodeDes: busy, accepted: true }),
  // 202 of APIv3 may take effect.
  needRetry: (draw: Draw, _: number, isV3: boolean) =>
    Fault.Refuse({
      errCode: "BIZERR_NEED_RETRY",
      errCodeDes: "退款业务流程错误，需要商户触发重试来解决",
      accepted: isV3 && coin(draw),
    }),
  // Documented is both that such a refund was not accepted and that it may be under way.
  frequencyLimited: (draw: Draw) =>
    Fault.Refuse({ errCode: "FREQUENCY_LIMITED", errCodeDes: "频率限制，请稍后重试", accepted: coin(draw) }),
  replyLost: () => Fault.LoseReply({}),
  replyLate: (draw: Draw, lateMillis: number) => Fault.Delay({ millis: below(draw, lateMillis), part: "reply" }),
  replyCut: (draw: Draw) => (coin(draw) ? Fault.Cut : Fault.Truncate)({ bytes: below(draw, 300) }),
  replyMangled: (draw: Draw) => Fault.Corrupt({ at: draw(), xor: 1 + below(draw, 255) }),
  replyBadlySigned: () => Fault.Missign({}),
  replyUnsigned: () => Fault.Unsign({}),
  replyForAnotherRefund: () => Fault.Misdirect({}),
  strayReply: () => Fault.Stray({}),
  // What a certificate is to APIv2, the signature is to APIv3.
  certificatePage: (_: Draw, __: number, isV3: boolean) =>
    isV3
      ? Fault.Fail({ returnMsg: "签名错误", accepted: false })
      : Fault.Replace({ status: 400, body: certificatePage, reached: false }),
  serverErrorPage: (draw: Draw) => {
    const [status, reason] = pick(draw, pages);
    return Fault.Replace({ status, body: html(status, reason), reached: coin(draw) });
  },
  slow: (draw: Draw, lateMillis: number) => Fault.Delay({ millis: below(draw, lateMillis), part: "request" }),
  reset: (draw: Draw) => Fault.Reset({ reached: coin(draw) }),
  probe: () => Fault.Probe({}),
} satisfies Readonly<Record<string, (draw: Draw, lateMillis: number, isV3: boolean) => Fault.Fault>>;

/** A kind of random fault. */
export type Kind = keyof typeof makers;

/** Every kind, in the order of the draw. */
export const kinds = Object.keys(makers) as unknown as ReadonlyArray<Kind>;

/** Those that {@link evenly} shares a rate between: all but the probes of APIv3, which come only when they are asked for. */
export const usualKinds: ReadonlyArray<Kind> = kinds.filter((kind) => kind !== "probe");

const rate = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }));

/** How often each kind comes, from 0 to 1; together at most 1. */
export const Rates = Schema.Struct(
  Object.fromEntries(kinds.map((kind) => [kind, Schema.optionalKey(rate)])) as Record<
    Kind,
    Schema.optionalKey<typeof rate>
  >,
).check(
  Schema.makeFilter((rates) =>
    Object.values(rates).reduce((sum, value) => sum + value, 0) <= 1 + Number.EPSILON * kinds.length
      ? undefined
      : "Expected rates of at most 1 together",
  ),
);
export type Rates = typeof Rates.Type;

export const Options = Schema.Struct({
  /** Default: the gateway's. */
  seed: Schema.optionalKey(Schema.String),
  rates: Rates,
  /** The calls that meet faults. Default: refunds and queries. */
  on: Schema.Array(Fault.On).pipe(Schema.withDecodingDefaultKey(Effect.succeed(["refund", "query"] as const))),
  /** The longest that `replyLate` and `slow` hold something back. Default 10 s. */
  lateMillis: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 3_600_000 })).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(10_000)),
  ),
});
export type Options = typeof Options.Type;

/** The rate shared evenly between the usual kinds, or those named. */
export const evenly = (rate: number, among: ReadonlyArray<Kind> = usualKinds): Rates =>
  Object.fromEntries(among.map((kind) => [kind, rate / among.length])) as Rates;

export interface Chaos {
  readonly draw: (path: string, body: Uint8Array) => Fault.Fault | undefined;
  /** What is in force, with its seed; undefined when nothing goes wrong at random. */
  readonly options: () => (Options & { readonly seed: string }) | undefined;
  /** Sets what goes wrong from here on, and forgets how often each number was asked for. */
  readonly set: (options: Options | undefined) => void;
  /** How many faults of each kind there have been. */
  readonly counts: () => Readonly<Partial<Record<Kind, number>>>;
}

const numberPattern = /<out_refund_no>(?:<!\[CDATA\[)?([^<\]]{0,64})|"out_refund_no"\s*:\s*"([^"]{0,64})"/;

/** The refund number a call is about: in the body, or at the end of the path of a query of APIv3. */
const numberOf = (path: string, body: Uint8Array): string => {
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString("latin1");
  const [, inXml, inJson] = numberPattern.exec(text) ?? [];
  return inXml ?? inJson ?? (Fault.isV3(path) && Fault.kindOf(path) === "query" ? (path.split("/").at(-1) ?? "") : "");
};

/** Four numbers are enough for every kind; what is drawn beyond them repeats. */
const drawFrom = (text: string): Draw => {
  const digest = hash("sha256", text, "buffer");
  let at = 0;
  return () => digest.readUInt32LE((at++ % 8) * 4) / 2 ** 32;
};

/** Nothing goes wrong until options are set. */
export const make = (defaultSeed: string): Chaos => {
  let current: (Options & { readonly seed: string }) | undefined;
  let asked = new Map<string, number>();
  const counts: Partial<Record<Kind, number>> = {};
  return {
    options: () => current,
    set: (options) => {
      current = options && { ...options, seed: options.seed ?? defaultSeed };
      asked = new Map();
    },
    counts: () => ({ ...counts }),
    draw: (path, body) => {
      const on = Fault.kindOf(path);
      if (current === undefined || on === undefined || !current.on.includes(on)) return undefined;
      const key = `${on} ${numberOf(path, body)}`;
      const time = (asked.get(key) ?? 0) + 1;
      asked.set(key, time);
      const draw = drawFrom(`${current.seed} ${key} ${time}`);
      let rest = draw();
      for (const kind of kinds) {
        rest -= current.rates[kind] ?? 0;
        if (rest >= 0) continue;
        // Nobody sends a probe to APIv2, nor in answer to a repetition.
        if (kind === "probe" && (time > 1 || !Fault.isV3(path))) return undefined;
        counts[kind] = (counts[kind] ?? 0) + 1;
        return makers[kind](draw, current.lateMillis, Fault.isV3(path));
      }
      return undefined;
    },
  };
};
