/**
 * Which addresses messages may go to. A name may stand for any of them, today another than yesterday: so what counts is the address that a
 * connection is made to, looked at when it is made.
 */
import * as IpNetwork from "effect/net/IpNetwork";
import * as NetAddress from "effect/net/NetAddress";
import * as Result from "effect/Result";

/** `public`: of the internet. `local`: of this machine or a network of one's own. `special`: of neither, such as what tells a cloud machine its keys. */
export type Kind = "public" | "local" | "special";

const networks = (...texts: ReadonlyArray<string>): ReadonlyArray<IpNetwork.IpNetwork> =>
  texts.map((text) => Result.getOrThrow(IpNetwork.fromString(text)));

/** Cloud machines read their keys there; in networks that are otherwise public or one's own. */
const metadata = networks(
  "100.100.100.200/32",
  "168.63.129.16/32",
  "192.0.0.192/32",
  "fd00:ec2::254/128",
  "fd20:ce::254/128",
);
const local = networks(
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "::1/128",
  "fc00::/7",
);
/** The registries of special addresses of IANA; of IPv6 everything but what is given out as public. */
const special = networks(
  "0.0.0.0/8",
  "169.254.0.0/16",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  // These hold an address of IPv4 inside, or stand for none.
  "2001::/23",
  "2001:db8::/32",
  "2002::/16",
  "3fff::/20",
);
const given = networks("2000::/3");

const isIn = (address: NetAddress.IpAddress, those: ReadonlyArray<IpNetwork.IpNetwork>): boolean =>
  those.some((network) => IpNetwork.contains(network, address));

/** An address of IPv4 in the form of IPv6 counts as what it is; a zone names an interface of this machine. */
const canonical = (text: string): NetAddress.IpAddress | undefined =>
  Result.getOrUndefined(
    Result.map(NetAddress.ipFromString(text.replace(/%.*$/, "")), (ip) => NetAddress.toCanonical(ip)),
  );

export const kindOf = (text: string): Kind => {
  const address = canonical(text);
  if (address === undefined || isIn(address, metadata)) return "special";
  if (isIn(address, local)) return "local";
  if (isIn(address, special)) return "special";
  return NetAddress.isIpv4Address(address) || isIn(address, given) ? "public" : "special";
};

/** What an endpoint's file entry allows beside public addresses. */
export interface Allowed {
  readonly networks: ReadonlyArray<IpNetwork.IpNetwork>;
  /** The endpoint's own host, wherever in one's own networks it is. */
  readonly host: boolean;
}

/** A network such as `10.1.0.0/16`, or an address; nothing for what is neither. */
export const networkOf = (text: string): IpNetwork.IpNetwork | undefined =>
  Result.getOrUndefined(IpNetwork.fromString(text.includes("/") ? text : `${text}/${text.includes(":") ? 128 : 32}`));

/** Whether an endpoint may be reached at an address; nothing goes through the internet in the clear. */
export const mayReach = (text: string, { host, networks }: Allowed, inTheClear: boolean): boolean => {
  const address = canonical(text);
  const kind = kindOf(text);
  if (address === undefined) return false;
  if (kind === "public") return !inTheClear;
  return isIn(address, networks) || (kind === "local" && host);
};
