/**
 * Who may do what: each route names the right that it needs, and every refund, total and event that is shown belongs to a merchant that
 * the token names. A merchant that it does not name looks like one that there is not.
 */
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware";
import * as HttpApiSecurity from "effect/http-api/HttpApiSecurity";
import * as HttpServerRequest from "effect/http/HttpServerRequest";
import * as Layer from "effect/Layer";
import * as Metric from "effect/Metric";
import * as Option from "effect/Option";
import * as Redacted from "effect/Redacted";
import * as failures from "./internal/failures.ts";
import { Forbidden, Misdirected, TooManyFailures, Unauthorized } from "./Problems.ts";
import { everyMerchant, type Principal, type Right, Tokens } from "./Tokens.ts";

/** The right that an endpoint needs; every endpoint says it. */
export class Needs extends Context.Service<Needs, Right | "none">()("@wechat-refund/server/Needs") {}

/** Who makes the request at hand. */
export class Caller extends Context.Service<Caller, Principal>()("@wechat-refund/server/Caller") {}

type Refused = Unauthorized | Forbidden | TooManyFailures;

/**
 * Looks at the caller again: what is waited for is given to whom the token lets in when it is given. Who has none that counts by then is
 * answered as who never had one.
 */
export class CallerNow extends Context.Service<CallerNow, Effect.Effect<Principal, Refused>>()(
  "@wechat-refund/server/CallerNow",
) {}

export class Access extends HttpApiMiddleware.Service<Access, { provides: Caller | CallerNow; requires: never }>()(
  "@wechat-refund/server/Access",
  {
    error: [Unauthorized, Forbidden, TooManyFailures, Misdirected],
    security: { token: HttpApiSecurity.bearer },
  },
) {}

const refused = Metric.counter("wechat_refund_http_refused", {
  description: "Requests without a token that counts, by what was wrong: none, unknown, limited, right, host",
  incremental: true,
});
const count = (what: string) => Metric.update(Metric.withAttributes(refused, { what }), 1);

/** Fails where a caller has not the right; one that is not said at all is nobody's. */
export const demand = (caller: Principal, needs: Right | "none" | undefined): Effect.Effect<void, Forbidden> =>
  needs === "none" || (needs !== undefined && caller.rights.has(needs))
    ? Effect.void
    : Effect.andThen(
        count("right"),
        Effect.fail(
          new Forbidden({
            ...(needs !== undefined && { right: needs }),
            detail: `the token ${caller.name} has not the right ${needs}; it has ${[...caller.rights].join(", ")}`,
          }),
        ),
      );

/** Lets a caller do what the endpoint's right allows; `now` says who it is, at the beginning and whenever it is looked at again. */
const allowed = <A, E, R>(
  now: Effect.Effect<Principal, Refused>,
  needs: Right | "none" | undefined,
  effect: Effect.Effect<A, E, R>,
): Effect.Effect<A, E | Refused, Exclude<R, Caller | CallerNow>> => {
  const permitted = Effect.tap(now, (caller) => demand(caller, needs));
  return Effect.flatMap(
    permitted,
    (caller) =>
      effect.pipe(Effect.provideService(Caller, caller), Effect.provideService(CallerNow, permitted)) as Effect.Effect<
        A,
        E,
        Exclude<R, Caller | CallerNow>
      >,
  );
};

export interface Options {
  /** Requests a minute and address that may come without a token that counts before they are answered with 429; 20. */
  readonly failures?: number | undefined;
}

/** With the tokens. One that counts is let in however many that do not came from its address: 256 bits are not guessed. */
export const layer = ({ failures: limit = 20 }: Options = {}): Layer.Layer<Access, never, Tokens> =>
  Layer.effect(
    Access,
    Effect.gen(function* () {
      const tokens = yield* Tokens;
      const failed = failures.make(limit);
      const refuse = Effect.fnUntraced(function* (what: "none" | "unknown") {
        const { remoteAddress } = yield* HttpServerRequest.HttpServerRequest;
        const address = Option.getOrElse(remoteAddress, () => "");
        const { first, over } = failed.count(address, yield* Clock.currentTimeMillis);
        if (first) {
          yield* Effect.logWarning(
            `more than ${limit} requests of a minute from ${failures.keyOf(address)} had no token that counts`,
          );
        }
        yield* count(over ? "limited" : what);
        return yield* over
          ? new TooManyFailures({ detail: "wait a minute, and send a token that counts" })
          : new Unauthorized({
              detail:
                what === "none"
                  ? "send the header Authorization: Bearer and a token; wechat-refund token new makes one"
                  : "the token is not known, was revoked, or has expired",
            });
      });
      return {
        token: (effect, { credential, endpoint }) =>
          Effect.gen(function* () {
            if (Redacted.value(credential) === "") return yield* refuse("none");
            const request = yield* HttpServerRequest.HttpServerRequest;
            const unknown = Effect.provideService(refuse("unknown"), HttpServerRequest.HttpServerRequest, request);
            const now = Effect.flatMap(tokens.find(credential), (caller) =>
              caller === undefined ? unknown : Effect.succeed(caller),
            );
            return yield* allowed(now, Context.getOrUndefined(endpoint.annotations, Needs), effect);
          }),
      };
    }),
  );

/** Who calls a service without tokens. */
export const everybody: Principal = {
  name: "local",
  merchants: new Set([everyMerchant]),
  rights: new Set<Right>(["read", "write", "operate"]),
};

/** Names of this machine, as a client on it writes them. */
const isLoopback = (host: string): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i.test(host);

/** Whether a request is for this machine under a name of its own: one under another name came by DNS that was made to lead here. */
export const isFromThisMachine = ({ host = "" }: Readonly<Record<string, string | undefined>>): boolean =>
  isLoopback(host);

/** What is answered to who calls from elsewhere, and that it is counted. */
export const notFromHere = {
  problem: new Misdirected({
    detail:
      "this service runs without tokens, for callers of this machine: call it as localhost, not from another site",
  }),
  count: count("host"),
};

/**
 * Without tokens, for a service that only this machine can reach. A page that a browser on it shows can reach it too: what comes under
 * another name than this machine's (DNS rebinding), or from a page of another host, is refused.
 */
export const layerLoopback: Layer.Layer<Access> = Layer.succeed(Access, {
  token: (effect, { endpoint }) =>
    Effect.gen(function* () {
      const { headers } = yield* HttpServerRequest.HttpServerRequest;
      const { host = "", origin } = headers;
      const isOwnPage = origin === undefined || origin === `http://${host}`;
      if (!isFromThisMachine(headers) || !isOwnPage) {
        yield* notFromHere.count;
        return yield* notFromHere.problem;
      }
      return yield* allowed(Effect.succeed(everybody), Context.getOrUndefined(endpoint.annotations, Needs), effect);
    }),
});
