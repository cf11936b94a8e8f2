/** What became of a batch, counted and in words. */
import type { Say } from "../Language.ts";
import { amount, list, plain, shownNumber, styled } from "../Print.ts";
import type { Entry } from "./Journal.ts";
import type { Planned } from "./Plan.ts";

/** How many refunds are in which state; `unsent` were never begun. */
export interface Tally {
  readonly total: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly unknown: number;
  readonly unsent: number;
}

/** Counts by what the result file says. */
export const tally = (refunds: ReadonlyArray<Planned>, entries: ReadonlyMap<string, Entry>): Tally => {
  const counts = { accepted: 0, rejected: 0, unknown: 0, unsent: 0 };
  for (const { request } of refunds) {
    const state = entries.get(request.outRefundNo)?.state ?? "unsent";
    counts[state === "sending" ? "unknown" : state]++;
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

/** One line on how far it is. `done` and `millis` are of this run. */
export const progress = (
  say: Say,
  { accepted, rejected, total, unknown, unsent }: Tally,
  done: number,
  millis: number,
): string => {
  const rate = done / Math.max(millis / 1000, 0.001);
  const bar = 10;
  const filled = Math.floor(((accepted + rejected) / Math.max(total, 1)) * bar);
  const left = unsent + unknown;
  return [
    `[${"#".repeat(filled)}${".".repeat(bar - filled)}] ${accepted + rejected}/${total}`,
    ...(rejected > 0 ? [`${rejected} ${say("rejected", "被拒")}`] : []),
    ...(done > 0 ? [`${rate.toFixed(1)}/s`, `${say("left", "剩余")} ${time(left / rate)}`] : []),
  ].join("  ");
};

/** The counts in words, and each refund that is not accepted. */
export const show = (
  say: Say,
  file: string,
  refunds: ReadonlyArray<Planned>,
  entries: ReadonlyMap<string, Entry>,
): string => {
  const { accepted, rejected, total, unknown, unsent } = tally(refunds, entries);
  const acceptedOnes = refunds.filter(({ request }) => entries.get(request.outRefundNo)?.state === "accepted");
  const others = refunds.flatMap(({ request }) => {
    const entry = entries.get(request.outRefundNo);
    return entry === undefined || entry.state === "accepted" ? [] : [entry];
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
      [say("unknown", "结果未知"), count(unknown), "red"],
      [say("not sent", "未发送"), count(unsent), "yellow"],
      [say("results", "结果文件"), file],
    ]),
    ...others.slice(0, most).map(({ advice, line, message = say("interrupted", "被中断"), outRefundNo, state }) => {
      const known = state === "rejected" ? say("rejected", "被拒绝") : say("unknown", "结果未知");
      const number = shownNumber(outRefundNo);
      // A reply of another refund is refused with both numbers.
      const why = message.replaceAll(outRefundNo, number);
      const what = `${say("line", "行")} ${line}  ${number}  ${known}: ${why}${advice === undefined ? "" : ` (${advice})`}`;
      return `${styled("red", "✗")} ${plain(what)}`;
    }),
    ...(others.length > most
      ? [say(`… and ${others.length - most} more in the result file`, `……其余 ${others.length - most} 笔见结果文件`)]
      : []),
    ...(unknown + unsent > 0
      ? [
          say(
            "Run the same again: what is unknown is queried first, nothing that is known is sent.",
            "请用同一文件再次运行：未知的先查询，已知的不会重发。",
          ),
        ]
      : []),
  ].join("\n");
};
