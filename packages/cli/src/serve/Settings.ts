/**
 * What a service is made of, and what is wrong with it: all of it, by the flag or the variable, before anything listens.
 *
 * Every part is looked at also where another is wrong. What is made here for good are the merchants; the store is opened for a look, and
 * given back.
 */
import { randomInt } from "node:crypto";
import { accessSync, constants, lstatSync, readFileSync, realpathSync, statSync } from "node:fs";
import { createServer, isIP } from "node:net";
import { basename, dirname, join, resolve } from "node:path";
import { type InvalidMerchants, Merchants } from "@wechat-refund/core/Merchants";
import * as Migrations from "@wechat-refund/durable/Migrations";
import * as Postgres from "@wechat-refund/durable/Postgres";
import * as Sqlite from "@wechat-refund/durable/Sqlite";
import * as NodeServer from "@wechat-refund/server/NodeServer";
import * as Tokens from "@wechat-refund/server/Tokens";
import * as WebhooksFile from "@wechat-refund/server/WebhooksFile";
import { summarize } from "@wechat-refund/core/Transport";
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import { type Check, ok, wrong } from "@wechat-refund/checkup/Check";
import { colon, comma, type Say } from "@wechat-refund/checkup/Language";
import { translated } from "@wechat-refund/checkup/Translated";
import { shownPath } from "../Print.ts";
import * as Store from "../store/Store.ts";

/** What was asked for; a file that is given is named. */
export interface Asked {
  readonly host: string;
  readonly port: number;
  readonly noticeHost: string;
  readonly noticePort: number | undefined;
  readonly tlsCert: string | undefined;
  readonly tlsKey: string | undefined;
  readonly behindProxy: ReadonlyArray<string>;
  readonly tokens: string | undefined;
  readonly migrate: boolean;
  /** Whether the books are compared with bills each day, and how the own numbers begin. */
  readonly reconcile: boolean;
  readonly prefix: string | undefined;
  /** Whether there are pages for operators beside the API. */
  readonly pages: boolean;
  /** The service is only looked at: what is running may hold its store and its ports. */
  readonly check: boolean;
}

/** Listeners as the service wants them. */
export interface Listeners {
  readonly api: NodeServer.Options;
  readonly notices: NodeServer.Options | undefined;
}

const codeOf = (cause: unknown): string => summarize(cause).code ?? "an unknown error";

const pem = (name: string, file: string | undefined): Result.Result<string | undefined, Check> => {
  if (file === undefined) return Result.succeed(undefined);
  try {
    return Result.succeed(readFileSync(file, "utf8"));
  } catch (cause) {
    return Result.fail(wrong(name, `${shownPath(file)} cannot be read (${codeOf(cause)})`));
  }
};

const flags: Readonly<Record<string, string>> = {
  port: "--port",
  host: "--host",
  behindProxy: "--behind-proxy",
  tls: "--tls-cert, --tls-key",
};

/** The settings of a layer as the flags that they are here. */
const inFlags = (text: string): string =>
  text.replace("give tls, or behindProxy", "give --tls-cert and --tls-key, or --behind-proxy");

/** Whether something else has the port. */
const taken = (host: string, port: number): Effect.Effect<string | undefined> =>
  Effect.callback((resume) => {
    const server = createServer();
    server.once("error", (cause) => resume(Effect.succeed(codeOf(cause))));
    server.listen({ host, port }, () => server.close(() => resume(Effect.succeed(undefined))));
  });

/**
 * A port that nothing has now, to be listened on a moment later. Not one of those that the system gives to whoever opens a connection: of these
 * one may be gone again by then.
 */
export const freePort = (host: string): Effect.Effect<number> =>
  Effect.callback((resume) => {
    const listen = (left: number): void => {
      const port = randomInt(10_000, 32_000);
      const server = createServer();
      server.once("error", () => (left > 0 ? listen(left - 1) : resume(Effect.succeed(0))));
      server.listen({ host, port }, () => server.close(() => resume(Effect.succeed(port))));
    };
    listen(50);
  });

