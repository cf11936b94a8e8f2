/** What is odd about the JSON of APIv3 beside its signature: its bytes, members given twice, values that no person meant. */
import { take } from "./intake.ts";
import { members } from "../members.ts";
import { oddities } from "./values.ts";
import { intake, type Mistake, values as words } from "./words.ts";

/** Amounts are numbers here, and names are not those of APIv2. */
const amountNames = /^amount\.(?:refund|total)$/;
const never = ["out_refund_no", "amount.refund", "amount.total", "amount.currency"];

/** The names that stand twice in the same object, as far as a text without nesting of the same name tells. */
const twice = (text: string): ReadonlyArray<string> => {
  const seen: Array<Set<string>> = [];
  const found = new Set<string>();
  const token = /"((?:[^"\\]|\\.)*)"(\s*:)?|[{}[\]]/g;
  for (let at = token.exec(text); at !== null; at = token.exec(text)) {
    const [whole, name = "", isName] = at;
    if (whole === "{" || whole === "[") seen.push(new Set());
    else if (whole === "}" || whole === "]") seen.pop();
    else if (isName !== undefined) {
      if (seen.at(-1)?.has(name) === true && /^\w{1,64}$/.test(name)) found.add(name);
      seen.at(-1)?.add(name);
    }
  }
  return [...found];
};

/** Everything that is odd about a body; nothing where there is none. */
export const oddMembers = (body: Uint8Array): ReadonlyArray<Mistake> => {
  if (body.length === 0) return [];
  const taken = take(body);
  const ofBytes = taken.mistakes.filter(({ kind }) => ["bom", "charset", "no-json"].includes(kind));
  const text = new TextDecoder().decode(body);
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    return [...ofBytes, ...(taken.readings[0] === undefined ? [] : oddities(taken.readings[0]))];
  }
  if (typeof json !== "object" || json === null) return ofBytes;
  const all = new Map(members(json));
  const isText = (name: string): boolean => new RegExp(`"${name.split(".").at(-1) ?? ""}"\\s*:\\s*"`).test(text);
  const numbers = [...all].filter(([name, value]) => amountNames.test(name) && (!/^\d+$/.test(value) || isText(name)));
  const texts = new Map([...all].filter(([name]) => !amountNames.test(name)));
  return [
    ...ofBytes,
    ...twice(text).map((name) => intake.twice(name)),
    ...oddities(texts).filter(({ kind }) => kind === "value"),
    ...numbers.map(([name, value]) => (/^\d+$/.test(value) ? words.textual(name) : words.amount(name))),
    ...(all.has("amount.refund") ? never.filter((name) => !all.has(name)).map((name) => words.absent(name)) : []),
  ];
};
