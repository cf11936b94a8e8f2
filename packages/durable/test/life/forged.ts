/** Notices that are not the gateway's. */
import { Message } from "@wechat-refund/simulator";
import * as Result from "effect/Result";
import { createCipheriv, hash } from "node:crypto";
import { apiKeyOf, appId, type Plan } from "./plan.ts";

const written = (fields: Message.Fields, root: Message.Root = "xml"): Uint8Array =>
  Result.getOrThrow(Message.write(fields, root));

const sealed = (fields: Message.Fields, key: string): string => {
  const cipher = createCipheriv("aes-256-ecb", hash("md5", key), null);
  return Buffer.concat([cipher.update(written(fields, "root")), cipher.final()]).toString("base64");
};

/** One that says SUCCESS of a refund: sealed with the key, as whoever holds old ones can make it, or with another, or garbage. */
export const forged = ({ intents, pick, random }: Plan): Uint8Array => {
  if (random() < 0.2) return new TextEncoder().encode("<xml><return_code>SUCCESS</return_code></xml>");
  const { fee, mchId, number, order, totalFee } = pick(intents);
  const inside = new Map([
    ["out_refund_no", random() < 0.2 ? "R-of-another" : number],
    ["out_trade_no", `T-${order}`],
    ["refund_account", "REFUND_SOURCE_RECHARGE_FUNDS"],
    ["refund_fee", String(fee)],
    ["refund_id", "50000000000000000000000000001"],
    ["refund_recv_accout", "支付用户零钱"],
    ["refund_request_source", "API"],
    ["refund_status", pick(["SUCCESS", "REFUNDCLOSE", "CHANGE"])],
    ["settlement_refund_fee", String(fee)],
    ["total_fee", String(totalFee)],
    ["transaction_id", "4200000000202601010000000001"],
  ]);
  const key = random() < 0.3 ? "AnotherKey0000000000000000000001" : apiKeyOf(mchId);
  return written(
    new Map([
      ["return_code", "SUCCESS"],
      ["appid", appId],
      ["mch_id", random() < 0.1 ? "1900000999" : mchId],
      ["nonce_str", "5K8264ILTKCH16CQ2502SI8ZNMTM67VS"],
      ["req_info", sealed(inside, key)],
    ]),
  );
};
