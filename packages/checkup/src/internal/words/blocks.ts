import type { Pair } from "./pair.ts";

/** What lifts each cause by which work on a refund rests. */
export const blocks: ReadonlyArray<Pair> = [
  ["top up the merchant's account", "请为商户账户充值"],
  [
    "mend the API key (API密钥), or of APIv3 the private key with its serial number, the platform key (微信支付公钥) or the clock",
    "请修正 API密钥；APIv3 则为商户私钥及其序列号、微信支付公钥或系统时钟",
  ],
  [
    "mend the API certificate (API证书), or what else keeps a secure connection to the gateway from coming about",
    "请修正 API证书，或排除无法与网关建立安全连接的其他原因",
  ],
  ["mend appid, merchant numbers or permission", "请修正 appid、商户号或权限"],
  [
    "it was refused, but an earlier attempt may have been accepted: look at the order",
    "已被拒绝，但之前的请求可能已受理：请核对订单",
  ],
  [
    "it had been given up when a backup was put back: start it again if it is wanted, else it ends by itself a day later",
    "恢复备份时它已被放弃：如仍需退款请重新开始，否则一天后自行了结",
  ],
  [
    "the number has the record of another refund: compare the two in the merchant platform (商户平台); unless its money has gone back, this one needs a number of its own",
    "该单号查到的是另一笔退款的记录：请在商户平台核对两者；除非款项已经退回，本笔需要自己的单号",
  ],
  [
    "it could not go back the original way: act in the merchant platform (商户平台)",
    "退款异常，无法原路退回：请到商户平台处理",
  ],
  ["not known for an hour: look at the network and at the gateway", "一小时仍无结果：请检查网络与微信支付"],
  [
    "for an hour the gateway has said that there is no such refund: check the number, or ask WeChat Pay",
    "微信支付一小时来一直答复没有这笔退款：请核对单号，或联系微信支付",
  ],
];
