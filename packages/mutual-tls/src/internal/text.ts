/**
 * Certificate material given as text: what an environment, a secret store or a JSON string makes of it, turned back. Text that is
 * something else, such as the path of a file, is told by what it is.
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import * as Effect from "effect/Effect";
import { type CertificateError, refuse } from "../CertificateError.ts";
import * as Shown from "../Shown.ts";
import { formOf, type Material } from "./material.ts";

/** Where the text comes from, and where the path of a file belongs instead. */
export interface Origin {
  readonly setting?: string | undefined;
  readonly other?: string | undefined;
}

const material = (bytes: Buffer, { setting }: Origin): Material => ({
  bytes,
  ...(setting !== undefined && { setting }),
});

/** The bytes of base64 text, also over several lines, in quotes, or in the alphabet for addresses. */
const decode = (text: string): Buffer | undefined => {
  const compact = text.replaceAll(/\\[rn]|[\s"']/g, "");
  return /^[A-Za-z0-9+/_-]{60,}=*$/.test(compact) ? Buffer.from(compact, "base64") : undefined;
};

const notAPath = (text: string, { other, setting }: Origin): Effect.Effect<void, CertificateError> =>
  Shown.isPath(text.trim())
    ? Effect.fail(
        refuse("file-instead-of-value", { setting, found: other && `The path of a file belongs into ${other}.` }),
      )
    : Effect.void;

const armoured = (label: string, der: Buffer): Buffer =>
  Buffer.from(`-----BEGIN ${label}-----\n${der.toString("base64")}\n-----END ${label}-----\n`);

const reads = (read: () => unknown): boolean => {
  try {
    read();
    return true;
  } catch {
    return false;
  }
};

const unarmoured =
  "It is base64 without its first and last line: put back the lines that start with -----BEGIN and -----END.";

/** PEM text, or what can be nothing but one that lost its first and last line or was put into base64 once more. */
export const pem = Effect.fnUntraced(function* (
  what: "certificate" | "key",
  text: string,
  origin: Origin = {},
): Effect.fn.Return<Material, CertificateError> {
  const { setting } = origin;
  if (text.includes("-----BEGIN ")) return material(Buffer.from(text), origin);
  yield* notAPath(text, origin);
  const bytes = decode(text);
  if (bytes === undefined) return material(Buffer.from(text), origin);
  const form = formOf(bytes);
  if (form === "pem") return material(bytes, origin);
  if (form === "pkcs12") return yield* refuse("pkcs12-instead-of-pem", { setting });
  const label = what === "certificate" ? "CERTIFICATE" : "PRIVATE KEY";
  const isIt =
    what === "certificate"
      ? reads(() => new X509Certificate(bytes))
      : reads(() => createPrivateKey({ key: bytes, format: "der", type: "pkcs8" }));
  return isIt ? material(armoured(label, bytes), origin) : yield* refuse("not-pem", { setting, found: unarmoured });
});

/** A PKCS#12 file as base64 text. */
export const pkcs12 = Effect.fnUntraced(function* (
  text: string,
  origin: Origin = {},
): Effect.fn.Return<Material, CertificateError> {
  const { setting } = origin;
  if (text.includes("-----BEGIN ")) return yield* refuse("pem-instead-of-pkcs12", { setting });
  yield* notAPath(text, origin);
  const bytes = decode(text);
  const found = "It must be the base64 text of the file, as `base64 apiclient_cert.p12` prints it.";
  return bytes === undefined ? yield* refuse("not-pkcs12", { setting, found }) : material(bytes, origin);
});
