/** Mistakes in what is sent, and in what holds without a network. */
import type { TransportReply } from "@wechat-refund/core/Transport";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import { field } from "../reference/parse.ts";
import type { Draft } from "../reference/twist.ts";
import type { Mistake } from "./saboteur.ts";

const adds =
  (headers: Readonly<Record<string, string>>) =>
  (draft: Draft): Draft => ({
    ...draft,
    headers: { ...draft.headers, ...headers },
  });

export const written: ReadonlyArray<Mistake> = [
  {
    clause: "T01",
    does: "gives every waiting post the newest reply",
    wrap: ({ send }) => {
      let newest: TransportReply | undefined;
      let underWay = 0;
      const others = Effect.suspend(() => (underWay > 1 ? Effect.sleep("150 millis") : Effect.void));
      return {
        send: (request) =>
          Effect.suspend(() => {
            underWay += 1;
            return send(request);
          }).pipe(
            Effect.tap((reply) => Effect.sync(() => (newest = reply))),
            Effect.tap(others),
            Effect.map((reply) => newest ?? reply),
            Effect.ensuring(Effect.sync(() => (underWay -= 1))),
          ),
      };
    },
  },
  {
    clause: "T02",
    does: "posts when the effect is built",
    wrap: ({ send }) => ({
      send: (request) => {
        const running = Effect.runFork(send(request));
        return Fiber.join(running).pipe(Effect.onInterrupt(() => Fiber.interrupt(running)));
      },
    }),
  },
  {
    clause: "T03",
    does: "wipes the request after the post",
    wrap: ({ send }) => ({
      send: (request) =>
        Effect.ensuring(
          send(request),
          Effect.sync(() => {
            request.body?.fill(0);
            // What is frozen stays.
            for (const name of Object.keys(request.headers)) Reflect.deleteProperty(request.headers, name);
          }),
        ),
    }),
  },
  {
    clause: "T04",
    does: "returns a window onto a buffer that it uses again",
    wrap: ({ send }) => {
      const buffer = new Uint8Array(1_024);
      let underWay = 0;
      return {
        send: (request) =>
          Effect.suspend(() => {
            underWay += 1;
            return send(request);
          }).pipe(
            Effect.map((reply) => {
              if (underWay > 1 || reply.body.byteLength > buffer.byteLength) return reply;
              buffer.set(reply.body);
              return { ...reply, body: buffer.subarray(0, reply.body.byteLength) };
            }),
            Effect.ensuring(Effect.sync(() => (underWay -= 1))),
          ),
      };
    },
  },
  {
    clause: "T05",
    does: "takes http: for https:",
    twist: { admits: (request) => ({ ...request, url: request.url.replace(/^http:/, "https:") }) },
  },
  {
    clause: "T06",
    does: "sends the body as text",
    twist: {
      draft: (draft) => {
        if (draft.body === undefined) return draft;
        const body = Buffer.from(new TextDecoder().decode(draft.body));
        return { ...draft, body, headers: { ...draft.headers, "Content-Length": String(body.byteLength) } };
      },
    },
  },
  { clause: "T07", does: "sends the body in chunks", twist: { chunked: true } },
  {
    clause: "T08",
    does: "writes the query anew",
    twist: {
      draft: (draft) => {
        const query = String(draft.url.searchParams);
        return { ...draft, path: draft.url.pathname + (query === "" ? "" : `?${query}`) };
      },
    },
  },
  {
    clause: "T09",
    does: "knows that it is XML",
    twist: { draft: adds({ "Content-Type": "text/xml" }) },
  },
  {
    clause: "T10",
    does: "cuts a header value at the line break and posts",
    twist: {
      admits: ({ headers, ...request }) => ({
        ...request,
        headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace(/\r.*/s, "")])),
      }),
    },
  },
  { clause: "T11", does: "adds a request id", twist: { draft: adds({ "X-Request-Id": "1" }) } },
  {
    clause: "T12",
    does: "propagates the trace",
    twist: { draft: adds({ traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" }) },
  },
  {
    clause: "T13",
    does: "keeps cookies",
    twist: (() => {
      const jar = new Map<string, string>();
      return {
        draft: (draft) => {
          const cookie = jar.get(draft.url.host);
          return cookie === undefined ? draft : adds({ Cookie: cookie })(draft);
        },
        whole: ({ headers }, { url }) => {
          const cookie = field(headers, "set-cookie")?.split(";")[0];
          if (cookie !== undefined) jar.set(url.host, cookie);
          return undefined;
        },
      };
    })(),
  },
  {
    clause: "T14",
    does: "accepts compressed replies",
    twist: { draft: adds({ "Accept-Encoding": "gzip, deflate, br" }) },
  },
  {
    clause: "T15",
    does: "sends the address's user name",
    twist: (() => {
      const basic = new WeakMap<object, string>();
      return {
        admits: (request) => {
          const url = URL.parse(request.url);
          if (url === null || url.username === "") return request;
          const plain = { ...request, url: request.url.replace(/\/\/[^@/]*@/, "//") };
          basic.set(plain, Buffer.from(`${url.username}:${url.password}`).toString("base64"));
          return plain;
        },
        draft: (draft, request) => {
          const credentials = basic.get(request);
          return credentials === undefined ? draft : adds({ Authorization: `Basic ${credentials}` })(draft);
        },
      };
    })(),
  },
  {
    clause: "T16",
    does: "leaves the port out of Host",
    twist: { draft: (draft) => adds({ Host: draft.url.hostname })(draft) },
  },
  {
    clause: "T17",
    does: "looks for an address among the certificate's names only",
    twist: {
      connect: (options) =>
        options.servername === ""
          ? {
              ...options,
              checkServerIdentity: () => Object.assign(new Error("no name"), { code: "ERR_TLS_CERT_ALTNAME_INVALID" }),
            }
          : options,
    },
  },
];
