import { execFile } from "node:child_process";
import * as https from "node:https";
import * as tls from "node:tls";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { SecureContext } from "@wechat-refund/mutual-tls";
import { DateTime, Effect, Metric, References } from "effect";
import { afterEach, describe, expect, it } from "vitest";
import { identities, shake, shakeWith } from "./handshakes.ts";
import { captureLogs, expectNoSecret, merchantNumber, p12, passphrase, pem, secretsOf } from "./support.ts";

const { merchantA } = identities;
const opened = await Effect.runPromise(pem(merchantA.certificatePem, merchantA.privateKeyPem));
const otherServer = { cert: identities.serverOtherCa.certificatePem, key: identities.serverOtherCa.privateKeyPem };
const onlyOurs = { ca: [identities.ca], replaceSystem: true };
const connected = `${merchantNumber} TLSv1.3`;

describe("trust", () => {
  const systemAuthorities = tls.getCACertificates("default");
  afterEach(() => tls.setDefaultCACertificates(systemAuthorities));

  it("is the system's, unless more is given", async () => {
    expect(await shake(opened, {}, {})).toBe("SELF_SIGNED_CERT_IN_CHAIN");
    tls.setDefaultCACertificates([identities.ca]);
    expect(await shake(opened, {}, {})).toBe(connected);
  });

  it("of given authorities is added to the system's", async () => {
    tls.setDefaultCACertificates([identities.otherCa]);
    expect(await shake(opened, {}, { ca: [identities.ca] })).toBe(connected);
    expect(await shake(opened, otherServer, { ca: [identities.ca] })).toBe(connected);
  });

  it("of given authorities replaces the system's when asked to", async () => {
    tls.setDefaultCACertificates([identities.otherCa]);
    expect(await shake(opened, {}, onlyOurs)).toBe(connected);
    expect(await shake(opened, otherServer, onlyOurs)).toBe("UNABLE_TO_VERIFY_LEAF_SIGNATURE");
  });

  it("takes several authorities from one text", async () => {
    const ca = [`${identities.otherCa}${identities.ca}`];
    expect(await shake(opened, {}, { ca, replaceSystem: true })).toBe(connected);
    expect(await shake(opened, otherServer, { ca, replaceSystem: true })).toBe(connected);
  });

  it("is not extended by an authority inside a .p12, as it is by Node's pfx option", async () => {
    const file = merchantA.pkcs12(passphrase, "modern");
    const byNode = tls.createSecureContext({ pfx: Buffer.from(file), passphrase });
    expect(await shakeWith(byNode)).toBe(connected);
    const byUs = await Effect.runPromise(p12(file));
    expect(byUs.certificatePem).toContain(identities.ca);
    expect(await shake(byUs, {}, {})).toBe("SELF_SIGNED_CERT_IN_CHAIN");
  });

  it("ends with a revocation", async () => {
    const revoked = { ...onlyOurs, crl: [identities.crlPem([identities.server])] };
    expect(await shake(opened, {}, revoked)).toBe("CERT_REVOKED");
    expect(await shake(opened, {}, { ...onlyOurs, crl: [identities.crlPem([])] })).toBe(connected);
  });

  it("is not given up for NODE_TLS_REJECT_UNAUTHORIZED=0", async () => {
    process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
    try {
      expect(await shake(opened, otherServer, onlyOurs)).toBe("UNABLE_TO_VERIFY_LEAF_SIGNATURE");
    } finally {
      delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
    }
  });
});

describe("strength", () => {
  it("is not given up in a process that allows less", async () => {
    const script = fileURLToPath(new URL("lax-process.ts", import.meta.url));
    const lax = ["--tls-cipher-list=DEFAULT:@SECLEVEL=0", "--tls-min-v1.0"];
    const { stdout } = await promisify(execFile)(process.execPath, [...lax, script]);
    expect(JSON.parse(stdout)).toEqual({
      oldestProtocol: 0x0303,
      weakKey: { byNode: "nobody TLSv1.3", byUs: "UNSPECIFIED" },
      oldProtocol: { byNode: "nobody TLSv1.1", byUs: "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION" },
    });
  });
});

const endingIn = (days: number) => ({ ...opened, notAfter: DateTime.add(DateTime.nowUnsafe(), { days }) });

describe("the certificate", () => {
  it("is not needed", async () => {
    expect(await shake(undefined, { rejectUnauthorized: false })).toBe("nobody TLSv1.3");
    expect(await shake(undefined)).not.toContain("TLSv1");
  });

  it("cannot be read out of what it was put into", () => {
    const secrets = secretsOf(merchantA.privateKeyPem);
    const context = Effect.runSync(SecureContext.make({ certificate: opened, trust: onlyOurs }));
    expectNoSecret(context, secrets);
    expectNoSecret(new https.Agent({ secureContext: context } as https.AgentOptions), secrets);
  });

  it("is warned about 30 days before it expires", async () => {
    const logs = captureLogs();
    await Effect.runPromise(
      Effect.forEach([31, 29], (days) => SecureContext.make({ certificate: endingIn(days) })).pipe(
        Effect.provide(logs.layer),
      ),
    );
    const date = DateTime.formatIsoDateUtc(endingIn(29).notAfter);
    expect(logs.lines).toEqual([expect.stringContaining(`${merchantNumber} expires on ${date}`)]);
    expect(logs.lines[0]).toContain("Warn");
  });

  it("tells its days left, and when it ends, as metrics", async () => {
    const notAfter = DateTime.add(DateTime.nowUnsafe(), { days: 28, hours: 12 });
    const snapshot = await Effect.runPromise(
      Effect.gen(function* () {
        yield* SecureContext.make({ certificate: { ...opened, notAfter } });
        return yield* Metric.snapshot;
      }).pipe(
        Effect.provideService(Metric.MetricRegistry, new Map()),
        Effect.provideService(References.MinimumLogLevel, "None"),
      ),
    );
    expect(snapshot.map(({ attributes, id, state }) => [id, attributes?.["owner"], state])).toEqual([
      ["wechat_refund_certificate_days_left", merchantNumber, { value: 28 }],
      [
        "wechat_refund_certificate_expires_timestamp_seconds",
        merchantNumber,
        { value: DateTime.toEpochMillis(notAfter) / 1000 },
      ],
    ]);
  });

  it("is refused when it has expired since it was opened", async () => {
    const certificate = { ...opened, notAfter: DateTime.subtract(DateTime.nowUnsafe(), { seconds: 1 }) };
    expect(await Effect.runPromise(Effect.flip(SecureContext.make({ certificate })))).toMatchObject({
      problem: "expired",
    });
  });
});
