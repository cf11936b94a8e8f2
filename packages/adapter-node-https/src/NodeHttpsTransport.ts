/**
 * The transport on Node's own `node:https`.
 *
 * Connections are opened by the exchange and handed to Node's agent only when they are secure; header and body are given to Node only
 * then. The truth about what was sent, the time limits and the wording of errors belong to `@wechat-refund/mutual-tls`.
 */
import * as https from "node:https";
import type { ClientRequest, IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { Adapter, Failure } from "@wechat-refund/mutual-tls";

type Dialing = https.RequestOptions & { readonly dial?: Adapter.Call["dial"] };

class Agent extends https.Agent {
  /** Certificate and trust are the same for every connection of an agent; Node's own name would spell out two dozen options. */
  override getName(options: https.RequestOptions = {}): string {
    return `${options.host}:${options.port}`;
  }

  override createConnection(options: Dialing, callback: (error: Error | null, socket: Duplex) => void): undefined {
    // Node's types leave out that the callback takes an error alone.
    options.dial?.(callback as Parameters<Adapter.Call["dial"]>[0]);
  }

  override keepSocketAlive(socket: Duplex): boolean {
    // Whatever a server says while nothing was asked must not be taken for the next reply.
    socket.once("data", closeStray);
    return (super.keepSocketAlive(socket) as unknown) !== false;
  }

  override reuseSocket(socket: Duplex, request: ClientRequest): void {
    socket.removeListener("data", closeStray);
    super.reuseSocket(socket, request);
  }
}

function closeStray(this: Duplex): void {
  this.destroy();
}

/** How long a server that has answered may take to read the rest of the request. */
const readMillis = 1_000;

/**
 * A reply may be read before the system has said that the request was written: Node keeps the connection once both are known. A
 * server that answers without reading the whole request may never read it, and nobody would end that connection.
 */
const endUnlessWritten = (request: ClientRequest): void => {
  if (request.writableFinished) return;
  const { socket } = request;
  if (socket === null) return;
  const timer = setTimeout(() => socket.destroy(), readMillis).unref();
  const stop = () => {
    clearTimeout(timer);
    request.removeListener("finish", stop);
    socket.removeListener("close", stop);
  };
  request.once("finish", stop);
  socket.once("close", stop);
};

const read = (call: Adapter.Call, request: ClientRequest, response: IncomingMessage): void => {
  call.head(response.statusCode ?? 0, response.rawHeaders);
  response.on("data", (chunk: Buffer) => call.data(chunk));
  response.on("end", () => {
    endUnlessWritten(request);
    call.end();
  });
  response.on("error", (cause) => call.fail(cause));
};

/** Out here, as a kept connection remembers the function: it would keep all that is around it. */
const dialFor =
  (call: Adapter.Call): Adapter.Call["dial"] =>
  (callback) =>
    call.dial(callback);

const open = (keepAlive: boolean): Adapter.Client => {
  const agent = new Agent({ keepAlive, timeout: Adapter.idleMillis, scheduling: "lifo" });
  const send = (call: Adapter.Call): (() => void) => {
    // As a list they are written as they stand; an object's are checked, stored and read again one by one.
    const headers = ["Host", call.target.host, ...call.headers];
    if (call.body !== undefined) headers.push("Content-Length", String(call.body.byteLength));
    const options: Dialing & { readonly method: Adapter.Call["method"] } = {
      agent,
      method: call.method,
      host: call.target.hostname,
      port: call.target.port,
      path: call.target.path,
      headers,
      maxHeaderSize: Failure.maxHeaderBytes,
      insecureHTTPParser: false,
      dial: dialFor(call),
    };
    let begun = false;
    let aborted = false;
    const start = () => {
      const request = https.request(options);
      // Their size is bounded; a count of its own would drop the last of them in silence.
      request.maxHeadersCount = 0;
      const write = (socket: Socket) => {
        if (request.destroyed) return;
        begun = call.begin(socket as TLSSocket);
        if (!begun) return void request.destroy();
        request.end(call.body);
        // Node has them as text by now; a kept connection remembers the options it was opened with.
        headers.length = 0;
      };
      let replaced = false;
      /** A kept connection that ended, or spoke, before anything was written on it makes way for another. */
      const replace = () => {
        if (!replaced && !aborted) current = start();
        replaced = true;
        request.destroy();
      };
      let response: IncomingMessage | undefined;
      request.on("socket", (socket) => {
        // A kept connection gets a whole turn of the event loop to show that it has ended, or spoken, meanwhile.
        if (request.reusedSocket) setImmediate(() => setImmediate(write, socket));
        else write(socket);
      });
      request.on("information", () => call.informational());
      request.on("upgrade", (_response, socket) => {
        socket.destroy();
        if (begun) call.fail(new Error("the server switched protocols"));
        else replace();
      });
      request.on("response", (first) => {
        if (!begun) return replace();
        response = first;
        read(call, request, first);
      });
      request.on("error", (cause) => {
        if (!begun && request.reusedSocket) replace();
        // What follows a whole reply on the connection does not make the reply less whole.
        else if (response?.complete !== true) call.fail(cause);
      });
      return request;
    };
    let current = start();
    return () => {
      aborted = true;
      current.destroy();
    };
  };
  return { send, close: () => agent.destroy() };
};

// What the signatures below are made of, so that the type of an exported layer can be named without a dependency on mutual-tls.
export type { RotatingTransport } from "@wechat-refund/mutual-tls/Adapter";
export type { CertificateError } from "@wechat-refund/mutual-tls/ClientCertificate";
export type { ReloadOptions } from "@wechat-refund/mutual-tls/Rotating";
export type { TransportSettings } from "@wechat-refund/mutual-tls/TransportSettings";

const published = Adapter.published(open);

/** A transport for the life of the scope. A certificate of no use is refused now, not at the first call. */
export const make: Adapter.Published["make"] = published.make;

/** {@link make}, with a handle that changes certificate, trust and limits while calls are under way. */
export const makeRotating: Adapter.Published["makeRotating"] = published.makeRotating;

export const layer: Adapter.Published["layer"] = published.layer;

/**
 * {@link layer} with the settings of the `ConfigProvider` in use, read anew wherever the layer is used: see `TransportSettings.config`
 * of `@wechat-refund/mutual-tls`.
 */
export const layerConfig: Adapter.Published["layerConfig"] = published.layerConfig;

/** {@link layerConfig} without a client certificate, which no call of APIv3 needs: see `TransportSettings.configNoCertificate`. */
export const layerConfigNoCertificate: Adapter.Published["layerConfigNoCertificate"] =
  published.layerConfigNoCertificate;

/** A transport that loads its settings with `load`, and again whenever one of `files` changes; one for each use of the layer. */
export const layerRotating: Adapter.Published["layerRotating"] = published.layerRotating;
