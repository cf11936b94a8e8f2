/** npm `wechatpay-axios-plugin` over APIv3, called as its page shows. */
import { createRequire } from "node:module";
import * as https from "node:https";
import { X509Certificate } from "node:crypto";
import type { Client, Site } from "../Client.ts";
import { ask, check, merchant, pathV3, platformKeyId } from "../Story.ts";

interface Wechatpay {
  readonly v3: {
    readonly refund: {
      readonly domestic: {
        readonly refunds: {
          readonly post: (
            json: object,
            config: object,
          ) => Promise<{
            readonly data: {
              readonly out_refund_no: string;
              readonly refund_id: string;
              readonly amount: { readonly refund: number; readonly total: number };
            };
          }>;
        };
      };
    };
  };
}

export const open = async ({ file, origin }: Site): Promise<Client> => {
  const require = createRequire(import.meta.url);
  const { Wechatpay } = require("wechatpay-axios-plugin") as { Wechatpay: new (config: object) => Wechatpay };
  const client = new Wechatpay({
    mchid: merchant.mchId,
    serial: new X509Certificate(file("cert.pem")).serialNumber,
    privateKey: file("key.pem"),
    certs: { [platformKeyId]: file("platform-public.pem") },
  });
  if (pathV3 !== "/v3/refund/domestic/refunds") throw new Error("the path is spelled in code below");
  const { refunds } = client.v3.refund.domestic;
  return {
    refund: async (n) => {
      const { notifyUrl, outRefundNo, refundDesc, refundFee, totalFee, transactionId } = ask(n);
      const { data } = await refunds.post(
        {
          transaction_id: transactionId,
          out_refund_no: outRefundNo,
          reason: refundDesc,
          notify_url: notifyUrl,
          amount: { refund: refundFee, total: totalFee, currency: "CNY" },
        },
        { baseURL: origin },
      );
      check(n, {
        outRefundNo: data.out_refund_no,
        refundId: data.refund_id,
        refundFee: data.amount.refund,
        totalFee: data.amount.total,
      });
    },
    close: async () => https.globalAgent.destroy(),
  };
};
