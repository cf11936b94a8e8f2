/** What is Node's own; all that holds for every adapter is tested for both in `adapter-undici`. */
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import { expect, it } from "@effect/vitest";
import { NodeHttpsTransport } from "@wechat-refund/adapter-node-https";
import { Transport } from "@wechat-refund/core/Transport";
import { ClientCertificate, TransportSettings } from "@wechat-refund/mutual-tls";
import { Script, ScriptedServer, TestIdentities } from "@wechat-refund/testkit";
import { Effect } from "effect";

const headers = { "Content-Type": "text/xml" };

const { ca, server: identity, merchantA } = TestIdentities.make();

/** A server of Node's that announces how long it keeps a connection; counts connections. */
const announcing = (keepAlive: string) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly server: https.Server; readonly port: number; readonly connections: () => number }>(
      (resume) => {
        let connections = 0;
        const server = https.createServer(
          {
            cert: identity.certificatePem,
            key: identity.privateKeyPem,
            ca,
            requestCert: true,
            rejectUnauthorized: true,
          },
          (request, response) => {
            request.resume().on("end", () => response.setHeader("Keep-Alive", keepAlive).end("<xml/>"));
          },
        );
        server.on("secureConnection", () => {
          connections += 1;
        });
        server.listen(0, "127.0.0.1", () => {
          const { port } = server.address() as AddressInfo;
          resume(Effect.succeed({ server, port, connections: () => connections }));
        });
      },
    ),
    ({ server }) =>
      Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void));
        server.closeAllConnections();
      }),
  );

for (const [keepAlive, connections] of [
  ["timeout=60", 1],
  ["timeout=1", 3],
] as const) {
  it.live(`three pooled posts to a server that announces "${keepAlive}" take ${connections} connections`, () =>
    Effect.gen(function* () {
      const server = yield* announcing(keepAlive);
      const settings = TransportSettings.make({
        certificate: yield* ClientCertificate.fromPem({
          certificate: merchantA.certificatePem,
          privateKey: merchantA.privateKeyPem,
        }),
        trust: { ca: [ca] },
        connections: "pooled",
      });
      yield* Effect.gen(function* () {
        const { send } = yield* Transport;
        const url = `https://localhost:${server.port}/secapi/pay/refund`;
        for (let n = 0; n < 3; n += 1) {
          const reply = yield* send({ method: "POST", url, headers, body: Buffer.from("<xml/>") });
          expect([reply.status, Buffer.from(reply.body).toString()]).toEqual([200, "<xml/>"]);
        }
      }).pipe(Effect.provide(NodeHttpsTransport.layer(settings)));
      expect(server.connections()).toBe(connections);
    }),
  );
}

it.live("a reply that comes before the request was written whole does not cost the connection", () =>
  Effect.gen(function* () {
    const whole = Script.send(Script.reply({ body: "<xml/>" }));
    const script = Script.steps(Script.readBytes(1), whole, Script.gate("read on"), Script.read, Script.read, whole);
    const server = yield* ScriptedServer.make({ script, identity });
    const settings = TransportSettings.make({ trust: { ca: [ca] }, connections: "pooled" });
    const { send } = yield* NodeHttpsTransport.make(settings);
    const request = {
      method: "POST" as const,
      url: `https://localhost:${server.port}/`,
      headers,
      // More than the system takes at once: the rest is written while the server reads on.
      body: new Uint8Array(6_000_000).fill(97),
    };
    expect((yield* send(request)).status).toBe(200);
    yield* server.openGate("read on");
    yield* server.until(({ requests }) => requests.length === 1);
    // The server has read it all; the client hears of that with its next look at the socket.
    yield* Effect.sleep("100 millis");
    expect((yield* send({ ...request, body: Buffer.from("<xml/>") })).status).toBe(200);
    expect([server.connections.length, server.requests.length]).toEqual([1, 2]);
  }),
);
