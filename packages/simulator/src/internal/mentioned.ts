/**
 * Whom and what an exchange is about, for whoever searches many: the numbers that request and reply mention. Read once for each exchange,
 * by patterns: a message need not be right to be found.
 */
import type { Exchange } from "../ExchangeLog.ts";
import * as Fault from "../Fault.ts";

export interface Mentioned {
  readonly mchId: string | undefined;
  readonly outTradeNo: string | undefined;
  readonly transactionId: string | undefined;
  /** Refund numbers, ours and WeChat Pay's. */
  readonly refunds: ReadonlySet<string>;
  /** Every number, those of refunds and orders, and the merchant's. */
  readonly all: ReadonlySet<string>;
}

const fields = "mch_?id|sub_mch_?id|out_refund_no|refund_id|out_trade_no|transaction_id";
const inXml = new RegExp(`<(${fields})(?:_\\d+)*>\\s*(?:<!\\[CDATA\\[)?([^<\\]]{1,64})`, "g");
const inJson = new RegExp(`"(${fields})"\\s*:\\s*"([^"\\\\]{1,64})"`, "g");
const inHeader = /(mchid)="([^"]{1,64})"/g;
const inPath = /^\/v3\/refund\/domestic\/(refund)s\/([^/]{1,192})$/g;
/** Of a message so much is read. */
const most = 65_536;

const known = new WeakMap<Exchange, Mentioned>();
const decoder = new TextDecoder();

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

const read = ({ path, reply, request, requestHeaders = {} }: Exchange): Mentioned => {
  const pattern = Fault.isV3(path) ? inJson : inXml;
  const found = [
    ...(requestHeaders["authorization"] ?? "").matchAll(inHeader),
    ...path.matchAll(inPath),
    ...[request, reply.body].flatMap((bytes) => [...decoder.decode(bytes.subarray(0, most)).matchAll(pattern)]),
  ].map(([, name = "", value = ""]) => ({ name, value: name === "refund" ? decoded(value) : value.trim() }));
  const first = (...names: ReadonlyArray<string>) => found.find(({ name }) => names.includes(name))?.value;
  return {
    mchId: first("mch_id", "mchid"),
    outTradeNo: first("out_trade_no"),
    transactionId: first("transaction_id"),
    refunds: new Set(
      found.filter(({ name }) => name.startsWith("refund") || name === "out_refund_no").map(({ value }) => value),
    ),
    all: new Set(found.map(({ value }) => value)),
  };
};

/** What an exchange mentions. */
export const mentioned = (exchange: Exchange): Mentioned => {
  const before = known.get(exchange);
  if (before !== undefined) return before;
  const made = read(exchange);
  known.set(exchange, made);
  return made;
};
