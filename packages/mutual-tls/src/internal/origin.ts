/** The one gateway that a transport may post to, where its settings name one. */
import { Unusable } from "@wechat-refund/core/Transport";
import * as Shown from "../Shown.ts";

/** The access points of WeChat Pay count as one: failover goes from one to another. */
const weChatPay: ReadonlySet<string> = new Set(
  ["api", "api2", "apihk", "apius"].map((name) => `https://${name}.mch.weixin.qq.com`),
);

/** `https://host:port` of a gateway's address; nothing of any other text. */
export const originOf = (address: string): string | undefined => {
  const url = URL.parse(address);
  return url?.protocol === "https:" && `${url.username}${url.password}${url.search}${url.hash}` === ""
    ? url.origin
    : undefined;
};

const shown = (origin: string): string => (Shown.looksSecret(origin) ? "another host" : origin);

/** Says why a request to an origin is not sent, for each origin the same. */
export const guard = (endpoint: string | undefined): ((origin: string) => Unusable | undefined) => {
  if (endpoint === undefined) return () => undefined;
  return (origin) => {
    if (origin === endpoint || (weChatPay.has(endpoint) && weChatPay.has(origin))) return undefined;
    return new Unusable({
      detail: `the transport's endpoint (WECHAT_PAY_ENDPOINT) is ${shown(endpoint)}, the request goes to ${shown(origin)}: provide the same endpoint to the client (Merchant.layerConfig reads the variable), or leave it out`,
    });
  };
};
