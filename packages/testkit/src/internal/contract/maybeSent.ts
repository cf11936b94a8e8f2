/** Maybe sent: the request may have left, and no whole reply came back. The server sees one request, and never a second one. */
import * as Effect from "effect/Effect";
import * as Script from "../../Script.ts";
import type { Clause } from "./clause.ts";
import { fails, type Scenario } from "./scenario.ts";

const after = (...steps: ReadonlyArray<Script.Step>): Scenario => ({ script: Script.steps(Script.read, ...steps) });
const cutShort = (
  bytes: Uint8Array | string,
  ...ends: ReadonlyArray<Script.Step>
): Readonly<Record<string, Scenario>> =>
  Object.fromEntries(ends.map((end) => [end.do, after(Script.send(bytes), end)]));

const body = "<xml><return_code>SUCCESS</return_code></xml>";
const whole = Script.reply({ body });
const head = whole.subarray(0, whole.byteLength - body.length);
const chunkedHead = Script.reply({ headers: { "Transfer-Encoding": "chunked" } });
const join = (...parts: ReadonlyArray<Uint8Array | string>): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : part)));

const broken = (bytes: Uint8Array | string) => after(Script.send(bytes), Script.leave);
const limit = 4_096;

export const maybeSent: ReadonlyArray<Clause> = [
  fails({
    id: "T60",
    title: "reset after a part of the request",
    says: "What was written and what was read are two things: a part of a request may be enough for a gateway that reads as it comes.",
    fault: "F24",
    needs: ["body"],
    sent: "maybe",
    reasons: ["ConnectionLost"],
    scenarios: () => ({
      "within a long body": {
        script: Script.steps(Script.readBytes(1_000), Script.reset),
        request: { body: new Uint8Array(6_000_000).fill(97) },
      },
    }),
  }),
  fails({
    id: "T61",
    title: "reset after the whole request",
    says: "The server has read all of it. A reset does not say that it did nothing.",
    fault: "F25",
    sent: "maybe",
    reasons: ["ConnectionLost"],
    scenarios: () => ({ reset: after(Script.reset) }),
  }),
  fails({
    id: "T62",
    title: "closed after the whole request",
    says: "A close in order without a reply, as of a server that is being restarted. It is not posted again either.",
    fault: "F26",
    sent: "maybe",
    reasons: ["ConnectionLost"],
    kin: ["T63"],
    scenarios: () => ({ closed: after(Script.end) }),
  }),
  fails({
    id: "T63",
    title: "cut off after the whole request",
    says: "Without TLS's own goodbye the end may be anybody's.",
    fault: "F27",
    sent: "maybe",
    reasons: ["ConnectionLost"],
    kin: ["T62"],
    scenarios: () => ({ cut: after(Script.cut) }),
  }),
  fails({
    id: "T64",
    title: "no reply",
    says: "The time limit for the exchange says nothing of the request's fate.",
    fault: "F28",
    sent: "maybe",
    reasons: ["TimedOut"],
    scenarios: () => ({ silence: { ...after(), settings: { exchangeTimeout: "80 millis" } } }),
  }),
  fails({
    id: "T65",
    title: "a part of the status line",
    says: "A status that may have been cut is none.",
    fault: "F29",
    sent: "maybe",
    reasons: ["ConnectionLost"],
    scenarios: () => cutShort("HTTP/1.1 200 O", Script.end, Script.cut),
  }),
  fails({
    id: "T66",
    title: "the head of a reply, then silence",
    says: "The limit is for the whole reply; it does not end with the status line.",
    fault: "F30",
    sent: "maybe",
    reasons: ["TimedOut"],
    scenarios: () => ({ silence: { ...after(Script.send(head)), settings: { exchangeTimeout: "80 millis" } } }),
  }),
  fails({
    id: "T67",
    title: "a body shorter than its length",
    says: "Status 200 and half a body is no reply: the half that is missing may say that it failed.",
    fault: "F31",
    sent: "maybe",
    reasons: ["ConnectionLost"],
    scenarios: () => ({
      "head only, closed": after(Script.send(head), Script.end),
      "cut short, closed": after(Script.send(whole.subarray(0, whole.byteLength - 6)), Script.end),
      "cut short, cut off": after(Script.send(whole.subarray(0, whole.byteLength - 1)), Script.cut),
      "cut short, reset": after(Script.send(whole.subarray(0, whole.byteLength - 6)), Script.reset),
    }),
  }),
  fails({
    id: "T68",
    title: "a chunked body cut short",
    says: "Without the last chunk it is not whole, however well it ends.",
    fault: "F33",
    sent: "maybe",
    reasons: ["ConnectionLost"],
    scenarios: () => {
      const chunks = Script.chunked(body, 9);
      return cutShort(join(chunkedHead, chunks.subarray(0, chunks.byteLength - 5)), Script.end, Script.cut);
    },
  }),
  fails({
    id: "T69",
    title: "a chunk of impossible size",
    says: "What stands before it is not a reply.",
    fault: "F34",
    sent: "maybe",
    reasons: ["ConnectionLost"],
    scenarios: () => ({ "no size": broken(join(chunkedHead, "5\r\n<xml>\r\nzz\r\n</xml>\r\n0\r\n\r\n")) }),
  }),
  fails({
    id: "T70",
    title: "Content-Length and chunked at once",
    says: "Two readings of one reply is how replies are smuggled; neither is taken.",
    fault: "F35",
    sent: "maybe",
    reasons: ["ConnectionLost"],
    scenarios: () => ({
      both: broken(
        join(
          Script.reply({ headers: { "Content-Length": "5", "Transfer-Encoding": "chunked" } }),
          Script.chunked(body, 99),
        ),
      ),
    }),
  }),
  fails({
    id: "T71",
    title: "two Content-Lengths",
    says: "The body has one length or is not whole.",
    fault: "F36",
    sent: "maybe",
    reasons: ["ConnectionLost"],
    scenarios: () => ({
      two: broken(Script.reply({ headers: { "Content-Length": ["5", String(body.length)] }, body })),
    }),
  }),
  fails({
    id: "T72",
    title: "what comes back is not HTTP",
    says: "Somebody answered a request that may have been read.",
    fault: "F38",
    sent: "maybe",
    reasons: ["ConnectionLost"],
    scenarios: () => ({ "XML only": broken(body), bytes: broken(Uint8Array.from([0, 1, 2, 3, 255, 254])) }),
  }),
  fails({
    id: "T73",
    title: "a head without measure",
    says: "200 KB of one field, or 5 000 fields, are not read to the end.",
    fault: "F39",
    sent: "maybe",
    reasons: ["ReplyTooLarge", "ConnectionLost"],
    scenarios: () => ({
      "one field of 200 KB": broken(Script.reply({ headers: { "X-Big": "a".repeat(200_000) }, body })),
      "5 000 fields": broken(
        Script.reply({
          headers: Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`X-${index}`, "a"])),
          body,
        }),
      ),
    }),
  }),
  fails({
    id: "T74",
    title: "a reply that drips",
    says: "The limit is a total: a byte now and then, in head or body, or interim replies without end, do not renew it.",
    fault: "F40",
    sent: "maybe",
    reasons: ["TimedOut", "ConnectionLost"],
    scenarios: () => {
      const settings = { exchangeTimeout: "400 millis" } as const;
      const interim = "HTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\n";
      return {
        body: { ...after(Script.send(head), Script.dribble(body, 50, 20), Script.leave), settings },
        head: { ...after(Script.dribble(head, 50, 20), Script.send(body), Script.leave), settings },
        "interim replies": {
          ...after(Script.dribble(interim.repeat(50), 50, 20), Script.send(whole), Script.leave),
          settings,
        },
      };
    },
  }),
  fails({
    id: "T75",
    title: "a body larger than the limit",
    says: "Announced or without end, it is given up at the limit and not read to its end.",
    fault: "F41",
    sent: "maybe",
    reasons: ["ReplyTooLarge"],
    scenarios: () => ({
      announced: {
        ...after(Script.send(Script.reply({ body: new Uint8Array(limit + 1) })), Script.leave),
        settings: { maxReplyBytes: limit },
      },
      "without end": {
        ...after(Script.send(Script.reply({ length: false })), Script.flood(new Uint8Array(limit))),
        settings: { maxReplyBytes: limit },
      },
    }),
  }),
  {
    id: "T76",
    level: "MUST",
    title: "a body of exactly the limit is a reply",
    says: "The limit is the largest body that is read.",
    needs: ["network"],
    check: (bench) =>
      Effect.gen(function* () {
        const server = yield* bench.serve(Script.serve(() => Script.reply({ body: new Uint8Array(limit).fill(97) })));
        const transport = yield* bench.open({ maxReplyBytes: limit });
        const reply = yield* bench.reply(yield* bench.post(transport, bench.request(server)));
        yield* bench.check(reply.body.byteLength === limit, `the body has ${reply.body.byteLength} bytes`);
      }),
  },
  fails({
    id: "T77",
    title: "101 Switching Protocols",
    says: "It is no final reply, and what follows is not HTTP.",
    fault: "F44",
    sent: "maybe",
    reasons: ["ConnectionLost"],
    scenarios: () => ({
      "101": broken(
        Script.reply({
          status: 101,
          headers: { Connection: "Upgrade", Upgrade: "websocket", "Content-Type": "" },
        }),
      ),
    }),
  }),
  {
    id: "T78",
    level: "SHOULD",
    title: "a whole reply is taken although the limit has passed meanwhile",
    says: "When the event loop was blocked past the limit, the reply may lie in the buffer: throwing it away turns an answer into an unknown.",
    fault: "F53",
    needs: ["network"],
    alone: true,
    check: (bench) =>
      Effect.gen(function* () {
        const server = yield* bench.serve(
          Script.steps(Script.read, Script.send(whole), Script.block(600), Script.leave),
        );
        const transport = yield* bench.open({ exchangeTimeout: "400 millis" });
        yield* bench.reply(yield* bench.post(transport, bench.request(server)));
      }),
  },
];
