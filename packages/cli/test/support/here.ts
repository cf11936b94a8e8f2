/** The command in this process: for command lines that end before there is input to read or a call to make. */
import * as NodeServices from "@effect/platform-node/NodeServices";
import { Console, Effect } from "effect";
import * as Cli from "../../src/Cli.ts";
import type { Ran } from "./bin.ts";

export const runHere = async (args: ReadonlyArray<string>): Promise<Ran> => {
  const printed = { stdout: "", stderr: "" };
  const to =
    (stream: keyof typeof printed) =>
    (...parts: ReadonlyArray<unknown>) =>
      void (printed[stream] += `${parts.join(" ")}\n`);
  const console = { ...globalThis.console, log: to("stdout"), error: to("stderr") };
  const code = await Effect.runPromise(
    Cli.run(args).pipe(
      Effect.as(0),
      Effect.catchTag("Ending", ({ exitCode }) => Effect.succeed(exitCode)),
      Effect.provideService(Console.Console, console),
      Effect.provide(NodeServices.layer),
    ),
  );
  return { code, ...printed };
};
