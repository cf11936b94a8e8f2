/**
 * What every driver of a refund does alike, in memory or over a database: which turn a step takes in `Pace`, what an answer tells of the
 * merchant, and what is said of a block. Nothing is decided here: see `RefundProgress`.
 */
import * as Effect from "effect/Effect";
import * as Metric from "effect/Metric";
import type { Lane, Turn } from "./Pace.ts";
import {
  type Cause,
  isMerchants,
  type MerchantCause,
  type Observation,
  type Progress,
  type Step,
} from "./RefundProgress.ts";

export { orderKey } from "./internal/orders.ts";

const blocks = Metric.counter("wechat_refund_blocks", {
  description: "Refunds on which work rests until somebody acts, by cause, each time one begins to",
  incremental: true,
});

/** What lifts a block. */
export const remedies: Readonly<Record<Cause, string>> = {
  "top-up": "top up the merchant's account",
  key: "mend the API key (API密钥), or of APIv3 the private key with its serial number, the platform key (微信支付公钥) or the clock",
  certificate:
    "mend the API certificate (API证书), or what else keeps a secure connection to the gateway from coming about",
  account: "mend appid, merchant numbers or permission",
  request: "it was refused, but an earlier attempt may have been accepted: look at the order",
  "other-refund":
    "the number has the record of another refund: compare the two in the merchant platform (商户平台); unless its money has gone back, this one needs a number of its own",
  change: "it could not go back the original way: act in the merchant platform (商户平台)",
  overdue: "not known for an hour: look at the network and at the gateway",
  denied: "for an hour the gateway has said that there is no such refund: check the number, or ask WeChat Pay",
  withheld:
    "it had been given up when a backup was put back: start it again if it is wanted, else it ends by itself a day later",
};

/** A log line and a metric where a block appears, and a line where it has gone. */
export const tellBlock = (outRefundNo: string, before: Progress, { block, truth }: Progress): Effect.Effect<void> => {
  if (block?.cause === before.block?.cause) return Effect.void;
  const annotations = { "wechat.out_refund_no": outRefundNo, "wechat.truth": truth };
  if (block === undefined) {
    return Effect.logInfo(`refund ${outRefundNo} goes on: ${before.block?.cause ?? ""} is over`).pipe(
      Effect.annotateLogs(annotations),
    );
  }
  const { cause, refusal } = block;
  const shown = refusal === undefined ? "" : `; ${refusal.message}`;
  return Effect.logWarning(`refund ${outRefundNo} is blocked (${cause}), ${truth}: ${remedies[cause]}${shown}`).pipe(
    Effect.annotateLogs({ ...annotations, "wechat.block": cause }),
    Effect.andThen(Metric.update(Metric.withAttributes(blocks, { cause }), 1)),
  );
};

/** What calls of a kind fail alike by. */
const kindOf = ({ denied, refusal, truth, unanswered, withheld }: Progress, call: Step["_tag"]): string | undefined => {
  if (call === "Question") return undefined;
  if (call === "Send") return denied ? "send after REFUNDNOTEXIST" : unanswered ? "send again" : "send";
  if (withheld) return "ask while withheld";
  return truth === "Accepted" ? "follow" : refusal === undefined ? "ask" : "ask after a refusal";
};

const calls = { Send: "send", Ask: "ask", Question: "question" } as const;

/** The turn of a step; where nothing may be sent every step is a query. */
export const turnOf = (
  step: "Send" | "Ask" | "Question",
  progress: Progress,
  {
    maySend,
    order,
    outRefundNo,
  }: { readonly outRefundNo: string; readonly order?: string | undefined; readonly maySend: boolean },
): Turn => {
  const kind = kindOf(progress, step);
  return { calls: maySend ? calls[step] : "ask", outRefundNo, order, ...(kind !== undefined && { kind }) };
};

/**
 * What an answer shows of the merchant is told to its lane: before it is observed, for it may end the refund's story. Not what is of one
 * order, nor what this side cannot send at all, as without the platform's keys: there is nothing to spare the gateway, and the merchant's other
 * protocol goes on.
 */
export const reportTo = (lane: Lane, call: "send" | "ask", observation: Observation): void => {
  if (!("cause" in observation && "refusal" in observation) || observation.cause === undefined) return;
  if (
    ("alone" in observation && observation.alone) ||
    (observation._tag === "NotSent" && observation.cause === "account")
  )
    return;
  const signed = "signed" in observation && observation.signed;
  lane.report(observation.cause, observation.refusal?.message ?? "", signed, call);
};

/** What an answer disproves of the merchant is told to its lane, once it was observed. */
export const succeededTo = (lane: Lane, call: "send" | "ask", { _tag }: Observation): void => {
  if (_tag === "Accepted") lane.succeeded("send");
  if (call === "ask" && (_tag === "Found" || _tag === "NoSuchRefund")) lane.succeeded("ask");
};

/** What a refund that was read again must hear of what holds its merchant now. */
export const heard = ({ block }: Progress, held: MerchantCause | undefined): Observation | undefined => {
  if (held === undefined) {
    // It was firm because the merchant was held; nobody holds it any more.
    return block !== undefined && block.firm && isMerchants(block.cause)
      ? { _tag: "Lifted", cause: block.cause as MerchantCause }
      : undefined;
  }
  const isFree = block === undefined || block.cause === "overdue" || (block.cause === held && !block.firm);
  return isFree ? { _tag: "Held", cause: held } : undefined;
};
