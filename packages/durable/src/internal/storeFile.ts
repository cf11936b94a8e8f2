/**
 * The file of a SQLite store, made one process's own: where it really is, whether it may lie there, whether it is a store, and the
 * lock that a second process is refused by.
 *
 * The lock is a transaction on an empty database beside the file, `FILE.lock`, and so a lock of the operating system: it ends with
 * the process, however that ends. Nothing ever removes that file, for a process that holds the removed one and another that makes it
 * anew would both have the store. Once the lock is held, nothing but SQLite opens either file: closing any descriptor of a file gives
 * up all locks that the process has on it.
 */
import { closeSync, lstatSync, openSync, realpathSync, statfsSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { applicationId } from "./names.ts";
import type { DatabaseSync } from "node:sqlite";
import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";
import { damagedFile, type Reason, StoreError } from "../StoreError.ts";
import { networkFileSystem } from "./fileSystems.ts";

type Sqlite = typeof import("node:sqlite");

/** Kept short, for it stops the whole process: SQLite waits for another program's lock inside a call. */
export const waitMillis = 1000;

/** What is refused before any call of the system says so. */
class Refused extends Error {
  readonly reason: Reason;
  constructor(reason: Reason, message: string) {
    super(message);
    this.reason = reason;
  }
}

// oxlint-disable-next-line no-control-regex
const isNoPath = (file: string): boolean => /[\u0000-\u001F\u007F]|:\/\//.test(file) || file.length > 1024;

/** A value that is no path may be a key, or an address with a password. */
const shown = (file: string): string => (isNoPath(file) ? "(a value that is no path)" : JSON.stringify(file));

/** The path without links, and so the same for all names of a file; of a file that does not exist yet, with its directory's. */
const realPathOf = (file: string): string => {
  if (isNoPath(file) || file === "" || file === ":memory:") {
    const several = file.includes("://") ? "; for a server's address there is Postgres.layer" : "";
    throw new Refused("BadAddress", `it takes the path of a file, such as ./refunds.db${several}`);
  }
  const path = resolve(file);
  return lstatSync(path, { throwIfNoEntry: false }) === undefined
    ? join(realpathSync.native(dirname(path)), basename(path))
    : realpathSync.native(path);
};

/** The type of the file system that a path lies on; only Linux's are known here. */
const fileSystemType = (path: string): number => (process.platform === "linux" ? statfsSync(path).type : 0);

const refuseByPlace = (path: string, typeOf: (path: string) => number): void => {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) {
    throw new Refused("Directory", "it is a directory: name a file in it, such as refunds.db");
  }
  if (found?.isFile() === false) throw new Refused("NotOurs", "it is no regular file: name another");
  if (found !== undefined && found.nlink > 1) {
    // Two names in two directories cannot have one lock, and SQLite's own files follow the name too.
    throw new Refused(
      "NotOurs",
      "the file has a second name (a hard link), which has another lock: remove one of them",
    );
  }
  for (const place of found === undefined ? [dirname(path)] : [dirname(path), path]) {
    const name = networkFileSystem(typeOf(place));
    if (name !== undefined) {
      const remedy = "put the file on a disk of this machine, or use PostgreSQL";
      throw new Refused(
        "NetworkFileSystem",
        `it lies on ${name}, where locks do not keep another machine out: ${remedy}`,
      );
    }
  }
};

/** Makes an empty file that only its owner may read. SQLite would make it as the umask says; its further files get the same mode. */
const create = (path: string): void => {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (cause) {
    if (codeOf(cause) !== "EEXIST") throw cause;
  }
};

const codeOf = (cause: unknown): string | undefined => {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return typeof code === "string" ? code : undefined;
};

/** SQLite's result code without its extension. */
const resultOf = (cause: unknown): number | undefined => {
  const code = cause instanceof Error && "errcode" in cause ? cause.errcode : undefined;
  return typeof code === "number" ? code & 0xff : undefined;
};

