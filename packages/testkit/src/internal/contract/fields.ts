/** Method and header fields: a GET beside the POST, fields of the caller's, and those of the reply. */
import * as Effect from "effect/Effect";
import type { TransportRequest } from "@wechat-refund/core/Transport";
import * as Script from "../../Script.ts";
import { header } from "../scripted/requests.ts";
import type { Bench } from "./bench.ts";
import { signature as signed } from "./calls.ts";
import type { Clause } from "./clause.ts";
import { atOnce } from "./scenario.ts";

const mine = Script.reply({ body: "{}" });
const healthy = Script.serve(() => mine);

/** Marked as ours, so that an error which quotes it is noticed. */
const signature = 'WECHATPAY2-SHA256-RSA2048 mchid="1900000109",signature="C4NARY+/=="';

const given: TransportRequest["headers"] = {
  Authorization: signature,
  accept: "application/json",
  "Wechatpay-Serial": "PUB_KEY_ID_0119000001092026",
  "USER-AGENT": "a-shop/1.0 (a test)",
  "X-Odd_~!#$%&'*+.^`|": " ",
};

interface To {
  readonly port: number;
}

/** One exchange with a server in order, and the request as it arrived. */
const arrival = Effect.fnUntraced(function* (bench: Bench, make: (to: To) => TransportRequest) {
  const server = yield* bench.serve(healthy);
  const transport = yield* bench.open();
  const request = make(server);
  yield* bench.reply(yield* bench.post(transport, request));
  const [arrived] = server.requests;
  if (arrived === undefined) return yield* bench.fail("a reply came back although no whole request had arrived");
  yield* bench.saw(server, 1);
  return { arrived, request, bytes: server.connections[0]?.bytes };
});

const own = [
  "Host",
  "content-length",
  "CONNECTION",
  "Keep-Alive",
  "Proxy-Authorization",
  "proxy-connection",
  "TE",
  "Trailer",
  "Transfer-Encoding",
  "Upgrade",
  "Expect",
  "Accept-Encoding",
];

/** Fields that cannot be written as they are, or not by a caller. */
const impossible: Readonly<Record<string, TransportRequest["headers"]>> = {
  ...Object.fromEntries(own.map((name) => [name, { [name]: "1" }])),
  "a field twice": { Authorization: signature, authorization: signature },
  "no name": { "": signature },
  "a name with a blank": { "X Y": signature },
  "a name with a colon": { "X:": signature },
  "a name with a line break": { "X\r\nY": signature },
  "a name beyond ASCII": { é: signature },
  "a value with a line break": { Authorization: `${signature}\r\nX-Injected: yes` },
  "a value with a line feed": { Authorization: `${signature}\n` },
  "a value with a null": { Authorization: `${signature}\0` },
  "a value with a delete": { Authorization: `${signature}\x7f` },
  "a value beyond ASCII": { Authorization: `${signature}é` },
  "a value beyond Latin-1": { Authorization: `${signature}退款` },
};

const repeated = `HTTP/1.1 200 OK\r
Server: one\r
WECHATPAY-Signature: ${signed["Wechatpay-Signature"]}\r
wechatpay-nonce:${signed["Wechatpay-Nonce"]}\r
Wechatpay-serial:  ${signed["Wechatpay-Serial"]} \r
Set-Cookie: a=1, 2; Path=/\r
X-Twice: first\r
Content-Length: 2\r
server: two\r
set-cookie: b=3\r
__proto__: nothing special\r
x-twice:   second \r
x-twice:\r
ETag: "1"\r
ETag: "2"\r
WechatPay-TimeStamp: ${signed["Wechatpay-Timestamp"]}\r
\r
{}`;

const joined: ReadonlyArray<readonly [name: string, value: string]> = [
  ["server", "one, two"],
  ...Object.entries(signed).map(([name, value]) => [name.toLowerCase(), value] as const),
  ["set-cookie", "a=1, 2; Path=/, b=3"],
  ["x-twice", "first, second, "],
  ["__proto__", "nothing special"],
  ["etag", '"1", "2"'],
];

