import type { Pair } from "./pair.ts";

/** Connections: what the port and the adapters say. */
export const transport: ReadonlyArray<Pair> = [
  // No connection.
  [
    "there is no route to the host: check the network, the VPN and, for a ':' in the address, IPv6",
    "没有到服务器的路由：请检查网络、VPN；若地址含冒号，请检查 IPv6",
  ],
  [
    "this process has no file descriptor left for a connection: raise the limit or post less at once",
    "本进程的文件描述符已用尽，无法建立连接：请提高上限，或减少并发请求",
  ],
  [
    "the host name does not resolve: check the address and this machine's DNS settings",
    "域名无法解析：请检查地址与本机的 DNS 设置",
  ],
  [
    "the name server does not answer: check this machine's DNS; the same request can be made again",
    "DNS 服务器没有响应：请检查本机的 DNS；可以再次发出相同的请求",
  ],
  ["the name server does not answer: check this machine's DNS", "DNS 服务器没有响应：请检查本机的 DNS"],
  [
    "nothing listens at the address, or a firewall refuses: check host and port",
    "该地址没有服务在监听，或被防火墙拒绝：请检查主机与端口",
  ],
  ["the host does not answer connection attempts: a firewall may drop them", "服务器对连接没有响应：可能被防火墙丢弃"],
  ["this machine's firewall or sandbox forbids the connection", "本机的防火墙或沙箱禁止该连接"],
  ["this machine has no local address or port left for the connection", "本机没有可用于连接的地址或端口"],
  [
    "the proxy itself cannot be reached: check proxy.url, or WECHAT_PAY_PROXY",
    "无法连接代理：请检查 proxy.url 或 WECHAT_PAY_PROXY",
  ],
  [
    "the proxy did not open a tunnel to the host: check its address and what it allows",
    "代理没有建立到服务器的隧道：请检查代理地址及其允许的目标",
  ],
  [
    "the proxy wants other credentials (status 407): check proxy.authorization, or the credentials in WECHAT_PAY_PROXY",
    "代理要求其他凭据（状态码 407）：请检查 proxy.authorization 或 WECHAT_PAY_PROXY 中的凭据",
  ],
  ["no connection to the host came about", "没有连上服务器"],
  ["no connection", "没有连接"],
  // No secure one.
  [
    "the server's certificate is not signed by a trusted authority: an inspecting proxy may stand between; for a private gateway add its authority to trust.ca",
    "服务器证书不是由受信任的机构签发：中间可能有拦截流量的代理；若是私有网关，请将其 CA 加入 trust.ca",
  ],
  [
    "the server's certificate is not signed by a trusted authority: an inspecting proxy may stand between; for a private gateway add its authority to trust.ca; or the server leaves out its intermediate certificate",
    "服务器证书不是由受信任的机构签发：中间可能有拦截流量的代理；若是私有网关，请将其 CA 加入 trust.ca；也可能是服务器没有发送中间证书",
  ],
  [
    "the server does not speak TLS on this port: check the port, and whether a proxy answers instead",
    "服务器在该端口不支持 TLS：请检查端口，以及应答的是否为代理",
  ],
  [
    "the server offers no TLS version this transport accepts: it must offer TLS 1.2 or newer",
    "服务器不支持可接受的 TLS 版本：至少需要 TLS 1.2",
  ],
  ["the server's certificate or key is too weak to be trusted", "服务器的证书或密钥强度不足，不能信任"],
  [
    "the connection was closed before it was secure: a firewall, a proxy, or a server that refuses TLS or the client certificate",
    "连接在建立安全通道之前被关闭：可能是防火墙或代理，或服务器拒绝 TLS 或商户证书",
  ],
  [
    "the server's certificate has expired, or this machine's clock is wrong: check the time of this machine first",
    "服务器证书已过期，或本机时钟不准：请先检查本机时间",
  ],
  [
    "the server's certificate is not valid yet, or this machine's clock is wrong: check the time of this machine first",
    "服务器证书尚未生效，或本机时钟不准：请先检查本机时间",
  ],
  [
    "the server's certificate is for another host name: check the address and who answers",
    "服务器证书属于其他域名：请检查地址以及应答的是谁",
  ],
  ["the server's certificate is revoked: do not trust this server", "服务器证书已被吊销：不要信任该服务器"],
  [
    "trust.crl holds no list of the authority that signed the server's certificate",
    "trust.crl 中没有签发服务器证书的机构的吊销列表",
  ],
  ["a list in trust.crl has expired: fetch the current one", "trust.crl 中的吊销列表已过期：请获取最新的"],
  [
    "a list in trust.crl is not valid yet: check the time of this machine",
    "trust.crl 中的吊销列表尚未生效：请检查本机时间",
  ],
  ["the server's certificate is not one for servers", "该证书不是服务器证书"],
  [
    "the server refused the handshake: the client certificate is missing or not accepted, or there is no common cipher",
    "服务器拒绝握手：商户证书缺失或不被接受，或没有共同支持的加密套件",
  ],
  ["the server wants stronger ciphers than this transport offers", "服务器要求更强的加密套件"],
  ["the server does not offer HTTP/1.1", "服务器不支持 HTTP/1.1"],
  ["the server does not know this host name: check the address", "服务器不认识该域名：请检查地址"],
  ["the server refused the client certificate, {!0} (TLS alert {1})", "服务器拒绝了商户证书：{0}（TLS 警报 {1}）"],
  [
    "it wants a client certificate and was given none: set the merchant's API certificate",
    "要求商户证书而没有收到：请配置商户 API证书",
  ],
  [
    "it cannot use the client certificate: is it the merchant's API certificate?",
    "无法使用该证书：是否为商户 API证书？",
  ],
  ["it does not accept this kind of client certificate", "不接受这种类型的证书"],
  ["the client certificate is revoked: request a new API certificate", "证书已被吊销：请申请新的 API证书"],
  ["the client certificate has expired: request a new API certificate", "证书已过期：请申请新的 API证书"],
  [
    "it does not accept the client certificate: is it the merchant's API certificate?",
    "不接受该证书：是否为商户 API证书？",
  ],
  [
    "it does not know the authority of the client certificate: is it the merchant's API certificate?",
    "不认识签发该证书的机构：是否为商户 API证书？",
  ],
  [
    "the client certificate is valid but not allowed here: check the merchant number",
    "证书有效但不允许在此使用：请检查商户号",
  ],
  [
    "the signature of the client certificate's key is wrong: do key and certificate belong together?",
    "证书私钥的签名有误：私钥与证书是否配套？",
  ],
  [
    "no secure connection came about; the code in brackets is the TLS library's",
    "没有建立安全连接；括号中是 TLS 库的错误码",
  ],
  ["no secure connection within {0} ms", "{0} 毫秒内没有建立安全连接"],
  // After the request may have left.
  ["no whole reply within {0} ms", "{0} 毫秒内没有收到完整的应答"],
  ["the connection was closed before any reply", "连接在收到任何应答之前被关闭"],
  ["what came back is not valid HTTP/1.1", "返回的内容不是合法的 HTTP/1.1"],
  ["the secure connection broke before the whole reply was read", "安全连接在读完应答之前中断"],
  ["the connection ended before the whole reply was read", "连接在读完应答之前结束"],
  [
    "no client certificate is configured: give the transport the merchant's API certificate (API证书); the gateway closes without a word if the call needs one, as refunds do",
    "没有配置商户证书：请为传输配置商户 API证书；需要证书的接口（如申请退款）缺证书时，微信支付会不作说明直接关闭连接",
  ],
  [
    "closed without a word: by the network, or, if the call needs a certificate (API证书), over one that is expired, revoked or another merchant's: run wechat-refund doctor",
    "连接被直接关闭，没有说明：可能是网络原因；若接口需要 API证书，也可能是证书过期、被吊销或属于其他商户：请运行 wechat-refund doctor",
  ],
  ["the reply is larger than {0} bytes", "应答超过 {0} 字节"],
  ["the server switched protocols", "服务器切换了协议"],
  ["the server sent more than {0} interim replies", "服务器发送了超过 {0} 个临时应答"],
  ["a reply nobody asked for", "收到了没有请求过的应答"],
  ["the transport was closed while the call was under way", "请求进行中，传输被关闭"],
  // It cannot be used.
  ["the address or a header field holds characters that HTTP does not allow", "地址或请求头含有 HTTP 不允许的字符"],
  ["the transport was closed: its scope has ended", "传输已关闭：其作用域已结束"],
  ["the transport is closed", "传输已关闭"],
  ["the call has ended", "请求已结束"],
  ["its time to leave was over before it could be written", "在能够发出之前已过了允许发出的时间"],
  [
    "the name of header field {0} is none in HTTP: use letters, digits and - without blanks or colon",
    "请求头名称 {0} 不合 HTTP 规范：请使用字母、数字和 -，不含空格与冒号",
  ],
  ["the header field {0} is the transport's own: leave it out", "请求头 {0} 由传输自行设置：请不要传入"],
  ["the header field {0} is given twice, in different case: leave one out", "请求头 {0} 以不同大小写重复：请去掉一个"],
  [
    "the value of the header field {0} holds other characters than visible ASCII and blanks",
    "请求头 {0} 的值含有可见 ASCII 与空格以外的字符",
  ],
  ["the method is neither GET nor POST", "请求方法既不是 GET 也不是 POST"],
  ["a GET has no body: leave it out, or make it a POST", "GET 没有请求体：请去掉，或改用 POST"],
  ["the header fields are missing: none are {}", "缺少请求头：没有时请传 {}"],
  [
    "the header fields are no plain object: a Headers or a Map is given as Object.fromEntries(headers)",
    "请求头不是普通对象：Headers 或 Map 请用 Object.fromEntries(headers) 转换",
  ],
  ["the body is no Uint8Array, or its buffer was given away", "请求体不是 Uint8Array，或其缓冲区已被转移"],
  ["the address is not an absolute https: address", "地址不是完整的 https 地址"],
  ["the address does not start with https:", "地址不是以 https: 开头"],
  ["the address holds a user name: leave it out", "地址含有用户名：请去掉"],
  ["the address holds a fragment: leave '#' and after it out", "地址含有片段：请去掉 # 及其后的内容"],
  [
    "path or query are not in the form they would be sent in: resolve dots and write other characters as %XX",
    "路径或查询参数不是发送时的形式：请处理好点号，其他字符写成 %XX",
  ],
  [
    "{!0} is {=1}, the request goes to {=2}: provide the same endpoint to the client (Merchant.layerConfig reads the variable), or leave it out",
    "{0}为 {1}，请求却发往 {2}：请让客户端使用相同的地址（Merchant.layerConfig 读取该变量），或不要设置",
  ],
  ["the transport's endpoint (WECHAT_PAY_ENDPOINT)", "传输的接口地址（WECHAT_PAY_ENDPOINT）"],
  ["the Endpoint that the transport was given", "传输所用的 Endpoint"],
  ["another host", "其他主机"],
];
