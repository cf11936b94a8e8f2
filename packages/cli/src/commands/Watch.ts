/**
 * `watch`: follow one refund until it is decided.
 *
 * `Resend.follow` asks; here is said what came of it. A question without an answer is asked again in its turn; only what a repetition
 * cannot mend ends the command.
 */
import { isNoSuchRefund, type Reason, type RefundError } from "@wechat-refund/core/RefundError";
import type { Progress } from "@wechat-refund/core/RefundProgress";
import { type RefundQueryReply, recordOf, type RefundRecord } from "@wechat-refund/core/RefundQuery";
import * as Resend from "@wechat-refund/core/Resend";
import * as Command from "effect/cli/Command";
import * as Flag from "effect/cli/Flag";
import * as Console from "effect/Console";
import * as DateTime from "effect/DateTime";
import * as Deferred from "effect/Deferred";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import * as Call from "../Call.ts";
import { Ending, type ExitCode, jsonLine } from "../Ending.ts";
import * as Flags from "../Flags.ts";
import { colon, type Say } from "@wechat-refund/checkup/Language";
import * as Live from "../Live.ts";
import { plain, shownNumber, styled } from "../Print.ts";
import * as Follow from "../store/Follow.ts";
import * as Store from "../store/Store.ts";
import * as Words from "@wechat-refund/checkup/Words";
import { colours, showRecord } from "./Query.ts";

type Answer = RefundQueryReply | RefundError;

const isFailure = (answer: Answer): answer is RefundError => "reason" in answer;

/** The exit code of a state that nothing follows; `CHANGE` waits for a person. */
const finals: Readonly<Partial<Record<RefundRecord["refundStatus"], ExitCode>>> = { SUCCESS: 0, REFUNDCLOSE: 1 };

const hopeless = (error: RefundError): boolean =>
  error.advice === "fix-request" || error.advice === "fix-account" || error.reason._tag === "InvalidRequest";

const stateOf = (say: Say, record: RefundRecord): string =>
  `${styled(colours[record.refundStatus], plain(record.refundStatusText))}${colon(say)}${Words.statuses(say)[record.refundStatus]}`;

const documentOf = (answer: Answer, outRefundNo: string, at: string) => {
  if (!isFailure(answer)) return { at, ok: true, value: recordOf(answer, outRefundNo) };
  const { advice, outcome, reason } = answer;
  return { at, ok: false, error: { reason: reason._tag, outcome, advice, message: reason.message } };
};

const errCodeOf = (reason: Reason): string => (reason._tag === "Rejected" ? plain(reason.errCode) : "");

const failureOf = (say: Say, { reason }: RefundError): string =>
  isNoSuchRefund(reason)
    ? say(
        `${errCodeOf(reason)}: there is no such refund: check the number (out_refund_no) and the merchant; one made a moment ago may not be seen yet`,
        `${errCodeOf(reason)}：没有这笔退款：请核对商户退款单号与商户；刚提交的退款可能暂时查不到`,
      )
    : `${say("not answered", "未得到答复")}${colon(say)}${plain(Words.failure(say, reason))}`;

