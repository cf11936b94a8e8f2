/**
 * The settings both adapters share: certificate, trust, time limits, reply limit, connections.
 */
import { notEndpoint } from "@wechat-refund/core/Endpoint";
import * as Config from "effect/Config";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import * as Redacted from "effect/Redacted";
import * as Schema from "effect/Schema";
import type { CertificateError } from "./CertificateError.ts";
import * as ClientCertificate from "./ClientCertificate.ts";
import { either, type Source } from "./internal/configured.ts";
import * as Material from "./internal/material.ts";
import { originOf } from "./internal/origin.ts";
import * as Text from "./internal/text.ts";

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
export const defaults: TransportSettings = {
  certificate: undefined,
  connectTimeout: Duration.seconds(5),
  exchangeTimeout: Duration.seconds(20),
  maxReplyBytes: 256 * 1024,
  connections: "fresh",
};

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

const isLimit = (duration: Duration.Duration): boolean => Duration.isFinite(duration) && Duration.isPositive(duration);

const limit = (name: string, input: Duration.Input | undefined, otherwise: Duration.Duration): Duration.Duration => {
  const duration = input === undefined ? otherwise : Duration.fromInputUnsafe(input);
  if (isLimit(duration)) return duration;
  throw new RangeError(`${name} must be longer than nothing and finite, such as "5 seconds"`);
};

const proxyOf = (proxy: Proxy): Proxy => {
  const url = URL.parse(proxy.url);
  if (url?.protocol === "http:" && url.username === "" && url.password === "") return proxy;
  throw new RangeError("proxy.url must be an http: address; credentials belong into proxy.authorization");
};

const endpointOf = (address: string): string => {
  const origin = originOf(address);
  if (origin === undefined) throw new RangeError(`endpoint ${notEndpoint}`);
  return origin;
};

/** Settings from what is given and {@link defaults}. Throws a `RangeError` that names the setting which is of no use. */
export const make = (options: Options): TransportSettings => {
  const maxReplyBytes = options.maxReplyBytes ?? defaults.maxReplyBytes;
  if (!Number.isSafeInteger(maxReplyBytes) || maxReplyBytes < 1) {
    throw new RangeError("maxReplyBytes must be a whole number of bytes, at least 1");
  }
  return {
    certificate: options.certificate,
    ...(options.trust !== undefined && { trust: options.trust }),
    connectTimeout: limit("connectTimeout", options.connectTimeout, defaults.connectTimeout),
    exchangeTimeout: limit("exchangeTimeout", options.exchangeTimeout, defaults.exchangeTimeout),
    maxReplyBytes,
    connections: options.connections ?? defaults.connections,
    ...(options.proxy !== undefined && { proxy: proxyOf(options.proxy) }),
    ...(options.endpoint !== undefined && { endpoint: endpointOf(options.endpoint) }),
  };
};

/** What the library says of one that is none names no example. */
const Written = Schema.String.check(
  Schema.makeFilter(
    (text) =>
      Option.isSome(Duration.fromInput(text as Duration.Input)) ||
      'must be a number with its unit, such as "5 seconds"',
  ),
);

const Limit = Schema.decodeTo(Schema.DurationFromString)(Written).check(
  Schema.makeFilter((duration) => isLimit(duration) || 'must be longer than nothing and finite, such as "5 seconds"'),
);

const Endpoint = Schema.String.check(
  Schema.makeFilter((address) => address.trim() === "" || originOf(address) !== undefined || notEndpoint),
);

/** Of a variable, which holds credentials where they belong in an address. */
const proxyAt = (address: string): Proxy | undefined => {
  const url = URL.parse(address);
  if (url?.protocol !== "http:" || url.pathname !== "/" || url.search !== "" || url.hash !== "") return undefined;
  const part = (text: string): string | undefined => {
    try {
      return decodeURIComponent(text);
    } catch {
      return undefined;
    }
  };
  const [user, password] = [part(url.username), part(url.password)];
  if (user === undefined || password === undefined || user.includes(":")) return undefined;
  const credentials = Buffer.from(`${user}:${password}`).toString("base64");
  return {
    url: url.origin,
    ...(url.username + url.password !== "" && { authorization: Redacted.make(`Basic ${credentials}`) }),
  };
};

/** Redacted, so that no message repeats what is in it. */
const ProxyAddress = Schema.Redacted(
  Schema.String.check(
    Schema.makeFilter(
      (address) =>
        address.trim() === "" ||
        proxyAt(address) !== undefined ||
        "must be an http: address such as http://proxy.example:3128, or http://user:password@proxy.example:3128 with %XX for what is no letter or digit",
    ),
  ),
);

const variables = Config.all({
  proxy: Config.option(Config.schema(ProxyAddress, "WECHAT_PAY_PROXY")),
  connectTimeout: Config.option(Config.schema(Limit, "WECHAT_PAY_CONNECT_TIMEOUT")),
  exchangeTimeout: Config.option(Config.schema(Limit, "WECHAT_PAY_EXCHANGE_TIMEOUT")),
  connections: Config.option(Config.Literals(["fresh", "pooled"], "WECHAT_PAY_CONNECTIONS")),
  endpoint: Config.option(Config.schema(Endpoint, "WECHAT_PAY_ENDPOINT")),
});

const authorities = Effect.fnUntraced(function* ({ kind, value, ...origin }: Source) {
  const text = Redacted.value(value);
  const { bytes, ...where } = yield* kind === "file"
    ? Material.read(text, { ...origin, secret: false })
    : Text.pem("certificate", text, origin);
  return { trust: { ca: yield* Material.authorities([bytes.toString("utf8")], where) } };
});

/**
 * Settings without a certificate: `WECHAT_PAY_CA_FILE`, or the text itself in `WECHAT_PAY_CA` (further authorities, PEM);
 * `WECHAT_PAY_CONNECT_TIMEOUT` and `WECHAT_PAY_EXCHANGE_TIMEOUT` (such as `5 seconds`); `WECHAT_PAY_CONNECTIONS` (`fresh` or
 * `pooled`); `WECHAT_PAY_PROXY`, a proxy's http: address; `WECHAT_PAY_ENDPOINT`, the gateway that requests must go to. All may be left out.
 */
export const configNoCertificate: Effect.Effect<TransportSettings, CertificateError | Config.ConfigError> = Effect.gen(
  function* () {
    const { connectTimeout, connections, endpoint, exchangeTimeout, proxy } = yield* variables;
    const ca = yield* either("WECHAT_PAY_CA_FILE", "WECHAT_PAY_CA");
    return make({
      ...(ca !== undefined && (yield* authorities(ca))),
      connectTimeout: Option.getOrUndefined(connectTimeout),
      exchangeTimeout: Option.getOrUndefined(exchangeTimeout),
      connections: Option.getOrUndefined(connections),
      proxy: Option.getOrUndefined(Option.map(proxy, (address) => proxyAt(Redacted.value(address)))),
      // Set to nothing counts as not set.
      endpoint: Option.getOrUndefined(endpoint)?.trim() || undefined,
    });
  },
);

/** {@link configNoCertificate} with the certificate of `ClientCertificate.config`. */
export const config: Effect.Effect<TransportSettings, CertificateError | Config.ConfigError> = Effect.gen(function* () {
  const settings = yield* configNoCertificate;
  return { ...settings, certificate: yield* ClientCertificate.config };
});
