/** What a person does with stored refunds: each act a command under `refunds`. Who and why stand in the history; nothing is sent from here. */
import * as Refunds from "@wechat-refund/durable/Refunds";
import * as Command from "effect/cli/Command";
import * as Flag from "effect/cli/Flag";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import { failed, give } from "../Ending.ts";
import * as Environment from "@wechat-refund/checkup/Environment";
import * as Flags from "../Flags.ts";
import type { Say } from "@wechat-refund/checkup/Language";
import { atTerminal } from "../Person.ts";
import { amount, plain, shownId } from "../Print.ts";
import * as Acting from "../store/Acting.ts";
import { valueOf } from "../store/Export.ts";
import * as Filter from "../store/Filter.ts";
import * as InWords from "../store/InWords.ts";
import * as Store from "../store/Store.ts";

/** What nobody sees is no reason. */
export const isSeen = (text: string): boolean => plain(text).trim() !== "";

/** The flags of who does something, and why. */
export const person = (say: Say) => ({
  by: Flags.optionalText("by", say("Who does it, for the history; USER unless given", "操作人，记入历史；默认取 USER")),
  reason: Flag.String("reason").pipe(
    Flag.filter(isSeen, () => "must say why"),
    Flag.withMetavar("text"),
    Flag.withDescription(say("Why, for the history", "原因，记入历史")),
  ),
});

export interface Who {
  readonly by: Option.Option<string>;
  readonly reason: string;
}

export const personOf = Effect.fnUntraced(function* ({ by, reason }: Who) {
  return { by: Option.getOrUndefined(by) ?? (yield* atTerminal), reason };
});

/** Does something with one refund, and shows it as it stands then. */
const acted = Effect.fnUntraced(function* (
  say: Say,
  flags: Store.Flags & Filter.Numbered & Who & { readonly json: boolean },
  act: "cancel" | "goOn" | "resolve" | "startAgain",
) {
  yield* Acting.provide(flags, true, () =>
    Effect.gen(function* () {
      const service = yield* Refunds.Refunds;
      const row = yield* Acting.one(Filter.ofNumber(flags), flags);
      yield* service[act](Acting.whose(row), row.outRefundNo, yield* personOf(flags));
      const after = yield* Acting.one(Filter.ofNumber(flags), flags);
      yield* Acting.answer(flags, {
        exitCode: 0,
        json: { ok: true, value: valueOf(after) },
        text: InWords.line(say, after),
      });
    }),
  );
});

const cancelling = (say: Say) =>
  Command.make("cancel", { ...Acting.stored(say), ...Filter.numbered(say), ...person(say) }, (flags) =>
    acted(say, flags, "cancel"),
  ).pipe(
    Command.withShortDescription(say("Give up what was never sent", "取消尚未发出的退款")),
    Command.withExamples([
      { command: 'wechat-refund refunds cancel --store shop.db --out-refund-no R-2026-0001 --reason "paid in cash"' },
    ]),
  );

const resolving = (say: Say) =>
  Command.make("resolve", { ...Acting.stored(say), ...Filter.numbered(say), ...person(say) }, (flags) =>
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
  Command.make("start-again", { ...Acting.stored(say), ...Filter.numbered(say), ...person(say) }, (flags) =>
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
      ...Acting.stored(say),
      ...Filter.flags(say),
      ...person(say),
      yes: Flags.off("yes", say("Do it for all that are named", "对所列全部执行")),
    },
    Effect.fnUntraced(function* ({ yes, ...flags }) {
      const filter = Filter.of(flags);
      if (!Filter.isGiven(filter)) {
        const message = "say which: --out-refund-no, or --state, --block, --prefix and so on";
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
            const message = `${count} refunds, ${sums}: give --yes to go on with them`;
            const said = { reason: "NotConfirmed", outcome: "not-accepted", advice: "fix-request", message } as const;
            return yield* give(failed(said, { exitCode: 2 }), flags.json ? "json" : "text");
          }
          const done = yield* service.actOnAll("goOn", { ...filter, truth }, yield* personOf(flags), { most: count });
          yield* Acting.answer(flags, {
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
}: Omit<Filter.Numbered, "outRefundNo"> & { readonly json: boolean }) {
  const number = Option.getOrUndefined(mchId) ?? (yield* Environment.text("WECHAT_PAY_MCH_ID"));
  const sub =
    Option.getOrUndefined(subMchId) ??
    (Option.isSome(mchId) ? undefined : yield* Environment.text("WECHAT_PAY_SUB_MCH_ID"));
  if (number === undefined || shownId(number) !== number || (sub !== undefined && shownId(sub) !== sub)) {
    const message =
      number === undefined
        ? "name the merchant: --mch-id, or WECHAT_PAY_MCH_ID"
        : "--mch-id and --sub-mch-id must be up to 15 digits";
    const said = { reason: "NoMerchant", outcome: "not-accepted", advice: "fix-request", message } as const;
    return yield* Effect.andThen(give(failed(said, { exitCode: 2 }), asJson ? "json" : "text"), Effect.never);
  }
  return { mchId: number, ...(sub !== undefined && { subMchId: sub }) };
});

const pausing = (say: Say) =>
  Command.make(
    "pause",
    { ...Acting.stored(say), ...Filter.merchant(say), ...person(say) },
    Effect.fnUntraced(function* (flags) {
      yield* Acting.provide(flags, true, () =>
        Effect.gen(function* () {
          const numbers = yield* merchantOf(flags);
          yield* (yield* Refunds.Refunds).pause(numbers, yield* personOf(flags));
          yield* Acting.answer(flags, {
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
    { ...Acting.stored(say), ...Filter.merchant(say), ...person(say) },
    Effect.fnUntraced(function* (flags) {
      yield* Acting.provide(flags, true, () =>
        Effect.gen(function* () {
          const numbers = yield* merchantOf(flags);
          yield* (yield* Refunds.Refunds).resume(numbers, yield* personOf(flags));
          yield* Acting.answer(flags, {
            exitCode: 0,
            json: { ok: true, value: numbers },
            text: say(`${numbers.mchId} goes on`, `${numbers.mchId} 继续`),
          });
        }),
      );
    }),
  ).pipe(
    Command.withShortDescription(say("Let a paused merchant go on", "恢复已暂停的商户")),
    Command.withExamples([
      { command: 'wechat-refund refunds resume --store shop.db --reason "prices are right again"' },
    ]),
  );

/** All of them. */
export const commands = (say: Say) =>
  [goingOn(say), cancelling(say), resolving(say), startingAgain(say), pausing(say), resuming(say)] as const;
