/** Before anything is written: whether a request can be, and what a connection that did not come about means. */
import {
  HandshakeFailed,
  type Reason,
  summarize,
  type TransportRequest,
  Unreachable,
  Unusable,
} from "@wechat-refund/core/Transport";
import * as Result from "effect/Result";
import type { Draft } from "./twist.ts";

const unreachable =
  /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|EHOSTUNREACH|EACCES|EADDRNOTAVAIL|ETIMEDOUT|ERR_PROXY_TUNNEL)$/;

export const beforeSecure = (error: Error): Reason => {
  const cause = summarize(error);
  return unreachable.test(cause.code ?? "")
    ? new Unreachable({ detail: "no connection", cause })
    : new HandshakeFailed({ detail: "no secure connection", cause });
};

export const admit = (request: TransportRequest): Result.Result<Draft, Unusable> => {
  const url = URL.parse(request.url);
  if (url?.protocol !== "https:") return Result.fail(new Unusable({ detail: "not an https address" }));
  if (url.username !== "" || url.password !== "") return Result.fail(new Unusable({ detail: "a user name" }));
  if (/[^\t\x20-\x7e]/.test(request.contentType)) return Result.fail(new Unusable({ detail: "a bad content type" }));
  return Result.succeed({
    url,
    path: url.pathname + url.search,
    headers: {
      Host: url.host,
      "Content-Type": request.contentType,
      "Content-Length": String(request.body.byteLength),
    },
    body: request.body,
  });
};
