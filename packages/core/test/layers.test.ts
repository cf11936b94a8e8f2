/** The linter enforces who may import whom; each rule is proved by a file that breaks it. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "layers-"));
  copyFileSync(join(root, ".oxlintrc.json"), join(folder, ".oxlintrc.json"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const lint = (path: string, code: string) => {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, code);
  const run = spawnSync(process.execPath, [join(root, "node_modules/oxlint/bin/oxlint"), "--deny-warnings", path], {
    cwd: folder,
    encoding: "utf8",
  });
  rmSync(file);
  return { status: run.status, output: `${run.stdout}${run.stderr}` };
};
const importing = (what: string, from: string) => `import { ${what} } from "${from}";\nexport const x = ${what};\n`;

describe("the linter refuses", () => {
  it.each([
    ["packages/core/src/Params.ts", importing("Effect", "effect/Effect")],
    ["packages/core/src/Xml.ts", importing("Layer", "effect/Layer")],
    ["packages/core/src/Operation.ts", importing("Context", "effect/Context")],
    ["packages/core/src/Refund.ts", importing("Clock", "effect/Clock")],
    ["packages/core/src/RefundQuery.ts", importing("Random", "effect/Random")],
    ["packages/core/src/RefundNotice.ts", importing("createHash", "node:crypto")],
    ["packages/core/src/Operation.ts", importing("Merchant", "./Merchant.ts")],
    ["packages/core/src/RefundError.ts", importing("Transport", "./Transport.ts")],
    ["packages/core/src/Signature.ts", importing("layer", "./RefundClient.ts")],
    ["packages/core/src/RefundClient.ts", importing("readFile", "node:fs")],
    ["packages/core/src/RefundClient.ts", importing("HttpClient", "effect/http")],
    ["packages/core/src/RefundClient.ts", importing("Effect", "effect")],
    ["packages/mutual-tls/src/Adapter.ts", importing("Effect", "effect")],
    ["packages/cli/src/Cli.ts", importing("Effect", "effect")],
    ["packages/adapter-undici/src/UndiciTransport.ts", importing("HttpClient", "effect/http/HttpClient")],
    ["packages/core/src/RefundClient.ts", importing("SecureContext", "@wechat-refund/mutual-tls")],
    ["packages/mutual-tls/src/SecureContext.ts", importing("layer", "@wechat-refund/adapter-undici")],
    ["packages/adapter-undici/src/UndiciTransport.ts", importing("layer", "@wechat-refund/simulator")],
    ["packages/adapter-node-https/src/NodeHttpsTransport.ts", importing("md5", "@wechat-refund/core/internal/crypto")],
    ["packages/testkit/src/ScriptedServer.ts", importing("Gateway", "@wechat-refund/simulator")],
    ["packages/simulator/src/Gateway.ts", importing("Signature", "@wechat-refund/core")],
    ["packages/simulator/src/MemoryTransport.ts", importing("Signature", "@wechat-refund/core")],
    ["packages/simulator/src/MemoryTransport.ts", importing("sign", "@wechat-refund/core/Signature")],
    ["examples/09-x.ts", importing("main", "@wechat-refund/cli")],
    ["examples/09-x.ts", importing("md5", "@wechat-refund/core/internal/crypto")],
  ])("%s with %j", (path, code) => {
    const { output, status } = lint(path, code);
    expect(output).toContain("no-restricted-imports");
    expect(status).toBe(1);
  });

  it("a cycle", () => {
    mkdirSync(join(folder, "packages/core/src"), { recursive: true });
    writeFileSync(join(folder, "packages/core/src/B.ts"), importing("a", "./A.ts").replace("x =", "b ="));
    const { output } = lint("packages/core/src/A.ts", importing("b", "./B.ts").replace("x =", "a ="));
    rmSync(join(folder, "packages/core/src/B.ts"));
    expect(output).toContain("no-cycle");
  });

  it("nothing in files that keep the rules", () => {
    for (const [path, code] of [
      ["packages/core/src/Operation.ts", importing("Schema", "effect/Schema")],
      ["packages/core/src/Operation.ts", 'import type { Merchant } from "./Merchant.ts";\nexport type X = Merchant;\n'],
      ["packages/core/src/internal/crypto.ts", importing("createHash", "node:crypto")],
      ["packages/simulator/src/MemoryTransport.ts", importing("Transport", "@wechat-refund/core/Transport")],
      ["packages/cli/src/demo.ts", importing("UndiciTransport", "@wechat-refund/adapter-undici")],
    ] as const) {
      expect(lint(path, code).output).not.toContain("no-restricted-imports");
    }
  });
});
