/** Every field of every message: unreadable, absent, empty. What proves refuses the message; what informs never does. */
import { Result } from "effect";
import { describe, expect, it } from "vitest";
import { Operation, Refund, RefundNotice, RefundQuery } from "../src/index.ts";
import * as replyFields from "../src/internal/replyFields.ts";
import { Replies } from "../src/testing/index.ts";
import { merchantWith, request } from "./support/story.ts";

const merchant = merchantWith({ subMchId: "1900000200", subAppId: "wx2" });
const asked = { ...request, refundFeeType: "CNY" };

type Fields = Readonly<Record<string, string>>;
type Values = Readonly<Record<string, unknown>>;
/** What was read of the message, and the part of it that the table is about. */
type Read = (fields: Fields) => Result.Result<{ readonly value: Values; readonly extra: Fields }, unknown>;

interface Message {
  readonly table: replyFields.Table;
  /** A value for every wire name of the table, as it stands in a good message. */
  readonly good: Fields;
  readonly wire: (name: string) => string;
  readonly read: Read;
  /** The fields, by our names, without which it is no message. Everything else may be absent. */
  readonly needs: ReadonlyArray<string>;
  /** Those that prove although they may be absent. */
  readonly provesToo?: ReadonlyArray<string>;
}

const couponFields = {
  coupon_type: "CASH",
  coupon_refund_id: "10000",
  coupon_refund_fee: "1",
  coupon_refund_batch_id: "7",
};

const acceptedFields = {
  appid: merchant.appId,
  mch_id: merchant.mchId,
  sub_appid: "wx2",
  sub_mch_id: "1900000200",
  device_info: "013467007045764",
  transaction_id: "4200000000202601010000000001",
  out_trade_no: request.order.outTradeNo,
  out_refund_no: request.outRefundNo,
  refund_id: "50300000002026010100000000001",
  refund_channel: "ORIGINAL",
  refund_fee: "1",
  refund_fee_type: "CNY",
  settlement_refund_fee: "1",
  total_fee: "100",
  settlement_total_fee: "100",
  fee_type: "CNY",
  cash_fee: "100",
  cash_fee_type: "CNY",
  cash_refund_fee: "1",
  cash_refund_fee_type: "CNY",
  coupon_refund_fee: "1",
  coupon_refund_count: "1",
  coupon_refund_id: "10000",
  promotion_detail: "{}",
};

const recordFields = {
  out_refund_no: request.outRefundNo,
  refund_id: "50300000002026010100000000001",
  refund_status: "SUCCESS",
  refund_fee: "1",
  refund_channel: "ORIGINAL",
  settlement_refund_fee: "1",
  coupon_refund_fee: "1",
  coupon_refund_count: "1",
  refund_account: "REFUND_SOURCE_UNSETTLED_FUNDS",
  refund_recv_accout: "支付用户零钱",
  refund_success_time: "2026-01-01 12:00:05",
};

const queriedFields = {
  appid: merchant.appId,
  mch_id: merchant.mchId,
  sub_appid: "wx2",
  sub_mch_id: "1900000200",
  device_info: "013467007045764",
  transaction_id: "4200000000202601010000000001",
  out_trade_no: request.order.outTradeNo,
  total_refund_count: "1",
  refund_count: "1",
  total_fee: "100",
  settlement_total_fee: "100",
  fee_type: "CNY",
  cash_fee: "100",
  cash_fee_type: "CNY",
  refund_fee: "1",
  coupon_refund_fee: "1",
  cash_refund_fee: "1",
  refund_account: "REFUND_SOURCE_UNSETTLED_FUNDS",
  rate: "100000000",
  promotion_detail: "{}",
};

const indexed = (fields: Fields, index: string): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [`${name}${index}`, value]));

const wholeQuery = { ...queriedFields, ...indexed(recordFields, "_0"), ...indexed(couponFields, "_0_0") };
const wholeAccepted = { ...acceptedFields, ...indexed(couponFields, "_0") };

const readAccepted =
  (part: (value: Refund.RefundAccepted) => Values | undefined, whole: Fields = wholeAccepted): Read =>
  (fields) =>
    Result.map(
      Operation.interpret(
        Refund.operation,
        asked,
        Replies.signed(merchant, { result_code: "SUCCESS", ...whole, ...fields }),
        merchant,
      ),
      (value) => ({ value: part(value) ?? {}, extra: value.extra }),
    );
const readQuery =
  (part: (value: RefundQuery.RefundQueryReply) => Values | undefined): Read =>
  (fields) =>
    Result.map(
      Operation.interpret(
        RefundQuery.operation,
        { outRefundNo: asked.outRefundNo },
        Replies.signed(merchant, { result_code: "SUCCESS", ...wholeQuery, ...fields }),
        merchant,
      ),
      (value) => ({ value: part(value) ?? {}, extra: value.extra }),
    );

