/**
 * What stands around every page: the header fields, the language, who is signed in, and that a form came from a page of this service. The
 * addresses and what is shown at each stand in `Pages`, who may come in is said by `Door`.
 */
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import { HttpServerRequest } from "effect/http/HttpServerRequest";
import * as HttpServerResponse from "effect/http/HttpServerResponse";
import { Caller, demand } from "../Access.ts";
import { Forbidden, NotFound } from "../Problems.ts";
import * as Assets from "./Assets.ts";
import type { Door } from "./Door.ts";
import { choose, isLanguage, sayIn } from "./Language.ts";
import { bare, page, type Page, type Visitor } from "./Layout.ts";
import { withQuery } from "./Parts.ts";
import { type Fields, fieldsOf, fromOwnPage } from "./Requests.ts";
import { isSame } from "./Sessions.ts";
import { isLocal, type Refused, signIn } from "./SignIn.ts";
import { type Problem, trouble } from "./Trouble.ts";

export type Response = HttpServerResponse.HttpServerResponse;
type Request = HttpServerRequest;

/**
 * Of every page. `same-origin` and not `no-referrer`: with that a browser calls the origin of our own forms `null`, and nobody could tell
 * them from those of another site; and to other sites nothing is told either way.
 */
export const policies = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  "referrer-policy": "same-origin",
  "x-frame-options": "DENY",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
};

export const document = (text: string, status = 200): Response =>
  HttpServerResponse.text(text, { status, contentType: "text/html; charset=utf-8", headers: policies });

export const to = (address: string): Response =>
  HttpServerResponse.redirect(address, { status: 303, headers: policies });

const languageCookie = "language";

export const nothing = (): NotFound => new NotFound({ detail: "there is nothing at this address" });

/** The files are read once; without pages they need not be there. */
let read: Assets.Assets | undefined;
export const assetsOf = (): Assets.Assets => (read ??= Assets.read());

/** What is known of who looks before anybody has come in. */
export const outside = (request: Request) => {
  const { cookies, headers, url: asked } = request;
  // What begins with two slashes would name another host wherever a page links to it.
  const address = isLocal(asked) ? asked : "/";
  const url = { searchParams: new URLSearchParams(asked.split("?").slice(1).join("?")) };
  const language = choose(url.searchParams.get("lang"), cookies[languageCookie], headers["accept-language"]);
  return { url, language, say: sayIn(language), address, assets: assetsOf() };
};

export const troubled = (outer: Outside, problem: Problem): Response => {
  const { status, ...said } = trouble(outer.say, problem);
  return document(bare(outer, said), status);
};

/** What a browser is shown where there is nothing. */
export const missing = (request: Request): Response => troubled(outside(request), nothing());

export type Outside = ReturnType<typeof outside>;

/** Where somebody signs in, and why again. */
export const signingIn = (outer: Outside, next: string, status: number, refused?: Refused): Response =>
  document(bare(outer, signIn(outer, next, refused)), status);

/** Who has come in, and what he asks. */
export interface Coming {
  readonly visitor: Visitor;
  readonly request: Request;
  readonly url: Pick<URL, "searchParams">;
}

/** What lets requests in by a door. */
export const entrance = (door: Door["Service"]) => {
  /** Keeps a language that was asked for. */
  const keeping = (url: Coming["url"], response: Response): Response => {
    const asked = url.searchParams.get("lang");
    return isLanguage(asked)
      ? HttpServerResponse.setCookieUnsafe(response, languageCookie, asked, {
          path: "/",
          httpOnly: true,
          sameSite: "lax",
          secure: door.isSecure,
          maxAge: "365 days",
        })
      : response;
  };

  /** Lets in who may see the pages; the others sign in first. */
  const entering = <E extends Problem, R>(
    looks: boolean,
    show: (coming: Coming) => Effect.Effect<Response, E, R>,
    others: (coming: Outside) => Response,
  ) =>
    Effect.gen(function* () {
      const request = yield* HttpServerRequest;
      const outer = outside(request);
      // A script that reloads what changed is no person who looks.
      const entered = yield* door.enter(request, looks && request.headers["x-live"] === undefined);
      if (entered === undefined) return others(outer);
      const visitor: Visitor = { ...outer, ...entered, now: yield* Clock.currentTimeMillis };
      const shown = show({ visitor, request, url: outer.url }).pipe(
        Effect.catch((problem) => {
          const { status, ...said } = trouble(visitor.say, problem);
          return Effect.succeed(document(page(visitor, said), status));
        }),
        Effect.provideService(Caller, entered.caller),
      );
      return keeping(outer.url, yield* shown);
    }).pipe(
      Effect.catchTag("Misdirected", (problem) =>
        Effect.map(HttpServerRequest, (request) => troubled(outside(request), problem)),
      ),
    );

  /** A page for who may read. */
  const shows = <E extends Problem, R>(
    make: (coming: Coming) => Effect.Effect<Page & { readonly status?: number }, E, R>,
  ) =>
    entering(
      true,
      (coming) =>
        Effect.gen(function* () {
          yield* demand(coming.visitor.caller, "read");
          const made = yield* make(coming);
          return document(page(coming.visitor, made), made.status);
        }),
      ({ address }) => to(withQuery("/sign-in", { next: address === "/" ? undefined : address })),
    );

  /** What a form does, if it is a form of ours and its sender may. */
  const does = <E extends Problem, R>(act: (fields: Fields, coming: Coming) => Effect.Effect<Response, E, R>) =>
    entering(
      true,
      (coming) =>
        Effect.gen(function* () {
          const { request, visitor } = coming;
          yield* fromOwnPage(request, door.isSecure);
          const fields = yield* fieldsOf(request);
          if (!isSame(fields.get("csrf") ?? "", visitor.csrf)) {
            return yield* new Forbidden({ detail: "this form is not of this session; open the page anew" });
          }
          return yield* act(fields, coming);
        }),
      (outer) => signingIn(outer, "/", 401, "ended"),
    );

  /** What only `operate` may do. */
  const operates = <E extends Problem, R>(act: (fields: Fields, coming: Coming) => Effect.Effect<Response, E, R>) =>
    does((fields, coming) => Effect.andThen(demand(coming.visitor.caller, "operate"), act(fields, coming)));

  /** A form again, with what was wrong about it: a page like any other, for who may read. */
  const again = <E extends Problem, R>(visitor: Visitor, make: Effect.Effect<Page, E, R>) =>
    Effect.andThen(
      demand(visitor.caller, "read"),
      Effect.map(make, (made) => document(page(visitor, made), 422)),
    );

  return { keeping, entering, shows, does, operates, again };
};
