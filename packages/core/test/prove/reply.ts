/**
 * The long proof of reading and verifying: every change of one byte of seven signed replies, changes of their elements, every wrong
 * pairing among 100 refunds, and splices of captured notices. Ends with 1 if anything went through.
 */
import { Result } from "effect";
import { Operation, Refund, RefundNotice, RefundQuery } from "../../src/index.ts";
import { Replies } from "../../src/testing/index.ts";
import { changeElements, changeEveryByte } from "../support/forgeries.ts";
import { signedReplies } from "../support/signedReplies.ts";
import { merchantWith, request } from "../support/story.ts";

let failed = 0;
const started = performance.now();
const report = (what: string, tried: number, through: ReadonlyArray<string>): void => {
  failed += through.length;
  console.log(`${through.length === 0 ? "ok  " : "FAIL"} ${what}: ${tried} tried, ${through.length} went through`);
  for (const one of through.slice(0, 5)) console.log(`     ${one}`);
};

for (const signed of signedReplies) {
  const { through, tried } = changeEveryByte(signed);
  report(`every byte of "${signed.name}"`, tried, through);
  const elements = changeElements(signed, ["", "1", "2", "SUCCESS", "FAIL", "<![CDATA[SUCCESS]]>", "R-2"]);
  report(`elements of "${signed.name}"`, elements.tried, elements.through);
}

const merchant = merchantWith({ signType: "MD5" });
const refunds = Array.from({ length: 100 }, (_, n) => ({ ...request, outRefundNo: `R-${n}`, refundFee: 1 + (n % 3) }));
const pairings: Array<string> = [];
let pairs = 0;
for (const asked of refunds) {
  for (const other of refunds) {
    if (asked === other) continue;
    pairs += 2;
    if (Result.isSuccess(Operation.interpret(Refund.operation, asked, Replies.accepted(merchant, other), merchant))) {
      pairings.push(`${other.outRefundNo} for ${asked.outRefundNo}`);
    }
    const answer = Replies.queried(merchant, other, "SUCCESS");
    const byNumber = { outRefundNo: asked.outRefundNo };
    if (Result.isSuccess(Operation.interpret(RefundQuery.operation, byNumber, answer, merchant))) {
      pairings.push(`query of ${other.outRefundNo} for ${asked.outRefundNo}`);
    }
  }
}
report("wrong pairings of 100 refunds", pairs, pairings);

// Notices are ECB: blocks of captured ones can be exchanged without the key. Some splices can be read; that is why a notice is
// a hint. What counts is that none becomes a fact: the query's record of the failed refund contradicts it or says PROCESSING.
const captured = [
  Replies.notice(merchant, request, "SUCCESS"),
  Replies.notice(merchant, { ...request, outRefundNo: "R-1415701182_02" }, "REFUNDCLOSE"),
  Replies.notice(merchant, { ...request, refundFee: 2 }, "CHANGE"),
  Replies.notice(merchant, request, "REFUNDCLOSE"),
  Replies.notice(merchant, { ...request, outRefundNo: "R-1415701182_02" }, "CHANGE"),
].map((body) => new TextDecoder().decode(body));
const infoPattern = /<req_info>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?<\/req_info>/;
const blocksOf = (text: string): ReadonlyArray<string> =>
  Buffer.from(infoPattern.exec(text)?.[1] ?? "", "base64")
    .toString("hex")
    .match(/.{32}/g) ?? [];
const truth = Replies.queried(merchant, { ...request, outRefundNo: "R-1415701182_02" }, "REFUNDCLOSE");
let splices = 0;
let readable = 0;
const facts: Array<string> = [];
for (const target of captured) {
  const base = blocksOf(target);
  for (const donor of captured) {
    for (const [from, block] of blocksOf(donor).entries()) {
      for (let at = 0; at < base.length; at++) {
        if (base[at] === block) continue;
        splices++;
        const forged = Buffer.from(base.toSpliced(at, 1, block).join(""), "hex").toString("base64");
        const notice = RefundNotice.open(
          new TextEncoder().encode(target.replace(infoPattern, `<req_info>${forged}</req_info>`)),
          merchant,
        );
        if (Result.isFailure(notice)) continue;
        readable++;
        // The fact comes from the query alone, so a forged SUCCESS of the failed refund must not survive it.
        if (notice.success.outRefundNo !== "R-1415701182_02") continue;
        const record = Operation.interpret(RefundQuery.operation, { outRefundNo: "R-1415701182_02" }, truth, merchant);
        const status = Result.isSuccess(record)
          ? RefundQuery.recordOf(record.success, "R-1415701182_02")?.refundStatus
          : undefined;
        if (status === "SUCCESS") facts.push(`block ${from} at ${at}`);
      }
    }
  }
}
report(`splices of five captured notices (${readable} could be read)`, splices, facts);
if (splices < 26_000) report("at least 26 000 splices", splices, ["too few"]);

console.log(`${((performance.now() - started) / 1000).toFixed(0)} s`);
process.exitCode = failed === 0 ? 0 : 1;
