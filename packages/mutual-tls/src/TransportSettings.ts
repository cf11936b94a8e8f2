/**
 * The settings both adapters share: certificate, trust, time limits, reply limit, connections.
 */
import type { Duration } from "effect";
import type { ClientCertificate } from "./ClientCertificate.ts";

/** Extra trust; the system's authorities stay trusted unless `replaceSystem` is set. Verification cannot be switched off. */
export interface Trust {
  /** PEM of further authorities to trust for the server's certificate. */
  readonly ca?: ReadonlyArray<string>;
  /** Trust only `ca`, for a private gateway or a test. */
  readonly replaceSystem?: boolean;
  /** PEM certificate revocation lists. */
  readonly crl?: ReadonlyArray<string>;
}

export interface TransportSettings {
  /** How we prove who we are. Without one the transport can only make calls that need none (the refund query). */
  readonly certificate: ClientCertificate | undefined;
  readonly trust?: Trust;
  /** Until the secure connection exists. */
  readonly connectTimeout: Duration.Duration;
  /** From the first byte written to the last byte read: a total, not an idle time. */
  readonly exchangeTimeout: Duration.Duration;
  readonly maxReplyBytes: number;
  /** `"fresh"`: one connection a post, TLS sessions resumed. `"pooled"`: connections are kept and reused. */
  readonly connections: "fresh" | "pooled";
}
