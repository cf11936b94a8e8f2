/** Which stored refunds are meant, as flags of a command. */
import type { State } from "@wechat-refund/checkup/States";
import { isDay } from "@wechat-refund/core/RefundBill";
import { Cause, type Truth } from "@wechat-refund/core/RefundProgress";
import type * as Listing from "@wechat-refund/durable/Listing";
import * as DateTime from "effect/DateTime";
import * as Flag from "effect/cli/Flag";
import * as Option from "effect/Option";
import * as Flags from "../Flags.ts";
import type { Say } from "@wechat-refund/checkup/Language";

/** As a state is shown; `recorded` is what the store calls those that are blocked, not sent yet, or sent right now. */
const truths = {
  recorded: ["Recorded"],
  blocked: ["Blocked"],
  unsent: ["Unsent"],
  unknown: ["Unknown", "Sending"],
  accepted: ["Accepted"],
  succeeded: ["Succeeded"],
  closed: ["Closed"],
  rejected: ["Rejected"],
  "not-made": ["NotMade"],
  resolved: ["Resolved"],
} as const satisfies Readonly<Record<State | "recorded", ReadonlyArray<Truth | Listing.Part>>>;

type Word = keyof typeof truths;

const isWord = (text: string): text is Word => Object.hasOwn(truths, text);
const isCause = (text: string): text is Cause => (Cause.literals as ReadonlyArray<string>).includes(text);

const words = (text: string): ReadonlyArray<string> => text.split(",").map((word) => word.trim());

/** A moment, or a day, which begins at midnight in Beijing. */
const moment = (name: string, description: string) =>
  Flag.String(name).pipe(
    Flag.filterMap(
      (text) =>
        // `Date` takes the 30th of February for a day of March.
        isDay(text.slice(0, 10))
          ? Option.map(DateTime.make(text.length === 10 ? `${text}T00:00:00+08:00` : text), DateTime.toEpochMillis)
          : Option.none(),
      () => "must be a day such as 2026-11-23, or a time such as 2026-11-23T10:00:00+08:00",
    ),
    Flag.withMetavar("day"),
    Flag.withDescription(description),
    Flag.optional,
  );

export const flags = (say: Say) => ({
  state: Flag.String("state").pipe(
    Flag.filter(
      (text) => words(text).every(isWord),
      () => `must be some of ${Object.keys(truths).join(", ")}, parted by commas`,
    ),
    Flag.withMetavar("states"),
    Flag.withDescription(
      say("Those in one of these states, such as unknown,unsent", "处于这些状态的，如 unknown,unsent"),
    ),
    Flag.optional,
  ),
  block: Flag.String("block").pipe(
    Flag.filter(
      (text) => text === "any" || words(text).every(isCause),
      () => `must be any, or some of ${Cause.literals.join(", ")}, parted by commas`,
    ),
    Flag.withMetavar("causes"),
    Flag.withDescription(say("Those blocked by one of these causes, or by any", "因这些原因受阻的，any 为任何原因")),
    Flag.optional,
  ),
  mchId: Flags.optionalText("mch-id", say("Those of this merchant number", "该商户号的")),
  subMchId: Flags.optionalText("sub-mch-id", say("Those of this sub-merchant", "该子商户号的")),
  outRefundNo: Flags.optionalText("out-refund-no", say("The one of this number (商户退款单号)", "该商户退款单号的")),
  prefix: Flags.optionalText("prefix", say("Those whose numbers begin so", "单号以此开头的")),
  ...Flags.order(say),
  from: moment("from", say("Recorded from then on", "此时（含）之后登记的")),
  until: moment("until", say("Recorded before then", "此时之前登记的")),
});

/** What the flags of {@link flags} give. */
export interface Given {
  readonly state: Option.Option<string>;
  readonly block: Option.Option<string>;
  readonly mchId: Option.Option<string>;
  readonly subMchId: Option.Option<string>;
  readonly outRefundNo: Option.Option<string>;
  readonly prefix: Option.Option<string>;
  readonly transactionId: Option.Option<string>;
  readonly outTradeNo: Option.Option<string>;
  readonly from: Option.Option<number>;
  readonly until: Option.Option<number>;
}

export const of = (given: Given): Listing.Filter => {
  const state = Option.getOrUndefined(given.state);
  const block = Option.getOrUndefined(given.block);
  return {
    truth:
      state === undefined
        ? undefined
        : words(state)
            .filter(isWord)
            .flatMap((word) => truths[word]),
    block: block === "any" ? "any" : block === undefined ? undefined : words(block).filter(isCause),
    mchId: Option.getOrUndefined(given.mchId),
    subMchId: Option.getOrUndefined(given.subMchId),
    outRefundNo: Option.getOrUndefined(given.outRefundNo),
    prefix: Option.getOrUndefined(given.prefix),
    transactionId: Option.getOrUndefined(given.transactionId),
    outTradeNo: Option.getOrUndefined(given.outTradeNo),
    from: Option.getOrUndefined(given.from),
    until: Option.getOrUndefined(given.until),
  };
};

/** One refund by its number. */
export const numbered = (say: Say) => ({
  outRefundNo: Flag.String("out-refund-no").pipe(
    Flag.withMetavar("text"),
    Flag.withDescription(
      say("Your number of the refund (out_refund_no, 商户退款单号)", "商户退款单号（out_refund_no）"),
    ),
  ),
  ...merchant(say),
});

export const merchant = (say: Say) => ({
  mchId: Flags.optionalText("mch-id", say("Of this merchant number", "商户号")),
  subMchId: Flags.optionalText("sub-mch-id", say("Of this sub-merchant", "子商户号")),
});

/** What the flags of {@link numbered} give. */
export interface Numbered {
  readonly outRefundNo: string;
  readonly mchId: Option.Option<string>;
  readonly subMchId: Option.Option<string>;
}

export const ofNumber = ({ mchId, outRefundNo, subMchId }: Numbered): Listing.Filter => ({
  outRefundNo,
  mchId: Option.getOrUndefined(mchId),
  subMchId: Option.getOrUndefined(subMchId),
});

/** Whether it names anything. */
export const isGiven = (filter: Listing.Filter): boolean => Object.values(filter).some((value) => value !== undefined);
