import type { Pair } from "./pair.ts";

/** What became of a call: the reasons of a `RefundError`. */
export const refundErrors: ReadonlyArray<Pair> = [
  ["HTTP {0}, which decides nothing", "HTTP {0}，不能说明任何结果"],
  [
    "HTTP 401: the request's signature was not accepted; see that the serial number (证书序列号) belongs to the private key, both to this merchant, and that the clock is right",
    "HTTP 401：请求签名未被接受；请确认证书序列号与私钥配套、两者都属于本商户，且本机时钟准确",
  ],
  [
    "HTTP 401 {0}: the request's signature was not accepted; see that the serial number (证书序列号) belongs to the private key, both to this merchant, and that the clock is right",
    "HTTP 401 {0}：请求签名未被接受；请确认证书序列号与私钥配套、两者都属于本商户，且本机时钟准确",
  ],
  ["HTTP {0}, without a signature", "HTTP {0}，没有签名"],
  [
    "HTTP {0}: no client certificate was sent; give the transport the merchant's API certificate (API证书)",
    "HTTP {0}：没有发送商户证书；请为传输配置商户 API证书",
  ],
  [
    "HTTP {0}: the client certificate was refused; use the API certificate (API证书) of this merchant, not expired or revoked",
    "HTTP {0}：商户证书被拒绝；请使用本商户未过期、未吊销的 API证书",
  ],
  ["an HTML page instead of a reply", "收到的是 HTML 页面，而不是应答"],
  ["HTTP {0} instead of a reply", "收到的是 HTTP {0}，而不是应答"],
  ["HTTP {0}", "HTTP {0}"],
  // Malformed.
  ["the reply cannot be read: {=0}", "应答无法读取：{0}"],
  ["return_code is neither SUCCESS nor FAIL", "return_code 既不是 SUCCESS 也不是 FAIL"],
  ["result_code is neither SUCCESS nor FAIL", "result_code 既不是 SUCCESS 也不是 FAIL"],
  [
    "total_refund_count is {0}, but only {1} refunds are listed: ask for the others by their numbers",
    "total_refund_count 为 {0}，但只列出 {1} 笔退款：其余请按退款单号查询",
  ],
  [
    "refund_count is {0}, but the records are not 0 to refund_count - 1",
    "refund_count 为 {0}，但退款记录的序号不是 0 到 refund_count - 1",
  ],
  ["two records have the same out_refund_no", "两条退款记录的 out_refund_no 相同"],
  ["it is larger than {0} bytes", "超过 {0} 字节"],
  ["its body is not UTF-8", "内容不是 UTF-8"],
  ["its body is not JSON", "内容不是 JSON"],
  ["its body is not a JSON object", "内容不是 JSON 对象"],
  ["its body names {0} twice", "内容中 {0} 重复"],
  ["its body is nested too deep", "内容嵌套过深"],
  ["is nested too deep", "嵌套过深"],
  ["it comes in a Content-Encoding that was not asked for", "使用了未请求的 Content-Encoding"],
  ["it is not what its Content-Encoding says", "内容与其 Content-Encoding 不符"],
  ["it names no code", "没有错误码（code）"],
  ["is not a whole number of fen", "不是以分为单位的整数"],
  ["is not a text", "不是文本"],
  ["an amount is not one of a refund", "金额不可能是退款的金额"],
  // Untrusted.
  ["the reply carries no signature", "应答没有签名"],
  ["the reply carries no {0}", "应答没有 {0}"],
  [
    "the reply's signature does not have the form of the algorithm that was asked for",
    "应答的签名不是所请求算法的格式",
  ],
  ["the reply's {0} does not have its form", "应答的 {0} 格式不对"],
  ["the reply's signature is wrong for this API key (API密钥)", "应答的签名与该 API密钥不符"],
  ["the reply's signature is wrong for {!0}", "应答的签名与{0}不符"],
  ["the platform key {=0} (微信支付公钥 or 平台证书)", "平台密钥 {0}（微信支付公钥或平台证书）"],
  [
    "the reply's signature is one of those that are wrong on purpose (探测流量), and this is the right thing to say to it; repeats get none",
    "应答的签名是故意错误的探测流量，拒绝是正确的；重复请求不会再遇到",
  ],
  [
    "the reply is signed with {!0}, which is not known here: give the public key of this id, or let the certificates be downloaded",
    "应答由{0}签名，而该密钥未知：请配置该 ID 的微信支付公钥，或让程序下载平台证书",
  ],
  [
    "the reply was signed at another time than now: {0} s after 1970, more than 5 minutes away; see that the clock of this machine is right",
    "应答的签名时间与现在不符：自 1970 年起第 {0} 秒，相差超过 5 分钟；请确认本机时钟准确",
  ],
  [
    'the reply\'s {0} holds "&name=", so its signature could stand for other fields',
    "应答的 {0} 含有“&字段名=”，其签名可能对应其他字段",
  ],
  ["the reply speaks of another {0}: expected {=1}, received {=2}", "应答说的是另一个 {0}：应为 {1}，收到 {2}"],
  // Refused.
  ["return_code FAIL: {~0}", "return_code FAIL：{0}"],
  ["return_code FAIL: (no return_msg)", "return_code FAIL：（没有 return_msg）"],
  ["(no err_code)", "（没有 err_code）"],
  [
    "was made through {0}, which this merchant has no block of: give it one until its refunds are settled",
    "是经 {0} 发出的，而该商户没有对应的配置块：在其退款了结之前请保留配置",
  ],
  [
    "it was begun through {0}, and this merchant has no {1} block: give it one until its refunds are settled",
    "该退款是经 {0} 发起的，而该商户没有 {1} 配置块：在其退款了结之前请保留配置",
  ],
  // Signing.
  [
    "the API key (API密钥) is empty: take it from the merchant platform, 账户中心 → API安全",
    "API密钥为空：请到商户平台获取，账户中心 → API安全",
  ],
  [
    "the API key (API密钥) is empty: take it from the merchant platform, 账户中心 → API安全, and set WECHAT_PAY_API_KEY to it",
    "API密钥为空：请到商户平台获取（账户中心 → API安全），并设置到 WECHAT_PAY_API_KEY",
  ],
];
