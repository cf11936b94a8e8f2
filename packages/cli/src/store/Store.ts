/**
 * Which store a command works on, and how it is opened: for itself alone where it may write, beside whoever has it where it only looks.
 *
 * What is wrong with a store ends the command with 2, in one line that names the store as it may be printed and the remedy.
 */
import { existsSync, realpathSync, statSync } from "node:fs";
import { basename } from "node:path";
import * as Migrations from "@wechat-refund/durable/Migrations";
import * as Postgres from "@wechat-refund/durable/Postgres";
import * as RefundStore from "@wechat-refund/durable/RefundStore";
import * as Sqlite from "@wechat-refund/durable/Sqlite";
import { isMalformed } from "@wechat-refund/durable/StoreCheck";
import { damagedFile, type StoreError } from "@wechat-refund/durable/StoreError";
import * as Shown from "@wechat-refund/mutual-tls/Shown";
import * as Data from "effect/Data";
import * as Effect from "effect/Effect";
import * as Flag from "effect/cli/Flag";
import * as Layer from "effect/Layer";
import * as Option from "effect/Option";
import * as Redacted from "effect/Redacted";
import type * as SqlClient from "effect/sql/SqlClient";
import type { SqlError } from "effect/sql/SqlError";
import { type Ending, failed, give } from "../Ending.ts";
import * as Environment from "@wechat-refund/checkup/Environment";
import type { Say } from "@wechat-refund/checkup/Language";
import { plain, shownPath } from "../Print.ts";

/** A file of this machine, or a server. */
export type Where =
  | { readonly _tag: "Sqlite"; readonly file: string }
  | { readonly _tag: "Postgres"; readonly url: Redacted.Redacted };

/** The flags of a command that works on a store. */
export interface Flags {
  readonly store: Option.Option<string>;
  readonly database: Option.Option<string>;
}

/** A store that cannot be used, or is not named. */
export class Unusable extends Data.TaggedError("StoreUnusable")<{ readonly message: string }> {}

/** A bare word may be a passphrase; the name of a file that is made here says that it is one. */
export const isPath = (path: string): boolean =>
  /[\\/.]/.test(path) && !Shown.isContent(path) && !Shown.looksSecret(path);

/** What is wrong with a path that is none. */
export const notPath = "must be the path of a file, such as ./refunds.db, and not look like a key";

/** A path that is made as a file, and so must not be a secret. */
export const path = (name: string) =>
  Flag.String(name).pipe(
    Flag.filter(isPath, () => notPath),
    Flag.withMetavar("file"),
  );

const isServer = (address: string): boolean => /^postgres(?:ql)?:\/\//.test(address);
const hasPassword = (address: string): boolean => URL.canParse(address) && new URL(address).password !== "";

/** `otherwise`: what is used where neither the flags nor the environment name a store. */
export const flags = (say: Say, otherwise: string) => ({
  store: path("store").pipe(
    Flag.withDescription(
      say(
        `The store of refunds, a SQLite file of this machine; ${otherwise}`,
        `退款存储，本机上的一个 SQLite 文件；${otherwise}`,
      ),
    ),
    Flag.optional,
  ),
  database: Flag.String("database").pipe(
    Flag.filter(
      (address) => !hasPassword(address),
      () => "must hold no password, for a command line is seen by others: give the address in WECHAT_REFUND_DATABASE",
    ),
    Flag.filter(
      (address) => (address.startsWith("sqlite:") ? isPath(address.slice("sqlite:".length)) : isServer(address)),
      () => "must be sqlite: and the path of a file, or begin with postgres://",
    ),
    Flag.withMetavar("address"),
    Flag.withDescription(
      say(
        "The store as an address: sqlite:FILE, or postgres://… without a password; WECHAT_REFUND_DATABASE unless given",
        "以地址指定存储：sqlite:文件，或不含密码的 postgres://…；默认取 WECHAT_REFUND_DATABASE",
      ),
    ),
    Flag.optional,
  ),
});

const ofAddress = (address: string): Where | undefined => {
  if (isServer(address)) return { _tag: "Postgres", url: Redacted.make(address) };
  const file = address.startsWith("sqlite:") ? address.slice("sqlite:".length) : "";
  return isPath(file) ? { _tag: "Sqlite", file } : undefined;
};

const unnamed = "name the store: --store FILE, --database ADDRESS, or WECHAT_REFUND_DATABASE";

/** The store that is meant: the flag's, the environment's, or else this file. */
export const find = ({ database, store }: Flags, otherwise?: string): Effect.Effect<Where, Unusable> =>
  Effect.gen(function* () {
    if (Option.isSome(store) && Option.isSome(database))
      return yield* new Unusable({ message: "--store and --database name two stores: give one of them" });
    if (Option.isSome(store)) return { _tag: "Sqlite", file: store.value } as const;
    const address = Option.getOrUndefined(database) ?? (yield* Environment.text("WECHAT_REFUND_DATABASE"));
    if (address !== undefined) {
      const where = ofAddress(address);
      if (where !== undefined) return where;
      const message = "WECHAT_REFUND_DATABASE must be sqlite: and the path of a file, or begin with postgres://";
      return yield* new Unusable({ message });
    }
    if (otherwise === undefined) return yield* new Unusable({ message: unnamed });
    return { _tag: "Sqlite", file: otherwise } as const;
  });

