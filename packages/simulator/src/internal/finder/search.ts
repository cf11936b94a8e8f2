/** The search: every text with every key, until the signature that came is made. What fits is no guess. */
import { createHash, createHmac } from "node:crypto";
import type { Algorithm, Fields } from "../../Message.ts";
import { type Given, readings } from "./given.ts";
import type { Key } from "./keys.ts";
import { type Text, texts } from "./texts.ts";
import { type Mistake, results as words } from "./words.ts";

/** The mistakes that make the signature that came, and the text they signed instead. */
export interface Finding {
  readonly mistakes: readonly [Mistake, ...ReadonlyArray<Mistake>];
  /** What was signed, without the key. */
  readonly text: string;
  /** Where it first differs from the right text, in UTF-16 units; absent where the text is right. */
  readonly differsAt?: number;
}

const firstDifference = (a: string, b: string): number | undefined => {
  if (a === b) return undefined;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
};

/** Outside ASCII is where another encoding shows. */
const differenceOf = (right: string, { mistake, text }: Text): number | undefined =>
  mistake?.kind === "charset" ? /[^\0-\x7f]/.exec(text)?.index : firstDifference(right, text);

type Digest = (bytes: Uint8Array | string, key: string) => Buffer;

const md5: Digest = (bytes) => createHash("md5").update(bytes).digest();
const hmacSha256: Digest = (bytes, key) => createHmac("sha256", key).update(bytes).digest();
const digests = { MD5: md5, "HMAC-SHA256": hmacSha256 } as const satisfies Readonly<Record<Algorithm, Digest>>;

/** Algorithms that the gateway does not know, and the half forms of one it does. */
const strangers: ReadonlyArray<readonly [Mistake, Digest]> = [
  [words.unkeyed, (bytes) => createHash("sha256").update(bytes).digest()],
  [words.algorithm("SHA-1"), (bytes) => createHash("sha1").update(bytes).digest()],
  [words.algorithm("SHA-512"), (bytes) => createHash("sha512").update(bytes).digest()],
  [words.algorithm("HMAC-MD5"), (bytes, key) => createHmac("md5", key).update(bytes).digest()],
  [words.algorithm("HMAC-SHA1"), (bytes, key) => createHmac("sha1", key).update(bytes).digest()],
  [words.algorithm("HMAC-SHA512"), (bytes, key) => createHmac("sha512", key).update(bytes).digest()],
  [words.algorithm("HMAC-SHA256 without its key"), (bytes) => createHmac("sha256", "").update(bytes).digest()],
  [words.algorithm("MD5 of the MD5"), (bytes) => createHash("md5").update(md5(bytes, "").toString("hex")).digest()],
  [
    words.algorithm("MD5 of the MD5 in capitals"),
    (bytes) => createHash("md5").update(md5(bytes, "").toString("hex").toUpperCase()).digest(),
  ],
  [words.half, (bytes) => md5(bytes, "").subarray(4, 12)],
];

/** A beginning of the right one, long enough to be no chance. */
const isCut = (digested: Buffer, bytes: Buffer): boolean =>
  bytes.length >= 6 && bytes.length < digested.length && digested.subarray(0, bytes.length).equals(bytes);

/** Beyond this many characters to sign in all, mistakes of text and of key are tried one by one only. */
const patience = 20_000_000;

/** What is searched in. */
export interface Sought {
  readonly fields: Fields;
  readonly given: string;
  /** What `sign_type` asks for. */
  readonly algorithm: Algorithm;
  readonly keys: ReadonlyArray<Key>;
  /** The merchant's settings under their wire names. */
  readonly known: Fields;
}

/** The fewest mistakes that make the signature; of as many, those that are tried first. */
export const search = ({ algorithm, fields, given: sign, keys, known }: Sought): Finding | undefined => {
  const given: ReadonlyArray<Given> = readings(sign);
  const all = texts(fields, known);
  const right = all[0]?.text ?? "";
  const other: Algorithm = algorithm === "MD5" ? "HMAC-SHA256" : "MD5";
  const said = fields.get("sign_type") || undefined;
  const isShort = all.length * keys.length * right.length < patience;
  let best: Finding | undefined;
  const keep = (text: Text, mistakes: ReadonlyArray<Mistake | undefined>): void => {
    const [first, ...rest] = mistakes.filter((mistake) => mistake !== undefined);
    if (first === undefined || rest.length + 1 >= (best?.mistakes.length ?? 5)) return;
    const differsAt = differenceOf(right, text);
    best = { mistakes: [first, ...rest], text: text.text, ...(differsAt !== undefined && { differsAt }) };
  };
  const compare = (text: Text, key: Key, digested: Buffer, mistake: Mistake | undefined): void => {
    for (const { bytes, mistakes } of given) {
      if (digested.equals(bytes)) keep(text, [text.mistake, key.mistake, mistake, ...mistakes]);
    }
  };
  for (const text of all) {
    for (const key of keys) {
      const isDouble = text.mistake !== undefined && key.mistake !== undefined;
      if (isDouble && (!isShort || text.isRare === true || key.isRare === true)) continue;
      const bytes = text.bytes(key.key);
      for (const used of [algorithm, other]) {
        compare(text, key, digests[used](bytes, key.key), used === algorithm ? undefined : words.signType(used, said));
      }
      if (isDouble) continue;
      for (const [mistake, digest] of strangers) compare(text, key, digest(bytes, key.key), mistake);
      if (text.mistake !== undefined || key.mistake !== undefined) continue;
      for (const used of [algorithm, other]) {
        const digested = digests[used](bytes, key.key);
        if (given.some((one) => isCut(digested, one.bytes))) keep(text, [words.cut]);
      }
    }
  }
  if (best === undefined && /^[A-Za-z0-9+/\s]{300,}={0,2}$/.test(sign)) {
    return { mistakes: [words.ofApiV3], text: right };
  }
  return best;
};
