/**
 * Mistakes in signing beyond those the simulator knows: ones that show only against the merchant's own settings or in a single
 * field. Each is tried by signing that way and comparing.
 */
import { createHash, createHmac } from "node:crypto";
import type { Mistake } from "@wechat-refund/simulator/Diagnosis";
import { type Fields, signingText } from "@wechat-refund/simulator/Message";

/** A text that may have been signed, without the key, and how the key is put to it. */
interface Suspicion {
  readonly mistake: Mistake;
  readonly text: string;
  readonly keyed?: (key: string) => string;
}

const withValue = (fields: Fields, name: string, value: string): Fields => new Map([...fields, [name, value]]);

const escapeXml = (value: string): string =>
  value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const forms: ReadonlyArray<readonly [how: string, form: (value: string) => string]> = [
  ["URL-encoded", encodeURIComponent],
  ["form-encoded", (value) => new URLSearchParams([["", value]]).toString().slice(1)],
  ["XML-escaped", escapeXml],
  ["inside CDATA marks", (value) => `<![CDATA[${value}]]>`],
  ["trimmed", (value) => value.trim()],
  ["with a blank after it", (value) => `${value} `],
  ["in lower case", (value) => value.toLowerCase()],
];

const inOneField = (fields: Fields): ReadonlyArray<Suspicion> =>
  [...fields].flatMap(([name, value]) =>
    forms
      .filter(([, form]) => name !== "sign" && value !== "" && form(value) !== value)
      .map(([how, form]) => ({
        text: signingText(withValue(fields, name, form(value))),
        mistake: {
          kind: "encoding",
          says: `${name} was signed ${how}, the other fields as they are.`,
          remedy: "Sign the raw value; escape it only afterwards, when the XML is written.",
        },
      })),
  );

const inYuan = (fields: Fields): Suspicion => ({
  text: signingText(
    new Map(
      [...fields].map(([name, value]) => [name, name.endsWith("_fee") ? (Number(value) / 100).toFixed(2) : value]),
    ),
  ),
  mistake: {
    kind: "amount",
    says: "The amounts were signed in yuan and sent in fen.",
    remedy: "Sign the amounts as they are sent: whole numbers of fen (分).",
  },
});

/** Fields that were signed and then left out; the values are those of the merchant's settings and of the documentation. */
const added = (fields: Fields, known: Fields): ReadonlyArray<Suspicion> =>
  [
    ...known,
    ["refund_fee_type", "CNY"] as const,
    ["op_user_id", known.get("mch_id") ?? fields.get("mch_id") ?? ""] as const,
  ]
    .filter(([name, value]) => value !== "" && (fields.get(name) ?? "") === "")
    .map(([name, value]) => ({
      text: signingText(withValue(fields, name, value)),
      mistake: {
        kind: "extra-field",
        says: `${name} was signed and not sent.`,
        remedy: `Send ${name}, or leave it out of the text that is signed.`,
      },
    }));

/** A field that was sent with another value than the merchant's settings have. */
const exchanged = (fields: Fields, known: Fields): ReadonlyArray<Suspicion> =>
  [...known]
    .filter(([name, value]) => value !== "" && fields.has(name) && fields.get(name) !== value)
    .map(([name, value]) => ({
      text: signingText(withValue(fields, name, value)),
      mistake: {
        kind: "changed-field",
        says: `${name} was signed with the value of the environment and sent with another.`,
        remedy: `Send the same ${name} that is signed.`,
      },
    }));

const byKey = (fields: Fields): ReadonlyArray<Suspicion> => {
  const text = signingText(fields);
  const pairs = text.split("&").sort().join("&");
  return [
    {
      text,
      keyed: (key) => `key=${key}&${text}`,
      mistake: {
        kind: "key-form",
        says: "The key was put before the fields.",
        remedy: "End the text with &key= and the API key, after all fields.",
      },
    },
    {
      text: pairs,
      mistake: {
        kind: "order",
        says: "The fields were sorted as name=value, not by their names.",
        remedy: "Sort by the names alone, then join: coupon_refund_fee_1 stands before coupon_refund_fee_10.",
      },
    },
  ];
};

const digests: ReadonlyArray<(text: string, key: string) => string> = [
  (text) => createHash("md5").update(text).digest("hex"),
  (text, key) => createHmac("sha256", key).update(text).digest("hex"),
];

const unkeyedHash: Mistake = {
  kind: "sign-type",
  says: "It was hashed with SHA-256 alone, without HMAC.",
  remedy: "Use HMAC-SHA256 with the API key as its key, over the text that ends with &key=.",
};

/** What was signed instead, if it is one of these; `known` are the merchant's settings under their wire names. */
export const find = (
  fields: Fields,
  keys: ReadonlyArray<string>,
  known: Fields,
): { readonly mistake: Mistake; readonly text: string } | undefined => {
  const given = fields.get("sign")?.trim().toLowerCase() ?? "";
  const all = [
    ...byKey(fields),
    inYuan(fields),
    ...added(fields, known),
    ...exchanged(fields, known),
    ...inOneField(fields),
  ];
  for (const key of keys) {
    for (const { keyed = (key: string) => `${text}&key=${key}`, mistake, text } of all) {
      if (digests.some((digest) => digest(keyed(key), key) === given)) return { mistake, text };
    }
    const text = signingText(fields);
    if (createHash("sha256").update(`${text}&key=${key}`).digest("hex") === given)
      return { mistake: unkeyedHash, text };
  }
  return undefined;
};
