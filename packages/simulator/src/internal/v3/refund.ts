/** `POST /v3/refund/domestic/refunds`: asking for a refund. 200 means accepted; the money moves later. */
import type { Goods } from "../singleItems.ts";
import { accept } from "../acceptance.ts";
import { callback } from "../callback.ts";
import { merchantNumber, oneOf } from "../checks.ts";
import { obstacles } from "../obstacles.ts";
import { partyOf } from "./party.ts";
import { record } from "./record.ts";
import { count, list, object, optional, problem, read, required, text } from "./shape.ts";
import { answered, type EndpointV3, no } from "./verdict.ts";

const shape = object({
  sub_mchid: optional(text(32)),
  transaction_id: optional(text(32)),
  out_trade_no: optional(text(32, merchantNumber)),
  out_refund_no: required(text(64, merchantNumber)),
  reason: optional(text(80)),
  notify_url: optional(text(256, (url) => url.length >= 8 && callback(url))),
  funds_account: optional(text(32, oneOf("AVAILABLE", "UNSETTLED"))),
  amount: required(
    object({
      refund: required(count(1)),
      total: required(count(1)),
      currency: required(text(16, oneOf("CNY"))),
      from: optional(
        list(object({ account: required(text(32, oneOf("AVAILABLE", "UNAVAILABLE"))), amount: required(count(1)) })),
      ),
    }),
  ),
  goods_detail: optional(
    list(
      object({
        merchant_goods_id: required(text(32)),
        wechatpay_goods_id: optional(text(32)),
        goods_name: optional(text(256)),
        unit_price: required(count(0)),
        refund_amount: required(count(0)),
        refund_quantity: required(count(0)),
      }),
    ),
  ),
});

/** A body that {@link shape} let pass. */
interface Body {
  readonly sub_mchid?: string;
  readonly transaction_id?: string;
  readonly out_trade_no?: string;
  readonly out_refund_no: string;
  readonly notify_url?: string;
  readonly funds_account?: "AVAILABLE" | "UNSETTLED";
  readonly amount: {
    readonly refund: number;
    readonly total: number;
    readonly currency: string;
    readonly from?: ReadonlyArray<{ readonly account: string; readonly amount: number }>;
  };
  readonly goods_detail?: ReadonlyArray<{
    readonly merchant_goods_id: string;
    readonly unit_price: number;
    readonly refund_amount: number;
    readonly refund_quantity: number;
  }>;
}

const goodsOf = ({ goods_detail = [] }: Body): ReadonlyArray<Goods> =>
  goods_detail.map(({ merchant_goods_id, refund_amount, refund_quantity, unit_price }) => ({
    goods_id: merchant_goods_id,
    refund_amount,
    refund_quantity,
    price: unit_price,
  }));

const accounts = { AVAILABLE: "REFUND_SOURCE_RECHARGE_FUNDS", UNSETTLED: "REFUND_SOURCE_UNSETTLED_FUNDS" } as const;

/** The sources add up to the refund, each named once. */
const isDivided = ({ amount: { from, refund } }: Body): boolean =>
  from === undefined ||
  (from.reduce((sum, { amount }) => sum + amount, 0) === refund &&
    new Set(from.map(({ account }) => account)).size === from.length);

export const endpoint: EndpointV3 = {
  kind: "refund",
  method: "POST",
  path: "/v3/refund/domestic/refunds",
  judge: (world, { merchant, contentType, body: bytes, now }) => {
    if (!/^application\/json\b/i.test(contentType)) {
      return no(400, "INVALID_REQUEST", "Http头Content-Type应为application/json");
    }
    const given = read(bytes);
    const wrong = problem(shape, given);
    if (wrong !== undefined) return wrong;
    const body = given as Body;
    if (body.transaction_id === undefined && body.out_trade_no === undefined) {
      return no(400, "PARAM_ERROR", "参数格式错误", { field: "#", issue: "缺少必填字段", location: "body" });
    }
    if (!isDivided(body)) {
      return no(400, "PARAM_ERROR", "参数错误", { field: "/amount/from", location: "body", value: body.amount.from });
    }
    const party = partyOf(merchant, body.sub_mchid, "body");
    if (party._tag !== "Party") return party;
    if (body.amount.refund > body.amount.total) return obstacles.moreThanLeft.v3;
    const decision = accept(world, {
      protocol: "v3",
      merchant,
      subMchId: party.subMchId,
      transactionId: body.transaction_id,
      outTradeNo: body.out_trade_no,
      outRefundNo: body.out_refund_no,
      totalFee: body.amount.total,
      refundFee: body.amount.refund,
      currency: body.amount.currency,
      account: body.funds_account && accounts[body.funds_account],
      notifyUrl: body.notify_url,
      goods: goodsOf(body),
      now,
    });
    if (typeof decision === "string") return obstacles[decision].v3;
    return answered(record(decision.row, world.config.bills.feeRate, now, false), decision.repeated);
  },
};
