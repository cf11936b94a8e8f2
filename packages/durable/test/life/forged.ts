/** Notices that are not the gateway's. */
import { Message, MessageV3 } from "@wechat-refund/simulator";
import * as Result from "effect/Result";
import { createCipheriv, generateKeyPairSync, hash, type KeyObject } from "node:crypto";
import { apiKeyOf, appId, type Plan } from "./plan.ts";
import { apiV3KeyOf } from "./speech.ts";

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

let made: KeyObject | undefined;
/** Nobody's. */
const stranger = (): KeyObject => (made ??= generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey);

export interface Posted {
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** One of APIv3: sealed as whoever holds the APIv3 key can, named as signed by this key, and not. */
export const forgedV3 = (
  { between, intents, pick, random }: Plan,
  serials: ReadonlyArray<string>,
  now: number,
): Posted => {
  const { fee, mchId, number, order, totalFee } = pick(intents);
  const nonce = String(between(1e11, 9e11)).padStart(12, "0");
  const status = pick(["SUCCESS", "CLOSED", "ABNORMAL"]);
  const plain = {
    mchid: mchId,
    out_trade_no: `T-${order}`,
    transaction_id: `42000000002026${String(order).padStart(8, "0")}`,
    out_refund_no: number,
    refund_id: "50000000000000000000000000001",
    refund_status: status,
    user_received_account: "支付用户零钱",
    amount: { total: totalFee, refund: fee, payer_total: totalFee, payer_refund: fee },
  };
  const body = new TextEncoder().encode(
    JSON.stringify({
      id: `forged-${nonce}`,
      create_time: "2026-01-05T08:00:00+08:00",
      resource_type: "encrypt-resource",
      event_type: `REFUND.${status}`,
      summary: "退款",
      resource: {
        original_type: "refund",
        ...MessageV3.seal(JSON.stringify(plain), apiV3KeyOf(mchId), nonce, "refund"),
      },
    }),
  );
  const timestamp = String(Math.floor(now / 1000));
  return {
    body,
    headers: {
      "Wechatpay-Timestamp": timestamp,
      "Wechatpay-Nonce": nonce,
      "Wechatpay-Serial": random() < 0.7 ? pick(serials) : "5157F09EFDC096DE15EBE81A47057A7232F1B8E1",
      "Wechatpay-Signature": MessageV3.sign(MessageV3.replyText(timestamp, nonce, body), stranger()),
    },
  };
};
