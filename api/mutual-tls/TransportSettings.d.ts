import * as Config from "effect/Config";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Redacted from "effect/Redacted";
import type { CertificateError } from "./CertificateError.ts";
import * as ClientCertificate from "./ClientCertificate.ts";
/** Extra trust; the system's authorities stay trusted unless `replaceSystem` is set. Verification cannot be switched off. */
export interface Trust {
    /** PEM of further authorities to trust for the server's certificate. */
    readonly ca?: ReadonlyArray<string>;
    /** Trust only `ca`, for a private gateway or a test. */
    readonly replaceSystem?: boolean;
    /** PEM certificate revocation lists; once there is one, every authority of the server's chain needs one. */
    readonly crl?: ReadonlyArray<string>;
}
/** A proxy that opens tunnels (`CONNECT`). `WECHAT_PAY_PROXY` sets it, too; `HTTPS_PROXY` and its like are nobody's. */
export interface Proxy {
    /** An `http:` address without a user name, such as `http://proxy.example:3128`. */
    readonly url: string;
    /** The whole value of `Proxy-Authorization`, such as `Basic …`. */
    readonly authorization?: Redacted.Redacted<string>;
}
export interface TransportSettings {
    /** How we prove who we are. Without one the transport can only make calls that need none (the refund query). */
    readonly certificate: ClientCertificate.ClientCertificate | undefined;
    readonly trust?: Trust;
    /** Until the secure connection exists. */
    readonly connectTimeout: Duration.Duration;
    /** From the first byte written to the last byte read: a total, not an idle time. */
    readonly exchangeTimeout: Duration.Duration;
    readonly maxReplyBytes: number;
    /** `"fresh"`: one connection a post, TLS sessions resumed. `"pooled"`: connections are kept and reused. */
    readonly connections: "fresh" | "pooled";
    /** Without one the host is reached directly. */
    readonly proxy?: Proxy;
    /**
     * The gateway that is meant, as an `https:` address of which the origin counts. Requests to another are refused, not sent; the
     * access points of WeChat Pay count as one. Without one a request goes where its address says.
     */
    readonly endpoint?: string;
}
/** 5 s to connect, 20 s for the exchange, replies up to 256 KiB, a fresh connection a post. No certificate. */
export declare const defaults: TransportSettings;
export interface Options {
    readonly certificate?: ClientCertificate.ClientCertificate | undefined;
    readonly trust?: Trust | undefined;
    readonly connectTimeout?: Duration.Input | undefined;
    readonly exchangeTimeout?: Duration.Input | undefined;
    readonly maxReplyBytes?: number | undefined;
    readonly connections?: "fresh" | "pooled" | undefined;
    readonly proxy?: Proxy | undefined;
    readonly endpoint?: string | undefined;
}
/** Settings from what is given and {@link defaults}. Throws a `RangeError` that names the setting which is of no use. */
export declare const make: (options: Options) => TransportSettings;
/**
 * Settings without a certificate: `WECHAT_PAY_CA_FILE`, or the text itself in `WECHAT_PAY_CA` (further authorities, PEM);
 * `WECHAT_PAY_CONNECT_TIMEOUT` and `WECHAT_PAY_EXCHANGE_TIMEOUT` (such as `5 seconds`); `WECHAT_PAY_CONNECTIONS` (`fresh` or
 * `pooled`); `WECHAT_PAY_PROXY`, a proxy's http: address; `WECHAT_PAY_ENDPOINT`, the gateway that requests must go to. All may be left out.
 */
export declare const configNoCertificate: Effect.Effect<TransportSettings, CertificateError | Config.ConfigError>;
/** {@link configNoCertificate} with the certificate of `ClientCertificate.config`. */
export declare const config: Effect.Effect<TransportSettings, CertificateError | Config.ConfigError>;
