/**
 * Why a store cannot be used, in words for whoever has to mend it.
 *
 * One error for the file and for the server: what happened, and the remedy. It never holds a foreign error, for those repeat the
 * address they were given, and with it a password. What goes wrong in a store that could be opened is an `SqlError`.
 */
import * as Schema from "effect/Schema";
import { onOneLine } from "@wechat-refund/core/Printed";

/** What is to be done where SQLite finds one part of its file in contradiction to another, whoever meets it. */
export const damagedFile =
  "SQLite finds the database damaged: move it away with the -wal and -shm beside it, and put a backup in its place";

/** What is the matter. */
export const Reason = Schema.Literals([
  /** The name is none of a file, or the address none of a server. */
  "BadAddress",
  /** A directory stands where the file should. */
  "Directory",
  /** There is no such directory, or no such database on the server. */
  "NotFound",
  /** The process or the role may not do what it must. */
  "NoRight",
  /** The file is something else, or another program's database. */
  "NotOurs",
  /** The database says that it is broken. */
  "Damaged",
  /** The file lies where locks do not hold. */
  "NetworkFileSystem",
  /** Another process has this store. */
  "Held",
  /** Another program is writing to the file, or the server has no connection left. */
  "Busy",
  "DiskFull",
  /** The server takes no writes: a standby, or set so. */
  "ReadOnly",
  /** The package, or the part of the run time, that speaks to the database is missing. */
  "PackageMissing",
  /** Nothing answers there, or not with TLS as it should. */
  "Unreachable",
  /** The user name or the password is wrong. */
  "WrongPassword",
  "Other",
]);
export type Reason = typeof Reason.Type;

/** A store that cannot be used. */
export class StoreError extends onOneLine(
  Schema.TaggedError<StoreError>("@wechat-refund/durable/StoreError")("StoreError", {
    reason: Reason,
    /** The file, or the server's address without its password. */
    store: Schema.String,
    /** What happened and the remedy. */
    detail: Schema.String,
    /** What the system or the database calls it, such as `EACCES` or `28P01`. */
    code: Schema.optionalKey(Schema.String),
  }),
) {
  override get message(): string {
    const code = this.code === undefined ? "" : ` (${this.code})`;
    return `the store ${this.store} cannot be used: ${this.detail}${code}`;
  }
}
