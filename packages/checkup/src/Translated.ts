/**
 * A message of this library in the reader's language.
 *
 * The libraries speak English, and what stands in a store is English too, so that programs read one form; a person's language is chosen
 * where a text is printed. Here the template that made a message is found again in one table (`internal/words`), and its Chinese is filled
 * with the same numbers and names. A text that nobody here made, such as one of the gateway's own, stays as it came, and so does any part
 * that is not known: nothing is ever lost. Pure and total; a text costs time in proportion to its length.
 */
import { pairs } from "./internal/words/all.ts";
import { fill, make, match, type Template } from "./internal/words/template.ts";
import type { Say } from "./Language.ts";

const exact: ReadonlyMap<string, string> = new Map(pairs.filter(([english]) => !/\{[=!~]?\d\}/.test(english)));

/** Templates by the character that they begin with, those that begin with a hole under "". */
const byStart: ReadonlyMap<string, ReadonlyArray<Template>> = Map.groupBy(
  pairs.flatMap((pair): ReadonlyArray<Template> => (exact.has(pair[0]) ? [] : [make(pair)])),
  ({ pieces: [first] }) => first.slice(0, 1),
);

/** A longer one is none of ours. */
const longest = 8192;
/** Characters that may be looked at for one message; whatever is beyond stays English. */
const patience = 2_000_000;
/** Texts that are joined hold the joint themselves, though not often. */
const mostJoints = 4;

interface Work {
  left: number;
}

/** A text in Chinese, and how much of the English was known: of two readings the one that knows more is right. */
interface Reading {
  readonly text: string;
  readonly known: number;
}

/** The tag of an error before its message: whose it is, and no part of what a template repeats. */
const tag = /^[A-Z]\w*:(?: |$)/;

const exactly = (text: string): Reading | undefined => {
  const chinese = exact.get(text);
  return chinese === undefined ? undefined : { text: chinese, known: text.length };
};

const better = (one: Reading | undefined, other: Reading | undefined): Reading | undefined =>
  one === undefined || (other !== undefined && other.known > one.known) ? other : one;

/** A text that is one message, with whatever stands around it. */
const single = (text: string, work: Work): Reading | undefined => {
  const known = exactly(text);
  if (known !== undefined || text === "") return known;
  work.left -= text.length + 64;
  if (work.left < 0) return undefined;
  return better(templated(text, work), named(text, work));
};

/** A text that is known as a whole: one message, or several that were joined. */
const whole = (text: string, work: Work): Reading | undefined =>
  exactly(text) ?? better(single(text, work), joined(text, work, false));

const lenient = (text: string, work: Work): Reading =>
  whole(text, work) ?? joined(text, work, true) ?? { text, known: 0 };

/** By the template that knows most of the text, if what must be known in its holes is. */
const templated = (text: string, work: Work): Reading | undefined => {
  let best: Reading | undefined;
  for (const templates of [byStart.get(text.slice(0, 1)) ?? [], byStart.get("") ?? []]) {
    for (const template of templates) {
      const found = match(text, template);
      if (found === undefined || (template.pieces[0] === "" && tag.test(found[0] ?? ""))) continue;
      work.left -= text.length;
      best = better(best, filled(template, found, work));
    }
  }
  return best;
};

const filled = (template: Template, found: ReadonlyArray<string>, work: Work): Reading | undefined => {
  const texts: Array<string> = [];
  let known = template.weight;
  for (const [n, given] of found.entries()) {
    const kind = template.holes[n]?.kind;
    if (kind === "known" || kind === "ours") {
      const reading = kind === "known" ? whole(given, work) : lenient(given, work);
      if (reading === undefined) return undefined;
      texts.push(reading.text);
      known += reading.known;
    } else {
      texts.push(given);
      // Whose words these are is known, to their end.
      if (kind === "theirs") known += given.length;
    }
  }
  return { text: fill(template, texts), known };
};

