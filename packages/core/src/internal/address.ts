/** The address of a gateway: what is one, and how it is written. */

/** The gateway's main access point. */
export const mainEndpoint = "https://api.mch.weixin.qq.com";

/** The access points of WeChat Pay are one gateway: a refund is the same at each, and failover goes from one to another. */
export const accessPoints: ReadonlySet<string> = new Set(
  ["api", "api2", "apihk", "apius"].map((name) => `https://${name}.mch.weixin.qq.com`),
);

const written = /^https:\/\/[^\s/?#\\@]+(?<path>(?:\/[^\s/?#\\]+)*)\/?$/i;

/** The one spelling of an address, without a slash at its end; nothing of a text that is none. */
export const normalized = (text: string): string | undefined => {
  const path = written.exec(text)?.groups?.["path"];
  const url = URL.parse(text);
  // A path that the URL writes otherwise would be another one on the wire.
  return path === undefined || url === null || url.pathname.replace(/\/$/, "") !== path ? undefined : url.origin + path;
};

/** Whether a text can be the address of a gateway: `https:`, with no user name, query or fragment. */
export const isEndpoint = (text: string): boolean => normalized(text) !== undefined;

/** What is wrong with one that cannot. */
export const notEndpoint = "must be an https: address without a query, such as https://api2.mch.weixin.qq.com";
