/**
 * The texts of an unsigned `return_code` FAIL that are said before a refund is looked at.
 *
 * They came over the verified connection, and the gateway cannot say them about a request that it accepted. They are recognised
 * by families, because their wording changes with the years: a family is a grammar of the **whole** text, with every word of it
 * known. A text that merely holds the words of a family, and every text outside, means unknown.
 */
import { type Meaning, row, unknown } from "./errorCodes.ts";

/** What the gateway complains about. */
export type Family = "signature" | "merchant" | "parameter" | "certificate" | "amount";

/** A text as somebody recorded it, and where: repository and number, or the page. */
export interface Recorded {
  readonly text: string;
  readonly source: string;
}

export interface FamilyRow {
  readonly family: Family;
  readonly meaning: Meaning;
  /** Of the text as `normalized` gives it. */
  readonly grammar: RegExp;
  readonly recorded: ReadonlyArray<Recorded>;
}

const whole = (...forms: ReadonlyArray<string>): RegExp =>
  new RegExp(`^(?:${forms.join("|")})(?:,?请检查后(?:再试|重试))?[.。!]?$`);

const ownId = "(?:appid|mch_id|sub_appid|sub_mch_id)";
const namedId = `(?:(?:(?:特约|子)?商户号)?${ownId}|(?:特约|子)?商户号)`;
const wrongForm = "参数(?:格式(?:校验)?(?:错误|有误)|长度(?:错误|有误))";
const sent =
  "(?:device_info|nonce_str|sign|sign_type|transaction_id|out_trade_no|out_refund_no|refund_id|total_fee|refund_fee|refund_fee_type|refund_desc|refund_account|notify_url|op_user_id|detail|offset|[0-9]{1,2})";

/** Every family. No text belongs to two. */
export const families: ReadonlyArray<FamilyRow> = [
  {
    family: "signature",
    meaning: row("not-accepted", "fix-account", "the request's signature is wrong: API key, sign_type or a field"),
    grammar: whole("签名(?:校验|验证)?(?:错误|失败)", "sign[ _]?error"),
    recorded: [
      { text: "签名错误", source: "binarywang/WxJava 3137" },
      { text: "签名错误，请检查后再试", source: "binarywang/WxJava 3351, binarywang/weixin-java-pay-demo 136" },
      { text: "签名错误,请检查后再试", source: "the same with an ASCII comma" },
      { text: "签名失败", source: "WeChat Pay's refund application page, of return_msg" },
      { text: "SIGN ERROR", source: "WeChat Pay's bill page, 下载对账单" },
    ],
  },
  {
    family: "merchant",
    meaning: row(
      "not-accepted",
      "fix-account",
      "appid, mch_id or sub_mch_id is wrong or missing, or they do not belong together",
    ),
    grammar: whole(
      "商户号非法",
      `${namedId}(?:与|和)${namedId}不匹配`,
      `${ownId} and ${ownId} not match`,
      `${namedId}(?:或${namedId})?不存在`,
      "受理机构必须传入sub_mch_id",
      `${namedId}${wrongForm}`,
    ),
    recorded: [
      { text: "商户号非法", source: "the live gateway's answer to an unknown merchant, 2026" },
      { text: "商户号mch_id与appid不匹配", source: "seen in practice" },
      { text: "appid和mch_id不匹配，请检查后再试", source: "yansongda/pay 965" },
      { text: "AppID不存在，请检查后再试", source: "yansongda/pay 965" },
      { text: "appid不存在", source: "seen in practice; shop software tells it apart" },
      { text: "商户号mch_id或sub_mch_id不存在", source: "recorded beside refund replies of October 2017" },
      { text: "受理机构必须传入sub_mch_id", source: "borball/weixin-sdk 64" },
      { text: "mch_id参数格式错误", source: "binarywang/weixin-java-pay-demo 14" },
      { text: "appid参数长度有误", source: "yansongda/laravel-pay 18, yansongda/pay 43" },
    ],
  },
  {
    family: "parameter",
    meaning: row("not-accepted", "fix-request", "a parameter has the wrong form or length"),
    grammar: whole(`${sent}?${wrongForm}`, "xml格式错误", "post数据为空"),
    recorded: [
      { text: "参数格式校验错误", source: "WeChat Pay's refund application page, of return_msg" },
      { text: "0参数格式错误", source: "wechatpy/wechatpy 491, 610" },
    ],
  },
  {
    family: "certificate",
    meaning: row(
      "not-accepted",
      "fix-account",
      "the client certificate is not the one of mch_id; in provider mode (服务商) it is the provider's",
    ),
    grammar: whole("certificate not match", "证书(?:校验|验证)?(?:错误|失败)"),
    recorded: [{ text: "certificate not match", source: "supersheep/wechat-pay 43" }],
  },
  {
    family: "amount",
    meaning: row("not-accepted", "fix-request", "the amount is none, or refund_fee is more than total_fee"),
    grammar: whole("invalid (?:total|refund)_fee"),
    recorded: [
      { text: "invalid refund_fee", source: "recorded replies of refunds, 2016 to 2020" },
      { text: "invalid total_fee", source: "recorded beside refund replies of October 2017" },
    ],
  },
];

// The longest text of a family is far shorter; what is longer is not even looked at.
const longest = 100;

/** One spelling for all: full-width letters and signs as ASCII ones, lower case, blanks only between ASCII words. */
export const normalized = (returnMsg: string): string =>
  returnMsg
    .normalize("NFKC")
    .toLowerCase()
    .trim()
    .replace(/\s+/g, " ")
    .replace(/ (?=[^!-~])|(?<=[^!-~]) | (?=,)|(?<=,) /g, "");

const rowOf = (returnMsg: string): FamilyRow | undefined => {
  if (returnMsg.length > longest) return undefined;
  const text = normalized(returnMsg);
  return families.find(({ grammar }) => grammar.test(text));
};

/** The family of a text, if it is of one. */
export const familyOf = (returnMsg: string): Family | undefined => rowOf(returnMsg)?.family;

export const meaningOfReturnMsg = (returnMsg: string): Meaning => rowOf(returnMsg)?.meaning ?? unknown;
