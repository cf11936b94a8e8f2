/**
 * Opens PKCS#12 files with node-forge, which is loaded only when there is one to open.
 *
 * Node's own `pfx` option is not used: OpenSSL 3 refuses RC2-40, the form merchants hold; Node trusts the authorities inside
 * the file as server roots; and what was opened cannot be checked.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import * as Effect from "effect/Effect";
import type forge from "node-forge";
import { type CertificateError, type Problem, refuse } from "../CertificateError.ts";
import { type Form, formOf, type Material } from "./material.ts";

export interface Contents {
  readonly certificates: ReadonlyArray<X509Certificate>;
  readonly keys: ReadonlyArray<KeyObject>;
  /** Holds certificates under RC2-40. */
  readonly legacy: boolean;
}

const notPkcs12: Readonly<Record<Exclude<Form, "pkcs12">, Problem>> = {
  empty: "empty",
  pem: "pem-instead-of-pkcs12",
  der: "not-pkcs12",
  "binary-read-as-text": "binary-read-as-text",
  base64: "base64-instead-of-binary",
  "cut-off": "cut-off",
  unknown: "not-pkcs12",
};

/** 1.2.840.113549.1.12.1.6, pbeWithSHA1And40BitRC2-CBC, in DER. */
const rc2Identifier = Buffer.from("060a2a864886f70d010c0106", "hex");

/** forge says what is wrong in its messages only; they hold nothing of the file. */
const problemOf = (cause: unknown): Problem => {
  const message = cause instanceof Error ? cause.message : "";
  if (/password|Failed to decrypt/.test(message)) return "wrong-passphrase";
  if (/unsupported|password integrity mode/i.test(message)) return "unsupported-algorithm";
  return "damaged";
};

const hintOf = (problem: Problem, passphrase: string): string | undefined => {
  if (problem !== "wrong-passphrase") return undefined;
  if (passphrase !== passphrase.trim()) return "The passphrase given starts or ends with white space.";
  return /^[\x20-\x7e]*$/.test(passphrase) ? undefined : "The passphrase given has characters that are not ASCII.";
};

const openWith = ({ asn1, pki, pkcs12 }: typeof forge, bytes: Buffer, passphrase: string): Omit<Contents, "legacy"> => {
  const der = (value: forge.asn1.Asn1): Buffer => Buffer.from(asn1.toDer(value).getBytes(), "latin1");
  // What follows the file's own end, often a line end, is not part of it.
  const file = asn1.fromDer(bytes.toString("latin1"), { strict: true, parseAllBytes: false } as unknown as boolean);
  const bags = pkcs12.pkcs12FromAsn1(file, false, passphrase).safeContents.flatMap(({ safeBags }) => safeBags);
  const ofType = (...names: ReadonlyArray<string>) =>
    bags.filter(({ type }) => names.some((name) => pki.oids[name] === type));
  return {
    // Where forge cannot read a certificate or key itself, such as an EC one, it leaves the ASN.1 for Node to read.
    certificates: ofType("certBag").map(
      ({ cert, asn1: raw }) => new X509Certificate(der(cert ? pki.certificateToAsn1(cert) : raw)),
    ),
    keys: ofType("keyBag", "pkcs8ShroudedKeyBag").map(({ key, asn1: raw }) =>
      createPrivateKey({
        key: der(key ? pki.wrapRsaPrivateKey(pki.privateKeyToAsn1(key)) : raw),
        format: "der",
        type: "pkcs8",
      }),
    ),
  };
};

/**
 * What opens such a file and every hash that one may name, and no more: all of node-forge would be half as much again in a bundle. Its types
 * are of the whole; the first two parts add themselves to the third.
 */
const loadForge = async (): Promise<typeof forge> => {
  // @ts-expect-error it has no types of its own
  await import("node-forge/lib/md.all.js");
  // @ts-expect-error it has no types of its own
  await import("node-forge/lib/pkcs12.js");
  // @ts-expect-error it has no types of its own
  return (await import("node-forge/lib/forge.js")).default;
};

/** It asks for `node:crypto` in the way of CommonJS only now, which a bundle that is an ES module has to be told. */
const cannotLoad = (cause: unknown): never => {
  const why = cause instanceof Error ? cause.message : String(cause);
  throw new Error(
    `A PKCS#12 file cannot be opened, as node-forge cannot be loaded (${why}). An ES module that esbuild made needs the banner that defines require: see docs/run-times.md of wechat-refund, or give the PEM pair.`,
    { cause },
  );
};

export const open = Effect.fnUntraced(function* (
  { bytes, ...where }: Material,
  passphrase: string,
): Effect.fn.Return<Contents, CertificateError> {
  const form = formOf(bytes);
  if (form !== "pkcs12") return yield* refuse(notPkcs12[form], where);
  const nodeForge = yield* Effect.promise(() => loadForge().catch(cannotLoad));
  const contents = yield* Effect.try({
    try: () => openWith(nodeForge, bytes, passphrase),
    catch: (cause) => {
      const problem = problemOf(cause);
      return refuse(problem, { ...where, found: hintOf(problem, passphrase) });
    },
  });
  return { ...contents, legacy: bytes.includes(rc2Identifier) };
});
