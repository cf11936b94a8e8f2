/** The in-memory transport keeps what the transport contract asks of transports without a network. */
import { MemoryTransport } from "@wechat-refund/simulator";
import { suite } from "@wechat-refund/testkit/TransportSuite";
import { Effect } from "effect";
import { body, gateway, paid, read, refundFields, refundPath } from "./client.ts";

const shared = gateway({ orders: [{ ...paid, totalFee: 1_000, paidAt: Date.now() }] });

suite("MemoryTransport", () => MemoryTransport.layer(shared), {
  peer: {
    posts: ["R-1", "R-2", "R-3"].map((outRefundNo) => ({
      request: {
        method: "POST" as const,
        url: `https://api.mch.weixin.qq.com${refundPath}`,
        headers: { "Content-Type": "text/xml" },
        body: body({ ...refundFields, total_fee: "1000", out_refund_no: outRefundNo }),
      },
      answeredBy: (reply) => read(reply)["out_refund_no"] === outRefundNo,
    })),
    seen: Effect.sync(() => shared.log.entries().length),
  },
});
