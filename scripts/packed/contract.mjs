/** Which clauses of the transport's contract do not hold where this runs: `contract.mjs ADAPTER`, its last line is JSON. */
import { NodeHttpsTransport } from "@wechat-refund/adapter-node-https";
import { UndiciTransport } from "@wechat-refund/adapter-undici";
import { TransportContract } from "@wechat-refund/testkit";
import { Effect } from "effect";

const name = process.argv.at(-1);
const { layer } = name === "undici" ? UndiciTransport : NodeHttpsTransport;
const how = { version: "TLSv1.3", connections: "fresh", calls: "XML", volume: 50, concurrency: 12, seed: "run times" };
const verdicts = await Effect.runPromise(TransportContract.run({ name, layer }, how));
const failing = verdicts.filter(({ verdict }) => verdict !== "holds" && verdict !== "not-applicable");
const said = { clauses: verdicts.length, failing: failing.map(({ clause, detail }) => [clause.id, detail]) };
process.stdout.write(`${JSON.stringify(said)}\n`, () => process.exit(0));
