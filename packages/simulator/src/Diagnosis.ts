/**
 * Why a signature is wrong (签名错误): the text that had to be signed, step by step, and the mistake that gives the signature
 * that came. The one finder of causes: the gateway's page and the command line's `explain` both ask it.
 *
 * It tries the mistakes people make, one by one and then two together, and names the first that fits: then it is not a guess.
 * Where none fits it says so. Keys are named by whose they are; none is ever repeated. What is odd about a message beside its
 * signature is said as well: a right signature does not make `NaN` a number.
 */
import type { DiagnosisV3 } from "./DiagnosisV3.ts";
import * as Intake from "./internal/finder/intake.ts";
import { type KnownKey, keys } from "./internal/finder/keys.ts";
import { type Finding, search } from "./internal/finder/search.ts";
import { oddities } from "./internal/finder/values.ts";
import { intake, type Mistake, results } from "./internal/finder/words.ts";
import { type Algorithm, type Fields, signingText, signText, verifyText } from "./Message.ts";

export type { KnownKey } from "./internal/finder/keys.ts";
export type { Finding } from "./internal/finder/search.ts";
export { oddities } from "./internal/finder/values.ts";
export type { Mistake } from "./internal/finder/words.ts";

/** A field on its way into the text: in it, or left out, and why. */
export interface Step {
  readonly name: string;
  readonly value: string;
  readonly leftOut?: "the signature itself" | "empty";
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
  /** What is odd about it beside its signature. */
  readonly remarks: ReadonlyArray<Mistake>;
}

const toSteps = (fields: Fields): ReadonlyArray<Step> =>
  [...fields].map(([name, value]) => ({
    name,
    value,
    ...(name === "sign" ? { leftOut: "the signature itself" as const } : value === "" && { leftOut: "empty" as const }),
  }));

/** Mistakes that need no search: there is nothing to compare. */
const obvious = (fields: Fields): Mistake | undefined => {
  const signType = fields.get("sign_type") ?? "";
  if (!["", "MD5", "HMAC-SHA256"].includes(signType)) {
    const plain = signType.toUpperCase().replaceAll(/[^A-Z0-9]/g, "");
    return results.unknownSignType(plain === "MD5" ? "MD5" : /SHA-?256/.test(plain) ? "HMAC-SHA256" : undefined);
  }
  const sign = fields.get("sign") ?? "";
  if (sign.trim() !== "" && !/^(?:undefined|null|nan|none|nil|\[object \w+\])$/i.test(sign)) return undefined;
  if (fields.get("return_code") === "FAIL") return results.unsignedFailure;
  return fields.has("req_info") ? results.notice : results.noSign;
};

/** What is known beside the message. */
export interface Context {
  /** The merchant's settings under their wire names: what may have been signed in place of what was sent. */
  readonly known?: Fields;
  /** What signs a message that does not say. Default: MD5; a reply is signed as its request was, so either is right for it. */
  readonly otherwise?: Algorithm | undefined;
}

const none: Fields = new Map();

/** The algorithm that had to be used, and whether it was. */
const verdict = (
  fields: Fields,
  valid: ReadonlyArray<KnownKey>,
  otherwise: Algorithm | undefined,
): { readonly algorithm: Algorithm; readonly right: boolean } => {
  const said = fields.get("sign_type") || undefined;
  const named = said === "HMAC-SHA256" || said === "MD5" ? said : undefined;
  const first: Algorithm = named ?? otherwise ?? "MD5";
  const second: Algorithm = first === "MD5" ? "HMAC-SHA256" : "MD5";
  const isReply = fields.has("return_code");
  const allowed = said !== undefined ? [first] : isReply ? [first, second] : [...new Set<Algorithm>([first, "MD5"])];
  const text = signingText(fields);
  const used = allowed.find((algorithm) =>
    valid.some(({ key }) => verifyText(text, fields.get("sign"), key, algorithm)),
  );
  return { algorithm: used ?? first, right: used !== undefined };
};

/** Looks at a message's signature. `valid` are the merchant's keys, the current first; `others` any that may have been taken. */
export const diagnose = (
  fields: Fields,
  valid: readonly [KnownKey, ...ReadonlyArray<KnownKey>],
  others: ReadonlyArray<KnownKey>,
  { known = none, otherwise }: Context = {},
): Diagnosis => {
  const text = signingText(fields);
  const given = fields.get("sign");
  const mistake = obvious(fields);
  const judged = verdict(fields, valid, otherwise);
  const right = mistake === undefined && judged.right;
  const { algorithm } = judged;
  const finding: Finding | undefined =
    mistake !== undefined
      ? { mistakes: [mistake], text }
      : right
        ? undefined
        : search({ fields, given: given ?? "", algorithm, keys: keys(valid, others), known });
  return {
    right,
    algorithm,
    steps: toSteps(fields),
    text,
    expected: signText(text, valid[0].key, algorithm),
    given,
    ...(finding !== undefined && { finding }),
    remarks: oddities(fields),
  };
};

/** What can be told of bytes that are no message, or an odd one. */
export interface Inspection {
  /** What was meant; the likelier first, and nothing where nobody can tell. */
  readonly fields: Fields | undefined;
  /** Wrong with the message itself. */
  readonly mistakes: ReadonlyArray<Mistake>;
  /** Wrong only with how it was given to be looked at. */
  readonly remarks: ReadonlyArray<Mistake>;
}

/** Reads what was meant. Of a field that is given twice it takes the one that was signed, as far as `valid` keys tell. */
export const inspect = (bytes: Uint8Array, valid: ReadonlyArray<KnownKey> = []): Inspection => {
  const { mistakes, readings, remarks } = Intake.take(bytes);
  const [last, first] = readings;
  const signed = readings.find((fields) => verdict(fields, valid, undefined).right);
  const told =
    first === undefined || signed === undefined ? [] : [intake.twiceSigned(signed === first ? "first" : "last")];
  return { fields: signed ?? last, mistakes: [...mistakes, ...told], remarks };
};

/** What can be said of a request: it may not be readable, or name a merchant that is not there. */
export type Explanation =
  | {
      readonly _tag: "Unreadable";
      readonly reason: string;
      readonly at: number;
      readonly remarks: ReadonlyArray<Mistake>;
    }
  | { readonly _tag: "UnknownMerchant"; readonly mchId: string | undefined; readonly remarks: ReadonlyArray<Mistake> }
  | { readonly _tag: "Signed"; readonly diagnosis: Diagnosis }
  | { readonly _tag: "SignedV3"; readonly diagnosis: DiagnosisV3 };
