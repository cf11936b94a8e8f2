import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { mutants } from "./scripts/mutants.ts";

/** In the order in which they are begun: the last ones are short, so that no worker is left alone with a long one. */
const projects: Readonly<Record<string, ReadonlyArray<string>>> = {
  cli: ["packages/cli"],
  simulator: ["packages/simulator"],
  durable: ["packages/durable"],
  server: ["packages/server"],
  // In the same processes: each of its own would load the same once more, an eighth of what all of them cost. The larger ones gain nothing by it.
  transports: [
    "packages/testkit",
    "packages/adapter-undici",
    "packages/adapter-node-https",
    "examples",
    "packages/mutual-tls",
    "packages/checkup",
  ],
  core: ["packages/core"],
  apiv3: ["packages/apiv3"],
};
const folders = Object.values(projects).flat();

/**
 * What takes longest, and why it does; of a package these are begun first. Those that mostly wait stand between those that mostly compute, so
 * that the workers do not all wait at the same time.
 */
const slow: Readonly<Record<string, string>> = {
  "cli/test/Batch.test.ts":
    "processes killed with a call under way, and the minute of an order or of a rate code, in real time",
  "cli/test/Misplaced.test.ts": "over a thousand commands: secrets in every variable, flag and input",
  "cli/test/Process.test.ts": "forty processes of the command, one after the other",
  "cli/test/Serve.test.ts": "a service in a process of its own for each test",
  "cli/test/Composition.test.ts": "300 combinations of transport, certificate, protocol and file",
  "cli/test/Secrets.test.ts": "whole stories through processes and both transports",
  "cli/test/ServeSilent.test.ts": "a service whose database falls silent, until it ends itself",
  "simulator/test/InspectorLists.test.ts": "a browser, 50 000 exchanges, two widths, two schemes, two languages",
  "simulator/test/Inspector.test.ts": "a browser that waits for what the page shows",
  "durable/test/ReconcilerProcesses.test.ts":
    "processes killed at each point of a day's way, and leases that have to end",
  "durable/test/RefundStoreSuite.test.ts": "a database of its own for each case, on both servers",
  "durable/test/processes.test.ts": "processes killed and stopped for longer than their lease",
  "durable/test/Month.test.ts": "every commit of three days of refunds, written to the disk",
  "server/test/browser/Pages.test.ts": "a browser, every page in two widths, schemes and languages",
  "server/test/Webhooks.test.ts": "receivers that are slow or away, in real time",
  "server/test/PagesAttacks.test.ts": "sessions that end by time",
  "server/test/Rights.test.ts": "every operation with every right",
  "server/test/Pages.test.ts": "refunds that go on, and a feed, in real time",
  "server/test/Attacks.test.ts": "clients that are slow, in real time",
  "server/test/Notices.test.ts": "a flood of forged notices",
  "server/test/Conformance.test.ts": "three hundred requests made from the service's document",
  "server/test/docs.test.ts": "the commands of the documents",
  "testkit/test/Saboteurs.test.ts": "a hundred transports that are wrong on purpose, each at its clauses",
  "testkit/test/TransportContract.test.ts":
    "every clause over real sockets: time-outs and blocked processes, in real time",
  "adapter-undici/test/contract.test.ts": "every clause, fresh and kept connections",
  "adapter-node-https/test/contract.test.ts": "every clause, fresh and kept connections",
};

const at = (path: string): string => `${fileURLToPath(new URL(path, import.meta.url))}/`;

const byLength = (left: TestSpecification, right: TestSpecification): number => {
  const placeOf = ({ moduleId }: TestSpecification) => folders.findIndex((folder) => moduleId.startsWith(at(folder)));
  const rankOf = ({ moduleId }: TestSpecification) => {
    const rank = Object.keys(slow).findIndex((file) => moduleId.endsWith(`/${file}`));
    return rank < 0 ? Infinity : rank;
  };
  const [a, b] = [rankOf(left), rankOf(right)];
  return placeOf(left) - placeOf(right) || (a === b ? 0 : a - b);
};

