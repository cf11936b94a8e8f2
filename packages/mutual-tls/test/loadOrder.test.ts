import { execFileSync, spawnSync } from "node:child_process";
import { TestIdentities } from "@wechat-refund/testkit";
import { expect, it } from "vitest";

const { certificatePem, privateKeyPem } = TestIdentities.make().merchantA;
const cwd = new URL(".", import.meta.url);
const args = (program: string) => ["--input-type=module", "--eval", program];

it("leaves node:tls usable for whoever loads it after a certificate was opened", () => {
  const program = `
    import { Effect } from "effect";
    import { fromPem } from "@wechat-refund/mutual-tls/ClientCertificate";
    await Effect.runPromise(fromPem(${JSON.stringify({ certificate: certificatePem, privateKey: privateKeyPem })}));
    const { createSecureContext } = await import("node:tls");
    process.stdout.write(typeof createSecureContext);`;
  expect(execFileSync(process.execPath, args(program), { cwd }).toString()).toBe("function");
});

it("says so at once where a certificate was read before node:tls was loaded", () => {
  const program = `
    import { X509Certificate } from "node:crypto";
    new X509Certificate(${JSON.stringify(certificatePem)}).toLegacyObject();
    await import("@wechat-refund/mutual-tls");`;
  const { status, stderr } = spawnSync(process.execPath, args(program), { cwd, encoding: "utf8" });
  expect([status, stderr]).toEqual([1, expect.stringMatching(/^Error: node:tls .* import "node:tls" first/m)]);
});
