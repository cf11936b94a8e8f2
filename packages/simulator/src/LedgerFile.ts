/**
 * The accepted refunds of a gateway in a file, so that one that is started again remembers them.
 *
 * A line for each, written before the refund is answered. Only that it was accepted is kept: what a refund is at a time follows from
 * that, and its number from the order of the lines. Orders, faults, limits and a clock that was moved are not kept.
 */
import { appendFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { summarize } from "@wechat-refund/core/Transport";
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import { onOneLine } from "@wechat-refund/core/Printed";
import type { Row } from "./Ledger.ts";

/** A refund that was accepted, as it is kept. */
export const Kept = Schema.Struct({
  mchId: Schema.String,
  subMchId: Schema.optionalKey(Schema.String),
  transactionId: Schema.String,
  outRefundNo: Schema.String,
  refundFee: Schema.Int,
  refundAccount: Schema.Literals(["REFUND_SOURCE_UNSETTLED_FUNDS", "REFUND_SOURCE_RECHARGE_FUNDS"]),
  notifyUrl: Schema.optionalKey(Schema.String),
  goods: Schema.Array(
    Schema.Struct({
      goods_id: Schema.String,
      refund_amount: Schema.Int,
      refund_quantity: Schema.Int,
      price: Schema.Int,
    }),
  ),
  /** Both are absent for a refund that knows APIv2 alone. */
  protocol: Schema.optionalKey(Schema.Literals(["v2", "v3"])),
  noticeForm: Schema.optionalKey(Schema.Literals(["v2", "v3"])),
  acceptedAt: Schema.Int,
});
export type Kept = typeof Kept.Type;

/** The file cannot be used, or is something else. */
export class Unusable extends onOneLine(
  Schema.TaggedError<Unusable>("@wechat-refund/simulator/LedgerFile/Unusable")("LedgerUnusable", {
    detail: Schema.String,
  }),
) {
  override get message(): string {
    return `the simulator's ledger cannot be used: ${this.detail}`;
  }
}

export interface LedgerFile {
  /** What was accepted before, in its order. */
  readonly rows: ReadonlyArray<Kept>;
  readonly keep: (row: Row) => void;
}

const first = JSON.stringify({ simulatedRefunds: 1 });
const decode = Schema.decodeUnknownResult(Schema.fromJsonString(Kept), { onExcessProperty: "error" });

const keptOf = ({ acceptedAt, goods, noticeForm, notifyUrl, order, protocol, ...row }: Row): Kept => ({
  mchId: order.mchId,
  ...(order.subMchId !== undefined && { subMchId: order.subMchId }),
  transactionId: order.transactionId,
  outRefundNo: row.outRefundNo,
  refundFee: row.refundFee,
  refundAccount: row.refundAccount,
  ...(notifyUrl !== undefined && { notifyUrl }),
  goods,
  ...([protocol, noticeForm].includes("v3") && { protocol, noticeForm }),
  acceptedAt,
});

/** Opens it; makes it where there is none. */
export const open = (file: string): Effect.Effect<LedgerFile, Unusable> =>
  Effect.gen(function* () {
    const text = yield* Effect.try({
      try: () => {
        try {
          return readFileSync(file, "utf8");
        } catch (cause) {
          if (summarize(cause).code !== "ENOENT") throw cause;
          writeFileSync(file, `${first}\n`, { flag: "wx", mode: 0o600 });
          return `${first}\n`;
        }
      },
      catch: (cause) => new Unusable({ detail: `it cannot be read or made (${summarize(cause).code ?? "unknown"})` }),
    });
    if (!text.startsWith(`${first}\n`))
      return yield* new Unusable({ detail: "it is something else; give another name" });
    // Whoever was ended while writing leaves part of a line, of a refund that was not answered.
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    if (whole !== text) truncateSync(file, Buffer.byteLength(whole));
    const rows: Array<Kept> = [];
    for (const [n, line] of whole.trimEnd().split("\n").slice(1).entries()) {
      const row = decode(line);
      if (Result.isFailure(row)) return yield* new Unusable({ detail: `line ${n + 2} is no refund` });
      rows.push(row.success);
    }
    return { rows, keep: (row) => appendFileSync(file, `${JSON.stringify(keptOf(row))}\n`) };
  });
