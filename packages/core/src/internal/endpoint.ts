/**
 * Where requests go, decided in one place: several may name the gateway's address (the call's surroundings, the client's layer, the
 * merchant's settings), and where they name different ones nothing is sent.
 */
import * as Result from "effect/Result";
import { InvalidRequest } from "../RefundError.ts";

/** Whether a text can be the address of a gateway: `https:`, with no user name, query or fragment. */
export const isEndpoint = (text: string): boolean => {
  const url = URL.parse(text);
  return (
    url?.protocol === "https:" && url.username === "" && url.password === "" && url.search === "" && url.hash === ""
  );
};

/** What is wrong with one that cannot. */
export const notEndpoint = "must be an https: address without a query, such as https://api2.mch.weixin.qq.com";

const withoutSlash = (endpoint: string): string => (endpoint.endsWith("/") ? endpoint.slice(0, -1) : endpoint);

/** An address that is none may be anything, so it is not repeated. */
const shown = (endpoint: string): string => (isEndpoint(endpoint) ? endpoint : "an address that is none");

/** The one address that is named, or `otherwise` where none is; different ones are refused. */
export const agree = (
  named: ReadonlyArray<string | undefined>,
  otherwise: string,
): Result.Result<string, InvalidRequest> => {
  let found: string | undefined;
  for (const endpoint of named) {
    if (endpoint === undefined) continue;
    if (found !== undefined && withoutSlash(found) !== withoutSlash(endpoint)) {
      const message =
        `is named twice and not the same: ${shown(found)} and ${shown(endpoint)}; ` +
        "nothing is sent until Endpoint, the merchant's endpoint and WECHAT_PAY_ENDPOINT name one gateway";
      return Result.fail(new InvalidRequest({ issues: [{ field: "endpoint", wire: "endpoint", message }] }));
    }
    found ??= endpoint;
  }
  return Result.succeed(found ?? otherwise);
};
