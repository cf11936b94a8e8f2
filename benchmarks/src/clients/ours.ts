/** The refund client of this repository, as the README shows it, over either adapter. */
import { Merchant, RefundClient, type Transport } from "@wechat-refund/core";
import { ClientCertificate, TransportSettings } from "@wechat-refund/mutual-tls";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as ManagedRuntime from "effect/ManagedRuntime";
import * as Redacted from "effect/Redacted";
import type { Client, Connections, Site } from "../Client.ts";
import { ask, check, merchant, type SignType } from "../Story.ts";

export type Adapter = (
  settings: TransportSettings.TransportSettings,
) => Layer.Layer<Transport.Transport, ClientCertificate.CertificateError>;

const request = (n: number) => {
  const { transactionId, ...rest } = ask(n);
  return { order: { transactionId }, ...rest };
};

/** What every protocol has in common. */
export const clientOf = async <E>(layer: Layer.Layer<RefundClient.RefundClient, E>): Promise<Client> => {
  const runtime = ManagedRuntime.make(layer);
  const client = await runtime.runPromise(RefundClient.RefundClient);
  const run = Effect.runPromiseWith(await runtime.context());
  return {
    refund: async (n) => {
      const { outRefundNo, refundFee, refundId, totalFee } = await run(client.refund(request(n)));
      check(n, { outRefundNo, refundId, refundFee, totalFee });
    },
    close: () => runtime.dispose(),
  };
};

export const open = (
  { file, origin }: Site,
  adapter: Adapter,
  connections: Connections,
  signType: SignType,
): Promise<Client> => {
  const transport = Layer.unwrap(
    Effect.map(
      ClientCertificate.fromPem({
        certificate: file("cert.pem").toString(),
        privateKey: Redacted.make(file("key.pem").toString()),
      }),
      (certificate) => adapter(TransportSettings.make({ certificate, connections })),
    ),
  );
  return clientOf(
    RefundClient.layer.pipe(
      Layer.provide(transport),
      Layer.provide(
        Merchant.layer({
          appId: merchant.appId,
          mchId: merchant.mchId,
          apiKey: Redacted.make(merchant.apiKey),
          signType,
        }),
      ),
      Layer.merge(Layer.succeed(RefundClient.Endpoint, origin)),
    ),
  );
};
