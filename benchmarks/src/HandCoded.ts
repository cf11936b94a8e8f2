/**
 * The practical limit: signing and reading written by hand for this one exchange, without a schema, a parser or an abstraction.
 *
 * It does what a careful engineer would keep: values are escaped by CDATA, the reply must be flat XML with each name once, its
 * signature is compared in constant time, it must speak of this request, amounts become numbers and coupons a list.
 */
import { createHmac, createSecretKey, hash, type KeyObject, timingSafeEqual } from "node:crypto";
import { type Ask, merchant, type SignType } from "./Story.ts";

const hmacKey: KeyObject = createSecretKey(Buffer.from(merchant.apiKey));
const keyTail = `key=${merchant.apiKey}`;

/** Of `name=value&…&`, in the order of the names. */
export const digest = (text: string, signType: SignType): string =>
  signType === "MD5"
    ? hash("md5", text + keyTail, "hex").toUpperCase()
    : createHmac("sha256", hmacKey)
        .update(text + keyTail)
        .digest("hex")
        .toUpperCase();

const byName = ([a]: readonly [string, string], [b]: readonly [string, string]): number => (a < b ? -1 : 1);

export const toSign = (fields: ReadonlyArray<readonly [string, string]>): string => {
  let text = "";
  for (const [name, value] of fields.toSorted(byName)) {
    if (value !== "" && name !== "sign") text += `${name}=${value}&`;
  }
  return text;
};

const write = (fields: ReadonlyArray<readonly [string, string]>): Buffer => {
  let xml = "<xml>";
  for (const [name, value] of fields) {
    if (value.includes("]]>")) throw new Error(`${name} cannot be written`);
    xml += `<${name}><![CDATA[${value}]]></${name}>`;
  }
  return Buffer.from(`${xml}</xml>`);
};

export const prepare = (ask: Ask, nonce: string, signType: SignType): Buffer => {
  const fields: Array<readonly [string, string]> = [
    ["appid", merchant.appId],
    ["mch_id", merchant.mchId],
    ["transaction_id", ask.transactionId],
    ["out_refund_no", ask.outRefundNo],
    ["total_fee", String(ask.totalFee)],
    ["refund_fee", String(ask.refundFee)],
    ["refund_desc", ask.refundDesc],
    ["notify_url", ask.notifyUrl],
    ["nonce_str", nonce],
  ];
  if (signType !== "MD5") fields.push(["sign_type", signType]);
  fields.push(["sign", digest(toSign(fields), signType)]);
  return write(fields);
};

const entities: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&amp;": "&",
  "&quot;": '"',
  "&apos;": "'",
};

/** Flat XML, each name once; anything else throws. */
export const read = (bytes: Buffer): Map<string, string> => {
  const text = bytes.toString("utf8");
  const fields = new Map<string, string>();
  const broken = (): never => {
    throw new Error("not flat XML");
  };
  let at = text.indexOf("<xml>");
  if (at === -1 || (at > 0 && !/^(?:<\?xml [^>]*\?>)?\s*$/.test(text.slice(0, at)))) broken();
  at += 5;
  for (;;) {
    while (text.charCodeAt(at) <= 32) at++;
    if (text.startsWith("</xml>", at)) break;
    const nameEnd = text.indexOf(">", at);
    if (text.charCodeAt(at) !== 60 || nameEnd === -1) broken();
    const name = text.slice(at + 1, nameEnd);
    at = nameEnd + 1;
    let value: string;
    if (text.startsWith("<![CDATA[", at)) {
      const stop = text.indexOf("]]>", at);
      if (stop === -1) broken();
      value = text.slice(at + 9, stop);
      at = stop + 3;
    } else {
      const stop = text.indexOf("<", at);
      if (stop === -1) broken();
      value = text.slice(at, stop);
      at = stop;
      if (value.includes("&")) value = value.replace(/&(?:lt|gt|amp|quot|apos);/g, (entity) => entities[entity] ?? "");
    }
    if (!text.startsWith("</", at) || !text.startsWith(name, at + 2) || text.charCodeAt(at + 2 + name.length) !== 62) {
      broken();
    }
    if (fields.has(name)) broken();
    fields.set(name, value);
    at += name.length + 3;
  }
  return fields;
};

const amount = (text: string | undefined): number => {
  const value = Number(text);
  if (text === undefined || !Number.isSafeInteger(value)) throw new Error("not an amount");
  return value;
};

export const interpret = (ask: Ask, body: Buffer, signType: SignType) => {
  const fields = read(body);
  const sign = Buffer.from(fields.get("sign") ?? "");
  const wanted = Buffer.from(digest(toSign([...fields]), signType));
  if (sign.length !== wanted.length || !timingSafeEqual(sign, wanted)) throw new Error("wrong signature");
  if (fields.get("return_code") !== "SUCCESS" || fields.get("result_code") !== "SUCCESS") throw new Error("refused");
  if (
    fields.get("appid") !== merchant.appId ||
    fields.get("mch_id") !== merchant.mchId ||
    fields.get("out_refund_no") !== ask.outRefundNo ||
    fields.get("transaction_id") !== ask.transactionId ||
    fields.get("refund_fee") !== String(ask.refundFee)
  ) {
    throw new Error("another refund");
  }
  const coupons = [];
  const count = Number(fields.get("coupon_refund_count") ?? "0");
  for (let n = 0; n < count; n++) {
    coupons.push({
      type: fields.get(`coupon_type_${n}`),
      id: fields.get(`coupon_refund_id_${n}`),
      fee: amount(fields.get(`coupon_refund_fee_${n}`)),
    });
  }
  return {
    outTradeNo: fields.get("out_trade_no"),
    transactionId: fields.get("transaction_id"),
    outRefundNo: fields.get("out_refund_no"),
    refundId: fields.get("refund_id"),
    refundChannel: fields.get("refund_channel"),
    refundFee: amount(fields.get("refund_fee")),
    totalFee: amount(fields.get("total_fee")),
    cashFee: amount(fields.get("cash_fee")),
    cashRefundFee: amount(fields.get("cash_refund_fee")),
    couponRefundFee: amount(fields.get("coupon_refund_fee")),
    coupons,
  };
};
