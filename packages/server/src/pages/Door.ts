/**
 * Who may see the pages: who has signed in with a token, or, for a service without tokens, whoever is on this machine. What they may do is
 * decided by `Access` and the operations, as for every other caller.
 *
 * *The cookie.* Where browsers speak TLS with the service, or with the proxy before it, its name begins with `__Host-`: then it is `Secure`,
 * and no other host and no plain connection can set it. On plain HTTP, which is served to this machine alone, a browser may refuse both, so
 * it has another name there and is not `Secure`; what it holds never leaves the machine.
 */
import { randomBytes } from "node:crypto";
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import type { HttpServerRequest } from "effect/http/HttpServerRequest";
import * as HttpServerResponse from "effect/http/HttpServerResponse";
import * as Layer from "effect/Layer";
import * as Option from "effect/Option";
import type * as Redacted from "effect/Redacted";
import { everybody, isFromThisMachine, notFromHere } from "../Access.ts";
import * as failures from "../internal/failures.ts";
import type { Misdirected } from "../Problems.ts";
import { digestOfToken, type Principal, Tokens } from "../Tokens.ts";
import * as Sessions from "./Sessions.ts";

/** Who came in. */
export interface Entered {
  readonly caller: Principal;
  readonly csrf: string;
  readonly isSignedIn: boolean;
}

type Response = HttpServerResponse.HttpServerResponse;

export class Door extends Context.Service<
  Door,
  {
    /** Whether the pages are reached by TLS. */
    readonly isSecure: boolean;
    /** Who makes a request; nobody where there is no session that counts. `looks`: a person does, and no script by itself. */
    readonly enter: (request: HttpServerRequest, looks: boolean) => Effect.Effect<Entered | undefined, Misdirected>;
    /** Lets in who has a token that counts, with a new session; `limited` where the address has had too many that do not. */
    readonly signIn: (
      request: HttpServerRequest,
      token: Redacted.Redacted,
    ) => Effect.Effect<((response: Response) => Response) | "unknown" | "limited">;
    readonly signOut: (request: HttpServerRequest) => (response: Response) => Response;
  }
>()("@wechat-refund/server/pages/Door") {}

export interface Options extends Sessions.Limits {
  /** Whether browsers reach the pages by TLS, of the service or of the proxy before it. */
  readonly isSecure: boolean;
  /** Wrong tokens of a minute and address after which no other is looked at; 10. */
  readonly failures?: number | undefined;
}

export const cookieName = (isSecure: boolean): string => (isSecure ? "__Host-wechat-refund" : "wechat-refund");

/** With the tokens. */
export const layer = ({ failures: limit = 10, isSecure, ...limits }: Options): Layer.Layer<Door, never, Tokens> =>
  Layer.effect(
    Door,
    Effect.gen(function* () {
      const tokens = yield* Tokens;
      const sessions = Sessions.make(limits);
      const failed = failures.make(limit);
      const name = cookieName(isSecure);
      const options = { path: "/", httpOnly: true, sameSite: "lax", secure: isSecure } as const;
      const idOf = ({ cookies }: HttpServerRequest): string => cookies[name] ?? "";
      return {
        isSecure,
        enter: Effect.fnUntraced(function* (request, looks) {
          const id = idOf(request);
          const session = sessions.find(id, yield* Clock.currentTimeMillis, looks);
          if (session === undefined) return undefined;
          const caller = yield* tokens.holder(session.token);
          if (caller !== undefined) return { caller, csrf: session.csrf, isSignedIn: true };
          sessions.end(id);
          return undefined;
        }),
        signIn: Effect.fnUntraced(function* (request, token) {
          const caller = yield* tokens.find(token);
          const now = yield* Clock.currentTimeMillis;
          if (caller === undefined) {
            const address = Option.getOrElse(request.remoteAddress, () => "");
            const { first, over } = failed.count(address, now);
            if (first) {
              yield* Effect.logWarning(
                `more than ${limit} times in a minute somebody at ${failures.keyOf(address)} signed in with no token that counts`,
              );
            }
            // Nobody who has one waits for this, and who guesses gets on slowly.
            yield* Effect.sleep(over ? 2000 : 500);
            return over ? "limited" : "unknown";
          }
          // A name that was there before is ended: nobody goes on under one that somebody else knew.
          sessions.end(idOf(request));
          const id = sessions.begin(digestOfToken(token), now);
          yield* Effect.logInfo(`${caller.name} signed in`);
          return (response: Response) => HttpServerResponse.setCookieUnsafe(response, name, id, options);
        }),
        signOut: (request) => {
          sessions.end(idOf(request));
          return (response) => HttpServerResponse.expireCookieUnsafe(response, name, options);
        },
      };
    }),
  );

/** Without tokens, for callers of this machine: what a form must send along is known to pages of this process alone. */
export const layerLoopback = (isSecure: boolean): Layer.Layer<Door> =>
  Layer.sync(Door, () => {
    const csrf = randomBytes(32).toString("base64url");
    return {
      isSecure,
      enter: ({ headers }) =>
        isFromThisMachine(headers)
          ? Effect.succeed({ caller: everybody, csrf, isSignedIn: false })
          : Effect.andThen(notFromHere.count, Effect.fail(notFromHere.problem)),
      signIn: () => Effect.succeed("unknown"),
      signOut: () => (response) => response,
    };
  });
