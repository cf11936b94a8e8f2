/**
 * A tunnel through a proxy, to be made secure by whoever asked for it: the proxy sees the host's name and nothing else.
 */
import type { Socket } from "node:net";
import * as Redacted from "effect/Redacted";
import type { Proxy } from "../TransportSettings.ts";
import type { Target } from "./target.ts";

/** Codes of its own: that the proxy refuses a connection is another matter than that the host does. */
const refusal = (code: "ERR_PROXY_UNREACHABLE" | "ERR_PROXY_TUNNEL" | "ERR_PROXY_AUTHORIZATION"): Error =>
  Object.assign(new Error("no tunnel"), { code });

/** Asks the proxy for a tunnel; the function it returns gives up at once. */
export const open = (
  proxy: Proxy,
  target: Target,
  callback: (error: Error | null, socket: Socket | undefined) => void,
): (() => void) => {
  const url = new URL(proxy.url);
  const host = target.hostname.includes(":") ? `[${target.hostname}]` : target.hostname;
  const authority = `${host}:${target.port}`;
  // Not an import: that would read every property of node:http, and some of them load a web client, 20 ms at every start.
  const request = process.getBuiltinModule("node:http").request({
    method: "CONNECT",
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? 80 : Number(url.port),
    path: authority,
    headers: {
      Host: authority,
      ...(proxy.authorization && { "Proxy-Authorization": Redacted.value(proxy.authorization) }),
    },
    agent: false,
  });
  request.on("error", () => callback(refusal("ERR_PROXY_UNREACHABLE"), undefined));
  request.on("connect", ({ statusCode = 0 }, socket: Socket, head) => {
    socket.on("error", () => {});
    // A server speaks second in TLS: whatever came early is not from it.
    if (statusCode >= 200 && statusCode < 300 && head.length === 0) return callback(null, socket);
    socket.destroy();
    callback(refusal(statusCode === 407 ? "ERR_PROXY_AUTHORIZATION" : "ERR_PROXY_TUNNEL"), undefined);
  });
  request.end();
  return () => {
    request.destroy();
  };
};
