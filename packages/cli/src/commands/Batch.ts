/**
 * `batch`: many refunds from a file. Everything is checked before anything is sent; what is sent is kept in a store first; a run that ended
 * early is continued by the next. `batch status` and `batch export` tell what a store holds.
 */
import * as Argument from "effect/cli/Argument";
import * as Command from "effect/cli/Command";
import * as Flag from "effect/cli/Flag";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import * as Plan from "../batch/Plan.ts";
import { load } from "../batch/Load.ts";
import { carryOut, type Options } from "../batch/Session.ts";
import { protocolOf } from "../ProtocolOf.ts";
import * as Summary from "../batch/Summary.ts";
import * as Call from "../Call.ts";
import * as Flags from "../Flags.ts";
import type { Say } from "@wechat-refund/checkup/Language";
import { atTerminal } from "../Person.ts";
import { shownPath } from "../Print.ts";
import * as Store from "../store/Store.ts";
import { command as exporting } from "./BatchExport.ts";
import { command as status } from "./BatchStatus.ts";

const count = (name: string, most: number, otherwise: number, description: string) =>
  Flag.Int(name).pipe(
    Flag.filter(
      (value) => value >= 1 && value <= most,
      () => `must be 1 to ${most}`,
    ),
    Flag.withMetavar("number"),
    Flag.withDescription(description),
    Flag.withDefault(otherwise),
  );

/** The command. */
export const command = (say: Say) =>
  Command.make(
    "batch",
    {
      file: Argument.String("file").pipe(
        Argument.withDescription(
          say(
            "CSV with the fields' names in its first line, or one JSON object a line (.ndjson, .jsonl)",
            "首行为字段名的 CSV，或每行一个 JSON 对象（.ndjson、.jsonl）",
          ),
        ),
      ),
      format: Flag.Literals("format", ["csv", "ndjson"]).pipe(
        Flag.withMetavar("format"),
        Flag.withDescription(say("Of the file; by its name unless given", "文件格式；默认按文件名判断")),
        Flag.optional,
      ),
      dryRun: Flags.off("dry-run", say("Check the file and send nothing", "只检查文件，不发送")),
      yes: Flags.off("yes", say("Do not ask before sending, for scripts", "发送前不再询问，供脚本使用")),
      ...Store.flags(say, say("the file's name with .refunds.db unless given", "默认为原文件名加 .refunds.db")),
      result: Store.path("result").pipe(
        Flag.withDescription(
          say(
            "Also write what became of them to this file, JSON lines or, by its ending, CSV; it is not read back",
            "另将结果写入该文件（JSON 行，或按扩展名写 CSV）；写后不再读取",
          ),
        ),
        Flag.optional,
      ),
      attempted: Flags.off(
        "attempted",
        say(
          "The rows may have been sent before, by a run whose store is lost or by another program: ask first",
          "这些退款可能已由存储丢失的运行或其他程序发出过：先查询",
        ),
      ),
      perSecond: count(
        "per-second",
        150,
        100,
        say("Most calls a second; 100 unless given", "每秒最多请求数；默认 100"),
      ),
      within: Flags.duration(
        "within",
        say(
          'Wait no longer than that for a refund, from its first request on; "5 minutes" unless given',
          "单笔自首次请求起最多等待多久；默认 “5 minutes”",
        ),
      ),
      ...Flags.call(say),
    },
    Effect.fnUntraced(function* ({ database, dryRun, file, format, result, store, within, ...flags }) {
      const refunds = yield* load(say, file, format, flags.json, yield* protocolOf(flags.protocol, flags.json));
      if (dryRun) {
        const orders = new Set(refunds.map(({ request }) => Plan.orderOf(request))).size;
        const sum = Summary.sums(refunds);
        return yield* Call.answer(flags, {
          exitCode: 0,
          json: { ok: true, value: { refunds: refunds.length, orders, sums: sum } },
          text: say(
            `${shownPath(file)} is good: ${refunds.length} refunds of ${orders} orders, ${sum.join(", ")}; nothing was sent`,
            `${shownPath(file)} 无误：${orders} 个订单的 ${refunds.length} 笔退款，合计 ${sum.join("，")}；没有发出任何请求`,
          ),
        });
      }
      const where = yield* Store.find({ database, store }, `${file}.refunds.db`).pipe(
        Effect.catch((error) => Store.refuse(flags, error)),
      );
      if (Store.isSimulated(where)) {
        const message = `${Store.shown(where)} holds simulated refunds, and a batch sends real ones: give another file`;
        yield* Store.refuse(flags, { message });
      }
      const options: Options = {
        ...flags,
        file,
        where,
        by: yield* atTerminal,
        result: Option.getOrUndefined(result),
        within: Option.getOrElse(within, () => Duration.minutes(5)),
      };
      return yield* Call.provide(options, "required", carryOut(say, refunds, options));
    }),
  ).pipe(
    Command.withShortDescription(say("Make many refunds from a file", "按文件批量退款")),
    Command.withDescription(
      say(
        "Makes the refunds of a file. Every row is checked first, and nothing is sent while one is bad. Fields are named as on the wire: " +
          "transaction_id or out_trade_no, out_refund_no, total_fee and refund_fee in fen, and refund_desc, notify_url and so on. Each refund " +
          "is in the store before its request leaves: interrupt the command, or lose the machine, and run the same again; what is unknown is " +
          "asked for first, by a query or by the identical request, which is refunded once, and nothing that is known is sent. A number that " +
          "the store holds with other fields is named, and nothing is sent. One process has a store at a time; it belongs to the merchant " +
          "numbers, whatever the host, so give tries against a simulator a store of their own. Without money, or with a wrong key or " +
          "certificate, the run stops. Exit codes: 0 all accepted; 1 some rejected, closed, not made or not sent; 2 wrong file, " +
          "command line, environment or store, nothing was sent; 3 some unknown, money may move; 4 some blocked, a person must act.",
        "按文件逐行退款。先检查所有行，只要有一行有误就什么都不发送。字段名与接口一致：transaction_id 或 out_trade_no、out_refund_no、" +
          "total_fee 与 refund_fee（单位分），以及 refund_desc、notify_url 等。每笔请求发出之前都已写入存储：中断或断电之后，用同一文件再次运行即可，" +
          "未知的先问清（查询，或原样重发，同一单号只退一笔），已知的不会重发。存储中同一单号而字段不同的会被指出，什么都不发送。一个存储同时只能由一个进程使用；" +
          "它只认商户号与单号，不认接口地址，对模拟器试跑请另用存储。余额不足、密钥或证书有误时停止。退出码：0 全部受理；1 有被拒绝、已关闭、未发出或未发送；" +
          "2 文件、命令行、环境或存储有误，没有发出请求；3 有结果未知，资金可能会动；4 有受阻的，需要人工处理。",
      ),
    ),
    Command.withSubcommands([status(say), exporting(say)]),
    Command.withExamples([
      { command: "wechat-refund batch refunds.csv --dry-run" },
      { command: "wechat-refund batch refunds.csv --yes --json" },
      { command: "wechat-refund batch refunds.csv --store shop.db --result result.ndjson" },
    ]),
  );
