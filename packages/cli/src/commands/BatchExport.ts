/** `batch export`: the refunds of a store as JSON lines for programs, or as a table for finance. */
import * as Command from "effect/cli/Command";
import * as Flag from "effect/cli/Flag";
import * as Console from "effect/Console";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import { failed, give } from "../Ending.ts";
import * as Flags from "../Flags.ts";
import type { Say } from "@wechat-refund/checkup/Language";
import { shownPath } from "../Print.ts";
import * as Export from "../store/Export.ts";
import * as Filter from "../store/Filter.ts";
import * as Reading from "../store/Reading.ts";
import * as Store from "../store/Store.ts";

/** The command. */
export const command = (say: Say) =>
  Command.make(
    "export",
    {
      ...Store.flags(
        say,
        say("this, --database or the environment must name one", "须由此选项、--database 或环境变量指定"),
      ),
      csv: Store.path("csv").pipe(
        Flag.withDescription(
          say(
            "Write a table for spreadsheets to this file, which must not exist yet; JSON lines on standard output unless given",
            "将表格写入该文件（不得已存在）；默认在标准输出打印 JSON 行",
          ),
        ),
        Flag.optional,
      ),
      raw: Flags.off(
        "raw",
        say(
          "Without the back-quotes that keep a spreadsheet from rounding or computing a text",
          "不加防止表格软件改动长数字、公式的反引号",
        ),
      ),
      ...Filter.flags(say),
    },
    Effect.fnUntraced(function* ({ csv, database, raw, store, ...given }) {
      const flags = { database, store, json: false };
      const file = Option.getOrUndefined(csv);
      const refused = ({ message }: { readonly message: string }) =>
        Effect.andThen(
          give(
            failed(
              { reason: "ExportNotWritten", outcome: "not-accepted", advice: "fix-request", message },
              { exitCode: 2 },
            ),
            "text",
          ),
          Effect.never,
        );
      if (file !== undefined) yield* Export.check(file, "csv").pipe(Effect.catch(refused));
      yield* Store.looking(flags, () =>
        Effect.gen(function* () {
          const { rows, unread } = yield* Reading.all(Filter.of(given));
          if (file === undefined) {
            const text = Export.ndjson(rows);
            if (text !== "") yield* Console.log(text.slice(0, -1));
            return yield* Reading.endUnread(say, unread);
          }
          yield* Export.write(file, "csv", Export.csv(say, rows, raw)).pipe(Effect.catch(refused));
          yield* Console.log(
            say(
              `${rows.length} refunds written to ${shownPath(file)}`,
              `已将 ${rows.length} 笔退款写入 ${shownPath(file)}`,
            ),
          );
          yield* Reading.endUnread(say, unread);
        }),
      );
    }),
  ).pipe(
    Command.withShortDescription(say("Write a store's refunds to a file", "导出存储中的退款")),
    Command.withDescription(
      say(
        "Writes the refunds of a store, all or those that the flags name: JSON lines on standard output, or with --csv a table as finance " +
          "reads it, UTF-8 with its mark, amounts in yuan. A text that a spreadsheet would round or compute begins with a back-quote, as in " +
          "WeChat's bills; --raw leaves that out. It only looks, also while another process has the store. Exit codes: 0 written; 1 some " +
          "cannot be read and are left out; 2 wrong command line, file or store.",
        "导出存储中的退款（全部，或按选项筛选）：默认在标准输出打印 JSON 行；--csv 写出财务可用的表格，UTF-8 带 BOM，金额以元计。会被表格软件改动的长数字与公式" +
          "按微信账单的做法以反引号开头；--raw 则不加。只读取，其他进程正在使用该存储时也可运行。退出码：0 已导出；1 有的无法读取，未导出；2 命令行、文件或存储有误。",
      ),
    ),
    Command.withExamples([
      { command: "wechat-refund batch export --store refunds.csv.refunds.db --csv refunds-november.csv" },
      { command: "wechat-refund batch export --store shop.db --state unknown" },
    ]),
  );
