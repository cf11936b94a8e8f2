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

const token = /^[!#$%&'*+.^_`|~\w-]+$/;
const own =
  /^(host|content-length|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|accept-encoding)$/i;

const badField = ({ headers, method, body }: TransportRequest): string | undefined => {
  if (method === "GET" && body !== undefined) return "a GET with a body";
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  if (new Set(names).size < names.length) return "a field given twice";
  const bad = Object.entries(headers).find(
    ([name, value]) => !token.test(name) || own.test(name) || /[^\x20-\x7e]/.test(value),
  );
  return bad && "a bad field";
};

export const admit = (request: TransportRequest): Result.Result<Draft, Unusable> => {
  const url = URL.parse(request.url);
  if (url?.protocol !== "https:") return Result.fail(new Unusable({ detail: "not an https address" }));
  if (url.username !== "" || url.password !== "") return Result.fail(new Unusable({ detail: "a user name" }));
  const bad = badField(request);
  if (bad !== undefined) return Result.fail(new Unusable({ detail: bad }));
  const { method, headers } = request;
  const body = method === "GET" ? undefined : (request.body ?? new Uint8Array());
  return Result.succeed({
    method,
    url,
    path: url.pathname + url.search,
    headers: {
      Host: url.host,
      ...headers,
      ...(body && { "Content-Length": String(body.byteLength) }),
    },
    body,
  });
};
