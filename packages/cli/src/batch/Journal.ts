/**
 * The result file of a batch: one JSON object a line, only ever added to, each durable before what depends on it happens. The last
 * line of a number is what is known of it.
 *
 * A process that is killed can leave half a line at the end: nothing depended on it yet, so it is taken away, and nothing else ever
 * is. Which file it is and who else has it are left to `Place` and `Lock`.
 */
import { closeSync, constants, fsyncSync, openSync } from "node:fs";
import { type FileHandle, open as openFile, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import * as Data from "effect/Data";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import type * as Scope from "effect/Scope";
import { jsonLine } from "../Ending.ts";
import { isOrigin } from "../Flags.ts";
import * as Lock from "./Lock.ts";
import * as Place from "./Place.ts";
import { shownId, shownPath } from "../Print.ts";

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR } = constants;

/** Whose batch it is: another merchant's, another sub-merchant's or another gateway's results say nothing here. */
export const Header = Schema.Struct({
  batch: Schema.Literal(1),
  mchId: Schema.String,
  subMchId: Schema.optionalKey(Schema.String),
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

/** The access points of the one gateway: a refund is the same at each, so none of them is part of whose results a file holds. */
const accessPoints: ReadonlySet<string> = new Set(
  ["api", "api2", "apihk", "apius"].map((name) => `https://${name}.mch.weixin.qq.com`),
);

/** Any other address is a gateway of its own: what a simulator accepted never counts as refunded. */
const gatewayOf = (endpoint: string): string => {
  const url = URL.parse(endpoint);
  const address = url === null ? endpoint : url.origin + url.pathname.replace(/\/$/, "");
  return accessPoints.has(address) ? "wechat-pay" : address;
};

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

/** Refunds are the same where the merchant, the sub-merchant and the number are. */
export interface Whose {
  readonly mchId: string;
  readonly subMchId?: string | undefined;
  readonly endpoint: string;
}

const headerOf = ({ endpoint, mchId, subMchId }: Whose): Header => ({
  batch: 1,
  mchId,
  ...(subMchId !== undefined && { subMchId }),
  gateway: gatewayOf(endpoint),
});

/** A gateway that a file names; what is no address may be anything. */
const shownGateway = (gateway: string): string =>
  gateway === "wechat-pay" || isOrigin(gateway) ? gateway : "(not shown)";

/** Why results that begin with this header are not this merchant's. */
const stranger = (found: Header, wanted: Header): string | undefined => {
  const same = found.mchId === wanted.mchId && gatewayOf(found.gateway) === wanted.gateway;
  if (same && found.subMchId === wanted.subMchId) return undefined;
  if (same && found.subMchId === undefined) {
    const shown = shownId(wanted.subMchId);
    const line = shown === wanted.subMchId ? jsonLine({ ...found, subMchId: shown }) : "it with a subMchId";
    return `does not say of which sub-merchant its results are: if they are of ${shown}, write ${line} as its first line, otherwise name another with --result`;
  }
  const sub = found.subMchId === undefined ? "" : `, sub-merchant (sub_mch_id) ${shownId(found.subMchId)},`;
  return `holds the results of merchant ${shownId(found.mchId)}${sub} at ${shownGateway(found.gateway)}: name another with --result`;
};

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const textOf = (bytes: Uint8Array): string | undefined => {
  try {
    return decoder.decode(bytes);
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

const notOurs = "is not the result file of a batch: name another with --result";

/** Reads what a file holds, or says why it must not be touched. Only the half of a line that a killed process left is not kept. */
const read = (bytes: Buffer, wanted: Header): Result.Result<Readable, string> => {
  const { lines, rest } = split(bytes);
  const [first, ...others] = lines;
  const begin = `${jsonLine(wanted)}\n`;
  if (first === undefined) {
    const text = textOf(rest);
    const isBegun = text === "" || (text?.startsWith('{"batch":1,') === true && begin.startsWith(text));
    return isBegun ? Result.succeed({ entries: new Map(), keep: 0, first: begin }) : Result.fail(notOurs);
  }
  const header = decodeHeader(textOf(first));
  if (Option.isNone(header)) return Result.fail(notOurs);
  const problem = stranger(header.value, wanted);
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
  return Result.succeed(
    Option.isSome(last)
      ? { entries, keep: bytes.length, first: "\n" }
      : { entries, keep: bytes.length - rest.length, first: "" },
  );
};

const cannotOpen = (file: string) => (cause: unknown) => {
  const { code = "" } = cause as { readonly code?: string };
  return new Unusable({
    message: `${shownPath(file)} cannot be opened (${code}): check its directory and permissions`,
  });
};

const attempt = <A>(file: string, make: () => Promise<A>) => Effect.tryPromise({ try: make, catch: cannotOpen(file) });

const unusable = (message: string) => new Unusable({ message });

/**
 * Opens the result file for this merchant and gateway, or begins it, and locks it until the scope closes. A file is opened for
 * writing only after it was read and is a result file; `input` is the batch file, which never is.
 */
export const open = Effect.fnUntraced(function* (
  file: string,
  input: string,
  whose: Whose,
): Effect.fn.Return<Journal, Unusable, Scope.Scope> {
  const header = headerOf(whose);
  const find = Effect.suspend(() => Effect.fromResult(Result.mapError(Place.find(file, input), unusable)));
  const readable = (bytes: Buffer) =>
    Effect.fromResult(Result.mapError(read(bytes, header), (problem) => unusable(`${shownPath(file)} ${problem}`)));
  const before = yield* find;
  if (before.found !== undefined) yield* readable(yield* attempt(file, () => readFile(before.file)));
  yield* Lock.hold(before.file, shownPath(file)).pipe(Effect.mapError(({ message }) => unusable(message)));
  // Another run may have made it meanwhile.
  const { file: path, found } = yield* find;
  const flags = O_RDWR | O_APPEND | (O_NOFOLLOW ?? 0) | (found === undefined ? O_CREAT | O_EXCL : 0);
  const handle = yield* Effect.acquireRelease(
    attempt(file, () => openFile(path, flags, 0o600)),
    (handle) => Effect.promise(() => handle.close()),
  );
  const opened = yield* attempt(file, () => handle.stat({ bigint: true }));
  if (found !== undefined && !Place.isSame(opened, found)) {
    return yield* unusable(`${shownPath(file)} was replaced meanwhile: see who writes to it, then run the same again`);
  }
  const { entries, first, keep } = yield* readable(yield* attempt(file, () => handle.readFile()));
  const write = writer(handle);
  yield* attempt(file, async () => {
    if (opened.size > keep) await handle.truncate(keep);
    if (first !== "") await write(first);
    syncDirectory(path);
  });
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
          return unusable(`${shownPath(file)} cannot be written (${code}): free the disk, then run the same again`);
        },
      }),
  };
});