/** Follows it, and says what came of it; gives the exit code. */
export const follow = Effect.fnUntraced(function* (
  say: Say,
  outRefundNo: string,
  { every, json, within }: Pick<Resend.FollowOptions, "every" | "within"> & { readonly json: boolean },
) {
  const live = yield* Live.make(process.stdout);
  const hopelessly = yield* Deferred.make<ExitCode>();
  let shown = "";
  let blocked: string | undefined;
  let times = 0;

  const onAnswer = Effect.fnUntraced(function* (answer: Answer) {
    times += 1;
    const now = DateTime.formatIso(yield* DateTime.now);
    const record = isFailure(answer) ? undefined : recordOf(answer, outRefundNo);
    const state = isFailure(answer) ? failureOf(say, answer) : record === undefined ? "" : stateOf(say, record);
    if (json) yield* Console.log(jsonLine(documentOf(answer, outRefundNo, now)));
    else if (state !== shown) {
      live.clear();
      yield* Console.log(`${now}  ${state}`);
      shown = state;
    }
    if (isFailure(answer) && hopeless(answer)) {
      live.clear();
      const { exitCode, text } = Call.failure(say, answer);
      if (text !== undefined) yield* Console.error(text);
      yield* Deferred.succeed(hopelessly, exitCode);
    }
    if (!json)
      live.update(
        `${shownNumber(outRefundNo)}${colon(say)}${say(`asked ${times === 1 ? "once" : `${times} times`}, last at`, `已查询 ${times} 次，最近一次`)} ${now}`,
      );
  });

  const onProgress = Effect.fnUntraced(function* ({ block }: Progress) {
    if (block?.cause === blocked) return;
    blocked = block?.cause;
    // What ends the command is said at its end, and a state says by itself that a person must act.
    if (block === undefined || block.cause === "change" || (yield* Deferred.isDone(hopelessly))) return;
    live.clear();
    const said = `${styled("red", say("blocked", "受阻"))}${colon(say)}${block.cause}${colon(say)}${Words.blocks(say)[block.cause]}`;
    yield* json ? Console.error(said) : Console.log(`${DateTime.formatIso(yield* DateTime.now)}  ${said}`);
  });

  const asking = Resend.follow(outRefundNo, { every, within, onAnswer, onProgress });
  const ended = yield* Effect.raceFirst(asking, Deferred.await(hopelessly));
  live.clear();
  if (typeof ended === "number") return ended;
  const exitCode = ended === undefined ? undefined : finals[ended.refundStatus];
  if (ended === undefined || exitCode === undefined) return 3;
  if (!json) yield* Console.log(`\n${showRecord(say, ended, undefined)}`);
  return exitCode;
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
      ...Store.flags(
        say,
        say("what is stored is followed then, and nobody is asked", "给出时只跟踪存储中的状态，不发请求"),
      ),
      ...Flags.call(say),
    },
    Effect.fnUntraced(function* ({ database, every, outRefundNo, store, within, ...call }) {
      const options = {
        every: Option.getOrUndefined(every),
        within: Option.getOrUndefined(within),
        json: call.json,
      };
      // A service's environment names its store; who watches by number alone asks the gateway.
      const exitCode =
        Option.isSome(store) || Option.isSome(database)
          ? yield* Store.looking({ database, store, json: call.json }, () => Follow.follow(say, outRefundNo, options))
          : yield* Call.provide(call, "optional", follow(say, outRefundNo, options));
      if (exitCode === 3) {
        yield* Console.error(say("Not decided yet; ask again later", "尚无最终结果，请稍后再查"));
      }
      if (exitCode !== 0) return yield* new Ending({ exitCode });
    }),
  ).pipe(
    Command.withShortDescription(say("Follow a refund to its end", "跟踪一笔退款直到有结果")),
    Command.withDescription(
      say(
        "Asks for one refund until it is decided and prints each new state, and at once when there is no such refund (REFUNDNOTEXIST: check " +
          "the number); with --json one line for every question. With --store or --database it follows what is stored, while a batch or a " +
          "service works on it, also what is not sent yet. Exit codes: 0 the " +
          "money went back; 1 closed, rejected or given up, nothing went back; 2 wrong command line or environment; 3 not decided in time, or not to be known; 4 blocked all the time, a person must act.",
        "反复查询一笔退款直到有最终结果，状态变化时输出；没有这笔退款（REFUNDNOTEXIST）时立即提示核对单号；用 --json 时每次查询输出一行。给出 --store 或 --database 时跟踪存储中的状态（包括尚未发出的），由 batch 或服务推进。退出码：0 款项已退回；1 退款关闭、被拒绝或已放弃，款项未退；" +
          "2 命令行或环境有误；3 到时仍无结果，或无法得知；4 到时仍受阻，需要人工处理。",
      ),
    ),
    Command.withExamples([
      { command: 'wechat-refund watch --out-refund-no R-2026-0001 --every "30 seconds"' },
      { command: "wechat-refund watch --out-refund-no R-2026-0001 --store shop.db" },
    ]),
  );