export const fields: ReadonlyArray<Clause> = [
  {
    id: "T98",
    level: "MUST",
    title: "method and header fields arrive as they were given",
    says: "Both may be under the request's signature: each field once, with its value, and none replaced by the transport's own.",
    needs: ["network"],
    check: (bench) =>
      atOnce([(to: To) => bench.get(to, given), (to: To) => bench.request(to, { headers: given })], (make) =>
        Effect.gen(function* () {
          const {
            arrived,
            request: { method },
          } = yield* arrival(bench, make);
          yield* bench.check(arrived.method === method, `a ${method} arrived as ${arrived.method}`);
          for (const [name, value] of Object.entries(given)) {
            const values = arrived.headers.flatMap(([other, came]) => (other === name.toLowerCase() ? [came] : []));
            yield* bench.check(
              values.length === 1 && values[0] === value.trim(),
              `${name} of a ${method} arrived ${values.length} times, or with another value`,
            );
          }
        }),
      ),
  },
  {
    id: "T99",
    level: "MUST",
    title: "a GET has no body and no length",
    says: "Its signature is over an empty body, and what follows its head would be read as another request.",
    needs: ["network"],
    check: (bench) =>
      Effect.gen(function* () {
        const { arrived, bytes } = yield* arrival(bench, (to) => bench.get(to, given));
        const framing = ["content-length", "transfer-encoding"].filter((name) => header(arrived, name) !== undefined);
        yield* bench.check(framing.length === 0, `a GET was sent with ${framing.join(", ")}`);
        yield* bench.check(arrived.body.byteLength === 0, `a GET was sent with ${arrived.body.byteLength} bytes`);
        yield* bench.check(bytes !== undefined, "nothing is known of the connection");
      }),
  },
  {
    id: "T100",
    level: "MUST",
    title: "fields that frame the message, or cannot be written, are refused",
    says: "Not sent, and with a message that shows no value: what ends a message is the transport's alone, and a field is never dropped, cut or written otherwise.",
    needs: ["network"],
    check: (bench) =>
      Effect.gen(function* () {
        const server = yield* bench.serve(healthy);
        const transport = yield* bench.open();
        for (const [what, headers] of Object.entries(impossible)) {
          for (const request of [bench.get(server, headers), bench.request(server, { headers })]) {
            const end = yield* bench.post(transport, request);
            yield* bench.failure(end, "no", ["Unusable"], `a ${request.method} with ${what}`);
          }
        }
        const body = new TextEncoder().encode("{}");
        const end = yield* bench.post(transport, { ...bench.get(server), body });
        yield* bench.failure(end, "no", ["Unusable"], "a GET with a body");
        yield* bench.check(bench.leaks.length === 0, "a message shows the value of a field");
        yield* bench.saw(server, 0);
      }),
  },
  {
    id: "T101",
    level: "MUST",
    title: "the reply's header fields come back in lower case, repeated ones joined",
    says: "By all transports alike, so that a signature in them can be checked; a name that did not come is absent, whatever the name.",
    needs: ["network"],
    check: (bench) =>
      Effect.gen(function* () {
        const server = yield* bench.serve(Script.steps(Script.read, Script.send(repeated), Script.leave));
        const transport = yield* bench.open();
        const { headers } = yield* bench.reply(yield* bench.post(transport, bench.get(server)));
        for (const [name, value] of joined) {
          const came: unknown = Object.getOwnPropertyDescriptor(headers, name)?.value;
          yield* bench.check(came === value, `${name} came back as ${String(came)} and not as ${value}`);
        }
        const upper = Object.keys(headers).filter((name) => name !== name.toLowerCase());
        yield* bench.check(upper.length === 0, `these names are not in lower case: ${upper.join(", ")}`);
        yield* bench.check(headers["constructor"] === undefined, "constructor came back although it did not come");
      }),
  },
  {
    id: "T102",
    level: "MUST",
    title: "a kept connection that ends on a GET causes one request",
    says: "Clients like to repeat a GET, as it changes nothing: how often somebody asks is for the caller to say.",
    fault: "F48",
    needs: ["network", "pooled"],
    check: (bench) =>
      atOnce([Script.end, Script.reset], (last) =>
        Effect.gen(function* () {
          const twice = Script.steps(Script.read, Script.send(mine), Script.read, last);
          const server = yield* bench.serve([twice[0], ...healthy]);
          const transport = yield* bench.open();
          yield* bench.reply(yield* bench.post(transport, bench.get(server)));
          const end = yield* bench.post(transport, bench.get(server));
          yield* bench.saw(server, 2);
          const reused = server.connections.length === 1;
          if (reused) yield* bench.failure(end, "maybe", ["ConnectionLost"], `the GET that ended with ${last.do}`);
        }),
      ),
  },
];
