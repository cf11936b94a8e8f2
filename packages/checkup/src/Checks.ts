/**
 * What must be right before a refund can be made, checked one after the other: settings, certificate, network, and what the gateway
 * says to them. A check whose ground is missing is left out and says so.
 */
import { backupEndpoint } from "@wechat-refund/core/Failover";
import { mainEndpoint } from "@wechat-refund/core/Operation";
import type { SignType } from "@wechat-refund/core/Signature";
import type { Transport } from "@wechat-refund/core/Transport";
import type { CertificateError } from "@wechat-refund/mutual-tls/CertificateError";
import * as SecureContext from "@wechat-refund/mutual-tls/SecureContext";
import * as TransportSettings from "@wechat-refund/mutual-tls/TransportSettings";
import type * as Config from "effect/Config";
import * as Effect from "effect/Effect";
import type * as Layer from "effect/Layer";
import * as Result from "effect/Result";
import { isEndpoint, notEndpoint } from "@wechat-refund/core/Endpoint";
import type { Say } from "./Language.ts";
import { refundCheck, signatureCheck } from "./Accepted.ts";
import { type Check, ok, skipped, wrong } from "./Check.ts";
import { certificateCheck, clockCheck, merchantChecks } from "./Local.ts";
import * as Probe from "./Probe.ts";

export interface Options {
  readonly endpoint: string | undefined;
  /** The transport to make the calls by. */
  readonly transport: (settings: TransportSettings.TransportSettings) => Layer.Layer<Transport, CertificateError>;
  readonly signType: SignType | undefined;
}

const message = (error: CertificateError | Config.ConfigError): string => error.message.split("\n").join(" ");

/** Makes the checks in their order; `tell` hears of each as soon as it is made. */
export const run = Effect.fnUntraced(function* (
  say: Say,
  { endpoint, signType, transport }: Options,
  tell: (check: Check) => Effect.Effect<void>,
): Effect.fn.Return<ReadonlyArray<Check>> {
  const done: Array<Check> = [];
  const report = Effect.fnUntraced(function* (check: Check) {
    done.push(check);
    yield* tell(check);
  });
  const { checks, knowsNumber, merchant } = yield* merchantChecks(say, signType);
  for (const check of checks) yield* report(check);
  const { certificate, check } = yield* certificateCheck(say, knowsNumber);
  yield* report(check);

  const network = say("connection settings", "连接配置");
  if (endpoint !== undefined && !isEndpoint(endpoint)) {
    yield* report(wrong(network, `WECHAT_PAY_ENDPOINT ${notEndpoint}`));
    return done;
  }
  const settings = yield* Effect.result(TransportSettings.configNoCertificate);
  if (Result.isFailure(settings))
    yield* report(wrong(network, message(settings.failure), say("correct the environment", "请修正环境变量")));
  const withCertificate = Result.isSuccess(settings)
    ? { ...settings.success, certificate, endpoint: endpoint ?? mainEndpoint }
    : undefined;
  const context = withCertificate === undefined ? undefined : yield* Effect.result(SecureContext.make(withCertificate));
  if (context !== undefined && Result.isFailure(context)) yield* report(wrong(network, context.failure.message));
  const secure = context !== undefined && Result.isSuccess(context) ? context.success : undefined;

  const hosts =
    endpoint === undefined
      ? ([
          [say("main host", "主域名"), mainEndpoint],
          [say("backup host", "备域名"), backupEndpoint],
        ] as const)
      : ([[say("host", "服务器"), endpoint.replace(/\/$/, "")]] as const);
  const [[, main]] = hosts;
  let first: Probe.Host | undefined;
  for (const [name, address] of hosts) {
    const { hostname } = new URL(address);
    const found = yield* Effect.result(Probe.resolve(hostname.replace(/^\[|\]$/g, "")));
    const dnsName = `${name}: DNS`;
    yield* report(
      Result.isFailure(found)
        ? wrong(dnsName, `${hostname}: ${found.failure}`)
        : ok(dnsName, `${hostname} → ${found.success.join(", ")}`),
    );
    const tlsName = `${name}: TLS`;
    if (Result.isFailure(found)) yield* report(skipped(tlsName, say("needs the name", "需要先解析域名")));
    else if (secure === undefined)
      yield* report(skipped(tlsName, say("needs the connection settings", "需要先有正确的连接配置")));
    else {
      const host = yield* Effect.result(Probe.connect(address, secure));
      if (Result.isSuccess(host) && address === main) first = host.success;
      yield* report(
        Result.isFailure(host)
          ? wrong(
              tlsName,
              host.failure,
              host.failure.includes("trust.ca")
                ? say(
                    "WECHAT_PAY_CA_FILE names a file of further authorities, WECHAT_PAY_CA holds their text",
                    "私有 CA 的证书请配置到 WECHAT_PAY_CA_FILE（文件）或 WECHAT_PAY_CA（文本）",
                  )
                : undefined,
            )
          : ok(tlsName, `${host.success.protocol}, ${say("certificate by", "证书颁发者")} ${host.success.issuer}`),
      );
    }
  }
  yield* report(clockCheck(say, first));
  const reachable = first !== undefined;
  yield* Effect.gen(function* () {
    yield* report(yield* refundCheck(say, main, reachable, certificate !== undefined));
    yield* report(yield* signatureCheck(say, main, reachable, merchant));
  }).pipe(
    Effect.provide(transport(withCertificate ?? TransportSettings.defaults)),
    Effect.catch((error) => report(wrong(network, error.message))),
  );
  return done;
});
