import { createHash } from "node:crypto";
import * as Shown from "@wechat-refund/mutual-tls/Shown";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { identities } from "./handshakes.ts";
import { encryptedKey, passphrase } from "./support.ts";

const { certificatePem, pkcs12, privateKeyPem } = identities.merchantA;
const body = (pem: string): string => pem.replaceAll(/-----.*?-----|\n/g, "");

const secrets: Readonly<Record<string, string>> = {
  "a key": privateKeyPem,
  "an encrypted key": encryptedKey(),
  "a key on one line": privateKeyPem.replaceAll("\n", " "),
  "a key with \\n written out": privateKeyPem.replaceAll("\n", String.raw`\n`),
  "a key without its armour": body(privateKeyPem),
  "a key without its armour, in lines": privateKeyPem.split("\n").slice(1, -2).join("\n"),
  "a key in base64 once more": Buffer.from(privateKeyPem).toString("base64"),
  "the first line of a key": privateKeyPem.split("\n")[0] ?? "",
  "a line of a key": privateKeyPem.split("\n")[5] ?? "",
  "a certificate": certificatePem,
  "a .p12 in base64": Buffer.from(pkcs12(passphrase)).toString("base64"),
  "a .p12 in base64, for addresses": Buffer.from(pkcs12(passphrase)).toString("base64url"),
  "a .p12 as text": Buffer.from(pkcs12(passphrase)).toString("utf8"),
  "a .p12 as Latin-1": Buffer.from(pkcs12(passphrase)).toString("latin1"),
  "an API key": "192006250b4c09247ec02edce69f6a2d",
  "an API key of digits": "19200625034209247002123569546123",
  "a digest": createHash("sha256").update("a").digest("hex"),
  "a UUID": "3f2b8c1e-9d4a-4f6b-8a7c-1e2d3c4b5a69",
  "a UUID behind a slash": "/3f2b8c1e-9d4a-4f6b-8a7c-1e2d3c4b5a69",
  "an API key between slashes": "/192006250b4c09247ec02edce69f6a2d/",
  "a word and no path": passphrase,
  "a word": "hunter2",
  nothing: "",
};

const paths = [
  "apiclient_key.pem",
  "./key",
  "../certs/key",
  "~/certs/key",
  "/etc/wechat pay/apiclient_key.pem",
  "/run/secrets/wechat_pay_key",
  "/var/run/secrets/..2026_11_26_13_16_41.123456789/tls.key",
  "/home/user/projects/refunds/certificates/1900000109_20261126_cert/apiclient_cert.p12",
  "/srv/商户证书/apiclient_key.pem",
  String.raw`C:\new\WeChatPay\KeyStore2024\key.pem`,
  "/Users/Bob2/KeyStore2024/WeChatPayApiClientKey.pem",
  "/var/folders/zz/zyxvpxvq6csfxvn_n0000000000000/T/wechat-refund-cli-AbC9xZ/key.pem",
  "1217752501201407033233368018.csv",
  "/opt/nomad/alloc/3f2b8c1e-9d4a-4f6b-8a7c-1e2d3c4b5a69/pay/secrets/key",
  "/var/lib/kubelet/pods/0b9d61f2-7c55-4c7e-9f0e-6a1f0e9b1c2d/volumes/kubernetes.io~secret/wechat-pay/tls.key",
  "/mnt/pvc-3f2b8c1e-9d4a-4f6b-8a7c-1e2d3c4b5a69/refunds.db",
  `/var/lib/docker/volumes/${createHash("sha256").update("a").digest("hex")}/_data/refunds.db`,
  "/MIIT/projects/finance department/refunds/wechat pay/certificates/current/key",
];

describe("a value that should name a file", () => {
  it.each(Object.entries(secrets))("is not repeated: %s", (_what, secret) => {
    expect(Shown.path(secret, false)).toBeUndefined();
    expect(Shown.path(`${secret}\n`, false)).toBeUndefined();
  });

  it.each(paths)("is repeated: %s", (path) => {
    expect(Shown.path(path, false)).toBe(path);
    expect(Shown.path(path, true)).toBe(path);
    expect(Shown.isContent(path)).toBe(false);
  });

  it("with an odd name is repeated where there is such a file, unless it is a key's", () => {
    for (const odd of ["key", "a\u0301 (1) [copy]", "9f86d081884c", "9f86d081-884c-4d65-9a2f-eaa0c55ad015"]) {
      expect([odd, Shown.path(odd, false)]).toEqual([odd, undefined]);
      expect(Shown.path(odd, true)).toBe(odd);
    }
    for (const what of ["a key", "an API key", "a line of a key", "a digest", "a key without its armour"]) {
      expect([what, Shown.path(secrets[what] ?? "", true)]).toEqual([what, undefined]);
    }
  });

  it("is not taken for the thing itself where it is a path that few would choose", () => {
    const odd = "MIIT/projects/finance department/refunds/wechat pay/certificates/current/key";
    for (const path of [
      odd,
      "/etc/ssl/PRIVATE KEY/a.pem",
      "./my-----backup/key.pem",
      "192006250b4c09247ec02edce69f6a2d",
    ]) {
      expect([path, Shown.isContent(path)]).toEqual([path, false]);
    }
  });

  it("is told to be the thing itself", () => {
    for (const what of Object.keys(secrets).slice(0, 8)) {
      expect([what, Shown.isContent(secrets[what] ?? "")]).toEqual([what, true]);
    }
    expect(Shown.isContent(secrets["an API key"] ?? "")).toBe(false);
  });
});

it("hides what chance makes, of every length and wherever its slashes fall", () => {
  for (const encoding of ["base64", "base64url", "hex"] as const) {
    const texts = Array.from({ length: 4000 }, (_, n) =>
      createHash("shake256", { outputLength: 18 + (n % 200) })
        .update(`${n}`)
        .digest(encoding),
    );
    expect(texts.filter((text) => Shown.path(text, false) !== undefined)).toEqual([]);
    // Lines of a key: that there is such a file speaks for none of them.
    expect(texts.filter((text) => text.length >= 64 && Shown.path(text.slice(0, 64), true) !== undefined)).toEqual([]);
    // A short one behind a slash can look like words.
    expect(texts.filter((text) => Shown.path(`/${text}`, false) !== undefined).length).toBeLessThan(4);
  }
});

it("answers quickly, whatever it is given", () => {
  const piece = fc.constantFrom("MII", "a", "/", "\\", "-----BEGIN ", "KEY", " ", "\n", "=", "0", "Z", "BEGIN");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 3000 }), (pieces) => {
      const text = pieces.join("");
      const started = performance.now();
      Shown.path(text, false);
      Shown.path(text, true);
      expect(performance.now() - started).toBeLessThan(500);
    }),
  );
});
