import type { Pair } from "./pair.ts";

/** The merchant's certificate (API证书), its key, and authorities. */
export const certificates: ReadonlyArray<Pair> = [
  [
    "There is no such file. A relative path counts from the directory the process was started in.",
    "没有这个文件。相对路径从启动进程时的目录算起。",
  ],
  [
    "This is a directory: name the file in it, such as apiclient_cert.p12 or apiclient_cert.pem.",
    "这是一个目录：请指定其中的文件，如 apiclient_cert.p12 或 apiclient_cert.pem。",
  ],
  [
    "This is a directory: name the file in it, such as merchants.json.",
    "这是一个目录：请指定其中的文件，如 merchants.json。",
  ],
  [
    "The file cannot be read: give the user that runs this process permission to read it.",
    "无法读取该文件：请给运行本进程的用户读取权限。",
  ],
  [
    "It is larger than 16 MB, which no such file is: name the right one.",
    "文件超过 16 MB，不可能是所需的文件：请指定正确的文件。",
  ],
  ["It is empty: copy it again from the certificate download (证书压缩包).", "文件为空：请从证书压缩包中重新复制。"],
  [
    "It ends too early: copy it again, whole, from the certificate download (证书压缩包).",
    "文件不完整：请从证书压缩包中完整地重新复制。",
  ],
  [
    "It is damaged: copy it again from the certificate download (证书压缩包), in binary mode.",
    "文件已损坏：请从证书压缩包中以二进制方式重新复制。",
  ],
  [
    "It holds the thing itself, where the path of a file is expected: give the path.",
    "此处应为文件路径，填的却是内容本身：请填写路径。",
  ],
  [
    "It holds the path of a file, where the text of one is expected: give the text.",
    "此处应为文件的文本，填的却是路径：请填写文本。",
  ],
  [
    "This is PEM text, where a PKCS#12 file is expected: give apiclient_cert.p12, or give apiclient_cert.pem and apiclient_key.pem as a PEM pair.",
    "此处应为 PKCS#12 文件，给的却是 PEM 文本：请使用 apiclient_cert.p12，或改用 apiclient_cert.pem 与 apiclient_key.pem 这一对 PEM。",
  ],
  [
    "This is a PKCS#12 file, where PEM text is expected: give it as PKCS#12, or give apiclient_cert.pem and apiclient_key.pem.",
    "此处应为 PEM 文本，给的却是 PKCS#12 文件：请按 PKCS#12 配置，或改用 apiclient_cert.pem 与 apiclient_key.pem。",
  ],
  [
    "This is binary (DER), where PEM text is expected: convert it with `openssl x509 -inform DER` or `openssl pkey -inform DER`.",
    "此处应为 PEM 文本，给的却是二进制（DER）：请用 `openssl x509 -inform DER` 或 `openssl pkey -inform DER` 转换。",
  ],
  [
    "This is a binary file that was read as text, which destroyed it: read it as bytes, without an encoding.",
    "这是二进制文件，却按文本读取而被破坏：请按字节读取，不要指定编码。",
  ],
  [
    "This is the base64 text of a binary file: give it to ClientCertificate.fromPkcs12Base64 or WECHAT_PAY_P12_BASE64, or decode it first, with Buffer.from(text, 'base64').",
    "这是二进制文件的 base64 文本：请传给 ClientCertificate.fromPkcs12Base64 或 WECHAT_PAY_P12_BASE64，或先用 Buffer.from(text, 'base64') 解码。",
  ],
  [
    "This is not a PKCS#12 file: give apiclient_cert.p12 from the certificate download (证书压缩包).",
    "这不是 PKCS#12 文件：请使用证书压缩包中的 apiclient_cert.p12。",
  ],
  [
    "This is not PEM text: it must hold a block that starts with -----BEGIN and a name.",
    "这不是 PEM 文本：其中必须有以 -----BEGIN 加名称开头的一段。",
  ],
  [
    "The passphrase does not open it. The passphrase of a WeChat Pay .p12 is the merchant number (商户号) unless it was changed; of a service provider's, the provider's number. A damaged file is refused in the same way.",
    "密码无法打开该文件。微信支付 .p12 的密码默认为商户号（服务商的证书则为服务商的商户号），除非改过。文件损坏时也会这样提示。",
  ],
  [
    "The passphrase does not open the private key: give the one it was encrypted with.",
    "密码无法打开私钥：请提供加密时使用的密码。",
  ],
  [
    "It is encrypted and no passphrase was given: give the one it was made with.",
    "内容已加密而没有提供密码：请提供生成时的密码。",
  ],
  [
    "There is no private key in it: give apiclient_key.pem, or the .p12, which holds both.",
    "其中没有私钥：请提供 apiclient_key.pem，或同时包含两者的 .p12。",
  ],
  [
    "There is no certificate in it: give apiclient_cert.pem, or the .p12, which holds both.",
    "其中没有证书：请提供 apiclient_cert.pem，或同时包含两者的 .p12。",
  ],
  [
    "Key and certificate are swapped: apiclient_cert.pem is the certificate, apiclient_key.pem the private key.",
    "私钥与证书填反了：apiclient_cert.pem 是证书，apiclient_key.pem 是私钥。",
  ],
  [
    "The private key belongs to another certificate: take both from the same download (证书压缩包), and mind that a new certificate has a new key.",
    "私钥属于另一张证书：请取自同一个证书压缩包，并注意新证书配有新私钥。",
  ],
  [
    "This is the certificate of an authority, such as rootca.pem, not the merchant's: give apiclient_cert.pem.",
    "这是 CA 的证书（如 rootca.pem），不是商户的：请使用 apiclient_cert.pem。",
  ],
  [
    "The certificate belongs to another merchant: give the certificate of the configured merchant number (商户号), or correct the number.",
    "证书属于其他商户：请使用所配置商户号的证书，或修正商户号。",
  ],
  [
    "The certificate is no longer valid: apply for a new one on the merchant platform (账户中心 → API安全 → 申请API证书) and install it.",
    "证书已过有效期：请在商户平台申请新证书（账户中心 → API安全 → 申请API证书）并安装。",
  ],
  ["The certificate is not valid yet: check this machine's clock, or wait.", "证书尚未生效：请检查本机时钟，或等待。"],
  [
    "It uses an algorithm that cannot be read here: convert it with a current OpenSSL, or give apiclient_cert.pem and apiclient_key.pem.",
    "使用了无法读取的算法：请用新版 OpenSSL 转换，或改用 apiclient_cert.pem 与 apiclient_key.pem。",
  ],
  [
    "The key is too short to be accepted: an RSA key needs 2048 bits. Apply for a new certificate on the merchant platform (账户中心 → API安全).",
    "密钥过短，不能接受：RSA 密钥至少 2048 位。请在商户平台申请新证书（账户中心 → API安全）。",
  ],
  [
    "The TLS library refuses to use it: apply for a new certificate on the merchant platform (账户中心 → API安全).",
    "TLS 库拒绝使用它：请在商户平台申请新证书（账户中心 → API安全）。",
  ],
  [
    "Only the given authorities are to be trusted and none is given: give `ca`, or leave `replaceSystem` out.",
    "要求只信任给定的 CA，却一个也没有给：请提供 `ca`，或去掉 `replaceSystem`。",
  ],
  [
    "This is not the certificate of an authority in PEM: it must hold a block that starts with -----BEGIN CERTIFICATE.",
    "这不是 PEM 格式的 CA 证书：其中必须有以 -----BEGIN CERTIFICATE 开头的一段。",
  ],
  [
    "This is not a certificate revocation list in PEM: it must hold a block that starts with -----BEGIN X509 CRL.",
    "这不是 PEM 格式的证书吊销列表：其中必须有以 -----BEGIN X509 CRL 开头的一段。",
  ],
  [
    "No certificate is configured: set WECHAT_PAY_CERT_FILE and WECHAT_PAY_KEY_FILE to the PEM pair, or WECHAT_PAY_P12_FILE to the .p12; as text, WECHAT_PAY_CERT and WECHAT_PAY_KEY, or WECHAT_PAY_P12_BASE64.",
    "没有配置商户证书：请将 WECHAT_PAY_CERT_FILE 与 WECHAT_PAY_KEY_FILE 设为一对 PEM 文件，或将 WECHAT_PAY_P12_FILE 设为 .p12 文件；以文本配置时用 WECHAT_PAY_CERT 与 WECHAT_PAY_KEY，或 WECHAT_PAY_P12_BASE64。",
  ],
  [
    "Certificate and private key go together: set both, WECHAT_PAY_CERT_FILE or WECHAT_PAY_CERT, and WECHAT_PAY_KEY_FILE or WECHAT_PAY_KEY.",
    "证书与私钥必须成对配置：WECHAT_PAY_CERT_FILE 或 WECHAT_PAY_CERT，以及 WECHAT_PAY_KEY_FILE 或 WECHAT_PAY_KEY。",
  ],
  [
    "The same is configured twice: set each in one way, the PEM pair or the .p12, by file or as text, not both.",
    "重复配置：PEM 与 .p12、文件与文本，请各选其一。",
  ],
  [
    "This passphrase is used by nothing: leave it out, or configure what it opens.",
    "该密码没有用处：请去掉，或配置它所打开的文件。",
  ],
  [
    "The TLS of this run time cannot do what is needed: run it under Node 22.19 or newer.",
    "当前运行环境的 TLS 无法满足要求：请在 Node 22.19 或更新的版本下运行。",
  ],
  // Further sentences on what was met.
  [
    "Bun {0} cannot refuse servers with weak keys: its TLS knows no security level.",
    "Bun {0} 无法拒绝密钥强度不足的服务器：其 TLS 没有安全级别。",
  ],
  [
    "Deno {0} does not look at revocation lists (trust.crl): it would take a revoked server for a good one.",
    "Deno {0} 不检查吊销列表（trust.crl）：会把已吊销的服务器当作可信。",
  ],
  ["It expired on {0}.", "过期日期为 {0}。"],
  ["It begins on {0}.", "生效时间为 {0}。"],
  ["It has {0}.", "现为 {0} 位。"],
  ["Its common name is {=0}, the configured merchant number is {=1}.", "证书的通用名为 {0}，所配置的商户号为 {1}。"],
  ["missing", "（缺失）"],
  ["another", "另一个"],
  ["The private key is not encrypted.", "该私钥没有加密。"],
  ["Set are {0} and {1}: leave one of them out.", "{0} 与 {1} 都已设置：请去掉一个。"],
  ["It opens {!0}, and none is configured.", "它用于打开{0}，而该项没有配置。"],
  [
    "an encrypted private key (WECHAT_PAY_KEY_FILE or WECHAT_PAY_KEY)",
    "加密的私钥（WECHAT_PAY_KEY_FILE 或 WECHAT_PAY_KEY）",
  ],
  [
    "a .p12 (WECHAT_PAY_P12_FILE or WECHAT_PAY_P12_BASE64)",
    ".p12 文件（WECHAT_PAY_P12_FILE 或 WECHAT_PAY_P12_BASE64）",
  ],
  [
    "Set WECHAT_PAY_P12_PASSPHRASE, or WECHAT_PAY_MCH_ID, which it is unless it was changed.",
    "请设置 WECHAT_PAY_P12_PASSPHRASE，或 WECHAT_PAY_MCH_ID（密码默认就是商户号）。",
  ],
  ["Set is {0} alone.", "只设置了 {0}。"],
  ["As text it belongs into {0}.", "文本内容请放在 {0} 中。"],
  ["The path of a file belongs into {0}.", "文件路径请放在 {0} 中。"],
  ["the path given", "给定的路径"],
  ["the value of {0}", "{0} 的值"],
  [
    "{=0} holds a secret and its group or everybody may read it (mode {1}): run chmod 600 on it",
    "{0} 含有机密，而同组用户或所有人都可读取（权限 {1}）：请执行 chmod 600",
  ],
  [
    "It is base64 without its first and last line: put back the lines that start with -----BEGIN and -----END.",
    "这是去掉了首尾行的 base64：请补上以 -----BEGIN 和 -----END 开头的行。",
  ],
  [
    "It must be the base64 text of the file, as `base64 apiclient_cert.p12` prints it.",
    "必须是该文件的 base64 文本，即 `base64 apiclient_cert.p12` 的输出。",
  ],
  ["The passphrase given starts or ends with white space.", "所给密码的首尾有空白字符。"],
  ["The passphrase given has characters that are not ASCII.", "所给密码含有非 ASCII 字符。"],
  // While it is in use.
  [
    "the merchant certificate of {=0} expires on {1}: apply for a new one on the merchant platform (账户中心 → API安全 → 申请API证书)",
    "{0} 的商户证书将于 {1} 到期：请在商户平台申请新证书（账户中心 → API安全 → 申请API证书）",
  ],
  ["unknown owner", "未知商户"],
  ["the merchant certificate was not changed, the one in use stays: {=0}", "商户证书没有更换，继续使用当前的：{0}"],
  [
    "the merchant certificate is: {=0}, serial number {=1}, valid until {=2}",
    "商户证书：商户号 {0}，序列号 {1}，有效期至 {2}",
  ],
  [
    "the merchant certificate was changed: {=0}, serial number {=1}, valid until {=2}",
    "商户证书已更换：商户号 {0}，序列号 {1}，有效期至 {2}",
  ],
  ["no owner", "无"],
  ["none", "无"],
  ["never", "无期限"],
  ["loading broke with {0}", "加载时出错：{0}"],
];
