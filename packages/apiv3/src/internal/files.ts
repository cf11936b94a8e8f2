/** A key's file, read as text. The path may be the key itself, pasted into the wrong variable, so it is repeated in nothing. */
import { readFile } from "node:fs/promises";
import * as Effect from "effect/Effect";

const codeOf = (cause: unknown): string => {
  const code = cause instanceof Error ? (cause as { readonly code?: unknown }).code : undefined;
  return typeof code === "string" ? ` (${code})` : "";
};

/** What is said where the file cannot be read. */
export const read = (path: string): Effect.Effect<string, string> =>
  Effect.tryPromise({
    try: () => readFile(path, "utf8"),
    catch: (cause) => `names no file that can be read${codeOf(cause)}`,
  });
