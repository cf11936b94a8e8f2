/** A service from what was asked for to its end: checked as a whole, then run. */
import { join } from "node:path";
import { Merchants } from "@wechat-refund/core/Merchants";
import * as Durable from "@wechat-refund/durable/Durable";
import type { StoreError } from "@wechat-refund/durable/StoreError";
import * as NodeServer from "@wechat-refund/server/NodeServer";
import * as Service from "@wechat-refund/server/Service";
import * as Console from "effect/Console";
import * as Context from "effect/Context";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as FetchHttpClient from "effect/http/FetchHttpClient";
import * as Layer from "effect/Layer";
import * as Logger from "effect/Logger";
import * as OtlpSerialization from "effect/observability/OtlpSerialization";
import * as OtlpTracer from "effect/observability/OtlpTracer";
import * as Option from "effect/Option";
import type * as Scope from "effect/Scope";
import type { SqlError } from "effect/sql/SqlError";
import { type Check, wrong } from "@wechat-refund/checkup/Check";
import { Ending } from "../Ending.ts";
import * as Environment from "@wechat-refund/checkup/Environment";
import type { Say } from "@wechat-refund/checkup/Language";
import { translated } from "@wechat-refund/checkup/Translated";
import * as Language from "../Language.ts";
import { plain } from "../Print.ts";
import * as Store from "../store/Store.ts";
import * as Announcement from "./Announcement.ts";
import * as Gateways from "./Gateways.ts";
import * as Settings from "./Settings.ts";
import * as Unseen from "./Unseen.ts";

/** What was asked for on the command line. */
export interface Asked extends Settings.Asked, Store.Flags {
  readonly merchants: string | undefined;
  readonly noticeUrl: string | undefined;
  /** The file of the webhooks; that of the environment unless given. */
  readonly webhooks: string | undefined;
  readonly simulate: boolean;
}

/** What was found, and the service where nothing is wrong. */
export interface Prepared {
  readonly checks: ReadonlyArray<Check>;
  readonly plan: Plan | undefined;
}

/** A service that can be run. */
export interface Plan {
  readonly asked: Asked;
  readonly where: Store.Where;
  readonly listeners: Settings.Listeners;
  /** What webhooks there are; their file is that of `asked`. */
  readonly webhooks: ReadonlyArray<string>;
  /** The merchants; for a trial they and their gateway are made now, and what stands in the way is said. */
  readonly gateway: Effect.Effect<Gateways.Gateway, string, Scope.Scope>;
}

/** What is for the real gateway alone. */
const misplaced = (say: Say, asked: Asked): ReadonlyArray<Check> =>
  [
    ["--merchants", asked.merchants !== undefined],
    ["--database", Option.isSome(asked.database)],
    ["--notice-url", asked.noticeUrl !== undefined],
  ]
    .filter(([, given]) => asked.simulate && given === true)
    .map(([flag]) => wrong(String(flag), say("has no place beside --simulate", "不能与 --simulate 一起使用")));

/** The store that is meant; a trial never falls into the environment's. */
const whereOf = (asked: Asked, folder: string | undefined): Effect.Effect<Store.Where, Store.Unusable> =>
  folder === undefined
    ? Store.find(asked)
    : Effect.succeed({ _tag: "Sqlite", file: Option.getOrElse(asked.store, () => join(folder, "refunds.db")) });

/** Where a gateway of this machine posts its notices. */
const noticesOf = ({ notices }: Settings.Listeners): string => {
  const { host = "127.0.0.1", port = 0 } = notices ?? {};
  const reached = /^(?:0\.0\.0\.0|::)$/.test(host) ? "127.0.0.1" : host;
  return `http${notices?.tls === undefined ? "" : "s"}://${Settings.inAddress(reached)}:${port}/notices/${Gateways.simulatedName}`;
};

/** Looks at everything, and says what is wrong. */
export const prepare = Effect.fnUntraced(function* (
  say: Say,
  given: Asked,
): Effect.fn.Return<Prepared, never, Scope.Scope> {
  // A trial has notices without being asked, for they make it quick.
  const isFree = given.simulate && given.noticePort === undefined;
  const asked: Asked = {
    ...given,
    ...(isFree && { noticePort: yield* Settings.freePort(given.noticeHost) }),
    // Nor does it tell anybody what it was not told to.
    webhooks: given.webhooks ?? (given.simulate ? undefined : yield* Environment.text("WECHAT_REFUND_WEBHOOKS")),
  };
  const folder = asked.simulate ? yield* Gateways.temporary : undefined;
  const { checks: found, wanted: listeners } = yield* Settings.listeners(say, asked);
  const checks: Array<Check> = [...misplaced(say, asked), ...found];
  const where = yield* Effect.result(whereOf(asked, folder));
  if (where._tag === "Failure") checks.push(wrong(say("store", "存储"), where.failure.message));
  else {
    const belongs = Gateways.belongs(say, where.success, asked.simulate);
    const isNamed = folder === undefined || Option.isSome(asked.store);
    if (belongs.length > 0) checks.push(...belongs);
    else if (isNamed) checks.push(yield* Settings.store(say, asked, where.success));
  }
  const { checks: ofMerchants, made: merchants } = asked.simulate
    ? { checks: [], made: undefined }
    : yield* Gateways.real(say, asked.merchants);
  checks.push(...ofMerchants);
  const known = asked.simulate ? [Gateways.simulatedName] : merchants?.all.map(({ name }) => name);
  if (asked.simulate && asked.tokens === undefined) {
    const message = say(
      "are needed where the service can be reached from beyond this machine",
      "服务可被本机以外访问时必须指定",
    );
    if (!NodeServer.isLoopback(asked.host)) checks.push(wrong("--tokens", message));
  } else {
    checks.push(...(yield* Settings.tokens(say, asked.tokens, known)));
  }
  const webhooks = yield* Settings.webhooks(say, asked.webhooks, known);
  checks.push(...webhooks.checks);
  if (asked.check && merchants !== undefined) checks.push(...(yield* Gateways.clocks(say, merchants)));
  if (where._tag === "Failure" || checks.some(({ status }) => status === "wrong")) return { checks, plan: undefined };
  const gateway =
    merchants === undefined ? Gateways.simulated(where.success, noticesOf(listeners)) : Effect.succeed({ merchants });
  return { checks, plan: { asked, where: where.success, listeners, webhooks: webhooks.names, gateway } };
});

