/** `refunds`: the stored refunds one by one, and what a person does with them. */
import { permitted } from "@wechat-refund/core/RefundProgress";
import * as Listing from "@wechat-refund/durable/Listing";
import * as Refunds from "@wechat-refund/durable/Refunds";
import { RefundStore, type Row } from "@wechat-refund/durable/RefundStore";
import * as Command from "effect/cli/Command";
import * as Flag from "effect/cli/Flag";
import * as Console from "effect/Console";
import * as DateTime from "effect/DateTime";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import { type Answer, failed, give } from "../Ending.ts";
import * as Environment from "../Environment.ts";
import * as Flags from "../Flags.ts";
import type { Say } from "../Language.ts";
import { amount, list, plain, shownId, shownNumber } from "../Print.ts";
import * as Acting from "../store/Acting.ts";
import { valueOf } from "../store/Export.ts";
import * as Filter from "../store/Filter.ts";
import * as States from "../store/States.ts";
import * as Store from "../store/Store.ts";
import * as Words from "../Words.ts";

const json = (say: Say) => Flags.off("json", say("Print the result as JSON", "以 JSON 输出结果"));
const stored = (say: Say) => ({ ...Store.flags(say, say("required here", "此处必填")), json: json(say) });

/** One refund by its number. */
const numbered = (say: Say) => ({
  outRefundNo: Flag.String("out-refund-no").pipe(
    Flag.withMetavar("text"),
    Flag.withDescription(
      say("Your number of the refund (out_refund_no, 商户退款单号)", "商户退款单号（out_refund_no）"),
    ),
  ),
  ...merchant(say),
});

const merchant = (say: Say) => ({
  mchId: Flags.optionalText("mch-id", say("Of this merchant number", "商户号")),
  subMchId: Flags.optionalText("sub-mch-id", say("Of this sub-merchant", "子商户号")),
});

const person = (say: Say) => ({
  by: Flags.optionalText("by", say("Who does it, for the history; USER unless given", "操作人，记入历史；默认取 USER")),
  reason: Flag.String("reason").pipe(
    Flag.filter(
      (text) => text.trim() !== "",
      () => "must say why",
    ),
    Flag.withMetavar("text"),
    Flag.withDescription(say("Why, for the history", "原因，记入历史")),
  ),
});

interface Who {
  readonly by: Option.Option<string>;
  readonly reason: string;
}

const personOf = Effect.fnUntraced(function* ({ by, reason }: Who) {
  return { by: Option.getOrUndefined(by) ?? (yield* Environment.person), reason };
});

interface Numbered {
  readonly outRefundNo: string;
  readonly mchId: Option.Option<string>;
  readonly subMchId: Option.Option<string>;
}

const filterOf = ({ mchId, outRefundNo, subMchId }: Numbered): Listing.Filter => ({
  outRefundNo,
  mchId: Option.getOrUndefined(mchId),
  subMchId: Option.getOrUndefined(subMchId),
});

/** A row on one line. */
const line = (say: Say, row: Row): string => {
  const { currency, outRefundNo, progress, refundFee } = row;
  const state = States.words(say)[States.stateOf(progress)];
  const { block } = progress;
  const why =
    block === undefined
      ? ""
      : `  ${block.cause}: ${block.refusal === undefined ? Words.blocks(say)[block.cause] : States.refusal(block.refusal)}`;
  const number = shownNumber(outRefundNo);
  return plain(`${number}  ${state}  ${amount(refundFee, currency)}${why}`.replaceAll(outRefundNo, number));
};

const acts: Readonly<Record<string, string>> = {
  cancel: "cancel",
  goOn: "go-on",
  resolve: "resolve",
  startAgain: "start-again",
};

const actsOf = ({ progress }: Row): ReadonlyArray<string> => [...permitted(progress)].flatMap((act) => acts[act] ?? []);

