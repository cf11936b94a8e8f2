// Prints docs/transport-contract.md from the clauses themselves. `--check` compares instead of writing.
import { readFileSync, writeFileSync } from "node:fs";
import { Saboteurs, TransportContract } from "../packages/testkit/src/index.ts";

const file = new URL("../docs/transport-contract.md", import.meta.url);
const { faults, sections, clauses } = TransportContract;
const does = new Map(Saboteurs.all.map((saboteur) => [saboteur.clause, saboteur.does]));

const needs = ({ needs }) => {
  const words = {
    fresh: "with fresh connections",
    pooled: "with pooled connections",
    "TLSv1.2": "under TLS 1.2",
    "TLSv1.3": "under TLS 1.3",
    body: "not with a GET",
  };
  if (!needs.includes("network")) return "also without a network";
  return needs.flatMap((need) => words[need] ?? []).join(", ");
};

const clauseText = (clause) => {
  const remarks = [clause.fault && `fault ${clause.fault}`, needs(clause)].filter(Boolean);
  const tail = remarks.length === 0 ? "" : ` *(${remarks.join("; ")})*`;
  return `**${clause.id}** ${clause.level} **${clause.title}.** ${clause.says}${tail}  \nCaught: a transport that ${does.get(clause.id)}.`;
};

const outcomes = {
  "not-sent": "not sent",
  "maybe-sent": "maybe sent",
  reply: "a reply",
  "at-build": "no layer",
};

const shownBy = ({ id, notHere }) =>
  notHere ?? clauses.flatMap((clause) => (clause.fault === id ? [clause.id] : [])).join(", ");

const text = `# The transport contract

<!-- Printed by \`node scripts/print-contract.mjs\`. Change the clauses in packages/testkit/src, not this file. -->

What a \`Transport\` promises, clause by clause. The list is data in \`@wechat-refund/testkit\`; \`suite\` checks every clause on real
sockets, with real TLS and real certificates, and each adapter of this repository passes all of them on Node 22 and 24, with fresh
and with pooled connections, under TLS 1.2 and 1.3, over the calls of both protocols: APIv2's POST of XML, and APIv3's POST of JSON and
GET, which are signed in \`Authorization\` and name a key in \`Wechatpay-Serial\`. Over APIv3's, every reply that a clause expects must
come back with the four \`Wechatpay-\` fields that sign it, whatever its status. The in-memory transport of the simulator passes those that
need no network.

- *Not sent* is a proof: no byte of the request was written, and none ever will be. Everything else that gave no whole reply is *maybe sent*.
- Every check looks at both ends: how the post ended, and what the server saw, then and after everything has settled.
- For every clause there is a saboteur, a transport with one mistake, that fails it. What the saboteur does stands under the clause.
- MUST is for every adapter. SHOULD is about cost: without it more posts end as *maybe sent*, or take longer, than need be.
- An adapter that cannot know that nothing was written may say *maybe sent* throughout (\`provesNotSent: false\`). It says what else
  it cannot keep, with the reason, where it is tested.

To prove a transport of your own see the [test kit](../packages/testkit/README.md#prove-your-own-adapter).

${sections.map(({ title, clauses }) => `## ${title}\n\n${clauses.map(clauseText).join("\n\n")}`).join("\n\n")}

## Faults

What a network and a gateway can do, what a transport must make of it, and the clause that shows it.

| Fault | What happens | Outcome | Shown by |
|---|---|---|---|
${faults.map((fault) => `| ${fault.id} | ${fault.what} | ${outcomes[fault.outcome]} | ${shownBy(fault)} |`).join("\n")}
`;

if (process.argv.includes("--check")) {
  if (readFileSync(file, "utf8") !== text) {
    console.error("docs/transport-contract.md is out of date: run `node scripts/print-contract.mjs`");
    process.exit(1);
  }
} else writeFileSync(file, text);