class LongestFirst extends BaseSequencer {
  override async sort(files: Array<TestSpecification>): Promise<Array<TestSpecification>> {
    return (await super.sort(files)).sort(byLength);
  }
}

// The commands that tests run compile the same modules each time, which is a third of what the shortest of them cost.
process.env["NODE_COMPILE_CACHE"] ??= fileURLToPath(new URL("node_modules/.cache/compiled", import.meta.url));

const before = ["frames", "keys"].map((name) => fileURLToPath(new URL(`scripts/${name}.ts`, import.meta.url)));

/** They only end what hangs, also on a machine that does four other things. */
const limits = { testTimeout: 120_000, hookTimeout: 180_000 };

/**
 * Files share a process, for importing the same modules again for each costs a fifth of the computing. Half of the time a test waits, for a
 * socket, a process or a browser, so there are twice as many at work as there are cores.
 */
const shared = { isolate: false, maxWorkers: 2 * availableParallelism() };

/**
 * Node loads the modules itself, as it does for a user, which costs less than having each transformed. Not where coverage is measured and
 * modules are replaced, and a mutant is put in while modules are transformed.
 */
const transformed = new Set(["core", "apiv3"]);
const loaded = (name: string) => ({
  experimental: { viteModuleRunner: transformed.has(name) || process.env["MUTANT"] !== undefined },
});

/** What all files of a package share, and is made once. */
const setups: Readonly<Record<string, Array<string>>> = {
  cli: ["test/support/oneFile.ts"],
  durable: ["test/support/postgresOfTheRun.ts"],
};

/** `pnpm prove:mutants` names a deliberately broken build: its one change is made while the module is loaded. */
const mutation = (): Array<Plugin> => {
  const mutant = mutants.find(({ name }) => name === process.env["MUTANT"]);
  if (mutant === undefined) return [];
  const file = fileURLToPath(new URL(mutant.file, import.meta.url));
  return [
    {
      name: "mutant",
      enforce: "pre",
      transform: (code, id) => (id === file ? code.replace(mutant.find, () => mutant.put) : undefined),
    },
  ];
};

export default defineConfig({
  test: {
    // A mutant must neither come out of the cache of transformed modules nor get into it.
    fsModuleCache: process.env["MUTANT"] === undefined,
    // The clauses of the transport contract wait far more than they compute.
    maxConcurrency: 12,
    sequence: { sequencer: LongestFirst },
    globalSetup: ["scripts/keysOfTheRun.ts"],
    projects: Object.entries(projects).map(([name, [first = "", ...others]]) => ({
      plugins: mutation(),
      test: {
        name,
        root: others.length === 0 ? first : ".",
        include:
          others.length === 0
            ? ["test/**/*.test.ts"]
            : [first, ...others].map((folder) => `${folder}/${folder === "examples" ? "" : "test/"}**/*.test.ts`),
        ...(name in setups && { globalSetup: setups[name] }),
        setupFiles: [...before, ...(name === "cli" ? ["test/support/authorities.ts"] : [])],
        ...limits,
        ...shared,
        ...loaded(name),
      },
    })),
    coverage: {
      provider: "v8",
      // Of the two projects that are measured: `pnpm coverage` runs their tests alone.
      include: ["src/**"],
      thresholds: {
        "**/src/internal/{aead,beijing,billCells,billReader,billRow,crypto,errorCodes,errorCodesV3,fields,findings,json,statuses,invisible,nextStep,observed,oneLine,progress,replies,replyFields,returnMsgs,unknownFields}.ts":
          {
            100: true,
          },
        "**/src/{Json,Suggest,Params,Signature,Xml,Operation,Refund,RefundQuery,RefundNotice,RefundProgress,RefundBill,Reconciliation,RefundError,TransportError,Credential,PlatformKeys,TradeBill}.ts":
          {
            100: true,
          },
      },
      reporter: ["text"],
    },
  },
});
