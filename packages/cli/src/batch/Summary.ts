/** What became of a batch, counted and in words. */
import type { Row as StoredRow } from "@wechat-refund/durable/RefundStore";
import { colon, comma, semicolon, type Say } from "@wechat-refund/checkup/Language";
import { amount, list, plain, type Row, shownNumber, styled } from "../Print.ts";
import * as States from "@wechat-refund/checkup/States";
import { translated } from "@wechat-refund/checkup/Translated";
import * as Words from "@wechat-refund/checkup/Words";
import type { Planned } from "./Plan.ts";
import type { Standing, Stopped } from "./Standing.ts";
import * as Waits from "./Waits.ts";

/** What the store knows of the refunds of a file, by their numbers. */
type Known = ReadonlyMap<string, StoredRow>;

/** How many refunds are in which state. */
export interface Tally {
  readonly total: number;
  readonly accepted: number;
  readonly succeeded: number;
  readonly closed: number;
  readonly rejected: number;
  readonly notMade: number;
  readonly resolved: number;
  readonly blocked: number;
  readonly unsent: number;
  readonly unknown: number;
}

const stateOf = (known: Known, { request: { outRefundNo } }: Planned): States.State => {
  const row = known.get(outRefundNo);
  return row === undefined ? "unsent" : States.stateOf(row.progress);
};

/** Counts by what the store says. */
export const tally = (refunds: ReadonlyArray<Planned>, known: Known): Tally => {
  const count = (state: States.State): number => refunds.filter((planned) => stateOf(known, planned) === state).length;
  return {
    total: refunds.length,
    accepted: count("accepted"),
    succeeded: count("succeeded"),
    closed: count("closed"),
    rejected: count("rejected"),
    notMade: count("not-made"),
    resolved: count("resolved"),
    blocked: count("blocked"),
    unsent: count("unsent"),
    unknown: count("unknown"),
  };
};

/** 3 while one is unknown, 4 while one is blocked, 1 while one is not accepted. */
export const exitCodeOf = ({ accepted, blocked, succeeded, total, unknown }: Tally): 0 | 1 | 3 | 4 =>
  unknown > 0 ? 3 : blocked > 0 ? 4 : accepted + succeeded < total ? 1 : 0;

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

/** How far a run is: `done` of its `todo` refunds became known in so many ms; and what it waits for. */
export interface Far {
  readonly done: number;
  readonly todo: number;
  readonly millis: number;
  readonly wait: Waits.Wait | undefined;
}

/** One line on how far it is. While it waits, what it waits for stands where the time that is left would be: nobody knows that then. */
export const progress = (
  say: Say,
  standing: Pick<Standing, "count" | "known" | "total">,
  { done, millis, todo, wait }: Far,
): string => {
  const { known, total } = standing;
  const rejected = standing.count("rejected");
  const rate = done / Math.max(millis / 1000, 0.001);
  const bar = 10;
  const filled = Math.floor((known / Math.max(total, 1)) * bar);
  return [
    `[${"#".repeat(filled)}${".".repeat(bar - filled)}] ${known}/${total}`,
    ...(rejected > 0 ? [`${rejected} ${say("rejected", "被拒")}`] : []),
    ...(wait !== undefined
      ? [Waits.show(say, wait)]
      : done > 0
        ? [`${rate.toFixed(1)}/s`, `${say("left", "剩余")} ${time((todo - done) / rate)}`]
        : []),
  ].join("  ");
};

/** Why a refund stands as it does. */
const whyOf = (say: Say, state: States.State, { progress }: StoredRow): string => {
  const refusal = progress.block?.refusal ?? progress.refusal;
  const cause = progress.block === undefined ? "" : `${progress.block.cause}${colon(say)}`;
  if (refusal !== undefined) return `${cause}${States.refusal(say, refusal)} (${refusal.advice})`;
  if (progress.block?.cause === "withheld") return `${cause}${Words.blocks(say).withheld}`;
  if (progress.block !== undefined) return `${cause}${say("another refund met it", "其他退款已遇到")}`;
  if (progress.resolved !== undefined) return `${progress.resolved.by}${colon(say)}${progress.resolved.reason}`;
  switch (state) {
    case "closed":
      return say(
        "REFUNDCLOSE (退款关闭): nothing went back, and this number brings nothing back any more",
        "REFUNDCLOSE（退款关闭）：款项未退，该单号不会再退款",
      );
    case "unknown":
      return say("no answer that decides yet; it is asked for", "尚无确定的答复；将继续查询");
    case "not-made":
      return say("given up by a person, certainly not accepted", "已由人工取消，肯定未受理");
    default:
      return say("certainly not accepted; it goes on", "肯定未受理；将继续");
  }
};

