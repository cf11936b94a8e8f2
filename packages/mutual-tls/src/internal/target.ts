/**
 * Where a request goes: its address, taken apart once and checked.
 *
 * The path and the query go out as they were written. An address that would have to be changed to be sent is refused.
 */
import { isIP } from "node:net";
import { Unusable } from "@wechat-refund/core/Transport";
import * as Result from "effect/Result";

export interface Target {
  /** `https://host:port`, the port left out where it is 443. */
  readonly origin: string;
  /** For the `Host` field: the port left out where it is 443. */
  readonly host: string;
  /** What to connect to: a name, or an address without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** The name to ask for in the handshake; empty for an address, whose certificate is checked by its address. */
  readonly servername: string;
  readonly path: string;
}

const refuse = (detail: string): Result.Result<Target, Unusable> => Result.fail(new Unusable({ detail }));

/** Takes an absolute `https:` address apart, or says why it cannot be posted to. The address itself is never printed. */
export const parse = (address: string): Result.Result<Target, Unusable> => {
  const url = URL.parse(address);
  if (url === null) return refuse("the address is not an absolute https: address");
  if (url.protocol !== "https:") return refuse("the address does not start with https:");
  if (url.username !== "" || url.password !== "") return refuse("the address holds a user name: leave it out");
  if (url.hash !== "" || address.includes("#"))
    return refuse("the address holds a fragment: leave '#' and after it out");
  const path = url.pathname + url.search;
  const written = /^https:\/\/[^/?\\]*(.*)$/is.exec(address)?.[1];
  if (written !== path && written !== "") {
    return refuse(
      "path or query are not in the form they would be sent in: resolve dots and write other characters as %XX",
    );
  }
  const hostname = url.hostname.startsWith("[") ? url.hostname.slice(1, -1) : url.hostname;
  const name = hostname.endsWith(".") ? hostname.slice(0, -1) : hostname;
  return Result.succeed({
    origin: url.origin,
    host: url.host,
    hostname,
    port: url.port === "" ? 443 : Number(url.port),
    servername: isIP(hostname) === 0 ? name : "",
    path,
  });
};

/** {@link parse} that remembers the last address: posts go to very few, and taking one apart costs a tenth of a whole post. */
export const makeParse = (): typeof parse => {
  let last: { readonly address: string; readonly target: ReturnType<typeof parse> } | undefined;
  return (address) => {
    if (last?.address !== address) last = { address, target: parse(address) };
    return last.target;
  };
};
