/**
 * Each merchant's API keys over time. A change is what the merchant platform makes of it: the new key is good at once, the old
 * one for a while longer.
 */
import { InvalidConfig, isApiKey, type Merchant } from "../GatewayConfig.ts";

/** A merchant's keys at one time. */
export interface Keys {
  readonly apiKey: string;
  readonly previousApiKey: string | undefined;
}

export interface Keyring {
  readonly at: (mchId: string, now: number) => Keys;
  /** Gives a merchant a new key at `now`; the old one ends `graceMillis` later. Throws `InvalidConfig`. */
  readonly rotate: (mchId: string, apiKey: string, now: number, graceMillis: number) => void;
}

export const make = (merchants: ReadonlyArray<Merchant>): Keyring => {
  const keys = new Map(
    merchants.map(({ mchId, apiKey, previousApiKey, previousKeyUntil = Number.POSITIVE_INFINITY }) => [
      mchId,
      { apiKey, previousApiKey, until: previousKeyUntil },
    ]),
  );
  const of = (mchId: string) => {
    const found = keys.get(mchId);
    if (found === undefined) throw new InvalidConfig({ issues: [`mchId: no merchant ${mchId}`] });
    return found;
  };
  return {
    at: (mchId, now) => {
      const { apiKey, previousApiKey, until } = of(mchId);
      return { apiKey, previousApiKey: now < until ? previousApiKey : undefined };
    },
    rotate: (mchId, apiKey, now, graceMillis) => {
      if (!isApiKey(apiKey)) throw new InvalidConfig({ issues: ["apiKey: Expected 32 letters and digits"] });
      keys.set(mchId, { apiKey, previousApiKey: of(mchId).apiKey, until: now + graceMillis });
    },
  };
};
