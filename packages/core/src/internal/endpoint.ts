/**
 * Where requests go, decided in one place: several may name the gateway's address (the call's surroundings, the client's layer, the
 * merchant's settings), and where they name different ones, or what is no address, nothing is sent.
 */
import * as Result from "effect/Result";
import { InvalidRequest } from "../RefundError.ts";
import { mainEndpoint, normalized, notEndpoint } from "./address.ts";

/** Two addresses where there is to be one. */
export const twice = (one: string, other: string): string =>
  `is named twice and not the same: ${one} and ${other}; nothing is sent until Endpoint, the merchant's endpoint and WECHAT_PAY_ENDPOINT name one gateway`;

const invalid = (message: string): Result.Result<never, InvalidRequest> =>
  Result.fail(new InvalidRequest({ issues: [{ field: "endpoint", wire: "endpoint", message }], of: "client" }));

/** The one address that is named, or nothing where none is; different ones are refused, and so is what is none. */
export const agreed = (named: ReadonlyArray<string | undefined>): Result.Result<string | undefined, InvalidRequest> => {
  let found: string | undefined;
  for (const text of named) {
    if (text === undefined) continue;
    const endpoint = normalized(text);
    // It may be anything, so it is not repeated.
    if (endpoint === undefined) return invalid(notEndpoint);
    if (found !== undefined && found !== endpoint) return invalid(twice(found, endpoint));
    found = endpoint;
  }
  return Result.succeed(found);
};

/** {@link agreed}, or WeChat Pay's own where none is named. */
export const agree = (named: ReadonlyArray<string | undefined>): Result.Result<string, InvalidRequest> =>
  Result.map(agreed(named), (endpoint) => endpoint ?? mainEndpoint);
