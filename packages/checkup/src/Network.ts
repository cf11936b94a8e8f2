/** The network up to the gateway: settings, names, secure connections to its hosts, and this machine's clock by theirs. Of either protocol. */
import { isEndpoint, notEndpoint } from "@wechat-refund/core/Endpoint";
import { backupEndpoint } from "@wechat-refund/core/Failover";
import { mainEndpoint } from "@wechat-refund/core/Operation";
import type { ClientCertificate } from "@wechat-refund/mutual-tls/ClientCertificate";
import * as SecureContext from "@wechat-refund/mutual-tls/SecureContext";
import * as TransportSettings from "@wechat-refund/mutual-tls/TransportSettings";
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import * as Environment from "./Environment.ts";
import { colon, comma, type Say } from "./Language.ts";
import { type Check, ok, skipped, wrong } from "./Check.ts";
import { clockCheck } from "./Local.ts";
import * as Probe from "./Probe.ts";
import * as Variables from "./Variables.ts";

/** What calls are made with, once the network was looked at; nothing where there is no address to look at. */
export const network = Effect.fnUntraced(function* (
  say: Say,
  endpoint: string | undefined,
  certificate: ClientCertificate | undefined,
  report: (check: Check) => Effect.Effect<void>,
) {
  const name = say("connection settings", "连接配置");
  const { names, proxy: unreadProxy } = yield* Variables.unread;
  for (const { meant, name: variable } of names) {
    const label = say("environment", "环境变量");
    const detail = say(`${variable} is read by nobody`, `没有程序读取 ${variable}`);
    yield* report(
      meant === undefined
        ? ok(label, detail)
        : wrong(label, detail, say(`did you mean ${meant}?`, `是否应为 ${meant}？`)),
    );
  }
  if (endpoint !== undefined && !isEndpoint(endpoint)) {
    yield* report(wrong(name, `WECHAT_PAY_ENDPOINT ${notEndpoint}`));
    return undefined;
  }
  const settings = yield* Effect.result(TransportSettings.configNoCertificate);
  if (Result.isFailure(settings))
    yield* report(wrong(name, Environment.wrong(settings.failure), say("correct the environment", "请修正环境变量")));
  const withCertificate = Result.isSuccess(settings)
    ? { ...settings.success, certificate, endpoint: endpoint ?? mainEndpoint }
    : undefined;
  const context = withCertificate === undefined ? undefined : yield* Effect.result(SecureContext.make(withCertificate));
  if (context !== undefined && Result.isFailure(context)) yield* report(wrong(name, context.failure.message));
  const secure = context !== undefined && Result.isSuccess(context) ? context.success : undefined;

  const proxy = withCertificate?.proxy;
  if (proxy === undefined && unreadProxy !== undefined) {
    yield* report(
      skipped(
        say("proxy", "代理"),
        say(
          `${unreadProxy} is not read: set WECHAT_PAY_PROXY if WeChat Pay is reached through a proxy`,
          `不读取 ${unreadProxy}：若需经代理访问微信支付，请设置 WECHAT_PAY_PROXY`,
        ),
      ),
    );
  }
  if (proxy !== undefined) yield* report(ok(say("proxy", "代理"), `${proxy.url} (WECHAT_PAY_PROXY)`));

  const hosts =
    endpoint === undefined
      ? ([
          [say("main host", "主域名"), mainEndpoint],
          [say("backup host", "备域名"), backupEndpoint],
        ] as const)
      : ([[say("host", "服务器"), endpoint.replace(/\/$/, "")]] as const);
  const [[, main]] = hosts;
  let first: Probe.Host | undefined;
  for (const [host, address] of hosts) {
    const { hostname } = new URL(address);
    const found =
      proxy === undefined ? yield* Effect.result(Probe.resolve(hostname.replace(/^\[|\]$/g, ""))) : undefined;
    const dnsName = `${host}${colon(say)}DNS`;
    yield* report(
      found === undefined
        ? skipped(dnsName, say("the proxy asks for the name", "由代理解析域名"))
        : Result.isFailure(found)
          ? wrong(dnsName, `${hostname}${colon(say)}${found.failure}`)
          : ok(dnsName, `${hostname} → ${found.success.join(", ")}`),
    );
    const tlsName = `${host}${colon(say)}TLS`;
    if (found !== undefined && Result.isFailure(found))
      yield* report(skipped(tlsName, say("needs the name", "需要先解析域名")));
    else if (secure === undefined)
      yield* report(skipped(tlsName, say("needs the connection settings", "需要先有正确的连接配置")));
    else {
      const reached = yield* Effect.result(Probe.connect(address, secure, proxy));
      if (Result.isSuccess(reached) && address === main) first = reached.success;
      yield* report(
        Result.isFailure(reached)
          ? wrong(
              tlsName,
              reached.failure,
              reached.failure.includes("trust.ca")
                ? say(
                    "WECHAT_PAY_CA_FILE names a file of further authorities, WECHAT_PAY_CA holds their text",
                    "私有 CA 的证书请配置到 WECHAT_PAY_CA_FILE（文件）或 WECHAT_PAY_CA（文本）",
                  )
                : undefined,
            )
          : ok(
              tlsName,
              `${reached.success.protocol}${comma(say)}${say("certificate by", "证书颁发者")} ${reached.success.issuer}`,
            ),
      );
    }
  }
  yield* report(clockCheck(say, first));
  return { main, name, reachable: first !== undefined, settings: withCertificate ?? TransportSettings.defaults };
});