/** A row in full. */
const shownFully = (say: Say, row: Row, history: ReadonlyArray<Refunds.Line>): string => {
  const { createdAt, currency, frozen, mchId, outRefundNo, progress, refundFee, refundId, subMchId } = row;
  const { outTradeNo, transactionId } = { outTradeNo: undefined, transactionId: undefined, ...frozen.asked.order };
  const { block } = progress;
  const at = (millis: number) => DateTime.formatIso(DateTime.makeUnsafe(millis));
  return [
    list([
      [say("refund", "退款"), shownNumber(outRefundNo)],
      [say("state", "状态"), States.words(say)[States.stateOf(progress)], States.colours[States.stateOf(progress)]],
      [
        say("blocked", "受阻"),
        block &&
          `${block.cause}: ${Words.blocks(say)[block.cause]}${block.refusal === undefined ? "" : `; ${States.refusal(block.refusal)}`}`,
        "red",
      ],
      [
        say("amount", "金额"),
        `${amount(refundFee, currency)} ${say("of", "/")} ${amount(frozen.asked.totalFee, currency)}`,
      ],
      [say("merchant", "商户"), subMchId === "" ? shownId(mchId) : `${shownId(mchId)}/${shownId(subMchId)}`],
      ["out_trade_no", outTradeNo && shownNumber(outTradeNo)],
      ["transaction_id", transactionId && shownNumber(transactionId)],
      ["refund_id", refundId && shownNumber(refundId)],
      [say("recorded", "登记"), at(createdAt)],
      [say("possible", "可操作"), actsOf(row).join(", ") || say("nothing any more", "无")],
    ]),
    "",
    ...history.map(({ at: millis, block, detail, truth, what }) => {
      const said = detail === undefined ? "" : `  ${JSON.stringify(detail)}`;
      const text = `${at(millis)}  ${what}  ${truth}${block === undefined ? "" : ` (${block})`}${said}`;
      return plain(text.replaceAll(outRefundNo, shownNumber(outRefundNo)));
    }),
  ].join("\n");
};

const answer = (asJson: boolean, said: Answer) =>
  asJson ? give({ exitCode: 0, json: said.json }) : give(said, "text");

const listing = (say: Say) =>
  Command.make(
    "list",
    {
      ...stored(say),
      ...Filter.flags(say),
      limit: Flag.Int("limit").pipe(
        Flag.filter(
          (value) => value >= 1 && value <= 1000,
          () => "must be 1 to 1000",
        ),
        Flag.withMetavar("number"),
        Flag.withDescription(
          say("So many at most, the newest first; 100 unless given", "最多条数，新的在前；默认 100"),
        ),
        Flag.withDefault(100),
      ),
    },
    Effect.fnUntraced(function* ({ limit, ...flags }) {
      yield* Acting.provide(flags, false, () =>
        Effect.gen(function* () {
          const { database } = yield* RefundStore;
          const { damaged, next, rows } = yield* Listing.list(database, Filter.of(flags), { limit });
          for (const { message } of damaged) yield* Console.error(plain(message));
          const more =
            next === undefined
              ? []
              : [say("… and more: --limit, or name fewer", "……还有更多：请用 --limit 或缩小范围")];
          yield* answer(flags.json, {
            exitCode: 0,
            json: { ok: true, value: { refunds: rows.map(valueOf), more: next !== undefined } },
            text: rows.length === 0 ? say("None", "没有") : [...rows.map((row) => line(say, row)), ...more].join("\n"),
          });
        }),
      );
    }),
  ).pipe(
    Command.withShortDescription(say("List stored refunds", "列出存储中的退款")),
    Command.withExamples([{ command: "wechat-refund refunds list --store shop.db --state unknown,recorded" }]),
  );

const showing = (say: Say) =>
  Command.make(
    "show",
    { ...stored(say), ...numbered(say) },
    Effect.fnUntraced(function* (flags) {
      yield* Acting.provide(flags, false, () =>
        Effect.gen(function* () {
          const row = yield* Acting.one(filterOf(flags), flags);
          const history = yield* (yield* Refunds.Refunds).history(Acting.whose(row), row.outRefundNo);
          yield* answer(flags.json, {
            exitCode: 0,
            json: { ok: true, value: { ...valueOf(row), permitted: actsOf(row), history } },
            text: shownFully(say, row, history),
          });
        }),
      );
    }),
  ).pipe(
    Command.withShortDescription(say("Show one with its history", "查看一笔及其历史")),
    Command.withExamples([{ command: "wechat-refund refunds show --store shop.db --out-refund-no R-2026-0001" }]),
  );

