/** What became of a batch, counted and in words. */
import type { Say } from "../Language.ts";
import { amount, list, plain, shownNumber, styled } from "../Print.ts";
import type { Entry, State } from "./Journal.ts";
import type { Planned } from "./Plan.ts";
import * as Waits from "./Waits.ts";

/** How many refunds are in which state; `notMade` were given up, certainly not accepted, `unsent` never begun. */
export interface Tally {
  readonly total: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly closed: number;
  readonly notMade: number;
  readonly unknown: number;
  readonly unsent: number;
}

/** Counts by what the result file says. */
export const tally = (refunds: ReadonlyArray<Planned>, entries: ReadonlyMap<string, Entry>): Tally => {
  const counts = { accepted: 0, rejected: 0, closed: 0, notMade: 0, unknown: 0, unsent: 0 };
  for (const { request } of refunds) {
    const state = entries.get(request.outRefundNo)?.state ?? "unsent";
    counts[state === "sending" ? "unknown" : state === "not-made" ? "notMade" : state]++;
  }
  return { total: refunds.length, ...counts };
};

/** 3 while one is unknown, 1 while one is not accepted. */
export const exitCodeOf = ({ accepted, total, unknown }: Tally): 0 | 1 | 3 =>
  unknown > 0 ? 3 : accepted < total ? 1 : 0;

/** The sums by currency. */
export const sums = (refunds: ReadonlyArray<Planned>): ReadonlyArray<string> => {
  const sums = new Map<string, number>();
  for (const { request } of refunds) {
    const currency = request.refundFeeType ?? "CNY";
    sums.set(currency, (sums.get(currency) ?? 0) + request.refundFee);
  }
  return [...sums].map(([currency, sum]) => amount(sum, currency));
};

const most = 20;

const time = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

/** How many are known, and nothing is left to do about them. */
const known = ({ accepted, closed, rejected }: Tally): number => accepted + closed + rejected;

/** How far a run is: `done` of its `todo` refunds were left in so many ms; and what it waits for. */
export interface Far {
  readonly done: number;
  readonly todo: number;
  readonly millis: number;
  readonly wait: Waits.Wait | undefined;
}

/** One line on how far it is. While it waits, what it waits for stands where the time that is left would be: nobody knows that then. */
export const progress = (say: Say, tally: Tally, { done, millis, todo, wait }: Far): string => {
  const { rejected, total } = tally;
  const rate = done / Math.max(millis / 1000, 0.001);
  const bar = 10;
  const filled = Math.floor((known(tally) / Math.max(total, 1)) * bar);
  return [
    `[${"#".repeat(filled)}${".".repeat(bar - filled)}] ${known(tally)}/${total}`,
    ...(rejected > 0 ? [`${rejected} ${say("rejected", "被拒")}`] : []),
    ...(wait !== undefined
      ? [Waits.show(say, wait)]
      : done > 0
        ? [`${rate.toFixed(1)}/s`, `${say("left", "剩余")} ${time((todo - done) / rate)}`]
        : []),
  ].join("  ");
};

const stateWords = (say: Say): Readonly<Record<Exclude<State, "accepted">, string>> => ({
  rejected: say("rejected", "被拒绝"),
  closed: say("closed", "已关闭"),
  "not-made": say("not made, certainly not accepted", "未发出，肯定未受理"),
  unknown: say("unknown", "结果未知"),
  sending: say("unknown", "结果未知"),
});

/** The counts in words, and each refund that is not accepted. */
export const show = (
  say: Say,
  file: string,
  refunds: ReadonlyArray<Planned>,
  entries: ReadonlyMap<string, Entry>,
): string => {
  const { accepted, closed, notMade, rejected, total, unknown, unsent } = tally(refunds, entries);
  const acceptedOnes = refunds.filter(({ request }) => entries.get(request.outRefundNo)?.state === "accepted");
  const others = refunds.flatMap(({ request }) => {
    const entry = entries.get(request.outRefundNo);
    return entry === undefined || entry.state === "accepted" ? [] : [{ ...entry, state: entry.state }];
  });
  const count = (count: number) => (count === 0 ? undefined : String(count));
  return [
    list([
      [
        say("accepted", "已受理"),
        `${accepted} ${say("of", "/")} ${total}: ${sums(acceptedOnes).join(", ") || "0"}`,
        "green",
      ],
      [say("rejected", "被拒绝"), count(rejected), "red"],
      [say("closed", "已关闭"), count(closed), "red"],
      [say("unknown", "结果未知"), count(unknown), "red"],
      [say("not made", "未发出"), count(notMade), "yellow"],
      [say("not sent", "未发送"), count(unsent), "yellow"],
      [say("results", "结果文件"), file],
    ]),
    ...others.slice(0, most).map(({ advice, line, message = say("interrupted", "被中断"), outRefundNo, state }) => {
      const number = shownNumber(outRefundNo);
      // A reply of another refund is refused with both numbers.
      const why = message.replaceAll(outRefundNo, number);
      const what = `${say("line", "行")} ${line}  ${number}  ${stateWords(say)[state]}: ${why}${advice === undefined ? "" : ` (${advice})`}`;
      return `${styled("red", "✗")} ${plain(what)}`;
    }),
    ...(others.length > most
      ? [say(`… and ${others.length - most} more in the result file`, `……其余 ${others.length - most} 笔见结果文件`)]
      : []),
    ...(unknown + notMade + unsent > 0
      ? [
          say(
            "Run the same again: what is unknown is asked for first, nothing that is known is sent.",
            "请用同一文件再次运行：未知的先问清，已知的不会重发。",
          ),
        ]
      : []),
  ].join("\n");
};
