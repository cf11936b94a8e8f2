/**
 * Writes the tables in docs/errors.md and docs/fields.md from the tables that the library decides by. With `--check` it writes
 * nothing and fails when they differ.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { queryErrCodes, refundErrCodes } from "../packages/core/src/internal/errorCodes.ts";
import { queryCodes, refundCodes } from "../packages/core/src/internal/errorCodesV3.ts";
import * as replyFields from "../packages/core/src/internal/replyFields.ts";
import { families } from "../packages/core/src/internal/returnMsgs.ts";
import { merchantExpectations } from "../packages/core/src/Operation.ts";
import * as Refund from "../packages/core/src/Refund.ts";
import * as RefundNotice from "../packages/core/src/RefundNotice.ts";
import * as RefundQuery from "../packages/core/src/RefundQuery.ts";

const table = (heads, rows) =>
  [`| ${heads.join(" | ")} |`, `|${"---|".repeat(heads.length)}`, ...rows.map((row) => `| ${row.join(" | ")} |`)].join(
    "\n",
  );

const codes = (rows, name = "err_code") =>
  table(
    [name, "outcome", "advice", "what the gateway means"],
    [...rows].map(([code, { advice, note, outcome }]) => [`\`${code}\``, outcome, advice, note]),
  );

const returnMsgs = table(
  ["family", "outcome", "advice", "what the gateway means", "recorded texts, and where"],
  families.map(({ family, meaning: { advice, note, outcome }, recorded }) => [
    family,
    outcome,
    advice,
    note,
    recorded.map(({ text, source }) => `\`${text}\` (${source})`).join("<br>"),
  ]),
);

const identity = { appId: "a", mchId: "m", subAppId: "sa", subMchId: "sm" };
const order = { outRefundNo: "r", totalFee: 1, refundFee: 1, refundFeeType: "CNY" };
/** Whether a reply must have the fields that it is compared by, whichever number was asked with. */
const comparedBy = (expectations) =>
  new Map(
    [...merchantExpectations(identity), ...expectations].map(({ field, required }) => [
      field.replace(/_0$/, "_$n"),
      required,
    ]),
  );
const nothing = new Map();
const byRefund = comparedBy(
  [{ outTradeNo: "o" }, { transactionId: "t" }].flatMap((ref) =>
    Refund.operation.expectations({ ...order, order: ref }, nothing),
  ),
);
const byQuery = comparedBy(
  ["outRefundNo", "refundId", "outTradeNo", "transactionId"].flatMap((name) =>
    RefundQuery.operation.expectations({ [name]: "1" }, nothing),
  ),
);

/** A text is always readable; numbers and times are not. */
const isText = (schema) => schema === undefined || schema.ast.encoding === undefined;
// A field that is read into another place, such as the one coupon of the 2015 form, has no schema of its own and may be absent.
const isOptional = (schema) => schema === undefined || schema.ast.context?.isOptional === true;

const fields = (entries, schemas, index, compared) =>
  table(
    ["field", "here", "duty", "absent or empty", "unreadable", "compared"],
    Object.entries(entries).map(([ours, { duty, wire }]) => {
      const name = `${wire}${index}`;
      const optional = isOptional(schemas[ours]) && compared.get(name) !== true;
      const unreadable = duty === "proves" ? "refused" : "left out, kept in `extra`";
      return [
        `\`${name}\``,
        `\`${ours}\``,
        duty,
        optional ? "left out" : "refused",
        isText(schemas[ours]) ? "" : unreadable,
        compared.has(name) ? "yes" : "",
      ];
    }),
  );

const documents = {
  "docs/errors.md": {
    "return-msgs": returnMsgs,
    "refund-codes": codes(refundErrCodes),
    "query-codes": codes(queryErrCodes),
    "v3-refund-codes": codes(refundCodes, "code"),
    "v3-query-codes": codes(queryCodes, "code"),
  },
  "docs/fields.md": {
    accepted: fields(replyFields.accepted, Refund.RefundAccepted.fields, "", byRefund),
    "accepted-coupon": fields(replyFields.coupon, Refund.Coupon.fields, "_$n", nothing),
    queried: fields(replyFields.queried, RefundQuery.RefundQueryReply.fields, "", byQuery),
    record: fields(replyFields.record, RefundQuery.RefundRecord.fields, "_$n", byQuery),
    "record-coupon": fields(replyFields.coupon, Refund.Coupon.fields, "_$n_$m", nothing),
    notice: fields(replyFields.notice, RefundNotice.RefundNotice.fields, "", nothing),
  },
};

for (const [name, tables] of Object.entries(documents)) {
  const file = new URL(`../${name}`, import.meta.url);
  const text = readFileSync(file, "utf8");
  let current = text;
  for (const [title, rows] of Object.entries(tables)) {
    const [start, end] = ["start", "end"].map((edge) => `<!-- ${title}:${edge} -->`);
    const [before, rest] = current.split(start);
    const after = rest?.split(end)[1];
    if (after === undefined) throw new Error(`${name} has no ${start} with ${end} after it`);
    current = `${before}${start}\n${rows}\n${end}${after}`;
  }
  if (!process.argv.includes("--check")) writeFileSync(file, current);
  else if (current !== text) {
    console.error(`${name} is out of date: run \`npx --yes pnpm@12 node scripts/error-tables.mjs\``);
    process.exitCode = 1;
  }
}
