/**
 * The gateway as a state machine: bytes and a time in, bytes out. No clock, no socket, no randomness but the keys that APIv3 signs
 * with, which are made once for a process; the same configuration and the same calls give the same bytes.
 *
 * Duties: admit a request, hand it to its endpoint, sign the answer as the request's interface does, and keep account of it all:
 * APIv2 and APIv3 stand over one ledger. What carries calls here, in memory or over TLS, is left to others.
 */
import * as Result from "effect/Result";
import type { Call, Reply } from "./Call.ts";
import * as Chaos from "./Chaos.ts";
import type { Explanation } from "./Diagnosis.ts";
import * as ExchangeLog from "./ExchangeLog.ts";
import * as Fault from "./Fault.ts";
import { Config, decoder, InvalidConfig, type Merchant } from "./GatewayConfig.ts";
import { admit, type Visit } from "./internal/admission.ts";
import { distort, misdirect } from "./internal/distort.ts";
import { endpoints } from "./internal/endpoints.ts";
import { explain, explainV3 } from "./internal/explained.ts";
import * as Keyring from "./internal/keyring.ts";
import * as Limiter from "./internal/limiter.ts";
import { obstacles } from "./internal/obstacles.ts";
import * as Render from "./internal/render.ts";
import * as Seeded from "./internal/seeded.ts";
import * as V3 from "./internal/v3/answer.ts";
import type { WorldV3 } from "./internal/v3/verdict.ts";
import { refused, unsigned, type Verdict, type World } from "./internal/verdict.ts";
import * as Ledger from "./Ledger.ts";
import type { LedgerFile } from "./LedgerFile.ts";
import * as Notices from "./Notices.ts";
import * as PlatformKeys from "./PlatformKeys.ts";

export type { Call, ClientCertificate, Reply } from "./Call.ts";

/** How far the gateway's time is ahead of the clock of whoever carries calls to it. */
export interface GatewayClock {
  /** The gateway's time at a time of that clock, in milliseconds since 1970. */
  readonly at: (millis: number) => number;
  /** How far ahead it is. */
  readonly ahead: () => number;
  /** Moves the gateway's time on. Throws when told to move it back. */
  readonly advance: (millis: number) => void;
}

/** A gateway and what can be seen of it. `handle` is pure but for what it enters into ledger and log. */
export interface Gateway {
  readonly handle: (call: Call) => Reply;
  /** Whether the front says nothing to such a call and closes the connection; see `badCertificate` of the configuration. */
  readonly isSilent: (call: Pick<Call, "path" | "clientCertificate">) => boolean;
  readonly ledger: Ledger.Ledger;
  readonly log: ExchangeLog.ExchangeLog;
  /** Faults that the carriers of calls take from; see {@link Fault}. */
  readonly faults: Fault.Faults;
  /** Faults at random, for calls that met none of `faults`; see {@link Chaos}. */
  readonly chaos: Chaos.Chaos;
  readonly clock: GatewayClock;
  /** What merchants are told of their refunds' results; see {@link Notices}. */
  readonly notices: Notices.Notices;
  readonly keyring: Keyring.Keyring;
  /** What APIv3 signs with. */
  readonly platform: PlatformKeys.PlatformKeys;
  /** What can be said of an exchange's request: was it signed as it must be, and if not, why. */
  readonly explain: (exchange: ExchangeLog.Exchange) => Explanation;
  readonly merchants: readonly [Merchant, ...ReadonlyArray<Merchant>];
  /** The merchant numbers, in the order of the configuration. */
  readonly merchantNumbers: readonly [string, ...ReadonlyArray<string>];
}

const ownsCertificate = ({ endpoint, merchant }: Visit, { clientCertificate }: Call): boolean =>
  !endpoint.certificate || (typeof clientCertificate === "object" && clientCertificate.commonName === merchant.mchId);

const isForbidden = ({ merchant: { allowedAddresses } }: Visit, { remoteAddress }: Call): boolean =>
  allowedAddresses !== undefined && remoteAddress !== undefined && !allowedAddresses.includes(remoteAddress);

const judge = (world: World, visit: Visit, call: Call): Verdict => {
  const { kind, merchant, fields } = visit;
  if (isForbidden(visit, call)) return obstacles.forbiddenAddress.v2;
  if (!ownsCertificate(visit, call)) return refused("CERT_ERROR", "证书校验错误");
  const limited = world.limiter.admit(merchant.mchId, kind, call.now);
  if (limited !== undefined) return obstacles[limited].v2;
  return visit.endpoint.judge(world, { merchant, fields, now: call.now });
};

const isFailure = (verdict: Verdict): boolean => verdict._tag !== "Answered" && verdict._tag !== "Document";

/** What a fault has the gateway say, before or after it acted. */
const saidInstead = (
  fault: Fault.Fault | undefined,
): { readonly verdict: Verdict; readonly accepted: boolean } | undefined => {
  switch (fault?._tag) {
    case "Refuse":
      return { verdict: refused(fault.errCode, fault.errCodeDes ?? fault.errCode), accepted: fault.accepted };
    case "Fail":
      return { verdict: unsigned(fault.returnMsg), accepted: fault.accepted };
    default:
      return undefined;
  }
};

const decide = (world: World, visit: Visit, call: Call): Verdict => {
  const { fault } = call;
  const instead = saidInstead(fault);
  if (instead !== undefined && !instead.accepted) return instead.verdict;
  const verdict = judge(world, visit, call);
  if (isFailure(verdict)) {
    world.limiter.fail(visit.merchant.mchId, visit.kind, call.now);
    return verdict;
  }
  return instead?.verdict ?? (fault?._tag === "Misdirect" ? misdirect(verdict) : verdict);
};

