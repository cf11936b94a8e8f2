/** Both readers on one text, the quick one in pieces, and what they disagree about. */
import { isDeepStrictEqual } from "node:util";
import { BillReader, type Entry } from "../../src/RefundBill.ts";
import type { Random } from "./randomBills.ts";
import { slowRead } from "./slowBill.ts";

export const quickRead = (random: Random, text: string) => {
  const reader = new BillReader();
  const entries: Array<Entry> = [];
  for (let at = 0; at < text.length;) {
    const size = 1 + random(random(2) === 0 ? 20 : 2_000);
    entries.push(...reader.push(text.slice(at, at + size)));
    at += size;
  }
  const { entries: last, ending } = reader.end();
  entries.push(...last);
  return {
    refunds: entries.flatMap((entry) => (entry._tag === "Refund" ? [entry.refund] : [])),
    bad: entries.flatMap((entry) =>
      entry._tag === "Bad"
        ? [
            {
              line: entry.bad.line,
              ...(entry.bad.outRefundNo !== undefined && { outRefundNo: entry.bad.outRefundNo }),
            },
          ]
        : [],
    ),
    others: ending.others,
    kinds: ending.problems.map(({ kind }) => kind),
    unread: ending.unread,
  };
};

/** What the two see otherwise; nothing where they agree. */
export const disagreement = (random: Random, text: string) => {
  const quick = quickRead(random, text);
  const slow = slowRead(text);
  return isDeepStrictEqual(quick, slow) ? undefined : { text, quick, slow };
};
