/**
 * The operator's pages: what waits for a person, and what a person may do about it, in a browser. Rendered here, usable without a script,
 * in English and Chinese.
 *
 * Nothing is decided here: whom a caller sees and what may be done are the API's own rules (`Access`, `internal/operations.ts`). This module
 * has the addresses; what stands around each is in `pages/Entering.ts`.
 */
import { Cause } from "@wechat-refund/core/RefundProgress";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import * as HttpRouter from "effect/http/HttpRouter";
import { HttpServerRequest } from "effect/http/HttpServerRequest";
import * as HttpServerResponse from "effect/http/HttpServerResponse";
import * as Layer from "effect/Layer";
import * as Option from "effect/Option";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import { demand } from "./Access.ts";
import { Action } from "./Forms.ts";
import * as Operations from "./internal/operations.ts";
import { reasonOf } from "./internal/starting.ts";
import { all, done, groupOf, type Meant } from "./pages/All.ts";
import * as Assets from "./pages/Assets.ts";
import { bookDay, books } from "./pages/Books.ts";
import { Door } from "./pages/Door.ts";
import {
  assetsOf,
  document,
  entrance,
  missing,
  nothing,
  outside,
  policies,
  signingIn,
  to,
  troubled,
} from "./pages/Entering.ts";
import { home } from "./pages/Home.ts";
import { page, type Visitor } from "./pages/Layout.ts";
import { csv, list } from "./pages/List.ts";
import { merchants } from "./pages/Merchants.ts";
import { one } from "./pages/One.ts";
import { addressOf, withQuery } from "./pages/Parts.ts";
import { type Fields, fieldsOf, fromOwnPage } from "./pages/Requests.ts";
import { isLocal } from "./pages/SignIn.ts";
import { Forbidden, Unauthorized } from "./Problems.ts";

export { missing } from "./pages/Entering.ts";

/** Addresses, for the methods that they take. */
export const routes = (
  [
    ["GET", "/"],
    ["GET", "/refunds"],
    ["GET", "/refunds.csv"],
    ["GET", "/refunds/:merchant/:outRefundNo"],
    ["POST", "/refunds/:merchant/:outRefundNo/:action"],
    ["GET", "/blocked/:merchant/:cause/:action"],
    ["POST", "/blocked/:merchant/:cause/:action"],
    ["GET", "/books"],
    ["GET", "/books/:mchId/:date"],
    ["GET", "/merchants"],
    ["POST", "/merchants/:merchant/:action"],
    ["GET", "/feed"],
    ["GET", "/sign-in"],
    ["POST", "/sign-in"],
    ["POST", "/sign-out"],
    ["GET", "/assets/:name"],
  ] as const
).map(([method, path]) => ({ method, path }));

const isAction = Schema.is(Action);
const isCause = Schema.is(Cause);

const ended = HttpServerResponse.jsonUnsafe({ ended: true }, { status: 401, headers: policies });

/** How long an act on many is waited for before it is told that it goes on by itself, in ms. */
const patience = 5000;

const parameter = (name: string) => Effect.map(HttpRouter.params, (all) => all[name] ?? "");

/** What is wrong with a reason, in the page's language. */
const wrongReason = ({ say }: Visitor): string =>
  say("Say why, on one line of at most 500 characters.", "请用一行文字说明原因，最多 500 个字符。");

