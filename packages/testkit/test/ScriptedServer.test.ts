/** The scripted server itself, seen by a bare TLS client: that it does what the script says, and records what came. */
import { connect as connectTcp } from "node:net";
import { Duplex } from "node:stream";
import * as tls from "node:tls";
import { describe, expect, it } from "@effect/vitest";
import { Script, ScriptedProxy, ScriptedServer, TestIdentities } from "@wechat-refund/testkit";
import { Effect, Fiber } from "effect";

const identities = TestIdentities.make();
const version = ["TLSv1.2", "TLSv1.3"] as const;

const serve = (script: Script.Script, options: Partial<ScriptedServer.Options> = {}) =>
  ScriptedServer.make({ script, identity: identities.server, clientCa: identities.ca, ...options });

interface Heard {
  /** Became secure before it ended. */
  readonly secure: boolean;
  readonly text: string;
  /** The code of the error it ended with; `end` for an end in order. */
  readonly ended: string;
}

const request = "POST /a?b=1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\nX-Two: 1\r\nX-Two: 2\r\n\r\n<xml/>";

/** Connects, writes when it is secure, and listens until the connection ends. */
const talk = (port: number, text = request, options: tls.ConnectionOptions = {}) =>
  Effect.callback<Heard>((resume) => {
    const { certificatePem: cert, privateKeyPem: key } = identities.merchantA;
    const socket = tls.connect({
      port,
      host: "127.0.0.1",
      servername: "localhost",
      ca: identities.ca,
      cert,
      key,
      ...options,
    });
    const heard = { secure: false, text: "", ended: "end" };
    socket.on("secureConnect", () => {
      heard.secure = true;
      socket.write(text);
    });
    socket.on("data", (chunk: Buffer) => (heard.text += chunk.toString("latin1")));
    socket.on("error", (error) => (heard.ended = (error as { readonly code?: string }).code ?? error.message));
    socket.on("close", () => resume(Effect.succeed(heard)));
    return Effect.sync(() => socket.destroy());
  });

it.live("tells the client's common name as it is, also one with signs that names are written with", () =>
  Effect.gen(function* () {
    const { ca, merchantA, server: identity } = TestIdentities.make({ merchantA: "a, b+c=d" });
    const server = yield* serve(Script.steps(Script.read, Script.end), { identity, clientCa: ca });
    yield* talk(server.port, request, { ca, cert: merchantA.certificatePem, key: merchantA.privateKeyPem });
    expect(server.connections.map(({ client }) => client)).toEqual(["a, b+c=d"]);
  }),
);

