/**
 * A forward proxy on loopback (`CONNECT`) that does one thing with every client, and records what it was asked.
 */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";
import { Requests } from "./internal/scripted/requests.ts";
import type { Request } from "./Script.ts";

export type Behaviour =
  /** Opens the tunnel. */
  | "tunnel"
  /** Answers with this status and ends. */
  | { readonly status: number; readonly reason: string }
  /** Never answers. */
  | "stall"
  | "close";

/** A running proxy. The view is live. */
export interface ScriptedProxy {
  readonly port: number;
  /** What clients asked for, with all fields. */
  readonly requests: ReadonlyArray<Request>;
  /** Connections open now. */
  readonly open: number;
  /** What went through the tunnels towards the host, as it was. */
  readonly carried: ReadonlyArray<Uint8Array>;
}

const tunnel = (client: Socket, target: string, carried: Array<Uint8Array>): Socket => {
  const { hostname, port } = new URL(`http://${target}`);
  const host = connect(Number(port), hostname.replace(/^\[|\]$/g, ""), () => {
    client.write("HTTP/1.1 200 Connection established\r\n\r\n");
    client.on("data", (chunk: Buffer) => {
      carried.push(chunk);
      host.write(chunk);
    });
    host.pipe(client);
  });
  host.on("error", () => client.destroy());
  host.on("close", () => client.destroy());
  client.on("close", () => host.destroy());
  return host;
};

/** A proxy that listens until the scope closes. */
export const make = Effect.fnUntraced(function* (
  behaviour: Behaviour,
): Effect.fn.Return<ScriptedProxy, never, Scope.Scope> {
  const requests: Array<Request> = [];
  const carried: Array<Uint8Array> = [];
  const sockets = new Set<Socket>();
  const asked = (client: Socket, request: Request): void => {
    requests.push(request);
    if (behaviour === "stall") return;
    if (behaviour === "close") return void client.end();
    if (behaviour === "tunnel") return void sockets.add(tunnel(client, request.target, carried));
    client.end(`HTTP/1.1 ${behaviour.status} ${behaviour.reason}\r\nContent-Length: 0\r\n\r\n`);
  };
  const server = createServer((client) => {
    const received = new Requests();
    sockets.add(client);
    client.on("error", () => client.destroy());
    client.on("close", () => sockets.delete(client));
    const read = (chunk: Buffer) => {
      received.push(chunk);
      const [request] = received.whole;
      if (request === undefined) return;
      client.off("data", read);
      asked(client, request);
    };
    client.on("data", read);
  });
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => {
      server.listen(0, "127.0.0.1", () => resume(Effect.void));
    }),
    () =>
      Effect.callback<void>((resume) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resume(Effect.void));
      }),
  );
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    carried,
    get open() {
      return sockets.size;
    },
  };
});