/** Does something with one refund, and shows it as it stands then. */
const acted = Effect.fnUntraced(function* (
  say: Say,
  flags: Store.Flags & Numbered & Who & { readonly json: boolean },
  act: "cancel" | "goOn" | "resolve" | "startAgain",
) {
  yield* Acting.provide(flags, true, () =>
    Effect.gen(function* () {
      const service = yield* Refunds.Refunds;
      const row = yield* Acting.one(filterOf(flags), flags);
      yield* service[act](Acting.whose(row), row.outRefundNo, yield* personOf(flags));
      const after = yield* Acting.one(filterOf(flags), flags);
      yield* answer(flags.json, { exitCode: 0, json: { ok: true, value: valueOf(after) }, text: line(say, after) });
    }),
  );
});

const cancelling = (say: Say) =>
  Command.make("cancel", { ...stored(say), ...numbered(say), ...person(say) }, (flags) =>
    acted(say, flags, "cancel"),
  ).pipe(
    Command.withShortDescription(say("Give up what was never sent", "取消尚未发出的退款")),
    Command.withExamples([
      { command: 'wechat-refund refunds cancel --store shop.db --out-refund-no R-2026-0001 --reason "paid in cash"' },
    ]),
  );

const resolving = (say: Say) =>
  Command.make("resolve", { ...stored(say), ...numbered(say), ...person(say) }, (flags) =>
    acted(say, flags, "resolve"),
  ).pipe(
    Command.withShortDescription(say("End it by hand: nothing is sent for ever", "人工了结，永不再发送")),
    Command.withExamples([
      {
        command:
          'wechat-refund refunds resolve --store shop.db --out-refund-no R-2026-0001 --reason "refunded by bank"',
      },
    ]),
  );

const startingAgain = (say: Say) =>
  Command.make("start-again", { ...stored(say), ...numbered(say), ...person(say) }, (flags) =>
    acted(say, flags, "startAgain"),
  ).pipe(
    Command.withShortDescription(say("Make one after all that was cancelled", "重新发起已取消的退款")),
    Command.withExamples([
      {
        command: 'wechat-refund refunds start-again --store shop.db --out-refund-no R-2026-0001 --reason "asked anew"',
      },
    ]),
  );

const goingOn = (say: Say) =>
  Command.make(
    "go-on",
    {
      ...stored(say),
      ...Filter.flags(say),
      ...person(say),
      yes: Flags.off("yes", say("Do it for all that are named", "对所列全部执行")),
    },
    Effect.fnUntraced(function* ({ yes, ...flags }) {
      const filter = Filter.of(flags);
      if (!Filter.isGiven(filter)) {
        const message = say(
          "say which: --out-refund-no, or --state, --block, --prefix and so on",
          "请说明对象：--out-refund-no，或 --state、--block、--prefix 等",
        );
        const said = { reason: "NoFilter", outcome: "not-accepted", advice: "fix-request", message } as const;
        return yield* give(failed(said, { exitCode: 2 }), flags.json ? "json" : "text");
      }
      if (filter.outRefundNo !== undefined) {
        return yield* acted(say, { ...flags, outRefundNo: filter.outRefundNo }, "goOn");
      }
      yield* Acting.provide(flags, true, () =>
        Effect.gen(function* () {
          const service = yield* Refunds.Refunds;
          // Nothing is done with those that are over.
          const truth = filter.truth ?? ["Recorded", "Unknown", "Accepted"];
          const found = yield* service.count({ ...filter, truth });
          const count = found.reduce((sum, one) => sum + one.count, 0);
          const sums = found.map((one) => amount(one.amount, one.currency)).join(", ") || "0";
          if (!yes) {
            const message = say(
              `${count} refunds, ${sums}: give --yes to go on with them`,
              `共 ${count} 笔，${sums}：确认继续请加 --yes`,
            );
            const said = { reason: "NotConfirmed", outcome: "not-accepted", advice: "fix-request", message } as const;
            return yield* give(failed(said, { exitCode: 2 }), flags.json ? "json" : "text");
          }
          const done = yield* service.goOnAll({ ...filter, truth }, yield* personOf(flags));
          yield* answer(flags.json, {
            exitCode: 0,
            json: { ok: true, value: { found, done } },
            text: say(`${done} of ${count} refunds go on, ${sums}`, `${count} 笔中的 ${done} 笔继续，${sums}`),
          });
        }),
      );
    }),
  ).pipe(
    Command.withShortDescription(say("Ask now, and send where that is right", "立即查询，并在允许时发送")),
    Command.withExamples([
      { command: 'wechat-refund refunds go-on --store shop.db --block top-up --reason "topped up" --yes' },
    ]),
  );

