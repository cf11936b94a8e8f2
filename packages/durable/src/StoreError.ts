/**
 * Why a store cannot be used, in words for whoever has to mend it.
 *
 * One error for the file and for the server: what happened, and the remedy. It never holds a foreign error, for those repeat the
 * address they were given, and with it a password. What goes wrong in a store that could be opened is an `SqlError`.
 */
import * as Schema from "effect/Schema";

/** What is the matter. A directory, a right, a text file and so on of a SQLite file; the rest of PostgreSQL. */
export const Reason = Schema.Literals([
  "Directory",
  "NotFound",
  "NoRight",
  "NotADatabase",
  "Damaged",
  "NetworkFileSystem",
  "Held",
  "Busy",
  "DiskFull",
  "PackageMissing",
  "BadAddress",
  "Unreachable",
  "WrongPassword",
  "NoDatabase",
  "TooManyConnections",
  "Other",
]);
export type Reason = typeof Reason.Type;

/** A store that cannot be used. */
export class StoreError extends Schema.TaggedError<StoreError>("@wechat-refund/durable/StoreError")("StoreError", {
  reason: Reason,
  /** The file, or the server's address without its password. */
  store: Schema.String,
  /** What happened and the remedy, one sentence each. */
  detail: Schema.String,
  /** What the system or the database called it, such as `EACCES` or `28P01`. */
  code: Schema.optionalKey(Schema.String),
}) {
  override get message(): string {
    const code = this.code === undefined ? "" : ` (${this.code})`;
    return `the store ${this.store} cannot be used: ${this.detail}${code}`;
  }
}