/** Ends the command with 2, with the last thing that can be wrong. */
const refuse = (message: string) =>
  Effect.gen(function* () {
    const words = yield* Language.words;
    yield* Console.error(`✗ ${words(plain(message))}`);
    return yield* new Ending({ exitCode: 2 });
  });

const codeOf = (cause: unknown): string =>
  cause instanceof Error && "code" in cause ? String(cause.code) : "an unknown error";

/** Spans of every call, to a collector where the environment names one. */
const tracing = Layer.unwrap(
  Effect.map(Environment.text("OTEL_EXPORTER_OTLP_ENDPOINT"), (url) =>
    url === undefined
      ? Layer.empty
      : OtlpTracer.layer({
          url: `${url.replace(/\/$/, "")}/v1/traces`,
          resource: { serviceName: "wechat-refund" },
          exportInterval: Duration.seconds(1),
        }).pipe(Layer.provide(OtlpSerialization.layerJson), Layer.provide(FetchHttpClient.layer)),
  ),
);

const storeOf = ({ asked, where }: Plan): Layer.Layer<Durable.Services, StoreError | SqlError, Merchants> => {
  const { migrate, noticeUrl, prefix, reconcile } = asked;
  const options: Durable.Options = {
    migrate,
    store: Store.shown(where),
    ...(reconcile && {
      reconciler: prefix === undefined ? {} : { isOurs: (_mchId, number) => number.startsWith(prefix) },
    }),
    ...(noticeUrl !== undefined && {
      defaults: (name: string) => ({ notifyUrl: `${noticeUrl.replace(/\/$/, "")}/${name}` }),
    }),
  };
  return where._tag === "Sqlite"
    ? Durable.layerSqlite({ file: where.file, ...options })
    : Durable.layerPostgres({ url: where.url, ...options });
};

/** Lines for people; their fields are the same in every language. */
const inWords = (say: Say): Logger.Logger<unknown, string> => {
  const words = translated(say);
  const said = (message: unknown): unknown => (typeof message === "string" ? words(message) : message);
  return Logger.make((options) =>
    Logger.formatLogFmt.log({
      ...options,
      message: Array.isArray(options.message) ? options.message.map(said) : said(options.message),
    }),
  );
};

/** Serves until it is interrupted. */
export const run = (say: Say, plan: Plan, { json }: { readonly json: boolean }) =>
  Effect.gen(function* () {
    const { asked, listeners, where } = plan;
    const gateway = yield* Effect.catch(plan.gateway, refuse);
    const service = Service.layer({
      api: listeners.api,
      ...(listeners.notices !== undefined && { notices: listeners.notices }),
      tokens: asked.tokens ?? "none",
      ...(!asked.pages && { pages: false }),
      ...(asked.webhooks !== undefined && { webhooks: { file: asked.webhooks } }),
    }).pipe(
      Layer.provideMerge(storeOf(plan)),
      Layer.provideMerge(Layer.succeed(Merchants, gateway.merchants)),
      Layer.provide(tracing),
    );
    const running = yield* Layer.build(service).pipe(
      Effect.catchTags({
        StoreError: (error) => refuse(Store.problem(where, error).message),
        SqlError: (error) => refuse(Store.problem(where, error).message),
        ServeError: ({ cause }) => refuse(say("cannot listen", "无法监听") + `: ${codeOf(cause)}`),
        InvalidListener: ({ message }) => refuse(message),
        InvalidWebhooks: ({ issues }) => refuse(`--webhooks: ${issues.join("; ")}`),
        InvalidTokens: ({ issues }) => refuse(`--tokens: ${issues.join("; ")}`),
      }),
    );
    const store =
      asked.simulate && Option.isNone(asked.store)
        ? say("a temporary one; --store ./FILE would keep it", "临时存储；用 --store ./文件 可保留")
        : Store.shown(where);
    const announced = { ...Context.get(running, Service.Listening), asked, gateway, store, webhooks: plan.webhooks };
    // A store that is away says so by itself.
    yield* Effect.ignore(Effect.provideContext(Unseen.tell, running));
    yield* json ? Announcement.logged(announced) : Console.log(Announcement.text(say, announced));
    return yield* Effect.never;
  }).pipe(
    Effect.scoped,
    Effect.provide(Logger.layer([json ? Logger.consoleJson : Logger.withConsoleError(inWords(say))])),
  );
