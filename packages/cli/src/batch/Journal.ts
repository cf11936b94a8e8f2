/**
 * The result file of a batch: one JSON object a line, only ever added to, each durable before what depends on it happens. The last
 * line of a number is what is known of it.
 *
 * A process that is killed can leave half a line at the end: nothing depended on it yet, so it is taken away, and nothing else ever
 * is. A file that is deleted or replaced meanwhile is noticed before anything depends on what went into it. Which file it is, who
 * else has it and whose results it holds are left to `Place`, `Lock` and `Owner`.
 */
import { closeSync, constants, fsyncSync, openSync } from "node:fs";
import { type FileHandle, lstat, open as openFile, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import * as Data from "effect/Data";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import type * as Scope from "effect/Scope";
import { jsonLine } from "../Ending.ts";
import * as Lock from "./Lock.ts";
import * as Owner from "./Owner.ts";
import * as Place from "./Place.ts";
import { shownPath } from "../Print.ts";

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR } = constants;

/**
 * `sending`: a request is about to leave. `accepted`: the gateway has the refund. `closed`: it had it and closed it, nothing went back.
 * `rejected`: it has not, by any attempt. `not-made`: given up, certainly not accepted; it can still be made. `unknown`: it may have it.
 */
export const State = Schema.Literals(["sending", "accepted", "closed", "rejected", "not-made", "unknown"]);
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
  /** Fails if the file is no longer where it was. */
  readonly check: Effect.Effect<void, Unusable>;
}

const decodeHeader = Schema.decodeUnknownOption(Schema.fromJsonString(Owner.Header));
const decodeEntry = Schema.decodeUnknownOption(Schema.fromJsonString(Entry));

/** A new name in a directory lasts only when the directory is written too. */
const syncDirectory = (file: string): void => {
  // Not every platform lets a directory be opened.
  if (process.platform === "win32") return;
  const directory = openSync(dirname(file), "r");
  fsyncSync(directory);
  closeSync(directory);
};

/** Writes that come together are made durable together. */
const writer = (handle: FileHandle, check: () => Promise<void>) => {
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
        await check();
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

/** The text of the bytes; of `begun` ones the last letter may be torn. */
const textOf = (bytes: Uint8Array, begun = false): string | undefined => {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes, { stream: begun });
  } catch {
    return undefined;
  }
};

const newLine = 10;

