/**
 * What a request says beside its address: method, header fields, body. Checked once, for every adapter.
 *
 * Fields go out as they were given. What would have to be changed to be sent, what frames the message, and what two readers may read
 * in two ways is refused. A message names the field and never its value: a value may be as good as a secret.
 */
import { type TransportRequest, Unusable } from "@wechat-refund/core/Transport";
import * as Result from "effect/Result";

/** Names and values by turns, as they are written. */
export type Fields = ReadonlyArray<string>;

export const none: Fields = [];

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const visible = /^[\x20-\x7e]*$/;
const own =
  /^(?:host|content-length|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|accept-encoding)$/;

type Admitted = Result.Result<Fields, Unusable>;

const refuse = (detail: string): Admitted => Result.fail(new Unusable({ detail }));

const read = (headers: TransportRequest["headers"]): Admitted => {
  const fields: Array<string> = [];
  const names = new Set<string>();
  for (const [name, value] of Object.entries(headers)) {
    // Whatever stands in place of a name may hold a value.
    if (!token.test(name)) {
      return refuse(
        `the name of header field ${names.size + 1} is none in HTTP: use letters, digits and - without blanks or colon`,
      );
    }
    const lower = name.toLowerCase();
    if (own.test(lower)) return refuse(`the header field ${name} is the transport's own: leave it out`);
    if (names.has(lower)) return refuse(`the header field ${name} is given twice, in different case: leave one out`);
    if (typeof value !== "string" || !visible.test(value)) {
      return refuse(`the value of the header field ${name} holds other characters than visible ASCII and blanks`);
    }
    names.add(lower);
    fields.push(name, value);
  }
  fields.push("Accept-Encoding", "identity");
  if (!names.has("user-agent")) fields.push("User-Agent", "wechat-refund");
  return Result.succeed(fields);
};

/** Frozen objects cannot change, and what was read from one is forgotten with it. */
const known = new WeakMap<TransportRequest["headers"], Admitted>();

const fieldsOf = (headers: TransportRequest["headers"]): Admitted => {
  if (!Object.isFrozen(headers)) return read(headers);
  const before = known.get(headers);
  if (before !== undefined) return before;
  const admitted = read(headers);
  known.set(headers, admitted);
  return admitted;
};

/** All fields to write but `Host`, `Connection` and `Content-Length`, or why the request cannot be sent as it is. */
export const admit = ({ method, headers, body }: TransportRequest): Admitted => {
  if (method !== "GET" && method !== "POST") return refuse("the method is neither GET nor POST");
  if (method === "GET" && body !== undefined) return refuse("a GET has no body: leave it out, or make it a POST");
  // Also for callers whom no types hold back.
  const given: unknown = headers;
  if (typeof given !== "object" || given === null) return refuse("the header fields are missing: none are {}");
  const prototype: unknown = Object.getPrototypeOf(given);
  if (prototype !== Object.prototype && prototype !== null) {
    return refuse("the header fields are no plain object: a Headers or a Map is given as Object.fromEntries(headers)");
  }
  return fieldsOf(headers);
};

const nothing = new Uint8Array(0);

/** The bytes as they are now: what the caller's become while the request waits is not sent. */
export const bytesOf = ({ body, method }: TransportRequest): Result.Result<Uint8Array | undefined, Unusable> => {
  if (method === "GET") return Result.succeed(undefined);
  if (body === undefined) return Result.succeed(nothing);
  try {
    // A buffer that was given away cannot be copied.
    if (ArrayBuffer.isView(body) && body instanceof Uint8Array) return Result.succeed(new Uint8Array(body));
  } catch {}
  return Result.fail(new Unusable({ detail: "the body is no Uint8Array, or its buffer was given away" }));
};

const blank = (code: number): boolean => code === 32 || code === 9;

/** Not every parser leaves out the blanks after a value. */
const trimmed = (value: string): string => {
  let end = value.length;
  while (end > 0 && blank(value.charCodeAt(end - 1))) end -= 1;
  return end === value.length ? value : value.slice(0, end);
};

/** The fields of a reply, from names and values by turns: names in lower case, values of one name joined in order. */
export const collect = (raw: Fields): Readonly<Record<string, string>> => {
  // Without a prototype no name, such as `__proto__`, means anything else.
  const headers = Object.create(null) as Record<string, string>;
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] as string).toLowerCase();
    const value = trimmed(raw[at + 1] as string);
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before}, ${value}`;
  }
  return headers;
};
