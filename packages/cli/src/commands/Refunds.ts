/** `refunds`: the stored refunds one by one, and what a person does with them. */
import * as Listing from "@wechat-refund/durable/Listing";
import * as Refunds from "@wechat-refund/durable/Refunds";
import { RefundStore } from "@wechat-refund/durable/RefundStore";
import * as Command from "effect/cli/Command";
import * as Flag from "effect/cli/Flag";
import * as Effect from "effect/Effect";
import type { Say } from "@wechat-refund/checkup/Language";
import * as Acting from "../store/Acting.ts";
import { valueOf } from "../store/Export.ts";
import * as Filter from "../store/Filter.ts";
import * as InWords from "../store/InWords.ts";
import * as Reading from "../store/Reading.ts";
import { commands as acts } from "./RefundActs.ts";

const listing = (say: Say) =>
  Command.make(
    "list",
    {
      ...Acting.stored(say),
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
          const more =
            next === undefined
              ? []
              : [say("… and more: --limit, or name fewer", "……还有更多：请用 --limit 或缩小范围")];
          const lines = [...rows.map((row) => InWords.line(say, row)), ...more];
          const isWhole = damaged.length === 0;
          const unread = isWhole ? {} : { unread: damaged.map(({ outRefundNo }) => outRefundNo) };
          if (lines.length === 0 && isWhole) lines.push(say("None", "没有"));
          yield* Acting.answer(flags, {
            exitCode: 0,
            json: { ok: isWhole, value: { refunds: rows.map(valueOf), more: next !== undefined, ...unread } },
            ...(lines.length > 0 && { text: lines.join("\n") }),
          });
          yield* Reading.endUnread(say, damaged);
        }),
      );
    }),
  ).pipe(
    Command.withShortDescription(say("List stored refunds", "列出存储中的退款")),
    Command.withExamples([{ command: "wechat-refund refunds list --store shop.db --state unknown,unsent" }]),
  );

const showing = (say: Say) =>
  Command.make(
    "show",
    { ...Acting.stored(say), ...Filter.numbered(say) },
    Effect.fnUntraced(function* (flags) {
      yield* Acting.provide(flags, false, () =>
        Effect.gen(function* () {
          const row = yield* Acting.one(Filter.ofNumber(flags), flags);
          const history = yield* (yield* Refunds.Refunds).history(Acting.whose(row), row.outRefundNo);
          yield* Acting.answer(flags, {
            exitCode: 0,
            json: { ok: true, value: { ...valueOf(row), permitted: InWords.actsOf(row), history } },
            text: InWords.full(say, row, history),
          });
        }),
      );
    }),
  ).pipe(
    Command.withShortDescription(say("Show one with its history", "查看一笔及其历史")),
    Command.withExamples([{ command: "wechat-refund refunds show --store shop.db --out-refund-no R-2026-0001" }]),
  );

/** The command. */
export const command = (say: Say) =>
  Command.make("refunds").pipe(
    Command.withShortDescription(say("Look at stored refunds, and act on them", "查看并处理存储中的退款")),
    Command.withDescription(
      say(
        "Lists and shows the refunds of a store, and does what a person may do with them; who and why stand in the history. Nothing is sent by " +
          "these commands: the next batch, or the service that works on the store, goes on from there. `list` and `show` only look; the others " +
          "need a store in a file for themselves. Exit codes: 0 done; 1 not possible, no such refund, or some that cannot be read; 2 wrong command line or store.",
        "列出、查看存储中的退款，并执行人工操作；操作人与原因记入历史。这些命令不发送请求：之后由 batch 或使用该存储的服务继续。`list` 与 `show` 只读取；" +
          "其余命令要求存储文件未被其他进程占用。退出码：0 完成；1 不允许、没有这笔退款，或有的无法读取；2 命令行或存储有误。",
      ),
    ),
    Command.withSubcommands([listing(say), showing(say), ...acts(say)]),
  );
