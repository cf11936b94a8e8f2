/** Mistakes in what comes back. */
import { gunzipSync } from "node:zlib";
import { field, joined } from "../reference/parse.ts";
import { carelessly, type Mistake, maybe, not, replyOf } from "./saboteur.ts";

export const replies: ReadonlyArray<Mistake> = [
  {
    clause: "T18",
    does: "decodes the reply as text",
    twist: {
      whole: (reply) =>
        field(reply.headers, "content-encoding") === undefined
          ? replyOf(reply, { body: Buffer.from(new TextDecoder().decode(reply.body)) })
          : undefined,
    },
  },
  {
    clause: "T19",
    does: "guesses a content type where there is none",
    twist: {
      whole: (reply) =>
        field(reply.headers, "content-type") === undefined
          ? replyOf(reply, { headers: Object.assign(joined(reply.headers), { "content-type": "text/xml" }) })
          : undefined,
    },
  },
  {
    clause: "T20",
    does: "takes 502 and 504 for a lost connection",
    twist: { whole: ({ status }) => (status === 502 || status === 504 ? maybe : undefined) },
  },
  {
    clause: "T21",
    does: "takes the page about the certificate for a failed handshake",
    twist: { whole: ({ status, body }) => (status === 400 && body.includes("SSL certificate") ? not : undefined) },
  },
  {
    clause: "T22",
    does: "insists on XML",
    twist: {
      whole: ({ status, headers }) => {
        const type = field(headers, "content-type") ?? "";
        return status === 200 && /html|json/.test(type) ? maybe : undefined;
      },
    },
  },
  {
    clause: "T23",
    does: "follows redirects",
    twist: {
      follows: ({ status, headers }) => (status >= 300 && status < 400 ? field(headers, "location") : undefined),
    },
  },
  {
    clause: "T24",
    does: "takes all bytes that have come for the body",
    twist: {
      whole: (reply) =>
        reply.framing === "length" ? replyOf(reply, { body: Buffer.concat([reply.body, reply.rest]) }) : undefined,
    },
  },
  {
    clause: "T25",
    does: "unpacks gzip",
    twist: {
      whole: (reply) =>
        field(reply.headers, "content-encoding") === "gzip"
          ? replyOf(reply, { body: gunzipSync(reply.body) })
          : undefined,
    },
  },
  {
    clause: "T26",
    does: "wants a length",
    twist: { whole: ({ framing }) => (framing === "connection" ? maybe : undefined) },
  },
  {
    clause: "T27",
    does: "takes the first chunk for the body",
    twist: {
      whole: (reply) => (reply.framing === "chunks" ? replyOf(reply, { body: reply.body.subarray(0, 7) }) : undefined),
    },
  },
  {
    clause: "T28",
    does: "does not listen while it writes",
    twist: {
      peeks: (received, _limits, written) => (received.byteLength > 0 && !written ? maybe : undefined),
    },
  },
  {
    clause: "T29",
    does: "takes an interim reply for the reply",
    twist: {
      peeks: (received) =>
        /^HTTP\/1\.1 102 .*\r\n\r\n/.test(received.toString("latin1")) ? carelessly(received) : undefined,
    },
  },
  {
    clause: "T30",
    does: "reads until the server closes",
    twist: { waitsForEnd: true },
  },
  {
    clause: "T31",
    does: "posts again on Retry-After",
    twist: { whole: ({ headers }) => (field(headers, "retry-after") === undefined ? undefined : "again") },
  },
];