/** How a store is called where it is printed: never with a user or a password. */
export const shown = (where: Where): string => {
  if (where._tag === "Sqlite") return shownPath(where.file, "the store given");
  const address = Redacted.value(where.url);
  if (!URL.canParse(address)) return "PostgreSQL";
  const { hostname, pathname, port } = new URL(address);
  return plain(`PostgreSQL ${hostname}${port === "" ? "" : `:${port}`}${pathname}`);
};

/** Whether there is such a store, as far as that is known without opening it. */
export const exists = (where: Where): boolean => where._tag === "Postgres" || existsSync(where.file);

/** What a simulated gateway keeps stands beside its store, so that both remember the same. */
export const ledgerOf = (file: string): string => `${file}.simulated`;

/** Whether the refunds of a store are a simulated gateway's, by whichever of its names the file is given. */
export const isSimulated = (where: Where): boolean =>
  where._tag === "Sqlite" &&
  (existsSync(ledgerOf(where.file)) || (existsSync(where.file) && existsSync(ledgerOf(realpathSync(where.file)))));

/** Tells whether the store's file is the one that it is now; a server's is. */
export const watched = (where: Where): (() => boolean) => {
  if (where._tag === "Postgres") return () => true;
  const found = () => statSync(where.file, { bigint: true, throwIfNoEntry: false });
  const first = found();
  return () => {
    const now = found();
    return first !== undefined && now !== undefined && first.dev === now.dev && first.ino === now.ino;
  };
};

/** A file whose name may not be printed is not named in what is wrong with it either. */
const unusable = (where: Where, { code, detail, store }: StoreError): Unusable => {
  const name = where._tag === "Sqlite" ? shown(where) : store;
  const hidden = where._tag === "Sqlite" && name !== plain(where.file);
  const why = hidden ? detail.replaceAll(basename(where.file), "FILE") : detail;
  return new Unusable({
    message: plain(`the store ${name} cannot be used: ${why}${code === undefined ? "" : ` (${code})`}`),
  });
};

const words: Readonly<Partial<Record<string, string>>> = {
  LockTimeoutError: "another program is writing to it: end that, then run the same again",
  AuthorizationError: "the user may not do that there",
  ConnectionError: "it does not answer: check that the server runs and is reached",
};

/** What a statement failed by. */
export const broken = (where: Where, error: SqlError): Unusable => {
  const { reason } = error;
  const said = reason.cause instanceof Error ? (reason.cause.message.split("\n", 1)[0] ?? "") : "";
  const isAddress = reason._tag === "ConnectionError" || reason._tag === "AuthenticationError";
  const why = isMalformed(error)
    ? damagedFile
    : (words[reason._tag] ?? `${reason._tag}${isAddress || said === "" ? "" : `: ${said}`}`);
  return new Unusable({ message: plain(`the store ${shown(where)} failed: ${why}`) });
};

/** Whatever went wrong with a store, in one line. */
export const problem = (where: Where, error: StoreError | SqlError | Unusable): Unusable =>
  error._tag === "StoreUnusable" ? error : error._tag === "StoreError" ? unusable(where, error) : broken(where, error);

/** The store for this process alone where it is a file; one of an older form is brought to this one. */
export const open = (where: Where): Layer.Layer<SqlClient.SqlClient, StoreError | SqlError> => {
  const sqlite = where._tag === "Sqlite";
  // A batch ends by itself where the file goes away, and writes down what is under way wherever it still can.
  const client = sqlite ? Sqlite.layer({ file: where.file, watched: false }) : Postgres.layer({ url: where.url });
  const patient = sqlite ? undefined : Postgres.layerPatient({ url: where.url });
  return Layer.effectDiscard(Migrations.migrate(shown(where), patient)).pipe(Layer.provideMerge(client));
};

/**
 * The store to be looked at, beside a process that works on it. `patient`: a statement may take as long as it takes over all rows, where
 * another that a server is silent about is given up.
 */
export const look = (
  where: Where,
  { patient = false }: { readonly patient?: boolean } = {},
): Layer.Layer<SqlClient.SqlClient, StoreError | SqlError> => {
  const client =
    where._tag === "Sqlite"
      ? Sqlite.layerReadOnly({ file: where.file })
      : (patient ? Postgres.layerPatient : Postgres.layer)({ url: where.url });
  return Layer.effectDiscard(Migrations.check(shown(where))).pipe(Layer.provideMerge(client));
};

/** Ends the command with 2. */
export const refuse = ({ json }: { readonly json: boolean }, { message }: { readonly message: string }) =>
  Effect.andThen(
    give(
      failed({ reason: "StoreUnusable", outcome: "not-accepted", advice: "fix-request", message }, { exitCode: 2 }),
      json ? "json" : "text",
    ),
    Effect.never,
  );

/** Runs a program over a store that is only looked at. */
export const looking = <A, R>(
  flags: Flags & { readonly json: boolean },
  program: (where: Where) => Effect.Effect<A, Ending | SqlError, R | RefundStore.RefundStore>,
  options?: Parameters<typeof look>[1],
) =>
  Effect.gen(function* () {
    const where = yield* find(flags).pipe(Effect.catch((error) => refuse(flags, error)));
    return yield* program(where).pipe(
      Effect.provide(RefundStore.layer.pipe(Layer.provide(look(where, options)))),
      Effect.catchTags({
        StoreError: (error) => refuse(flags, problem(where, error)),
        SqlError: (error) => refuse(flags, problem(where, error)),
      }),
    );
  });
