/** The linter enforces who may import whom; each rule is proved by a file that breaks it. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));

type Import = readonly [path: string, what: string, from: string];

const refused: ReadonlyArray<Import> = [
  ["packages/core/src/Params.ts", "Effect", "effect/Effect"],
  ["packages/core/src/Xml.ts", "Layer", "effect/Layer"],
  ["packages/core/src/Operation.ts", "Context", "effect/Context"],
  ["packages/core/src/Refund.ts", "Clock", "effect/Clock"],
  ["packages/core/src/RefundQuery.ts", "Random", "effect/Random"],
  ["packages/core/src/RefundNotice.ts", "createHash", "node:crypto"],
  ["packages/core/src/Operation.ts", "Merchant", "./Merchant.ts"],
  ["packages/core/src/RefundError.ts", "Transport", "./Transport.ts"],
  ["packages/core/src/Signature.ts", "layer", "./RefundClient.ts"],
  ["packages/core/src/RefundClient.ts", "readFile", "node:fs"],
  ["packages/core/src/RefundClient.ts", "HttpClient", "effect/http"],
  ["packages/core/src/RefundClient.ts", "Effect", "effect"],
  ["packages/mutual-tls/src/Adapter.ts", "Effect", "effect"],
  ["packages/cli/src/Cli.ts", "Effect", "effect"],
  ["packages/adapter-undici/src/UndiciTransport.ts", "HttpClient", "effect/http/HttpClient"],
  ["packages/core/src/RefundClient.ts", "SecureContext", "@wechat-refund/mutual-tls"],
  ["packages/mutual-tls/src/SecureContext.ts", "layer", "@wechat-refund/adapter-undici"],
  ["packages/adapter-undici/src/UndiciTransport.ts", "layer", "@wechat-refund/simulator"],
  ["packages/adapter-node-https/src/NodeHttpsTransport.ts", "md5", "@wechat-refund/core/internal/crypto"],
  ["packages/testkit/src/ScriptedServer.ts", "Gateway", "@wechat-refund/simulator"],
  ["packages/simulator/src/Gateway.ts", "Signature", "@wechat-refund/core"],
  ["packages/simulator/src/MemoryTransport.ts", "Signature", "@wechat-refund/core"],
  ["packages/simulator/src/MemoryTransport.ts", "sign", "@wechat-refund/core/Signature"],
  ["examples/09-x.ts", "main", "@wechat-refund/cli"],
  ["examples/09-x.ts", "md5", "@wechat-refund/core/internal/crypto"],
];
const kept: ReadonlyArray<Import> = [
  ["packages/core/src/Operation.ts", "Schema", "effect/Schema"],
  ["packages/core/src/internal/crypto.ts", "createHash", "node:crypto"],
  ["packages/simulator/src/MemoryTransport.ts", "Transport", "@wechat-refund/core/Transport"],
  ["packages/cli/src/demo.ts", "UndiciTransport", "@wechat-refund/adapter-undici"],
  ["packages/core/src/Operation.ts", "type Merchant", "./Merchant.ts"],
];

/** A file for each path, with a line for each of its imports; what was said of which line. The linter is started once, for that is what takes long. */
const said = new Map<string, Array<string>>();
const lineOf = (path: string, line: number): string => `${path}:${line}`;
const lines = new Map<string, Array<string>>();
const places = new Map<Import, string>();
for (const one of [...refused, ...kept]) {
  const [path, what, from] = one;
  const written = lines.get(path) ?? [];
  lines.set(path, written);
  places.set(one, lineOf(path, written.push(`import { ${what} as x${written.length} } from "${from}";`)));
}
lines.set("packages/core/src/A.ts", ['import { b } from "./B.ts";', "export const a = b;"]);
lines.set("packages/core/src/B.ts", ['import { a } from "./A.ts";', "export const b = a;"]);

interface Diagnostic {
  readonly code: string;
  readonly filename: string;
  readonly labels: ReadonlyArray<{ readonly span: { readonly line: number } }>;
}

let folder = "";
let status: number | null = null;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "layers-"));
  copyFileSync(join(root, ".oxlintrc.json"), join(folder, ".oxlintrc.json"));
  for (const [path, written] of lines) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${written.join("\n")}\n`);
  }
  const linter = join(root, "node_modules/oxlint/bin/oxlint");
  const run = spawnSync(process.execPath, [linter, "--deny-warnings", "--format", "json"], {
    cwd: folder,
    encoding: "utf8",
  });
  status = run.status;
  const { diagnostics } = JSON.parse(run.stdout) as { readonly diagnostics: ReadonlyArray<Diagnostic> };
  for (const { code, filename, labels } of diagnostics) {
    const place = lineOf(filename, labels[0]?.span.line ?? 0);
    said.set(place, [...(said.get(place) ?? []), code]);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The rules that an import breaks. */
const against = (one: Import): ReadonlyArray<string> =>
  (said.get(places.get(one) ?? "") ?? []).filter((code) => code.includes("no-restricted-imports"));

describe("the linter refuses", () => {
  it.for(refused)("%s with %s of %s", (one) => {
    expect(against(one)).toHaveLength(1);
    expect(status).toBe(1);
  });

  it("a cycle", () => {
    expect(said.get("packages/core/src/A.ts:1")?.join()).toContain("no-cycle");
  });

  it.for(kept)("not %s with %s of %s, which keeps the rules", (one) => {
    expect(places.has(one)).toBe(true);
    expect(against(one)).toEqual([]);
  });
});