const good: ReadonlySet<States.State> = new Set(["accepted", "succeeded"]);

/** The counts in words, and each refund that is neither accepted nor waiting for its first turn. */
export const show = (say: Say, store: string, refunds: ReadonlyArray<Planned>, known: Known): string => {
  const words = States.words(say);
  const of = (state: States.State) => refunds.filter((planned) => stateOf(known, planned) === state);
  const rows = States.states.map((state): Row => {
    const those = of(state);
    const text = good.has(state)
      ? `${those.length} ${say("of", "/")} ${refunds.length}${colon(say)}${sums(those).join(comma(say)) || "0"}`
      : String(those.length);
    // All that were accepted may have succeeded since.
    const isShown = those.length > 0 || (state === "accepted" && of("succeeded").length === 0);
    return [words[state], isShown ? text : undefined, States.colours[state]];
  });
  const others = refunds.flatMap((planned) => {
    const row = known.get(planned.request.outRefundNo);
    const state = stateOf(known, planned);
    return row === undefined || good.has(state) || (state === "unsent" && row.epoch === 0)
      ? []
      : [{ line: planned.line, outRefundNo: planned.request.outRefundNo, state, row }];
  });
  const open = refunds.some((planned) => ["unknown", "blocked", "unsent"].includes(stateOf(known, planned)));
  return [
    list([...rows, [say("store", "存储"), store]]),
    ...others.slice(0, most).map(({ line, outRefundNo, row, state }) => {
      const number = shownNumber(outRefundNo);
      // A reply of another refund is refused with both numbers.
      const why = whyOf(say, state, row).replaceAll(outRefundNo, number);
      const what = `${say("line", "行")} ${line}  ${number}  ${words[state]}${colon(say)}${why}`;
      return `${styled("red", "✗")} ${plain(what)}`;
    }),
    ...(others.length > most
      ? [
          say(
            `… and ${others.length - most} more: wechat-refund batch status`,
            `……其余 ${others.length - most} 笔：wechat-refund batch status`,
          ),
        ]
      : []),
    ...(open
      ? [
          say(
            "Run the same again: what is unknown is asked for first, nothing that is known is sent.",
            "请用同一文件再次运行：未知的先问清，已知的不会重发。",
          ),
        ]
      : []),
  ].join("\n");
};

/** Why a run ended although something is left to do. */
export const stoppedBy = (
  say: Say,
  { by, ...rest }: Stopped,
  {
    held,
    pause,
  }: {
    readonly held: { readonly cause: string; readonly message: string } | undefined;
    readonly pause: { readonly by: string; readonly reason: string } | undefined;
  },
  lastFailure: string | undefined,
): string => {
  if (by === "refusal" && "row" in rest) {
    const refusal = rest.row.progress.block?.refusal;
    if (refusal !== undefined) {
      return [
        `${refusal.reason}${colon(say)}${States.refusal(say, refusal)}`,
        Words.advices(say)["fix-account"],
        Words.page(refusal.reason),
      ].join(semicolon(say));
    }
  }
  if (by === "held" && held !== undefined) {
    return `${held.cause}${colon(say)}${States.refusal(say, held)}${semicolon(say)}${Words.blocks(say)[held.cause as keyof ReturnType<typeof Words.blocks>]}`;
  }
  if (by === "gone") {
    return say(
      "the store's file was deleted or replaced: put it back before anything else, or run with --attempted",
      "存储文件已被删除或替换：请先放回，否则请加 --attempted 运行",
    );
  }
  if (by === "paused") {
    const whose = pause === undefined ? "" : ` (${pause.by}${colon(say)}${pause.reason})`;
    return say(
      `the merchant is paused${whose}: wechat-refund refunds resume --reason WHY`,
      `商户已暂停${whose}：wechat-refund refunds resume --reason WHY`,
    );
  }
  const why = lastFailure === undefined ? "" : `${colon(say)}${translated(say)(lastFailure)}`;
  return say(`nobody answered for as long as --within${why}`, `在 --within 时间内没有得到答复${why}`);
};
