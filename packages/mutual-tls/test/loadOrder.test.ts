import { execFileSync } from "node:child_process";
import { TestIdentities } from "@wechat-refund/testkit";
import { expect, it } from "vitest";

it("leaves node:tls usable for whoever loads it after a certificate was opened", () => {
  const { certificatePem, privateKeyPem } = TestIdentities.make().merchantA;
  const program = `
    import { Effect } from "effect";
    import { fromPem } from "@wechat-refund/mutual-tls/ClientCertificate";
    await Effect.runPromise(fromPem(${JSON.stringify({ certificate: certificatePem, privateKey: privateKeyPem })}));
    const { createSecureContext } = await import("node:tls");
    process.stdout.write(typeof createSecureContext);`;
  const cwd = new URL(".", import.meta.url);
  expect(execFileSync(process.execPath, ["--input-type=module", "--eval", program], { cwd }).toString()).toBe(
    "function",
  );
});