describe.each(version)("handshakes, %s", (version) => {
  it.live.each([
    ["close", { kind: "close" }, "ECONNRESET"],
    ["reset", { kind: "reset" }, "ECONNRESET"],
    ["reset after hello", { kind: "reset-after-hello" }, "ECONNRESET"],
    ["plain", { kind: "plain", bytes: Script.reply() }, "ERR_SSL_WRONG_VERSION_NUMBER"],
  ] as const)("%s", ([_name, handshake, code]) =>
    Effect.gen(function* () {
      const server = yield* serve(Script.handshake(handshake), { version });
      expect(yield* talk(server.port)).toEqual({ secure: false, text: "", ended: code });
      yield* server.settled;
      expect(server.connections).toMatchObject([{ secure: false, begun: 0, bytes: 0, open: false }]);
    }),
  );

  it.live("gate: complete when it is opened, not before", () =>
    Effect.gen(function* () {
      const { steps } = Script.steps(Script.read, Script.send("late"), Script.end)[0];
      const server = yield* serve([{ handshake: { kind: "gate", gate: "go" }, steps }], { version });
      const talking = yield* Effect.forkChild(talk(server.port));
      yield* server.until(({ connections }) => connections.length === 1);
      yield* server.settled;
      expect(server.connections[0]?.secure).toBe(false);
      yield* server.openGate("go");
      expect(yield* Fiber.join(talking)).toEqual({ secure: true, text: "late", ended: "end" });
    }),
  );

  it.live.each(Object.keys(Script.alerts) as ReadonlyArray<Script.Alert>)("refuse with %s", (alert) =>
    Effect.gen(function* () {
      const server = yield* serve(Script.handshake({ kind: "refuse", alert }), { version });
      const heard = yield* talk(server.port);
      expect(heard.ended).toMatch(new RegExp(`ALERT_${alert.toUpperCase()}$`));
      expect(heard.secure).toBe(version === "TLSv1.3");
      expect(server.begun).toBe(0);
    }),
  );

  it.live("a certificate that is required is missed", () =>
    Effect.gen(function* () {
      const server = yield* serve(Script.steps(), { version, clientCertificate: "required" });
      const heard = yield* talk(server.port, request, { cert: undefined, key: undefined });
      expect(heard.ended).toMatch(/ALERT_(HANDSHAKE_FAILURE|CERTIFICATE_REQUIRED)$/);
    }),
  );

  it.live("records who came, and that a session was resumed", () =>
    Effect.gen(function* () {
      const server = yield* serve(Script.steps(Script.read, Script.send("ok"), Script.end), { version });
      let session: Buffer | undefined;
      yield* Effect.callback<void>((resume) => {
        const { certificatePem: cert, privateKeyPem: key } = identities.merchantB;
        const socket = tls.connect({
          port: server.port,
          host: "localhost",
          servername: "localhost",
          ca: identities.ca,
          cert,
          key,
        });
        socket.on("session", (fresh) => (session = fresh));
        socket.on("secureConnect", () => socket.write(request));
        socket.resume().on("close", () => resume(Effect.void));
      });
      yield* talk(server.port, request, { session });
      expect(server.connections.map(({ client, resumed }) => [client, resumed])).toEqual([
        ["1900000110", false],
        ["1900000110", true],
      ]);
      expect(server.connections[0]?.serverName).toBe("localhost");
    }),
  );
});

