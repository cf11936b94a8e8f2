import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vitest/config";
import { mutants } from "./scripts/mutants.ts";

const packages = [
  "core",
  "apiv3",
  "mutual-tls",
  "checkup",
  "adapter-node-https",
  "adapter-undici",
  "testkit",
  "simulator",
  "durable",
  "server",
  "cli",
];

/** Projects whose tests wait on real sockets far more than they compute: they run after the others, and so beside each other. */
const waiting = new Set(["adapter-node-https", "adapter-undici", "testkit"]);

// The commands that tests run compile the same modules each time, which is a third of what the shortest of them cost.
process.env["NODE_COMPILE_CACHE"] ??= fileURLToPath(new URL("node_modules/.cache/compiled", import.meta.url));

/** They only end what hangs, also on a machine that does four other things. */
const limits = { testTimeout: 60_000, hookTimeout: 120_000 };

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
    projects: [
      ...packages.map((name) => ({
        plugins: mutation(),
        test: {
          name,
          root: `packages/${name}`,
          include: ["test/**/*.test.ts"],
          ...(name === "durable" && { globalSetup: ["test/support/postgresOfTheRun.ts"] }),
          ...(name === "cli" && { setupFiles: ["test/support/authorities.ts"] }),
          ...limits,
          ...shared,
          ...loaded(name),
          sequence: { groupOrder: waiting.has(name) ? 1 : 0 },
        },
      })),
      {
        plugins: mutation(),
        test: {
          name: "examples",
          root: "examples",
          include: ["**/*.test.ts"],
          ...limits,
          ...shared,
          ...loaded("examples"),
        },
      },
    ],
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
