/** A row of the store, read: what is stored as JSON is what its schema says, or the row is damaged and says so. */
import { Protocol } from "@wechat-refund/core/Speaker";
import { next, Progress } from "@wechat-refund/core/RefundProgress";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import { onOneLine } from "@wechat-refund/core/Printed";
import { Frozen } from "../Frozen.ts";

/** Whose refund it is: a number means something within a merchant and a sub-merchant. */
export interface Key {
  readonly mchId: string;
  readonly subMchId?: string | undefined;
  readonly outRefundNo: string;
}

export interface Row {
  readonly id: number;
  readonly mchId: string;
  /** `""` where there is none. */
  readonly subMchId: string;
  readonly outRefundNo: string;
  /** What began it: it is repeated and asked for through this alone. */
  readonly protocol: Protocol;
  readonly orderNo: string;
  readonly refundFee: number;
  readonly currency: string;
  readonly frozen: Frozen;
  readonly fingerprint: string;
  readonly progress: Progress;
  /** When `progress` was true. */
  readonly progressAt: number;
  readonly refundId: string | undefined;
  readonly dueAt: number | undefined;
  readonly owner: string | undefined;
  readonly epoch: number;
  readonly version: number;
  readonly seq: number;
  /** The position of the newest of its events, where it has one and that was asked for. */
  readonly told?: number | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** The database's clock when it was read. */
  readonly now: number;
  /** When another refund of its order was last sent, where that was asked for. */
  readonly orderSentAt: number | undefined;
}

/**
 * A row of which a part cannot be read, or is not what was recorded: nothing is done with it until a version that can comes along, or a person
 * mends it.
 */
export class Damaged extends onOneLine(
  Schema.TaggedError<Damaged>("@wechat-refund/durable/Damaged")("Damaged", {
    id: Schema.Int,
    outRefundNo: Schema.String,
    part: Schema.String,
  }),
) {
  override get message(): string {
    return `refund ${this.outRefundNo} (row ${this.id}): its ${this.part} cannot be read by this version, or is another than was recorded; nothing is done with it. If a newer version wrote it, run that one; if it was changed by hand, change it back`;
  }
}

/** As the drivers give it: a number may be a bigint. */
export type Raw = Readonly<Record<string, unknown>>;

export const numberOf = (value: unknown): number => Number(value);
export const optionalNumber = (value: unknown): number | undefined =>
  value === null || value === undefined ? undefined : Number(value);
const optionalText = (value: unknown): string | undefined =>
  value === null || value === undefined ? undefined : String(value);

const readProgress = Schema.decodeUnknownResult(Schema.fromJsonString(Progress));
const isProtocol = Schema.is(Protocol);
const readFrozen = Schema.decodeUnknownResult(Schema.fromJsonString(Frozen));

export const rowOf = (raw: Raw): Result.Result<Row, Damaged> => {
  const damaged = (part: string) =>
    Result.fail(new Damaged({ id: numberOf(raw["id"]), outRefundNo: String(raw["out_refund_no"]), part }));
  const progress = readProgress(raw["progress"]);
  if (Result.isFailure(progress)) return damaged("progress");
  const frozen = readFrozen(raw["request"]);
  if (Result.isFailure(frozen)) return damaged("request");
  const protocol = raw["protocol"];
  if (!isProtocol(protocol)) return damaged("protocol");
  // Changed by hand, as after its merchant has moved: another protocol may not know what this one began, and make it again.
  if ((protocol === "v3") !== (frozen.success.appId === "")) return damaged("protocol");
  const { outRefundNo, refundFee } = frozen.success.asked;
  if (outRefundNo !== raw["out_refund_no"] || refundFee !== numberOf(raw["refund_fee"])) return damaged("request");
  return Result.succeed({
    id: numberOf(raw["id"]),
    mchId: String(raw["mch_id"]),
    subMchId: String(raw["sub_mch_id"]),
    outRefundNo: String(raw["out_refund_no"]),
    protocol,
    orderNo: String(raw["order_no"]),
    refundFee: numberOf(raw["refund_fee"]),
    currency: String(raw["currency"]),
    frozen: frozen.success,
    fingerprint: String(raw["fingerprint"]),
    progress: progress.success,
    progressAt: numberOf(raw["progress_at"]),
    refundId: optionalText(raw["refund_id"]),
    dueAt: optionalNumber(raw["due_at"]),
    owner: optionalText(raw["owner"]),
    epoch: numberOf(raw["epoch"]),
    version: numberOf(raw["version"]),
    seq: numberOf(raw["seq"]),
    told: optionalNumber(raw["told"]),
    createdAt: numberOf(raw["created_at"]),
    updatedAt: numberOf(raw["updated_at"]),
    now: numberOf(raw["now"]),
    orderSentAt: optionalNumber(raw["order_sent_at"]),
  });
};

/** In how many ms a refund is to be looked at again; never, where nothing is to be done. A call under way is looked at when its lease ends. */
export const dueIn = (progress: Progress, lease: number): number | undefined => {
  const step = next(progress);
  switch (step._tag) {
    case "Rest":
      return undefined;
    case "Busy":
      return lease;
    case "Wait":
      return step.millis;
    default:
      return 0;
  }
};
