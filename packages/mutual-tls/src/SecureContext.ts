/**
 * The one `tls.SecureContext` of a transport, built while its layer is built.
 *
 * It owns what the handshake needs: our certificate and key, whom to trust, the oldest protocol (TLS 1.2) and the weakest server
 * key (112 bits of security: RSA-2048). Agents that are given `key` and `cert` print them when inspected and report a bad
 * certificate per request; given this they do neither. Left to the adapter: connecting, `servername` and
 * `rejectUnauthorized: true`, which it sets itself, so that no environment variable can switch verification off.
 */
import * as tls from "node:tls";
import * as DateTime from "effect/DateTime";
import * as Effect from "effect/Effect";
import * as Metric from "effect/Metric";
import * as Redacted from "effect/Redacted";
import { type CertificateError, refuse } from "./CertificateError.ts";
import { checkValidity, type ClientCertificate, expiresWithin } from "./ClientCertificate.ts";
import * as Material from "./internal/material.ts";
import * as RunTime from "./internal/runTime.ts";
import type { TransportSettings, Trust } from "./TransportSettings.ts";

/** From here on every secure context built logs that the certificate will expire. */
const daysOfWarning = 30;

const trusted = Effect.fnUntraced(function* (
  trust: Trust,
): Effect.fn.Return<tls.SecureContextOptions, CertificateError> {
  const own = yield* Material.authorities(trust.ca ?? []);
  if (trust.replaceSystem === true && own.length === 0) return yield* refuse("no-authority");
  const crl = trust.crl ?? [];
  return {
    // `ca` replaces Node's default authorities; without one they need not be read a second time.
    ...(own.length > 0 && { ca: trust.replaceSystem === true ? own : [...tls.getCACertificates("default"), ...own] }),
    ...(crl.length > 0 && { crl: [...crl] }),
  };
});

const daysLeft = Metric.gauge("wechat_refund_certificate_days_left", {
  description: "Whole days until the merchant certificate of a transport expires, when its layer was built",
});

const expiresAt = Metric.gauge("wechat_refund_certificate_expires_timestamp_seconds", {
  description: "When the merchant certificate of a transport expires, in seconds since 1970",
});

const millisOfDay = 24 * 60 * 60 * 1000;

const observe = Effect.fnUntraced(function* (certificate: ClientCertificate) {
  const now = DateTime.nowUnsafe();
  const owner = certificate.owner ?? "unknown owner";
  const left = (DateTime.toEpochMillis(certificate.notAfter) - DateTime.toEpochMillis(now)) / millisOfDay;
  yield* Metric.update(Metric.withAttributes(daysLeft, { owner }), Math.floor(left));
  const seconds = DateTime.toEpochMillis(certificate.notAfter) / 1000;
  yield* Metric.update(Metric.withAttributes(expiresAt, { owner }), seconds);
  if (!expiresWithin(certificate, now, daysOfWarning)) return;
  yield* Effect.logWarning(
    `the merchant certificate of ${owner} expires on ${DateTime.formatIsoDateUtc(certificate.notAfter)}: apply for a new one on the merchant platform (账户中心 → API安全 → 申请API证书)`,
  );
});

/** Builds it; tells the days left of the certificate as a metric, and logs a warning when they are fewer than 30. */
export const make = Effect.fnUntraced(function* (
  settings: Pick<TransportSettings, "certificate" | "trust">,
): Effect.fn.Return<tls.SecureContext, CertificateError> {
  const { certificate, trust = {} } = settings;
  yield* RunTime.admit(trust);
  if (certificate !== undefined) yield* checkValidity(certificate);
  const trustOptions = yield* trusted(trust);
  const context = yield* Effect.try({
    try: () =>
      tls.createSecureContext({
        ...trustOptions,
        ...(certificate !== undefined && {
          cert: certificate.certificatePem,
          key: Redacted.value(certificate.privateKeyPem),
        }),
        minVersion: "TLSv1.2",
        // OpenSSL's level 2, which Node 22 does not set by itself.
        ciphers: `${tls.DEFAULT_CIPHERS}:@SECLEVEL=2`,
      }),
    catch: (cause) => {
      const { code, message } = cause as { readonly code?: string; readonly message?: string };
      if (message?.includes("CRL") === true) return refuse("bad-revocation-list");
      return refuse("refused-by-tls", { found: code === undefined ? undefined : `(${code})` });
    },
  });
  if (certificate !== undefined) yield* observe(certificate);
  return context;
});