/** What the system's and SQLite's codes mean here, and what to do. */
const meanings: ReadonlyArray<readonly [codes: ReadonlyArray<string | number>, reason: Reason, detail: string]> = [
  [
    ["ENOENT", "ENOTDIR"],
    "NotFound",
    "its directory does not exist, or a link leads nowhere: make the directory first",
  ],
  [["ELOOP"], "NotFound", "its links lead in a circle: name the file itself"],
  [["EROFS"], "NoRight", "the file system is mounted read-only: name a file on another"],
  [
    ["EACCES", "EPERM", 3, 8, 14, 23],
    "NoRight",
    "the file, those beside it that begin with its name, and its directory must be readable and writable by the user that this process runs as",
  ],
  [["ENOSPC", "EDQUOT", 13], "DiskFull", "the disk is full: make room, then start again"],
  [[5, 6], "Busy", "another program is writing to it, such as sqlite3 or a backup: end that, then start again"],
  [[11], "Damaged", damagedFile],
  [[26], "NotOurs", "the file is not a database: name another, or move it away"],
];

const errorOf =
  (file: string) =>
  (cause: unknown): StoreError => {
    const store = shown(file);
    if (cause instanceof Refused) return new StoreError({ reason: cause.reason, store, detail: cause.message });
    const result = resultOf(cause);
    const code = result === undefined ? codeOf(cause) : `SQLite ${result}`;
    const [, reason, detail] = meanings.find(([codes]) => codes.includes(result ?? code ?? "")) ?? [
      [],
      "Other" as const,
      "the system refuses it: check the file and its disk",
    ];
    return new StoreError({ reason, store, detail, ...(code !== undefined && { code }) });
  };

const open = (sqlite: Sqlite, path: string, prepare: (database: DatabaseSync) => void): DatabaseSync => {
  create(path);
  const database = new sqlite.DatabaseSync(path, { timeout: waitMillis });
  try {
    prepare(database);
    return database;
  } catch (cause) {
    database.close();
    throw cause;
  }
};

