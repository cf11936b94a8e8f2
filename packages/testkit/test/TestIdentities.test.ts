import { once } from "node:events";
import type { AddressInfo } from "node:net";
import * as tls from "node:tls";
import { TestIdentities } from "@wechat-refund/testkit";
import { describe, expect, it } from "vitest";

const identities = TestIdentities.make();
const passphrase = "1900000109";

const codeOf = (error: unknown): string => {
  const { code, message } = error as { readonly code?: string; readonly message: string };
  return code ?? message;
};

/** One handshake over loopback: how the client judged the server, and the merchant number the server saw. */
const shake = async (server: tls.TlsOptions, client: tls.ConnectionOptions): Promise<string> => {
  // Level 0 only on the server, so that it can present a weak key at all.
  const listener = tls.createServer({ ciphers: "DEFAULT@SECLEVEL=0", ...server }, (socket) => {
    socket.on("error", () => socket.destroy());
    const { CN } = (socket.getPeerCertificate().subject ?? {}) as { CN?: string };
    socket.end(`${CN ?? "nobody"} ${socket.authorized ? "known" : "unknown"}`);
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as AddressInfo;
  const socket = tls.connect({ port, host: "127.0.0.1", servername: "localhost", ca: identities.ca, ...client });
  try {
    const [answer] = await once(socket, "data");
    return String(answer);
  } catch (error) {
    return codeOf(error);
  } finally {
    socket.destroy();
    listener.close();
  }
};

const pair = ({ certificatePem, privateKeyPem }: TestIdentities.Identity) => ({
  cert: certificatePem,
  key: privateKeyPem,
});

const mutual = (options?: tls.TlsOptions): tls.TlsOptions => ({
  ...pair(identities.server),
  ca: identities.ca,
  requestCert: true,
  ...options,
});
const file = (form: TestIdentities.Pkcs12Form) => Buffer.from(identities.merchantA.pkcs12(passphrase, form));

describe("servers", () => {
  it.each([
    ["server", "nobody unknown"],
    ["serverWrongName", "ERR_TLS_CERT_ALTNAME_INVALID"],
    ["serverExpired", "CERT_HAS_EXPIRED"],
    ["serverNotYetValid", "CERT_NOT_YET_VALID"],
    ["serverSelfSigned", "DEPTH_ZERO_SELF_SIGNED_CERT"],
    ["serverOtherCa", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
  ] as const)("%s is judged %s", async (name, verdict) => {
    expect(await shake(pair(identities[name]), {})).toBe(verdict);
  });

  it("serverWeakKey is refused at security level 2 and not below", async () => {
    const server = pair(identities.serverWeakKey);
    // Node has no code of its own for the verdict "EE certificate key too weak".
    expect(await shake(server, { ciphers: "DEFAULT@SECLEVEL=2" })).toBe("UNSPECIFIED");
    expect(await shake(server, { ciphers: "DEFAULT@SECLEVEL=0" })).toBe("nobody unknown");
  });

  it("the right server is right by address too", async () => {
    expect(await shake(pair(identities.server), { servername: "" })).toBe("nobody unknown");
  });

  it("serverOtherCa is right for whoever trusts the other authority", async () => {
    expect(await shake(pair(identities.serverOtherCa), { ca: identities.otherCa })).toBe("nobody unknown");
  });

  it("a revoked server is refused, one that is not on the list is not", async () => {
    const server = pair(identities.server);
    expect(await shake(server, { crl: identities.crlPem([identities.server]) })).toBe("CERT_REVOKED");
    expect(await shake(server, { crl: identities.crlPem([identities.merchantB]) })).toBe("nobody unknown");
    expect(await shake(server, { crl: identities.crlPem([]) })).toBe("nobody unknown");
  });
});

describe("merchants", () => {
  it.each([
    ["merchantA", "1900000109 known"],
    ["merchantB", "1900000110 known"],
    ["merchantEc", "1900000109 known"],
    ["merchantExpired", "1900000109 unknown"],
    ["merchantNotYetValid", "1900000109 unknown"],
    ["stranger", "1900000109 unknown"],
  ] as const)("%s is seen as %s", async (name, seen) => {
    expect(await shake(mutual({ rejectUnauthorized: false }), pair(identities[name]))).toBe(seen);
  });

  it("take other merchant numbers", async () => {
    const { merchantA } = TestIdentities.make({ merchantA: "1230000001" });
    expect(await shake(mutual({ rejectUnauthorized: false }), pair(merchantA))).toBe("1230000001 unknown");
  });
});

describe("PKCS#12", () => {
  it.each(["modern", "3des"] as const)("%s opens in Node and connects", async (form) => {
    expect(await shake(mutual(), { pfx: file(form), passphrase })).toBe("1900000109 known");
  });

  it("rc2-40 is refused by Node, as the files of merchants are", () => {
    const fixture = TestIdentities.legacyFixture();
    for (const pfx of [file("rc2-40"), Buffer.from(fixture.pkcs12)]) {
      expect(() => tls.createSecureContext({ pfx, passphrase })).toThrow("Unsupported PKCS12 PFX data");
    }
  });

  it("needs the passphrase it was made with", () => {
    expect(() => tls.createSecureContext({ pfx: file("modern"), passphrase: "1900000110" })).toThrow(
      "mac verify failure",
    );
  });
});

it("a member is made once", () => {
  expect(identities.merchantA).toBe(identities.merchantA);
  expect(identities.ca).toBe(identities.ca);
  expect(TestIdentities.make().ca).not.toBe(identities.ca);
});
