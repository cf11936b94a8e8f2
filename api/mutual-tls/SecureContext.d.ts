/**
 * The one `tls.SecureContext` of a transport, built while its layer is built.
 *
 * It owns what the handshake needs: our certificate and key, whom to trust, the oldest protocol (TLS 1.2) and the weakest server
 * key (112 bits of security: RSA-2048). Agents that are given `key` and `cert` print them when inspected and report a bad
 * certificate per request; given this they do neither. Left to the adapter: connecting, `servername` and
 * `rejectUnauthorized: true`, which it sets itself, so that no environment variable can switch verification off.
 */
import * as tls from "node:tls";
import * as Effect from "effect/Effect";
import { type CertificateError } from "./CertificateError.ts";
import type { TransportSettings } from "./TransportSettings.ts";
/** Builds it; tells the days left of the certificate as a metric, and logs a warning when they are fewer than 30. */
export declare const make: (settings: Pick<TransportSettings, "certificate" | "trust">) => Effect.Effect<tls.SecureContext, CertificateError, never>;
