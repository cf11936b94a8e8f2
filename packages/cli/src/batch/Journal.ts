/**
 * The result file of a batch: one JSON object a line, only ever added to, each durable before what depends on it happens. The last
 * line of a number is what is known of it.
 *
 * A process that is killed can leave half a line at the end: nothing depended on it yet, so it is taken away. Two processes cannot
 * have one file: the lock is the operating system's and goes with the process that holds it.
 */
import { closeSync, fsyncSync, openSync } from "node:fs";
import { type FileHandle, open as openFile } from "node:fs/promises";
import { dirname } from "node:path";
import * as Data from "effect/Data";
import * as Effect from "effect/Effect";
import * as Schema from "effect/Schema";
import type * as Scope from "effect/Scope";
import { jsonLine } from "../Ending.ts";
import { shownId, shownPath } from "../Print.ts";

/** Whose batch it is: another merchant's or another gateway's results say nothing here. */
export const Header = Schema.Struct({
  batch: Schema.Literal(1),
  mchId: Schema.String,
  gateway: Schema.String,
});
export type Header = typeof Header.Type;

/**
 * `sending`: a request is about to leave. `accepted`: the gateway has the refund. `rejected`: it has not, by any attempt. `unknown`:
 * it may have it.
 */
export const State = Schema.Literals(["sending", "accepted", "rejected", "unknown"]);
export type State = typeof State.Type;

export const Entry = Schema.Struct({
  outRefundNo: Schema.String,
  state: State,
  at: Schema.String,
  line: Schema.Finite,
  totalFee: Schema.Finite,
  refundFee: Schema.Finite,
  fingerprint: Schema.String,
  refundId: Schema.optionalKey(Schema.String),
  /** Of a failure: its reason, and what to do. */
  reason: Schema.optionalKey(Schema.String),
  errCode: Schema.optionalKey(Schema.String),
  advice: Schema.optionalKey(Schema.String),
  message: Schema.optionalKey(Schema.String),
});
export type Entry = typeof Entry.Type;

/** The result file cannot be used; says why and what to do. */
export class Unusable extends Data.TaggedError("ResultFileUnusable")<{ readonly message: string }> {}

export interface Journal {
  /** The latest entry of each number. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** Adds an entry; it is on the disk when the effect succeeds. */
  readonly append: (entry: Entry) => Effect.Effect<void, Unusable>;
}

const decodeHeader = Schema.decodeUnknownOption(Schema.fromJsonString(Header));
const decodeEntry = Schema.decodeUnknownOption(Schema.fromJsonString(Entry));

/** The two access points of the one gateway. */
const gatewayOf = (endpoint: string): string =>
  endpoint.replace(/^https:\/\/api2?\.mch\.weixin\.qq\.com\/?$/, "wechat-pay");

/** Holds the lock of a file until the scope closes; a lock whose process died is no lock. */
const lock = (file: string): Effect.Effect<void, Unusable, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.tryPromise({
      try: async () => {
        // Node 22 warns that this module is new.
        const { emitWarning } = process;
        process.emitWarning = () => {};
        const { DatabaseSync } = await import("node:sqlite").finally(() => (process.emitWarning = emitWarning));
        const database = new DatabaseSync(`${file}.lock`);
        try {
          database.exec("PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE");
        } catch (error) {
          database.close();
          throw error;
        }
        return database;
      },
      catch: (cause) => {
        const busy = cause instanceof Error && /locked/.test(cause.message);
        const message = busy
          ? `${shownPath(file)} is in use by another batch: wait for its end`
          : `${shownPath(file)}.lock cannot be made: check that its directory exists and can be written to`;
        return new Unusable({ message });
      },
    }),
    (database) => Effect.sync(() => database.close()),
  ).pipe(Effect.asVoid);

/** A new name in a directory lasts only when the directory is written too. */
const syncDirectory = (file: string): void => {
  // Not every platform lets a directory be opened.
  if (process.platform === "win32") return;
  const directory = openSync(dirname(file), "r");
  fsyncSync(directory);
  closeSync(directory);
};

