/** The real command in a process of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { buffer, text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../../src/bin.ts", import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Options {
  readonly input?: string | Uint8Array;
  /** The whole environment beside PATH. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the command. */
export const start = (args: ReadonlyArray<string>, { env = {} }: Pick<Options, "env"> = {}) =>
  spawn(process.execPath, [bin, ...args], { env: { PATH: process.env["PATH"], ...env } });

/** Runs the command to its end. */
export const run = async (args: ReadonlyArray<string>, { input = "", env = {} }: Options = {}): Promise<Ran> => {
  const child = start(args, { env });
  // A command that has read enough may end before all of its input is written.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([buffer(child.stdout), text(child.stderr), once(child, "close")]);
  return { code: child.exitCode, stdout: new TextDecoder("utf-8", { fatal: true }).decode(stdout), stderr };
};

/** The one JSON document of a standard output, which must be all of it, on one line. */
export const document = (stdout: string): unknown => {
  if (!/^[^\n]+\n$/.test(stdout)) throw new Error(`not one line: ${JSON.stringify(stdout)}`);
  return JSON.parse(stdout);
};
