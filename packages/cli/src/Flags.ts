/** Flags that several commands share. */
import * as Flag from "effect/cli/Flag";

const signTypes = ["HMAC-SHA256", "MD5"] as const;
const algorithm = Flag.Literals("sign-type", signTypes).pipe(Flag.withMetavar("algorithm"));

/** The algorithm of a message in hand, HMAC-SHA256 unless given. */
export const signType = algorithm.pipe(
  Flag.withDescription("Of the signature; HMAC-SHA256 unless given"),
  Flag.withDefault("HMAC-SHA256"),
);

/** An optional text. */
export const optionalText = (name: string, description: string) =>
  Flag.String(name).pipe(Flag.withMetavar("text"), Flag.withDescription(description), Flag.optional);

/** The order's two numbers, as both calls name them. */
export const order = {
  transactionId: optionalText("transaction-id", "WeChat Pay's number of the order (transaction_id, 微信订单号)"),
  outTradeNo: optionalText("out-trade-no", "Your number of the order (out_trade_no, 商户订单号)"),
};

const isOrigin = (text: string): boolean => {
  const url = URL.parse(text);
  return (
    url?.protocol === "https:" && url.username === "" && url.password === "" && url.search === "" && url.hash === ""
  );
};

/** How a call is made, and what is printed of it. */
export const call = {
  signType: algorithm.pipe(
    Flag.withDescription("Of the signature; WECHAT_PAY_SIGN_TYPE or HMAC-SHA256 unless given"),
    Flag.optional,
  ),
  adapter: Flag.Literals("adapter", ["node-https", "undici"]).pipe(
    Flag.withMetavar("name"),
    Flag.withDescription("The transport; node-https unless given"),
    Flag.withDefault("node-https"),
  ),
  endpoint: Flag.String("endpoint").pipe(
    Flag.filter(isOrigin, () => "must be an https: address without a query, such as https://api2.mch.weixin.qq.com"),
    Flag.withMetavar("url"),
    Flag.withDescription("The gateway; https://api.mch.weixin.qq.com unless given"),
    Flag.optional,
  ),
  json: Flag.Boolean("json").pipe(Flag.withDescription("Print the result as JSON"), Flag.withDefault(false)),
};
