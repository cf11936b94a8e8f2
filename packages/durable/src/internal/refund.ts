/** A refund as an application sees it, and what may be answered instead of one. */
import type { Numbers } from "@wechat-refund/core/Merchants";
import type { RefundRequest } from "@wechat-refund/core/Refund";
import { type Act, type Block, isFinal, permitted, type Truth } from "@wechat-refund/core/RefundProgress";
import * as Schema from "effect/Schema";
import { onOneLine } from "@wechat-refund/core/Printed";
import { requestOf } from "../Frozen.ts";
import type { Row } from "./row.ts";

/** A refund as it is known. Amounts are fen, times milliseconds since 1970 by the store's clock. */
export interface Refund {
  readonly mchId: string;
  readonly subMchId?: string | undefined;
  readonly outRefundNo: string;
  /**
   * The position of the newest of its events, 0 before that has one. Of two descriptions of a refund the one with the higher version is the
   * newer, also where a backup was put back between them.
   */
  readonly version: number;
  readonly protocol: string;
  /** What became of the money. */
  readonly truth: Truth;
  /** Why work rests until somebody acts. */
  readonly block?: Block | undefined;
  /** Whether nothing changes it any more. */
  readonly final: boolean;
  /** Whether a call is under way. */
  readonly calling: boolean;
  /** The request as it is sent. */
  readonly request: RefundRequest;
  readonly refundFee: number;
  readonly currency: string;
  /** WeChat Pay's number (微信退款单号), once it has told one. */
  readonly refundId?: string | undefined;
  /** What a person may do. */
  readonly permitted: ReadonlySet<Act>;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** When it is looked at next, if ever. */
  readonly dueAt?: number | undefined;
}

/** What `start` answers: the refund, and whether it was recorded just now or was there. */
export interface Started extends Refund {
  readonly created: boolean;
}

/** A line of a refund's history. */
export interface Line {
  readonly seq: number;
  readonly at: number;
  readonly what: string;
  readonly truth: string;
  readonly block?: string | undefined;
  readonly detail?: unknown;
}

/** The number is taken: these fields differ. Nothing was stored, nothing is sent. */
export class OtherRefund extends onOneLine(
  Schema.TaggedError<OtherRefund>("@wechat-refund/durable/OtherRefund")("OtherRefund", {
    outRefundNo: Schema.String,
    fields: Schema.Array(Schema.String),
  }),
) {
  override get message(): string {
    return `refund ${this.outRefundNo} was recorded with other fields (${this.fields.join(", ")}): nothing is sent. Another refund needs a number of its own; the same one needs the same fields`;
  }
}

/** There is no such refund in this store. */
export class UnknownRefund extends onOneLine(
  Schema.TaggedError<UnknownRefund>("@wechat-refund/durable/UnknownRefund")("UnknownRefund", {
    outRefundNo: Schema.String,
  }),
) {
  override get message(): string {
    return `there is no refund ${this.outRefundNo} of this merchant in the store`;
  }
}

/** What a person wanted is not possible now. */
export class NotPermitted extends onOneLine(
  Schema.TaggedError<NotPermitted>("@wechat-refund/durable/NotPermitted")("NotPermitted", {
    outRefundNo: Schema.String,
    act: Schema.String,
    truth: Schema.String,
    permitted: Schema.Array(Schema.String),
  }),
) {
  override get message(): string {
    const may =
      this.permitted.length === 0
        ? "nothing can be done with it any more"
        : `possible are: ${this.permitted.join(", ")}`;
    const isThere = this.truth === "Unknown" || this.truth === "Accepted";
    const late = this.act === "cancel" && isThere ? "; it may have been sent, so it is too late to cancel it" : "";
    return `refund ${this.outRefundNo} is ${this.truth}${late}: ${may}`;
  }
}

/** Who acts, and why: it stands in the refund's history. */
export interface Person {
  readonly by: string;
  readonly reason: string;
}

/** A name of `Merchants`, or the numbers. */
export type Whose = string | Numbers;

/** A row as an application sees it. */
export const refundOf = (row: Row): Refund => {
  const { block, open, truth } = row.progress;
  return {
    mchId: row.mchId,
    ...(row.subMchId !== "" && { subMchId: row.subMchId }),
    outRefundNo: row.outRefundNo,
    version: row.told ?? 0,
    protocol: row.protocol,
    truth,
    ...(block !== undefined && { block }),
    final: isFinal(row.progress),
    calling: open !== undefined,
    request: requestOf(row.frozen),
    refundFee: row.refundFee,
    currency: row.currency,
    ...(row.refundId !== undefined && { refundId: row.refundId }),
    permitted: permitted(row.progress),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    ...(row.dueAt !== undefined && { dueAt: row.dueAt }),
  };
};
