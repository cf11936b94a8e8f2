/** Every variable of the environment that this project reads: what it holds, what stands for it where it is not set, and who reads it. */
import { nearest } from "@wechat-refund/core/Suggest";
import * as ConfigProvider from "effect/ConfigProvider";
import * as Effect from "effect/Effect";
import type { Say } from "./Language.ts";

/** Who reads it: `Merchant.layerConfig`, an adapter's `layerConfig`, `Merchant.config` of apiv3, `Durable.layerConfig`, the command line. */
export type Reader = "merchant" | "transport" | "apiv3" | "durable" | "commands";

export interface Variable {
  readonly name: string;
  readonly readers: ReadonlyArray<Reader>;
  /** Whether nobody else may see it. */
  readonly secret?: true;
  /** What counts where it is not set; absent where nothing does. */
  readonly otherwise?: (say: Say) => string;
  readonly what: (say: Say) => string;
}

const same =
  (text: string): NonNullable<Variable["otherwise"]> =>
  () =>
    text;

export const variables: ReadonlyArray<Variable> = [
  {
    name: "WECHAT_PAY_APP_ID",
    readers: ["merchant"],
    what: (say) => say("the app's id, appid", "公众账号ID，appid"),
  },
  {
    name: "WECHAT_PAY_MCH_ID",
    readers: ["merchant", "apiv3"],
    what: (say) => say("the merchant number, mch_id", "商户号，mch_id"),
  },
  {
    name: "WECHAT_PAY_API_KEY",
    readers: ["merchant"],
    secret: true,
    what: (say) => say("the APIv2 key (API密钥), 32 characters", "APIv2密钥，32 位"),
  },
  {
    name: "WECHAT_PAY_PREVIOUS_API_KEY",
    readers: ["merchant"],
    secret: true,
    what: (say) =>
      say(
        "the key before a change: replies and notices under it are believed too",
        "更换前的密钥：用它签名的应答与通知也会被接受",
      ),
  },
  {
    name: "WECHAT_PAY_SIGN_TYPE",
    readers: ["merchant"],
    otherwise: same("HMAC-SHA256"),
    what: (say) => say("how requests are signed: HMAC-SHA256 or MD5", "签名类型：HMAC-SHA256 或 MD5"),
  },
  {
    name: "WECHAT_PAY_SUB_APP_ID",
    readers: ["merchant"],
    what: (say) => say("provider mode: the sub-merchant's app, sub_appid", "服务商模式：子商户公众账号ID，sub_appid"),
  },
  {
    name: "WECHAT_PAY_SUB_MCH_ID",
    readers: ["merchant", "apiv3"],
    what: (say) => say("provider mode: the sub-merchant, sub_mch_id", "服务商模式：子商户号，sub_mch_id"),
  },
  {
    name: "WECHAT_PAY_ENDPOINT",
    readers: ["merchant", "transport", "apiv3"],
    otherwise: (say) => say("WeChat Pay's main host, with its backup host", "微信支付主域名，并以备域名备用"),
    what: (say) =>
      say("another gateway, such as the one that `simulate` starts", "其他网关，例如 `simulate` 启动的网关"),
  },
  {
    name: "WECHAT_PAY_P12_FILE",
    readers: ["transport"],
    what: (say) =>
      say("the API certificate as a file of PKCS#12, apiclient_cert.p12", "API证书文件（PKCS#12），apiclient_cert.p12"),
  },
  {
    name: "WECHAT_PAY_P12_BASE64",
    readers: ["transport"],
    secret: true,
    what: (say) => say("the same as text: base64", "同上，以 base64 文本给出"),
  },
  {
    name: "WECHAT_PAY_P12_PASSPHRASE",
    readers: ["transport"],
    secret: true,
    otherwise: (say) => say("the merchant number", "商户号"),
    what: (say) => say("opens the PKCS#12", "PKCS#12 的密码"),
  },
  {
    name: "WECHAT_PAY_CERT_FILE",
    readers: ["transport"],
    what: (say) =>
      say("the API certificate as a PEM file, apiclient_cert.pem", "API证书文件（PEM），apiclient_cert.pem"),
  },
  {
    name: "WECHAT_PAY_CERT",
    readers: ["transport"],
    what: (say) => say("the same as text", "同上，以文本给出"),
  },
  {
    name: "WECHAT_PAY_KEY_FILE",
    readers: ["transport"],
    what: (say) =>
      say("its private key as a PEM file, apiclient_key.pem", "API证书的私钥文件（PEM），apiclient_key.pem"),
  },
  {
    name: "WECHAT_PAY_KEY",
    readers: ["transport"],
    secret: true,
    what: (say) => say("the same as text", "同上，以文本给出"),
  },
  {
    name: "WECHAT_PAY_KEY_PASSPHRASE",
    readers: ["transport"],
    secret: true,
    what: (say) => say("opens a private key that is encrypted", "加密私钥的密码"),
  },
  {
    name: "WECHAT_PAY_CA_FILE",
    readers: ["transport"],
    what: (say) =>
      say(
        "further authorities to trust, a PEM file; for a private gateway",
        "额外信任的 CA 证书文件（PEM）；用于自建网关",
      ),
  },
  {
    name: "WECHAT_PAY_CA",
    readers: ["transport"],
    what: (say) => say("the same as text", "同上，以文本给出"),
  },
  {
    name: "WECHAT_PAY_CONNECT_TIMEOUT",
    readers: ["transport"],
    otherwise: same("5 seconds"),
    what: (say) => say("how long a secure connection may take", "建立安全连接的时限"),
  },
  {
    name: "WECHAT_PAY_EXCHANGE_TIMEOUT",
    readers: ["transport"],
    otherwise: same("20 seconds"),
    what: (say) =>
      say("how long a call may take from its first byte to the reply's last", "从发出第一个字节到收完应答的时限"),
  },
  {
    name: "WECHAT_PAY_CONNECTIONS",
    readers: ["transport"],
    otherwise: same("fresh"),
    what: (say) =>
      say(
        "`fresh`: a connection for each call; `pooled`: connections are kept",
        "`fresh`：每次调用新建连接；`pooled`：复用连接",
      ),
  },
  {
    name: "WECHAT_PAY_PROXY",
    readers: ["transport"],
    secret: true,
    what: (say) =>
      say(
        "a proxy that opens tunnels, `http://proxy.example:3128`, credentials before an @; HTTPS_PROXY is not read",
        "开隧道的代理，`http://proxy.example:3128`，账号密码写在 @ 之前；不读取 HTTPS_PROXY",
      ),
  },
  {
    name: "WECHAT_PAY_PROTOCOL",
    readers: ["commands"],
    otherwise: same("v2"),
    what: (say) => say("what commands and `serve` speak: `v2` or `v3`", "命令与 `serve` 使用的协议：`v2` 或 `v3`"),
  },
  {
    name: "WECHAT_PAY_V3_SERIAL_NO",
    readers: ["apiv3"],
    what: (say) => say("serial number of the merchant's API certificate", "商户API证书序列号"),
  },
  {
    name: "WECHAT_PAY_V3_PRIVATE_KEY_FILE",
    readers: ["apiv3"],
    what: (say) => say("its private key, apiclient_key.pem", "商户API私钥文件，apiclient_key.pem"),
  },
  {
    name: "WECHAT_PAY_V3_PRIVATE_KEY",
    readers: ["apiv3"],
    secret: true,
    what: (say) => say("the same as text", "同上，以文本给出"),
  },
  {
    name: "WECHAT_PAY_V3_PUBLIC_KEY_FILE",
    readers: ["apiv3"],
    otherwise: (say) => say("platform certificates are downloaded", "自动下载平台证书"),
    what: (say) =>
      say(
        "WeChat Pay's public key, pub_key.pem, or a platform certificate",
        "微信支付公钥文件 pub_key.pem，或平台证书",
      ),
  },
  {
    name: "WECHAT_PAY_V3_PUBLIC_KEY",
    readers: ["apiv3"],
    what: (say) => say("the same as text", "同上，以文本给出"),
  },
  {
    name: "WECHAT_PAY_V3_PUBLIC_KEY_ID",
    readers: ["apiv3"],
    what: (say) => say("its id, PUB_KEY_ID_…", "微信支付公钥ID，PUB_KEY_ID_…"),
  },
  {
    name: "WECHAT_PAY_V3_KEY",
    readers: ["apiv3"],
    secret: true,
    what: (say) =>
      say(
        "the APIv3 key, 32 characters; opens notices and platform certificates",
        "APIv3密钥，32 位；用于解密通知与平台证书",
      ),
  },
  {
    name: "WECHAT_PAY_API_V3_KEY",
    readers: ["commands"],
    secret: true,
    what: (say) =>
      say(
        "the APIv3 key for `explain`, which tells when it was taken for the other",
        "供 `explain` 判断是否误用了 APIv3密钥",
      ),
  },
  {
    name: "WECHAT_PAY_CONTROL",
    readers: [],
    what: (say) =>
      say(
        "where a simulated gateway is controlled; printed by `simulate`, for your own use",
        "模拟网关的控制地址；由 `simulate` 打印，供自行使用",
      ),
  },
  {
    name: "WECHAT_REFUND_DATABASE",
    readers: ["durable", "commands"],
    secret: true,
    what: (say) => say("the store: `sqlite:FILE` or `postgres://…`", "存储：`sqlite:文件` 或 `postgres://…`"),
  },
  {
    name: "WECHAT_REFUND_WEBHOOKS",
    readers: ["commands"],
    what: (say) => say("where `serve` posts events to, a JSON file", "`serve` 推送事件的 Webhook 配置文件（JSON）"),
  },
  {
    name: "OTEL_EXPORTER_OTLP_ENDPOINT",
    readers: ["commands"],
    what: (say) =>
      say(
        "where `serve` sends its traces to, an OpenTelemetry collector such as `http://127.0.0.1:4318`",
        "`serve` 上报链路追踪的 OpenTelemetry Collector 地址，如 `http://127.0.0.1:4318`",
      ),
  },
];

