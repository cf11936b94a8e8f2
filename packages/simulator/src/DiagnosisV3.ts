/**
 * Why a signature of APIv3 is wrong (签名错误): the five lines that had to be signed, and the mistake that gives the signature that came.
 *
 * A signature cannot be undone, so texts that people sign by mistake are checked against it, one by one, with the keys there are. The one
 * that fits is no guess. Where none fits it says so.
 */
import { constants, type KeyObject, verify as verifyRsa } from "node:crypto";
import type { Mistake } from "./internal/suspects.ts";
import { suspects } from "./internal/v3/suspects.ts";
import { type Credentials, requestText, type Signable, verify } from "./MessageV3.ts";

/** A merchant's key, and how the request named it. */
export interface MerchantKey {
  readonly mchId: string;
  readonly serialNo: string;
  readonly publicKey: KeyObject;
}

export interface DiagnosisV3 {
  /** Whether the merchant's key signed these lines, and serial number and time are right as well. */
  readonly right: boolean;
  /** What had to be signed, line by line, each with its end. */
  readonly lines: ReadonlyArray<{ readonly name: string; readonly value: string }>;
  readonly text: string;
  readonly given: string;
  /** Absent where it is right, or where no known mistake fits. */
  readonly finding?: { readonly mistake: Mistake; readonly text: string; readonly differsAt?: number };
}

/** The same signature written otherwise, as Base64. */
const writings = (given: string): ReadonlyArray<{ readonly mistake: Mistake; readonly signature: string }> => [
  ...(/^[0-9a-f]+$/i.test(given)
    ? [
        {
          mistake: { kind: "writing", says: "It is written in hex.", remedy: "Write it in Base64." },
          signature: Buffer.from(given, "hex").toString("base64"),
        },
      ]
    : []),
  ...(/[-_]/.test(given) || !given.endsWith("=")
    ? [
        {
          mistake: {
            kind: "writing",
            says: "It is written in the Base64 of addresses, or without its end.",
            remedy: "Write it in standard Base64, with + and / and =.",
          },
          signature: Buffer.from(given, "base64url").toString("base64"),
        },
      ]
    : []),
];

const algorithms = (text: Uint8Array, given: string, key: KeyObject): Mistake | undefined => {
  const bytes = Buffer.from(given, "base64");
  if (verifyRsa("sha1", text, key, bytes)) {
    return { kind: "algorithm", says: "It was signed with SHA-1.", remedy: "Sign with SHA-256 and RSA, PKCS#1 v1.5." };
  }
  const padding = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO };
  return verifyRsa("sha256", text, padding, bytes)
    ? { kind: "algorithm", says: "It was signed with RSA-PSS.", remedy: "Sign with SHA-256 and RSA, PKCS#1 v1.5." }
    : undefined;
};

const firstDifference = (a: string, b: string): number | undefined => {
  if (a === b) return undefined;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
};

const mistimed: Mistake = {
  kind: "clock",
  says: "The timestamp is more than five minutes from the gateway's.",
  remedy: "Send the time in seconds since 1970, of a clock that is set (NTP); sign anew for each attempt.",
};
const wrongSerial: Mistake = {
  kind: "serial",
  says: "serial_no is not that of the merchant's certificate.",
  remedy: "Name the certificate that goes with the key, in 40 upper-case hex digits.",
};

/** What there is to judge by. */
export interface Case {
  readonly request: Omit<Signable, "timestamp" | "nonce">;
  readonly credentials: Credentials;
  /** Of the merchant that the request names. */
  readonly own: MerchantKey;
  readonly others: ReadonlyArray<MerchantKey>;
  /** Whether the request's time was too far from the gateway's. */
  readonly isMistimed: boolean;
}

/** Looks at a request's signature, its serial number and its time. */
export const diagnose = ({ credentials, isMistimed, own, others, request }: Case): DiagnosisV3 => {
  const { nonce, serialNo, signature: given, timestamp } = credentials;
  const signable = { ...request, timestamp, nonce };
  const bytes = requestText(signable);
  const text = Buffer.from(bytes).toString();
  const found = (mistake: Mistake, signed: Uint8Array = bytes): DiagnosisV3["finding"] => {
    const other = Buffer.from(signed).toString();
    const differsAt = firstDifference(text, other);
    return { mistake, text: other, ...(differsAt !== undefined && { differsAt }) };
  };
  const search = (): DiagnosisV3["finding"] => {
    const all = suspects(signable);
    for (const { mchId, publicKey } of [own, ...others]) {
      if (mchId !== own.mchId && verify(bytes, given, publicKey)) {
        return found({
          kind: "key",
          says: `It was signed with the key of merchant ${mchId}.`,
          remedy: `Sign with the key of merchant ${own.mchId}, whose number the request names.`,
        });
      }
      const fits = all.find((one) => verify(one.text, given, publicKey));
      if (fits !== undefined) return found(fits.mistake, fits.text);
    }
    for (const { mistake, signature } of writings(given)) {
      if (verify(bytes, signature, own.publicKey)) return found(mistake);
    }
    const algorithm = algorithms(bytes, given, own.publicKey);
    return algorithm && found(algorithm);
  };
  const isSigned = verify(bytes, given, own.publicKey);
  const beside = isMistimed ? mistimed : serialNo === own.serialNo ? undefined : wrongSerial;
  const finding = isSigned ? beside && found(beside) : search();
  return {
    right: isSigned && beside === undefined,
    lines: [
      { name: "method", value: request.method },
      { name: "path and query", value: request.target },
      { name: "timestamp", value: timestamp },
      { name: "nonce_str", value: nonce },
      { name: "body", value: Buffer.from(request.body).toString() },
    ],
    text,
    given,
    ...(finding !== undefined && { finding }),
  };
};
