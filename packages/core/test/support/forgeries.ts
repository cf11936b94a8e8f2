/** Changes of a signed document, and what counts as a forgery that went through. */
import { Result } from "effect";
import { Operation } from "../../src/index.ts";
import type { MerchantIdentity } from "../../src/Merchant.ts";
import { bytes, reply } from "./story.ts";

/** One signed reply and the request that it answers. It has no empty element and no white space between elements. */
export interface Signed {
  readonly name: string;
  readonly text: string;
  /** Reads a reply to the request: what it proves, or `undefined` when it proves nothing. */
  readonly proves: (body: Uint8Array) => string | undefined;
}

/** Makes errors of which nobody reads where they arose: that is half of what thousands of refusals cost. */
const withoutFrames = <A>(make: () => A): A => {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
};

export const signedReply = <In, Out>(
  name: string,
  operation: Operation.Operation<In, Out>,
  request: In,
  text: string,
  merchant: MerchantIdentity,
): Signed => ({
  name,
  text,
  proves: (body) => {
    const result = withoutFrames(() => Operation.interpret(operation, request, reply(body), merchant));
    if (Result.isSuccess(result)) return JSON.stringify(result.success);
    // A refusal that is believed proves something too: its signature was verified.
    return result.failure.reason._tag === "Rejected" || result.failure.outcome === "not-accepted"
      ? JSON.stringify(result.failure.reason)
      : undefined;
  },
});

/** Elements that are empty are not signed and mean the same as absent ones. */
const emptyElement = /<([A-Za-z][A-Za-z0-9_]*)>(?:<!\[CDATA\[\]\]>)?<\/\1>/g;

const significant = (body: Uint8Array): string => new TextDecoder().decode(body).replace(emptyElement, "");

const bits = [1, 2, 4, 8, 16, 32, 64, 128];

/** Every value that a byte may have. */
const allValues = Array.from({ length: 256 }, (_, value) => value);

/** What a forger would put: the characters of markup, of numbers and of what is signed, one of each other kind, and none at all. */
export const tellingValues = [
  ...bytes("<>/&;![]\"'=?#:-_.+xX0189AFSZafsz \t\n\r"),
  0x00,
  0x1f,
  0x7f,
  0x80,
  0xbf,
  0xc3,
  0xe4,
  0xf0,
  0xff,
];

/** Tries every byte with each other value. Gives how many were tried, and those that went through. */
export const changeEveryByte = (
  { proves, text }: Signed,
  values: ReadonlyArray<number> = allValues,
): { readonly tried: number; readonly through: Array<string> } => {
  const whole = bytes(text);
  const meant = proves(whole);
  const unsigned = significant(whole);
  const through: Array<string> = [];
  let tried = 0;
  for (let at = 0; at < whole.length; at++) {
    const original = whole[at] ?? 0;
    // Its neighbours of one bit are what a fault on the wire makes of it.
    for (const value of new Set([...values, ...bits.map((bit) => original ^ bit)])) {
      if (value === original) continue;
      whole[at] = value;
      tried++;
      const proved = proves(whole);
      if (proved !== undefined && (proved !== meant || significant(whole) !== unsigned))
        through.push(`byte ${at} → ${value}`);
    }
    whole[at] = original;
  }
  return { tried, through };
};

const element = /<([A-Za-z][A-Za-z0-9_]*)>(.*?)<\/\1>/gs;

/** Deletes, repeats, inserts and renames elements, and exchanges the values of every two. */
export const changeElements = (
  { proves, text }: Signed,
  values: ReadonlyArray<string>,
): { readonly tried: number; readonly through: Array<string> } => {
  const elements = [...text.slice(5, -6).matchAll(element)].map(([whole, name = "", value = ""]) => ({
    whole,
    name,
    value,
  }));
  const documents: Array<string> = [];
  const build = (parts: ReadonlyArray<string>): void => void documents.push(`<xml>${parts.join("")}</xml>`);
  const all = elements.map(({ whole }) => whole);
  const put = (name: string, value: string): string => `<${name}>${value}</${name}>`;
  elements.forEach(({ name, value, whole }, n) => {
    build(all.toSpliced(n, 1));
    build(all.toSpliced(n, 0, whole));
    build(all.toSpliced(n, 1, put(name.toUpperCase(), value)));
    build(all.toSpliced(n, 1, put(`${name}_0`, value)));
    for (const other of values) {
      build(all.toSpliced(n, 1, put(name, other)));
      for (const inserted of ["extra", "refund_fee", "result_code", "sub_mch_id", "coupon_refund_fee_0"])
        build(all.toSpliced(n, 0, put(inserted, other)));
    }
    elements.forEach((second, m) => {
      if (m <= n || second.value === value) return;
      build(all.with(n, put(name, second.value)).with(m, put(second.name, value)));
    });
    const next = elements[n + 1];
    // Two neighbours of the string that is signed merged into one value, and one split into two.
    if (next !== undefined) build(all.toSpliced(n, 2, put(name, `${value}&amp;${next.name}=${next.value}`)));
  });
  const meant = proves(bytes(text));
  const through = documents.filter((document) => {
    const proved = proves(bytes(document));
    return proved !== undefined && proved !== meant;
  });
  return { tried: documents.length, through };
};