/** The merchant that the flags or the environment name. */
const merchantOf = Effect.fnUntraced(function* ({
  json: asJson,
  mchId,
  subMchId,
}: Omit<Numbered, "outRefundNo"> & { readonly json: boolean }) {
  const number = Option.getOrUndefined(mchId) ?? (yield* Environment.text("WECHAT_PAY_MCH_ID"));
  const sub =
    Option.getOrUndefined(subMchId) ??
    (Option.isSome(mchId) ? undefined : yield* Environment.text("WECHAT_PAY_SUB_MCH_ID"));
  if (number === undefined || shownId(number) !== number || (sub !== undefined && shownId(sub) !== sub)) {
    const message = say2(number === undefined);
    const said = { reason: "NoMerchant", outcome: "not-accepted", advice: "fix-request", message } as const;
    return yield* Effect.andThen(give(failed(said, { exitCode: 2 }), asJson ? "json" : "text"), Effect.never);
  }
  return { mchId: number, ...(sub !== undefined && { subMchId: sub }) };
});

const say2 = (isMissing: boolean): string =>
  isMissing
    ? "name the merchant: --mch-id, or WECHAT_PAY_MCH_ID"
    : "--mch-id and --sub-mch-id must be numbers of up to 15 digits";

const pausing = (say: Say) =>
  Command.make(
    "pause",
    { ...stored(say), ...merchant(say), ...person(say) },
    Effect.fnUntraced(function* (flags) {
      yield* Acting.provide(flags, true, () =>
        Effect.gen(function* () {
          const numbers = yield* merchantOf(flags);
          yield* (yield* Refunds.Refunds).pause(numbers, yield* personOf(flags));
          yield* answer(flags.json, {
            exitCode: 0,
            json: { ok: true, value: numbers },
            text: say(
              `Nothing is sent for ${numbers.mchId} until it is resumed; what was sent is asked for`,
              `${numbers.mchId} 已暂停发送；已发出的仍会查询`,
            ),
          });
        }),
      );
    }),
  ).pipe(
    Command.withShortDescription(say("Stop the sends of a merchant", "暂停一个商户的发送")),
    Command.withExamples([{ command: 'wechat-refund refunds pause --store shop.db --reason "prices were wrong"' }]),
  );

const resuming = (say: Say) =>
  Command.make(
    "resume",
    { ...stored(say), ...merchant(say) },
    Effect.fnUntraced(function* (flags) {
      yield* Acting.provide(flags, true, () =>
        Effect.gen(function* () {
          const numbers = yield* merchantOf(flags);
          yield* (yield* Refunds.Refunds).resume(numbers);
          yield* answer(flags.json, {
            exitCode: 0,
            json: { ok: true, value: numbers },
            text: say(`${numbers.mchId} goes on`, `${numbers.mchId} 继续`),
          });
        }),
      );
    }),
  ).pipe(
    Command.withShortDescription(say("Let a paused merchant go on", "恢复已暂停的商户")),
    Command.withExamples([{ command: "wechat-refund refunds resume --store shop.db" }]),
  );

/** The command. */
export const command = (say: Say) =>
  Command.make("refunds").pipe(
    Command.withShortDescription(say("Look at stored refunds, and act on them", "查看并处理存储中的退款")),
    Command.withDescription(
      say(
        "Lists and shows the refunds of a store, and does what a person may do with them; who and why stand in the history. Nothing is sent by " +
          "these commands: the next batch, or the service that works on the store, goes on from there. `list` and `show` only look; the others " +
          "need a store in a file for themselves. Exit codes: 0 done; 1 not possible, or no such refund; 2 wrong command line or store.",
        "列出、查看存储中的退款，并执行人工操作；操作人与原因记入历史。这些命令不发送请求：之后由 batch 或使用该存储的服务继续。`list` 与 `show` 只读取；" +
          "其余命令要求存储文件未被其他进程占用。退出码：0 完成；1 不允许，或没有这笔退款；2 命令行或存储有误。",
      ),
    ),
    Command.withSubcommands([
      listing(say),
      showing(say),
      goingOn(say),
      cancelling(say),
      resolving(say),
      startingAgain(say),
      pausing(say),
      resuming(say),
    ]),
  );
