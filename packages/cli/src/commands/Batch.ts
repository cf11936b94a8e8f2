/**
 * `batch`: many refunds from a file. Everything is checked before anything is sent; what is sent is entered in a result file first; a
 * run that ended early is continued by the next.
 */
import { readFileSync } from "node:fs";
import { mainEndpoint } from "@wechat-refund/core/Operation";
import * as Argument from "effect/cli/Argument";
import * as Command from "effect/cli/Command";
import * as Flag from "effect/cli/Flag";
import * as Prompt from "effect/cli/Prompt";
import * as Clock from "effect/Clock";
import * as Console from "effect/Console";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import * as Schedule from "effect/Schedule";
import * as Stdio from "effect/Stdio";
import * as Journal from "../batch/Journal.ts";
import * as Plan from "../batch/Plan.ts";
import * as Rows from "../batch/Rows.ts";
import * as Run from "../batch/Run.ts";
import * as Summary from "../batch/Summary.ts";
import * as Call from "../Call.ts";
import { type Answer, Ending, give } from "../Ending.ts";
import * as Environment from "../Environment.ts";
import * as Flags from "../Flags.ts";
import type { Say } from "../Language.ts";
import * as Live from "../Live.ts";
import { plain, styled } from "../Print.ts";
import * as Words from "../Words.ts";

interface Options extends Call.Call, Run.Options {
  readonly result: string;
  readonly yes: boolean;
}

/** Ends the command before anything is sent. */
const refuse = (json: boolean, reason: string, message: string, issues?: ReadonlyArray<Rows.Issue>) => {
  const answer: Answer = {
    exitCode: 2,
    json: {
      ok: false,
      error: { reason, outcome: "not-accepted", advice: "fix-request", message },
      ...(issues !== undefined && { issues }),
    },
    text: plain(`${reason}: ${message}`),
  };
  return give(answer, json ? "json" : "text");
};

const load = Effect.fnUntraced(function* (say: Say, file: string, format: Option.Option<Rows.Format>, json: boolean) {
  const known = Option.getOrElse(format, () => Rows.formatOf(file));
  if (known === undefined) {
    return yield* Effect.andThen(
      refuse(json, "UnknownFormat", `${file}: say --format csv or --format ndjson`),
      Effect.never,
    );
  }
  const bytes = yield* Effect.try({
    try: () => readFileSync(file),
    catch: (cause) => (cause as { readonly code?: string }).code ?? "unreadable",
  }).pipe(
    Effect.catch((code) =>
      Effect.andThen(refuse(json, "CannotRead", `${file} cannot be read (${code})`), Effect.never),
    ),
  );
  const { issues, refunds } = Plan.make(Rows.read(bytes, known));
  if (issues.length > 0) {
    const lines = new Set(issues.map(({ line }) => line)).size;
    for (const { field, line, message } of json ? [] : issues) {
      yield* Console.error(`${plain(file)}:${line}: ${plain(`${field} ${message}`)}`);
    }
    const message = say(
      `${lines} bad ${lines === 1 ? "line" : "lines"} in ${file}; nothing was sent`,
      `${file} 有 ${lines} 行有误；没有发出任何请求`,
    );
    yield* refuse(json, "BadFile", message, issues);
  }
  return refunds;
});

/** Why the result file is not of this plan. */
const conflict = (file: string, refunds: ReadonlyArray<Plan.Planned>, journal: Journal.Journal): string | undefined => {
  const planned = new Map(refunds.map((planned) => [planned.request.outRefundNo, planned]));
  for (const entry of journal.entries.values()) {
    const now = planned.get(entry.outRefundNo);
    if (now === undefined && entry.state !== "accepted" && Run.isOpen(entry)) {
      return `${entry.outRefundNo} was begun by an earlier run, is not known yet, and is missing from the file: put it back`;
    }
    if (now !== undefined && now.fingerprint !== entry.fingerprint) {
      return `line ${now.line}: ${entry.outRefundNo} was begun with other fields (${entry.refundFee} of ${entry.totalFee} fen): a number keeps its fields, take a new number for another refund; see ${file}`;
    }
  }
  return undefined;
};

const confirmed = Effect.fnUntraced(function* (say: Say, question: string, { json, yes }: Options) {
  if (yes) return;
  const { stdinIsTerminal } = yield* Stdio.Stdio;
  if (json || !(yield* stdinIsTerminal)) {
    yield* refuse(json, "NotConfirmed", `${question} ${say("Give --yes to send them.", "确认发送请加 --yes。")}`);
  }
  const agreed = yield* Prompt.run(Prompt.Confirm({ message: question })).pipe(
    Effect.catch(() => Effect.succeed(false)),
  );
  if (!agreed) yield* refuse(json, "NotConfirmed", say("nothing was sent", "没有发出任何请求"));
});

/** A second interruption ends the process at once: the result file holds what the next run needs. */
const endOnSecondSignal = (say: Say) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      let signals = 0;
      const onSignal = () => {
        if (++signals < 2) return;
        process.stderr.write(
          `${say("Stopped at once; the next run queries what was under way.", "已立即停止；下次运行会先查询进行中的退款。")}\n`,
        );
        process.exit(130);
      };
      process.on("SIGINT", onSignal);
      return onSignal;
    }),
    (onSignal) => Effect.sync(() => process.off("SIGINT", onSignal)),
  );

