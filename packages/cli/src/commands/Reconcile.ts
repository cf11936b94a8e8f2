/** `reconcile`: do the books agree with WeChat Pay's bills? */
import { Merchant } from "@wechat-refund/core/Merchant";
import * as Reconciliation from "@wechat-refund/core/Reconciliation";
import { days } from "@wechat-refund/core/RefundBill";
import * as Books from "@wechat-refund/durable/Books";
import * as Comparing from "@wechat-refund/durable/Comparing";
import { RefundStore } from "@wechat-refund/durable/RefundStore";
import * as Command from "effect/cli/Command";
import * as Flag from "effect/cli/Flag";
import * as Console from "effect/Console";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import * as Result from "effect/Result";
import * as Days from "../bill/Days.ts";
import * as Differences from "../bill/Differences.ts";
import * as OfDay from "../bill/OfDay.ts";
import * as Own from "../bill/Own.ts";
import * as Source from "../bill/Source.ts";
import * as Call from "../Call.ts";
import { type Answer, type ExitCode, give } from "../Ending.ts";
import * as Flags from "../Flags.ts";
import type { Say } from "@wechat-refund/checkup/Language";
import { translated } from "@wechat-refund/checkup/Translated";
import { plain, shownPath } from "../Print.ts";
import * as Export from "../store/Export.ts";
import * as Store from "../store/Store.ts";

interface Shown {
  readonly json: boolean;
  readonly csv: Option.Option<string>;
}

/** Ends the command: what was asked for cannot be. */
const refuse = ({ json }: Pick<Shown, "json">, reason: string, message: string, issues?: ReadonlyArray<unknown>) => {
  const said = { reason, outcome: "not-accepted", advice: "fix-request", message } as const;
  const answer: Answer = {
    exitCode: 2,
    json: { ok: false, error: said, ...(issues !== undefined && { issues }) },
    text: plain(`${reason}: ${message}`),
    isEnglish: true,
  };
  return Effect.andThen(give(answer, json ? "json" : "text"), Effect.never);
};

const without = ({ json }: Pick<Shown, "json">, problem: Source.NoSource) =>
  Effect.andThen(give(Source.told(problem), json ? "json" : "text"), Effect.never);

/** Says what was found, and ends the command. */
const tell = Effect.fnUntraced(function* (
  say: Say,
  { csv, json }: Shown,
  { complaints, differences }: Comparing.Found,
  books: Reconciliation.Books,
  notReady: ReadonlyArray<string>,
) {
  const { totals } = books;
  const isWhole = complaints.length === 0;
  const agree = isWhole && Reconciliation.agree(totals);
  const exitCode: ExitCode = !agree ? 1 : notReady.length > 0 ? 3 : 0;
  if (Option.isSome(csv)) {
    yield* Export.write(csv.value, "csv", Differences.csv(say, differences)).pipe(
      Effect.catch(({ message }) => refuse({ json }, "ExportNotWritten", message)),
    );
  }
  if (json) {
    const value = {
      agree,
      differences: differences.map(Differences.valueOf),
      totals,
      problems: complaints,
      ...(notReady.length > 0 && { notReady }),
    };
    return yield* give({ exitCode, json: { ok: true, value } });
  }
  for (const { bill, line, problem } of complaints) {
    yield* Console.error(`${plain(bill)}${line === undefined ? "" : `:${line}`}: ${translated(say)(plain(problem))}`);
  }
  for (const date of notReady) yield* Console.error(say(`${date}: no bill yet`, `${date}：账单尚未生成`));
  const lines = [
    ...differences.map((finding) => Differences.line(say, finding)),
    ...(differences.length === 0 ? [] : ["", ...Differences.advices(say, differences), ""]),
    ...Differences.totals(say, totals),
    agree
      ? notReady.length > 0
        ? say("No difference so far", "目前没有差异")
        : say("The books agree", "账目一致")
      : differences.length > 0
        ? say(`${differences.length} differences`, `${differences.length} 处差异`)
        : say("No difference was found, and not all of the bill could be read", "未发现差异，但账单没有读全"),
  ];
  yield* Console.log(lines.join("\n"));
  return yield* give({ exitCode, json: undefined }, "text");
});

