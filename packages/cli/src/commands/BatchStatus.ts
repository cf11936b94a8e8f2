/** `batch status`: how the refunds of a store stand, what holds them up, and what a person can do. */
import { permitted } from "@wechat-refund/core/RefundProgress";
import * as Listing from "@wechat-refund/durable/Listing";
import * as MerchantLeases from "@wechat-refund/durable/MerchantLeases";
import { RefundStore, type Row } from "@wechat-refund/durable/RefundStore";
import * as Clock from "effect/Clock";
import * as Command from "effect/cli/Command";
import * as Effect from "effect/Effect";
import { give } from "../Ending.ts";
import * as Flags from "../Flags.ts";
import { colon, semicolon, type Say } from "@wechat-refund/checkup/Language";
import { amount, list, plain, type Row as Line, shownId, shownNumber } from "../Print.ts";
import { valueOf } from "../store/Export.ts";
import * as States from "@wechat-refund/checkup/States";
import * as Store from "../store/Store.ts";
import * as Words from "@wechat-refund/checkup/Words";

/** So many of the oldest that are open are named. */
const most = 10;

const whose = ({ mchId, subMchId }: { readonly mchId: string; readonly subMchId: string }): string =>
  subMchId === "" ? shownId(mchId) : `${shownId(mchId)}/${shownId(subMchId)}`;

/** Totals by what is known: of what is being sent nobody knows, though its row has no answer yet. */
const known = (totals: ReadonlyArray<Listing.Total>, sending: ReadonlyArray<Listing.Total>) => [
  ...totals.flatMap((total) => {
    const under = sending.find(
      (one) =>
        one.mchId === total.mchId &&
        one.subMchId === total.subMchId &&
        one.currency === total.currency &&
        one.truth === total.truth &&
        one.block === total.block,
    );
    const count = total.count - (under?.count ?? 0);
    if (count <= 0) return [];
    return [
      { ...total, count, amount: total.amount - (under?.amount ?? 0), state: States.of(total.truth, total.block) },
    ];
  }),
  ...sending.map((total) => ({ ...total, state: States.of(total.truth, total.block, true) })),
];

const look = Effect.gen(function* () {
  const { database } = yield* RefundStore;
  const totals = known(yield* Listing.totals(database), yield* Listing.sending(database));
  const leases = MerchantLeases.make(database, "", 0);
  const holds = [];
  for (const mchId of new Set(totals.map(({ mchId }) => mchId))) holds.push(...(yield* leases.holds(mchId)));
  // The newest come first, so the oldest are at the end of what is open: few, unless much is wrong.
  const oldest: Array<Row> = [];
  let after: string | undefined;
  do {
    const filter = { truth: ["Recorded", "Unknown"] } as const;
    const page: Listing.Page = yield* Listing.list(database, filter, { after, limit: 1000 });
    oldest.push(...page.rows);
    oldest.splice(0, Math.max(0, oldest.length - most));
    after = page.next;
  } while (after !== undefined);
  return { totals, holds, paused: yield* leases.paused, oldest: oldest.reverse() };
});

const age = (say: Say, millis: number): string => {
  const minutes = Math.floor(millis / 60_000);
  if (minutes < 120) return `${minutes} ${say("min", "分钟")}`;
  const hours = Math.floor(minutes / 60);
  return hours < 72 ? `${hours} ${say("h", "小时")}` : `${Math.floor(hours / 24)} ${say("days", "天")}`;
};