/** Shows how far it is: on a terminal all the time, elsewhere a line every ten seconds. */
const watch = Effect.fnUntraced(function* (
  say: Say,
  live: Live.Live,
  refunds: ReadonlyArray<Plan.Planned>,
  journal: Journal.Journal,
) {
  const started = yield* Clock.currentTimeMillis;
  const known = () => {
    const { accepted, rejected } = Summary.tally(refunds, journal.entries);
    return accepted + rejected;
  };
  const before = known();
  const show = Effect.gen(function* () {
    const millis = (yield* Clock.currentTimeMillis) - started;
    const line = Summary.progress(say, Summary.tally(refunds, journal.entries), known() - before, millis);
    if (live.shown) live.update(line);
    else yield* Console.error(line);
  });
  yield* show.pipe(
    Effect.repeat(Schedule.spaced(live.shown ? "200 millis" : "10 seconds")),
    Effect.delay(live.shown ? "0 millis" : "10 seconds"),
    Effect.forkScoped,
  );
});

const finish = Effect.fnUntraced(function* (
  say: Say,
  refunds: ReadonlyArray<Plan.Planned>,
  journal: Journal.Journal,
  { json, result }: Options,
  stopped?: string,
) {
  const tally = Summary.tally(refunds, journal.entries);
  const answer: Answer = {
    exitCode: Summary.exitCodeOf(tally),
    json: {
      ok: tally.accepted === tally.total,
      value: { ...tally, result, ...(stopped !== undefined && { stopped }) },
    },
    text: [
      Summary.show(say, result, refunds, journal.entries),
      ...(stopped === undefined ? [] : [`${styled("red", say("Stopped", "已停止"))}: ${plain(stopped)}`]),
    ].join("\n"),
  };
  if (json) return yield* give({ exitCode: answer.exitCode, json: answer.json });
  // A summary is what was asked for, however it came out.
  yield* Console.log(answer.text);
  if (answer.exitCode !== 0) return yield* new Ending({ exitCode: answer.exitCode });
});

const carryOut = Effect.fnUntraced(function* (say: Say, refunds: ReadonlyArray<Plan.Planned>, options: Options) {
  const { json, result } = options;
  const mchId = (yield* Environment.text("WECHAT_PAY_MCH_ID")) ?? "";
  const endpoint = Option.getOrElse(options.endpoint, () => mainEndpoint);
  const journal = yield* Journal.open(result, { mchId, endpoint }).pipe(
    Effect.catch(({ message }) => Effect.andThen(refuse(json, "ResultFileUnusable", message), Effect.never)),
  );
  const wrong = conflict(result, refunds, journal);
  if (wrong !== undefined) yield* refuse(json, "OtherBatch", wrong);
  const todo = Run.remaining(refunds, journal.entries, options);
  if (todo.length > 0) {
    const sum = Summary.sums(todo).join(", ");
    const question = say(
      `Refund ${todo.length} of ${refunds.length} rows, ${sum}, for merchant ${mchId} at ${endpoint}?`,
      `共 ${refunds.length} 行，将退款 ${todo.length} 笔，合计 ${sum}，商户 ${mchId}，接口 ${endpoint}，是否继续？`,
    );
    yield* confirmed(say, question, options);
  }
  const live = yield* Live.make(process.stderr);
  yield* endOnSecondSignal(say);
  const run = Effect.gen(function* () {
    yield* watch(say, live, refunds, journal);
    yield* Run.run(todo, journal, options, (underWay) => {
      live.clear();
      return Console.error(
        say(
          `Stopping: ${underWay} requests under way are finished first; once more ends at once`,
          `正在停止：先完成进行中的 ${underWay} 个请求；再按一次立即结束`,
        ),
      );
    });
  }).pipe(Effect.scoped);
  const stopped = yield* run.pipe(
    Effect.as(undefined),
    Effect.catchTags({
      Stopped: ({ error: { advice, reason } }) =>
        Effect.succeed(`${reason._tag}: ${reason.message}; ${Words.advices(say)[advice]}; ${Words.page(reason._tag)}`),
      ResultFileUnusable: ({ message }) => Effect.succeed(message),
    }),
    Effect.onInterrupt(() => {
      live.clear();
      return Effect.ignore(finish(say, refunds, journal, options));
    }),
  );
  live.clear();
  yield* finish(say, refunds, journal, options, stopped);
}, Effect.scoped);

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
          'Leave a refund as unknown after it; "5 minutes" unless given',
          "单笔超过多久仍无结果则记为未知；默认 “5 minutes”",
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
            `${file} is good: ${refunds.length} refunds of ${orders} orders, ${sum.join(", ")}; nothing was sent`,
            `${file} 无误：${orders} 个订单的 ${refunds.length} 笔退款，合计 ${sum.join("，")}；没有发出任何请求`,
          ),
        });
      }
      const options: Options = {
        ...flags,
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
          "unknown is queried first and nothing that is known is sent. Exit codes: 0 all accepted; 1 some rejected or not sent; 2 wrong " +
          "file, command line or environment, nothing was sent; 3 some unknown, money may move.",
        "按文件逐行退款。先检查所有行，只要有一行有误就什么都不发送。字段名与接口一致：transaction_id 或 out_trade_no、out_refund_no、" +
          "total_fee 与 refund_fee（单位分），以及 refund_desc、notify_url 等。每笔请求发出之前都已写入结果文件：中断或断电之后，用同一文件再次运行即可，" +
          "未知的先查询，已知的不会重发。退出码：0 全部受理；1 有被拒绝或未发送；2 文件、命令行或环境有误，没有发出请求；3 有结果未知，资金可能会动。",
      ),
    ),
    Command.withExamples([
      { command: "wechat-refund batch refunds.csv --dry-run" },
      { command: "wechat-refund batch refunds.csv --yes --json" },
    ]),
  );
