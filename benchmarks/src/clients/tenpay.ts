/** npm `tenpay`. As published it sets no agent; `pooled` replaces the agent of the HTTP client below it by one that keeps connections. */
import { createRequire } from "node:module";
import * as https from "node:https";
import type { Client, Connections, Site } from "../Client.ts";
import { check, fields, merchant, path, type SignType } from "../Story.ts";

interface Payment {
  readonly urls: { refund: string };
  readonly refund: (fields: Record<string, string>) => Promise<Record<string, string>>;
}

export const open = async (site: Site, connections: Connections, signType: SignType): Promise<Client> => {
  const require = createRequire(import.meta.url);
  const Payment = require("tenpay") as new (config: object) => Payment;
  const payment = new Payment({
    appid: merchant.appId,
    mchid: merchant.mchId,
    partnerKey: merchant.apiKey,
    pfx: site.file("merchant.p12"),
  });
  payment.urls.refund = `${site.origin}${path}`;
  const agent = new https.Agent({ keepAlive: true, maxSockets: 64 });
  if (connections === "pooled") (require("urllib/lib/urllib.js") as { httpsAgent: https.Agent }).httpsAgent = agent;
  return {
    refund: async (n) => {
      const told = await payment.refund({ ...fields(n), sign_type: signType });
      check(n, {
        outRefundNo: told["out_refund_no"],
        refundId: told["refund_id"],
        refundFee: told["refund_fee"],
        totalFee: told["total_fee"],
      });
    },
    close: async () => agent.destroy(),
  };
};
