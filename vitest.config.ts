import { defineConfig } from "vitest/config";

const packages = ["core", "mutual-tls", "adapter-node-https", "adapter-undici", "testkit", "simulator", "cli"];

export default defineConfig({
  test: {
    projects: [
      ...packages.map((name) => ({
        test: {
          name,
          root: `packages/${name}`,
          include: ["test/**/*.test.ts"],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      })),
      { test: { name: "examples", root: "examples", include: ["**/*.test.ts"], testTimeout: 60_000 } },
    ],
  },
});