const messages: Readonly<Record<string, Message>> = {
  "the application's reply": {
    table: replyFields.accepted,
    good: acceptedFields,
    wire: (name) => name,
    // Without a family the one id is the only coupon.
    read: readAccepted((value) => ({ ...value, couponRefundId: value.coupons[0]?.couponRefundId }), acceptedFields),
    needs: ["appId", "mchId", "subMchId", "transactionId", "outTradeNo", "outRefundNo", "refundId", "refundFee"],
    provesToo: ["subAppId", "totalFee", "feeType"],
  },
  "a coupon of the application's reply": {
    table: replyFields.coupon,
    good: couponFields,
    wire: (name) => `${name}_0`,
    read: readAccepted(({ coupons }) => coupons[0]),
    needs: [],
  },
  "the query's reply": {
    table: replyFields.queried,
    good: queriedFields,
    wire: (name) => name,
    read: readQuery((value) => value),
    needs: ["appId", "mchId", "subMchId", "transactionId", "outTradeNo", "refundCount"],
    provesToo: ["subAppId", "totalFee"],
  },
  "a record of the query's reply": {
    table: replyFields.record,
    good: recordFields,
    wire: (name) => `${name}_0`,
    read: readQuery(({ records }) => records[0]),
    needs: ["outRefundNo", "refundId", "refundStatusText", "refundFee"],
  },
  "a coupon of the query's reply": {
    table: replyFields.coupon,
    good: couponFields,
    wire: (name) => `${name}_0_0`,
    read: readQuery(({ records }) => records[0]?.coupons[0]),
    needs: [],
  },
  "a notice": {
    table: replyFields.notice,
    good: {
      transaction_id: "4200000000202601010000000001",
      out_trade_no: request.order.outTradeNo,
      refund_id: "50300000002026010100000000001",
      out_refund_no: request.outRefundNo,
      total_fee: "100",
      settlement_total_fee: "100",
      refund_fee: "1",
      settlement_refund_fee: "1",
      cash_refund_fee: "1",
      refund_status: "SUCCESS",
      success_time: "2026-01-01 12:00:05",
      refund_recv_accout: "支付用户零钱",
      refund_account: "REFUND_SOURCE_UNSETTLED_FUNDS",
      refund_request_source: "API",
    },
    wire: (name) => name,
    read: (fields) =>
      Result.map(
        RefundNotice.open(Replies.notice(merchant, asked, "SUCCESS", { cash_refund_fee: "1", ...fields }), merchant),
        (value) => ({ value, extra: value.extra }),
      ),
    needs: ["transactionId", "outTradeNo", "refundId", "outRefundNo", "totalFee", "refundFee", "refundStatusText"],
  },
};

const amounts = ["1.00", "abc", "-1", "01", "１", "1 ", "1e2", "99999999999999999"];
const unreadable: ReadonlyArray<readonly [name: RegExp, values: ReadonlyArray<string>]> = [
  [/_fee$|_count$/, amounts],
  [/_time$/, ["0000-00-00 00:00:00", "2026-02-30 00:00:00", "yesterday", "2026-01-01T12:00:05"]],
];

describe.each(Object.entries(messages))("%s", (_, { good, needs, provesToo = [], read, table, wire }) => {
  it("is proved by these fields and no others", () => {
    const proving = Object.keys(table).filter((ours) => table[ours]?.duty === "proves");
    expect(proving.toSorted()).toEqual([...needs, ...provesToo].toSorted());
  });

  it("reads every field of its table", () => {
    expect(Object.keys(good).toSorted()).toEqual(
      Object.values(table)
        .map(({ wire: name }) => name)
        .toSorted(),
    );
    const { extra, value } = Result.getOrThrow(read({}));
    expect(Object.keys(table).filter((ours) => value[ours] === undefined)).toEqual([]);
    expect(extra).toEqual({});
  });

  const rows = Object.entries(table).map(([ours, field]) => [field.wire, field.duty, ours] as const);

  it.each(rows)("%s %s: unreadable", (name, duty, ours) => {
    const values = unreadable.find(([pattern]) => pattern.test(name))?.[1] ?? [];
    for (const value of values) {
      const given = { [wire(name)]: value };
      const result = read(given);
      if (duty === "proves") expect(Result.isFailure(result)).toBe(true);
      else {
        const { extra, value: known } = Result.getOrThrow(result);
        expect(known[ours]).toBe(undefined);
        expect(extra).toEqual(given);
        // Nothing else is lost with it.
        const others = Object.keys(table).filter((other) => other !== ours && known[other] === undefined);
        expect(others).toEqual([]);
      }
    }
  });

  it.each(rows)("%s %s: empty, which is the same as absent", (name, _duty, ours) => {
    const result = read({ [wire(name)]: "" });
    expect(Result.isFailure(result)).toBe(needs.includes(ours));
    if (Result.isSuccess(result)) {
      expect(result.success.value[ours]).toBe(undefined);
      expect(result.success.extra).toEqual({});
    } else {
      // By the wire's name, whatever else is said of it.
      const { reason = result.failure } = result.failure as { readonly reason?: unknown };
      expect(String((reason as Error).message)).not.toMatch(/[a-z][A-Z]/);
    }
  });
});

describe("one unreadable coupon of several", () => {
  const three = Object.assign({}, ...["_0", "_1", "_2"].map((index) => indexed(couponFields, index))) as Fields;
  const { read } = messages["the application's reply"] as Message;
  it("loses that field alone, and keeps its place", () => {
    const { extra, value } = Result.getOrThrow(read({ ...three, coupon_refund_fee_1: "1.00" }));
    expect((value["coupons"] as Refund.RefundAccepted["coupons"]).map((coupon) => coupon.couponRefundFee)).toEqual([
      1,
      undefined,
      1,
    ]);
    expect(extra).toEqual({ coupon_refund_fee_1: "1.00" });
  });
});

it("a proving amount is compared although nothing else of the reply can be read", () => {
  const broken = { cash_fee: "x", coupon_refund_fee: "x", coupon_refund_count: "x", settlement_refund_fee: "x" };
  const { read } = messages["the application's reply"] as Message;
  expect(Result.isSuccess(read(broken))).toBe(true);
  expect(Result.isFailure(read({ ...broken, refund_fee: "2" }))).toBe(true);
  expect(Result.isFailure(read({ ...broken, total_fee: "101" }))).toBe(true);
});
