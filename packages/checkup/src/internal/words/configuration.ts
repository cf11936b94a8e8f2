import type { Pair } from "./pair.ts";

/** Settings of merchants, of transports and of the environment. */
export const configuration: ReadonlyArray<Pair> = [
  ["not set: {0}", "未设置：{0}"],
  ["WECHAT_PAY_PROTOCOL must be v2 or v3", "WECHAT_PAY_PROTOCOL 必须是 v2 或 v3"],
  [
    "must be an https: address without a query, such as https://api2.mch.weixin.qq.com",
    "必须是不带查询参数的 https 地址，如 https://api2.mch.weixin.qq.com",
  ],
  [
    "is named twice and not the same: {0} and {1}; nothing is sent until Endpoint, the merchant's endpoint and WECHAT_PAY_ENDPOINT name one gateway",
    "指定了两个不同的地址：{0} 与 {1}；在 Endpoint、商户的 endpoint 与 WECHAT_PAY_ENDPOINT 指向同一网关之前，不会发送任何请求",
  ],
  [
    "must be an http: address such as http://proxy.example:3128, or http://user:password@proxy.example:3128 with %XX for what is no letter or digit",
    "必须是 http 地址，如 http://proxy.example:3128，或 http://用户:密码@proxy.example:3128（字母数字以外的字符写成 %XX）",
  ],
  // Limits.
  ['must be a number with its unit, such as "5 seconds"', "必须是带单位的时长，如 “5 seconds”"],
  ['must be longer than nothing and finite, such as "5 seconds"', "必须是大于零的有限时长，如 “5 seconds”"],
  ['{0} must be longer than nothing and finite, such as "5 seconds"', "{0} 必须是大于零的有限时长，如 “5 seconds”"],
  [
    "proxy.url must be an http: address; credentials belong into proxy.authorization",
    "proxy.url 必须是 http 地址；凭据请放在 proxy.authorization 中",
  ],
  ["maxReplyBytes must be a whole number of bytes, at least 1", "maxReplyBytes 必须是不小于 1 的整数字节数"],
  ["failures must be a whole number of posts, at least 1", "failures 必须是不小于 1 的整数请求数"],
  ['stay must be longer than nothing, such as "3 minutes"', "stay 必须大于零，如 “3 minutes”"],
  ["{0} must be a whole number of calls, at least 1", "{0} 必须是不小于 1 的整数请求数"],
  // A merchant of APIv2.
  ["is missing: give it as Redacted.make(key)", "未填写：请以 Redacted.make(key) 传入"],
  ["has white space around it: remove the spaces or the line end", "首尾有空白：请去掉空格或换行"],
  [
    "must be 32 letters and digits, it has other characters: take the APIv2 key (API密钥) from the merchant platform, 账户中心 → API安全",
    "必须是 32 位字母数字，现含有其他字符：请到商户平台获取 API密钥，账户中心 → API安全",
  ],
  [
    "must be 32 letters and digits, it is {0} long: take the APIv2 key (API密钥) from the merchant platform, 账户中心 → API安全",
    "必须是 32 位字母数字，现为 {0} 位：请到商户平台获取 API密钥，账户中心 → API安全",
  ],
  ["must be 1 to 32 letters, digits, _ or -: {!0}", "必须是 1 到 32 位的字母、数字、_ 或 -：{0}"],
  [
    "is as long as an API key (API密钥), which may stand in its place: give {!0}",
    "与 API密钥一样长，可能填错了位置：请填写{0}",
  ],
  ["the app's id (appid, 公众账号ID)", "公众账号ID（appid）"],
  ["the merchant number (mch_id, 商户号)", "商户号（mch_id）"],
  ["the sub-merchant's app id (sub_appid)", "子商户公众账号ID（sub_appid）"],
  ["the sub-merchant number (sub_mch_id, 特约商户号)", "特约商户号（sub_mch_id）"],
  [
    "is missing: sub_appid is used in provider mode only, with sub_mch_id",
    "未填写：sub_appid 仅用于服务商模式，须与 sub_mch_id 一起使用",
  ],
  ["must be HMAC-SHA256 or MD5", "必须是 HMAC-SHA256 或 MD5"],
  // A merchant of APIv3.
  [
    "must be 32 bytes, it has {0}: take the APIv3 key (APIv3密钥) from the merchant platform, 账户中心 → API安全",
    "必须是 32 字节，现为 {0} 字节：请到商户平台获取 APIv3密钥，账户中心 → API安全",
  ],
  ["must be 1 to 32 digits: the merchant number (mchid, 商户号)", "必须是 1 到 32 位数字：商户号（mchid）"],
  [
    "must be 1 to 32 digits: the sub-merchant number (sub_mchid, 特约商户号)",
    "必须是 1 到 32 位数字：特约商户号（sub_mchid）",
  ],
  [
    "are missing: give WeChat Pay's public key (微信支付公钥) with its id, or the APIv3 key (APIv3密钥) that opens its certificates",
    "未填写：请配置微信支付公钥及其 ID，或用于解密平台证书的 APIv3密钥",
  ],
  ["and {0}_FILE are both set: give one of them", "与 {0}_FILE 都已设置：请只保留一个"],
  [
    "is not set: name the file apiclient_key.pem (商户API证书私钥)",
    "未设置：请指定 apiclient_key.pem 文件（商户API证书私钥）",
  ],
  [
    "is not set beside WECHAT_PAY_V3_PUBLIC_KEY_ID: name the file pub_key.pem (微信支付公钥)",
    "未设置，而已设置 WECHAT_PAY_V3_PUBLIC_KEY_ID：请指定 pub_key.pem 文件（微信支付公钥）",
  ],
  ["holds the key itself, not the path of its file: set {0} to it", "填的是密钥本身而不是文件路径：请改填到 {0}"],
  ["names no file that can be read", "指定的文件无法读取"],
  ["take it from apiclient_key.pem (商户API证书私钥)", "请取自 apiclient_key.pem（商户API证书私钥）"],
  [
    "download pub_key.pem (微信支付公钥) from the merchant platform, 账户中心 → API安全",
    "请到商户平台下载 pub_key.pem（微信支付公钥），账户中心 → API安全",
  ],
  [
    "is missing: give the text of apiclient_key.pem as Redacted.make(text)",
    "未填写：请以 Redacted.make(text) 传入 apiclient_key.pem 的文本",
  ],
  ["is neither PEM nor base64 of DER: {!0}", "既不是 PEM，也不是 DER 的 base64：{0}"],
  ["is neither PEM nor base64 of DER: {!0}, whole", "既不是 PEM，也不是 DER 的 base64：{0}，保持完整"],
  [
    "is encrypted: give it without a passphrase, as `openssl pkey -in apiclient_key.pem` writes it",
    "已加密：请提供不带密码的私钥，如 `openssl pkey -in apiclient_key.pem` 的输出",
  ],
  ["is a certificate, not a private key: {!0}", "是证书，不是私钥：{0}"],
  ["is a public key, not a private key: {!0}", "是公钥，不是私钥：{0}"],
  ["is a private key: {!0}", "是私钥：{0}"],
  ["is the merchant's own: {!0}", "是商户自己的密钥：{0}"],
  ["is no private key in PKCS#8 or PKCS#1: {!0}, whole", "不是 PKCS#8 或 PKCS#1 格式的私钥：{0}，保持完整"],
  ["is not an RSA key, which this protocol signs with: {!0}", "不是 RSA 密钥，而本协议用 RSA 签名：{0}"],
  ["has {0} bits, and this protocol needs RSA of at least {1}: {!2}", "为 {0} 位，而本协议要求 RSA 至少 {1} 位：{2}"],
  ["is no RSA public key of at least {0} bits: {!1}", "不是至少 {0} 位的 RSA 公钥：{1}"],
  [
    "the merchant platform shows it (账户中心 → API安全 → 商户API证书), and `openssl x509 -in apiclient_cert.pem -noout -serial`",
    "可在商户平台查看（账户中心 → API安全 → 商户API证书），或用 `openssl x509 -in apiclient_cert.pem -noout -serial` 查看",
  ],
  ["is missing: {!0}", "未填写：{0}"],
  [
    "is the id of WeChat Pay's public key (微信支付公钥ID); give the serial number of the merchant's own API certificate: {!0}",
    "是微信支付公钥ID；请填写商户自己的 API证书序列号：{0}",
  ],
  ["is written in decimal; give it in hexadecimal, as {!0}", "是十进制；请填写十六进制：{0}"],
  ["must be hexadecimal digits, as {!0}", "必须是十六进制：{0}"],
  [
    "is not a certificate in PEM: give apiclient_cert.pem, or leave it out",
    "不是 PEM 证书：请提供 apiclient_cert.pem，或不要填写",
  ],
  ["is not that of the certificate, which is {0}", "与证书的序列号（{0}）不符"],
  ["is not the serial number of the certificate, which is {0}", "不是该证书的序列号，应为 {0}"],
  [
    "does not belong to the certificate: give the key that was made with it",
    "与证书不配套：请提供与证书一起生成的私钥",
  ],
  [
    "must be the id that stands beside the public key in the merchant platform (微信支付公钥ID), PUB_KEY_ID_ and digits",
    "必须是商户平台上公钥旁显示的微信支付公钥ID，即 PUB_KEY_ID_ 加数字",
  ],
  [
    "is the serial number of the merchant's own certificate: give WeChat Pay's public key and its id",
    "是商户自己证书的序列号：请填写微信支付公钥及其 ID",
  ],
  // Platform certificates.
  ["no platform certificates (平台证书), so nothing is sent: {=0}", "没有平台证书，因此没有发送任何请求：{0}"],
  ["platform certificates (平台证书) of {0}: {1}", "{0} 的平台证书：{1}"],
  ["the list of certificates is not JSON", "证书列表不是 JSON"],
  ["the list of certificates is empty or not a list", "证书列表为空，或不是列表"],
  [
    "a certificate cannot be opened with the APIv3 key (APIv3密钥): take the one that is set in the merchant platform, 账户中心 → API安全",
    "无法用 APIv3密钥解密证书：请使用商户平台上设置的密钥，账户中心 → API安全",
  ],
  ["an opened certificate is not one of RSA", "解密出的证书不是 RSA 证书"],
  ["a certificate has another serial number than the list says", "证书的序列号与列表中的不一致"],
  ["a certificate of the list is the merchant's own", "列表中有商户自己的证书"],
  [
    "this merchant may have none: give WeChat Pay's public key (微信支付公钥) with its id; {=0}",
    "该商户可能没有平台证书：请配置微信支付公钥及其 ID；{0}",
  ],
  ["the list is larger than {0} bytes", "列表超过 {0} 字节"],
  ["the list of certificates is not signed as it should be ({0})", "证书列表的签名不对（{0}）"],
  ["no download has ended yet", "尚无完成的下载"],
  ["the download did not end", "下载没有完成"],
  ["of the list of certificates, {=0}", "证书列表：{0}"],
  // Several merchants.
  [
    "must be 1 to 64 letters, digits, . _ or -, and not look like a key",
    "必须是 1 到 64 位的字母、数字、. _ 或 -，且不能像密钥",
  ],
  ["there is no merchant {0}; there are: {1}, and {2} more", "没有商户 {0}；现有：{1}，及另外 {2} 个"],
  ["there is no merchant {0}; there are: {1}", "没有商户 {0}；现有：{1}"],
  ["cannot be made", "无法创建"],
  ["is used twice: each merchant needs its own", "重复使用：每个商户要有自己的名称"],
  ["is the number of {0}: a number has one entry", "与 {0} 的号码相同：一个号码只能有一项"],
  ["is empty: name at least one", "为空：至少要有一个"],
  ["is missing, and so is v3: give one of them", "未填写，v3 也未填写：请至少填写一个"],
  ["is {0}, and there is no block of that name", "是 {0}，而没有该名称的配置块"],
  [
    "and v3.subMchId must be those of the v2 block: an entry is one merchant",
    "与 v3.subMchId 必须和 v2 块中的一致：一项只对应一个商户",
  ],
  ["is read by nobody: there are {0}", "没有程序读取：可用的有 {0}"],
  ["is read by nobody: did you mean {0}?", "没有程序读取：是否应为 {0}？"],
  ["the file", "文件"],
  ["entry {0}", "第 {0} 项"],
  ["is not JSON", "不是 JSON"],
  ["is not a JSON object", "不是 JSON 对象"],
  ["is missing: it is the list of the merchants", "未填写：它是商户的列表"],
  ["must be v2 or v3", "必须是 v2 或 v3"],
  ["is missing: it holds the settings of {=0}", "未填写：它是{0}的配置"],
  ["the XML protocol (APIv2)", "XML 协议（APIv2）"],
  ["must be a list of name, subMchId and perhaps subAppId", "必须是由 name、subMchId 以及可选的 subAppId 组成的列表"],
  ["stands beside subMerchants: give it to each of them", "与 subMerchants 并存：请写到每个子商户中"],
  ["names the variable {=0}, which is not set", "指向变量 {0}，而该变量未设置"],
  [
    'must be a value, { "file": "a path" } or { "variable": "a name" }',
    '必须是值、{ "file": "路径" } 或 { "variable": "变量名" }',
  ],
  [
    'is a secret and does not stand here: give { "file": "a path" } or { "variable": "a name" }',
    '是机密，不能写在这里：请写 { "file": "路径" } 或 { "variable": "变量名" }',
  ],
  ["cannot be read here: give `v3`, which is ApiV3.blockConfig", "此处无法读取：请传入 `v3`，即 ApiV3.blockConfig"],
];
