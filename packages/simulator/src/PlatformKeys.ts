/**
 * What WeChat Pay signs with under APIv3: each merchant's platform certificates (平台证书) over time, and its WeChat Pay public key
 * (微信支付公钥).
 *
 * The keys are made when they are first asked for, once for the process and in the order of the merchants: two gateways of one
 * configuration sign alike, and a client that takes one merchant's key for another's is found out.
 */
import { createPrivateKey, type KeyObject } from "node:crypto";
import * as PlatformIdentity from "@wechat-refund/testkit/PlatformIdentity";
import { InvalidConfig, type Merchant } from "./GatewayConfig.ts";

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

interface Certificate extends PlatformCertificate, Signer {}

const pool: Array<PlatformIdentity.PlatformIdentity> = [];
const identityAt = (n: number): PlatformIdentity.PlatformIdentity => (pool[n] ??= PlatformIdentity.make());

const furthest = Date.UTC(2049, 0, 1);

/** No keys yet. */
export const make = (merchants: ReadonlyArray<Merchant>): PlatformKeys => {
  const byNumber = new Map(merchants.map((merchant, n) => [merchant.mchId, { merchant, n }]));
  const certificates = new Map<string, ReadonlyArray<Certificate>>();
  const publicKeys = new Map<string, PublicKey & Signer>();
  /** Those whose latest request named the public key. */
  const namedPublicKey = new Set<string>();
  let used = merchants.length * 2;

  const of = (mchId: string) => {
    const found = byNumber.get(mchId);
    const v3 = found?.merchant.v3;
    if (found === undefined || v3 === undefined) {
      throw new InvalidConfig({ issues: [`mchId: no merchant ${mchId} with a v3 block`] });
    }
    return { n: found.n, v3 };
  };
  const certificateOf = (n: number, effectiveAt: number): Certificate => {
    const { certificatePem, privateKeyPem, serialNo } = identityAt(n);
    return {
      id: serialNo,
      serialNo,
      pem: certificatePem,
      privateKey: createPrivateKey(privateKeyPem),
      effectiveAt,
      expiresAt: furthest,
    };
  };
  const allOf = (mchId: string): ReadonlyArray<Certificate> => {
    const { n, v3 } = of(mchId);
    if (v3.platform === "public-key") return [];
    const known = certificates.get(mchId) ?? [certificateOf(n * 2, 0)];
    certificates.set(mchId, known);
    return known;
  };
  const good = (mchId: string, now: number) => allOf(mchId).filter(({ expiresAt }) => now < expiresAt);
  const publicKeyOf = (mchId: string): (PublicKey & Signer) | undefined => {
    const { n, v3 } = of(mchId);
    if (v3.platform === "certificate") return undefined;
    const known = publicKeys.get(mchId);
    if (known !== undefined) return known;
    const { privateKeyPem, publicKeyPem } = identityAt(n * 2 + 1);
    const digits = mchId.replaceAll(/\D/g, "").padStart(10, "0").slice(-10);
    const made = {
      id: `PUB_KEY_ID_01${digits}20260101${String(n).padStart(14, "0")}`,
      pem: publicKeyPem,
      privateKey: createPrivateKey(privateKeyPem),
    };
    publicKeys.set(mchId, made);
    return made;
  };
  /** The certificate that signs unless another is named; the public key of a merchant that has none. */
  const usual = (mchId: string, now: number): Signer => {
    const signing = good(mchId, now).find(({ effectiveAt }) => effectiveAt <= now) ?? allOf(mchId).at(-1);
    const found = signing ?? publicKeyOf(mchId);
    if (found === undefined) throw new Error("a merchant has a certificate or a public key");
    return found;
  };
  const named = (mchId: string, id: string | undefined, now: number): Signer | undefined => {
    const publicKey = publicKeyOf(mchId);
    if (id !== undefined && id === publicKey?.id) return publicKey;
    return good(mchId, now).find((certificate) => certificate.id === id && certificate.effectiveAt <= now);
  };

  return {
    publicKey: (mchId) => {
      const found = publicKeyOf(mchId);
      return found && { id: found.id, pem: found.pem };
    },
    certificates: (mchId, now) =>
      good(mchId, now).map(({ serialNo, pem, effectiveAt, expiresAt }) => ({ serialNo, pem, effectiveAt, expiresAt })),
    rotate: (mchId, now, { announcedMillis, graceMillis }) => {
      const known = allOf(mchId);
      if (known.length === 0) {
        throw new InvalidConfig({
          issues: [`mchId: merchant ${mchId} verifies with the public key, which does not change`],
        });
      }
      const { id: _, privateKey: __, ...shown } = certificateOf(used, now + announcedMillis);
      const ends = shown.effectiveAt + graceMillis;
      certificates.set(mchId, [
        certificateOf(used++, shown.effectiveAt),
        ...known.map((old) => ({ ...old, expiresAt: Math.min(old.expiresAt, ends) })),
      ]);
      return shown;
    },
    signer: (mchId, id, now) => {
      const found = named(mchId, id, now) ?? usual(mchId, now);
      if (found.id === publicKeyOf(mchId)?.id) namedPublicKey.add(mchId);
      else namedPublicKey.delete(mchId);
      return found;
    },
    noticeSigner: (mchId, fraction, now) => {
      const share = of(mchId).v3.noticesByPublicKey ?? (namedPublicKey.has(mchId) ? 1 : 0);
      return (fraction < share ? publicKeyOf(mchId) : undefined) ?? usual(mchId, now);
    },
  };
};
