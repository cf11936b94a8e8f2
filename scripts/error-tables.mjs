/**
 * Writes the tables of codes in docs/errors.md from the tables that the library decides by. With `--check` it writes nothing and
 * fails when they differ.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { queryErrCodes, refundErrCodes, returnMsgs } from "../packages/core/src/internal/errorCodes.ts";

const file = new URL("../docs/errors.md", import.meta.url);

const table = (head, rows) =>
  [
    `| ${head} | outcome | advice | what the gateway means |`,
    "|---|---|---|---|",
    ...[...rows].map(([code, { advice, note, outcome }]) => `| \`${code}\` | ${outcome} | ${advice} | ${note} |`),
  ].join("\n");

const tables = {
  "return-msgs": table("return_msg", returnMsgs),
  "refund-codes": table("err_code", refundErrCodes),
  "query-codes": table("err_code", queryErrCodes),
};

const text = readFileSync(file, "utf8");
let current = text;
for (const [name, rows] of Object.entries(tables)) {
  const [start, end] = ["start", "end"].map((edge) => `<!-- ${name}:${edge} -->`);
  const [before, rest] = current.split(start);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`docs/errors.md has no ${start} with ${end} after it`);
  current = `${before}${start}\n${rows}\n${end}${after}`;
}

if (process.argv.includes("--check")) {
  if (current !== text) {
    console.error("docs/errors.md is out of date: run `npx --yes pnpm@12 node scripts/error-tables.mjs`");
    process.exitCode = 1;
  }
} else writeFileSync(file, current);
