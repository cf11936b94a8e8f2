/** Flags that several commands share. */
import { isEndpoint, notEndpoint } from "@wechat-refund/core/Endpoint";
import * as Flag from "effect/cli/Flag";
import * as Duration from "effect/Duration";
import * as Option from "effect/Option";
import * as Schema from "effect/Schema";
import type { Say } from "@wechat-refund/checkup/Language";

const signTypes = ["HMAC-SHA256", "MD5"] as const;
const algorithm = Flag.Literals("sign-type", signTypes).pipe(Flag.withMetavar("algorithm"));

/** The algorithm of a message in hand, HMAC-SHA256 unless given. */
export const signType = (say: Say) =>
  algorithm.pipe(
    Flag.withDescription(say("Of the signature; HMAC-SHA256 unless given", "签名类型；默认 HMAC-SHA256")),
    Flag.withDefault("HMAC-SHA256"),
  );

/** The protocol of a command. */
export const protocol = (say: Say) =>
  Flag.Literals("protocol", ["v2", "v3"]).pipe(
    Flag.withMetavar("version"),
    Flag.withDescription(
      say(
        "APIv2 or APIv3; WECHAT_PAY_PROTOCOL or v2 unless given",
        "协议版本：APIv2 或 APIv3；默认取 WECHAT_PAY_PROTOCOL，否则 v2",
      ),
    ),
    Flag.optional,
  );

/** The time that signatures are compared with. */
export const now = (say: Say) =>
  Flag.Int("now").pipe(
    Flag.withMetavar("seconds"),
    Flag.withDescription(
      say(
        "With v3: the time to compare with, seconds since 1970; this machine's unless given",
        "v3：用于校验的时间（秒）；默认取本机时间",
      ),
    ),
    Flag.optional,
  );

/** An optional text. */
export const optionalText = (name: string, description: string) =>
  Flag.String(name).pipe(Flag.withMetavar("text"), Flag.withDescription(description), Flag.optional);

/** A switch, off unless given. */
export const off = (name: string, description: string) =>
  Flag.Boolean(name).pipe(Flag.withDescription(description), Flag.withDefault(false));

/** What the library says of one that is none names no example. */
const Written = Schema.String.check(
  Schema.makeFilter(
    (text) =>
      Option.isSome(Duration.fromInput(text as Duration.Input)) ||
      'must be a number with its unit, such as "5 seconds"',
  ),
);

/** A length of time, such as `10 seconds`. */
export const duration = (name: string, description: string) =>
  Flag.String(name).pipe(
    Flag.withSchema(
      Schema.decodeTo(Schema.DurationFromString)(Written).check(
        Schema.makeFilter(
          (duration) => Duration.isPositive(duration) || 'must be longer than nothing, such as "10 seconds"',
        ),
      ),
    ),
    Flag.withMetavar("time"),
    Flag.withDescription(description),
    Flag.optional,
  );

/** The order's two numbers, as both calls name them. */
export const order = (say: Say) => ({
  transactionId: optionalText(
    "transaction-id",
    say("WeChat Pay's number of the order (transaction_id, 微信订单号)", "微信订单号（transaction_id）"),
  ),
  outTradeNo: optionalText(
    "out-trade-no",
    say("Your number of the order (out_trade_no, 商户订单号)", "商户订单号（out_trade_no）"),
  ),
});

/** The gateway's address. */
export const endpoint = (say: Say) =>
  Flag.String("endpoint").pipe(
    Flag.filter(isEndpoint, () => notEndpoint),
    Flag.withMetavar("url"),
    Flag.withDescription(
      say(
        "The gateway; WECHAT_PAY_ENDPOINT or https://api.mch.weixin.qq.com unless given",
        "接口地址；默认取 WECHAT_PAY_ENDPOINT，否则 https://api.mch.weixin.qq.com",
      ),
    ),
    Flag.optional,
  );

/** How a call is made, and what is printed of it. */
export const call = (say: Say) => ({
  signType: algorithm.pipe(
    Flag.withDescription(
      say(
        "Of the signature; WECHAT_PAY_SIGN_TYPE or HMAC-SHA256 unless given",
        "签名类型；默认取 WECHAT_PAY_SIGN_TYPE，否则 HMAC-SHA256",
      ),
    ),
    Flag.optional,
  ),
  adapter: Flag.Literals("adapter", ["node-https", "undici"]).pipe(
    Flag.withMetavar("name"),
    Flag.withDescription(say("The transport; node-https unless given", "传输方式；默认 node-https")),
    Flag.withDefault("node-https"),
  ),
  endpoint: endpoint(say),
  protocol: protocol(say),
  json: off("json", say("Print the result as JSON", "以 JSON 输出结果")),
});

/** A port; `least` is 0 where one may leave the choice to the system. */
export const port = (name: string, description: string, least: 0 | 1 = 1) =>
  Flag.Int(name).pipe(
    Flag.filter(
      (value) => value >= least && value <= 65_535,
      () => `must be ${least} to 65535`,
    ),
    Flag.withMetavar("port"),
    Flag.withDescription(description),
    Flag.optional,
  );
