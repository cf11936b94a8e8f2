/** How often an address has failed within the minute, in bounded memory. */
import * as IpNetwork from "effect/net/IpNetwork";
import * as NetAddress from "effect/net/NetAddress";
import * as Result from "effect/Result";

export interface Failures {
  /** Counts a failure; whether the address has had too many. */
  readonly count: (address: string, now: number) => { readonly over: boolean; readonly first: boolean };
}

const minute = 60_000;
/** As many addresses are told apart; what comes from others within the minute is counted together. */
const most = 10_000;

/** Of IPv6 the network: whoever has one address of it has all. */
export const keyOf = (address: string): string => {
  const ip = Result.getOrUndefined(NetAddress.ipFromString(address.replace(/%.*$/, "")));
  if (ip === undefined) return "unknown";
  const canonical = NetAddress.toCanonical(ip);
  return NetAddress.isIpv4Address(canonical)
    ? NetAddress.formatIp(canonical)
    : IpNetwork.format(IpNetwork.fromAddressUnsafe(canonical, 64));
};

export const make = (limit: number): Failures => {
  let counts = new Map<string, number>();
  let since = -Infinity;
  return {
    count: (address, now) => {
      if (now - since >= minute || now < since) {
        counts = new Map();
        since = now;
      }
      const own = keyOf(address);
      const key = counts.has(own) || counts.size < most ? own : "others";
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return { over: count > limit, first: count === limit + 1 };
    },
  };
};
