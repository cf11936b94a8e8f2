/**
 * The text of a bill from its bytes: unpacked where they are packed, and decoded.
 *
 * *Guarantees.* A stream of pieces, whatever the size of the bill: only a few of them are in memory. What a packed body becomes has a limit
 * of its own, for a small one can become any size.
 *
 * Bytes that are no text become U+FFFD: shop names are known to be cut in the middle of a character, and that spoils no amount. A bill that
 * somebody has saved in GBK is read as that.
 */
import * as Schema from "effect/Schema";
import { onOneLine } from "./Printed.ts";
import * as Stream from "effect/Stream";

/** The body cannot be read to its end. */
export class BillBodyError extends onOneLine(
  Schema.TaggedError<BillBodyError>("@wechat-refund/core/BillText/BillBodyError")("BillBodyError", {
    /** `too-large`: longer than the limit. `damaged`: the packed body is cut off or was changed. `source`: the bytes could not be had. */
    kind: Schema.Literals(["too-large", "damaged", "source"]),
    limit: Schema.optionalKey(Schema.Finite),
    code: Schema.optionalKey(Schema.String),
  }),
) {
  override get message(): string {
    switch (this.kind) {
      case "too-large":
        return `the bill is larger than ${this.limit} bytes when unpacked; raise the limit if it may be`;
      case "damaged":
        return "the packed bill (gzip) is cut off or damaged; download it again";
      case "source":
        return `the bill cannot be read${this.code === undefined ? "" : ` (${this.code})`}`;
    }
  }
}

/** What a bill may become: 2 GiB, some four million lines. */
export const defaultMaxBytes = 2 * 1024 * 1024 * 1024;

type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

const concatenated = (chunks: ReadonlyArray<Uint8Array>): Uint8Array => {
  const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
};

/** The same bytes, the first piece at least so long where there is as much. */
async function* atLeast(source: Bytes, length: number): AsyncGenerator<Uint8Array> {
  let start: Array<Uint8Array> | undefined = [];
  let size = 0;
  for await (const chunk of source) {
    if (start === undefined) {
      yield chunk;
      continue;
    }
    // Whose piece it is may use its memory again.
    start.push(chunk.slice());
    size += chunk.length;
    if (size < length) continue;
    yield concatenated(start);
    start = undefined;
  }
  if (start !== undefined) yield concatenated(start);
}

/** What went wrong with the source, apart from what goes wrong with unpacking. */
class SourceFailed {
  readonly cause: unknown;
  constructor(cause: unknown) {
    this.cause = cause;
  }
}

/** What is unpacked of a piece is in memory at once, and may be a thousand times as much. */
const largestPiece = 16_384;

async function* fromSource(source: Bytes): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of source) {
      for (let at = 0; at < chunk.length; at += largestPiece) yield chunk.subarray(at, at + largestPiece);
    }
  } catch (cause) {
    throw new SourceFailed(cause);
  }
}

async function* unpacked(source: Bytes): AsyncGenerator<Uint8Array> {
  const pieces = atLeast(fromSource(source), 2);
  const first = await pieces.next();
  const rest = async function* () {
    if (first.done === true) return;
    yield first.value;
    yield* pieces;
  };
  if (first.done === true || first.value[0] !== 0x1f || first.value[1] !== 0x8b) {
    yield* rest();
    return;
  }
  const gunzip: ReadableWritablePair<Uint8Array, Uint8Array> = new DecompressionStream("gzip");
  yield* ReadableStream.from(rest()).pipeThrough(gunzip);
}

const headerIsText = (start: Uint8Array): boolean => {
  const end = start.indexOf(10);
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(end === -1 ? start : start.subarray(0, end), {
      stream: end === -1,
    });
    return true;
  } catch {
    return false;
  }
};

async function* texts(source: Bytes, maxBytes: number): AsyncGenerator<string> {
  let size = 0;
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  for await (const chunk of atLeast(unpacked(source), 4096)) {
    size += chunk.length;
    if (size > maxBytes) throw new BillBodyError({ kind: "too-large", limit: maxBytes });
    decoder ??= new TextDecoder(headerIsText(chunk) ? "utf-8" : "gb18030");
    yield decoder.decode(chunk, { stream: true });
  }
  const last = decoder?.decode() ?? "";
  if (last !== "") yield last;
}

const codeOf = (cause: unknown): string | undefined =>
  cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : undefined;

const failureOf = (cause: unknown): BillBodyError => {
  if (cause instanceof BillBodyError) return cause;
  if (!(cause instanceof SourceFailed)) return new BillBodyError({ kind: "damaged" });
  // Of bytes that somebody else has unpacked.
  if (cause.cause instanceof BillBodyError) return cause.cause;
  const code = codeOf(cause.cause);
  return new BillBodyError({ kind: "source", ...(code !== undefined && { code }) });
};

/** The text of a body in pieces. Whether it is packed is told by its first bytes. */
export const stream = (
  source: Bytes,
  { maxBytes = defaultMaxBytes }: { readonly maxBytes?: number | undefined } = {},
): Stream.Stream<string, BillBodyError> =>
  Stream.suspend(() => Stream.fromAsyncIterable(texts(source, maxBytes), failureOf));
