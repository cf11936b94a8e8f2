/** Bytes of certificate material: read from a file, told apart by their form, cut into PEM blocks. */
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import * as Effect from "effect/Effect";
import { type CertificateError, type Problem, refuse, type Where } from "../CertificateError.ts";
import * as Shown from "../Shown.ts";

/** Bytes, and where they came from. */
export interface Material extends Where {
  readonly bytes: Buffer;
}

/** Who names the file: the variable or option, and where its content would belong. */
export interface Named {
  readonly setting?: string;
  readonly other?: string;
  /** Whether it holds a private key or another secret. */
  readonly secret: boolean;
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

const most = 16 * 1024 * 1024;

/** The bytes of a file, or just above the most that there may be: a device such as /dev/zero has no end. */
export const bytesOf = async (file: string): Promise<Buffer> => buffer(createReadStream(file, { end: most }));

/** Reads a file whole; one that holds a secret and is open to others is warned about. */
export const read = Effect.fnUntraced(function* (
  file: string,
  { other, secret, setting }: Named,
): Effect.fn.Return<Material, CertificateError> {
  if (Shown.isContent(file)) {
    return yield* refuse("value-instead-of-file", { setting, found: other && `As text it belongs into ${other}.` });
  }
  const at = (exists: boolean): Where => {
    const shown = Shown.path(file, exists);
    return shown === undefined
      ? { setting: setting === undefined ? "the path given" : `the value of ${setting}` }
      : { file: shown };
  };
  const refused = (cause: unknown) => {
    const code = codeOf(cause);
    const where = at(code === "EISDIR");
    return refuse(fileProblems[code ?? ""] ?? "file-unreadable", { ...where, found: code && `(${code})` });
  };
  const bytes = yield* Effect.tryPromise({ try: () => bytesOf(file), catch: refused });
  if (bytes.length > most) return yield* refuse("too-large", at(false));
  const { mode } = yield* Effect.tryPromise({ try: () => stat(file), catch: refused });
  const where = at(true);
  if (secret && process.platform !== "win32" && (mode & 0o044) !== 0) {
    yield* Effect.logWarning(
      `${where.file ?? where.setting} holds a secret and its group or everybody may read it (mode ${(mode & 0o777).toString(8)}): run chmod 600 on it`,
    );
  }
  return { bytes, ...where };
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

/** Environments and JSON strings write line ends out as `\n`; neither letter nor sign of PEM is a backslash. */
const lineEnds = (text: string): string => text.replaceAll(/(?:\\r)?\\n|\r\n?/g, "\n");

/** A block with its lines as they should be, whatever became of them: blanks in their place, or none at all. */
const relined = (label: string, content: string): string => {
  const [, version, algorithm, body = ""] =
    /^\s*(?:(Proc-Type: ?\S+)\s+(DEK-Info: ?\S+)\s+)?([\s\S]*)$/.exec(content) ?? [];
  const lines = body.replaceAll(/\s+/g, "").match(/.{1,64}/g) ?? [];
  const headers = version === undefined || algorithm === undefined ? [] : [version, algorithm, ""];
  return [`-----BEGIN ${label}-----`, ...headers, ...lines, `-----END ${label}-----`, ""].join("\n");
};

/** The PEM blocks of `material`, at least one. */
export const blocks = (material: Material): Effect.Effect<ReadonlyArray<Block>, CertificateError> => {
  const form = formOf(material.bytes);
  if (form !== "pem") return Effect.fail(refuse(notPem[form], material));
  const text = lineEnds(material.bytes.toString("utf8"));
  const found = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g)].map(
    ([, label = "", content = ""]): Block => ({ label, pem: relined(label, content) }),
  );
  const whole = found.length === text.split("-----BEGIN ").length - 1;
  return whole ? Effect.succeed(found) : Effect.fail(refuse("cut-off", material));
};

export const isCertificate = (block: Block): boolean => /^(X509 |TRUSTED )?CERTIFICATE$/.test(block.label);
export const isKey = (block: Block): boolean => block.label.endsWith("PRIVATE KEY");

export const isEncrypted = (block: Block): boolean =>
  block.label === "ENCRYPTED PRIVATE KEY" || block.pem.includes("Proc-Type: 4,ENCRYPTED");

export const certificate = (block: Block, where: Where = {}): Effect.Effect<X509Certificate, CertificateError> =>
  Effect.try({ try: () => new X509Certificate(block.pem), catch: () => refuse("damaged", where) });

export const privateKey = (
  block: Block,
  passphrase: string | undefined,
  where: Where,
): Effect.Effect<KeyObject, CertificateError> => {
  const encrypted = isEncrypted(block);
  if (encrypted && (passphrase === undefined || passphrase === "")) {
    return Effect.fail(refuse("passphrase-missing", where));
  }
  return Effect.try({
    try: () => createPrivateKey({ key: block.pem, format: "pem", ...(encrypted && { passphrase }) }),
    catch: (cause) => {
      if (!encrypted) return refuse("damaged", where);
      const unsupported = codeOf(cause) === "ERR_OSSL_EVP_UNSUPPORTED";
      return refuse(unsupported ? "unsupported-algorithm" : "wrong-key-passphrase", where);
    },
  });
};

/** The certificates of PEM texts that name authorities to trust; Node would leave out in silence what it cannot read. */
export const authorities = (
  texts: ReadonlyArray<string>,
  where: Where = {},
): Effect.Effect<Array<string>, CertificateError> =>
  Effect.forEach(texts, (text) =>
    blocks({ bytes: Buffer.from(text) }).pipe(
      Effect.flatMap((found) =>
        found.length > 0 && found.every(isCertificate)
          ? Effect.forEach(found, (block) => certificate(block))
          : Effect.fail(refuse("bad-authority", where)),
      ),
      Effect.mapError(() => refuse("bad-authority", where)),
    ),
  ).pipe(Effect.map((lists) => lists.flat().map(String)));
