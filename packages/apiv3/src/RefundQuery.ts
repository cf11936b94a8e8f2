/**
 * Query a refund (查询退款) through APIv3, by its own number: there is no other way to ask, and one reply speaks of one refund.
 *
 * Source: the refund query page of APIv3, `GET /v3/refund/domestic/refunds/{out_refund_no}`.
 */
import { copyOf, identifier, issuesOf, shape, unknownFields } from "@wechat-refund/core/Protocol";
import type { RefundByNumber } from "@wechat-refund/core/RefundClient";
import type { Issue } from "@wechat-refund/core/RefundError";
import * as Core from "@wechat-refund/core/RefundQuery";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import { couponsOf, decoder, read, refund, statusOf } from "./internal/fields.ts";
import type { Account, Call, Operation } from "./Operation.ts";
import { path } from "./Refund.ts";

const wire = { outRefundNo: "out_refund_no" };
const known = shape("a refund query of APIv3", wire);
const check = Schema.decodeUnknownResult(Schema.Struct({ outRefundNo: identifier(64) }), { errors: "all" });

const encode = (request: RefundByNumber, { subMchId }: Account): Result.Result<Call, ReadonlyArray<Issue>> => {
  const checked = check(request);
  const issues: Array<Issue> = Result.isFailure(checked)
    ? issuesOf(checked.failure).map(({ message, path }) =>
        path === "" ? { field: "request", wire: "request", message } : { field: path, wire: wire.outRefundNo, message },
      )
    : [];
  issues.push(...unknownFields(request, known));
  if (Result.isFailure(checked) || issues.length > 0) return Result.fail(issues);
  const provider = subMchId === undefined ? "" : `?sub_mchid=${encodeURIComponent(subMchId)}`;
  return Result.succeed({
    method: "GET",
    path: `${path}/${encodeURIComponent(checked.success.outRefundNo)}${provider}`,
  });
};

const decodeReply = decoder(Core.RefundQueryReply);

/** Of one refund; which of its fields stand with the order in the domain, and which with the record. */
const decode: Operation<RefundByNumber, Core.RefundQueryReply>["decode"] = (json) =>
  Result.flatMap(read(json, refund, ["promotion_detail"]), ({ extra, texts }) => {
    const { cashFee, cashRefundFee, feeType, outTradeNo, settlementTotalFee, totalFee, transactionId, ...record } =
      texts;
    const { coupons, promotionDetail } = couponsOf(json);
    const order = {
      transactionId,
      outTradeNo,
      totalFee,
      cashFee,
      cashRefundFee,
      feeType,
      settlementTotalFee,
      promotionDetail,
    };
    return decodeReply({
      ...Object.fromEntries(Object.entries(order).filter(([, value]) => value !== undefined)),
      refundCount: "1",
      records: [{ ...record, refundStatus: statusOf(record["refundStatusText"]), coupons }],
      extra,
    });
  });

/** The refund query as an operation of APIv3. */
export const operation: Operation<RefundByNumber, Core.RefundQueryReply> = {
  name: "refundquery",
  maxReplyBytes: 64 * 1024,
  copy: (request) => copyOf(request, known.fields),
  outRefundNo: (request) => request?.outRefundNo,
  encode,
  decode,
  expectations: ({ outRefundNo }) => [{ field: "out_refund_no", expected: outRefundNo }],
};
