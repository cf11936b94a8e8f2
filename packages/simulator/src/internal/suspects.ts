/**
 * The ways a request is signed wrongly, each as what it would have signed instead: of the text, of the key, of how the result is
 * written. Every one is a mistake that somebody has made.
 */
import { createHash, createHmac } from "node:crypto";
import type { Algorithm, Fields } from "../Message.ts";
import * as Gbk from "./gbk.ts";

/** A deviation from the rule, in words, with what to do about it. */
export interface Mistake {
  readonly kind: string;
  readonly says: string;
  readonly remedy: string;
}

/** What was signed: the text without the key, and its bytes with it. Without a mistake it is the rule. */
export interface Text {
  readonly mistake?: Mistake;
  readonly text: string;
  readonly bytes: (key: string) => Uint8Array | string;
}

export interface Key {
  readonly mistake?: Mistake;
  readonly key: string;
}

export interface Writing {
  readonly mistake?: Mistake;
  readonly write: (digest: Buffer) => string;
}

type Pair = readonly [name: string, value: string];
type Pairs = ReadonlyArray<Pair>;

const inByteOrder = ([a]: Pair, [b]: Pair): number => (a < b ? -1 : 1);
const join = (pairs: Pairs): string => pairs.map(([name, value]) => `${name}=${value}`).join("&");
const withKey =
  (text: string) =>
  (key: string): string =>
    `${text}${text === "" ? "" : "&"}key=${key}`;
const plain = (text: string, mistake: Mistake): Text => ({ text, bytes: withKey(text), mistake });

const reordered = (kept: Pairs): ReadonlyArray<Text> => {
  const byLocale = new Intl.Collator("en").compare;
  const orders: ReadonlyArray<readonly [string, Pairs]> = [
    ["in the order of the document", kept],
    ["in the order of a language (locale), not of the bytes", kept.toSorted(([a], [b]) => byLocale(a, b))],
    [
      "without regard to the underscore",
      kept.toSorted(([a], [b]) => (a.replaceAll("_", "") < b.replaceAll("_", "") ? -1 : 1)),
    ],
    ["backwards", kept.toSorted(inByteOrder).toReversed()],
  ];
  return orders.map(([how, pairs]) =>
    plain(join(pairs), {
      kind: "order",
      says: `The fields were joined ${how}.`,
      remedy: "Sort them by the bytes of their names: a plain comparison, no locale.",
    }),
  );
};

const escapeXml = (value: string): string =>
  value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
const encodings: ReadonlyArray<readonly [string, (value: string) => string]> = [
  ["URL-encoded", encodeURIComponent],
  ["form-encoded", (value) => new URLSearchParams([["", value]]).toString().slice(1)],
  ["XML-escaped", escapeXml],
  ["inside CDATA marks", (value) => `<![CDATA[${value}]]>`],
  ["trimmed", (value) => value.trim()],
  ["in JSON quotes", (value) => JSON.stringify(value)],
];

const reencoded = (sorted: Pairs): ReadonlyArray<Text> => [
  ...encodings.map(([how, encode]) =>
    plain(join(sorted.map(([name, value]) => [name, encode(value)])), {
      kind: "encoding",
      says: `The values were signed ${how}.`,
      remedy: "Sign the raw values; escape them only afterwards, when the XML is written.",
    }),
  ),
  ...(["GBK", "ISO-8859-1"] as const).map((charset): Text => {
    const text = join(sorted);
    const encode = (all: string) => (charset === "GBK" ? Gbk.encode(all) : Buffer.from(all, "latin1"));
    return {
      text,
      bytes: (key) => encode(withKey(text)(key)),
      mistake: {
        kind: "charset",
        says: `The text was turned into bytes as ${charset}.`,
        remedy: "Turn it into bytes as UTF-8, explicitly: the system's default may be another.",
      },
    };
  }),
];

