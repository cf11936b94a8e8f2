/** Values that no person meant: what programs write where something is missing, and what came through another program's hands. */
import type { Fields } from "../../Message.ts";
import { type Mistake, values as words } from "./words.ts";

/** What programs write for nothing, whole. */
const nothing =
  /^(?:NaN|[-+]?Infinity|undefined|null|\(null\)|<null>|none|nil|<nil>|<no value>|n\/a|nullptr|void|%![a-z]?\([A-Z ]+\)|Invalid Date|Array|Object|true|false|\[\]|\{\})$/i;
/** The same as a part of a number that the program put together. */
const within = /(?:^|[-_|*@/.:])(NaN|undefined|null|None|nil|Infinity)(?=$|[-_|*@/.:0-9])|(undefined|NaN)/;
const object =
  /\[object \w+\]|^\[\w[\w.]*(?: \w+)?\]$|^[\w.$]+@[0-9a-f]{5,}$|^System\.|^<[\w.]+ object at 0x|^function\s*\w*\(|^\S*\(\) ?=>|^(?:Some|Just|Optional)[([]/;
const placeholder =
  /\$\{[^}]*\}|\{\{[^}]*\}\}|#\{[^}]*\}|^%[sdv]$|^\{\w*\}$|^<[\p{L}_ ]+>$|^\$[A-Z_]{3,}$|^(?:your|my)[-_ ]|^(?:TODO|FIXME|CHANGE_?ME|x{4,})$|(?:你的|您的|请填写)/iu;

const isNumber = (name: string): boolean => /_no(?:_\d+)*$|_id(?:_\d+)*$|^(?:sub_)?appid$|^nonce_str$/.test(name);
const isFee = (name: string): boolean => /_fee(?:_\d+)*$/.test(name);
/** What may say anything. */
const isProse = (name: string): boolean => /desc|body|attach|detail|msg/.test(name);

const never = new Set(["appid", "mch_id", "nonce_str", "out_refund_no", "total_fee", "refund_fee"]);
const invisible = /[\p{Cf}\p{Cc}\u2028\u2029\u00a0]/u;
const wide = /[\uff01-\uff5e\u3000]/;
const mojibake = /\ufffd|[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u02dc\u2013-\u2122]{1,3}|锟斤拷|烫烫/;

const ofValue = (name: string, value: string): Mistake | undefined => {
  const word = nothing.exec(value.trim())?.[0];
  if (word !== undefined) return object.test(word) ? words.object(name) : words.word(name, word);
  if (object.test(value)) return words.object(name);
  if (placeholder.test(value)) return words.placeholder(name);
  const [, part, other] = isNumber(name) ? (within.exec(value) ?? []) : [];
  if (part !== undefined || other !== undefined) return words.holdsWord(name, part ?? other ?? "");
  if (value === "") return never.has(name) ? words.empty(name) : undefined;
  if (mojibake.test(value)) return words.mojibake(name);
  if (invisible.test(isProse(name) ? value.replaceAll(/[\t\n\r\u00a0]/g, "") : value.trim()))
    return words.invisible(name);
  if (/^[\ufeff\u200b-\u200f]|[\ufeff\u200b-\u200f]$/.test(value)) return words.invisible(name);
  if (value.trim() === "" || (!isProse(name) && value !== value.trim())) return words.blank(name);
  if (/<!\[CDATA\[|\]\]>/.test(value)) return words.cdata(name);
  if (/&(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-f]+);/i.test(value)) return words.escaped(name);
  if (isFee(name) && !/^\d+$/.test(value)) return wide.test(value) ? words.wide(name) : words.amount(name);
  if (!isProse(name) && wide.test(value)) return words.wide(name);
  if (/%[0-9A-F]{2}/i.test(value) && !name.endsWith("url")) return words.urlEncoded(name);
  return undefined;
};

/** Names that people and serialisers write for those of the protocol. */
const misnamed: ReadonlyMap<string, string> = new Map([
  ...[
    "appid",
    "mch_id",
    "sub_appid",
    "sub_mch_id",
    "nonce_str",
    "sign_type",
    "transaction_id",
    "out_trade_no",
    "out_refund_no",
    "refund_id",
    "total_fee",
    "refund_fee",
    "refund_fee_type",
    "refund_desc",
    "refund_account",
    "notify_url",
    "sign",
  ].map((name) => [name.replaceAll("_", ""), name] as const),
  ["nonce", "nonce_str"],
  ["signature", "sign"],
  ["paysign", "sign"],
]);

const ofNames = (fields: Fields): ReadonlyArray<Mistake> =>
  [...fields.keys()].flatMap((name) => {
    const meant = misnamed.get(name.toLowerCase().replaceAll(/[^a-z]/g, ""));
    return meant === undefined || meant === name || fields.has(meant) ? [] : [words.misnamed(name, meant)];
  });

/** What a refund cannot do without, where everything else says that it is one. */
const ofAbsence = (fields: Fields, named: ReadonlyArray<Mistake>): ReadonlyArray<Mistake> => {
  if (fields.has("return_code") || !fields.has("refund_fee") || !fields.has("total_fee")) return [];
  const meant = named.map(({ says }) => says).join();
  return [...never].filter((name) => !fields.has(name) && !meant.includes(name)).map((name) => words.absent(name));
};

/** Everything that is odd about the values and names of a message; a right signature says nothing about them. */
export const oddities = (fields: Fields): ReadonlyArray<Mistake> => {
  const named = ofNames(fields);
  const isReply = fields.has("return_code");
  return [
    ...named,
    ...[...fields].flatMap(([name, value]) => {
      const odd = name === "sign" || (isReply && value === "") ? undefined : ofValue(name, value);
      return odd === undefined ? [] : [odd];
    }),
    ...ofAbsence(fields, named),
  ];
};