/** The lines that end, and what stands after them. */
const split = (bytes: Buffer): { readonly lines: ReadonlyArray<Buffer>; readonly rest: Buffer } => {
  const lines: Array<Buffer> = [];
  let start = 0;
  for (let end = bytes.indexOf(newLine); end >= 0; end = bytes.indexOf(newLine, start)) {
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return { lines, rest: bytes.subarray(start) };
};

/** A result file that may be continued: what it says, how much of it stays, and what is to be written first. */
interface Readable {
  readonly entries: Map<string, Entry>;
  readonly keep: number;
  readonly first: string;
}

const entryStart = '{"outRefundNo":"';

/** Whether it is how the line of an entry begins, and not the whole of one with something after it. */
const isBegun = (rest: Buffer): boolean => {
  const text = textOf(rest, true);
  if (text === undefined) return false;
  if (!text.startsWith(entryStart)) return entryStart.startsWith(text);
  // No brace closes it: beside texts there are only signs and numbers.
  return /^\{[:,0-9.eE+-]*$/.test(text.replaceAll(/"(?:[^"\\]|\\.)*(?:"|\\?$)/g, ""));
};

const notOurs = "is not the result file of a batch: name another with --result";

/** Reads what a file holds, or says why it must not be touched. Only the half of a line that a killed process left is not kept. */
const read = (bytes: Buffer, wanted: Owner.Header): Result.Result<Readable, string> => {
  const { lines, rest } = split(bytes);
  const [first, ...others] = lines;
  const begin = `${jsonLine(wanted)}\n`;
  if (first === undefined) {
    const text = textOf(rest);
    const mayBegin = text === "" || (text?.startsWith('{"batch":1,') === true && begin.startsWith(text));
    return mayBegin ? Result.succeed({ entries: new Map(), keep: 0, first: begin }) : Result.fail(notOurs);
  }
  const header = decodeHeader(textOf(first));
  if (Option.isNone(header)) return Result.fail(notOurs);
  const problem = Owner.stranger(header.value, wanted);
  if (problem !== undefined) return Result.fail(problem);
  const entries = new Map<string, Entry>();
  for (const [at, line] of others.entries()) {
    const entry = decodeEntry(textOf(line));
    if (Option.isNone(entry)) {
      return Result.fail(
        `is damaged in line ${at + 2}: what became of its refund is not known, query the refunds of this file by hand`,
      );
    }
    entries.set(entry.value.outRefundNo, entry.value);
  }
  // All but its line end may have been written, or an editor took that away.
  const last = decodeEntry(textOf(rest));
  if (Option.isSome(last)) entries.set(last.value.outRefundNo, last.value);
  else if (!isBegun(rest)) {
    return Result.fail(
      `is damaged at its end: no batch wrote what stands after its last whole line (line ${lines.length}); take that out, then run the same again`,
    );
  }
  return Result.succeed(
    Option.isSome(last)
      ? { entries, keep: bytes.length, first: "\n" }
      : { entries, keep: bytes.length - rest.length, first: "" },
  );
};

const unusable = (message: string) => new Unusable({ message });

/** Another file is where the result file was, or none. */
class Gone extends Error {}

const codeOf = (cause: unknown): string => (cause as { readonly code?: string } | null)?.code ?? "unreadable";

const opening = <A>(file: string, make: () => Promise<A>) =>
  Effect.tryPromise({
    try: make,
    catch: (cause) =>
      unusable(`${shownPath(file)} cannot be opened (${codeOf(cause)}): check its directory and permissions`),
  });

const remedies: Readonly<Record<string, string>> = {
  ENOSPC: "free the disk",
  EDQUOT: "free the disk",
  EFBIG: "free the disk, or raise the limit of a file's size (ulimit -f)",
};

const writing = <A>(file: string, make: () => Promise<A>) =>
  Effect.tryPromise({
    try: make,
    catch: (cause) =>
      unusable(
        cause instanceof Gone
          ? `${shownPath(file)} was deleted or replaced during the run: see who does that, put it back if it was moved, then run the same again with the same numbers`
          : `${shownPath(file)} cannot be written (${codeOf(cause)}): ${remedies[codeOf(cause)] ?? "see to its disk"}, then run the same again`,
      ),
  });

/**
 * Opens the result file for this merchant and gateway, or begins it, and locks it until the scope closes. A file is opened for
 * writing only after it was read and is a result file; `input` is the batch file, which never is.
 */
export const open = Effect.fnUntraced(function* (
  file: string,
  input: string,
  owner: Owner.Owner,
): Effect.fn.Return<Journal, Unusable, Scope.Scope> {
  const header = Owner.headerOf(owner);
  const find = Effect.suspend(() => Effect.fromResult(Result.mapError(Place.find(file, input), unusable)));
  const readable = (bytes: Buffer) =>
    Effect.fromResult(Result.mapError(read(bytes, header), (problem) => unusable(`${shownPath(file)} ${problem}`)));
  const before = yield* find;
  if (before.found !== undefined) yield* readable(yield* opening(file, () => readFile(before.file)));
  yield* Lock.hold(before.file, shownPath(file)).pipe(Effect.mapError(({ message }) => unusable(message)));
  // Another run may have made it meanwhile.
  const { file: path, found } = yield* find;
  const flags = O_RDWR | O_APPEND | (O_NOFOLLOW ?? 0) | (found === undefined ? O_CREAT | O_EXCL : 0);
  const handle = yield* Effect.acquireRelease(
    opening(file, () => openFile(path, flags, 0o600)),
    (handle) => Effect.promise(() => handle.close()),
  );
  const opened = yield* opening(file, () => handle.stat({ bigint: true }));
  if (found !== undefined && !Place.isSame(opened, found)) {
    return yield* unusable(`${shownPath(file)} was replaced meanwhile: see who writes to it, then run the same again`);
  }
  const { entries, first, keep } = yield* readable(yield* opening(file, () => handle.readFile()));
  const check = async () => {
    const now = await lstat(path, { bigint: true }).catch(() => undefined);
    if (now === undefined || !Place.isSame(now, opened)) throw new Gone();
  };
  const write = writer(handle, check);
  yield* writing(file, async () => {
    if (opened.size > keep) await handle.truncate(keep);
    if (first !== "") await write(first);
    syncDirectory(path);
  });
  return {
    entries,
    append: (entry) =>
      writing(file, async () => {
        await write(`${jsonLine(entry)}\n`);
        entries.set(entry.outRefundNo, entry);
      }),
    check: writing(file, check),
  };
});
