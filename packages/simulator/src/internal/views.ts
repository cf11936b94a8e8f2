/** What the control interface shows of a gateway: plain data with its shape described, times in milliseconds since 1970. */
import * as Schema from "effect/Schema";
import * as Chaos from "../Chaos.ts";
import * as Fault from "../Fault.ts";
import type { Gateway } from "../Gateway.ts";
import { Coupon, Order } from "../GatewayConfig.ts";
import { type Row, stateAt } from "../Ledger.ts";

const optionalText = Schema.optionalKey(Schema.String);

const Status = Schema.Literals(["PROCESSING", "SUCCESS", "REFUNDCLOSE", "CHANGE", "NOTSURE"]);

export const Refund = Schema.Struct({
  /** The how manieth accepted refund it is, from 1. */
  sequence: Schema.Int,
  mchId: Schema.String,
  subMchId: optionalText,
  outRefundNo: Schema.String,
  refundId: Schema.String,
  transactionId: Schema.String,
  outTradeNo: Schema.String,
  totalFee: Schema.Int,
  refundFee: Schema.Int,
  settlementRefundFee: Schema.Int,
  cashRefundFee: Schema.Int,
  coupons: Schema.Array(Coupon),
  refundAccount: Schema.String,
  /** The interface it was made through. */
  protocol: Schema.Literals(["v2", "v3"]),
  notifyUrl: optionalText,
  status: Status,
  /** When it got this status. */
  since: Schema.Int,
  acceptedAt: Schema.Int,
  /** What becomes of it, and when: with it and the time one need not ask again. */
  course: Schema.Array(Schema.Struct({ status: Status, at: Schema.Int })),
});

export const refund = (row: Row, now: number): typeof Refund.Type => {
  const { sequence, order, outRefundNo, refundId, refundFee, settlementRefundFee, cashRefundFee, coupons } = row;
  return {
    sequence,
    mchId: order.mchId,
    ...(order.subMchId !== undefined && { subMchId: order.subMchId }),
    outRefundNo,
    refundId,
    transactionId: order.transactionId,
    outTradeNo: order.outTradeNo,
    totalFee: order.totalFee,
    refundFee,
    settlementRefundFee,
    cashRefundFee,
    coupons,
    refundAccount: row.refundAccount,
    protocol: row.protocol,
    ...(row.notifyUrl !== undefined && { notifyUrl: row.notifyUrl }),
    ...stateAt(row, now),
    acceptedAt: row.acceptedAt,
    course: row.course.map(({ afterMillis, status }) => ({ status, at: row.acceptedAt + afterMillis })),
  };
};

export const OrderState = Schema.Struct({
  mchId: Schema.String,
  subMchId: optionalText,
  transactionId: Schema.String,
  outTradeNo: Schema.String,
  totalFee: Schema.Int,
  refundedFee: Schema.Int,
  refunds: Schema.Int,
  paidAt: Schema.Int,
});

export const orderState = ({ ledger }: Gateway, order: Order, now: number): typeof OrderState.Type => {
  const { mchId, subMchId, transactionId, outTradeNo, totalFee, paidAt } = order;
  const [refundedFee, refunds] = [ledger.refunded(order, now), ledger.rowsOf(order).length];
  return {
    mchId,
    ...(subMchId !== undefined && { subMchId }),
    transactionId,
    outTradeNo,
    totalFee,
    refundedFee,
    refunds,
    paidAt,
  };
};

/** What APIv3 signs and seals with, as far as a merchant may see it. */
export const Platform = Schema.Struct({
  mchId: Schema.String,
  publicKey: Schema.optionalKey(Schema.Struct({ id: Schema.String, pem: Schema.String })),
  certificates: Schema.Array(
    Schema.Struct({ serialNo: Schema.String, pem: Schema.String, effectiveAt: Schema.Int, expiresAt: Schema.Int }),
  ),
});

export const platform = ({ merchants, platform }: Gateway, now: number): ReadonlyArray<typeof Platform.Type> =>
  merchants
    .filter(({ v3 }) => v3 !== undefined)
    .map(({ mchId }) => {
      const publicKey = platform.publicKey(mchId);
      const certificates = platform.certificates(mchId, now);
      return { mchId, ...(publicKey !== undefined && { publicKey }), certificates };
    });

export const State = Schema.Struct({
  now: Schema.Int,
  /** Another for each run: what was known of one is not true of the next. */
  instance: Schema.String,
  merchants: Schema.Array(
    Schema.Struct({
      mchId: Schema.String,
      appId: Schema.String,
      /** What there is to refund with, in fen; absent where it is not limited. */
      funds: Schema.optionalKey(Schema.Struct({ unsettled: Schema.Int, available: Schema.Int })),
    }),
  ),
  orders: Schema.Int,
  refunds: Schema.Int,
  exchanges: Schema.Int,
  /** The number of the oldest exchange that is kept. */
  oldestExchange: Schema.Int,
  notices: Schema.Int,
  /** How exchanges ended so far. */
  outcomes: Schema.Array(Schema.String),
  /** Faults that wait for their call. */
  faults: Schema.Array(Fault.Fault),
  /** What goes wrong at random, and how much of it has. */
  chaos: Schema.optionalKey(Chaos.Options),
  chaosMet: Schema.Record(Schema.String, Schema.Int),
  /** What there is that can go wrong at random. */
  chaosKinds: Schema.Array(Schema.String),
});

export const state = (
  { ledger, log, faults, chaos, merchants, notices }: Gateway,
  now: number,
  instance: string,
): typeof State.Type => {
  const options = chaos.options();
  return {
    now,
    instance,
    merchants: merchants.map(({ mchId, appId }) => {
      const funds = ledger.funds(mchId, now);
      return { mchId, appId, ...(funds !== undefined && { funds }) };
    }),
    orders: ledger.orderCount(),
    refunds: ledger.size(),
    exchanges: log.total(),
    oldestExchange: log.oldest(),
    notices: notices.total(),
    outcomes: log.outcomes(),
    faults: faults.pending(),
    ...(options !== undefined && { chaos: options }),
    chaosMet: Object.fromEntries(Object.entries(chaos.counts())),
    chaosKinds: Chaos.usualKinds,
  };
};

/** How a client reaches this gateway. Keys stand in files, and in nothing that is shown. */
export const Connection = Schema.Struct({
  endpoint: Schema.String,
  mchId: Schema.String,
  appId: Schema.String,
  caFile: Schema.String,
  certificateFile: Schema.String,
  keyFile: Schema.String,
  /** Certificate and key in one; its passphrase is the merchant number. */
  pkcs12File: Schema.String,
  /** All of it, with the keys, as lines for a shell. */
  environmentFile: Schema.String,
  /** What a shell takes as it is, one after the other. */
  commands: Schema.Array(
    Schema.Struct({ does: Schema.Literals(["environment", "doctor", "refund", "query"]), line: Schema.String }),
  ),
});
export type Connection = typeof Connection.Type;