const isIPv4 = (host: string): boolean => isIP(host) === 4;

/** Whether listeners at two hosts would need the same port: `0.0.0.0` and `::` have those of the other addresses as well. */
const meet = (one: string, other: string): boolean => {
  const among = (all: string, host: string): boolean =>
    all === "::" ||
    (all === "0.0.0.0" && (isIPv4(host) || host === "localhost")) ||
    (all === "localhost" && NodeServer.isLoopback(host));
  return one === other || among(one, other) || among(other, one);
};

/** A host as an address names it. */
export const inAddress = (host: string): string => (host.includes(":") ? `[${host}]` : host);

const why = (say: Say, code: string): string =>
  code === "EADDRINUSE"
    ? say("another program has it: end that, or give another port", "已被其他程序占用：请结束该程序，或改用其他端口")
    : code === "EACCES"
      ? say("this user may not listen there: give a port from 1024 on", "当前用户无权监听：请使用 1024 及以上的端口")
      : say(`this machine cannot listen there (${code})`, `本机无法监听（${code}）`);

/** The listeners, and what is wrong with them. */
export const listeners = Effect.fnUntraced(function* (say: Say, asked: Asked) {
  const { behindProxy, check, host, noticeHost, noticePort, port, tlsCert, tlsKey } = asked;
  const name = say("listener", "监听");
  const checks: Array<Check> = [];
  const certificate = pem("--tls-cert", tlsCert);
  const key = pem("--tls-key", tlsKey);
  for (const read of [certificate, key]) if (Result.isFailure(read)) checks.push(read.failure);
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    const [given, missing] = tlsKey === undefined ? ["--tls-cert", "--tls-key"] : ["--tls-key", "--tls-cert"];
    checks.push(wrong(given, say(`needs ${missing} as well`, `还需要 ${missing}`)));
  }
  const cert = Result.getOrUndefined(certificate);
  const secret = Result.getOrUndefined(key);
  const tls =
    cert === undefined || secret === undefined ? undefined : { certificate: cert, key: Redacted.make(secret) };
  const common = { behindProxy, ...(tls !== undefined && { tls }) };
  const wanted: Listeners = {
    api: { host, port, ...common },
    notices: noticePort === undefined ? undefined : { host: noticeHost, port: noticePort, ...common },
  };
  // A certificate that could not be read is not also missing.
  const isTlsWrong = checks.length > 0;
  const issues = [...NodeServer.issuesOf(wanted.api), ...(wanted.notices ? NodeServer.issuesOf(wanted.notices) : [])];
  const told = new Set<string>();
  for (const { field, message } of issues) {
    const flag = field === "host" && NodeServer.isLoopback(host) ? "--notice-host" : (flags[field] ?? field);
    if (told.has(`${flag} ${message}`) || (field === "host" && isTlsWrong)) continue;
    told.add(`${flag} ${message}`);
    checks.push(wrong(flag, inFlags(message)));
  }
  for (const [flag, listener] of [
    ["--port", wanted.api],
    ["--notice-port", wanted.notices],
  ] as const) {
    if (listener === undefined || listener.port === 0) continue;
    const code = yield* taken(listener.host ?? "", listener.port);
    // What is running has the ports that it is checked for; what else stands in the way would stand in its way, too.
    if (check && code === "EADDRINUSE") continue;
    const at = `${inAddress(listener.host ?? "")}:${listener.port}`;
    if (code !== undefined) checks.push(wrong(flag, `${at}: ${why(say, code)}`));
  }
  if (noticePort === port && port !== 0 && meet(noticeHost, host)) {
    checks.push(wrong("--notice-port", say("must be another than --port", "不能与 --port 相同")));
  }
  const found = `${inAddress(host)}:${port}${noticePort === undefined ? "" : `${comma(say)}${say("notices", "通知")} ${inAddress(noticeHost)}:${noticePort}`}`;
  return { wanted, checks: checks.length > 0 ? checks : [ok(name, found)] };
});

