/**
 * One run of a batch, from the file to the summary: what is refused before anything is sent, the question, the refunds, what is shown
 * meanwhile, and how it ends.
 */
import { readFileSync } from "node:fs";
import { Merchant } from "@wechat-refund/core/Merchant";
import { mainEndpoint } from "@wechat-refund/core/Operation";
import * as Prompt from "effect/cli/Prompt";
import * as Clock from "effect/Clock";
import * as Console from "effect/Console";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import * as Schedule from "effect/Schedule";
import * as Stdio from "effect/Stdio";
import type * as Call from "../Call.ts";
import { type Answer, Ending, give } from "../Ending.ts";
import type { Say } from "../Language.ts";
import * as Live from "../Live.ts";
import { fitted, plain, shownId, shownNumber, shownPath, styled } from "../Print.ts";
import * as Words from "../Words.ts";
import * as Journal from "./Journal.ts";
import * as Plan from "./Plan.ts";
import * as Rows from "./Rows.ts";
import * as Run from "./Run.ts";
import * as Summary from "./Summary.ts";
import { Waits } from "./Waits.ts";

/** How a batch is run, and what is printed of it. */
export interface Options extends Call.Call, Run.Options {
  readonly file: string;
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

/** The refunds of a file; every bad row is shown, and then nothing is sent. */
export const load = Effect.fnUntraced(function* (
  say: Say,
  file: string,
  format: Option.Option<Rows.Format>,
  json: boolean,
) {
  const known = Option.getOrElse(format, () => Rows.formatOf(file));
  if (known === undefined) {
    return yield* Effect.andThen(
      refuse(json, "UnknownFormat", `${shownPath(file)}: say --format csv or --format ndjson`),
      Effect.never,
    );
  }
  const bytes = yield* Effect.try({
    try: () => readFileSync(file),
    catch: (cause) => (cause as { readonly code?: string }).code ?? "unreadable",
  }).pipe(
    Effect.catch((code) =>
      Effect.andThen(refuse(json, "CannotRead", `${shownPath(file)} cannot be read (${code})`), Effect.never),
    ),
  );
  const { issues, refunds } = Plan.make(Rows.read(bytes, known));
  if (issues.length > 0) {
    const lines = new Set(issues.map(({ line }) => line)).size;
    for (const { field, line, message } of json ? [] : issues) {
      yield* Console.error(`${shownPath(file)}:${line}: ${plain(`${field} ${message}`)}`);
    }
    const message = say(
      `${lines} bad ${lines === 1 ? "line" : "lines"} in ${shownPath(file)}; nothing was sent`,
      `${shownPath(file)} 有 ${lines} 行有误；没有发出任何请求`,
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
      return `${shownNumber(entry.outRefundNo)} was begun by an earlier run, is not known yet, and is missing from the file: put it back`;
    }
    if (now !== undefined && now.fingerprint !== entry.fingerprint) {
      return `line ${now.line}: ${shownNumber(entry.outRefundNo)} was begun with other fields (${entry.refundFee} of ${entry.totalFee} fen): a number keeps its fields, take a new number for another refund; see ${shownPath(file)}`;
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
          `${say("Stopped at once; the next run asks for what was under way.", "已立即停止；下次运行会先问清进行中的退款。")}\n`,
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
  todo: number,
  waits: Waits,
) {
  const started = yield* Clock.currentTimeMillis;
  const show = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis;
    const far: Summary.Far = { done: waits.done, todo, millis: now - started, wait: waits.now(now) };
    const line = Summary.progress(say, Summary.tally(refunds, journal.entries), far);
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
  const isGood = tally.accepted === tally.total && stopped === undefined;
  const answer: Answer = {
    exitCode: isGood ? 0 : Summary.exitCodeOf(tally) || 1,
    json: {
      ok: isGood,
      value: { ...tally, result: shownPath(result), ...(stopped !== undefined && { stopped }) },
    },
    text: [
      Summary.show(say, shownPath(result), refunds, journal.entries),
      ...(stopped === undefined ? [] : [`${styled("red", say("Stopped", "已停止"))}: ${plain(stopped)}`]),
    ].join("\n"),
  };
  if (json) return yield* give({ exitCode: answer.exitCode, json: answer.json });
  // A summary is what was asked for, however it came out.
  yield* Console.log(fitted(answer.text ?? ""));
  if (answer.exitCode !== 0) return yield* new Ending({ exitCode: answer.exitCode });
});

/** Makes them, as far as the result file does not know them, and tells what became of all. */
export const carryOut = Effect.fnUntraced(function* (say: Say, refunds: ReadonlyArray<Plan.Planned>, options: Options) {
  const { file, json, result } = options;
  const { endpoint = mainEndpoint, mchId, subMchId } = yield* Merchant;
  const journal = yield* Journal.open(result, file, { mchId, subMchId, endpoint }).pipe(
    Effect.catch(({ message }) => Effect.andThen(refuse(json, "ResultFileUnusable", message), Effect.never)),
  );
  const wrong = conflict(result, refunds, journal);
  if (wrong !== undefined) yield* refuse(json, "OtherBatch", wrong);
  const todo = Run.remaining(refunds, journal.entries, options);
  if (todo.length > 0) {
    const sum = Summary.sums(todo).join(", ");
    const question = say(
      `Refund ${todo.length} of ${refunds.length} rows, ${sum}, for merchant ${shownId(mchId)} at ${endpoint}?`,
      `共 ${refunds.length} 行，将退款 ${todo.length} 笔，合计 ${sum}，商户 ${shownId(mchId)}，接口 ${endpoint}，是否继续？`,
    );
    yield* confirmed(say, question, options);
  } else if (!json) {
    yield* Console.error(
      say("Nothing is left to do: these are the results of earlier runs.", "没有待处理的退款：以下是之前运行的结果。"),
    );
  }
  const live = yield* Live.make(process.stderr);
  const waits = new Waits();
  yield* endOnSecondSignal(say);
  const run = Effect.gen(function* () {
    yield* watch(say, live, refunds, journal, todo.length, waits);
    yield* Run.run(todo, journal, options, waits, (underWay) => {
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
  const gone = yield* journal.check.pipe(
    Effect.as(undefined),
    Effect.catch(({ message }) => Effect.succeed(message)),
  );
  const why = new Set([stopped, gone].filter((message) => message !== undefined));
  yield* finish(say, refunds, journal, options, why.size === 0 ? undefined : [...why].join("; "));
}, Effect.scoped);
