/** `bill`: the refunds of a day, as WeChat Pay counts them. */
import * as Bills from "@wechat-refund/core/Bills";
import { type Bad, type Billed, BillType, dayOf } from "@wechat-refund/core/RefundBill";
import * as Clock from "effect/Clock";
import * as Command from "effect/cli/Command";
import * as Flag from "effect/cli/Flag";
import * as Console from "effect/Console";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import * as Result from "effect/Result";
import * as Days from "../bill/Days.ts";
import * as OfDay from "../bill/OfDay.ts";
import { RowJson } from "../bill/RowJson.ts";
import * as Source from "../bill/Source.ts";
import * as Call from "../Call.ts";
import { type Answer, type ExitCode, give } from "../Ending.ts";
import * as Flags from "../Flags.ts";
import type { Say } from "@wechat-refund/checkup/Language";
import { translated } from "@wechat-refund/checkup/Translated";
import { Output } from "../Output.ts";
import { amount, plain, shownPath } from "../Print.ts";

interface Shown {
  readonly json: boolean;
  readonly rows: boolean;
}

const rowOf = ({ columns, outRefundNo, outTradeNo, refundFee, refundId, status }: Billed) => ({
  outRefundNo,
  outTradeNo,
  refundId,
  refundFee,
  status,
  columns,
});

const textOf = ({ currency, outRefundNo, refundFee, refundId, status }: Billed): string =>
  plain(`${outRefundNo || "-"}  ${status}: ${amount(refundFee, currency)}  ${refundId}`);

const bytesOf = (lines: ReadonlyArray<string>): Uint8Array =>
  new TextEncoder().encode(lines.length === 0 ? "" : `${lines.join("\n")}\n`);

/** What a bill's source was called, for messages. */
interface Named {
  readonly name: string;
  readonly date?: string | undefined;
}

const exitCodeOf = (read: Bills.Read, isFile: boolean): ExitCode => {
  if (Bills.isWhole(read)) return 0;
  const isWrong = read.body === undefined ? !Bills.isBill(read) : read.body.kind === "source";
  return isFile && isWrong ? 2 : 1;
};

/** Prints a bill as it is read. */
const show = Effect.fnUntraced(function* (
  say: Say,
  source: Source.Source,
  { date, name }: Named,
  { json, rows }: Shown,
) {
  const refunds: Array<Billed> = [];
  const bad: Array<Bad> = [];
  const sums = new Map<string, number>();
  let count = 0;
  const rowJson = new RowJson();
  const write = yield* Output;
  const read = yield* Bills.read(source, (entries) => {
    const lines: Array<string> = [];
    const complaints: Array<string> = [];
    for (const entry of entries) {
      if (entry._tag === "Bad") {
        const { line, problem } = entry.bad;
        if (rows) rowJson.bad(entry.bad);
        else {
          if (json) bad.push(entry.bad);
          complaints.push(`${plain(name)}:${line}: ${translated(say)(plain(problem))}`);
        }
        continue;
      }
      const { refund } = entry;
      count++;
      sums.set(refund.currency, (sums.get(refund.currency) ?? 0) + refund.refundFee);
      if (rows) rowJson.refund(refund);
      else if (json) refunds.push(refund);
      else lines.push(textOf(refund));
    }
    const bytes = rows ? rowJson.take() : bytesOf(lines);
    return Effect.andThen(
      bytes.length === 0 ? Effect.void : write(bytes),
      complaints.length === 0 ? Effect.void : Console.error(complaints.join("\n")),
    );
  });
  const exitCode = exitCodeOf(read, date === undefined);
  const { ending, problems } = read;
  for (const problem of json && !rows ? [] : problems)
    yield* Console.error(`${plain(name)}: ${translated(say)(plain(problem))}`);
  const totals = [...sums].map(([currency, sum]) => amount(sum, currency)).join(", ");
  if (rows) return yield* give({ exitCode, json: undefined }, "text");
  const value = {
    ...(date !== undefined && { date }),
    refunds: refunds.map((refund) => ({
      ...rowOf(refund),
      transactionId: refund.transactionId,
      currency: refund.currency,
    })),
    bad: bad.map(({ line, problem }) => ({ line, problem })),
    problems,
    summary: ending === "none" ? {} : ending.summary,
  };
  const said: Answer = {
    exitCode,
    json:
      exitCode === 0
        ? { ok: true, value }
        : {
            ok: false,
            error: {
              reason: "BillNotWhole",
              outcome: "not-accepted",
              advice: "resend-same",
              message: problems[0] ?? `${bad.length} lines cannot be read`,
            },
            value,
          },
    ...(!json && {
      text:
        count > 0
          ? `\n${say("refunds", "退款笔数")} ${count}: ${totals}`
          : exitCode === 0
            ? say(`No refunds ${date === undefined ? `in ${name}` : `on ${date}`}`, `${date ?? name} 没有退款`)
            : say("No refund could be read", "没有读到退款"),
    }),
  };
  return yield* give(said, json ? "json" : "text");
});