/** The tokens, for merchants of these names. */
export const tokens = Effect.fnUntraced(function* (
  say: Say,
  file: string | undefined,
  merchants: ReadonlyArray<string> | undefined,
) {
  const name = "--tokens";
  if (file === undefined) {
    const message = say(
      "names no file, and nobody could call: wechat-refund token new --name shop --merchants '*' --rights read,write --tokens ./tokens.json",
      "未指定文件，无人可以调用：wechat-refund token new --name shop --merchants '*' --rights read,write --tokens ./tokens.json",
    );
    return [wrong(name, message)];
  }
  const listed = yield* Effect.result(Tokens.list(file));
  if (Result.isFailure(listed))
    return listed.failure.issues.map((issue) => wrong(name, `${shownPath(file)}: ${issue}`));
  const now = yield* Clock.currentTimeMillis;
  const ended = listed.success.filter(({ expires }) => expires !== undefined && Date.parse(expires) <= now);
  const unknown = [...new Set(listed.success.flatMap((token) => token.merchants))].filter(
    (merchant) => merchant !== Tokens.everyMerchant && merchants?.includes(merchant) === false,
  );
  const notes = [
    ...(ended.length > 0 ? [say(`expired: ${names(ended)}`, `已过期：${names(ended)}`)] : []),
    ...(unknown.length > 0
      ? [say(`name merchants that there are not: ${unknown.join(", ")}`, `指向不存在的商户：${unknown.join("、")}`)]
      : []),
  ];
  const count = say(`${listed.success.length} tokens`, `${listed.success.length} 个令牌`);
  return [ok(name, count, notes.length === 0 ? undefined : notes.join("; "))];
});

/** The webhooks, for merchants of these names; none where no file is given. */
export const webhooks = Effect.fnUntraced(function* (
  say: Say,
  file: string | undefined,
  merchants: ReadonlyArray<string> | undefined,
) {
  if (file === undefined) return { checks: [], names: [] };
  const name = "--webhooks";
  const read = yield* Effect.result(WebhooksFile.read(file));
  if (Result.isFailure(read)) {
    return { checks: read.failure.issues.map((issue) => wrong(name, `${shownPath(file)}: ${issue}`)), names: [] };
  }
  const { endpoints, warnings } = read.success;
  const unknown = [...new Set(endpoints.flatMap((endpoint) => [...endpoint.merchants]))].filter(
    (merchant) => merchant !== Tokens.everyMerchant && merchants?.includes(merchant) === false,
  );
  const notes = [
    ...warnings,
    ...(unknown.length === 0
      ? []
      : [say(`name merchants that there are not: ${unknown.join(", ")}`, `指向不存在的商户：${unknown.join("、")}`)]),
  ];
  const all = endpoints.map(({ name }) => name);
  return { checks: [ok(name, all.join(", "), notes.length === 0 ? undefined : notes.join("; "))], names: all };
});

const names = (tokens: ReadonlyArray<{ readonly name: string }>): string => tokens.map(({ name }) => name).join(", ");

/** The merchants, made for the life of the scope; of this file, where one is given. */
export const merchants = Effect.fnUntraced(function* (
  say: Say,
  layer: Layer.Layer<Merchants, InvalidMerchants>,
  file?: string,
) {
  const name = say("merchants", "商户");
  const built = yield* Effect.result(Layer.build(layer));
  if (Result.isFailure(built)) {
    const words = translated(say);
    const checks = built.failure.issues.map(({ field, merchant, message }) => {
      const why = message.split("\n").join(" ");
      return file !== undefined && merchant === "the file"
        ? wrong("--merchants", `${shownPath(file)}: ${field === "(text)" ? why : `${field} ${why}`}`)
        : wrong(`${name}${colon(say)}${words(merchant)}`, `${field} ${why}`);
    });
    return { made: undefined, checks };
  }
  const made = Context.get(built.success, Merchants);
  return { made, checks: [ok(name, made.all.map(({ name }) => name).join(", "))] };
});

