/** What is written: the request as it was given, and nothing of the client's own. */
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import { networkInterfaces } from "node:os";
import { checkServerIdentity, type PeerCertificate } from "node:tls";
import * as Script from "../../Script.ts";
import type { ScriptedServer } from "../../ScriptedServer.ts";
import { header } from "../scripted/requests.ts";
import type { Bench } from "./bench.ts";
import type { RequestOptions } from "./calls.ts";
import type { Clause } from "./clause.ts";
import { atOnce } from "./scenario.ts";

const ok = Script.serve(() => Script.reply({ body: "<xml/>" }));

/** One post to a server in order, and the request as it arrived. */
const arrival = Effect.fnUntraced(function* (bench: Bench, options: RequestOptions = {}, server?: ScriptedServer) {
  const to = server ?? (yield* bench.serve(ok));
  const transport = yield* bench.open();
  const request = bench.request(to, options);
  yield* bench.reply(yield* bench.post(transport, request));
  const arrived = to.requests.at(-1);
  if (arrived === undefined) return yield* bench.fail("a reply came back although no whole request had arrived");
  return { request, arrived, server: to };
});

/** This machine has the loopback address, and the runtime compares addresses and not their spellings. */
const canVerifyIpv6 = (): boolean =>
  Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === "::1")) &&
  checkServerIdentity("::1", { subjectaltname: "IP Address:0:0:0:0:0:0:0:1", subject: {} } as PeerCertificate) ===
    undefined;

const same = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;
const everyByte = Uint8Array.from({ length: 1024 }, (_, index) => index % 256);

/** Fields that belong to other clauses. */
const traceFields = /^(traceparent|tracestate|baggage|b3|x-b3-.*|uber-trace-id|x-cloud-trace-context)$/;
const otherFields = /^(cookie|authorization|transfer-encoding)$/;
const neededFields =
  /^(host|content-type|content-length|connection|keep-alive|accept|accept-encoding|accept-language|user-agent|sec-fetch-mode)$/;