/** Shows what there is, or says why there is nothing. */
const answer = (say: Say, found: Result.Result<Source.Source, Source.NoSource>, named: Named, shown: Shown) => {
  if (Result.isSuccess(found)) return show(say, found.success, named, shown);
  const said = Source.told(found.failure);
  return give(said, shown.json && !shown.rows ? "json" : "text");
};

/** The command. */
export const command = (say: Say) =>
  Command.make(
    "bill",
    {
      date: Days.day("date", say("In Beijing; yesterday unless given", "北京时间的日期；默认昨天")),
      file: Flag.String("file").pipe(
        Flag.withMetavar("file"),
        Flag.withDescription(
          say(
            "Read this bill instead of downloading one, packed (gzip) or not",
            "读取此账单文件（可为 gzip），而不下载",
          ),
        ),
        Flag.optional,
      ),
      type: Flag.Literals("type", BillType.literals).pipe(
        Flag.withMetavar("type"),
        Flag.withDescription(say("Of the download; REFUND unless given", "下载的账单类型；默认 REFUND")),
        Flag.withDefault("REFUND"),
      ),
      rows: Flags.off(
        "rows",
        say(
          "One JSON object a line for each refund, as it is read; bad lines as line and problem",
          "逐笔输出 JSON，一行一笔；无法读取的行输出行号与原因",
        ),
      ),
      ...Flags.call(say),
    },
    Effect.fnUntraced(function* ({ date, file, rows, type, ...call }) {
      const shown = { json: call.json || rows, rows };
      if (Option.isSome(file)) {
        if (Option.isSome(date)) {
          const message = say("--file is a bill of its own: leave --date out", "--file 已指定账单：请去掉 --date");
          return yield* answer(say, Result.fail({ reason: "WrongFlags", message, exitCode: 2 }), { name: "" }, shown);
        }
        return yield* answer(say, yield* Source.ofFile(file.value), { name: shownPath(file.value) }, shown);
      }
      const now = yield* Clock.currentTimeMillis;
      const day = Option.getOrElse(date, () => dayOf(now - 86_400_000));
      const program = Effect.flatMap(OfDay.download({ date: day, type }), (found) =>
        answer(say, found, { name: day, date: day }, shown),
      );
      yield* Call.provide(call, "optional", program, Source.settings);
    }),
  ).pipe(
    Command.withShortDescription(say("Download or read a day's refunds", "下载或读取某天的退款账单")),
    Command.withDescription(
      say(
        "Downloads the refunds of a day, or reads a bill on disk, and prints them as they are read; a bill of type ALL without its payments. With " +
          "--json all in one document, with --json --rows one object a line, for bills of any size. A bill is there from ten in the morning " +
          "after, for three months, says what was known at the end of its day, and is not signed: ask for a refund's state with `query`. Exit " +
          "codes: 0 read, also when there were none; 1 it could not be had, is cut off, or has lines that cannot be read; 2 wrong command " +
          "line, environment or file, or a day that cannot have one; 3 no bill yet.",
        "下载某天的退款账单，或读取账单文件，边读边显示；ALL 账单中的支付记录略去。--json 输出一个文档，--json --rows 逐行输出，账单多大都可以。账单于次日上午十点后" +
          "可下载，保留三个月，反映的是当天结束时的状态，且没有签名：最新状态请用 `query` 查询。退出码：0 已读完（包括没有退款）；1 无法下载、账单不完整，或有" +
          "无法读取的行；2 命令行、环境或文件有误，或该日不可能有账单；3 账单尚未生成。",
      ),
    ),
    Command.withExamples([
      { command: "wechat-refund bill --date 2026-11-23" },
      { command: "wechat-refund bill --file 20261123.csv.gz --json --rows" },
    ]),
  );
