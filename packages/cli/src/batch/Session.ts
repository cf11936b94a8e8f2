/**
 * One run of a batch, from the file to the summary: what is refused before anything is sent, the question, the refunds, what is shown
 * meanwhile, and how it ends.
 */
import { Merchants } from "@wechat-refund/core/Merchants";
import { mainEndpoint } from "@wechat-refund/core/Operation";
import * as RefundStore from "@wechat-refund/durable/RefundStore";
import * as Prompt from "effect/cli/Prompt";
import * as Clock from "effect/Clock";
import * as Console from "effect/Console";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Stdio from "effect/Stdio";
import * as Call from "../Call.ts";
import { type Answer, Ending, give } from "../Ending.ts";
import { colon, english, semicolon, type Say } from "@wechat-refund/checkup/Language";
import { translated } from "@wechat-refund/checkup/Translated";
import * as Live from "../Live.ts";
import { fitted, plain, shownId, shownNumber, shownPath, styled } from "../Print.ts";
import * as Export from "../store/Export.ts";
import * as Store from "../store/Store.ts";
import { refuse, refuseRows } from "./Load.ts";
import type { Planned } from "./Plan.ts";
import * as Run from "./Run.ts";
import * as Summary from "./Summary.ts";
import * as Waits from "./Waits.ts";

/** How a batch is run, and what is printed of it. */
export interface Options extends Call.Call, Omit<Run.Options, "alone" | "isThere"> {
  readonly perSecond: number;
  /** The file of the rows, for what is said of them. */
  readonly file: string;
  readonly where: Store.Where;
  /** The file that what became of the refunds is exported to. */
  readonly result: string | undefined;
  readonly yes: boolean;
}

const confirmed = Effect.fnUntraced(function* (say: Say, question: (say: Say) => string, { json, yes }: Options) {
  if (yes) return;
  const { stdinIsTerminal } = yield* Stdio.Stdio;
  if (json || !(yield* stdinIsTerminal)) {
    yield* refuse(json, "NotConfirmed", `${question(english)} Give --yes to send them.`);
  }
  const agreed = yield* Prompt.run(Prompt.Confirm({ message: question(say) })).pipe(
    Effect.catch(() => Effect.succeed(false)),
  );
  if (!agreed) yield* refuse(json, "NotConfirmed", "nothing was sent");
});

/** A second interruption ends the process at once: the store holds what the next run needs. */
const endOnSecondSignal = (say: Say) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      let signals = 0;
      const onSignal = () => {
        if (++signals < 2) return;
        process.stderr.write(
          `${say("Stopped at once; the next run asks for what was under way.", "已立即停止；下次运行会先问清进行中的退款。")}\n`,
        );
        process.exit(130);
      };
      process.on("SIGINT", onSignal);
      return onSignal;
    }),
    (onSignal) => Effect.sync(() => process.off("SIGINT", onSignal)),
  );

const formatOf = (file: string): "csv" | "ndjson" => (/\.csv$/i.test(file) ? "csv" : "ndjson");

const unfit = (json: boolean, { message }: { readonly message: string }) =>
  Effect.andThen(refuse(json, "ResultFileUnusable", message), Effect.never);

/** Rows whose numbers stand in the store with other fields: each by its line, and then nothing is sent. */
const refuseConflicts = Effect.fnUntraced(function* (
  say: Say,
  conflicts: ReadonlyArray<Run.Conflict>,
  { json, where }: Options,
) {
  const issues = conflicts.map(({ fields, planned: { line, request }, row }) => ({
    line,
    field: "out_refund_no",
    message: plain(
      `${shownNumber(request.outRefundNo)} was recorded with other fields (${fields.join(", ")}; ${row.refundFee} of ${row.frozen.asked.totalFee} fen): a number keeps its fields, take a new number for another refund`,
    ),
  }));
  for (const { line, message } of json ? [] : issues)
    yield* Console.error(`${say("line", "行")} ${line}${colon(say)}${translated(say)(message)}`);
  const shown = Store.shown(where);
  const message = `${issues.length} rows are other refunds than those that the store ${shown} holds under their numbers; nothing was sent`;
  yield* refuse(json, "OtherRefund", message, issues);
});

