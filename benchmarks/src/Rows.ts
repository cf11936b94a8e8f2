/** The rows of the table. Each client's code is loaded by its `open`, so that a cold start loads nothing else. */
import type { Connections, Row } from "./Client.ts";
import type { SignType } from "./Story.ts";

const core = ["@wechat-refund/core", "@wechat-refund/mutual-tls", "effect"];

const ours = (transport: Row["transport"], connections: Connections, signType: SignType): Row => ({
  name: `ours, ${transport}`,
  kind: "ours",
  transport,
  connections,
  signType,
  packages: [...core, transport === "undici" ? "@wechat-refund/adapter-undici" : "@wechat-refund/adapter-node-https"],
  open: async (site) =>
    transport === "undici"
      ? (await import("./clients/ours-undici.ts")).open(site, connections, signType)
      : (await import("./clients/ours-https.ts")).open(site, connections, signType),
});

const tenpay = (connections: Connections): Row => ({
  name: connections === "fresh" ? "tenpay 2.1.18" : "tenpay, keep-alive forced",
  kind: "peer",
  transport: "node:https",
  connections,
  signType: "MD5",
  packages: ["tenpay"],
  open: async (site) => (await import("./clients/tenpay.ts")).open(site, connections, "MD5"),
});

const axiosPlugin = (connections: Connections): Row => ({
  name: connections === "fresh" ? "wechatpay-axios-plugin 0.9.6" : "wechatpay-axios-plugin, keep-alive forced",
  kind: "peer",
  transport: "node:https",
  connections,
  signType: "MD5",
  packages: ["wechatpay-axios-plugin"],
  open: async (site) => (await import("./clients/axios-plugin.ts")).open(site, connections, "MD5"),
});

const plainHttps = (kind: "raw" | "hand-coded", connections: Connections): Row => ({
  name: `${kind}, node:https`,
  kind,
  transport: "node:https",
  connections,
  signType: "HMAC-SHA256",
  packages: [],
  open: async (site) =>
    (await import("./clients/plain-https.ts")).open(site, connections, kind === "raw" ? "none" : "HMAC-SHA256"),
});

const plainUndici = (kind: "raw" | "hand-coded"): Row => ({
  name: `${kind}, undici`,
  kind,
  transport: "undici",
  connections: "pooled",
  signType: "HMAC-SHA256",
  packages: ["undici"],
  open: async (site) => (await import("./clients/plain-undici.ts")).open(site, kind === "raw" ? "none" : "HMAC-SHA256"),
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
  plainHttps("raw", "fresh"),
  plainHttps("hand-coded", "fresh"),
  ours("undici", "fresh", "HMAC-SHA256"),
  ours("undici", "fresh", "MD5"),
  ours("node:https", "fresh", "HMAC-SHA256"),
  ours("node:https", "fresh", "MD5"),
  tenpay("fresh"),
  axiosPlugin("fresh"),
];
