/** Refunds, events and totals as the API shows them, with the names of the merchants that the caller may see. */
import type { Registered } from "@wechat-refund/core/Merchants";
import type { Act, Truth } from "@wechat-refund/core/RefundProgress";
import type { Event } from "@wechat-refund/durable/Events";
import type { Total } from "@wechat-refund/durable/Listing";
import type { Held } from "@wechat-refund/durable/Looking";
import type { Paused } from "@wechat-refund/durable/MerchantLeases";
import type { Line, Refund } from "@wechat-refund/durable/Refunds";
import type * as Schema from "effect/Schema";
import type { Action, EventView, Line as LineView, MerchantView, RefundView, TotalView } from "../Forms.ts";
import { everyMerchant, maySee, type Principal } from "../Tokens.ts";

export const timeOf = (millis: number): string => new Date(millis).toISOString();

const returned: Readonly<Record<Truth, boolean | null>> = {
  Recorded: null,
  Unknown: null,
  Accepted: null,
  Succeeded: true,
  Closed: false,
  Rejected: false,
  NotMade: false,
  // Whoever resolved it knows; the service does not.
  Resolved: null,
};

/** Whether the payer's money went back through this refund; `null` where that is not known, or not yet. */
export const moneyReturned = (state: string): boolean | null => returned[state as Truth] ?? null;

const actions: Readonly<Record<Act, Action | undefined>> = {
  cancel: "cancel",
  goOn: "go-on",
  resolve: "resolve",
  startAgain: "start-again",
  refreeze: undefined,
};
export const actionsOf = (acts: Iterable<Act>): ReadonlyArray<Action> =>
  [...acts].flatMap((act) => actions[act] ?? []).sort();

/** Whose a row is, and whether a caller may see it. */
export interface Names {
  readonly nameOf: (numbers: { readonly mchId: string; readonly subMchId?: string | undefined }) => string | undefined;
  readonly sees: (
    caller: Principal,
    numbers: { readonly mchId: string; readonly subMchId?: string | undefined },
  ) => boolean;
  /** The merchants that a caller may see. */
  readonly of: (caller: Principal) => ReadonlyArray<Registered>;
}

export const names = (all: ReadonlyArray<Registered>): Names => {
  const keyOf = (mchId: string, subMchId: string | undefined): string => `${mchId} ${subMchId ?? ""}`;
  const byNumbers = new Map(all.map(({ merchant, name }) => [keyOf(merchant.mchId, merchant.subMchId), name]));
  const nameOf: Names["nameOf"] = ({ mchId, subMchId }) => byNumbers.get(keyOf(mchId, subMchId));
  return {
    nameOf,
    sees: (caller, numbers) => {
      const name = nameOf(numbers);
      return name === undefined ? caller.merchants.has(everyMerchant) : maySee(caller, name);
    },
    of: (caller) => all.filter(({ name }) => maySee(caller, name)),
  };
};

const whose = (
  { nameOf }: Names,
  { mchId, subMchId }: { readonly mchId: string; readonly subMchId?: string | undefined },
) => {
  const merchant = nameOf({ mchId, subMchId });
  return {
    ...(merchant !== undefined && { merchant }),
    mchId,
    ...(subMchId !== undefined && subMchId !== "" && { subMchId }),
  };
};

export const refundView = (names: Names, refund: Refund): RefundView => ({
  ...whose(names, refund),
  outRefundNo: refund.outRefundNo,
  version: refund.version,
  state: refund.truth,
  moneyReturned: moneyReturned(refund.truth),
  ...(refund.block !== undefined && {
    block: {
      cause: refund.block.cause,
      ...(refund.block.refusal !== undefined && { detail: refund.block.refusal.message }),
    },
  }),
  final: refund.final,
  order: { ...refund.request.order } as Record<string, string>,
  totalFee: refund.request.totalFee,
  refundFee: refund.refundFee,
  currency: refund.currency,
  ...(refund.refundId !== undefined && { refundId: refund.refundId }),
  actions: actionsOf(refund.permitted),
  createdAt: timeOf(refund.createdAt),
  updatedAt: timeOf(refund.updatedAt),
});

export const lineView = ({ at, block, detail, seq, truth, what }: Line): typeof LineView.Type => ({
  seq,
  at: timeOf(at),
  what,
  state: truth,
  ...(block !== undefined && { block }),
  ...(detail !== undefined && { detail: detail as Schema.Json }),
});

export const eventView = (names: Names, event: Event): EventView => ({
  position: event.position,
  ...whose(names, event),
  outRefundNo: event.outRefundNo,
  version: event.position,
  seq: event.seq,
  at: timeOf(event.at),
  state: event.truth,
  ...(event.fromTruth !== undefined && { fromState: event.fromTruth }),
  moneyReturned: moneyReturned(event.truth),
  ...(event.block !== undefined && { block: event.block }),
  ...(event.fromBlock !== undefined && { fromBlock: event.fromBlock }),
  refundFee: event.refundFee,
  currency: event.currency,
  what: event.what,
  ...(event.detail !== undefined && { detail: event.detail }),
});

export const totalView = (names: Names, { amount, block, count, currency, truth, ...of }: Total): TotalView => ({
  ...whose(names, of),
  currency,
  state: truth,
  ...(block !== undefined && { block }),
  count,
  amount,
});

/** A merchant, who paused it, and what holds it. */
export interface Standing {
  readonly registered: Registered;
  readonly paused: Paused | undefined;
  readonly held: Held | undefined;
}

export const merchantView = ({ held, paused, registered: { merchant, name } }: Standing): MerchantView => ({
  merchant: name,
  mchId: merchant.mchId,
  ...(merchant.subMchId !== undefined && { subMchId: merchant.subMchId }),
  ...(paused !== undefined && { paused: { by: paused.by, reason: paused.reason, since: timeOf(paused.since) } }),
  ...(held !== undefined && { held: { cause: held.cause, detail: held.message } }),
});
