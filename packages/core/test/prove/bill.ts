/**
 * The reader of bills against a second, slow one: `node packages/core/test/prove/bill.ts [bills] [seed]`. Half of the bills are whole, and
 * of those what was put in must come out as well.
 */
import { disagreement, quickRead } from "../support/bothReaders.ts";
import { randomBill, seeded, spoilt } from "../support/randomBills.ts";

const [bills = 100_000, seed = 1] = process.argv.slice(2).map(Number);
let different = 0;
let lost = 0;
let whole = 0;
const start = performance.now();
for (let n = 0; n < bills; n++) {
  const random = seeded(seed + n);
  const bill = randomBill(random);
  const isWhole = n % 2 === 0;
  const found = disagreement(random, isWhole ? bill.text : spoilt(random, bill.text));
  if (found !== undefined && different++ < 3) console.log(`bill ${seed + n}:`, JSON.stringify(found, null, 1));
  if (!isWhole) continue;
  whole++;
  const { bad, kinds, others, refunds, unread } = quickRead(random, bill.text);
  const numbers = (of: ReadonlyArray<{ readonly outRefundNo: string }>) =>
    of.map(({ outRefundNo }) => outRefundNo).join();
  const fees = refunds.map(({ refundFee }) => refundFee).join();
  const isSame = numbers(refunds) === numbers(bill.refunds) && fees === bill.refunds.map(({ asked }) => asked).join();
  if (!isSame || bad.length + kinds.length > 0 || unread !== 0 || others !== bill.others) {
    if (lost++ < 3)
      console.log(`bill ${seed + n} lost something:`, JSON.stringify({ bill, refunds, bad, kinds, unread }));
  }
}
const seconds = ((performance.now() - start) / 1000).toFixed(1);
console.log(
  `${bills} bills in ${seconds} s: ${different} read otherwise; of ${whole} whole ones ${lost} not as they were made`,
);
process.exitCode = different + lost > 0 ? 1 : 0;