const refusedRow = (error: { readonly _tag: string; readonly message: string; readonly outRefundNo: string }): string =>
  `${error._tag}: ${error.message.replaceAll(error.outRefundNo, shownNumber(error.outRefundNo))}`;

/** Shows how far it is: on a terminal all the time, elsewhere a line each ten seconds. */
const watching = Effect.fnUntraced(function* (say: Say, live: Live.Live, todo: number) {
  const started = yield* Clock.currentTimeMillis;
  let told = started;
  let before: number | undefined;
  const onLook: Run.Told["onLook"] = (standing, { held, ofOrder, open }) =>
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis;
      before ??= standing.known;
      if (!live.shown && now - told < 10_000) return;
      told = now;
      const far: Summary.Far = {
        done: standing.known - before,
        todo,
        millis: now - started,
        wait: Waits.of(open, held, ofOrder),
      };
      const line = Summary.progress(say, standing, far);
      if (live.shown) live.update(line);
      else yield* Console.error(line);
    });
  return onLook;
});

/** What was exported of the refunds of a file, in its order. */
const exported = (say: Say, file: string, refunds: ReadonlyArray<Planned>, known: Run.Known) => {
  const rows = refunds
    .toSorted((a, b) => a.line - b.line)
    .flatMap(({ request }) => known.get(request.outRefundNo) ?? []);
  const format = formatOf(file);
  return Export.write(file, format, format === "csv" ? Export.csv(say, rows) : Export.ndjson(rows));
};

const told = Effect.fnUntraced(function* (
  say: Say,
  refunds: ReadonlyArray<Planned>,
  known: Run.Known,
  { json, result, where }: Options,
  stopped?: string,
) {
  const tally = Summary.tally(refunds, known);
  const unwritten =
    result === undefined
      ? undefined
      : yield* exported(say, result, refunds, known).pipe(
          Effect.as(undefined),
          Effect.catch(({ message }) => Effect.succeed(json ? message : translated(say)(message))),
        );
  const why = [stopped, unwritten].filter((message) => message !== undefined);
  const isGood = Summary.exitCodeOf(tally) === 0 && why.length === 0;
  const answer: Answer = {
    exitCode: isGood ? 0 : Summary.exitCodeOf(tally) || 3,
    json: {
      ok: isGood,
      value: {
        ...tally,
        store: Store.shown(where),
        ...(result !== undefined && { result: shownPath(result) }),
        ...(why.length > 0 && { stopped: why.join("; ") }),
      },
    },
    text: [
      Summary.show(say, Store.shown(where), refunds, known),
      ...(why.length === 0
        ? []
        : [`${styled("red", say("Stopped", "已停止"))}${colon(say)}${plain(why.join(semicolon(say)))}`]),
    ].join("\n"),
  };
  if (json) return yield* give({ exitCode: answer.exitCode, json: answer.json });
  // A summary is what was asked for, however it came out.
  yield* Console.log(fitted(answer.text ?? ""));
  if (answer.exitCode !== 0) return yield* new Ending({ exitCode: answer.exitCode });
});

/** What the store says in the end. */
const finish = Effect.fnUntraced(function* (
  say: Say,
  refunds: ReadonlyArray<Planned>,
  options: Options,
  stopped?: string,
) {
  const [registered] = (yield* Merchants).all;
  if (registered === undefined) return;
  const { known } = yield* Run.find(refunds, registered);
  yield* told(say, refunds, known, options, stopped);
});

