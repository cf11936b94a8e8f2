/**
 * `batch`: many refunds from a file. Everything is checked before anything is sent; what is sent is entered in a result file first; a
 * run that ended early is continued by the next.
 */
import * as Argument from "effect/cli/Argument";
import * as Command from "effect/cli/Command";
import * as Flag from "effect/cli/Flag";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import * as Plan from "../batch/Plan.ts";
import { carryOut, load, type Options } from "../batch/Session.ts";
import * as Summary from "../batch/Summary.ts";
import * as Call from "../Call.ts";
import * as Flags from "../Flags.ts";
import type { Say } from "../Language.ts";
import { shownPath } from "../Print.ts";

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
      result: Flag.String("result").pipe(
        Flag.withMetavar("file"),
        Flag.withDescription(
          say(
            "The result file; the file's name with .result.ndjson unless given",
            "结果文件；默认为原文件名加 .result.ndjson",
          ),
        ),
        Flag.optional,
      ),
      retryRejected: Flags.off(
        "retry-rejected",
        say("Send again what the gateway rejected, for example after a top-up", "重发曾被拒绝的退款，例如充值之后"),
      ),
      concurrency: count("concurrency", 64, 8, say("Refunds at once; 8 unless given", "同时进行的退款数；默认 8")),
      perSecond: count(
        "per-second",
        150,
        100,
        say("Most calls a second; 100 unless given", "每秒最多请求数；默认 100"),
      ),
      within: Flags.duration(
        "within",
        say(
          'Give a refund up after it, from its first request on; "5 minutes" unless given',
          "单笔自首次请求起超过多久仍无结果则放弃；默认 “5 minutes”",
        ),
      ),
      ...Flags.call(say),
    },
    Effect.fnUntraced(function* ({ dryRun, file, format, result, within, ...flags }) {
      const refunds = yield* load(say, file, format, flags.json);
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
      const options: Options = {
        ...flags,
        file,
        result: Option.getOrElse(result, () => `${file}.result.ndjson`),
        within: Option.getOrElse(within, () => Duration.minutes(5)),
      };
      return yield* Call.provide(options, "required", carryOut(say, refunds, options));
    }),
  ).pipe(
    Command.withShortDescription(say("Make many refunds from a file", "按文件批量退款")),
    Command.withDescription(
      say(
        "Makes the refunds of a file. Every row is checked first, and nothing is sent while one is bad. Fields are named as on the wire: " +
          "transaction_id or out_trade_no, out_refund_no, total_fee and refund_fee in fen, and refund_desc, notify_url and so on. The result " +
          "file holds each refund before its request leaves: interrupt the command, or lose the machine, and run the same again; what is " +
          "unknown is asked for first, by a query or by the identical request, which is refunded once, and nothing that is known is sent. " +
          "Without money, or with a wrong key or certificate, the run stops. Exit codes: 0 all accepted; 1 some rejected, closed, not made " +
          "or not sent; 2 wrong file, command line or environment, nothing was sent; 3 some unknown, money may move.",
        "按文件逐行退款。先检查所有行，只要有一行有误就什么都不发送。字段名与接口一致：transaction_id 或 out_trade_no、out_refund_no、" +
          "total_fee 与 refund_fee（单位分），以及 refund_desc、notify_url 等。每笔请求发出之前都已写入结果文件：中断或断电之后，用同一文件再次运行即可，" +
          "未知的先问清（查询，或原样重发，同一单号只退一笔），已知的不会重发。余额不足、密钥或证书有误时停止。退出码：0 全部受理；1 有被拒绝、已关闭、未发出或未发送；2 文件、命令行或环境有误，没有发出请求；3 有结果未知，资金可能会动。",
      ),
    ),
    Command.withExamples([
      { command: "wechat-refund batch refunds.csv --dry-run" },
      { command: "wechat-refund batch refunds.csv --yes --json" },
    ]),
  );
