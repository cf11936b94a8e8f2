/**
 * The command: in this process, as nearly all tests run it, or in a process of its own, for what only a process shows: signals,
 * kills, broken pipes, what is loaded, and the variables that Node itself reads.
 */
import { spawn } from "node:child_process";
import { Console as NodeConsole } from "node:console";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { Writable } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import * as NodeServices from "@effect/platform-node/NodeServices";
import { ConfigProvider, Console, Effect, Layer, Runtime, Scope, Sink, Stdio, Stream } from "effect";
import { inject } from "vitest";
import * as Cli from "../../src/Cli.ts";
import { Output } from "../../src/Output.ts";

const source = fileURLToPath(new URL("../../src/bin.ts", import.meta.url));

const { NODE_COMPILE_CACHE, PATH } = process.env;
const inherited = { PATH, NODE_COMPILE_CACHE };

// Whoever runs the tests may want colours of them; the commands that run beside them do not.
delete process.env["FORCE_COLOR"];

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Options {
  readonly input?: string | Uint8Array;
  /** The whole environment beside PATH and where what was compiled is kept for the next. */
  readonly env?: Readonly<Record<string, string>>;
  /** Interrupts the command once it has printed a result: for one that would go on. */
  readonly untilPrinted?: boolean;
  /** Whose process it is; the tests' own unless given. */
  readonly user?: { readonly uid?: number; readonly gid?: number };
}

/** Starts the command in a process of its own. */
export const start = (args: ReadonlyArray<string>, { env = {}, user }: Pick<Options, "env" | "user"> = {}) => {
  // Where a test looks at what is loaded, that is the modules themselves; another user may read no others.
  const bin = Object.hasOwn(env, "NODE_OPTIONS") || user?.uid !== undefined ? source : inject("oneFile");
  return spawn(process.execPath, [bin, ...args], { env: { ...inherited, ...env }, ...user });
};

/** Runs the command to its end, in a process of its own. */
export const runProcess = async (
  args: ReadonlyArray<string>,
  { input = "", env = {}, ...whose }: Options = {},
): Promise<Ran> => {
  const child = start(args, { env, ...whose });
  // A command that has read enough may end before all of its input is written.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([buffer(child.stdout), text(child.stderr), once(child, "close")]);
  return { code: child.exitCode, stdout: new TextDecoder("utf-8", { fatal: true }).decode(stdout), stderr };
};

/** Runs the command to its end, with its standard output into a file; its exit code and standard error. */
export const runInto = async (file: string, args: ReadonlyArray<string>, { env = {} }: Options = {}) => {
  const output = openSync(file, "w");
  const child = spawn(process.execPath, [inject("oneFile"), ...args], {
    env: { ...inherited, ...env },
    stdio: ["ignore", output, "pipe"],
  });
  closeSync(output);
  const [stderr] = await Promise.all([child.stderr === null ? "" : text(child.stderr), once(child, "close")]);
  return { code: child.exitCode, stderr };
};

/** Node reads these itself, and for the whole process. */
const ofNode = ["NODE_OPTIONS", "FORCE_COLOR", "NO_COLOR"];

/** A stream that keeps what is written. */
const keeping = (onWrite = () => {}) => {
  const chunks: Array<Uint8Array> = [];
  const stream = new Writable({
    write: (chunk: Uint8Array, _, done) => {
      chunks.push(chunk);
      onWrite();
      done();
    },
  });
  return { stream, text: () => new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks)) };
};

/** As much as a pipe gives at once. */
const chunkSize = 65_536;

const chunksOf = (bytes: Uint8Array): ReadonlyArray<Uint8Array> =>
  Array.from({ length: Math.ceil(bytes.length / chunkSize) }, (_, n) =>
    bytes.subarray(n * chunkSize, (n + 1) * chunkSize),
  );

/** Gives the exit code of the process that this would be the main program of. */
const exitCodeOf = (program: Effect.Effect<unknown, unknown>): Promise<number> =>
  new Promise((resolve) => {
    const runMain = Runtime.makeRunMain(({ fiber, teardown }) => fiber.addObserver((exit) => teardown(exit, resolve)));
    runMain(program);
  });

/** Made once, for each set of them listens to the standard input of this process. */
const services = Effect.runSync(Scope.provide(Layer.build(NodeServices.layer), Scope.makeUnsafe()));

/** Runs the command to its end, in this process where nothing but a process would do. */
export const run = async (args: ReadonlyArray<string>, options: Options = {}): Promise<Ran> => {
  const { input = "", env = {}, untilPrinted = false } = options;
  if (ofNode.some((name) => Object.hasOwn(env, name))) return runProcess(args, options);
  const printed = Promise.withResolvers<void>();
  const stdout = keeping(printed.resolve);
  const stderr = keeping();
  const stdio = Stdio.make({
    args: Effect.succeed(args),
    stdin: Stream.fromIterable(chunksOf(typeof input === "string" ? Buffer.from(input) : input)),
    stdout: () => Sink.forEach((chunk: string | Uint8Array) => Effect.sync(() => void stdout.stream.write(chunk))),
    stderr: () => Sink.forEach((chunk: string | Uint8Array) => Effect.sync(() => void stderr.stream.write(chunk))),
  });
  const code = await exitCodeOf(
    (untilPrinted
      ? Effect.raceFirst(
          Cli.run(args),
          Effect.promise(() => printed.promise),
        )
      : Cli.run(args)
    ).pipe(
      Effect.provideService(Stdio.Stdio, stdio),
      // A copy, for the bytes are used again.
      Effect.provideService(Output, (bytes) => Effect.sync(() => void stdout.stream.write(Uint8Array.from(bytes)))),
      Effect.provideContext(services),
      Effect.provideService(Console.Console, new NodeConsole({ stdout: stdout.stream, stderr: stderr.stream })),
      Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnv({ env: { ...env } })),
    ),
  );
  return { code, stdout: stdout.text(), stderr: stderr.text() };
};

/** The one JSON document of a standard output, which must be all of it, on one line. */
export const document = (stdout: string): unknown => {
  if (!/^[^\n]+\n$/.test(stdout)) throw new Error(`not one line: ${JSON.stringify(stdout)}`);
  return JSON.parse(stdout);
};
