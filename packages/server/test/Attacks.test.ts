/** What comes from somebody who means no good: nothing gets in, nothing grows, and the others are served. */
import { connect } from "node:net";
import { it } from "@effect/vitest";
import { Effect } from "effect";
import { describe, expect } from "vitest";
import { apiKeys, ask as request, raw, refundOf, start } from "./support/service.ts";

const recordOnly = { durable: { worker: false as const } };

describe("bodies", () => {
  it.live("are refused beyond 1 MiB, told or not, and no more is read", () =>
    Effect.gen(function* () {
      const { api, ask, token } = yield* start(recordOnly);
      const mine = yield* token({ name: "mine" });
      const { hostname, port } = new URL(api);
      /** Sends a body for as long as it is taken; what was answered, and how many bytes had been taken by then. */
      const send = (authorization: string, framing: string, chunk: string) =>
        Effect.promise(
          () =>
            new Promise<{ readonly answer: string; readonly sent: number }>((resolve) => {
              const socket = connect(Number(port), hostname);
              let answer = "";
              let open = true;
              socket.on("data", (bytes: Buffer) => {
                answer += bytes.toString();
                // The problem document is whole.
                if (answer.endsWith("}")) socket.destroy();
              });
              socket.on("error", () => undefined);
              socket.on("close", () => {
                open = false;
                resolve({ answer, sent: socket.bytesWritten });
              });
              socket.write(
                `POST /v1/refunds HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\ncontent-type: application/json\r\n${framing}\r\n\r\n`,
              );
              const more = (): void => {
                if (!open || answer !== "" || socket.bytesWritten > 10 * 1024 * 1024) return;
                if (socket.write(chunk)) setImmediate(more);
                else socket.once("drain", more);
              };
              if (chunk !== "") more();
            }),
        );
      const size = 64 * 1024;
      const chunk = `${size.toString(16)}\r\n${" ".repeat(size)}\r\n`;
      const bearer = `Bearer ${mine}`;
      const told = yield* send(bearer, `content-length: ${10 * 1024 * 1024}`, "");
      expect(told.answer).toMatch(/^HTTP\/1\.1 413 [\s\S]*"code":"too-large"/);
      const chunked = yield* send(bearer, "transfer-encoding: chunked", chunk);
      expect(chunked.answer).toMatch(/^HTTP\/1\.1 413 /);
      expect(chunked.sent).toBeLessThan(8 * 1024 * 1024);
      // Without a token it is not even looked at.
      const nobody = yield* send("Bearer x", "transfer-encoding: chunked", chunk);
      expect(nobody.answer).toMatch(/^HTTP\/1\.1 401 /);
      expect(nobody.sent).toBeLessThan(8 * 1024 * 1024);
      expect((yield* ask("GET", "/v1/refunds")).status).toBe(200);
    }),
  );

  it.live("of any depth and shape are answered, and repeat nothing of what they hold", () =>
    Effect.gen(function* () {
      const { ask, logged } = yield* start(recordOnly);
      const deep = (depth: number, open = "[", close = "]") => `${open.repeat(depth)}1${close.repeat(depth)}`;
      const secret = apiKeys[0];
      const good = refundOf(1);
      const bodies: ReadonlyArray<string> = [
        deep(400_000),
        deep(100_000, '{"a":', "}"),
        JSON.stringify(good).replace("30", deep(200_000)),
        JSON.stringify(good).replace('"R-1"', deep(200_000)),
        JSON.stringify({ ...good, refundDesc: secret, totalFee: secret, outRefundNo: `${secret} ` }),
        JSON.stringify({ ...good, refundDesc: "\u0000", reason: "\uD800" }),
        JSON.stringify(good).replace("{", '{"__proto__":{"merchant":"kiosk"},"constructor":1,"toString":2,'),
        JSON.stringify({ ...good, goodsDetail: Array.from({ length: 20_000 }, () => ({})) }),
        JSON.stringify({ ...good, ...Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [`x${n}`, 1])) }),
        JSON.stringify({ ...good, [`a\r\nset-cookie: x=1`]: 1 }),
        JSON.stringify({ ...good, ["refundFee".repeat(100_000)]: 1 }),
        '{"a":1,"a":'.repeat(80_000) + "1" + "}".repeat(80_000),
        `{${'"a":1,'.repeat(150_000)}"a":1}`,
        JSON.stringify({ ...good, order: Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [`x.${n}`, 1])) }),
      ];
      for (const body of bodies) {
        const at = process.cpuUsage();
        const { headers, status, text } = yield* ask("POST", "/v1/refunds", { body });
        const { system, user } = process.cpuUsage(at);
        expect((user + system) / 1e6, body.slice(0, 60)).toBeLessThan(3);
        expect([400, 422], `${status} ${body.slice(0, 60)}`).toContain(status);
        expect(text).not.toContain(secret);
        expect(text.length).toBeLessThan(200_000);
        expect(headers["set-cookie"]).toBeUndefined();
      }
      expect((yield* ask("GET", "/v1/refunds")).body).toEqual({ refunds: [] });
      expect(logged.join("")).not.toContain(secret);
      expect(logged.filter((line) => line.includes("defect"))).toEqual([]);
    }),
  );
});