export const written: ReadonlyArray<Clause> = [
  {
    id: "T06",
    level: "MUST",
    title: "the body arrives byte for byte",
    says: "The signature is over these bytes, so none may be changed: not in another encoding, not when there are none, not when there are many.",
    needs: ["network", "body"],
    check: (bench) =>
      atOnce(
        [everyByte, new Uint8Array(0), Uint8Array.from({ length: 200_000 }, (_, index) => (index * 31) % 251)],
        (body) =>
          Effect.gen(function* () {
            const { arrived } = yield* arrival(bench, { body: Uint8Array.from(body) });
            yield* bench.check(
              same(arrived.body, body),
              `${body.byteLength} bytes were posted and ${arrived.body.byteLength} others arrived`,
            );
          }),
      ),
  },
  {
    id: "T07",
    level: "MUST",
    title: "the body is sent with its length",
    says: "Content-Length and no chunks: gateways of this age do not read chunked requests.",
    needs: ["network", "body"],
    check: (bench) =>
      Effect.gen(function* () {
        const { arrived, request } = yield* arrival(bench);
        const length = header(arrived, "content-length");
        yield* bench.check(
          length === String(request.body?.byteLength) && header(arrived, "transfer-encoding") === undefined,
          `Content-Length is ${length}, Transfer-Encoding ${header(arrived, "transfer-encoding")}`,
        );
      }),
  },
  {
    id: "T08",
    level: "MUST",
    title: "path and query arrive as they were written",
    says: "An address is not the transport's to improve: escapes stay escapes.",
    needs: ["network"],
    check: (bench) =>
      Effect.gen(function* () {
        const path = "/secapi%2Fpay/%E9%80%80?x=%2F&y=a+b&y=%20&empty=&none";
        const { arrived, request } = yield* arrival(bench, { path });
        yield* bench.check(
          arrived.target === path && arrived.method === request.method,
          `${request.method} ${path} arrived as ${arrived.method} ${arrived.target}`,
        );
      }),
  },
  {
    id: "T09",
    level: "MUST",
    title: "the content type arrives as it was given",
    says: "Whoever signs the body says what it is.",
    needs: ["network", "body"],
    check: (bench) =>
      Effect.gen(function* () {
        const contentType = 'application/vnd.test+xml; charset="UTF-8"; q=1';
        const { arrived } = yield* arrival(bench, { contentType });
        const type = header(arrived, "content-type");
        yield* bench.check(type === contentType, `Content-Type ${contentType} arrived as ${type}`);
      }),
  },
  {
    id: "T10",
    level: "MUST",
    title: "a line break in a header value is refused",
    says: "What cannot be written as it is must not be written otherwise: a content type with a line break would add a field of somebody's choice.",
    kin: ["T100"],
    needs: ["network"],
    check: (bench) =>
      Effect.gen(function* () {
        const server = yield* bench.serve(ok);
        const transport = yield* bench.open();
        const request = bench.request(server, { contentType: "text/xml\r\nX-Injected: yes" });
        yield* bench.failure(yield* bench.post(transport, request), "no");
        yield* bench.saw(server, 0);
      }),
  },
  {
    id: "T11",
    level: "MUST",
    title: "only the header fields that a request needs are sent, and those of its own",
    says: "A gateway, a proxy or a log may treat any further field as it likes.",
    needs: ["network"],
    check: (bench) =>
      Effect.gen(function* () {
        const { arrived, request } = yield* arrival(bench);
        const own = new Set(Object.keys(request.headers).map((name) => name.toLowerCase()));
        const names = arrived.headers.map(([name]) => name).filter((name) => !own.has(name));
        const more = names.filter(
          (name) => !neededFields.test(name) && !traceFields.test(name) && !otherFields.test(name),
        );
        yield* bench.check(more.length === 0, `these fields were sent too: ${more.join(", ")}`);
      }),
  },
  {
    id: "T12",
    level: "MUST",
    title: "no trace is propagated",
    says: "Ids of the caller's own tracing are no business of the gateway.",
    needs: ["network"],
    check: (bench) =>
      Effect.gen(function* () {
        const { arrived } = yield* arrival(bench).pipe(Effect.withSpan("refund"));
        const traces = arrived.headers.map(([name]) => name).filter((name) => traceFields.test(name));
        yield* bench.check(traces.length === 0, `these fields were sent: ${traces.join(", ")}`);
      }),
  },
  {
    id: "T13",
    level: "MUST",
    title: "cookies are not kept",
    says: "Nothing of one reply travels with the next request, which may be another merchant's.",
    needs: ["network"],
    check: (bench) =>
      Effect.gen(function* () {
        const server = yield* bench.serve(
          Script.serve(() => Script.reply({ headers: { "Set-Cookie": "id=1; Path=/" } })),
        );
        const transport = yield* bench.open();
        yield* bench.reply(yield* bench.post(transport, bench.request(server)));
        yield* bench.reply(yield* bench.post(transport, bench.request(server)));
        const cookies = server.requests.map((request) => header(request, "cookie"));
        yield* bench.check(
          cookies.length === 2 && cookies.every((cookie) => cookie === undefined),
          "the second request carried the cookie of the first reply",
        );
      }),
  },
  {
    id: "T14",
    level: "MUST",
    title: "no compressed reply is asked for",
    says: "Replies are small, and a decompressor is one more thing to attack.",
    needs: ["network"],
    check: (bench) =>
      Effect.gen(function* () {
        const { arrived } = yield* arrival(bench);
        const accepted = header(arrived, "accept-encoding");
        yield* bench.check(
          accepted === undefined || accepted === "identity",
          `Accept-Encoding was sent as ${accepted}`,
        );
      }),
  },
  {
    id: "T15",
    level: "MUST",
    title: "a user name in the address is not sent",
    says: "The certificate says who we are. An address with credentials is refused, or they are left out.",
    needs: ["network"],
    check: (bench) =>
      Effect.gen(function* () {
        const server = yield* bench.serve(ok);
        const transport = yield* bench.open();
        const given = bench.request(server, { host: "user:password@localhost" });
        const end = yield* bench.post(transport, given);
        if (Result.isFailure(end)) {
          yield* bench.failure(end, "no");
          return yield* bench.saw(server, 0);
        }
        const sent = server.requests.some(
          (request) => header(request, "authorization") !== given.headers["Authorization"],
        );
        yield* bench.check(!sent, "the credentials of the address were sent to the server");
      }),
  },
  {
    id: "T16",
    level: "MUST",
    title: "the server is asked for by its name",
    says: "The Host field names host and port, and the handshake the host: one address may serve many.",
    needs: ["network"],
    check: (bench) =>
      Effect.gen(function* () {
        const { arrived, server } = yield* arrival(bench);
        const host = header(arrived, "host");
        yield* bench.check(host === `localhost:${server.port}`, `Host was sent as ${host}`);
        const name = server.connections[0]?.serverName;
        yield* bench.check(name === "localhost", `the handshake asked for ${name}`);
      }),
  },
  {
    id: "T17",
    level: "MUST",
    title: "an IP address will do for a host",
    says: "A certificate for an address is verified against that address: IPv4, and IPv6 where the runtime can (Node 22 cannot).",
    needs: ["network"],
    check: (bench) =>
      Effect.gen(function* () {
        for (const listen of canVerifyIpv6() ? (["127.0.0.1", "::1"] as const) : (["127.0.0.1"] as const)) {
          const server = yield* bench.serve(ok, { host: listen });
          yield* arrival(bench, { host: listen === "::1" ? "[::1]" : listen }, server);
        }
      }),
  },
];
