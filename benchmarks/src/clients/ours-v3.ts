/** The refund client of this repository over APIv3, over either adapter. */
import { X509Certificate } from "node:crypto";
import { ApiV3, Merchant } from "@wechat-refund/apiv3";
import { RefundClient } from "@wechat-refund/core";
import { TransportSettings } from "@wechat-refund/mutual-tls";
import * as Layer from "effect/Layer";
import * as Redacted from "effect/Redacted";
import type { Client, Site } from "../Client.ts";
import { merchant, platformKeyId } from "../Story.ts";
import { type Adapter, clientOf } from "./ours.ts";

export const open = ({ file, origin }: Site, adapter: Adapter): Promise<Client> =>
  clientOf(
    ApiV3.layer.pipe(
      Layer.provide(adapter(TransportSettings.make({ certificate: undefined, connections: "pooled" }))),
      Layer.provide(
        Merchant.layer({
          mchId: merchant.mchId,
          serialNo: new X509Certificate(file("cert.pem")).serialNumber,
          privateKey: Redacted.make(file("key.pem").toString()),
          publicKeys: [{ id: platformKeyId, key: file("platform-public.pem").toString() }],
        }),
      ),
      Layer.merge(Layer.succeed(RefundClient.Endpoint, origin)),
    ),
  );
