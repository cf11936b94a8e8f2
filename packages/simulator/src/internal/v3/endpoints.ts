/** The addresses of APIv3 that the gateway answers. */
import * as Certificates from "./certificates.ts";
import * as Refund from "./refund.ts";
import * as RefundQuery from "./refundQuery.ts";
import * as TradeBill from "./tradeBill.ts";
import type { EndpointV3 } from "./verdict.ts";

const endpoints: ReadonlyArray<EndpointV3> = [
  Refund.endpoint,
  RefundQuery.endpoint,
  Certificates.endpoint,
  TradeBill.endpoint,
  TradeBill.file,
];

export interface Found {
  readonly endpoint: EndpointV3;
  /** The last part of the path where it is a value, decoded. */
  readonly param: string;
}

const decoded = (part: string): string | undefined => {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
};

/** The endpoint of a path, if it is one. */
export const find = (path: string): Found | undefined => {
  for (const endpoint of endpoints) {
    if (endpoint.path === path) return path.endsWith("/") ? undefined : { endpoint, param: "" };
    if (!endpoint.path.endsWith("/") || !path.startsWith(endpoint.path)) continue;
    const part = path.slice(endpoint.path.length);
    const param = part.includes("/") ? undefined : decoded(part);
    return param === undefined ? undefined : { endpoint, param };
  }
  return undefined;
};
