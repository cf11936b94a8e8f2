/**
 * The pure core alone: what would be sent, and what a reply means, without an Effect, a clock or a socket.
 *
 * Needs: nothing.
 * Run:   npx --yes pnpm@12 node examples/04-pure-core.ts
 */
import { Merchant, Operation, Refund } from "@wechat-refund/core";
import { Redacted, Result } from "effect";

const merchant = Result.getOrThrow(
  Merchant.make({
    appId: "wx8888888888888888",
    mchId: "1900000109",
    apiKey: Redacted.make("TestKey0000000000000000000000001"),
    signType: "MD5",
  }),
);
const request: Refund.RefundRequest = {
  order: { outTradeNo: "T-2026-0001" },
  outRefundNo: "R-2026-0001",
  totalFee: 100,
  refundFee: 30,
};
const context = { merchant, nonce: "5K8264ILTKCH16CQ2502SI8ZNMTM67VS", endpoint: Operation.mainEndpoint };

// Every value on the way to the wire, for looking at; `Operation.prepare` gives only the last one.
const explained = Result.getOrThrow(Operation.explain(Refund.operation, request, context));
console.log(explained.stringToSign);
console.log(explained.xml);
console.log(`POST ${explained.request.url}`);

// All that is wrong is said at once, and nothing was signed.
const refused = Operation.prepare(Refund.operation, { ...request, outRefundNo: "R 1", refundFee: 130 }, context);
console.log(Result.isFailure(refused) && refused.failure.message);

// A reply is bytes: from your own HTTP client, a queue, a file.
const body = new TextEncoder().encode(
  "<xml><return_code><![CDATA[FAIL]]></return_code><return_msg><![CDATA[签名错误]]></return_msg></xml>",
);
const meant = Operation.interpret(Refund.operation, request, { status: 200, headers: {}, body }, merchant);
console.log(
  Result.match(meant, { onSuccess: ({ refundId }) => `accepted: ${refundId}`, onFailure: ({ message }) => message }),
);