/** Writes that come together are made durable together. */
const writer = (handle: FileHandle) => {
  let waiting: Array<{ readonly line: string; readonly done: () => void; readonly failed: (cause: unknown) => void }> =
    [];
  let writing = false;
  let broken: { readonly cause: unknown } | undefined;
  const flush = async (): Promise<void> => {
    writing = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        // After a write that failed nobody knows what is on the disk.
        if (broken !== undefined) throw broken.cause;
        await handle.appendFile(batch.map(({ line }) => line).join(""));
        await handle.datasync();
        for (const { done } of batch) done();
      } catch (cause) {
        broken = { cause };
        for (const { failed } of batch) failed(cause);
      }
    }
    writing = false;
  };
  return (line: string): Promise<void> =>
    new Promise((resolve, reject) => {
      waiting.push({ line, done: resolve, failed: reject });
      if (!writing) void flush();
    });
};

/** What a file holds: whole lines, and where they end. */
const load = (file: string, bytes: Buffer) => {
  const end = bytes.lastIndexOf(10) + 1;
  const [first, ...lines] = bytes.subarray(0, end).toString("utf8").split("\n").slice(0, -1);
  return { end, first, lines, file };
};

/** The whole lines that this process may continue, or why it may not. */
const readEntries = Effect.fnUntraced(function* (
  file: string,
  lines: ReadonlyArray<string>,
): Effect.fn.Return<Map<string, Entry>, Unusable> {
  const entries = new Map<string, Entry>();
  for (const [at, line] of lines.entries()) {
    const entry = decodeEntry(line);
    if (entry._tag === "None") {
      const message = `${shownPath(file)}: line ${at + 2} is damaged: what became of its refund is not known, query the refunds of this file by hand`;
      return yield* new Unusable({ message });
    }
    entries.set(entry.value.outRefundNo, entry.value);
  }
  return entries;
});

const cannotOpen = (file: string) => (cause: unknown) => {
  const { code = "" } = cause as { readonly code?: string };
  return new Unusable({
    message: `${shownPath(file)} cannot be opened (${code}): check its directory and permissions`,
  });
};

const attempt = <A>(file: string, make: () => Promise<A>) => Effect.tryPromise({ try: make, catch: cannotOpen(file) });

/** Opens the result file for this merchant and gateway, or begins it, and locks it until the scope closes. */
export const open = Effect.fnUntraced(function* (
  file: string,
  whose: { readonly mchId: string; readonly endpoint: string },
): Effect.fn.Return<Journal, Unusable, Scope.Scope> {
  yield* lock(file);
  const handle = yield* Effect.acquireRelease(
    attempt(file, () => openFile(file, "a+", 0o600)),
    (handle) => Effect.promise(() => handle.close()),
  );
  const { end, first, lines } = load(file, yield* attempt(file, () => handle.readFile()));
  const header: Header = { batch: 1, mchId: whose.mchId, gateway: gatewayOf(whose.endpoint) };
  const write = writer(handle);
  yield* attempt(file, () => handle.truncate(end));
  if (first === undefined) {
    yield* attempt(file, () => write(`${jsonLine(header)}\n`));
    yield* attempt(file, async () => syncDirectory(file));
  } else {
    const found = decodeHeader(first);
    if (found._tag === "None") {
      return yield* new Unusable({
        message: `${shownPath(file)} is not the result file of a batch: name another with --result`,
      });
    }
    if (found.value.mchId !== header.mchId || found.value.gateway !== header.gateway) {
      const message = `${shownPath(file)} holds the results of merchant ${shownId(found.value.mchId)} at ${found.value.gateway}: name another with --result`;
      return yield* new Unusable({ message });
    }
  }
  const entries = yield* readEntries(file, lines);
  return {
    entries,
    append: (entry) =>
      Effect.tryPromise({
        try: async () => {
          await write(`${jsonLine(entry)}\n`);
          entries.set(entry.outRefundNo, entry);
        },
        catch: (cause) => {
          const { code = "" } = cause as { readonly code?: string };
          return new Unusable({
            message: `${shownPath(file)} cannot be written (${code}): free the disk, then run the same again`,
          });
        },
      }),
  };
});
