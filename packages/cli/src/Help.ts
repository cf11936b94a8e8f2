/** Help as it is printed: in the reader's language, and no wider than the terminal. */
import * as CliOutput from "effect/cli/CliOutput";
import type { HelpDoc } from "effect/cli/HelpDoc";
import type * as Layer from "effect/Layer";
import * as Option from "effect/Option";
import { translated } from "@wechat-refund/checkup/Translated";
import type { Say } from "@wechat-refund/checkup/Language";
import { columns, wrap } from "./Print.ts";

const headings: Readonly<Record<string, string>> = {
  DESCRIPTION: "说明",
  USAGE: "用法",
  ARGUMENTS: "参数",
  FLAGS: "选项",
  "GLOBAL FLAGS": "全局选项",
  SUBCOMMANDS: "命令",
  EXAMPLES: "示例",
};

// A heading may be in bold.
// oxlint-disable-next-line no-control-regex
const heading = /^((?:\u001B\[\d+m)*)([A-Z ]+)((?:\u001B\[\d+m)*)$/;

/** Formats help for people; the width is that of the terminal, and not bounded where there is none. */
export const layer = (say: Say): Layer.Layer<never> => {
  const formatter = CliOutput.defaultFormatter();
  const words = translated(say);
  // Effect describes its own flags, and says behind ours which values they may have.
  const flagsIn = (flags: HelpDoc["flags"]): HelpDoc["flags"] =>
    flags.map((flag) => ({ ...flag, description: Option.map(flag.description, words) }));
  return CliOutput.layer({
    ...formatter,
    formatHelpDoc: (doc) =>
      formatter
        .formatHelpDoc({ ...doc, flags: flagsIn(doc.flags), globalFlags: flagsIn(doc.globalFlags ?? []) })
        .split("\n")
        .map((line) =>
          line.replace(
            heading,
            (_, on: string, name: string, off: string) => `${on}${say(name, headings[name] ?? name)}${off}`,
          ),
        )
        .map((line) => wrap(line, columns()))
        .join("\n"),
  });
};
