/**
 * Real certificates for tests, made when they are first asked for: an authority, servers that are right or wrong in one way
 * each, and merchants. Keys come from `node:crypto`, certificates and PKCS#12 files from node-forge.
 *
 * Nothing here is fit for production: the keys are handed out in the clear.
 */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import forge from "node-forge";
import { daysFromNow, ecKeys, type Issue, issue, nameOf, pem, rsaKeys, signed } from "./internal/issue.ts";
import type { Identity } from "./internal/identities.ts";
import { oid, sequence, toBinary } from "./internal/pkcs12.ts";

export type { Identity, Pkcs12Form } from "./internal/identities.ts";

/** Every member is made on first use and kept, so that all tests of a file share it. */
export interface TestIdentities {
  /** PEM of the authority that signed everything not said to be otherwise. */
  readonly ca: string;
  /** PEM of an authority that nobody has reason to trust. */
  readonly otherCa: string;

  /** The right server: valid, for `hosts`, 127.0.0.1 and ::1. */
  readonly server: Identity;
  readonly serverWrongName: Identity;
  readonly serverExpired: Identity;
  readonly serverNotYetValid: Identity;
  readonly serverSelfSigned: Identity;
  /** RSA-1024; a server needs `ciphers: "DEFAULT@SECLEVEL=0"` to load it. */
  readonly serverWeakKey: Identity;
  /** Signed by `otherCa`. */
  readonly serverOtherCa: Identity;

  /** Its common name is the merchant number, as in every merchant certificate here. */
  readonly merchantA: Identity;
  readonly merchantB: Identity;
  /** Merchant A's number, expired. */
  readonly merchantExpired: Identity;
  /** Merchant A's number, valid from next year. */
  readonly merchantNotYetValid: Identity;
  /** Merchant A's number on an EC P-256 key. */
  readonly merchantEc: Identity;
  /** Merchant A's number, signed by `otherCa`: claims to be merchant A and is not. */
  readonly stranger: Identity;

  /** PEM of `ca`'s revocation list; every identity given must be one that `ca` signed. */
  readonly crlPem: (revoked: ReadonlyArray<Identity>) => string;
}

export interface Options {
  /** Default `"1900000109"`. */
  readonly merchantA?: string;
  /** Default `"1900000110"`. */
  readonly merchantB?: string;
  /** Names and addresses of the servers, beside 127.0.0.1 and ::1. Default `["localhost"]`. */
  readonly hosts?: ReadonlyArray<string>;
}

const authority = (commonName: string): Identity =>
  issue({
    commonName,
    notAfter: daysFromNow(3650),
    notBefore: daysFromNow(-800),
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
      { name: "subjectKeyIdentifier" },
    ],
  });

const leaf = (usage: "serverAuth" | "clientAuth"): ReadonlyArray<object> => [
  { name: "basicConstraints", cA: false },
  { name: "keyUsage", digitalSignature: true, keyEncipherment: true, critical: true },
  { name: "extKeyUsage", [usage]: true },
];

const serverFor = (hosts: ReadonlyArray<string>): Omit<Issue, "issuer"> => ({
  commonName: hosts[0] ?? "localhost",
  extensions: [
    ...leaf("serverAuth"),
    {
      name: "subjectAltName",
      altNames: hosts.map((host) => (isIP(host) === 0 ? { type: 2, value: host } : { type: 7, ip: host })),
    },
  ],
});

const past = () => ({ notBefore: daysFromNow(-400), notAfter: daysFromNow(-2) });
const future = () => ({ notBefore: daysFromNow(365), notAfter: daysFromNow(730) });

const merchant = (number: string): Omit<Issue, "issuer"> => ({ commonName: number, extensions: leaf("clientAuth") });

