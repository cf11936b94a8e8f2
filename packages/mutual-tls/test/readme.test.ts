import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), "utf8");

it("every example of the README is compiled", () => {
  const examples = [...read("../README.md").matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
  expect(examples).toHaveLength(3);
  for (const example of examples) expect(read("readme-examples.ts")).toContain(example);
});