const others = (sorted: Pairs, empty: Pairs, fields: Fields): ReadonlyArray<Text> => {
  const without = sorted.map(([name]) =>
    plain(join(sorted.filter(([other]) => other !== name)), {
      kind: "missing-field",
      says: `${name} was sent and not signed.`,
      remedy: `Sign every field that is sent, ${name} too; add none after signing.`,
    }),
  );
  const extra = ["MD5", "HMAC-SHA256"]
    .filter(() => !fields.has("sign_type"))
    .map((value) =>
      plain(join([...sorted, ["sign_type", value] as const].toSorted(inByteOrder)), {
        kind: "extra-field",
        says: `sign_type=${value} was signed and not sent.`,
        remedy: "Send sign_type as a field; without it the gateway takes MD5.",
      }),
    );
  const text = join(sorted);
  const emptyFields = (pairs: Pairs, names: string): Text =>
    plain(join([...sorted, ...pairs].toSorted(inByteOrder)), {
      kind: "empty-field",
      says: `The empty ${names} was signed.`,
      remedy: "Leave fields without a value out of the text, or do not send them.",
    });
  const keyed = (bytes: (key: string) => string, says: string): Text => ({
    text,
    bytes,
    mistake: { kind: "key-form", says, remedy: "End the text with &key= and the API key, after all fields." },
  });
  return [
    ...without,
    ...extra,
    ...empty.map((pair) => emptyFields([pair], pair[0])),
    ...(empty.length > 1 ? [emptyFields(empty, empty.map(([name]) => name).join(", "))] : []),
    keyed((key) => text + key, "The key was added without &key= before it."),
    keyed((key) => `${text}&${key}`, "The key was added without key= before it."),
    keyed(() => text, "The key was not added to the text."),
    keyed(
      (key) => join([...sorted, ["key", key] as const].toSorted(inByteOrder)),
      "key= was sorted in among the fields.",
    ),
  ];
};

/** What may have been signed, the right text first. */
export const texts = (fields: Fields): ReadonlyArray<Text> => {
  const all = [...fields].filter(([name]) => name !== "sign");
  const kept = all.filter(([, value]) => value !== "");
  const sorted = kept.toSorted(inByteOrder);
  const text = join(sorted);
  const wrong = [
    ...reordered(kept),
    ...reencoded(sorted),
    ...others(
      sorted,
      all.filter(([, value]) => value === ""),
      fields,
    ),
  ];
  return [{ text, bytes: withKey(text) }, ...wrong];
};

/** A key that is known, with whose it is in words. */
export interface KnownKey {
  readonly key: string;
  readonly whose: string;
}

/** The keys that may have been used: those that are right, others that are known, and the first spoilt. */
export const keys = (
  [right, ...alsoRight]: readonly [KnownKey, ...ReadonlyArray<KnownKey>],
  known: ReadonlyArray<KnownKey>,
): ReadonlyArray<Key> => [
  ...[right, ...alsoRight].map(({ key }) => ({ key })),
  ...known.map(({ key, whose }) => ({
    key,
    mistake: { kind: "key", says: `It was signed with ${whose}.`, remedy: `Sign with ${right.whose}.` },
  })),
  ...[
    ["a line end after it", `${right.key}\n`],
    ["a line end after it", `${right.key}\r\n`],
    ["a blank after it", `${right.key} `],
    ["a blank before it", ` ${right.key}`],
    ["a tab after it", `${right.key}\t`],
    ["a byte-order mark before it", `\ufeff${right.key}`],
    ["quotes around it", `"${right.key}"`],
  ].map(([what = "", key = ""]) => ({
    key,
    mistake: {
      kind: "key-space",
      says: `The key was used with ${what}.`,
      remedy: "Trim the key where it is read from a file or a variable.",
    },
  })),
  ...[right.key.toLowerCase(), right.key.toUpperCase()]
    .filter((key) => key !== right.key)
    .map((key) => ({
      key,
      mistake: {
        kind: "key-case",
        says: "The key was used in another case.",
        remedy: "Use the key exactly as it was set.",
      },
    })),
];

/** How the result may have been written, the right way first. */
export const writings: ReadonlyArray<Writing> = [
  { write: (digest) => digest.toString("hex").toUpperCase() },
  {
    write: (digest) => digest.toString("hex"),
    mistake: { kind: "lower-case", says: "The signature is in lower case.", remedy: "Write it in upper-case hex." },
  },
  {
    write: (digest) => digest.toString("base64"),
    mistake: { kind: "base64", says: "The signature is in Base64.", remedy: "Write it in upper-case hex." },
  },
];

export const digest = (bytes: Uint8Array | string, key: string, algorithm: Algorithm): Buffer =>
  (algorithm === "MD5" ? createHash("md5") : createHmac("sha256", key)).update(bytes).digest();
