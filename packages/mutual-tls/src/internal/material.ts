/** Bytes of certificate material: read from a file, told apart by their form, cut into PEM blocks. */
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import * as Effect from "effect/Effect";
import { type CertificateError, type Problem, refuse } from "../CertificateError.ts";

/** Bytes, and the name of the file they came from. */
export interface Material {
  readonly bytes: Buffer;
  readonly file?: string;
}

const codeOf = (cause: unknown): string | undefined => {
  const code = (cause as { readonly code?: unknown } | null)?.code;
  return typeof code === "string" ? code : undefined;
};

const fileProblems: Readonly<Record<string, Problem>> = {
  ENOENT: "file-missing",
  ENOTDIR: "file-missing",
  EISDIR: "file-is-directory",
};

/** Reads a file whole; one that holds a secret and is open to others is warned about. */
export const read = Effect.fnUntraced(function* (file: string, options: { readonly secret: boolean }) {
  const refused = (cause: unknown) => {
    const code = codeOf(cause);
    return refuse(fileProblems[code ?? ""] ?? "file-unreadable", { file, found: code && `(${code})` });
  };
  const bytes = yield* Effect.tryPromise({ try: () => readFile(file), catch: refused });
  const { mode } = yield* Effect.tryPromise({ try: () => stat(file), catch: refused });
  if (options.secret && process.platform !== "win32" && (mode & 0o044) !== 0) {
    yield* Effect.logWarning(
      `${file} holds a private key and its group or everybody may read it (mode ${(mode & 0o777).toString(8)}): run chmod 600 on it`,
    );
  }
  return { bytes, file } satisfies Material;
});

export type Form = "empty" | "pem" | "pkcs12" | "der" | "binary-read-as-text" | "base64" | "cut-off" | "unknown";

const replacementCharacter = "\u00ef\u00bf\u00bd";

/** Tells the forms apart by their first bytes, which is how far a mistaken file can be trusted. */
export const formOf = (bytes: Buffer): Form => {
  const text = bytes.toString("latin1");
  if (text.trim() === "") return "empty";
  if (text.includes("-----BEGIN ")) return "pem";
  if (/^\s*MI[A-Za-z0-9+/\s]+=*\s*$/.test(text)) return "base64";
  if (bytes[0] !== 0x30) return "unknown";
  // A second byte of 0x80..0x84 turns into these when it is decoded as UTF-8, or decoded as Latin-1 and written as UTF-8.
  if (text.startsWith(replacementCharacter, 1) || bytes[1] === 0xc2) return "binary-read-as-text";
  const lengthBytes = (bytes[1] ?? 0) >= 0x80 ? (bytes[1] ?? 0) - 0x80 : 0;
  const start = 2 + lengthBytes;
  if (bytes.length <= start + 3) return "cut-off";
  // No length bytes after 0x80: BER of indefinite length, which ends where it ends.
  if (lengthBytes > 0 && lengthBytes <= 4 && start + bytes.readUIntBE(2, lengthBytes) > bytes.length) return "cut-off";
  // PFX ::= SEQUENCE { version INTEGER (3), … }
  return text.startsWith("\u0002\u0001\u0003", start) ? "pkcs12" : "der";
};

export interface Block {
  readonly label: string;
  readonly pem: string;
}

const notPem: Readonly<Record<Exclude<Form, "pem">, Problem>> = {
  empty: "empty",
  pkcs12: "pkcs12-instead-of-pem",
  der: "der-instead-of-pem",
  "binary-read-as-text": "binary-read-as-text",
  base64: "not-pem",
  "cut-off": "cut-off",
  unknown: "not-pem",
};

/** The PEM blocks of `material`, at least one. */
export const blocks = (material: Material): Effect.Effect<ReadonlyArray<Block>, CertificateError> => {
  const form = formOf(material.bytes);
  if (form !== "pem") return Effect.fail(refuse(notPem[form], { file: material.file }));
  const text = material.bytes.toString("utf8");
  const found = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g)].map(
    ([pem, label]): Block => ({ label: label ?? "", pem }),
  );
  const whole = found.length === text.split("-----BEGIN ").length - 1;
  return whole ? Effect.succeed(found) : Effect.fail(refuse("cut-off", { file: material.file }));
};

export const isCertificate = (block: Block): boolean => /^(X509 |TRUSTED )?CERTIFICATE$/.test(block.label);
export const isKey = (block: Block): boolean => block.label.endsWith("PRIVATE KEY");

/** A PEM that went through an environment variable or a JSON string often has lost its line ends. */
const flattened = (block: Block): string | undefined =>
  block.pem.includes(String.raw`\n`)
    ? String.raw`It has \n written out in place of line ends: replace them with line ends.`
    : block.pem.includes("\n")
      ? undefined
      : "It is on one line: PEM needs its line ends.";

export const certificate = (block: Block, file?: string): Effect.Effect<X509Certificate, CertificateError> =>
  Effect.try({
    try: () => new X509Certificate(block.pem),
    catch: () => refuse("damaged", { file, found: flattened(block) }),
  });

export const privateKey = (
  block: Block,
  passphrase: string | undefined,
  file?: string,
): Effect.Effect<KeyObject, CertificateError> => {
  const encrypted = block.label === "ENCRYPTED PRIVATE KEY" || block.pem.includes("Proc-Type: 4,ENCRYPTED");
  if (encrypted && (passphrase === undefined || passphrase === "")) {
    return Effect.fail(refuse("passphrase-missing", { file }));
  }
  return Effect.try({
    try: () => createPrivateKey({ key: block.pem, format: "pem", ...(encrypted && { passphrase }) }),
    catch: (cause) => {
      if (!encrypted) return refuse("damaged", { file, found: flattened(block) });
      const unsupported = codeOf(cause) === "ERR_OSSL_EVP_UNSUPPORTED";
      return refuse(unsupported ? "unsupported-algorithm" : "wrong-key-passphrase", { file });
    },
  });
};

/** The certificates of PEM texts that name authorities to trust; Node would leave out in silence what it cannot read. */
export const authorities = (
  texts: ReadonlyArray<string>,
  file?: string,
): Effect.Effect<Array<string>, CertificateError> =>
  Effect.forEach(texts, (text) =>
    blocks({ bytes: Buffer.from(text) }).pipe(
      Effect.flatMap((found) =>
        found.length > 0 && found.every(isCertificate)
          ? Effect.forEach(found, (block) => certificate(block))
          : Effect.fail(refuse("bad-authority", { file })),
      ),
      Effect.mapError(() => refuse("bad-authority", { file })),
    ),
  ).pipe(Effect.map((lists) => lists.flat().map(String)));