/** A store is made in an empty file too, and not where a link leads nowhere. What cannot be looked at is told when it is opened. */
const isToBeMade = (file: string): boolean => {
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    return found === undefined
      ? lstatSync(file, { throwIfNoEntry: false }) === undefined
      : found.isFile() && found.size === 0;
  } catch {
    return false;
  }
};

/** Where a store's file really is: what it needs stands beside that, and not beside a link to it. */
const placeOf = (file: string): string =>
  lstatSync(file, { throwIfNoEntry: false }) === undefined
    ? join(realpathSync(dirname(resolve(file))), basename(file))
    : realpathSync(file);

/** Why a service could not work on a store that was only read here, or looked for: the first place that it may not write to. */
const unwritable = (file: string): { readonly at: string; readonly code: string } | undefined => {
  let at = file;
  try {
    const place = placeOf(file);
    at = dirname(place);
    accessSync(at, constants.W_OK | constants.X_OK);
    // Also what another user's command has left beside it.
    for (const ending of ["", "-wal", "-shm", ".lock"]) {
      at = place + ending;
      if (lstatSync(at, { throwIfNoEntry: false }) !== undefined) accessSync(at, constants.R_OK | constants.W_OK);
    }
    return undefined;
  } catch (cause) {
    return { at, code: codeOf(cause) };
  }
};

/** The store as a service finds it: of this version's form, or to be brought to it. */
export const store = Effect.fnUntraced(function* (say: Say, asked: Asked, where: Store.Where) {
  const name = say("store", "存储");
  const shown = Store.shown(where);
  if (where._tag === "Sqlite" && isToBeMade(where.file)) {
    if (!asked.migrate) {
      return wrong(name, say(`there is no store ${shown}, and it may not be made`, `没有存储 ${shown}，且不允许创建`));
    }
    const barred = unwritable(where.file);
    if (barred !== undefined) {
      const { at, code } = barred;
      const why = at === where.file ? code : `${shownPath(at)}${colon(say)}${code}`;
      return wrong(name, say(`${shown} cannot be made (${why})`, `无法创建 ${shown}（${why}）`));
    }
    return ok(name, say(`${shown} will be made`, `将创建 ${shown}`));
  }
  const client =
    where._tag === "Postgres"
      ? Postgres.layer({ url: where.url })
      : asked.check
        ? Sqlite.layerReadOnly({ file: where.file })
        : Sqlite.layer({ file: where.file });
  const form = yield* Effect.result(Effect.scoped(Effect.provide(Migrations.known(shown), client)));
  if (Result.isFailure(form)) return wrong(name, Store.problem(where, form.failure).message);
  const barred = asked.check && where._tag === "Sqlite" ? unwritable(where.file) : undefined;
  if (barred !== undefined) {
    const { code } = barred;
    const at = shownPath(barred.at);
    const message = say(
      `${at} must be writable by the user that the service runs as (${code})`,
      `${at} 必须可由运行服务的用户写入（${code}）`,
    );
    return wrong(name, message);
  }
  if (form.success === Migrations.newest) return ok(name, shown);
  return asked.migrate
    ? ok(
        name,
        say(`${shown} will be brought to form ${Migrations.newest}`, `${shown} 将升级到结构版本 ${Migrations.newest}`),
      )
    : wrong(
        name,
        say(
          `${shown} has form ${form.success}, and this version needs ${Migrations.newest}`,
          `${shown} 的结构版本为 ${form.success}，本版本需要 ${Migrations.newest}`,
        ),
        "wechat-refund store migrate",
      );
});
