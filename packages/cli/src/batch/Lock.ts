/**
 * The lock of a result file: two processes cannot have one. It is the operating system's, through SQLite, and goes with the process
 * that holds it; the file beside stays, and stays empty.
 */
import { lstatSync } from "node:fs";
import * as Data from "effect/Data";
import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";
import { lockEnding } from "./Place.ts";

/** The lock cannot be had; says why and what to do. */
export class Locked extends Data.TaggedError("Locked")<{ readonly message: string }> {}

/** What SQLite would take for its own beside a lock, and delete; the locks here have none. */
const journals = ["", "-journal", "-wal"];

/** The ending of a file of somebody else's that stands where the lock would. */
const taken = (lock: string): string | undefined =>
  journals.find((ending) => {
    const found = lstatSync(lock + ending, { throwIfNoEntry: false });
    return found !== undefined && !(ending === "" && found.isFile() && found.size === 0);
  });

/** Node 22 warns that this module is new; loaded once, so that two that wait for it do not take each other's silence for Node's voice. */
const sqlite = (() => {
  let loading: Promise<typeof import("node:sqlite")> | undefined;
  return () => {
    if (loading === undefined) {
      const { emitWarning } = process;
      process.emitWarning = () => {};
      loading = import("node:sqlite").finally(() => (process.emitWarning = emitWarning));
    }
    return loading;
  };
})();

/** Holds the lock of a file, which is given by its real path, until the scope closes. `name` is what the user calls it. */
export const hold = (file: string, name: string): Effect.Effect<void, Locked, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.tryPromise({
      try: async () => {
        const { DatabaseSync } = await sqlite();
        const lock = file + lockEnding;
        const foreign = taken(lock);
        if (foreign !== undefined) {
          const message = `${name}${lockEnding}${foreign} is not the lock of a batch: move it away, then run the same again`;
          throw new Locked({ message });
        }
        const database = new DatabaseSync(lock);
        try {
          database.exec("PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
        } catch (error) {
          database.close();
          throw error;
        }
        return database;
      },
      catch: (cause) => {
        if (cause instanceof Locked) return cause;
        const busy = cause instanceof Error && /locked/.test(cause.message);
        const message = busy
          ? `${name} is in use by another batch: wait for its end`
          : `${name}${lockEnding} cannot be made: check that its directory exists and can be written to`;
        return new Locked({ message });
      },
    }),
    (database) => Effect.sync(() => database.close()),
  ).pipe(Effect.asVoid);
