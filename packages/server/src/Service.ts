/**
 * The refund service as one layer: the API and the operator's pages on one listener, notices on another, over a store and merchants.
 *
 * What `Durable` gives (`Refunds`, `Events`, `Health` …) and `Merchants` are needed; everything that listens is made here, in order, and
 * ends in the opposite one: who waits for events is answered, then requests under way are, then the listeners close.
 */
import { Merchants } from "@wechat-refund/core/Merchants";
import type { Services } from "@wechat-refund/durable/Durable";
import * as Context from "effect/Context";
import * as Deferred from "effect/Deferred";
import * as Effect from "effect/Effect";
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder";
import * as HttpRouter from "effect/http/HttpRouter";
import * as HttpServer from "effect/http/HttpServer";
import type { ServeError } from "effect/http/HttpServerError";
import * as Layer from "effect/Layer";
import * as Access from "./Access.ts";
import { Closing } from "./Closing.ts";
import * as Health from "./Health.ts";
import * as handlers from "./internal/handlers.ts";
import { around, routerConfig, type Routes } from "./internal/outer.ts";
import * as NodeServer from "./NodeServer.ts";
import * as NoticeRoute from "./NoticeRoute.ts";
import * as Pages from "./Pages.ts";
import * as Door from "./pages/Door.ts";
import type * as Sessions from "./pages/Sessions.ts";
import { Api } from "./RefundApi.ts";
import * as Tokens from "./Tokens.ts";
import * as Webhooks from "./Webhooks.ts";
import type { InvalidWebhooks } from "./WebhooksFile.ts";

export interface Options {
  readonly api: NodeServer.Options;
  /** The listener of the notices; none where they come another way, or not at all. */
  readonly notices?: (NodeServer.Options & NoticeRoute.Options) | undefined;
  /** The file of the tokens; `none` for a service that only this machine can reach. */
  readonly tokens: string | "none";
  /** The operator's pages, beside the API; `false` for none, else for how long somebody stays signed in. */
  readonly pages?: Sessions.Limits | false | undefined;
  /** Where events are posted to; nowhere unless it is given. */
  readonly webhooks?: Webhooks.Options | undefined;
}

/** Where the service listens. */
export class Listening extends Context.Service<
  Listening,
  { readonly api: string; readonly notices: string | undefined }
>()("@wechat-refund/server/Listening") {}

const apiRoutes: Routes = [
  ...Object.values(Api.groups).flatMap(({ endpoints }) =>
    Object.values(endpoints).map(({ method, path }) => ({ method: String(method), path: String(path) })),
  ),
  { method: "GET", path: "/openapi.json" },
  ...Health.routes,
];

const served = Layer.mergeAll(
  HttpApiBuilder.layer(Api, { openapiPath: "/openapi.json" }).pipe(Layer.provide(handlers.layer)),
  Health.layer,
);

/** The API, its document and the health routes, for any router; it needs an `Access` layer and one of `Webhooks`. */
export const routes = Layer.mergeAll(served, around(apiRoutes));

/** These and the operator's pages; it needs a `Door` layer as well. */
const routesWithPages = Layer.mergeAll(served, Pages.layer, around([...apiRoutes, ...Pages.routes], Pages.missing));

const addressOf = (tls: NodeServer.Options["tls"]) =>
  Effect.map(HttpServer.HttpServer, ({ address }) =>
    HttpServer.formatAddress(address).replace(/^http:/, tls === undefined ? "http:" : "https:"),
  );

const quiet = { routerConfig, disableLogger: true, disableListenLog: true };

/** Made anew for each service: two of them in one process share nothing. */
export const layer = ({
  api,
  notices,
  pages = {},
  tokens,
  webhooks,
}: Options): Layer.Layer<
  Listening | Webhooks.Webhooks,
  ServeError | NodeServer.InvalidListener | Tokens.InvalidTokens | InvalidWebhooks,
  Services | Merchants
> => {
  const wrong = [
    ...NodeServer.issuesOf(api),
    ...(notices === undefined ? [] : NodeServer.issuesOf(notices)).map(({ field, message }) => ({
      field: `notices: ${field}`,
      message,
    })),
    ...(tokens === "none" && !NodeServer.isLoopback(api.host)
      ? [{ field: "tokens", message: "are needed where the service can be reached from beyond this machine" }]
      : []),
  ];
  const isSecure = api.tls !== undefined || (api.behindProxy ?? []).length > 0;
  const access =
    tokens === "none"
      ? Layer.merge(Access.layerLoopback, Door.layerLoopback(isSecure))
      : Layer.merge(Access.layer(), Door.layer({ ...(pages !== false && pages), isSecure })).pipe(
          Layer.provide(Tokens.layer(tokens)),
        );
  return Layer.unwrap(
    Effect.gen(function* () {
      if (wrong.length > 0) return yield* new NodeServer.InvalidListener({ issues: wrong });
      const closing = yield* Deferred.make<void>();
      const listener = HttpRouter.serve(
        Layer.mergeAll(
          (pages === false ? routes : routesWithPages).pipe(Layer.provide(access)),
          NodeServer.layerProxies(api),
        ),
        quiet,
      ).pipe(Layer.provide(Layer.succeed(Closing, Deferred.await(closing))), Layer.provideMerge(NodeServer.layer(api)));
      const forNotices =
        notices === undefined
          ? undefined
          : HttpRouter.serve(Layer.mergeAll(NoticeRoute.layer(notices), NodeServer.layerProxies(notices)), quiet).pipe(
              Layer.provideMerge(NodeServer.layer(notices)),
            );
      const at = (layer: typeof listener | NonNullable<typeof forNotices>, options: NodeServer.Options) =>
        Effect.flatMap(Layer.build(Layer.fresh(layer)), (context) =>
          Effect.provideContext(addressOf(options.tls), context),
        );
      return Layer.effect(
        Listening,
        Effect.gen(function* () {
          if (tokens !== "none") {
            const { all } = yield* Merchants;
            const names = new Set(all.map(({ name }) => name));
            for (const issue of Tokens.strangers(yield* Tokens.list(tokens), names)) yield* Effect.logWarning(issue);
          }
          const noticesAt =
            forNotices === undefined || notices === undefined ? undefined : yield* at(forNotices, notices);
          const apiAt = yield* at(listener, api);
          // The last to be made and the first to end.
          yield* Effect.addFinalizer(() => Deferred.succeed(closing, undefined));
          return { api: apiAt, notices: noticesAt };
        }),
        // Made first: whatever the API acknowledges is told to them.
      ).pipe(Layer.provideMerge(webhooks === undefined ? Webhooks.layerNone : Webhooks.layer(webhooks)));
    }),
  );
};