/** A path as a word of a shell. */
const word = (path: string): string => (/^[\w./@%+=:-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);

/** What SQLite would take for its own beside a lock, and change; the locks here have none. */
const beside = ["", "-journal", "-wal"];

const lock = (sqlite: Sqlite, path: string): DatabaseSync => {
  const foreign = beside.find((ending) => {
    const found = lstatSync(path + ending, { throwIfNoEntry: false });
    return found !== undefined && !(ending === "" && found.isFile() && found.size === 0);
  });
  if (foreign !== undefined) {
    throw new Refused("NotOurs", `${basename(path)}${foreign} beside it is not its lock: move that away`);
  }
  try {
    return open(sqlite, path, (database) => {
      database.exec("PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    });
  } catch (cause) {
    if (resultOf(cause) !== 5) throw cause;
    const remedy = `end that (\`fuser ${word(path)}\` names it), or use PostgreSQL for several`;
    throw new Refused("Held", `another process has it, or this one has it already: ${remedy}`);
  }
};

const one = (database: DatabaseSync, sql: string): unknown => Object.values(database.prepare(sql).get() ?? {})[0];

const settle = (database: DatabaseSync): void => {
  const id = one(database, "PRAGMA application_id");
  if (id !== applicationId && (id !== 0 || one(database, "SELECT count(*) FROM sqlite_schema") !== 0)) {
    throw new Refused("NotOurs", "it is another program's database, which is left as it is: name a file of its own");
  }
  if (one(database, "PRAGMA journal_mode = WAL") !== "wal")
    throw new Refused("Other", "SQLite cannot keep a log (WAL) there");
  // `fullfsync` is macOS's: without it a disk there may say "written" of what it holds in memory.
  database.exec("PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA foreign_keys = ON");
  // Also what shows at once that the file can be written to.
  database.exec(`PRAGMA application_id = ${applicationId}`);
};

/**
 * What is open. A program that only waits, and whose fibers nothing wakes, is garbage to the runtime: with it would go the connection, and
 * with that the lock.
 */
const held = new Set<DatabaseSync>();

/** Looked at so often, for a look costs as much as a part of a statement. */
const betweenLooks = 100;

/** Whether a name is still that of the file that it was, looked at now and then; `anew` is asked what to do where it is not. */
const watching = (path: string, anew: () => boolean = () => false): (() => boolean) => {
  const find = () => statSync(path, { bigint: true, throwIfNoEntry: false });
  let first = find();
  let looked = performance.now();
  let isThere = true;
  return () => {
    const now = performance.now();
    if (now - looked >= betweenLooks) {
      looked = now;
      const found = find();
      isThere = found !== undefined && found.dev === first?.dev && found.ino === first.ino;
      if (!isThere && anew()) {
        first = find();
        isThere = true;
      }
    }
    return isThere;
  };
};

/** A store's file that is open. */
export interface Held {
  readonly database: DatabaseSync;
  /**
   * Why nothing is to be stored any more, if so. SQLite goes on in a file that was deleted: what is stored there, and acknowledged, is gone
   * with the process.
   */
  readonly lost: () => string | undefined;
  /** The same, where the file is there, and its lock is another's. */
  readonly unlocked: () => string | undefined;
}

/** Opens a store's file until the scope closes; nobody else has it then. */
export const hold = (
  file: string,
  typeOf: (path: string) => number = fileSystemType,
): Effect.Effect<Held, StoreError, Scope.Scope> => {
  const attempt = <A>(act: () => A) => Effect.try({ try: act, catch: errorOf(file) });
  const letGo = (database: DatabaseSync) => {
    held.delete(database);
    database.close();
  };
  return Effect.gen(function* () {
    const { sqlite, path } = yield* attempt(() => ({ sqlite: load(), path: realPathOf(file) }));
    yield* attempt(() => refuseByPlace(path, typeOf));
    const take = () => {
      const taken = lock(sqlite, `${path}.lock`);
      held.add(taken);
      return taken;
    };
    const mine = yield* Effect.acquireRelease(
      attempt(() => ({ lock: take() })),
      (mine) => Effect.sync(() => letGo(mine.lock)),
    );
    const database = yield* Effect.acquireRelease(
      Effect.tap(
        attempt(() => open(sqlite, path, settle)),
        (database) => Effect.sync(() => held.add(database)),
      ),
      (database) => Effect.sync(() => letGo(database)),
    );
    // Who takes the lock for one that was left behind removes it: the next process would make one of its own, and both would have the store.
    const isLocked = watching(`${path}.lock`, () => {
      try {
        const anew = take();
        letGo(mine.lock);
        mine.lock = anew;
        return true;
      } catch (cause) {
        return !(cause instanceof Refused && cause.reason === "Held");
      }
    });
    const isThere = watching(path);
    const unlocked = () =>
      !isThere() || isLocked() ? undefined : "another process has the store, for its lock was removed: end one of them";
    return {
      database,
      unlocked,
      lost: () => (isThere() ? unlocked() : "the store's file was deleted or replaced: put it back, and start again"),
    };
  });
};

/**
 * Opens a store's file to look at it, beside whoever has it: nothing is written and no lock is taken, so what is read is as it was
 * committed last. A file that is not there is not made.
 */
export const look = (
  file: string,
  typeOf: (path: string) => number = fileSystemType,
): Effect.Effect<DatabaseSync, StoreError, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.try({
      try: () => {
        const path = realPathOf(file);
        const found = lstatSync(path, { throwIfNoEntry: false });
        if (found === undefined) throw new Refused("NotFound", "there is no such file: name the store that was made");
        refuseByPlace(path, typeOf);
        if (found.size === 0) throw new Refused("NotFound", "it is empty: no store was made in it yet");
        const database = new (load().DatabaseSync)(path, { readOnly: true, timeout: waitMillis });
        try {
          if (one(database, "PRAGMA application_id") !== applicationId)
            throw new Refused("NotOurs", "it is no store of refunds: name another");
          return database;
        } catch (cause) {
          database.close();
          throw cause;
        }
      },
      catch: errorOf(file),
    }),
    (database) => Effect.sync(() => database.close()),
  );

/** Loaded when it is needed: another run time has none, and Node 22 warns that the module is new. */
const load = (): Sqlite => {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    const sqlite = process.getBuiltinModule("node:sqlite") as Sqlite | undefined;
    if (sqlite !== undefined) return sqlite;
  } finally {
    process.emitWarning = emitWarning;
  }
  throw new Refused("PackageMissing", "this run time has no node:sqlite: use Node 22.19 or newer, or PostgreSQL");
};
