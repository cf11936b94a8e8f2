/**
 * Around every route of a listener: what was refused before a route, or broke in one, is answered with a problem document; and each
 * request is counted.
 */
import * as Cause from "effect/Cause";
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as FindMyWay from "effect/http/FindMyWay";
import * as HttpRouter from "effect/http/HttpRouter";
import { isHttpServerError } from "effect/http/HttpServerError";
import * as HttpServerRequest from "effect/http/HttpServerRequest";
import * as HttpServerRespondable from "effect/http/HttpServerRespondable";
import * as HttpServerResponse from "effect/http/HttpServerResponse";
import * as Metric from "effect/Metric";
import { Internal, MethodNotAllowed, NotFound, Unreadable } from "../Problems.ts";

/** Addresses are as they are written in the document: no other case, no doubled slashes, no slash at the end. */
export const routerConfig: Partial<FindMyWay.RouterConfig> = {
  caseSensitive: true,
  ignoreDuplicateSlashes: false,
  ignoreTrailingSlash: false,
  maxParamLength: 256,
};

const requests = Metric.counter("wechat_refund_http_requests", {
  description: "Requests by method, route and status",
  incremental: true,
});
const duration = Metric.histogram("wechat_refund_http_request_duration_seconds", {
  description: "Time from a request's header fields to its answer, by route; without those that wait for events",
  boundaries: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/** Which methods an address takes. */
export type Routes = ReadonlyArray<{ readonly method: string; readonly path: string }>;

const pathsOf = (routes: Routes) => {
  const router = FindMyWay.make<string>(routerConfig);
  for (const { method, path } of routes) router.on(method, path as FindMyWay.PathInput, method);
  return (url: string): ReadonlyArray<string> =>
    ["GET", "POST"].filter((method) => router.find(method, url) !== undefined);
};

const respond = (problem: HttpServerRespondable.Respondable) => HttpServerRespondable.toResponse(problem);

const retryAfter: Readonly<Record<number, string>> = { 429: "60", 503: "5" };

/** Header fields that go with every answer, and those of its status. */
const withFields = (response: HttpServerResponse.HttpServerResponse): HttpServerResponse.HttpServerResponse => {
  const wait = retryAfter[response.status];
  return HttpServerResponse.setHeaders(response, {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    // A page names the few things that it needs.
    ...response.headers,
    ...(wait !== undefined && { "retry-after": wait }),
    ...(response.status === 401 && { "www-authenticate": 'Bearer realm="wechat-refund"' }),
  });
};

/** Puts itself around the routes of the router in context. `missing` shows a browser that there is nothing at an address. */
export const around = (
  routes: Routes,
  missing?: (request: HttpServerRequest.HttpServerRequest) => HttpServerResponse.HttpServerResponse,
) => {
  const taken = pathsOf(routes);
  // The listener of notices has no such document.
  const nothing = routes.some(({ path }) => path === "/openapi.json")
    ? "there is nothing at this address; /openapi.json lists those that there are"
    : "there is nothing at this address";
  const problemOf = Effect.fnUntraced(function* (cause: Cause.Cause<unknown>) {
    const request = yield* HttpServerRequest.HttpServerRequest;
    const error = cause.reasons.find(Cause.isFailReason)?.error;
    if (isHttpServerError(error) && error.reason._tag === "RouteNotFound") {
      const others = taken(request.url);
      const isBrowser = request.method === "GET" && /\btext\/html\b/.test(request.headers["accept"] ?? "");
      if (others.length === 0 && isBrowser && missing !== undefined) return missing(request);
      return others.length === 0
        ? yield* respond(new NotFound({ detail: nothing }))
        : HttpServerResponse.setHeader(
            yield* respond(new MethodNotAllowed({ detail: `this address takes ${others.join(", ")}` })),
            "allow",
            others.join(", "),
          );
    }
    if (isHttpServerError(error) && error.reason._tag === "RequestParseError") {
      return yield* respond(new Unreadable({ detail: "the request ended before it was whole" }));
    }
    yield* Effect.logError("a request met a defect", cause);
    return yield* respond(new Internal({ detail: "the service met a defect; its log says which" }));
  });
  return HttpRouter.use((router) =>
    router.addGlobalMiddleware((effect) =>
      Effect.gen(function* () {
        const start = yield* Clock.monotonicTimeNanos;
        const { method, url } = yield* HttpServerRequest.HttpServerRequest;
        const response = yield* Effect.catchCause(effect, (cause) =>
          Cause.hasInterruptsOnly(cause) ? Effect.failCause(cause) : problemOf(cause),
        );
        // The router leaves the route that it found in the fiber's context.
        const found = yield* Effect.contextWith((context: Context.Context<never>) =>
          Effect.succeed(
            Context.getOrUndefined(context as Context.Context<HttpRouter.RouteContext>, HttpRouter.RouteContext),
          ),
        );
        const route = found?.route.path ?? "none";
        const labels = { method: methods.includes(method) ? method : "other", route };
        yield* Metric.update(Metric.withAttributes(requests, { ...labels, status: String(response.status) }), 1);
        if (!/[?&]wait=/.test(url)) {
          const seconds = Number((yield* Clock.monotonicTimeNanos) - start) / 1e9;
          yield* Metric.update(Metric.withAttributes(duration, { route }), seconds);
        }
        return withFields(response);
      }),
    ),
  );
};
