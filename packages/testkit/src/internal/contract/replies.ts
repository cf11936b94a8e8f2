/** What comes back: every whole reply, as it came. */
import { gzipSync } from "node:zlib";
import type { TransportReply } from "@wechat-refund/core/Transport";
import * as Effect from "effect/Effect";
import * as Script from "../../Script.ts";
import type { Bench } from "./bench.ts";
import type { RequestOptions } from "./calls.ts";
import type { Clause } from "./clause.ts";
import { atOnce } from "./scenario.ts";

const everyByte = Buffer.concat([Buffer.from("<xml>"), Uint8Array.from({ length: 1024 }, (_, index) => index % 256)]);

/** One post to a server with this script, which must end with a reply; the server must have seen one request. */
const answered = Effect.fnUntraced(function* (
  bench: Bench,
  name: string,
  script: Script.Script,
  options?: RequestOptions,
) {
  const server = yield* bench.serve(script);
  const transport = yield* bench.open();
  const reply = yield* bench.reply(yield* bench.post(transport, bench.request(server, options)), name);
  yield* bench.saw(server, 1, `the server (${name})`);
  return reply;
});

const expectBody = (bench: Bench, name: string, { body }: TransportReply, expected: string | Uint8Array) =>
  bench.check(
    Buffer.compare(body, Buffer.from(expected)) === 0,
    `${name}: ${Buffer.from(expected).byteLength} bytes were sent, and the reply has ${body.byteLength} others`,
  );

interface Case {
  readonly bytes: Uint8Array;
  readonly status: number;
  readonly body: string | Uint8Array;
}

/** Bytes that must come back as this status and this body. */
const comesBackAs =
  (cases: Readonly<Record<string, Case>>): Clause["check"] =>
  (bench) =>
    atOnce(Object.entries(cases), ([name, { bytes, status, body }]) =>
      Effect.gen(function* () {
        const script = Script.steps(Script.read, Script.send(bytes), Script.leave);
        const reply = yield* answered(bench, name, script);
        yield* bench.check(reply.status === status, `${name}: the status came back as ${reply.status}`);
        yield* expectBody(bench, name, reply, body);
      }),
    );

const whole = (reply: Script.Reply & { readonly body: string | Uint8Array }): Case => ({
  bytes: Script.reply(reply),
  status: reply.status ?? 200,
  body: reply.body,
});

const nginxPage =
  "<html>\r\n<head><title>400 The SSL certificate error</title></head>\r\n<body>\r\n<center><h1>400 Bad Request</h1></center>\r\n<center>The SSL certificate error</center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";
const gzipped = gzipSync("<xml><return_code>SUCCESS</return_code></xml>");