export const layer: Layer.Layer<never, never, HttpRouter.HttpRouter | Door | Effect.Services<typeof Operations.make>> =
  HttpRouter.use(
    Effect.fnUntraced(function* (router) {
      const operations = yield* Operations.make;
      const door = yield* Door;
      const scope = yield* Effect.scope;
      const assets = assetsOf();

      const { again, does, entering, keeping, operates, shows } = entrance(door);

      const named = Effect.all({ merchant: parameter("merchant"), outRefundNo: parameter("outRefundNo") });

      const actionIn = Effect.flatMap(parameter("action"), (action) =>
        isAction(action) ? Effect.succeed(action) : Effect.fail(nothing()),
      );

      const meant = Effect.gen(function* () {
        const cause = yield* parameter("cause");
        if (!isCause(cause)) return yield* nothing();
        return { merchant: yield* parameter("merchant"), cause, action: yield* actionIn } satisfies Meant;
      });

      const reasonIn = (fields: Fields): { readonly reason: string; readonly isGood: boolean } => {
        const reason = fields.get("reason") ?? "";
        return { reason, isGood: Result.isSuccess(reasonOf({ reason })) };
      };

      yield* router.add(
        "GET",
        "/",
        shows(({ visitor }) => home(operations, visitor)),
      );

      yield* router.add(
        "GET",
        "/refunds",
        shows(({ url, visitor }) => list(operations, visitor, url.searchParams)),
      );

      yield* router.add(
        "GET",
        "/refunds.csv",
        entering(
          true,
          ({ url, visitor }) =>
            Effect.gen(function* () {
              yield* demand(visitor.caller, "read");
              const body = yield* csv(operations, visitor, url.searchParams);
              return HttpServerResponse.stream(body, {
                contentType: "text/csv; charset=utf-8",
                headers: { ...policies, "content-disposition": 'attachment; filename="refunds.csv"' },
              });
            }),
          ({ address }) => to(withQuery("/sign-in", { next: address })),
        ),
      );

      yield* router.add(
        "GET",
        "/refunds/:merchant/:outRefundNo",
        shows(({ url, visitor }) =>
          Effect.flatMap(named, (of) =>
            one(operations, visitor, of, { done: url.searchParams.get("done") ?? undefined }),
          ),
        ),
      );

      yield* router.add(
        "POST",
        "/refunds/:merchant/:outRefundNo/:action",
        operates((fields, { visitor }) =>
          Effect.gen(function* () {
            const of = yield* named;
            const action = yield* actionIn;
            const { isGood, reason } = reasonIn(fields);
            if (!isGood) {
              const tried = { action, reason, wrong: wrongReason(visitor) };
              return yield* again(visitor, one(operations, visitor, of, { tried }));
            }
            yield* operations.act(action, of, Effect.succeed(reason));
            return to(withQuery(addressOf(of.merchant, of.outRefundNo), { done: action }));
          }),
        ),
      );

      yield* router.add(
        "GET",
        "/blocked/:merchant/:cause/:action",
        shows(({ visitor }) => Effect.flatMap(meant, (what) => all(operations, visitor, what))),
      );

      yield* router.add(
        "POST",
        "/blocked/:merchant/:cause/:action",
        operates((fields, { visitor }) =>
          Effect.gen(function* () {
            const what = yield* meant;
            const { isGood, reason } = reasonIn(fields);
            const instead = (tried: Parameters<typeof all>[3]) => again(visitor, all(operations, visitor, what, tried));
            if (!isGood) return yield* instead({ reason, wrong: wrongReason(visitor) });
            // Nobody does something to more than were shown.
            const group = yield* groupOf(operations, what);
            const shown = Number(fields.get("count"));
            if (group !== undefined && !(group.count <= shown)) return yield* instead({ reason, hasGrown: true });
            const acting = yield* operations
              .actOnAll(what.action, { merchant: what.merchant, block: [what.cause] }, Effect.succeed(reason), shown)
              .pipe(Effect.forkIn(scope));
            const ended = yield* Effect.timeoutOption(Fiber.join(acting), patience);
            const result = Option.match(ended, {
              onNone: () => ({ number: group?.count ?? shown, reached: "later" as const }),
              onSome: (number) => ({ number, reached: "all" as const }),
            });
            return document(page(visitor, done(visitor, what, result)));
          }),
        ),
      );

      yield* router.add(
        "GET",
        "/books",
        shows(({ url, visitor }) => books(operations, visitor, url.searchParams.get("mchId"))),
      );

      yield* router.add(
        "GET",
        "/books/:mchId/:date",
        shows(({ url, visitor }) =>
          Effect.gen(function* () {
            const after = /^[0-9]{1,15}$/.exec(url.searchParams.get("after") ?? "")?.[0] ?? "0";
            const [mchId, date] = [yield* parameter("mchId"), yield* parameter("date")];
            return yield* bookDay(operations, visitor, { mchId, date, after: Number(after) });
          }),
        ),
      );

      yield* router.add(
        "GET",
        "/merchants",
        shows(({ url, visitor }) => merchants(operations, visitor, { done: url.searchParams.get("done") })),
      );

      yield* router.add(
        "POST",
        "/merchants/:merchant/:action",
        operates((fields, { visitor }) =>
          Effect.gen(function* () {
            const merchant = yield* parameter("merchant");
            const action = yield* parameter("action");
            if (action !== "pause" && action !== "resume") return yield* nothing();
            yield* operations.visible(merchant);
            const { isGood, reason } = reasonIn(fields);
            if (!isGood) {
              const tried = { merchant, reason, wrong: wrongReason(visitor) };
              return yield* again(visitor, merchants(operations, visitor, { tried }));
            }
            yield* operations.pause(action, merchant, Effect.succeed(reason));
            return to(withQuery("/merchants", { done: action }));
          }),
        ),
      );

      yield* router.add(
        "GET",
        "/feed",
        entering(
          false,
          ({ request, url, visitor }) =>
            Effect.gen(function* () {
              const site = request.headers["sec-fetch-site"];
              if (site !== undefined && site !== "same-origin") return yield* new Forbidden({});
              yield* demand(visitor.caller, "read");
              const number = (name: string, most: number): number =>
                Math.min(most, Number(/^[0-9]{1,15}$/.exec(url.searchParams.get(name) ?? "")?.[0] ?? 0));
              // The session may end while it waits.
              const now = Effect.gen(function* () {
                const entered = yield* door.enter(request, false);
                if (entered === undefined) return yield* new Unauthorized({});
                yield* demand(entered.caller, "read");
                return entered.caller;
              });
              const { events, next } = yield* operations.events({
                after: number("after", Number.MAX_SAFE_INTEGER),
                wait: number("wait", 25) * 1000,
                merchant: undefined,
                now,
              });
              return HttpServerResponse.jsonUnsafe({ next, changed: events.length > 0 }, { headers: policies });
            }).pipe(
              // The page was made from another store.
              Effect.catchTag("Invalid", () =>
                Effect.succeed(HttpServerResponse.jsonUnsafe({ next: 0, changed: true }, { headers: policies })),
              ),
              Effect.catchTag("Unauthorized", () => Effect.succeed(ended)),
            ),
          () => ended,
        ),
      );

      yield* router.add(
        "GET",
        "/sign-in",
        Effect.gen(function* () {
          const request = yield* HttpServerRequest;
          const outer = outside(request);
          const asked = outer.url.searchParams.get("next") ?? "/";
          const next = isLocal(asked) ? asked : "/";
          const entered = yield* Effect.option(door.enter(request, false));
          // Where nobody has to, or has already.
          if (Option.isSome(entered) && entered.value !== undefined) return to(next);
          return keeping(outer.url, signingIn(outer, next, 200));
        }),
      );

      yield* router.add(
        "POST",
        "/sign-in",
        Effect.gen(function* () {
          const request = yield* HttpServerRequest;
          const outer = outside(request);
          const tried = Effect.gen(function* () {
            yield* fromOwnPage(request, door.isSecure);
            const fields = yield* fieldsOf(request);
            const asked = fields.get("next") ?? "/";
            const next = isLocal(asked) ? asked : "/";
            const result = yield* door.signIn(request, Redacted.make((fields.get("token") ?? "").trim()));
            return typeof result === "string"
              ? signingIn(outer, next, result === "limited" ? 429 : 401, result)
              : result(to(next));
          });
          return yield* Effect.catch(tried, (problem) => Effect.succeed(troubled(outer, problem)));
        }),
      );

      yield* router.add(
        "POST",
        "/sign-out",
        does((_, { request }) => Effect.succeed(door.signOut(request)(to("/sign-in")))),
      );

      yield* router.add(
        "GET",
        "/assets/:name",
        Effect.gen(function* () {
          const name = yield* parameter("name");
          const found = [assets.css, assets.js].find(({ path }) => path === `/assets/${name}`);
          return found === undefined ? missing(yield* HttpServerRequest) : Assets.response(found);
        }),
      );
    }),
  );
