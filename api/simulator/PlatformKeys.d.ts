/**
 * What WeChat Pay signs with under APIv3: each merchant's platform certificates (平台证书) over time, and its WeChat Pay public key
 * (微信支付公钥).
 *
 * The keys are made when they are first asked for, once for the process and in the order of the merchants: two gateways of one
 * configuration sign alike, and a client that takes one merchant's key for another's is found out.
 */
import { type KeyObject } from "node:crypto";
import { type Merchant } from "./GatewayConfig.ts";
/** A WeChat Pay public key, as the merchant platform offers it for download. */
export interface PublicKey {
    /** `PUB_KEY_ID_` and digits. */
    readonly id: string;
    readonly pem: string;
}
/** A platform certificate. Times in milliseconds since 1970. */
export interface PlatformCertificate {
    readonly serialNo: string;
    readonly pem: string;
    /** From then on it signs what names no other key. */
    readonly effectiveAt: number;
    readonly expiresAt: number;
}
/** A key with the id under which a client knows it. */
export interface Signer {
    readonly id: string;
    readonly privateKey: KeyObject;
}
export interface Rotation {
    /** How long the new certificate is told of before it signs. */
    readonly announcedMillis: number;
    /** How long after that the old one stays good. */
    readonly graceMillis: number;
}
export interface PlatformKeys {
    /** The key a merchant downloads; undefined for one that verifies with certificates alone. Throws {@link InvalidConfig}. */
    readonly publicKey: (mchId: string) => PublicKey | undefined;
    /** The certificates that are good or will be, the latest first; none for a merchant that verifies with the public key alone. */
    readonly certificates: (mchId: string, now: number) => ReadonlyArray<PlatformCertificate>;
    /** Gives a merchant a new platform certificate. Throws {@link InvalidConfig}. */
    readonly rotate: (mchId: string, now: number, rotation: Rotation) => PlatformCertificate;
    /** Whose key signs a reply to a request that names this one in `Wechatpay-Serial`. */
    readonly signer: (mchId: string, named: string | undefined, now: number) => Signer;
    /** Whose key signs a notice; `fraction` from 0 to below 1 decides where it is shared out. */
    readonly noticeSigner: (mchId: string, fraction: number, now: number) => Signer;
}
/** No keys yet. */
export declare const make: (merchants: ReadonlyArray<Merchant>) => PlatformKeys;
