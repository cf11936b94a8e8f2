/**
 * Why a signature is wrong (签名错误): the text that had to be signed, step by step, and the mistake that gives the signature
 * that came.
 *
 * It tries the mistakes people make, one by one and then two together, and names the first that fits: then it is not a guess.
 * Where none fits it says so. Keys are named by whose they are; none is ever repeated.
 */
import type { DiagnosisV3 } from "./DiagnosisV3.ts";
import { digest, type Key, type KnownKey, keys, type Mistake, texts, writings } from "./internal/suspects.ts";
import { type Algorithm, type Fields, signingText, signText, verifyText } from "./Message.ts";

export type { KnownKey, Mistake } from "./internal/suspects.ts";

/** A field on its way into the text: in it, or left out, and why. */
export interface Step {
  readonly name: string;
  readonly value: string;
  readonly leftOut?: "the signature itself" | "empty";
}

/** The mistakes that make the signature that came, and the text they signed instead. */
export interface Finding {
  readonly mistakes: readonly [Mistake, ...ReadonlyArray<Mistake>];
  /** What was signed, without the key. */
  readonly text: string;
  /** Where it first differs from the right text, in UTF-16 units; absent where the text is right. */
  readonly differsAt?: number;
}

export interface Diagnosis {
  /** Whether it is signed with the merchant's key as it must be. */
  readonly right: boolean;
  readonly algorithm: Algorithm;
  /** Every field in the order of the document. */
  readonly steps: ReadonlyArray<Step>;
  /** What had to be signed, without the key. */
  readonly text: string;
  /** The signature that was expected, and the one that came. */
  readonly expected: string;
  readonly given: string | undefined;
  /** Absent where it is right, or where no known mistake fits. */
  readonly finding?: Finding;
}

const toSteps = (fields: Fields): ReadonlyArray<Step> =>
  [...fields].map(([name, value]) => ({
    name,
    value,
    ...(name === "sign" ? { leftOut: "the signature itself" as const } : value === "" && { leftOut: "empty" as const }),
  }));

const firstDifference = (a: string, b: string): number | undefined => {
  if (a === b) return undefined;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
};

/** Outside ASCII is where another encoding shows. */
const differenceOf = (right: string, { text, kind }: { readonly text: string; readonly kind: string | undefined }) => {
  const outside = /[^\0-\x7f]/.exec(text)?.index;
  return kind === "charset" ? outside : firstDifference(right, text);
};

const withMistakes = (first: Mistake, ...rest: ReadonlyArray<Mistake>): Finding["mistakes"] => [first, ...rest];

/** Beyond this many characters to sign in all, mistakes of text and of key are tried one by one only. */
const patience = 20_000_000;

const search = (
  fields: Fields,
  given: string,
  algorithm: Algorithm,
  candidates: ReadonlyArray<Key>,
): Finding | undefined => {
  let best: Finding | undefined;
  const all = texts(fields);
  const right = all[0]?.text ?? "";
  const isShort = all.length * candidates.length * right.length < patience;
  const other: Algorithm = algorithm === "MD5" ? "HMAC-SHA256" : "MD5";
  const wrongAlgorithm: Mistake = {
    kind: "sign-type",
    says: `It was signed with ${other}, and sign_type ${fields.has("sign_type") ? `says ${algorithm}` : "is absent, which means MD5"}.`,
    remedy: `Sign with ${algorithm}, or say sign_type=${other}.`,
  };
  for (const text of all) {
    for (const key of candidates) {
      if (!isShort && text.mistake !== undefined && key.mistake !== undefined) continue;
      for (const used of [algorithm, other]) {
        const digested = digest(text.bytes(key.key), key.key, used);
        for (const writing of writings) {
          if (writing.write(digested) !== given.trim()) continue;
          const mistakes = [
            text.mistake,
            key.mistake,
            used === algorithm ? undefined : wrongAlgorithm,
            writing.mistake,
          ].filter((mistake) => mistake !== undefined);
          const [first, ...rest] = mistakes;
          if (first === undefined || mistakes.length >= (best?.mistakes.length ?? 4)) continue;
          const differsAt = differenceOf(right, { text: text.text, kind: text.mistake?.kind });
          best = {
            mistakes: withMistakes(first, ...rest),
            text: text.text,
            ...(differsAt !== undefined && { differsAt }),
          };
        }
      }
    }
  }
  return best;
};

/** Mistakes that need no search: there is nothing to compare. */
const obvious = (fields: Fields): Mistake | undefined => {
  const signType = fields.get("sign_type") ?? "";
  if (!["", "MD5", "HMAC-SHA256"].includes(signType)) {
    return {
      kind: "sign-type",
      says: "sign_type is none that the gateway knows.",
      remedy: "Say MD5 or HMAC-SHA256, exactly so, or leave it out for MD5.",
    };
  }
  if ((fields.get("sign") ?? "") === "") {
    return { kind: "no-sign", says: "There is no signature.", remedy: "Send it as the field sign." };
  }
  return undefined;
};

/** Looks at a request's signature. `valid` are the merchant's keys, the current first; `others` any that may have been taken. */
export const diagnose = (
  fields: Fields,
  valid: readonly [KnownKey, ...ReadonlyArray<KnownKey>],
  others: ReadonlyArray<KnownKey>,
): Diagnosis => {
  const algorithm: Algorithm = fields.get("sign_type") === "HMAC-SHA256" ? "HMAC-SHA256" : "MD5";
  const text = signingText(fields);
  const given = fields.get("sign");
  const mistake = obvious(fields);
  const right = mistake === undefined && valid.some(({ key }) => verifyText(text, given, key, algorithm));
  const finding: Finding | undefined =
    mistake !== undefined
      ? { mistakes: withMistakes(mistake), text }
      : right
        ? undefined
        : search(fields, given ?? "", algorithm, keys(valid, others));
  return {
    right,
    algorithm,
    steps: toSteps(fields),
    text,
    expected: signText(text, valid[0].key, algorithm),
    given,
    ...(finding !== undefined && { finding }),
  };
};

/** What can be said of a request: it may not be readable, or name a merchant that is not there. */
export type Explanation =
  | { readonly _tag: "Unreadable"; readonly reason: string; readonly at: number }
  | { readonly _tag: "UnknownMerchant"; readonly mchId: string | undefined }
  | { readonly _tag: "Signed"; readonly diagnosis: Diagnosis }
  | { readonly _tag: "SignedV3"; readonly diagnosis: DiagnosisV3 };