const makeClock = (moved: () => void): GatewayClock => {
  let ahead = 0;
  return {
    at: (millis) => millis + ahead,
    ahead: () => ahead,
    advance: (millis) => {
      if (!Number.isSafeInteger(millis) || millis < 0) throw new RangeError("millis: a whole number, 0 or more");
      ahead += millis;
      moved();
    },
  };
};

/** What APIv3 looks at, and nothing that a client may have sent besides. */
const shown = ["accept", "accept-language", "authorization", "content-type", "user-agent", "wechatpay-serial"];
const shownHeaders = ({ headers = {} }: Call): Readonly<Record<string, string>> =>
  Object.fromEntries(shown.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));

const decodeConfig = decoder(Config);

/** What a gateway is told of an earlier one, and whom it tells. */
export interface Memory extends LedgerFile {
  readonly now: number;
}

/** Enters again what was accepted before; only what had no result yet is told to anybody. */
const remember = ({ config, ledger }: World, { now, rows }: Memory, expect: (row: Ledger.Row) => void): void => {
  const hasV3 = new Set(config.merchants.flatMap(({ mchId, v3 }) => (v3 === undefined ? [] : [mchId])));
  for (const { acceptedAt, mchId, notifyUrl, subMchId, transactionId, ...entry } of rows) {
    const order = ledger.findOrder({ mchId, subMchId }, { transactionId });
    if (order === undefined)
      throw new InvalidConfig({ issues: [`orders: ${transactionId} is gone, and was refunded`] });
    if (entry.noticeForm === "v3" && !hasV3.has(mchId))
      throw new InvalidConfig({
        issues: [`merchants: ${mchId} has no v3 block any more, and is told of refunds in its form`],
      });
    const row = ledger.enter({ ...entry, order, notifyUrl, now: acceptedAt });
    if (Ledger.stateAt(row, now).status === "PROCESSING") expect(row);
  }
};

/** A gateway. Throws `InvalidConfig`, which names every wrong field. */
export const make = (input: typeof Config.Encoded, memory?: Memory): Gateway => {
  const config = decodeConfig(input);
  const seeded = Seeded.make(config.seed);
  const limiter = Limiter.make(config.limits);
  const keyring = Keyring.make(config.merchants);
  const platform = PlatformKeys.make(config.merchants);
  const notices = Notices.make(config, keyring, platform, () => clock.ahead());
  const clock = makeClock(notices.touch);
  const entered = (row: Ledger.Row): void => {
    memory?.keep(row);
    notices.expect(row);
  };
  const world: WorldV3 = {
    config,
    limiter,
    ledger: Ledger.make(config, seeded),
    entered,
    platform,
    nonce: Seeded.make(`${config.seed}/v3`).hex,
    downloads: new Map(),
  };
  if (memory !== undefined) remember(world, memory, notices.expect);
  const merchants = new Map(config.merchants.map((merchant) => [merchant.mchId, merchant]));
  const log = ExchangeLog.make(config.logLimit);
  const chaos = Chaos.make(config.seed);
  chaos.set(config.chaos);
  let latest = Number.NEGATIVE_INFINITY;

  const answer = (call: Call): V3.AnswerV3 =>
    Result.match(admit(merchants, keyring, call), {
      onFailure: ({ verdict, kind, mchId, signed }) => {
        if (mchId !== undefined && kind !== undefined) limiter.fail(mchId, kind, call.now);
        return { ...Render.outside(verdict), signed, repeated: false };
      },
      onSuccess: (visit) => {
        const verdict = decide(world, visit, call);
        const keys = keyring.at(visit.merchant.mchId, call.now);
        return {
          ...Render.reply(visit, verdict, keys, seeded.nonce),
          signed: visit.signed,
          repeated: verdict._tag === "Answered" && verdict.repeated,
        };
      },
    });

  const gateway: Omit<Gateway, "merchants"> = {
    ledger: world.ledger,
    log,
    faults: Fault.queue(),
    chaos,
    clock,
    notices,
    keyring,
    platform,
    isSilent: ({ clientCertificate, path }) =>
      config.badCertificate === "silence" &&
      typeof clientCertificate === "string" &&
      endpoints.get(path)?.certificate === true,
    explain: (exchange) =>
      Fault.isV3(exchange.path) ? explainV3(exchange, config.merchants) : explain(exchange, keyring, config.merchants),
    merchantNumbers: [config.merchants[0].mchId, ...config.merchants.slice(1).map(({ mchId }) => mchId)],
    handle: (given) => {
      latest = Math.max(latest, given.now);
      const call = { ...given, now: latest };
      const isV3 = Fault.isV3(call.path);
      const { signed, ...answered } = isV3
        ? V3.answer(world, merchants, call, given.now - clock.ahead())
        : answer(call);
      const reply = distort(answered.reply, call.fault);
      log.add({
        at: latest,
        method: call.method ?? "POST",
        path: call.path,
        ...(isV3 && { target: call.target ?? call.path, requestHeaders: shownHeaders(call) }),
        clientCertificate: call.clientCertificate,
        request: call.body,
        ...answered,
        reply,
        ...(signed !== undefined && { requestSigned: signed }),
        ...(call.fault !== undefined && { fault: call.fault._tag }),
      });
      return reply;
    },
  };
  // Not enumerable: who prints a gateway does not print its merchants' API keys.
  return Object.defineProperty(gateway, "merchants", { get: () => config.merchants }) as Gateway;
};
