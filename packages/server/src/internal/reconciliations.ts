/**
 * The books as the API shows them. A bill is of a merchant number and has all of a provider's sub-merchants in it: a day is shown to who may
 * see every merchant of its number.
 */
import { whatToDo } from "@wechat-refund/core/Reconciliation";
import { Reconciler } from "@wechat-refund/durable/Reconciler";
import type { Difference } from "@wechat-refund/durable/Reconciliations";
import { Signalling } from "@wechat-refund/durable/Signalling";
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder";
import { CallerNow } from "../Access.ts";
import { Closing } from "../Closing.ts";
import type { DifferenceView } from "../Forms.ts";
import { Api } from "../RefundApi.ts";
import { answered } from "./answered.ts";
import { dayView } from "./days.ts";
import * as Operations from "./operations.ts";
import { type Names, timeOf } from "./views.ts";
import { within } from "./watching.ts";

const sideOf = ({
  currency,
  outTradeNo,
  refundFee,
  refundId,
  transactionId,
}: {
  readonly currency: string;
  readonly refundFee: number;
  readonly outTradeNo?: string | undefined;
  readonly refundId?: string | undefined;
  readonly transactionId?: string | undefined;
}) => ({
  refundFee,
  currency,
  ...(refundId !== undefined && refundId !== "" && { refundId }),
  ...(transactionId !== undefined && transactionId !== "" && { transactionId }),
  ...(outTradeNo !== undefined && outTradeNo !== "" && { outTradeNo }),
});

const differenceView = (
  { nameOf }: Names,
  mchId: string,
  { answer, askedAt, fields, id, kind, ours, outRefundNo, subMchId, theirs }: Difference,
): DifferenceView => {
  const merchant = nameOf({ mchId, subMchId });
  return {
    id,
    kind,
    ...(merchant !== undefined && { merchant }),
    mchId,
    ...(subMchId !== "" && { subMchId }),
    outRefundNo,
    fields,
    ...(ours !== undefined && { ours: { ...sideOf(ours), state: ours.truth } }),
    ...(theirs !== undefined && {
      theirs: {
        ...sideOf(theirs),
        status: theirs.status,
        line: theirs.line,
        ...(theirs.time !== "" && { time: theirs.time }),
      },
    }),
    whatToDo: whatToDo[kind],
    ...(answer !== undefined && { agreesWith: answer.agreesWith }),
    ...(answer?.record !== undefined && { record: answer.record }),
    ...(answer?.why !== undefined && { notAsked: answer.why }),
    ...(askedAt !== undefined && { askedAt: timeOf(askedAt) }),
  };
};

const most = 200;
const poll = 1000;

export const layer = HttpApiBuilder.group(
  Api,
  "reconciliations",
  Effect.fn(function* (handlers) {
    const reconciler = yield* Reconciler;
    const signals = yield* Signalling;
    const closing = yield* Closing;
    const operations = yield* Operations.make;

    return handlers
      .handle(
        "reconciliations",
        Effect.fnUntraced(function* ({ query: { after, from, limit = "100", mchId, state, to } }) {
          const [date = "", ofMchId = ""] = after?.split(".") ?? [];
          const wanted = Number(limit);
          const page = yield* operations.days(
            { mchId, from, to, state },
            { limit: wanted + 1, ...(after !== undefined && { after: { date, mchId: ofMchId } }) },
          );
          const days = page.slice(0, wanted);
          const last = days.at(-1);
          return {
            reconciliations: days.map(dayView),
            ...(page.length > wanted && last !== undefined && { next: `${last.date}.${last.mchId}` }),
          };
        }),
      )
      .handle(
        "reconciliationFeed",
        Effect.fnUntraced(function* ({ query: { after = "0", wait = "0" } }) {
          const now = yield* CallerNow;
          const until = (yield* Clock.currentTimeMillis) + Number(wait) * 1000;
          let position = Number(after);
          yield* within(position, yield* answered(reconciler.newest));
          for (;;) {
            const placed = signals.placed.next();
            const page = yield* answered(reconciler.after(position, most));
            position = page.at(-1)?.position ?? position;
            // A token may be revoked while it is waited for.
            const caller = yield* now;
            const days = page.filter(({ mchId }) => operations.seesAll(caller, mchId));
            const left = until - (yield* Clock.currentTimeMillis);
            if (days.length > 0 || (page.length === 0 && left <= 0)) {
              return { reconciliations: days.map(dayView), next: position };
            }
            if (page.length > 0) continue;
            const isStopped = yield* Effect.raceAllFirst([
              Effect.as(placed, false),
              Effect.as(Effect.sleep(Math.min(left, poll)), false),
              Effect.as(closing, true),
            ]);
            if (isStopped) return { reconciliations: [], next: position };
          }
        }),
      )
      .handle(
        "reconciliation",
        Effect.fnUntraced(function* ({ params: { date, mchId }, query: { after = "0", limit = "100" } }) {
          const wanted = Number(limit);
          const { day, differences: page } = yield* operations.dayWithDifferences(mchId, date, {
            after: Number(after),
            limit: wanted + 1,
          });
          const found = page.slice(0, wanted);
          const last = found.at(-1);
          return {
            ...dayView(day),
            found: found.map((one) => differenceView(operations.names, mchId, one)),
            ...(page.length > wanted && last !== undefined && { next: String(last.id) }),
          };
        }),
      );
  }),
);
