/**
 * What a {@link ScriptedServer} does on its connections, as data: first a handshake, then steps.
 *
 * Constructors only, no behaviour. Bytes are bytes: a reply may be cut anywhere, broken in any way, or be no HTTP at all.
 */

/** A whole request, as it came. */
export interface Request {
  readonly method: string;
  /** Path and query, unchanged. */
  readonly target: string;
  /** Names in lower case, in order; a repeated field is repeated. */
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
  readonly body: Uint8Array;
}

/** The TLS alerts with which servers refuse a client certificate. */
export const alerts = {
  handshake_failure: 40,
  bad_certificate: 42,
  certificate_revoked: 44,
  certificate_expired: 45,
  certificate_unknown: 46,
  unknown_ca: 48,
  certificate_required: 116,
} as const;
export type Alert = keyof typeof alerts;

/** How a connection begins. Anything but `complete` and `gate` never becomes secure. */
export type Handshake =
  | { readonly kind: "complete" }
  /** Answered when the gate of this name is opened. */
  | { readonly kind: "gate"; readonly gate: string }
  /** Accepted, and never answered. */
  | { readonly kind: "stall" }
  | { readonly kind: "close" }
  | { readonly kind: "reset" }
  /** Reset when the client's first TLS message has arrived. */
  | { readonly kind: "reset-after-hello" }
  /** Answered with bytes that are no TLS. */
  | { readonly kind: "plain"; readonly bytes: Uint8Array }
  /**
   * The client certificate is refused with this alert: under TLS 1.2 before the handshake ends, under TLS 1.3, as it must be,
   * after the client holds it to be complete.
   */
  | { readonly kind: "refuse"; readonly alert: Alert };

/** One thing that happens on a secure connection. */
export type Step =
  /** Waits for one more whole request. */
  | { readonly do: "read" }
  /** Waits for so many bytes of requests in all. */
  | { readonly do: "read-bytes"; readonly count: number }
  /** Writes; in so many pieces, one every so many milliseconds. */
  | { readonly do: "send"; readonly bytes: Uint8Array; readonly pieces?: number; readonly everyMillis?: number }
  /** Writes what the last whole request asks for. */
  | { readonly do: "answer"; readonly to: (request: Request) => Uint8Array }
  /** Writes the same bytes again and again until the connection ends. */
  | { readonly do: "flood"; readonly bytes: Uint8Array }
  /** Waits until the gate of this name is opened. */
  | { readonly do: "gate"; readonly gate: string }
  | { readonly do: "pause"; readonly millis: number }
  /** Blocks the whole process, as a long garbage collection would. */
  | { readonly do: "block"; readonly millis: number }
  /** Ends our side in order: close_notify, then FIN. The other side may still be read. */
  | { readonly do: "end" }
  /** FIN without close_notify. */
  | { readonly do: "cut" }
  | { readonly do: "reset" }
  /** Ends in order if the last whole request asked for it (`Connection: close`). */
  | { readonly do: "leave" }
  | { readonly do: "repeat"; readonly steps: ReadonlyArray<Step> };

/** What happens on one connection. After the last step it stays open until the client ends it. */
export interface Connection {
  readonly handshake?: Handshake;
  readonly steps: ReadonlyArray<Step>;
}

/** One entry a connection; the last one also serves all that follow. */
export type Script = readonly [Connection, ...ReadonlyArray<Connection>];

export const read: Step = { do: "read" };
export const readBytes = (count: number): Step => ({ do: "read-bytes", count });
export const gate = (name: string): Step => ({ do: "gate", gate: name });
export const pause = (millis: number): Step => ({ do: "pause", millis });
export const block = (millis: number): Step => ({ do: "block", millis });
export const end: Step = { do: "end" };
export const cut: Step = { do: "cut" };
export const reset: Step = { do: "reset" };
export const leave: Step = { do: "leave" };
export const repeat = (...steps: ReadonlyArray<Step>): Step => ({ do: "repeat", steps });
export const answer = (to: (request: Request) => Uint8Array): Step => ({ do: "answer", to });

const bytesOf = (content: string | Uint8Array): Uint8Array =>
  typeof content === "string" ? Buffer.from(content, "utf8") : content;

export const send = (content: string | Uint8Array): Step => ({ do: "send", bytes: bytesOf(content) });
export const flood = (content: string | Uint8Array): Step => ({ do: "flood", bytes: bytesOf(content) });
/** In `pieces` pieces, one every `everyMillis` milliseconds. */
export const dribble = (content: string | Uint8Array, pieces: number, everyMillis: number): Step => ({
  do: "send",
  bytes: bytesOf(content),
  pieces,
  everyMillis,
});

/** One connection, or all: a complete handshake, then these steps. */
export const steps = (...steps: ReadonlyArray<Step>): Script => [{ steps }];
/** A handshake that leads nowhere. */
export const handshake = (handshake: Handshake): Script => [{ handshake, steps: [] }];
/** A server in order: answers every request, and ends the connection when asked to. */
export const serve = (to: (request: Request) => Uint8Array): Script => steps(repeat(read, answer(to), leave));

export interface Reply {
  /** Default 200. */
  readonly status?: number;
  /** `Content-Length` is added unless the framing is given here. */
  readonly headers?: Readonly<Record<string, string | ReadonlyArray<string>>>;
  readonly body?: string | Uint8Array;
  /** `false`: no framing at all, the body ends with the connection. */
  readonly length?: boolean;
}

const hasBody = (status: number): boolean => status >= 200 && status !== 204 && status !== 304;

/** The bytes of a reply. `Content-Type` is `text/xml` unless given; an empty one is left out. */
export const reply = ({ status = 200, headers = {}, body = "", length = true }: Reply = {}): Uint8Array => {
  const given = Object.entries({ "Content-Type": "text/xml", ...headers }).filter(([, value]) => value !== "");
  const framed = given.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name));
  const bytes = bytesOf(body);
  const fields = given.flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${one}\r\n`));
  if (length && !framed && hasBody(status)) fields.push(`Content-Length: ${bytes.byteLength}\r\n`);
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} Scripted\r\n${fields.join("")}\r\n`, "latin1"), bytes]);
};

/** A body in chunks of `size` bytes, whole, with its last chunk. */
export const chunked = (body: string | Uint8Array, size: number): Uint8Array => {
  const bytes = bytesOf(body);
  const chunks: Array<Uint8Array> = [];
  for (let at = 0; at < bytes.byteLength; at += size) {
    const chunk = bytes.subarray(at, at + size);
    chunks.push(Buffer.from(`${chunk.byteLength.toString(16)}\r\n`), chunk, Buffer.from("\r\n"));
  }
  return Buffer.concat([...chunks, Buffer.from("0\r\n\r\n")]);
};