describe("steps", () => {
  it.live("a request is recorded as it came", () =>
    Effect.gen(function* () {
      const server = yield* serve(Script.serve(({ body }) => Script.reply({ body })));
      yield* talk(server.port, request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
      const [{ method, target, headers, body } = { method: "", target: "", headers: [], body: new Uint8Array() }] =
        server.requests;
      expect([method, target, Buffer.from(body).toString()]).toEqual(["POST", "/a?b=1", "<xml/>"]);
      expect(headers.filter(([name]) => name === "x-two").map(([, value]) => value)).toEqual(["1", "2"]);
      yield* server.until(({ open }) => open === 0);
      expect([server.begun, server.open, server.connections[0]?.bytes]).toEqual([1, 0, request.length + 19]);
    }),
  );

  it.live("a chunked request and two in one packet are taken apart", () =>
    Effect.gen(function* () {
      const server = yield* serve(Script.steps(Script.read, Script.read, Script.end));
      const chunked = "POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n<xm\r\n3\r\nl/>\r\n0\r\n\r\n";
      yield* talk(server.port, chunked + request);
      expect(server.requests.map(({ target, body }) => [target, Buffer.from(body).toString()])).toEqual([
        ["/c", "<xml/>"],
        ["/a?b=1", "<xml/>"],
      ]);
    }),
  );

  it.live("a part of a request is begun and not whole", () =>
    Effect.gen(function* () {
      const server = yield* serve(Script.steps(Script.readBytes(10), Script.end));
      yield* talk(server.port, request.slice(0, 20));
      expect([server.begun, server.requests.length, server.connections[0]?.bytes]).toEqual([1, 0, 20]);
    }),
  );

  it.live.each([
    ["end", Script.end, "end"],
    ["cut", Script.cut, "end"],
    ["reset", Script.reset, "ECONNRESET"],
  ] as const)("%s", ([_name, last, ended]) =>
    Effect.gen(function* () {
      const server = yield* serve(Script.steps(Script.read, last));
      expect(yield* talk(server.port)).toEqual({ secure: true, text: "", ended });
    }),
  );

  it.live("cut sends no close_notify, end does", () =>
    Effect.gen(function* () {
      // The last record a client without TLS of its own would see: an alert, or the data before it.
      const lastRecord = (last: Script.Step) =>
        Effect.gen(function* () {
          const server = yield* serve(Script.steps(Script.read, Script.send("ok"), last), { version: "TLSv1.2" });
          const bytes = yield* Effect.callback<Buffer>((resume) => {
            const chunks: Array<Buffer> = [];
            const raw = connectTcp(server.port, "127.0.0.1");
            const socket = new Duplex({
              read: () => {},
              write: (chunk, _encoding, done) => void raw.write(chunk, done),
            });
            raw.on("data", (chunk) => {
              chunks.push(chunk);
              socket.push(chunk);
            });
            raw.on("end", () => resume(Effect.succeed(Buffer.concat(chunks))));
            const secure = tls.connect({ socket, servername: "localhost", ca: identities.ca, maxVersion: "TLSv1.2" });
            secure.on("secureConnect", () => secure.write(request));
            secure.on("error", () => {});
          });
          let kind: number | undefined;
          for (let at = 0; at + 5 <= bytes.byteLength; at += 5 + bytes.readUInt16BE(at + 3)) kind = bytes[at];
          return kind;
        });
      expect(yield* lastRecord(Script.end)).toBe(21);
      expect(yield* lastRecord(Script.cut)).toBe(23);
    }),
  );

  it.live("flood and dribble end with the connection", () =>
    Effect.gen(function* () {
      const flood = yield* serve(Script.steps(Script.read, Script.flood("x".repeat(1_000))));
      const socket = tls.connect({ port: flood.port, host: "localhost", ca: identities.ca });
      socket.on("error", () => {});
      socket.write(request);
      let bytes = 0;
      yield* Effect.callback<void>((resume) => {
        socket.on("data", (chunk: Buffer) => {
          bytes += chunk.byteLength;
          if (bytes > 100_000) resume(Effect.void);
        });
      });
      socket.destroy();
      yield* flood.until(({ open }) => open === 0);
      const dribble = yield* serve(Script.steps(Script.read, Script.dribble("abcdef", 3, 5), Script.end));
      expect((yield* talk(dribble.port)).text).toBe("abcdef");
    }),
  );

  it.live("each connection has its script, the last one all that follow", () =>
    Effect.gen(function* () {
      const says = (word: string) => Script.steps(Script.read, Script.send(word), Script.end)[0];
      const server = yield* serve([says("one"), says("two")]);
      const words = yield* Effect.forEach([1, 2, 3], () => Effect.map(talk(server.port), ({ text }) => text));
      expect(words).toEqual(["one", "two", "two"]);
    }),
  );

  it.live("random timing changes no byte", () =>
    Effect.gen(function* () {
      const server = yield* serve(
        Script.serve(({ body }) => Script.reply({ body })),
        { random: Math.random },
      );
      const heard = yield* talk(server.port, request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
      expect(heard.text).toBe(Buffer.from(Script.reply({ body: "<xml/>" })).toString());
    }),
  );
});

describe("the proxy", () => {
  it.live.each([
    ["refuses", { status: 407, reason: "Proxy Authentication Required" }, /^HTTP\/1\.1 407 /],
    ["closes", "close", /^$/],
  ] as const)("%s", ([_name, behaviour, answer]) =>
    Effect.gen(function* () {
      const proxy = yield* ScriptedProxy.make(behaviour);
      const text = yield* Effect.callback<string>((resume) => {
        let heard = "";
        const socket = connectTcp(proxy.port, "127.0.0.1");
        socket.write("CONNECT host:443 HTTP/1.1\r\nProxy-Authorization: Basic x\r\n\r\n");
        socket.on("data", (chunk) => (heard += chunk.toString()));
        socket.on("close", () => resume(Effect.succeed(heard)));
      });
      expect(text).toMatch(answer);
      expect(proxy.requests.map(({ method, target }) => `${method} ${target}`)).toEqual(["CONNECT host:443"]);
    }),
  );
});
