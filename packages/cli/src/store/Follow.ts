/** Follows one stored refund as it stands in the store: it only looks, and whoever works on the store drives it. */
import { isFinal } from "@wechat-refund/core/RefundProgress";
import * as Listing from "@wechat-refund/durable/Listing";
import { RefundStore, type Row } from "@wechat-refund/durable/RefundStore";
import * as Clock from "effect/Clock";
import * as Console from "effect/Console";
import * as DateTime from "effect/DateTime";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import { type ExitCode, failed, give, jsonLine } from "../Ending.ts";
import { colon, semicolon, type Say } from "@wechat-refund/checkup/Language";
import { plain, shownNumber, styled } from "../Print.ts";
import * as Words from "@wechat-refund/checkup/Words";
import { valueOf } from "./Export.ts";
import * as States from "@wechat-refund/checkup/States";

export interface Options {
  readonly every: Duration.Duration | undefined;
  readonly within: Duration.Duration | undefined;
  readonly json: boolean;
}

/** So long after its time nobody seems to be there who would look at it. */
const lateMillis = 60_000;

const exitCodeOf = ({ progress }: Row): ExitCode | undefined => {
  if (progress.truth === "Succeeded") return 0;
  return isFinal(progress) || progress.truth === "NotMade" ? 1 : undefined;
};

const lineOf = (say: Say, { outRefundNo, progress }: Row): string => {
  const state = States.stateOf(progress);
  const { block } = progress;
  const why =
    block === undefined
      ? ""
      : `  ${say("blocked", "受阻")}${colon(say)}${block.cause}${colon(say)}${Words.blocks(say)[block.cause]}${block.refusal === undefined ? "" : `${semicolon(say)}${States.refusal(say, block.refusal)}`}`;
  const text = plain(why.replaceAll(outRefundNo, shownNumber(outRefundNo)));
  return `${styled(States.colours[state], States.words(say)[state])}${text}`;
};

/** Prints each new state; gives the exit code: 4 where the time is up while it is blocked, 3 where it is not over otherwise. */
export const follow = Effect.fnUntraced(function* (
  say: Say,
  outRefundNo: string,
  { every = Duration.seconds(1), json, within = Duration.days(30) }: Options,
) {
  const { database } = yield* RefundStore;
  const started = yield* Clock.currentTimeMillis;
  const refused = (reason: string, message: string, exitCode: ExitCode = 2) =>
    Effect.andThen(
      give(
        failed({ reason, outcome: "not-accepted", advice: "fix-request", message }, { exitCode }),
        json ? "json" : "text",
      ),
      Effect.never,
    );
  let shown = "";
  let warned = false;
  for (;;) {
    const { damaged, rows } = yield* Listing.list(database, { outRefundNo }, { limit: 2 });
    const [row, other] = rows;
    const number = shownNumber(outRefundNo);
    if (damaged[0] !== undefined) return yield* refused("Damaged", plain(damaged[0].message));
    if (row === undefined) {
      return yield* refused("UnknownRefund", "there is no refund of this number in the store: check the number", 1);
    }
    if (other !== undefined) {
      return yield* refused(
        "Ambiguous",
        `several merchants have a refund ${number}: wechat-refund refunds show --mch-id`,
      );
    }
    const line = lineOf(say, row);
    if (line !== shown) {
      shown = line;
      const at = DateTime.formatIso(yield* DateTime.now);
      yield* Console.log(json ? jsonLine({ at, ok: true, value: valueOf(row) }) : `${at}  ${line}`);
    }
    const exitCode = exitCodeOf(row);
    if (exitCode !== undefined) return exitCode;
    if (!warned && row.dueAt !== undefined && row.now - row.dueAt > lateMillis) {
      warned = true;
      yield* Console.error(
        say(
          "nobody seems to work on this store: run its batch again, or the service that has it",
          "似乎没有进程在使用该存储：请重新运行 batch 或相应服务",
        ),
      );
    }
    const left = started + Duration.toMillis(within) - (yield* Clock.currentTimeMillis);
    if (left <= 0) return States.stateOf(row.progress) === "blocked" ? 4 : 3;
    yield* Effect.sleep(Math.min(left, Duration.toMillis(every)));
  }
});
