/**
 * The command line: which commands there are, and what a command line that fits none of them gets.
 *
 * Each command is a file of its own and loaded only when it is the one that is called, or for help about all of them. Help and
 * results go to standard output, everything else to standard error.
 */
import { createRequire } from "node:module";
import * as CliConfig from "effect/cli/CliConfig";
import * as CliError from "effect/cli/CliError";
import * as CliOutput from "effect/cli/CliOutput";
import * as Command from "effect/cli/Command";
import * as GlobalFlag from "effect/cli/GlobalFlag";
import * as Console from "effect/Console";
import * as Flag from "effect/cli/Flag";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Logger from "effect/Logger";
import * as References from "effect/References";
import { Ending } from "./Ending.ts";
import * as Help from "./Help.ts";
import * as Language from "./Language.ts";
import { names, type Say } from "@wechat-refund/checkup/Language";
import { translated } from "@wechat-refund/checkup/Translated";

const commands = {
  demo: async () => (await import("./commands/Demo.ts")).command,
  refund: async () => (await import("./commands/Refund.ts")).command,
  batch: async () => (await import("./commands/Batch.ts")).command,
  refunds: async () => (await import("./commands/Refunds.ts")).command,
  store: async () => (await import("./commands/Store.ts")).command,
  query: async () => (await import("./commands/Query.ts")).command,
  watch: async () => (await import("./commands/Watch.ts")).command,
  bill: async () => (await import("./commands/Bill.ts")).command,
  reconcile: async () => (await import("./commands/Reconcile.ts")).command,
  serve: async () => (await import("./commands/Serve.ts")).command,
  token: async () => (await import("./commands/Token.ts")).command,
  webhooks: async () => (await import("./commands/Webhooks.ts")).command,
  simulate: async () => (await import("./commands/Simulate.ts")).command,
  doctor: async () => (await import("./commands/Doctor.ts")).command,
  notice: async () => (await import("./commands/Notice.ts")).command,
  sign: async () => (await import("./commands/Sign.ts")).command,
  explain: async () => (await import("./commands/Explain.ts")).command,
  decode: async () => (await import("./commands/Decode.ts")).command,
};

const isName = (text: string | undefined): text is keyof typeof commands =>
  text !== undefined && Object.hasOwn(commands, text);

/** Read before the rest of the command line, see {@link Language.choose}; here it is declared. */
const lang = (say: Say) =>
  GlobalFlag.Setting("lang")({
    flag: Flag.Literals("lang", names).pipe(
      Flag.withDescription(
        say("Of help and messages; that of the locale unless given", "帮助与提示的语言；默认按系统区域设置"),
      ),
      Flag.optional,
    ),
  });

const { version } = createRequire(import.meta.url)("../package.json") as { readonly version: string };

/** Of a flag that stands alone the parser says what it takes: a word, or the choices. */
const isMissing = ({ expected, kind, value }: CliError.InvalidValue): boolean =>
  kind === "flag" && value === "" && (!/\s/.test(expected) || expected.includes(" | "));

/** Values are never repeated: one may have been meant for a prompt. */
const complaint = (error: CliError.NonShowHelpErrors): string => {
  switch (error._tag) {
    case "InvalidValue":
      if (isMissing(error)) return `--${error.option} needs a value: --${error.option} <${error.expected}>`;
      return `Invalid value for ${error.kind === "flag" ? "--" : ""}${error.option}: ${error.expected.replace("Schema validation failed: ", "")}`;
    case "UnexpectedArgument":
      return `Unexpected arguments: ${error.arguments.length}`;
    case "UnrecognizedOption":
      return /^--?[a-z-]{1,20}$/.test(error.option) ? error.message : "Unrecognized flag";
    case "UnknownSubcommand":
      return error.suggestions.length > 0 ? error.message : "Unknown subcommand";
    default:
      return error.message;
  }
};

const present: CliOutput.Presenter["present"] = Effect.fnUntraced(function* (event) {
  if (event._tag !== "InvalidInvocation") return yield* CliOutput.defaultPresenter.present(event);
  const words = yield* Language.words;
  for (const error of event.errors) yield* Console.error(words(complaint(error)));
  yield* Console.error(words(`See: ${event.commandPath.join(" ")} --help`));
});

/**
 * Warnings on standard error. The lines of each call to the gateway, and of what is known of a refund, are left out: the command itself
 * says it.
 */
const logger = Logger.make<unknown, void>(({ fiber, logLevel, message }) => {
  const annotations = fiber.getRef(References.CurrentLogAnnotations);
  if ("wechat.operation" in annotations || "wechat.truth" in annotations) return;
  const words = translated(fiber.getRef(Language.Spoken));
  const said = Array.isArray(message) ? message.map((part) => words(String(part))).join(" ") : words(String(message));
  fiber.getRef(Console.Console).error(`${logLevel}: ${said}`);
});

const settings = Layer.mergeAll(
  CliConfig.layer({
    builtIns: [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions],
  }),
  CliOutput.layerPresenter({ present }),
  Logger.layer([logger]),
);

/** Only what is safe of an error that nobody expected: its class and where it came from, never its text. */
const describe = (defect: unknown): string =>
  defect instanceof Error
    ? [defect.name, ...(defect.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line))].join("\n")
    : typeof defect;

/** Ends the command: nobody knows what it did. */
const bug = (defect: unknown) => (say: Say) =>
  Console.error(
    say(
      `This is a bug in wechat-refund: ${describe(defect)}\nIf it was a refund, its outcome is unknown: query it first.`,
      `wechat-refund 出现内部错误：${describe(defect)}\n如果是在退款，其结果未知：请先查询。`,
    ),
  ).pipe(Effect.andThen(Effect.fail(new Ending({ exitCode: 3 }))));

/** Runs the command that `args` ask for. */
export const run = Effect.fnUntraced(
  function* (args: ReadonlyArray<string>) {
    const [first] = args;
    const all = Object.keys(commands) as Array<keyof typeof commands>;
    // For its version alone none is needed.
    const names = isName(first) ? [first] : args.join() === "--version" ? [] : all;
    const say = yield* Language.choose(args);
    const load = async (name: keyof typeof commands) => (await commands[name]())(say);
    const loaded = yield* Effect.promise(() => Promise.all(names.map(load)));
    const root = Command.make("wechat-refund").pipe(
      Command.withDescription(
        say("Refund money through WeChat Pay, and look into its messages.", "微信支付退款，以及查看其报文的工具。"),
      ),
      Command.withSubcommands(loaded),
      Command.withGlobalFlags([lang(say)]),
    );
    yield* Command.runWith(root, { version })(args).pipe(
      Effect.provide(Help.layer(say)),
      Effect.provideService(Language.Spoken, say),
    );
  },
  Effect.catchIf(
    (error): error is CliError.ShowHelp => CliError.isCliError(error) && error._tag === "ShowHelp",
    ({ errors }) => (errors.length === 0 ? Effect.void : Effect.fail(new Ending({ exitCode: 2 }))),
  ),
  (command, args) => Effect.catchDefect(command, (defect) => Effect.flatMap(Language.choose(args), bug(defect))),
  Effect.provide(settings),
);