const known: ReadonlySet<string> = new Set(variables.map(({ name }) => name));

/** The name that was meant by one that nobody reads. What all of them begin with says nothing. */
const meant = (name: string): string | undefined => {
  const rest = (text: string): string => text.replace(/^_*(?:WECHAT|WX)_?(?:PAY|REFUND)_?/i, "");
  const found = nearest(rest(name), [...known].map(rest));
  const one = [...known].find((name) => rest(name) === found);
  // That one is `explain`'s alone, and who writes its name has the key that everything else reads.
  return one === "WECHAT_PAY_API_V3_KEY" ? "WECHAT_PAY_V3_KEY" : one;
};

/** A variable that is set and that nobody reads. */
export interface Unread {
  readonly name: string;
  readonly meant?: string;
}

/** Which of these names look like ours and are nobody's. */
export const unreadOf = (names: Iterable<string>): ReadonlyArray<Unread> =>
  [...names]
    .filter((name) => /^_*(?:WECHAT|WX)_?(?:PAY|REFUND)/i.test(name) && !known.has(name))
    .sort()
    .map((name) => {
      const other = meant(name.toUpperCase());
      return { name, ...(other !== undefined && { meant: other }) };
    });

const proxies = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/** What is set in the environment in use: its names that look like ours and are nobody's, and a proxy's that is not read. */
export const unread: Effect.Effect<{ readonly names: ReadonlyArray<Unread>; readonly proxy: string | undefined }> =
  Effect.gen(function* () {
    const provider = yield* ConfigProvider.ConfigProvider;
    const names: Array<string> = [];
    // The names are given word by word.
    const walk = (path: ReadonlyArray<string>): Effect.Effect<void> =>
      Effect.gen(function* () {
        const node = yield* Effect.orElseSucceed(provider.load(path), () => undefined);
        if (node === undefined) return;
        if (node.value !== undefined && path.length > 0) names.push(path.join("_"));
        if (node._tag !== "Record") return;
        for (const key of node.keys) {
          if (path.length > 0 || /^(?:WECHAT|WX|_)/i.test(key)) yield* walk([...path, key]);
        }
      });
    yield* walk([]);
    const isSet = (name: string) =>
      Effect.map(
        Effect.orElseSucceed(provider.load(name.split("_")), () => undefined),
        (node) => (node?.value ?? "") !== "",
      );
    let proxy: string | undefined;
    for (const name of proxies) if (proxy === undefined && (yield* isSet(name))) proxy = name;
    return { names: unreadOf(names), proxy };
  });