describe("slow clients", () => {
  it.live(
    "are cut, and hold up nobody",
    () =>
      Effect.gen(function* () {
        const { api, ask } = yield* start(recordOnly);
        const { hostname, port } = new URL(api);
        const start_ = Date.now();
        const drip = (head: string) =>
          new Promise<string>((resolve) => {
            const socket = connect(Number(port), hostname);
            let text = "";
            const timer = setInterval(() => socket.write("x"), 200);
            socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
            socket.on("error", () => undefined);
            socket.on("close", () => {
              clearInterval(timer);
              resolve(text);
            });
            socket.write(head);
          });
        const headers = Array.from({ length: 200 }, () => drip("GET /v1/refunds HTTP/1.1\r\nhost: x\r\nx-slow: "));
        for (let n = 0; n < 20; n++) expect((yield* ask("GET", "/v1/refunds")).status).toBe(200);
        const answers = yield* Effect.promise(() => Promise.all(headers));
        expect(Date.now() - start_).toBeLessThan(30_000);
        for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*application\/problem\+json/);
      }),
    60_000,
  );
});

describe("addresses", () => {
  it.live("are taken as they are written, and lead nowhere else", () =>
    Effect.gen(function* () {
      const { api, ask } = yield* start(recordOnly);
      yield* ask("POST", "/v1/refunds", { body: refundOf(1) });
      for (const path of [
        "/v1//refunds/shop/R-1",
        "//v1/refunds/shop/R-1",
        "/V1/refunds/shop/R-1",
        "/v1/refunds/shop/R-1/",
        "/v1/refunds/kiosk/../shop/R-1",
        "/v1/refunds/kiosk/%2e%2e/shop/R-1",
        "/v1/refunds/kiosk/..%2Fshop%2FR-1",
        "/v1/refunds/shop%2FR-1",
        "/v1/refunds/shop/R-1%00",
        "/v1/refunds/shop/R-1%0d%0aset-cookie:x=1",
        "/v1/refunds/shop/%c0%ae",
        `/v1/refunds/shop/${"R".repeat(65)}`,
        `/v1/refunds/shop/${"%41".repeat(3000)}`,
        "/notices/shop",
        "/../../etc/passwd",
        "/openapi.json/../metrics",
      ]) {
        const { headers, status } = yield* ask("GET", path);
        expect(status, path).toBe(404);
        expect(headers["set-cookie"]).toBeUndefined();
      }
      const target = yield* Effect.promise(() =>
        raw(api, `GET http://elsewhere/v1/refunds/shop/R-1 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`),
      );
      expect(target).toMatch(/^HTTP\/1\.1 401 /);
      // One method may not stand for another.
      for (const header of ["x-http-method-override", "x-method-override"]) {
        const { status } = yield* ask("GET", "/v1/refunds/shop/R-1/cancel", { headers: { [header]: "POST" } });
        expect(status).toBe(405);
      }
      expect((yield* ask("GET", "/v1/refunds/shop/R-1?_method=POST")).status).toBe(422);
    }),
  );

  it.live("that are no HTTP are answered with a problem document and closed", () =>
    Effect.gen(function* () {
      const { api, ask } = yield* start(recordOnly);
      const cases: ReadonlyArray<readonly [string, string]> = [
        ["GET / HTTP/1.1\r\nx: \u0001\r\n\r\n", "400"],
        ["nonsense\r\n\r\n", "400"],
        ["GET /v1/refunds HTTP/1.1\r\n\r\n", "400"],
        [`GET /v1/refunds HTTP/1.1\r\nhost: x\r\nx: ${"a".repeat(20_000)}\r\n\r\n`, "431"],
        [
          "POST /v1/refunds HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
          "400",
        ],
        ["GET /v1/refunds HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n", "401"],
        ["GET /v1/refunds HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n", "401"],
        ["POST /v1/refunds HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nxxxxxx", "400"],
      ];
      for (const [bytes, status] of cases) {
        const answer = yield* Effect.promise(() => raw(api, bytes));
        expect(answer.split(" ")[1], bytes.slice(0, 80)).toBe(status);
      }
      // Node itself answers this one.
      const unnamed = yield* Effect.promise(() => raw(api, "GET /v1/refunds HTTP/1.1\r\n\r\n"));
      expect(unnamed).toMatch(/^HTTP\/1\.1 400 [\s\S]*\r\n\r\n(?:0\r\n\r\n)?$/);
      expect((yield* ask("GET", "/v1/refunds")).status).toBe(200);
    }),
  );

  it.live("that are no HTTP are no answer to the request before them, which is being done", () =>
    Effect.gen(function* () {
      const { api, ask, token } = yield* start(recordOnly);
      const mine = yield* token({ rights: ["write"] });
      const post = (n: number, body = JSON.stringify(refundOf(n))) =>
        `POST /v1/refunds HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${mine}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
      const broken = `POST /v1/refunds HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${mine}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\nxyz\r\n`;
      const answers = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
      for (const [bytes, statuses] of [
        [`${post(1)}}`, ["202"]],
        [`${post(2)}nonsense\r\n\r\n`, ["202"]],
        [`${post(3)}${post(4)}GET / HTTP/1.1\r\nx: \u0001\r\n\r\n`, ["202", "202"]],
        // What is broken itself is told so.
        [broken, ["400"]],
      ] as const) {
        const answer = yield* Effect.promise(() => raw(api, bytes));
        expect([bytes.slice(-30), answers(answer)]).toEqual([bytes.slice(-30), statuses]);
      }
      // After one that is done the broken one may be told or not; the first answer is the first request's.
      expect(answers(yield* Effect.promise(() => raw(api, `${post(5)}${broken}`)))[0]).toBe("202");
      for (const n of [1, 2, 3, 4, 5]) expect((yield* ask("GET", `/v1/refunds/shop/R-${n}`)).status).toBe(200);
    }),
  );

  it.live("that are no HTTP pile nothing up behind the answer that is waited for, however many pieces come", () =>
    Effect.gen(function* () {
      const { api, token } = yield* start(recordOnly);
      const mine = yield* token({ rights: ["read"] });
      const warnings: Array<string> = [];
      const onWarning = ({ message }: Error) => warnings.push(message);
      process.on("warning", onWarning);
      yield* Effect.addFinalizer(() => Effect.sync(() => process.off("warning", onWarning)));
      const { hostname, port } = new URL(api);
      const answer = yield* Effect.promise(
        () =>
          new Promise<string>((resolve) => {
            const socket = connect(Number(port), hostname);
            let text = "";
            const piece = setInterval(() => socket.write("nonsense\r\n\r\n"), 20);
            socket.on("data", (bytes: Buffer) => (text += bytes.toString()));
            socket.on("error", () => undefined);
            socket.on("close", () => {
              clearInterval(piece);
              resolve(text);
            });
            socket.write(`GET /v1/events?after=0&wait=2 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${mine}\r\n\r\n`);
          }),
      );
      expect([...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(["200"]);
      expect(warnings).toEqual([]);
    }),
  );
});

describe("a service without tokens", () => {
  it.live("is for this machine alone, also against pages that a browser on it shows", () =>
    Effect.gen(function* () {
      const { api, ask } = yield* start({ ...recordOnly, service: { tokens: "none" } });
      const { port } = new URL(api);
      const as = (headers: Readonly<Record<string, string>>, method = "GET", body?: unknown) =>
        Effect.map(ask(method, "/v1/refunds", { token: undefined, headers, body }), ({ status }) => status);
      for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, "localhost", `LOCALHOST:${port}`]) {
        expect(yield* as({ host }), host).toBe(200);
      }
      for (const host of [
        "evil.example",
        `evil.example:${port}`,
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "localhost@evil.example",
        "0.0.0.0",
        "10.0.0.1",
      ]) {
        expect(yield* as({ host }), host).toBe(421);
        expect(yield* as({ host }, "POST", refundOf(1)), host).toBe(421);
      }
      expect(yield* as({ host: `localhost:${port}`, origin: "http://evil.example" }, "POST", refundOf(1))).toBe(421);
      expect(yield* as({ host: `localhost:${port}`, origin: "null" }, "POST", refundOf(1))).toBe(421);
      // What a form of another site can send is not JSON.
      expect(yield* as({ "content-type": "text/plain" }, "POST", JSON.stringify(refundOf(1)))).toBe(415);
      expect(yield* as({ host: `localhost:${port}`, origin: `http://localhost:${port}` }, "POST", refundOf(1))).toBe(
        202,
      );
      const options = yield* Effect.promise(() =>
        request(api, "OPTIONS", "/v1/refunds", { headers: { origin: "http://evil.example" } }),
      );
      expect(options.status).toBe(405);
      expect(Object.keys(options.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
    }),
  );
});

it.live("tells nobody what is secret: not in answers, metrics or the log", () =>
  Effect.gen(function* () {
    const { ask, logged, token } = yield* start();
    const mine = yield* token({ name: "mine" });
    const texts: Array<string> = [];
    const see = (method: string, path: string, body?: unknown) =>
      Effect.map(
        ask(method, path, { token: mine, body }),
        ({ headers, text }) => void texts.push(text, JSON.stringify(headers)),
      );
    yield* see("POST", "/v1/refunds", refundOf(1));
    yield* see("POST", "/v1/refunds", refundOf(1, { refundFee: 31 }));
    yield* see("POST", "/v1/refunds", "{");
    yield* see("POST", "/v1/refunds/shop/R-1/go-on", { reason: "x" });
    yield* see("GET", "/v1/refunds/shop/R-1");
    yield* see("GET", "/v1/events");
    yield* see("GET", "/metrics");
    yield* see("GET", "/nothing?token=x");
    const all = [...texts, ...logged].join("\n");
    for (const secret of [...apiKeys, mine, mine.slice(3)]) expect(all).not.toContain(secret);
  }),
);
