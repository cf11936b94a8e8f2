/** Bodies of requests: JSON in UTF-8 up to a limit, read once, with every field given once. */
import * as Json from "@wechat-refund/core/Json";
import * as ByteSize from "effect/ByteSize";
import * as Effect from "effect/Effect";
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage";
import { type HttpServerError } from "effect/http/HttpServerError";
import type { HttpServerRequest } from "effect/http/HttpServerRequest";
import * as Result from "effect/Result";
import { TooLarge, Unreadable, UnsupportedMediaType } from "../Problems.ts";

/** As many bytes a request of the API may have. */
export const most = 1024 * 1024;

const decoder = new TextDecoder("utf-8", { fatal: true });

const isJson = (contentType: string | undefined): boolean =>
  contentType !== undefined && /^\s*application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?;?\s*$/i.test(contentType);

const tooLarge = new TooLarge({ detail: "a request has at most 1 MiB" });

/** The bytes of a body, of which no more than `limit` are read. */
export const bytesOf = (
  request: HttpServerRequest,
  limit: number,
): Effect.Effect<Uint8Array, HttpServerError | "too-large"> =>
  Effect.suspend((): Effect.Effect<Uint8Array, HttpServerError | "too-large"> =>
    Number(request.headers["content-length"] ?? 0) > limit
      ? Effect.fail("too-large")
      : Effect.mapBoth(request.arrayBuffer, {
          onSuccess: (buffer) => new Uint8Array(buffer),
          onFailure: (error) =>
            error.reason._tag === "RequestParseError" && error.reason.reason === "BodyTooLarge" ? "too-large" : error,
        }),
  ).pipe(Effect.provideService(HttpIncomingMessage.MaxBodySize, ByteSize.bytes(limit)));

/** A request is three levels deep. */
const deepest = 32;

const isTooDeep = (json: string): boolean => {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (inText) {
      if (character === "\\") at++;
      else if (character === '"') inText = false;
    } else if (character === '"') inText = true;
    else if (character === "{" || character === "[") {
      if (++depth > deepest) return true;
    } else if (character === "}" || character === "]") depth--;
  }
  return false;
};

/** The value of a JSON body. */
export const jsonOf = Effect.fnUntraced(function* (
  request: HttpServerRequest,
): Effect.fn.Return<unknown, Unreadable | TooLarge | UnsupportedMediaType> {
  const { "content-encoding": encoding, "content-type": type } = request.headers;
  if (!isJson(type) || (encoding !== undefined && encoding.toLowerCase() !== "identity")) {
    return yield* new UnsupportedMediaType({
      detail: "send the body as it is, with the header Content-Type: application/json; its encoding is UTF-8",
    });
  }
  const bytes = yield* Effect.mapError(bytesOf(request, most), (error) =>
    error === "too-large" ? tooLarge : new Unreadable({ detail: "the body ended before it was whole" }),
  );
  const text = yield* Effect.try({
    try: () => decoder.decode(bytes),
    catch: () => new Unreadable({ detail: "the body is not UTF-8" }),
  });
  if (isTooDeep(text)) return yield* new Unreadable({ detail: `the body is nested more than ${deepest} levels deep` });
  const value = yield* Effect.fromResult(
    Result.mapError(Json.parse(text), (problem) => {
      if (problem._tag === "GivenTwice") {
        return new Unreadable({
          detail: `these fields are given twice, and readers differ in which one counts: ${problem.names.map(shown).join(", ")}`,
        });
      }
      const where = problem.position === undefined ? "" : `, from character ${problem.position} on`;
      return new Unreadable({ detail: text === "" ? "the body is empty" : `the body is not JSON${where}` });
    }),
  );
  const unplain = [...Json.unplainIntegers(text).keys()];
  if (unplain.length > 0) {
    return yield* new Unreadable({
      detail: `numbers are whole and in plain digits, amounts in fen (1.00 yuan is 100); these are written otherwise: ${unplain.map(shown).join(", ")}`,
    });
  }
  return value;
});

/** A name from outside, on one line. */
const shown = (name: string): string => name.replace(/[^ -~\p{L}]/gu, "?");

const longest = 64;
const escaped = (name: string): string => name.replaceAll("~", "~0").replaceAll("/", "~1");

/** The JSON pointer of a field of the body itself; a long name is cut. */
export const pointerTo = (name: string): string => `/${escaped(shown(name.slice(0, longest)))}`;

/** The JSON pointer of a field that is named by a path with dots; names in the body may have dots themselves. */
export const pointerOf = (body: unknown, path: string): string => {
  let at = body;
  let parts = path.split(".");
  let pointer = "";
  while (parts.length > 0) {
    let taken = parts.length;
    // The longest that is there.
    while (taken > 1 && !(isRecord(at) && Object.hasOwn(at, parts.slice(0, taken).join(".")))) taken--;
    const name = parts.slice(0, taken).join(".");
    pointer += `/${escaped(name)}`;
    at = isRecord(at) ? at[name] : undefined;
    parts = parts.slice(taken);
  }
  return pointer;
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
