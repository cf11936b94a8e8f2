/** A reply of HTTP/1.1 in a buffer: strict, pure, and read again from its start whenever there is more. */

export type Framing = "length" | "chunks" | "connection" | "none";

export interface Whole {
  readonly kind: "whole";
  readonly status: number;
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
  readonly framing: Framing;
  readonly body: Buffer;
  /** What follows the reply. */
  readonly rest: Buffer;
}

export type BrokenCode =
  | "not-http"
  | "head-too-large"
  | "closed"
  | "switching"
  | "interim-flood"
  | "length-and-chunks"
  | "two-lengths"
  | "bad-length"
  | "bad-chunk"
  | "too-large";

export interface Broken {
  readonly kind: "broken";
  readonly code: BrokenCode;
}

export type Parsed = Whole | Broken | { readonly kind: "more" };

export interface Limits {
  readonly headBytes: number;
  readonly bodyBytes: number;
}

const more: Parsed = { kind: "more" };
const broken = (code: BrokenCode): Parsed => ({ kind: "broken", code });
const maxInterim = 4;

export const field = (headers: Whole["headers"], wanted: string): string | undefined =>
  headers.find(([name]) => name === wanted)?.[1];

/** The fields as a reply has them. */
export const joined = (headers: Whole["headers"]): Readonly<Record<string, string>> => {
  const record = Object.create(null) as Record<string, string>;
  for (const [name, value] of headers) record[name] = name in record ? `${record[name]}, ${value}` : value;
  return record;
};

const isPrefix = (bytes: Buffer): boolean => {
  const start = "HTTP/1.1 ";
  return start.startsWith(bytes.toString("latin1", 0, start.length).slice(0, bytes.byteLength));
};

interface Body {
  readonly kind: "body";
  readonly body: Buffer;
  readonly end: number;
}

const chunks = (bytes: Buffer, limit: number): Body | Parsed => {
  const found: Array<Buffer> = [];
  let size = 0;
  for (let at = 0; ;) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (lineEnd === -1) return more;
    const line = bytes.toString("latin1", at, lineEnd);
    if (!/^[0-9a-f]{1,8}$/i.test(line)) return broken("bad-chunk");
    const length = Number.parseInt(line, 16);
    const start = lineEnd + 2;
    size += length;
    if (size > limit) return broken("too-large");
    if (bytes.byteLength < start + length + 2) return more;
    if (length === 0) return { kind: "body", body: Buffer.concat(found), end: start + 2 };
    found.push(bytes.subarray(start, start + length));
    at = start + length + 2;
  }
};

/** `ended`: no more will come. */
export const parse = (bytes: Buffer, ended: boolean, limits: Limits, interim = 0): Parsed => {
  const incomplete = ended ? broken("closed") : more;
  if (!isPrefix(bytes)) return broken("not-http");
  const headEnd = bytes.indexOf("\r\n\r\n");
  if ((headEnd === -1 ? bytes.byteLength : headEnd) > limits.headBytes) return broken("head-too-large");
  if (headEnd === -1) return incomplete;
  const [line = "", ...lines] = bytes.toString("latin1", 0, headEnd).split("\r\n");
  const status = Number(/^HTTP\/1\.1 (\d{3})( |$)/.exec(line)?.[1]);
  if (Number.isNaN(status)) return broken("not-http");
  const headers = lines.map((one) => {
    const colon = one.indexOf(":");
    return [one.slice(0, colon).toLowerCase(), one.slice(colon + 1).trim()] as const;
  });
  const after = bytes.subarray(headEnd + 4);
  if (status === 101) return broken("switching");
  if (status < 200) {
    if (interim >= maxInterim) return broken("interim-flood");
    return after.byteLength === 0 ? incomplete : parse(after, ended, limits, interim + 1);
  }
  const whole = (framing: Framing, body: Buffer, end: number): Parsed => ({
    kind: "whole",
    status,
    headers,
    framing,
    body,
    rest: after.subarray(end),
  });
  if (status === 204 || status === 304) return whole("none", Buffer.alloc(0), 0);
  const lengths = headers.filter(([name]) => name === "content-length");
  const chunked = field(headers, "transfer-encoding") !== undefined;
  if (chunked && lengths.length > 0) return broken("length-and-chunks");
  if (lengths.length > 1) return broken("two-lengths");
  if (chunked) {
    const found = chunks(after, limits.bodyBytes);
    if (found.kind === "body") return whole("chunks", found.body, found.end);
    return found.kind === "more" ? incomplete : found;
  }
  const [announced] = lengths;
  if (announced === undefined) {
    if (after.byteLength > limits.bodyBytes) return broken("too-large");
    return ended ? whole("connection", after, after.byteLength) : more;
  }
  if (!/^\d{1,15}$/.test(announced[1])) return broken("bad-length");
  const length = Number(announced[1]);
  if (length > limits.bodyBytes) return broken("too-large");
  return after.byteLength < length ? incomplete : whole("length", after.subarray(0, length), length);
};