const show = (say: Say, store: string, now: number, looked: Effect.Success<typeof look>): string => {
  const { holds, oldest, paused, totals } = looked;
  const words = States.words(say);
  const rows = totals.map((total): Line => {
    const { amount: fen, block, count, currency, state } = total;
    const why = block === undefined ? "" : ` (${block}${colon(say)}${Words.blocks(say)[block]})`;
    return [words[state], `${count}: ${amount(fen, currency)}  ${whose(total)}${why}`, States.colours[state]];
  });
  const acts = new Set(oldest.flatMap(({ progress }) => [...permitted(progress)]));
  const names = { cancel: "cancel", goOn: "go-on", resolve: "resolve", startAgain: "start-again" } as const;
  return [
    totals.length === 0
      ? say("The store holds no refunds.", "存储中没有退款。")
      : list([...rows, [say("store", "存储"), store]]),
    ...holds.map(({ cause, message, ...one }) =>
      plain(
        `${say("held", "受阻")}${colon(say)}${whose(one)}  ${cause}${colon(say)}${States.refusal(say, { message })}${semicolon(say)}${Words.blocks(say)[cause]}`,
      ),
    ),
    ...paused.map(({ by, reason, ...one }) =>
      plain(
        `${say("paused", "已暂停")}${colon(say)}${whose(one)}  ${by}${colon(say)}${reason}${semicolon(say)}wechat-refund refunds resume --reason WHY`,
      ),
    ),
    ...(oldest.length === 0 ? [] : [say("The oldest that are open:", "最早的未决退款：")]),
    ...oldest.map(({ createdAt, outRefundNo, progress, ...one }) => {
      const { block } = progress;
      const why =
        block === undefined
          ? ""
          : `  ${block.cause}${colon(say)}${block.refusal === undefined ? Words.blocks(say)[block.cause] : States.refusal(say, block.refusal)}`;
      const text = `${shownNumber(outRefundNo)}  ${words[States.stateOf(progress)]}  ${whose(one)}  ${age(say, now - createdAt)}${why}`;
      return `  ${plain(text.replaceAll(outRefundNo, shownNumber(outRefundNo)))}`;
    }),
    ...(acts.size === 0
      ? []
      : [
          say(
            `A person can: wechat-refund refunds ${Object.entries(names)
              .flatMap(([act, name]) => (acts.has(act as keyof typeof names) ? [name] : []))
              .join("|")}`,
            `可人工处理：wechat-refund refunds ${Object.entries(names)
              .flatMap(([act, name]) => (acts.has(act as keyof typeof names) ? [name] : []))
              .join("|")}`,
          ),
        ]),
  ].join("\n");
};

/** The command. */
export const command = (say: Say) =>
  Command.make(
    "status",
    {
      ...Store.flags(
        say,
        say("this, --database or the environment must name one", "须由此选项、--database 或环境变量指定"),
      ),
      json: Flags.off("json", say("Print the result as JSON", "以 JSON 输出结果")),
    },
    Effect.fnUntraced(function* (flags) {
      yield* Store.looking(flags, (where) =>
        Effect.gen(function* () {
          const looked = yield* look;
          const { holds, oldest, paused, totals } = looked;
          const json = {
            ok: true,
            value: {
              store: Store.shown(where),
              totals,
              holds,
              paused,
              oldest: oldest.map(valueOf),
            },
          };
          const now = yield* Clock.currentTimeMillis;
          if (flags.json) return yield* give({ exitCode: 0, json });
          yield* give({ exitCode: 0, json, text: show(say, Store.shown(where), now, looked) }, "text");
        }),
      );
    }),
  ).pipe(
    Command.withShortDescription(say("How the refunds of a store stand", "查看存储中退款的状态")),
    Command.withDescription(
      say(
        "Counts and sums the refunds of a store by state and by what blocks them, names what holds a merchant and the oldest that are open, " +
          "and what a person can do. It only looks, also while another process has the store. Exit codes: 0 shown; 2 wrong command line or store.",
        "按状态与受阻原因统计存储中退款的笔数与金额，列出商户受阻的原因、最早的未决退款，以及可以人工做什么。只读取，其他进程正在使用该存储时也可运行。" +
          "退出码：0 已显示；2 命令行或存储有误。",
      ),
    ),
    Command.withExamples([{ command: "wechat-refund batch status --store refunds.csv.refunds.db" }]),
  );