const joint = /; |(?<=\.) /g;

/** Several texts that were joined: all of them known, or, where `partly` says so, those that are not as they came. */
const joined = (text: string, work: Work, partly: boolean): Reading | undefined => {
  const joints = [...text.matchAll(joint)];
  if (joints.length === 0) return undefined;
  const starts = [0, ...joints.map(({ index, 0: found }) => index + found.length)];
  const ends = [...joints.map(({ index }) => index), text.length];
  const last = starts.length - 1;
  /** What is known from each part on, the best of the ways to part it. */
  const from: Array<Reading | undefined> = [];
  from[starts.length] = { text: "", known: 0 };
  for (let start = last; start >= 0; start--) {
    for (let end = Math.min(start + mostJoints - 1, last); end >= start; end--) {
      const rest = from[end + 1];
      // All of it together is looked at elsewhere.
      if (rest === undefined || (start === 0 && end === last)) continue;
      const given = text.slice(starts[start], ends[end]);
      const reading = single(given, work) ?? (partly && end === start ? { text: given, known: 0 } : undefined);
      if (reading === undefined) continue;
      const between = text.slice(ends[end], starts[end + 1]);
      const sign = end === last || reading.text.endsWith("。") ? "" : between === "; " ? "；" : between;
      from[start] = better(from[start], { text: reading.text + sign + rest.text, known: reading.known + rest.known });
    }
  }
  return from[0];
};

/** What is said of a field, a file or a merchant, which stands before it; and what stands in brackets behind. */
const named = (text: string, work: Work): Reading | undefined => {
  let best: Reading | undefined;
  const open = text.endsWith(")") ? " (" : text.endsWith("]") ? " [" : undefined;
  const bracket = open === undefined ? -1 : text.lastIndexOf(open);
  if (open !== undefined && bracket > 0) {
    const before = whole(text.slice(0, bracket), work);
    const given = text.slice(bracket + open.length, -1);
    const inside = open === " [" ? (whole(given, work)?.text ?? given) : (exact.get(given) ?? given);
    best = before && { ...before, text: `${before.text}${open === " (" ? `（${inside}）` : ` [${inside}]`}` };
  }
  const colon = text.indexOf(": ");
  const owner = colon < 0 ? undefined : nameOf(text.slice(0, colon), work);
  if (owner !== undefined) {
    const about = whole(text.slice(colon + 2), work);
    best = better(best, about && { ...about, text: `${owner}：${about.text}` });
  }
  for (
    let space = text.indexOf(" "), tried = 0;
    space > 0 && tried < 3;
    tried++, space = text.indexOf(" ", space + 1)
  ) {
    const name = nameOf(text.slice(0, space), work);
    if (name === undefined) break;
    const rest = text.slice(space + 1);
    // A word alone is a name, or the last of somebody's sentence.
    const about = rest.includes(" ") ? (exactly(rest) ?? templated(rest, work)) : undefined;
    const between = /[一-鿿）]$/.test(name) ? "" : " ";
    best = better(best, about && { ...about, text: `${name}${between}${about.text}` });
  }
  return best;
};

/** A name as it came, one of ours, or both names of a field: `refundFee (refund_fee)`. A sentence is none. */
const nameOf = (name: string, work: Work): string | undefined => {
  if (name.length > 1024 || /[;,"]/.test(name)) return undefined;
  if (name.split(" ").length > 4 && !/[\\/]/.test(name)) return undefined;
  return exact.get(name) ?? templated(name, work)?.text ?? name.replace(/^(\S+) \((\S+)\)$/, "$1（$2）");
};

const chineseOf = (text: string): string => (text.length > longest ? text : lenient(text, { left: patience }).text);

/** Gives a message of this library in this language: the same text, or its Chinese. */
export const translated = (say: Say): ((english: string) => string) =>
  say("en", "zh") === "en" ? (text) => text : chineseOf;