export const replies: ReadonlyArray<Clause> = [
  {
    id: "T18",
    level: "MUST",
    title: "the reply's body comes back byte for byte",
    says: "Whether the bytes are a reply is decided by the reader, not by a decoder before it.",
    needs: ["network"],
    check: comesBackAs({ "every byte": whole({ body: everyByte }) }),
  },
  {
    id: "T19",
    level: "MUST",
    title: "the reply's content type comes back as it was, or not at all",
    says: "An absent content type is absent, never a guess.",
    needs: ["network"],
    check: (bench) =>
      atOnce(['text/plain; charset="gbk"', undefined], (type) =>
        Effect.gen(function* () {
          const headers = { "Content-Type": type ?? "" };
          const script = Script.serve(() => Script.reply({ headers, body: "<xml/>" }));
          const reply = yield* answered(bench, `content type ${type}`, script);
          const came = reply.headers["content-type"];
          yield* bench.check(came === type, `Content-Type ${type} came back as ${came}`);
        }),
      ),
  },
  {
    id: "T20",
    level: "MUST",
    title: "a status of failure is a reply",
    says: "The gateway has answered; what 503 means for a refund is not the transport's to say.",
    fault: "F46",
    needs: ["network"],
    check: comesBackAs(
      Object.fromEntries(
        [401, 403, 404, 429, 500, 502, 503, 504].map((status) => [
          `status ${status}`,
          whole({ status, body: `<xml>${status}</xml>` }),
        ]),
      ),
    ),
  },
  {
    id: "T21",
    level: "MUST",
    title: "the gateway's page about the client certificate is a reply",
    says: "HTTP 400 with a page of HTML is how the gateway's front refuses a client certificate; the core reads it.",
    fault: "F19",
    needs: ["network"],
    check: comesBackAs({
      "the certificate page": whole({ status: 400, headers: { "Content-Type": "text/html" }, body: nginxPage }),
    }),
  },
  {
    id: "T22",
    level: "MUST",
    title: "whatever the body is, it is a reply",
    says: "Nothing, 204, HTML, JSON or another root: reading it is not the transport's business.",
    fault: "F45",
    needs: ["network"],
    check: comesBackAs({
      "200 and nothing": whole({ body: "" }),
      "204": whole({ status: 204, headers: { "Content-Type": "" }, body: "" }),
      HTML: whole({ headers: { "Content-Type": "text/html" }, body: "<html><body>Welcome</body></html>" }),
      JSON: whole({ headers: { "Content-Type": "application/json" }, body: '{"return_code":"SUCCESS"}' }),
      "another root": whole({ body: "<root><return_code>SUCCESS</return_code></root>" }),
    }),
  },
  {
    id: "T23",
    level: "MUST",
    title: "a redirect is returned, never followed",
    says: "Following one would post a refund, with its signature, to an address nobody configured.",
    fault: "F43",
    needs: ["network"],
    check: (bench) =>
      Effect.gen(function* () {
        const elsewhere = yield* bench.serve(Script.serve(() => Script.reply({ body: "<elsewhere/>" })));
        const redirects = [301, 302, 303, 307, 308].flatMap((status) =>
          ["/moved", `https://localhost:${elsewhere.port}/moved`].map((location) => ({ status, location })),
        );
        yield* atOnce(redirects, ({ status, location }) =>
          Effect.gen(function* () {
            const headers = { Location: location };
            const script = Script.serve(({ target }) =>
              Script.reply(target === "/moved" ? { body: "<moved/>" } : { status, headers, body: "<here/>" }),
            );
            const reply = yield* answered(bench, `status ${status}`, script);
            yield* bench.check(reply.status === status, `${status} came back as ${reply.status}`);
          }),
        );
        yield* bench.saw(elsewhere, 0, "the other server");
      }),
  },
  {
    id: "T24",
    level: "MUST",
    title: "bytes after the body do not change the reply",
    says: "The reply ends where its length says. What follows is nobody's answer.",
    fault: "F37",
    needs: ["network"],
    check: (() => {
      const first = Script.reply({ body: "<xml>first</xml>" });
      const after = (more: string | Uint8Array): Case => ({
        bytes: Buffer.concat([first, Buffer.from(more)]),
        status: 200,
        body: "<xml>first</xml>",
      });
      return comesBackAs({
        "a second reply": after(Script.reply({ body: "<xml>2</xml>" })),
        garbage: after("\r\n\0garbage"),
      });
    })(),
  },
  {
    id: "T25",
    level: "MUST",
    title: "a compressed body is not unpacked",
    says: "It was not asked for, so it is passed on as it is, and read as what it is not.",
    fault: "F42",
    needs: ["network"],
    check: comesBackAs({ gzip: whole({ headers: { "Content-Encoding": "gzip" }, body: gzipped }) }),
  },
  {
    id: "T26",
    level: "MUST",
    title: "a body without a length ends with the connection",
    says: "HTTP/1.1 cannot tell whether it was cut short, so it is a reply; only its end tag and its signature can tell.",
    fault: "F32",
    needs: ["network"],
    check: (bench) =>
      atOnce([Script.end, Script.cut], (last) =>
        Effect.gen(function* () {
          const bytes = Script.reply({ length: false, headers: { Connection: "close" }, body: "<xml><return_c" });
          const reply = yield* answered(bench, last.do, Script.steps(Script.read, Script.send(bytes), last));
          yield* expectBody(bench, last.do, reply, "<xml><return_c");
        }),
      ),
  },
  {
    id: "T27",
    level: "MUST",
    title: "a reply in many pieces is put together",
    says: "A few bytes at a time, chunks of odd size: the body is the same.",
    needs: ["network"],
    check: (bench) => {
      const body = "<xml><return_code>SUCCESS</return_code></xml>";
      const chunked = [Script.reply({ headers: { "Transfer-Encoding": "chunked" } }), Script.chunked(body, 7)];
      return atOnce([Script.reply({ body }), Buffer.concat(chunked)], (bytes) =>
        Effect.gen(function* () {
          const script = Script.steps(
            Script.read,
            Script.dribble(bytes, Math.ceil(bytes.byteLength / 3), 0),
            Script.leave,
          );
          yield* expectBody(bench, "in pieces", yield* answered(bench, "in pieces", script), body);
        }),
      );
    },
  },
  {
    id: "T28",
    level: "MUST",
    title: "a reply that comes before the request is read is a reply",
    says: "A front may refuse a request by its head alone.",
    needs: ["network", "body"],
    check: (bench) =>
      Effect.gen(function* () {
        const refusal = Script.send(Script.reply({ status: 413, body: "<xml>too large</xml>" }));
        const script = Script.steps(Script.readBytes(1), refusal, Script.read, Script.leave);
        const reply = yield* answered(bench, "an early reply", script, { body: new Uint8Array(6_000_000).fill(97) });
        yield* bench.check(reply.status === 413, `413 came back as ${reply.status}`);
      }),
  },
  {
    id: "T29",
    level: "MUST",
    title: "interim replies are not the reply",
    says: "102 and 103 announce; the answer is what follows. 100 is left out: it is for those who asked for it.",
    needs: ["network"],
    check: (() => {
      const interim = Buffer.from(
        "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </>; rel=preload\r\n\r\n",
      );
      const last = Script.reply({ body: "<xml>last</xml>" });
      return comesBackAs({
        "after 102 and 103": { bytes: Buffer.concat([interim, last]), status: 200, body: "<xml>last</xml>" },
      });
    })(),
  },
  {
    id: "T30",
    level: "MUST",
    title: "a whole reply is returned at once",
    says: "It ends at its length, not when the server closes the connection, which it may never do.",
    needs: ["network"],
    kin: ["T80"],
    check: (bench) =>
      Effect.gen(function* () {
        const script = Script.steps(Script.read, Script.send(Script.reply({ body: "<xml>whole</xml>" })));
        yield* expectBody(bench, "the reply", yield* answered(bench, "the reply", script), "<xml>whole</xml>");
      }),
  },
  {
    id: "T31",
    level: "MUST",
    title: "no status makes the transport post again",
    says: "503 with Retry-After is an invitation to the caller, who may be told the refund's state first.",
    needs: ["network"],
    check: (bench) =>
      atOnce([408, 425, 429, 503], (status) =>
        Effect.gen(function* () {
          const script = Script.serve(() => Script.reply({ status, headers: { "Retry-After": "0" }, body: "<xml/>" }));
          const reply = yield* answered(bench, `status ${status}`, script);
          yield* bench.check(reply.status === status, `${status} came back as ${reply.status}`);
        }),
      ),
  },
];
