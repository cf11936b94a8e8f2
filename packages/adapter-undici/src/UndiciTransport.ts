/**
 * The transport on `undici`.
 *
 * One `Client` a connection, spoken to with `dispatch`: undici calls `onRequestStart` right before its first write, and a call that was
 * given up is aborted there. The truth about what was sent, the time limits and the wording of errors belong to
 * `@wechat-refund/mutual-tls`.
 */
import { Adapter, Failure } from "@wechat-refund/mutual-tls";
import type { TLSSocket } from "node:tls";
import { Client, type Dispatcher } from "undici";

/** A client with the one connection it has, or is about to open for its current call. */
interface Line {
  readonly client: Client;
  call: Adapter.Call;
  socket?: TLSSocket;
}

const ignore = (): void => {};

/** undici gathers the values of a repeated field. */
const listOf = (
  headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>,
): ReadonlyArray<string> => {
  const list: Array<string> = [];
  for (const name of Object.keys(headers)) {
    const values = headers[name];
    if (typeof values === "string") list.push(name, values);
    else for (const value of values ?? []) list.push(name, value);
  }
  return list;
};

const openLine = (call: Adapter.Call, keepAlive: boolean): Line => {
  const line: Line = {
    call,
    client: new Client(call.target.origin, {
      connect: (_options, callback) =>
        line.call.dial((error, socket) => {
          if (socket === undefined) callback(error ?? new Error("no connection"), null);
          else {
            line.socket = socket;
            callback(null, socket);
          }
        }),
      allowH2: false,
      pipelining: keepAlive ? 1 : 0,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: Adapter.idleMillis,
      keepAliveMaxTimeout: Adapter.idleMillis,
      maxHeaderSize: Failure.maxHeaderBytes,
    }),
  };
  return line;
};

class Idle {
  readonly #lines = new Map<string, Array<Line>>();

  take(origin: string): Line | undefined {
    return this.#lines.get(origin)?.pop();
  }

  keep(origin: string, line: Line): void {
    const lines = this.#lines.get(origin);
    if (lines === undefined) this.#lines.set(origin, [line]);
    else lines.push(line);
  }

  /** A method, as a client remembers its listeners, and they all that is around them. */
  watch(origin: string, line: Line): void {
    line.client.on("disconnect", () => this.drop(origin, line));
  }

  drop(origin: string, line: Line): void {
    const lines = this.#lines.get(origin);
    const at = lines?.indexOf(line) ?? -1;
    if (at !== -1) lines?.splice(at, 1);
  }

  close(): void {
    for (const lines of this.#lines.values()) for (const line of lines) line.client.destroy(null, ignore);
    this.#lines.clear();
  }
}

const open = (keepAlive: boolean): Adapter.Client => {
  const idle = new Idle();

  const send = (call: Adapter.Call): (() => void) => {
    const { method, body, target } = call;
    const { origin } = target;
    const kept = idle.take(origin);
    const line = kept ?? openLine(call, keepAlive);
    line.call = call;
    if (keepAlive && kept === undefined) idle.watch(origin, line);
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: (controller) => {
        if (!call.begin(line.socket)) controller.abort(new Error("the call has ended"));
      },
      onResponseStart: (_controller, status, headers) => {
        if (status < 200) return call.informational();
        call.head(status, listOf(headers));
      },
      onResponseData: (_controller, chunk) => call.data(chunk),
      onResponseEnd: () => {
        if (keepAlive) idle.keep(origin, line);
        call.end();
      },
      onResponseError: (_controller, cause) => call.fail(cause),
    };
    const headers = [...call.headers];
    const dispatch = () =>
      line.client.dispatch({ method, path: target.path, headers, ...(body !== undefined && { body }) }, handler);
    // With the turn that undici itself waits, a kept connection gets a whole turn of the event loop to show that it has ended,
    // or spoken, meanwhile.
    if (kept) setImmediate(dispatch);
    else dispatch();
    return () => line.client.destroy(null, ignore);
  };

  return { send, close: () => idle.close() };
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
