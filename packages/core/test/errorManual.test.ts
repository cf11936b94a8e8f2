/** docs/errors.md: the command line and the README link into it, and people act on its tables. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { RefundError, RefundNotice, RefundQuery, Transport } from "../src/index.ts";

const manual = readFileSync(new URL("../../../docs/errors.md", import.meta.url), "utf8");

it("has a section under the name of every reason, in three parts", () => {
  const reasons = [RefundError.Reason, Transport.TransportError.fields.reason].flatMap(({ members }) =>
    members.map(({ name }) => name),
  );
  expect(reasons).toHaveLength(13);
  const sections = new Map(manual.split(/^## /m).map((text) => [text.slice(0, text.indexOf("\n")), text]));
  for (const reason of reasons) {
    const text = sections.get(reason) ?? "";
    for (const part of ["Symptom", "What is true", "What to do"]) {
      expect(text, reason).toContain(`\n- **${part}.** `);
    }
  }
});

it("has a row for every problem of a notice, and docs/fields.md one for every status", () => {
  for (const problem of RefundNotice.Problem.literals) expect(manual).toContain(`\n| \`${problem}\` | `);
  const fields = readFileSync(new URL("../../../docs/fields.md", import.meta.url), "utf8");
  for (const status of RefundQuery.RefundStatus.literals) expect(fields).toContain(`| \`${status}\` | `);
});

it("has the tables that the library decides by", () => {
  const script = fileURLToPath(new URL("../../../scripts/error-tables.mjs", import.meta.url));
  expect(() => execFileSync(process.execPath, [script, "--check"], { stdio: "pipe" })).not.toThrow();
});
