/** What a browser sent: the fields of a form, and whether a page of this service sent it. */
import * as Effect from "effect/Effect";
import type { HttpServerRequest } from "effect/http/HttpServerRequest";
import { bytesOf } from "../internal/bodies.ts";
import { Forbidden, TooLarge, Unreadable, UnsupportedMediaType } from "../Problems.ts";

/** The largest form has a reason of 500 characters. */
const most = 64 * 1024;

export type Fields = ReadonlyMap<string, string>;

/** The fields of a form, each given once. */
export const fieldsOf = Effect.fnUntraced(function* (
  request: HttpServerRequest,
): Effect.fn.Return<Fields, Unreadable | TooLarge | UnsupportedMediaType> {
  const type = request.headers["content-type"] ?? "";
  if (!/^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(type)) {
    return yield* new UnsupportedMediaType({ detail: "this is not the form of a page" });
  }
  const bytes = yield* Effect.mapError(bytesOf(request, most), (error) =>
    error === "too-large"
      ? new TooLarge({ detail: "a form has at most 64 KiB" })
      : new Unreadable({ detail: "the form ended before it was whole" }),
  );
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(new TextDecoder().decode(bytes))) {
    if (fields.has(name)) return yield* new Unreadable({ detail: "a field of the form is given twice" });
    fields.set(name, value);
  }
  return fields;
});

/**
 * Whether a page of this service sent it. A browser says of every form from where it comes, in one field or in both; what says nothing is
 * no browser's, and what comes from elsewhere is not wanted.
 */
export const fromOwnPage = ({ headers }: HttpServerRequest, isSecure: boolean): Effect.Effect<void, Forbidden> => {
  const { host = "", origin, "sec-fetch-site": site } = headers;
  const isOwnOrigin = origin === undefined ? site !== undefined : origin === `http${isSecure ? "s" : ""}://${host}`;
  const isOwnSite = site === undefined || site === "same-origin";
  return isOwnOrigin && isOwnSite
    ? Effect.void
    : Effect.fail(
        new Forbidden({
          detail:
            "this was not sent by a page of this service; a proxy before it must pass on the Host that the browser named",
        }),
      );
};