const revocationList = (issuer: Identity, revoked: ReadonlyArray<Identity>): string => {
  const { Class, Type, create, dateToUtcTime } = forge.asn1;
  const time = (days: number) => create(Class.UNIVERSAL, Type.UTCTIME, false, dateToUtcTime(daysFromNow(days)));
  const entries = revoked.map(({ certificatePem }) => {
    const serial = Buffer.from(new X509Certificate(certificatePem).serialNumber, "hex");
    return sequence(create(Class.UNIVERSAL, Type.INTEGER, false, toBinary(serial)), time(-1));
  });
  const toBeSigned = sequence(
    create(Class.UNIVERSAL, Type.INTEGER, false, "\x01"),
    sequence(oid("sha256WithRSAEncryption"), forge.asn1.fromDer("\x05\x00")),
    forge.pki.distinguishedNameToAsn1({ attributes: nameOf(issuer.certificatePem) }),
    time(-1),
    time(30),
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
  );
  return pem("X509 CRL", signed(toBeSigned, issuer.privateKeyPem));
};

/** A family of identities under one pair of authorities; nothing is made before it is asked for. */
export const make = (options: Options = {}): TestIdentities => {
  const merchantA = options.merchantA ?? "1900000109";
  const hosts = [...new Set([...(options.hosts ?? ["localhost"]), "127.0.0.1", "::1"])];
  const made = new Map<string, Identity>();
  const once = (name: string, build: () => Identity): Identity => {
    const identity = made.get(name) ?? build();
    made.set(name, identity);
    return identity;
  };
  const ca = () => once("ca", () => authority("Test authority"));
  const otherCa = () => once("otherCa", () => authority("Another test authority"));
  const byCa = (name: string, subject: () => Issue): Identity =>
    once(name, () => issue({ issuer: ca(), ...subject() }));
  return {
    get ca() {
      return ca().certificatePem;
    },
    get otherCa() {
      return otherCa().certificatePem;
    },
    get server() {
      return byCa("server", () => serverFor(hosts));
    },
    get serverWrongName() {
      return byCa("serverWrongName", () => serverFor(["wrong-name.invalid"]));
    },
    get serverExpired() {
      return byCa("serverExpired", () => ({ ...serverFor(hosts), ...past() }));
    },
    get serverNotYetValid() {
      return byCa("serverNotYetValid", () => ({ ...serverFor(hosts), ...future() }));
    },
    get serverSelfSigned() {
      return once("serverSelfSigned", () => issue(serverFor(hosts)));
    },
    get serverWeakKey() {
      return byCa("serverWeakKey", () => ({ ...serverFor(hosts), keys: rsaKeys(1024) }));
    },
    get serverOtherCa() {
      return once("serverOtherCa", () => issue({ ...serverFor(hosts), issuer: otherCa() }));
    },
    get merchantA() {
      return byCa("merchantA", () => merchant(merchantA));
    },
    get merchantB() {
      return byCa("merchantB", () => merchant(options.merchantB ?? "1900000110"));
    },
    get merchantExpired() {
      return byCa("merchantExpired", () => ({ ...merchant(merchantA), ...past() }));
    },
    get merchantNotYetValid() {
      return byCa("merchantNotYetValid", () => ({ ...merchant(merchantA), ...future() }));
    },
    get merchantEc() {
      return byCa("merchantEc", () => ({ ...merchant(merchantA), keys: ecKeys() }));
    },
    get stranger() {
      return once("stranger", () => issue({ ...merchant(merchantA), issuer: otherCa() }));
    },
    crlPem: (revoked) => revocationList(ca(), revoked),
  };
};

const fixture = (name: string): Buffer => readFileSync(new URL(`../fixtures/rc2-40/${name}`, import.meta.url));

/**
 * A PKCS#12 file written by OpenSSL itself with RC2-40, as old downloads of WeChat Pay are, and the authority that signed it.
 * Valid for decades and worthless: the authority's key was thrown away.
 */
export const legacyFixture = (): {
  readonly pkcs12: Uint8Array;
  readonly passphrase: string;
  readonly caPem: string;
  readonly merchantNumber: string;
} => {
  return {
    pkcs12: fixture("apiclient_cert.p12"),
    passphrase: "1900000109",
    caPem: fixture("ca.pem").toString("utf8"),
    merchantNumber: "1900000109",
  };
};
