/**
 * A gateway in a process of its own, steered by its parent: it says where it is, and what its ledger holds when it is asked. Ends
 * with its parent.
 */
import { Chaos, Gateway, Server } from "@wechat-refund/simulator";
import { TestIdentities } from "@wechat-refund/testkit";
import { Effect } from "effect";

export interface Setup {
  readonly mchId: string;
  readonly appId: string;
  readonly apiKey: string;
  readonly refunds: number;
  readonly seed: string;
  /** How many of the calls meet a fault, from 0 to 1. */
  readonly faults: number;
  /** Without the fault that asks for a minute's patience. */
  readonly brisk: boolean;
}

export interface Started {
  readonly url: string;
  readonly caPem: string;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

export interface LedgerRow {
  readonly outRefundNo: string;
  readonly outTradeNo: string;
  readonly refundId: string;
  readonly refundFee: number;
}

/** The n-th refund of a proof, its order and its amounts. */
export const refundOf = (n: number) => ({
  outTradeNo: `ORDER-${n}`,
  outRefundNo: `R-${n}`,
  totalFee: 1000 + n,
  refundFee: 1 + ((n * 7) % 1000),
});

/** Not the fault that says that the merchant's certificate is wrong: that is no fault to wait out. */
const kindsOf = ({ brisk }: Setup) =>
  Chaos.kinds.filter((kind) => kind !== "certificatePage" && !(brisk && kind === "frequencyLimited"));

const serve = async (setup: Setup) => {
  const { apiKey, appId, faults, mchId, refunds, seed } = setup;
  const gateway = Gateway.make({
    merchants: [{ appId, mchId, apiKey }],
    orders: Array.from({ length: refunds }, (_, n) => {
      const { outTradeNo, totalFee } = refundOf(n);
      return { mchId, outTradeNo, totalFee, transactionId: `42${n}`, paidAt: Date.now() - 60_000 };
    }),
    seed,
    replay: "business-error",
    chaos: { rates: Chaos.evenly(faults, kindsOf(setup)), lateMillis: 300 },
  });
  const identities = TestIdentities.make({ merchantA: mchId });
  process.on("message", () => {
    const rows = [...gateway.ledger.rows()].map(({ order, outRefundNo, refundFee, refundId }): LedgerRow => ({
      outRefundNo,
      outTradeNo: order.outTradeNo,
      refundId,
      refundFee,
    }));
    process.send?.({ rows });
  });
  process.on("disconnect", () => process.exit(0));
  await Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const { url } = yield* Server.make(gateway, { identities });
        const { certificatePem, privateKeyPem } = identities.merchantA;
        process.send?.({ url, caPem: identities.ca, certificatePem, privateKeyPem } satisfies Started);
        return yield* Effect.never;
      }),
    ),
  );
};

if (process.argv[1] === import.meta.filename) await serve(JSON.parse(process.argv[2] ?? "") as Setup);
