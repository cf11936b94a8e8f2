/** A key's file, read as text. The path may be the key itself, pasted into the wrong variable, so it is repeated in nothing. */
import { createReadStream } from "node:fs";
import { text } from "node:stream/consumers";
import * as Effect from "effect/Effect";

const codeOf = (cause: unknown): string => {
  const code = cause instanceof Error ? (cause as { readonly code?: unknown }).code : undefined;
  return typeof code === "string" ? ` (${code})` : "";
};

const most = 1024 * 1024;

/** The text of a file; a device such as /dev/zero has no end. */
const textOf = async (path: string): Promise<string> => {
  const whole = await text(createReadStream(path, { end: most }));
  if (whole.length > most) throw Object.assign(new Error("too large"), { code: "EFBIG" });
  return whole;
};

/** What is said where the file cannot be read. */
export const read = (path: string): Effect.Effect<string, string> =>
  Effect.tryPromise({
    try: () => textOf(path),
    catch: (cause) => `names no file that can be read${codeOf(cause)}`,
  });
