/**
 * Which file the name of a result file stands for, and whether a batch may have it at all: a regular file under one name, neither
 * the batch's input nor a lock. It only looks; whether what the file holds is a batch's is the journal's to say.
 */
import { type BigIntStats, lstatSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import * as Result from "effect/Result";
import { shownPath } from "../Print.ts";

/** The file by the one path that all its names lead to. */
export interface Place {
  readonly file: string;
  /** Absent while there is no such file. */
  readonly found?: BigIntStats;
}

/** Added to the path of a result file, it names the file's lock. */
export const lockEnding = ".lock";

const stats = (file: string): BigIntStats | undefined => statSync(file, { bigint: true, throwIfNoEntry: false });

/** Whether both are of one file, whatever it is called. */
export const isSame = (a: BigIntStats, b: BigIntStats): boolean => a.dev === b.dev && a.ino === b.ino;

/** The path without links; of a file that does not exist yet, with its directory's. */
const resolve = (name: string): string =>
  lstatSync(name, { throwIfNoEntry: false }) === undefined
    ? join(realpathSync.native(dirname(name)), basename(name))
    : realpathSync.native(name);

const problemOf = ({ file, found }: Place, name: string, input: string): string | undefined => {
  if ([name, file].some((path) => path.toLowerCase().endsWith(lockEnding))) {
    return `ends with ${lockEnding}, as the locks of result files do`;
  }
  if (found === undefined) return undefined;
  if (found.isDirectory()) return "is a directory";
  if (!found.isFile()) return "is no regular file";
  const given = stats(input);
  if (given !== undefined && isSame(given, found)) return "is the batch file itself";
  // Two names in two directories cannot have one lock.
  return found.nlink > 1n ? "has a second name (a hard link), under which another run could have it" : undefined;
};

/** The place of a result file, or why a batch may not have it. */
export const find = (name: string, input: string): Result.Result<Place, string> => {
  try {
    const file = resolve(name);
    const found = stats(file);
    const place: Place = { file, ...(found !== undefined && { found }) };
    const problem = problemOf(place, name, input);
    return problem === undefined
      ? Result.succeed(place)
      : Result.fail(`${shownPath(name)} ${problem}: name another with --result`);
  } catch (cause) {
    const { code = "" } = cause as { readonly code?: string };
    return Result.fail(`${shownPath(name)} cannot be opened (${code}): check its directory and permissions`);
  }
};
