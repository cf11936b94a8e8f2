/** Who looks at the pages without a browser: cookies, forms, and the header fields that a browser sends. */
import { Effect } from "effect";
import { ask, type Reply, type Running } from "./service.ts";

export interface Visitor {
  readonly get: (path: string, headers?: Readonly<Record<string, string>>) => Effect.Effect<Reply>;
  /** A form, as a page of the service sends it. */
  readonly post: (
    path: string,
    fields: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ) => Effect.Effect<Reply>;
  /** What the forms of a page send along; empty where it has none. */
  readonly csrf: (path: string) => Effect.Effect<string>;
  /** `name=value` of every cookie. */
  readonly cookies: () => string;
  readonly keep: (cookies: string) => void;
}

export const visitor = ({ api }: Pick<Running, "api">, more: Readonly<Record<string, string>> = {}): Visitor => {
  const jar = new Map<string, string>();
  const origin = new URL(api).origin;
  const cookies = (): string => [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
  const keep = (text: string): void => {
    const [name = "", value = ""] = (text.split(";")[0] ?? "").split("=");
    if (value === "") jar.delete(name.trim());
    else jar.set(name.trim(), value);
  };
  const send = (method: string, path: string, headers: Readonly<Record<string, string>>, body?: string) =>
    Effect.map(
      Effect.promise(() =>
        ask(api, method, path, {
          headers: { ...(jar.size > 0 && { cookie: cookies() }), ...more, ...headers },
          ...(body !== undefined && { body }),
        }),
      ),
      (reply) => {
        for (const line of reply.headers["set-cookie"] ?? []) keep(line);
        return reply;
      },
    );
  const get: Visitor["get"] = (path, headers = {}) => send("GET", path, { accept: "text/html", ...headers });
  return {
    get,
    post: (path, fields, headers = {}) =>
      send(
        "POST",
        path,
        { "content-type": "application/x-www-form-urlencoded", origin, "sec-fetch-site": "same-origin", ...headers },
        new URLSearchParams(fields).toString(),
      ),
    csrf: (path) => Effect.map(get(path), ({ text }) => /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? ""),
    cookies,
    keep,
  };
};

/** One who has signed in. */
export const signedIn = Effect.fnUntraced(function* (running: Pick<Running, "api">, token: string) {
  const made = visitor(running);
  yield* made.post("/sign-in", { token, next: "/" });
  return made;
});

/** The text of a page without its tags. */
export const textOf = ({ text }: Reply): string =>
  text
    .replace(/<[^>]*>/g, " ")
    .replace(/&#39;/g, "'")
    .replace(/\s+/g, " ");
