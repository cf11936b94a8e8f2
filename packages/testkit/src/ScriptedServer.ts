/**
 * A TLS server on loopback that does what a {@link Script} says, down to the byte and the packet, and records what reached it.
 *
 * Raw sockets, no HTTP server: whatever a network or a broken gateway can do to a client can be written down. It belongs to a
 * scope, waits for events instead of sleeping, and leaves judging what happened to its user.
 */
import { type AddressInfo, createServer } from "node:net";
import * as tls from "node:tls";
import * as Effect from "effect/Effect";
import * as FiberSet from "effect/FiberSet";
import type * as Scope from "effect/Scope";
import { play } from "./internal/scripted/play.ts";
import { refuse } from "./internal/scripted/refusal.ts";
import { Line, type ScriptedServer, Server } from "./internal/scripted/state.ts";
import type { Connection as ConnectionScript, Script } from "./Script.ts";
import type { Identity } from "./TestIdentities.ts";

export type { Connection, ScriptedServer } from "./internal/scripted/state.ts";

export interface Options {
  readonly script: Script;
  /** What the server shows. */
  readonly identity: Identity;
  /** PEM: who may have signed client certificates. Without one no certificate is asked for. */
  readonly clientCa?: string;
  /** Default `"requested"`: asked for, never insisted on. `"required"`: without one OpenSSL refuses with its own alert. */
  readonly clientCertificate?: "requested" | "required";
  /** The only version spoken. Default TLS 1.3; below 1.2 OpenSSL's level is lowered for the server. */
  readonly version?: tls.SecureVersion;
  /** Default `127.0.0.1`. */
  readonly host?: "127.0.0.1" | "::1";
  /** Numbers from 0 to 1: every step then waits a little, and what is sent is sent in two pieces, at random. */
  readonly random?: (() => number) | undefined;
}

const tlsOptions = ({ identity, clientCa, version = "TLSv1.3" }: Options): tls.SecureContextOptions => ({
  cert: identity.certificatePem,
  key: identity.privateKeyPem,
  minVersion: version,
  maxVersion: version,
  // Level 0 for old protocols and weak keys only: it is the client that has to refuse them.
  ciphers: "DEFAULT:@SECLEVEL=0",
  ...(clientCa !== undefined && { ca: clientCa }),
});

/** Building one costs more than a handshake, and the contract's clauses make thousands of servers that show the same. */
const contexts = new WeakMap<Identity, Map<string, tls.SecureContext>>();

const contextFor = ({ clientCa, identity, version }: Options, security: tls.SecureContextOptions) => {
  const known = contexts.get(identity) ?? new Map<string, tls.SecureContext>();
  contexts.set(identity, known);
  const name = `${version} ${clientCa}`;
  const context = known.get(name) ?? tls.createSecureContext({ ...security, sessionIdContext: "scripted" });
  known.set(name, context);
  return context;
};

/** A server that listens until the scope closes; then its connections are destroyed. */
export const make = Effect.fnUntraced(function* (
  options: Options,
): Effect.fn.Return<ScriptedServer, never, Scope.Scope> {
  const server = new Server(options.random);
  const run = yield* FiberSet.makeRuntime();
  const security = tlsOptions(options);
  const secureContext = contextFor(options, security);

  /** Hands the connection to TLS and waits until it is secure. */
  const complete = (line: Line) => {
    const socket = new tls.TLSSocket(line.raw, {
      isServer: true,
      secureContext,
      requestCert: options.clientCa !== undefined,
      rejectUnauthorized: options.clientCertificate === "required",
    });
    line.tls = socket;
    line.shaking = true;
    socket.on("error", () => socket.destroy());
    // What Node's own servers wait for: the handshake is complete on our side.
    socket.on("secure", () => {
      line.resumed = socket.isSessionReused();
      const name: unknown = socket.getPeerCertificate().subject?.CN;
      line.client = typeof name === "string" ? name : undefined;
      // Node's types leave it out where the client names no server.
      line.serverName = (socket as { readonly servername?: string | false }).servername || undefined;
      line.secure = true;
      line.shaking = false;
      server.changed();
    });
    socket.on("data", (chunk: Buffer) => {
      line.received.push(chunk);
      server.changed();
    });
    socket.on("end", () => {
      line.clientEnded = true;
      server.changed();
    });
    return server.until(() => line.secure || line.over);
  };

  const shake = (line: Line, { handshake = { kind: "complete" } }: ConnectionScript): Effect.Effect<void> => {
    const { raw } = line;
    switch (handshake.kind) {
      case "complete":
        return complete(line);
      case "gate":
        return Effect.andThen(server.gate(handshake.gate).await, () => complete(line));
      case "refuse":
        return Effect.sync(() => refuse(raw, security, options.version ?? "TLSv1.3", handshake.alert));
      case "reset-after-hello":
        return Effect.sync(() => raw.once("data", () => raw.resetAndDestroy()));
      case "reset":
        return Effect.sync(() => raw.resetAndDestroy());
      case "close":
        return Effect.sync(() => raw.resume().end());
      case "plain":
        return Effect.sync(() => raw.resume().end(handshake.bytes));
      case "stall":
        return Effect.sync(() => raw.resume());
    }
  };

  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (raw) => {
    const line = new Line(raw);
    const index = server.connections.push(line) - 1;
    raw.on("error", () => raw.destroy());
    raw.on("end", () => {
      line.clientEnded = true;
      server.changed();
    });
    raw.on("close", () => {
      line.open = false;
      server.changed();
    });
    const script = options.script[index] ?? options.script.at(-1) ?? options.script[0];
    server.changed();
    run(
      shake(line, script).pipe(
        Effect.andThen(Effect.suspend(() => (line.secure ? play(server, line, script.steps) : Effect.void))),
        // After the last step the client's end is answered with ours. Without a handshake there is nothing to end in order.
        Effect.andThen(server.until(() => line.over)),
        Effect.andThen(Effect.sync(() => (line.secure ? line.writable.end() : raw.destroy()))),
      ),
    );
  });

  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => {
      listener.listen(0, options.host ?? "127.0.0.1", () => resume(Effect.void));
    }),
    () =>
      Effect.callback<void>((resume) => {
        for (const { raw } of server.connections) raw.destroy();
        listener.close(() => resume(Effect.void));
      }),
  );
  server.port = (listener.address() as AddressInfo).port;
  return server;
});
