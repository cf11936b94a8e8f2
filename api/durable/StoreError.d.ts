/**
 * Why a store cannot be used, in words for whoever has to mend it.
 *
 * One error for the file and for the server: what happened, and the remedy. It never holds a foreign error, for those repeat the
 * address they were given, and with it a password. What goes wrong in a store that could be opened is an `SqlError`.
 */
import * as Schema from "effect/Schema";
/** What is to be done where SQLite finds one part of its file in contradiction to another, whoever meets it. */
export declare const damagedFile = "SQLite finds the database damaged: move it away with the -wal and -shm beside it, and put a backup in its place";
/** What is the matter. */
export declare const Reason: Schema.Literals<readonly ["BadAddress", "Directory", "NotFound", "NoRight", "NotOurs", "Damaged", "NetworkFileSystem", "Held", "Busy", "DiskFull", "ReadOnly", "PackageMissing", "Unreachable", "WrongPassword", "Other"]>;
export type Reason = typeof Reason.Type;
declare const StoreError_base: Schema.Class<StoreError, Schema.TaggedStruct<"StoreError", {
    readonly reason: Schema.Literals<readonly ["BadAddress", "Directory", "NotFound", "NoRight", "NotOurs", "Damaged", "NetworkFileSystem", "Held", "Busy", "DiskFull", "ReadOnly", "PackageMissing", "Unreachable", "WrongPassword", "Other"]>;
    /** The file, or the server's address without its password. */
    readonly store: Schema.String;
    /** What happened and the remedy. */
    readonly detail: Schema.String;
    /** What the system or the database calls it, such as `EACCES` or `28P01`. */
    readonly code: Schema.optionalKey<Schema.String>;
}>, import("effect/Cause").YieldableError>;
/** A store that cannot be used. */
export declare class StoreError extends StoreError_base {
    get message(): string;
}
export {};
