/** The rows of the table. Each client's code is loaded by its `open`, so that a cold start loads nothing else. */
import type { Connections, Row } from "./Client.ts";
import type { ReplyFields, SignType } from "./Story.ts";

const core = ["@wechat-refund/core", "@wechat-refund/mutual-tls", "effect"];

const adapters = {
  undici: {
    package: "@wechat-refund/adapter-undici",
    layer: async () => (await import("@wechat-refund/adapter-undici")).UndiciTransport.layer,
  },
  "node:https": {
    package: "@wechat-refund/adapter-node-https",
    layer: async () => (await import("@wechat-refund/adapter-node-https")).NodeHttpsTransport.layer,
  },
} as const;

const ours = (
  transport: Row["transport"],
  connections: Connections,
  signType: SignType,
  reply: ReplyFields = 18,
): Row => ({
  name: `ours, ${transport}`,
  kind: "ours",
  transport,
  connections,
  signType,
  reply,
  packages: [...core, adapters[transport].package],
  open: async (site) =>
    (await import("./clients/ours.ts")).open(site, await adapters[transport].layer(), connections, signType),
});

const oursV3 = (transport: Row["transport"]): Row => ({
  name: `ours v3, ${transport}`,
  kind: "ours",
  transport,
  connections: "pooled",
  signType: "RSA",
  reply: "JSON",
  packages: [...core, "@wechat-refund/apiv3", adapters[transport].package],
  open: async (site) => (await import("./clients/ours-v3.ts")).open(site, await adapters[transport].layer()),
});

const tenpay = (connections: Connections, reply: ReplyFields = 18): Row => ({
  name: connections === "fresh" ? "tenpay 2.1.18" : "tenpay, keep-alive forced",
  kind: "peer",
  transport: "node:https",
  connections,
  signType: "MD5",
  reply,
  packages: ["tenpay"],
  open: async (site) => (await import("./clients/tenpay.ts")).open(site, connections, "MD5"),
});

const axiosPlugin = (connections: Connections): Row => ({
  name: connections === "fresh" ? "wechatpay-axios-plugin 0.9.6" : "wechatpay-axios-plugin, keep-alive forced",
  kind: "peer",
  transport: "node:https",
  connections,
  signType: "MD5",
  reply: 18,
  packages: ["wechatpay-axios-plugin"],
  open: async (site) => (await import("./clients/axios-plugin.ts")).open(site, connections, "MD5"),
});

/** As published: it leaves the agent to Node, whose own keeps connections. */
const axiosPluginV3: Row = {
  name: "wechatpay-axios-plugin 0.9.6 v3",
  kind: "peer",
  transport: "node:https",
  connections: "pooled",
  signType: "RSA",
  reply: "JSON",
  packages: ["wechatpay-axios-plugin"],
  open: async (site) => (await import("./clients/axios-plugin-v3.ts")).open(site),
};

const plainHttps = (kind: "raw" | "hand-coded", connections: Connections): Row => ({
  name: `${kind}, node:https`,
  kind,
  transport: "node:https",
  connections,
  signType: "HMAC-SHA256",
  reply: 18,
  packages: [],
  open: async (site) =>
    (await import("./clients/plain-https.ts")).open(site, connections, kind === "raw" ? "none" : "HMAC-SHA256"),
});

const plainUndici = (kind: "raw" | "hand-coded", reply: ReplyFields = 18): Row => ({
  name: `${kind}, undici`,
  kind,
  transport: "undici",
  connections: "pooled",
  signType: "HMAC-SHA256",
  reply,
  packages: ["undici"],
  open: async (site) => (await import("./clients/plain-undici.ts")).open(site, kind === "raw" ? "none" : "HMAC-SHA256"),
});

const plainV3 = (transport: Row["transport"]): Row => ({
  name: `hand-coded v3, ${transport}`,
  kind: "hand-coded",
  transport,
  connections: "pooled",
  signType: "RSA",
  reply: "JSON",
  packages: transport === "undici" ? ["undici"] : [],
  open: async (site) =>
    transport === "undici"
      ? (await import("./clients/plain-undici.ts")).open(site, "RSA")
      : (await import("./clients/plain-https.ts")).open(site, "pooled", "RSA"),
});

export const rows: ReadonlyArray<Row> = [
  plainUndici("raw"),
  plainUndici("hand-coded"),
  plainHttps("raw", "pooled"),
  plainHttps("hand-coded", "pooled"),
  ours("undici", "pooled", "HMAC-SHA256"),
  ours("undici", "pooled", "MD5"),
  ours("node:https", "pooled", "HMAC-SHA256"),
  ours("node:https", "pooled", "MD5"),
  tenpay("pooled"),
  axiosPlugin("pooled"),
  plainUndici("hand-coded", 28),
  ours("undici", "pooled", "HMAC-SHA256", 28),
  tenpay("pooled", 28),
  plainHttps("raw", "fresh"),
  plainHttps("hand-coded", "fresh"),
  ours("undici", "fresh", "HMAC-SHA256"),
  ours("undici", "fresh", "MD5"),
  ours("node:https", "fresh", "HMAC-SHA256"),
  ours("node:https", "fresh", "MD5"),
  tenpay("fresh"),
  axiosPlugin("fresh"),
  plainV3("undici"),
  plainV3("node:https"),
  oursV3("undici"),
  oursV3("node:https"),
  axiosPluginV3,
];
