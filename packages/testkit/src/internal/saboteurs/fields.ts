/** Mistakes with methods and header fields. */
import type { Mistake } from "./saboteur.ts";
import { replyOf } from "./saboteur.ts";

const framing = /^(host|content-length|connection|transfer-encoding)$/i;

export const fields: ReadonlyArray<Mistake> = [
  {
    clause: "T98",
    does: "makes a POST of whatever it is given",
    twist: { draft: (draft) => ({ ...draft, method: "POST" }) },
  },
  {
    clause: "T99",
    does: "says of a GET that it has no bytes",
    twist: {
      draft: (draft) =>
        draft.body === undefined ? { ...draft, headers: { ...draft.headers, "Content-Length": "0" } } : draft,
    },
  },
  {
    clause: "T100",
    does: "leaves out the fields that it writes itself, and sends the rest",
    twist: {
      admits: ({ headers, ...request }) => ({
        ...request,
        headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !framing.test(name))),
      }),
    },
  },
  {
    clause: "T101",
    does: "keeps the last of repeated fields",
    twist: { whole: (reply) => replyOf(reply, { headers: Object.fromEntries(reply.headers) }) },
  },
  {
    clause: "T102",
    does: "repeats a GET when a kept connection ends",
    twist: {
      failure: ({ reused, reason }, { method }) =>
        reused && reason._tag === "ConnectionLost" && method === "GET" ? "again" : undefined,
    },
  },
];
