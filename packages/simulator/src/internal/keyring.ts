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

/** A key in words, for whoever looks for the one that was used. */
export interface Labelled {
  readonly mchId: string;
  readonly key: string;
  readonly whose: string;
  readonly whoseZh: string;
  readonly valid: boolean;
}

export interface Keyring {
  readonly at: (mchId: string, now: number) => Keys;
  /** Every key there is or was, each merchant's current one first. */
  readonly known: (now: number) => ReadonlyArray<Labelled>;
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
  const ended: Array<{ readonly mchId: string; readonly key: string }> = [];
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
    known: (now) => [
      ...[...keys].flatMap(([mchId, { apiKey, previousApiKey, until }]) => [
        {
          mchId,
          key: apiKey,
          whose: `the API key of merchant ${mchId}`,
          whoseZh: `商户 ${mchId} 的 API密钥`,
          valid: true,
        },
        ...(previousApiKey === undefined
          ? []
          : [
              {
                mchId,
                key: previousApiKey,
                whose: `the ${now < until ? "previous" : "old"} API key of merchant ${mchId}`,
                whoseZh: `商户 ${mchId} 的${now < until ? "上一个" : "旧"} API密钥`,
                valid: now < until,
              },
            ]),
      ]),
      ...ended.map(({ mchId, key }) => ({
        mchId,
        key,
        whose: `an old API key of merchant ${mchId}`,
        whoseZh: `商户 ${mchId} 的旧 API密钥`,
        valid: false,
      })),
    ],
    rotate: (mchId, apiKey, now, graceMillis) => {
      if (!isApiKey(apiKey)) throw new InvalidConfig({ issues: ["apiKey: Expected 32 letters and digits"] });
      const { apiKey: previousApiKey, previousApiKey: last } = of(mchId);
      if (last !== undefined) ended.push({ mchId, key: last });
      keys.set(mchId, { apiKey, previousApiKey, until: now + graceMillis });
    },
  };
};
