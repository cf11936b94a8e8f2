/** Signed replies for the forgery proofs: accepted, refused and queried, with each algorithm, and one with two records. */
import { Refund, RefundQuery } from "../../src/index.ts";
import { Replies } from "../../src/testing/index.ts";
import { signedReply } from "./forgeries.ts";
import { fixtures, merchantWith, request, signTypes } from "./story.ts";

const text = ({ body }: { readonly body: Uint8Array }): string => new TextDecoder().decode(body);
const noEmpty = { refund_channel: "ORIGINAL" };

const byAlgorithm = signTypes.flatMap((signType) => {
  const merchant = merchantWith({ signType });
  const byNumber = { outRefundNo: request.outRefundNo };
  return [
    signedReply(
      `accepted, ${signType}`,
      Refund.operation,
      request,
      text(Replies.accepted(merchant, request, noEmpty)),
      merchant,
    ),
    signedReply(
      `refused, ${signType}`,
      Refund.operation,
      request,
      text(Replies.rejected(merchant, "NOTENOUGH", "基本账户余额不足")),
      merchant,
    ),
    signedReply(
      `queried, ${signType}`,
      RefundQuery.operation,
      byNumber,
      text(Replies.queried(merchant, request, "SUCCESS")),
      merchant,
    ),
  ];
});

export const signedReplies = [
  ...byAlgorithm,
  signedReply(
    "two records",
    RefundQuery.operation,
    { outTradeNo: "1415757673" },
    fixtures.queryTwoHmac,
    merchantWith(),
  ),
];
