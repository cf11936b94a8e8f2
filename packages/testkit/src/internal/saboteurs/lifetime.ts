/** Mistakes at the beginning and the end, with proxies, and with kept connections. */
import * as Redacted from "effect/Redacted";
import type { Mistake } from "./saboteur.ts";

export const lifetime: ReadonlyArray<Mistake> = [
  { clause: "T79", does: "lets an interrupted post go on", twist: { ignores: "late-interruption" } },
  { clause: "T80", does: "keeps its last connection", twist: { keepsLast: true } },
  { clause: "T81", does: "says of every post at the end that it was not sent", twist: { deniesAtEnd: true } },
  { clause: "T82", does: "posts after its scope", twist: { worksAfterEnd: true } },
  {
    clause: "T83",
    does: "forgets a timer with every post",
    twist: {
      onPost: () => {
        const timer = setTimeout(() => {}, 3_600_000);
        return () => clearTimeout(timer);
      },
    },
  },
  { clause: "T84", does: "keeps connections that nobody asked to keep", twist: { pool: "in-fresh-mode" } },
  { clause: "T85", does: "makes every session anew", twist: { sessions: "none" } },
  {
    clause: "T86",
    does: "has one connection to a host",
    twist: { queue: { width: 1, per: "host", ghosts: false } },
  },
];

export const proxied: ReadonlyArray<Mistake> = [
  {
    clause: "T87",
    does: "does not verify servers behind a proxy",
    twist: {
      connect: (options, proxied) => ({ ...options, rejectUnauthorized: !proxied }),
      tolerates: () => true,
    },
  },
  {
    clause: "T88",
    does: "shows the proxy's credentials to the host",
    twist: {
      draft: (draft, _request, { proxy }) =>
        proxy?.authorization === undefined
          ? draft
          : { ...draft, headers: { ...draft.headers, "Proxy-Authorization": Redacted.value(proxy.authorization) } },
    },
  },
  { clause: "T89", does: "goes round a proxy that refuses", twist: { connectsWithoutProxy: true } },
  {
    clause: "T90",
    does: "uses HTTPS_PROXY",
    twist: { proxy: () => process.env["HTTPS_PROXY"] },
  },
];

export const pooled: ReadonlyArray<Mistake> = [
  { clause: "T91", does: "never uses a connection again", twist: { pool: "never" } },
  { clause: "T92", does: "uses connections that have ended", twist: { pool: "keeps-dead" } },
  {
    clause: "T93",
    does: "posts again when a kept connection ends",
    twist: { failure: ({ reused, reason }) => (reused && reason._tag === "ConnectionLost" ? "again" : undefined) },
  },
  { clause: "T94", does: "keeps what a server says unasked for the next post", twist: { pool: "keeps-stray" } },
  { clause: "T95", does: "keeps bytes after a reply for the next one", twist: { pool: "keeps-rest" } },
  { clause: "T96", does: "keeps a connection whose post timed out", twist: { pool: "keeps-timed-out" } },
  { clause: "T97", does: "uses a connection that is about to close", twist: { pool: "keeps-closing" } },
];
