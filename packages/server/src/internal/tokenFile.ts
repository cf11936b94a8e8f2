/** Files of settings, and that of the tokens: read whole, written whole beside itself and put in its place, so that there is always one that is whole. */
import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";

type Issues = ReadonlyArray<string>;

/** Changes when the file does. */
export type Stamp = string;

const codeOf = (cause: unknown): string =>
  cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : "an unknown error";

/** Of the file as it is now; nothing where there is none. Where it cannot be looked at, why: who reads it then is told the same. */
export const stampOf = (file: string): Effect.Effect<Stamp | undefined> =>
  Effect.sync(() => {
    try {
      const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
      return stat === undefined ? undefined : `${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}`;
    } catch (cause) {
      return codeOf(cause);
    }
  });

/** What is said of a file that is not there, and of one that others may write to. */
export interface Words {
  readonly missing: string;
  readonly writable: string;
}

const ofTokens: Words = {
  missing: "there is no such file; wechat-refund token new makes it with the first token",
  writable: "others than its owner may write to it, and so let themselves in; chmod 600 it",
};

const textOf = (file: string, { writable } = ofTokens): Result.Result<string | undefined, Issues> => {
  try {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat === undefined) return Result.succeed(undefined);
    if (process.platform !== "win32" && (stat.mode & 0o022) !== 0) return Result.fail([writable]);
    return Result.succeed(readFileSync(file, "utf8"));
  } catch (cause) {
    return Result.fail([`it cannot be read (${codeOf(cause)})`]);
  }
};

/** The text of a file that must be there. */
export const read = (file: string, words = ofTokens): Effect.Effect<string, Issues> =>
  Effect.suspend(() =>
    Effect.fromResult(
      Result.flatMap(textOf(file, words), (text) =>
        text === undefined ? Result.fail([words.missing]) : Result.succeed(text),
      ),
    ),
  );

/** The text of a file that holds a secret, and whether others than its owner may read it. */
export const secret = (file: string): Effect.Effect<{ readonly text: string; readonly isOpen: boolean }, string> =>
  Effect.try({
    try: () => ({
      text: readFileSync(file, "utf8"),
      isOpen: process.platform !== "win32" && (statSync(file).mode & 0o044) !== 0,
    }),
    catch: (cause) => `names a file that cannot be read (${codeOf(cause)})`,
  });

/** Writes what `by` makes of the text. One at a time: the file that is written stands in the way of a second one. */
export const change = (
  file: string,
  by: (text: string | undefined) => Result.Result<string, Issues>,
): Effect.Effect<void, Issues> =>
  Effect.suspend(() => {
    const beside = `${file}.new`;
    let handle: number;
    try {
      handle = openSync(beside, "wx", 0o600);
    } catch (cause) {
      const remedy =
        codeOf(cause) === "EEXIST"
          ? `another command is changing it, or one was interrupted: if none runs, remove ${beside}`
          : `it cannot be written (${codeOf(cause)})`;
      return Effect.fail([remedy]);
    }
    try {
      const made = Result.flatMap(textOf(file), by);
      if (Result.isSuccess(made)) {
        // The mode of a file that is made is lessened by the process's mask, never widened.
        chmodSync(beside, 0o600);
        // Until all of it is there: a disk that is full takes a part of it, and says so only when it is given the rest.
        writeFileSync(handle, made.success);
        fsyncSync(handle);
        renameSync(beside, file);
        return Effect.void;
      }
      unlinkSync(beside);
      return Effect.fail(made.failure);
    } catch (cause) {
      rmSync(beside, { force: true });
      return Effect.fail([`it cannot be written (${codeOf(cause)})`]);
    } finally {
      closeSync(handle);
    }
  });
