/**
 * Apply for a refund (申请退款) through APIv3: the domain's request as JSON, and what the reply says.
 *
 * Success means **accepted**. The reply already tells a status, which is one of that moment: ask with `RefundQuery` what became of it.
 *
 * Source: the refund application page of APIv3, `POST /v3/refund/domestic/refunds`.
 */
import * as Core from "@wechat-refund/core/Refund";
import type { Issue } from "@wechat-refund/core/RefundError";
import * as Result from "effect/Result";
import { byteLength } from "./internal/crypto.ts";
import { couponsOf, decoder, read, refund, statusOf } from "./internal/fields.ts";
import type { Account, Call, Operation } from "./Operation.ts";

export const path = "/v3/refund/domestic/refunds";

/** The wire's names, where they are not APIv2's. */
const wires: ReadonlyMap<string, string> = new Map([
  ["order.transactionId", "transaction_id"],
  ["order.outTradeNo", "out_trade_no"],
  ["totalFee", "amount.total"],
  ["refundFee", "amount.refund"],
  ["refundFeeType", "amount.currency"],
  ["refundDesc", "reason"],
  ["refundAccount", "funds_account"],
  ["goodsDetail", "goods_detail"],
]);

const issue = (field: string, message: string): Issue => ({ field, wire: wires.get(field) ?? field, message });

const renamed = ({ field, message, wire }: Issue): Issue => ({
  field,
  wire: wires.get(field) ?? wires.get(field.replace(/\..*$/, "")) ?? wire,
  message: message.replaceAll("total_fee", "amount.total"),
});

const reasonBytes = 80;

/** What APIv3 cannot say, and what it takes less of. */
const issuesOf = ({ deviceInfo, opUserId, refundDesc, refundFeeType }: Core.Checked): ReadonlyArray<Issue> => {
  const issues: Array<Issue> = [];
  if (opUserId !== undefined) issues.push(issue("opUserId", "is no field of APIv3: remove it"));
  if (deviceInfo !== undefined) issues.push(issue("deviceInfo", "is no field of APIv3: remove it"));
  if (refundFeeType !== undefined && refundFeeType !== "CNY") {
    issues.push(issue("refundFeeType", "must be CNY, the only currency of this interface"));
  }
  const length = byteLength(refundDesc ?? "");
  if (length > reasonBytes) {
    issues.push(
      issue(
        "refundDesc",
        `must have at most ${reasonBytes} bytes of UTF-8 (about 26 Chinese characters); it has ${length}`,
      ),
    );
  }
  return issues;
};

const bodyOf = (request: Core.Checked, { subMchId }: Account): string => {
  const { goodsDetail, notifyUrl, order, outRefundNo, refundAccount, refundDesc, refundFee, totalFee } = request;
  // A member that is not there is left out: the gateway refuses empty ones, and any that it does not know.
  return JSON.stringify({
    sub_mchid: subMchId,
    transaction_id: order.transactionId,
    out_trade_no: order.outTradeNo,
    out_refund_no: outRefundNo,
    reason: refundDesc,
    notify_url: notifyUrl,
    // Money that is not settled yet is what it takes by itself.
    funds_account: refundAccount === "REFUND_SOURCE_RECHARGE_FUNDS" ? "AVAILABLE" : undefined,
    amount: { refund: refundFee, total: totalFee, currency: "CNY" },
    goods_detail: goodsDetail?.map((item) => ({
      merchant_goods_id: item.goodsId,
      wechatpay_goods_id: item.wxpayGoodsId,
      goods_name: item.goodsName,
      unit_price: item.price,
      refund_amount: item.refundAmount,
      refund_quantity: item.refundQuantity,
    })),
  });
};

const encode = (request: Core.RefundRequest, account: Account): Result.Result<Call, ReadonlyArray<Issue>> =>
  Core.check(request).pipe(
    Result.mapError((issues) => issues.map(renamed)),
    Result.flatMap((checked) => {
      const issues = issuesOf(checked);
      return issues.length > 0
        ? Result.fail(issues)
        : Result.succeed({ method: "POST" as const, path, body: bodyOf(checked, account) });
    }),
  );

const decodeAccepted = decoder(Core.RefundAccepted);

/** The refund application as an operation of APIv3. */
export const operation: Operation<Core.RefundRequest, Core.RefundAccepted> = {
  name: "refund",
  maxReplyBytes: 64 * 1024,
  copy: Core.operation.copy,
  outRefundNo: Core.operation.outRefundNo,
  encode,
  decode: (json) =>
    Result.flatMap(read(json, refund, ["promotion_detail"]), ({ extra, texts }) =>
      decodeAccepted({ ...texts, ...couponsOf(json), refundStatus: statusOf(texts["refundStatusText"]), extra }),
    ),
  expectations: ({ order, outRefundNo, refundFee, totalFee }) => [
    { field: "out_refund_no", expected: outRefundNo },
    { field: "amount.refund", expected: String(refundFee) },
    { field: "amount.total", expected: String(totalFee) },
    order.transactionId === undefined
      ? { field: "out_trade_no", expected: order.outTradeNo }
      : { field: "transaction_id", expected: order.transactionId },
    { field: "amount.currency", expected: "CNY", required: false },
  ],
};
