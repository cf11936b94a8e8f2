/** npm `wechatpay-axios-plugin`. As published, `security: true` makes an agent for the call; `pooled` gives it one that keeps connections. */
import { createRequire } from "node:module";
import * as https from "node:https";
import type { Client, Connections, Site } from "../Client.ts";
import { check, fields, merchant, path, type SignType } from "../Story.ts";

interface Wechatpay {
  readonly v2: {
    readonly secapi: {
      readonly pay: {
        readonly refund: {
          readonly post: (fields: object, config: object) => Promise<{ readonly data: Record<string, string> }>;
        };
      };
    };
  };
}

export const open = async (site: Site, connections: Connections, signType: SignType): Promise<Client> => {
  const require = createRequire(import.meta.url);
  const { Wechatpay } = require("wechatpay-axios-plugin") as { Wechatpay: new (config: object) => Wechatpay };
  const identity = { cert: site.file("cert.pem"), key: site.file("key.pem") };
  const client = new Wechatpay({
    mchid: merchant.mchId,
    secret: merchant.apiKey,
    merchant: identity,
    // Of the newer interface; not used here and asked for all the same.
    serial: "none",
    privateKey: site.file("key.pem"),
    certs: { none2: site.file("cert.pem") },
  });
  const agent = new https.Agent({ keepAlive: true, maxSockets: 64, ...identity });
  const config = {
    baseURL: site.origin,
    ...(connections === "pooled" ? { httpsAgent: agent } : { security: true }),
  };
  const { refund } = client.v2.secapi.pay;
  if (path !== "/secapi/pay/refund") throw new Error("the path is spelled in code above");
  return {
    refund: async (n) => {
      const { data } = await refund.post(
        { appid: merchant.appId, mch_id: merchant.mchId, sign_type: signType, ...fields(n) },
        config,
      );
      check(n, {
        outRefundNo: data["out_refund_no"],
        refundId: data["refund_id"],
        refundFee: data["refund_fee"],
        totalFee: data["total_fee"],
      });
    },
    close: async () => agent.destroy(),
  };
};
