import type { Pair } from "./pair.ts";

/** What is wrong with a refund notice (退款结果通知). */
export const notices: ReadonlyArray<Pair> = [
  ["not a refund notice for this merchant: {=0}", "不是该商户的退款结果通知：{0}"],
  [
    "it speaks of another {0}: expected {=1}, received {=2}; open it with the settings of the merchant it is for",
    "通知属于其他商户（{0} 应为 {1}，收到 {2}）：请使用该商户的配置",
  ],
  [
    "the body is empty: something has read it before, such as a body parser of the framework; give the raw bytes of the callback",
    "内容为空：请传入回调的原始报文，不要先被框架读取或解析",
  ],
  [
    "the body is larger than 64 KiB, and a refund notice is a few kilobytes: see who posts here",
    "内容超过 64 KiB：退款结果通知只有几千字节，请检查是谁在发送",
  ],
  [
    "the body is JSON, as the notices of APIv3 are: give refunds made through APIv3 an address (notify_url) of their own",
    "内容是 JSON，像是 APIv3 的通知：请为 APIv3 的退款单独设置 notify_url",
  ],
  [
    "the body is not the flat XML of this protocol: give the raw bytes of the callback, neither parsed nor re-encoded",
    "内容不是本协议的 XML：请传入回调的原始报文，不要解析或转码",
  ],
  [
    "it is a payment notice (支付结果通知): give payments and refunds each an address (notify_url) of their own",
    "这是支付结果通知：支付与退款请分别设置 notify_url",
  ],
  [
    "its return_code is not SUCCESS, so it tells of no refund; wait for the next one, or query the refund",
    "return_code 不是 SUCCESS，没有退款结果：请等待下一次通知，或主动查询",
  ],
  [
    "it has no req_info, which holds what a refund notice (退款结果通知) says: see who posts here",
    "没有 req_info，不是退款结果通知：请检查是谁在发送",
  ],
  [
    "its req_info cannot be opened or read; if notices of real refunds end here, check the API key (API密钥) of this merchant",
    "req_info 无法解密或读取；若真实退款的通知也如此，请检查该商户的 API密钥",
  ],
  [
    "the body is XML, as the notices of APIv2 are, which tell also of refunds made in the merchant platform (商户平台), or through APIv3 without a notify_url: give this merchant's APIv2 settings (API密钥) too, and every refund a notify_url",
    "内容是 XML，像是 APIv2 的通知；在商户平台发起的退款，以及未设置 notify_url 的 APIv3 退款，也以此形式通知：请同时配置该商户的 APIv2（API密钥），并为每笔退款设置 notify_url",
  ],
  [
    "the body is not the JSON of APIv3: give the raw bytes of the callback, neither parsed nor re-encoded",
    "内容不是 APIv3 的 JSON：请传入回调的原始报文，不要解析或转码",
  ],
  [
    "it lacks Wechatpay-Timestamp, -Nonce, -Serial or -Signature, or one of them came twice: hand on the header fields as they came, and see whether a proxy strips them",
    "缺少 Wechatpay-Timestamp、-Nonce、-Serial 或 -Signature，或其中之一重复：请原样传入请求头，并检查代理是否删除了它们",
  ],
  [
    "its signature is one of those that are wrong on purpose (探测流量); refusing it is right, and the notice comes again",
    "签名是故意错误的探测流量：拒绝是正确的，通知会再次发送",
  ],
  [
    "it is signed with a platform key that is not known here: give the public key (微信支付公钥) of this id, or let the certificates (平台证书) be downloaded",
    "签名所用的平台密钥未知：请配置该 ID 的微信支付公钥，或让程序下载平台证书",
  ],
  [
    "its signature is wrong: see who posts here, and that the body is given byte for byte",
    "签名错误：请检查是谁在发送，并逐字节传入原始报文",
  ],
  [
    "it was signed more than 5 minutes from now: an old notice, posted again; if fresh ones end here, set the clock of this machine",
    "签名时间与现在相差超过 5 分钟：是重放的旧通知；若新通知也如此，请校准本机时钟",
  ],
  [
    "what it says beside the sealed part (event_type, resource) and within (refund_status) do not agree, or it tells of no refund: give refunds an address (notify_url) of their own",
    "event_type、resource 与 refund_status 不一致，或不是退款通知：请为退款单独设置 notify_url",
  ],
  [
    "its resource cannot be opened or read; if notices of real refunds end here, check the APIv3 key (APIv3密钥) of this merchant",
    "resource 无法解密或读取；若真实退款的通知也如此，请检查该商户的 APIv3密钥",
  ],
  ["a notice met a defect", "处理通知时出现内部错误"],
];