/** The command. */
export const command = (say: Say) =>
  Command.make(
    "reconcile",
    {
      own: Flag.String("own").pipe(
        Flag.withMetavar("file"),
        Flag.withDescription(
          say(
            "Your refunds as a table (CSV): out_refund_no, refund_fee in fen, and state, refund_id, … where you have them; a store unless given",
            "己方退款表（CSV）：out_refund_no、refund_fee（分），以及 state、refund_id 等；默认用存储",
          ),
        ),
        Flag.optional,
      ),
      bill: Flag.String("bill").pipe(
        Flag.withMetavar("file"),
        Flag.withDescription(
          say(
            "A bill on disk, packed or not; may be given for each day. Downloaded unless given",
            "账单文件（可为 gzip），可多次给出；默认下载",
          ),
        ),
        Flag.atLeast(0),
      ),
      date: Days.day("date", say("The bill's day, in Beijing", "账单日期（北京时间）")),
      from: Days.day("from", say("The first of several days", "多日对账的首日")),
      to: Days.day("to", say("The last of them", "多日对账的末日")),
      prefix: Flags.optionalText(
        "prefix",
        say(
          "How your numbers begin: refunds with others were made elsewhere, such as in the merchant platform",
          "己方退款单号的前缀：其他单号视为在别处发起，如商户平台",
        ),
      ),
      csv: Store.path("csv").pipe(
        Flag.withDescription(
          say(
            "Write the differences to this table for finance as well, which must not exist yet",
            "将差异另存为财务用的表格（文件不得已存在）",
          ),
        ),
        Flag.optional,
      ),
      ...Store.flags(say, say("where --own is not given", "未给出 --own 时使用")),
      ...Flags.call(say),
    },
    Effect.fnUntraced(function* ({ bill: files, csv, database, date, from, own, prefix, store, to, ...call }) {
      const shown: Shown = { json: call.json, csv };
      const wrong = (message: string) => refuse(shown, "WrongFlags", message);
      if (Option.isSome(from) !== Option.isSome(to) || (Option.isSome(date) && Option.isSome(from))) {
        yield* wrong("give --date, or --from and --to together");
      }
      const first = Option.getOrUndefined(Option.orElse(date, () => from));
      const last = Option.getOrUndefined(Option.orElse(date, () => to));
      const dates = first === undefined || last === undefined ? [] : days(first, last);
      if (first !== undefined && dates.length === 0) yield* wrong("--from must not be after --to");
      if (dates.length > 100) yield* wrong("bills are kept for three months: give fewer days");
      if (files.length === 0 && dates.length === 0) {
        yield* wrong("name the bills: --bill FILE, --date, or --from and --to");
      }
      if (files.length > 0 && dates.length > 0 && files.length !== dates.length) {
        yield* wrong("give a --bill for each day, in their order");
      }
      if (Option.isNone(own) && dates.length === 0) {
        yield* wrong("a store has the refunds of many days: say with --date which the bill is of, or give --own");
      }
      if (Option.isSome(own) && (Option.isSome(store) || Option.isSome(database))) {
        yield* wrong("--own and a store are two books: give one of them");
      }
      if (Option.isSome(csv)) {
        yield* Export.check(csv.value, "csv").pipe(
          Effect.catch(({ message }) => refuse(shown, "ExportNotWritten", message)),
        );
      }

      const isOurs = Option.map(prefix, (start) => (number: string) => number.startsWith(start));
      const books = new Reconciliation.Books({ isOurs: Option.getOrUndefined(isOurs) });
      const found = Comparing.nothing();
      const notReady: Array<string> = [];

      /** The bills one after the other. */
      const bills = Effect.fnUntraced(function* <E, R>(before: Comparing.Before<E, R>) {
        for (const [n, file] of files.entries()) {
          const source = yield* Source.ofFile(file);
          if (Result.isFailure(source)) return yield* without(shown, source.failure);
          const named = { name: shownPath(file), date: dates[n] };
          const days = OfDay.watching(named.date);
          const look: Comparing.Before<E, R> = (lines) => {
            for (const line of lines) days.see(line);
            return before(lines);
          };
          yield* Comparing.compare(books, found, source.success, named, look);
          const other = days.other();
          if (named.date !== undefined && other !== undefined) {
            const problem = `its refunds are of ${other}, and none is of ${named.date}: give the bill of that day`;
            return yield* refuse(shown, "WrongDay", `${named.name}: ${problem}`);
          }
          if (found.isWrong) {
            const problem = found.complaints.find(({ line }) => line === undefined)?.problem ?? "";
            return yield* refuse(shown, "NoBill", `${named.name}: ${problem}`);
          }
        }
      });
      const downloads = Effect.fnUntraced(function* <E, R>(before: Comparing.Before<E, R>) {
        for (const day of dates) {
          const source = yield* OfDay.download({ date: day, type: "REFUND" }, { whole: true });
          if (Result.isSuccess(source)) {
            yield* Comparing.compare(books, found, source.success, { name: day, date: day }, before);
          } else if (source.failure.why === "not-ready" && dates.length > 1) notReady.push(day);
          else return yield* without(shown, source.failure);
        }
      });
      const both = <E, R>(before: Comparing.Before<E, R>) => (files.length > 0 ? bills(before) : downloads(before));

      if (Option.isSome(own)) {
        const issues = yield* Own.read(own.value, (one) => {
          if (!books.own(one)) Comparing.differ(found, books.repeated(one));
        });
        if (issues.length > 0) {
          const name = shownPath(own.value);
          for (const { field, line, message } of shown.json ? [] : issues) {
            yield* Console.error(`${plain(name)}:${line}: ${translated(say)(plain(`${field} ${message}`))}`);
          }
          const message = `${issues.length} bad lines in ${name}; nothing was compared`;
          yield* refuse(shown, "BadFile", message, issues);
        }
        yield* files.length > 0
          ? bills<never, never>(() => undefined)
          : Call.provide(
              call,
              "optional",
              downloads<never, never>(() => undefined),
              Source.settings,
            );
        if (notReady.length > 0) books.ended({ unread: undefined });
        for (const one of books.unseen()) {
          const finding = books.missing(one);
          if (finding !== undefined) Comparing.differ(found, finding);
        }
        return yield* tell(say, shown, found, books, notReady);
      }

      const period = { from: first ?? "", to: last ?? "" };
      const program = Effect.gen(function* () {
        const { mchId } = (yield* Call.OfV3) ?? (yield* Merchant);
        yield* Store.looking({ database, store, json: call.json }, () =>
          Effect.gen(function* () {
            const { database } = yield* RefundStore;
            yield* Books.take(database, books, mchId, period);
            yield* both((lines) =>
              lines.every((billed) => books.knows(billed)) ? undefined : Books.lookUp(database, books, mchId, lines),
            );
            yield* Books.missing(database, books, found, period);
            return yield* tell(say, shown, found, books, notReady);
          }),
        );
      });
      return yield* Call.provide(call, "optional", program, Source.settings);
    }),
  ).pipe(
    Command.withShortDescription(say("Compare refunds with WeChat Pay's bills", "与微信支付账单对账")),
    Command.withDescription(
      say(
        "Compares your refunds, of a table (--own) or of a store, with bills on disk (--bill) or downloaded (--date, --from and --to), by number, " +
          "and lists each difference with what to do: amount-differs, only-there, only-here, twice, elsewhere, contradiction. Nothing is changed: a " +
          "bill is not signed, so settle a difference by a signed query. A refund is only here once all bills of its days have come whole; give " +
          "a table the same days as the bills. A provider's bill is downloaded once, with all its sub-merchants. Exit codes: 0 the books agree; 1 " +
          "differences, or a bill that is not whole or could not be had; 2 wrong command line, table, bill or store; 3 no bill yet.",
        "将己方退款（--own 表格或存储）与账单（--bill 文件，或按 --date、--from/--to 下载）按单号对账，逐笔列出差异及处理办法：amount-differs、only-there、only-here、" +
          "twice、elsewhere、contradiction。不做任何更改：账单没有签名，差异须以带签名的查询核实。只有相应日期的账单全部读全后才会判为 only-here；表格与账单须为相同日期。" +
          "服务商的账单一次下载，包含全部子商户。退出码：0 一致；1 有差异，或账单不完整、无法下载；2 命令行、表格、账单或存储有误；3 账单尚未生成。",
      ),
    ),
    Command.withExamples([
      { command: "wechat-refund reconcile --own november.csv --bill 20261123.csv.gz" },
      { command: "wechat-refund reconcile --store shop.db --date 2026-11-23 --csv differences.csv" },
      { command: "wechat-refund reconcile --store shop.db --from 2026-11-01 --to 2026-11-23 --json" },
    ]),
  );
