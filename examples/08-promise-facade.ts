/**
 * Refunds for code that knows promises and no Effect: a ManagedRuntime behind three plain functions.
 *
 * Needs: nothing; the gateway is in this process.
 * Run:   npx --yes pnpm@12 node examples/08-promise-facade.ts
 */
import { Merchant, type Refund, RefundClient, RefundError, type RefundQuery } from "@wechat-refund/core";
import { Gateway, MemoryTransport } from "@wechat-refund/simulator";
import { Layer, ManagedRuntime, Redacted } from "effect";

const identity = { appId: "wx8888888888888888", mchId: "1900000109", apiKey: "TestKey0000000000000000000000001" };
const gateway = Gateway.make({
  merchants: [identity],
  orders: [{ mchId: identity.mchId, transactionId: "42", outTradeNo: "T-1", totalFee: 100, paidAt: Date.now() }],
});

// One for the process. With a real transport it holds the certificate and the connections, and `close` lets go of them.
const runtime = ManagedRuntime.make(
  RefundClient.layer.pipe(
    Layer.provide([
      MemoryTransport.layer(gateway),
      Merchant.layer({ ...identity, apiKey: Redacted.make(identity.apiKey) }),
    ]),
  ),
);

const refund = (request: Refund.RefundRequest, signal?: AbortSignal): Promise<Refund.RefundAccepted> =>
  runtime.runPromise(
    RefundClient.RefundClient.use((client) => client.refund(request)),
    { signal },
  );
const query = (request: RefundClient.RefundByNumber): Promise<RefundQuery.RefundQueryReply> =>
  runtime.runPromise(RefundClient.RefundClient.use((client) => client.query(request)));
const close = (): Promise<void> => runtime.dispose();

const request = { order: { outTradeNo: "T-1" }, outRefundNo: "R-1", totalFee: 100, refundFee: 100 };
console.log(`accepted: ${(await refund(request)).refundId}`);
console.log(`now: ${(await query({ outRefundNo: "R-1" })).records[0]?.refundStatus}`);

try {
  await refund({ ...request, outRefundNo: "R-2" });
} catch (error) {
  // The promise rejects with the error itself. Whatever is not a RefundError, an abort for one, leaves the outcome open.
  if (!(error instanceof RefundError.RefundError)) throw error;
  console.log(`${error.outcome}, ${error.advice}: ${error.message}`);
}
await close();