const made = Effect.fnUntraced(function* (
  say: Say,
  refunds: ReadonlyArray<Planned>,
  options: Options,
  lastFailure: () => string | undefined,
) {
  const { json, result, where } = options;
  const [registered] = (yield* Merchants).all;
  if (registered === undefined) return;
  const { endpoint = mainEndpoint, mchId } = registered.merchant;
  const { conflicts, known, unfit: bad } = yield* Run.find(refunds, registered);
  if (bad.length > 0) yield* refuseRows(say, options.file, json, bad);
  if (conflicts.length > 0) yield* refuseConflicts(say, conflicts, options);
  if (result !== undefined) {
    yield* Export.check(result, formatOf(result)).pipe(Effect.catch((error) => unfit(json, error)));
  }
  const todo = Run.remaining(refunds, known);
  if (todo.length === 0) {
    if (!json) {
      yield* Console.error(
        say(
          "Nothing is left to do: these are the results of earlier runs.",
          "没有待处理的退款：以下是之前运行的结果。",
        ),
      );
    }
    return yield* told(say, refunds, known, options);
  }
  const sum = Summary.sums(todo).join(", ");
  const store = Store.shown(where);
  const question = (say: Say) =>
    say(
      `Refund ${todo.length} of ${refunds.length} rows, ${sum}, for merchant ${shownId(mchId)} at ${endpoint}, kept in ${store}?`,
      `共 ${refunds.length} 行，将退款 ${todo.length} 笔，合计 ${sum}，商户 ${shownId(mchId)}，接口 ${endpoint}，存储 ${store}，是否继续？`,
    );
  yield* confirmed(say, question, options);
  const live = yield* Live.make(process.stderr);
  yield* endOnSecondSignal(say);
  const onStop = (underWay: number) => {
    live.clear();
    const stopping = say(
      `Stopping: ${underWay} requests under way are finished first; once more ends at once`,
      `正在停止：先完成进行中的 ${underWay} 个请求；再按一次立即结束`,
    );
    const others = say(
      "What is recorded and not sent is sent by any other process on this store: wechat-refund refunds pause stops that",
      "已登记而未发送的退款会由使用此存储的其他进程发送：可用 wechat-refund refunds pause 停止",
    );
    return Console.error(where._tag === "Sqlite" ? stopping : `${stopping}\n${others}`);
  };
  const onLook = yield* watching(say, live, todo.length);
  const speak = translated(json ? english : say);
  const why = yield* Run.run(
    refunds,
    known,
    { ...options, alone: where._tag === "Sqlite", isThere: Store.watched(where) },
    { onLook, onStop },
  ).pipe(
    Effect.map(
      (ended) => ended.stopped && Summary.stoppedBy(json ? english : say, ended.stopped, ended, lastFailure()),
    ),
    // Another process has recorded something under a number since it was looked up; what came before it is under way.
    Effect.catchTags({
      OtherRefund: (error) => Effect.succeed(speak(refusedRow(error))),
      Pruned: (error) => Effect.succeed(speak(refusedRow(error))),
    }),
    Effect.onInterrupt(() => {
      live.clear();
      return Effect.ignore(finish(say, refunds, options));
    }),
  );
  live.clear();
  yield* finish(say, refunds, options, why);
}, Effect.scoped);

/** Makes them, as far as the store does not know them, and tells what became of all. */
export const carryOut = Effect.fnUntraced(function* (say: Say, refunds: ReadonlyArray<Planned>, options: Options) {
  const { json, perSecond, where } = options;
  const calls = Call.merchants({ pace: { perSecond } });
  const refused = (error: Parameters<typeof Store.problem>[1]) => Store.refuse({ json }, Store.problem(where, error));
  yield* made(say, refunds, options, calls.lastFailure).pipe(
    Effect.provide(Layer.mergeAll(RefundStore.layer, calls.layer).pipe(Layer.provideMerge(Store.open(where)))),
    Effect.catchTags({
      StoreError: refused,
      SqlError: refused,
      // One row that cannot be read: nothing may be said of the others.
      Damaged: ({ message }) => Store.refuse({ json }, { message }),
    }),
  );
});
