/**
 * `watch`: follow one refund until it is decided.
 *
 * Questions are asked by the schedule of `Resend.polling`, or evenly. A question without an answer is asked again in its turn; only
 * what a repetition cannot mend ends the command.
 */
import { RefundClient } from "@wechat-refund/core/RefundClient";
import type { RefundError } from "@wechat-refund/core/RefundError";
import { type RefundQueryReply, recordOf, type RefundRecord } from "@wechat-refund/core/RefundQuery";
import * as Resend from "@wechat-refund/core/Resend";
import * as Command from "effect/cli/Command";
import * as Flag from "effect/cli/Flag";
import * as Console from "effect/Console";
import * as DateTime from "effect/DateTime";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import * as Result from "effect/Result";
import * as Schedule from "effect/Schedule";
import * as Call from "../Call.ts";
import { Ending, type ExitCode, jsonLine } from "../Ending.ts";
import * as Flags from "../Flags.ts";
import type { Say } from "../Language.ts";
import * as Live from "../Live.ts";
import { plain, shownNumber, styled } from "../Print.ts";
import * as Words from "../Words.ts";
import { colours, showRecord } from "./Query.ts";

type Asked = Result.Result<RefundQueryReply, RefundError>;

/** The exit code of a state that nothing follows; `CHANGE` waits for a person. */
const finals: Readonly<Partial<Record<RefundRecord["refundStatus"], ExitCode>>> = { SUCCESS: 0, REFUNDCLOSE: 1 };

const hopeless = (error: RefundError): boolean =>
  error.advice === "fix-request" || error.advice === "fix-account" || error.reason._tag === "InvalidRequest";

const stateOf = (say: Say, record: RefundRecord): string =>
  `${styled(colours[record.refundStatus], plain(record.refundStatusText))}: ${Words.statuses(say)[record.refundStatus]}`;

const documentOf = (asked: Asked, outRefundNo: string, at: string) =>
  Result.match(asked, {
    onSuccess: (reply) => ({ at, ok: true, value: recordOf(reply, outRefundNo) }),
    onFailure: ({ advice, outcome, reason }) => ({
      at,
      ok: false,
      error: { reason: reason._tag, outcome, advice, message: reason.message },
    }),
  });

const follow = Effect.fnUntraced(function* (
  say: Say,
  outRefundNo: string,
  schedule: Schedule.Schedule<unknown>,
  json: boolean,
) {
  const client = yield* RefundClient;
  const live = yield* Live.make(process.stdout);
  const wait = yield* Schedule.toStepWithSleep(schedule);
  let shown = "";
  for (let times = 1; ; times++) {
    const asked: Asked = yield* Effect.result(client.query({ outRefundNo }));
    const now = DateTime.formatIso(yield* DateTime.now);
    const record = Result.isSuccess(asked) ? recordOf(asked.success, outRefundNo) : undefined;
    const state = Result.isFailure(asked)
      ? `${say("not answered", "未得到答复")}: ${plain(asked.failure.reason.message)}`
      : record === undefined
        ? ""
        : stateOf(say, record);
    if (json) yield* Console.log(jsonLine(documentOf(asked, outRefundNo, now)));
    else if (state !== shown) {
      live.clear();
      yield* Console.log(`${now}  ${state}`);
      shown = state;
    }
    if (Result.isFailure(asked) && hopeless(asked.failure)) {
      live.clear();
      const { exitCode, text } = Call.failure(say, asked.failure);
      if (text !== undefined) yield* Console.error(text);
      return exitCode;
    }
    const exitCode = record === undefined ? undefined : finals[record.refundStatus];
    if (record !== undefined && exitCode !== undefined) {
      live.clear();
      if (!json) yield* Console.log(`\n${showRecord(say, record, undefined)}`);
      return exitCode;
    }
    if (!json)
      live.update(
        `${shownNumber(outRefundNo)}: ${say(`asked ${times === 1 ? "once" : `${times} times`}, last at`, `已查询 ${times} 次，最近一次`)} ${now}`,
      );
    const over = yield* Effect.as(wait(undefined), false).pipe(Effect.catch(() => Effect.succeed(true)));
    if (over) return 3;
  }
}, Effect.scoped);

/** The command. */
export const command = (say: Say) =>
  Command.make(
    "watch",
    {
      outRefundNo: Flag.String("out-refund-no").pipe(
        Flag.withMetavar("text"),
        Flag.withDescription(
          say("Your number of the refund (out_refund_no, 商户退款单号)", "商户退款单号（out_refund_no）"),
        ),
      ),
      every: Flags.duration(
        "every",
        say(
          'Between two questions, such as "30 seconds"; unless given a minute at first, later up to half an hour',
          "查询间隔，如 “30 seconds”；默认起初一分钟，之后逐渐加长到半小时",
        ),
      ),
      within: Flags.duration("within", say("Give up after it; 30 days unless given", "超过多久放弃；默认 30 天")),
      ...Flags.call(say),
    },
    Effect.fnUntraced(function* ({ every, outRefundNo, within, ...call }) {
      const schedule: Schedule.Schedule<unknown> = Option.match(every, {
        onNone: () => Resend.polling,
        onSome: (duration) => Schedule.spaced(duration),
      }).pipe(Schedule.upTo({ duration: Option.getOrElse(within, () => Duration.days(30)) }));
      const exitCode = yield* Call.provide(call, "optional", follow(say, outRefundNo, schedule, call.json));
      if (exitCode === 3) {
        yield* Console.error(say("Not decided yet; ask again later", "尚无最终结果，请稍后再查"));
      }
      if (exitCode !== 0) return yield* new Ending({ exitCode });
    }),
  ).pipe(
    Command.withShortDescription(say("Follow a refund to its end", "跟踪一笔退款直到有结果")),
    Command.withDescription(
      say(
        "Asks for one refund until it is decided and prints each new state; with --json one line for every question. Exit codes: 0 the " +
          "money went back; 1 closed, nothing went back; 2 wrong command line or environment; 3 not decided in time, or not to be known.",
        "反复查询一笔退款直到有最终结果，状态变化时输出；用 --json 时每次查询输出一行。退出码：0 款项已退回；1 退款关闭，款项未退；" +
          "2 命令行或环境有误；3 到时仍无结果，或无法得知。",
      ),
    ),
    Command.withExamples([{ command: 'wechat-refund watch --out-refund-no R-2026-0001 --every "30 seconds"' }]),
  );
