/** What a merchant has for APIv3, on both sides of the wire, and through what it makes new refunds. Its key is made once for a process. */
import { generateKeyPairSync } from "node:crypto";
import { ApiV3 } from "@wechat-refund/apiv3";
import { type Merchants, Transport } from "@wechat-refund/core";
import type { GatewayConfig } from "@wechat-refund/simulator";
import * as Layer from "effect/Layer";
import * as Redacted from "effect/Redacted";
import { seeded } from "../../../simulator/test/virtualTime.ts";
import type { Protocol } from "./wire.ts";

/** How a merchant speaks; without one it has APIv2 alone. */
export interface Speech {
  /** What new refunds are made through, until the merchant moves and from then on. */
  readonly first: Protocol;
  readonly later: Protocol;
  /** Whether it has APIv2 as well, in which it is told of refunds, and goes on with those that were begun so. */
  readonly hasV2: boolean;
  readonly platform: "certificate" | "public-key" | "both";
  /** Whether its settings name the public key, so that nothing need be downloaded. */
  readonly namesKey: boolean;
  readonly notices: "by-refund" | "v3";
}

/** Six merchants in ten have APIv2 alone, two APIv3, and two move from one to the other while refunds are under way. */
export const speechOf = (random: () => number): Speech | undefined => {
  const [kind, back, platform, names, form] = [random(), random(), random(), random(), random()];
  if (kind < 0.6) return undefined;
  const moves = kind >= 0.8;
  const first = moves && back < 0.85 ? "v2" : "v3";
  const keys = platform < 0.3 ? "certificate" : platform < 0.6 ? "public-key" : "both";
  return {
    first,
    // Some move back.
    later: moves && first === "v3" ? "v2" : "v3",
    hasV2: moves || back < 0.5,
    platform: keys,
    namesKey: keys === "public-key" || (keys === "both" && names < 0.5),
    notices: form < 0.3 ? "v3" : "by-refund",
  };
};

export const apiV3KeyOf = (mchId: string): string => `LifeKeyV3${mchId}${"0".repeat(13)}`;

interface Key {
  readonly serialNo: string;
  readonly publicKey: string;
  readonly privateKey: string;
}

const made = new Map<string, Key>();
const keyOf = (mchId: string): Key => {
  const known = made.get(mchId);
  if (known !== undefined) return known;
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = {
    serialNo: `A0${mchId}`.padEnd(40, "0"),
    publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
  made.set(mchId, key);
  return key;
};

/** A part of the private key, as nothing that is printed may hold it. */
export const secretOf = (mchId: string): string | undefined => made.get(mchId)?.privateKey.split("\n")[1];

/** The gateway's side. */
export const blockAtGateway = (
  mchId: string,
  { notices, platform }: Speech,
): typeof GatewayConfig.MerchantV3.Encoded => {
  const { publicKey, serialNo } = keyOf(mchId);
  return { serialNo, publicKey, apiKey: apiV3KeyOf(mchId), platform, notices };
};

/** The merchant's side. */
export const blockOf = (
  mchId: string,
  { namesKey }: Speech,
  publicKey: { readonly id: string; readonly pem: string } | undefined,
  transport: Transport.Transport["Service"],
): Merchants.V3 => {
  const { privateKey, serialNo } = keyOf(mchId);
  return ApiV3.block({
    mchId,
    serialNo,
    privateKey: Redacted.make(privateKey),
    apiV3Key: Redacted.make(apiV3KeyOf(mchId)),
    ...(namesKey && publicKey !== undefined && { publicKeys: [{ id: publicKey.id, key: publicKey.pem }] }),
    transport: Layer.succeed(Transport.Transport, transport),
  });
};

/** The draws of a seed for this, apart from all others, so that what merchants of APIv2 meet is what they always met. */
export const apart = (seed: number): (() => number) => seeded(seed * 69_621 + 7);
