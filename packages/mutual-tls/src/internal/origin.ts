/** The one gateway that a transport may post to, where its settings name one. */
import { accessPoints, normalized } from "@wechat-refund/core/Endpoint";
import { Unusable } from "@wechat-refund/core/Transport";
import * as Shown from "../Shown.ts";

/** `https://host:port` of a gateway's address; nothing of any other text. */
export const originOf = (address: string): string | undefined => {
  const endpoint = normalized(address);
  return endpoint === undefined ? undefined : new URL(endpoint).origin;
};

const shown = (origin: string): string => (Shown.looksSecret(origin) ? "another host" : origin);

const isSame = (one: string, other: string): boolean =>
  one === other || (accessPoints.has(one) && accessPoints.has(other));

/**
 * Says why a request to an origin is not sent, for each origin the same: `endpoint` is that of the settings, `around` the `Endpoint` that
 * the transport's layer was given.
 */
export const guard = (
  endpoint: string | undefined,
  around?: string | undefined,
): ((origin: string) => Unusable | undefined) => {
  const named = [
    ["the transport's endpoint (WECHAT_PAY_ENDPOINT)", endpoint],
    ["the Endpoint that the transport was given", around === undefined ? undefined : originOf(around)],
  ] as const;
  return (origin) => {
    for (const [what, wanted] of named) {
      if (wanted === undefined || isSame(wanted, origin)) continue;
      return new Unusable({
        detail: `${what} is ${shown(wanted)}, the request goes to ${shown(origin)}: provide the same endpoint to the client (Merchant.layerConfig reads the variable), or leave it out`,
      });
    }
    return undefined;
  };
};
