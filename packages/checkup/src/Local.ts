/** What can be checked without the network, and the clock once a host has told its time. */
import * as Merchant from "@wechat-refund/core/Merchant";
import type { SignType } from "@wechat-refund/core/Signature";
import * as ClientCertificate from "@wechat-refund/mutual-tls/ClientCertificate";
import * as DateTime from "effect/DateTime";
import * as Effect from "effect/Effect";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import * as Environment from "./Environment.ts";
import { colon, comma, type Say } from "./Language.ts";
import { id as shownId } from "@wechat-refund/mutual-tls/Shown";
import { type Check, ok, skipped, wrong } from "./Check.ts";
import type * as Probe from "./Probe.ts";

/** Settings and API key. */
export const merchantChecks = Effect.fnUntraced(function* (say: Say, signType: SignType | undefined) {
  const appId = yield* Environment.text("WECHAT_PAY_APP_ID");
  const mchId = yield* Environment.text("WECHAT_PAY_MCH_ID");
  const apiKey = yield* Environment.secret("WECHAT_PAY_API_KEY");
  const set = [
    ["WECHAT_PAY_APP_ID", appId],
    ["WECHAT_PAY_MCH_ID", mchId],
  ] as const;
  const missing = set.filter(([, value]) => value === undefined).map(([name]) => name);
  const config = yield* Effect.result(Merchant.config);
  const made = Merchant.make({
    appId: appId ?? "missing",
    mchId: mchId ?? "missing",
    apiKey: apiKey ?? Redacted.make("0".repeat(32)),
    ...(Result.isSuccess(config) && {
      ...config.success,
      ...(apiKey === undefined && { apiKey: Redacted.make("0".repeat(32)) }),
    }),
    ...(signType !== undefined && { signType }),
  });
  const issues = Result.isFailure(made) ? made.failure.issues : [];
  const keyIssues = issues.filter(({ field }) => field === "apiKey" || field === "previousApiKey");
  const otherIssues = issues.filter(({ field }) => !keyIssues.some((issue) => issue.field === field));
  const settings = say("settings", "配置");
  const key = say("API key", "API密钥");
  const text = (found: typeof issues) => found.map(({ field, message }) => `${field} ${message}`).join("; ");
  const configMessage =
    Result.isFailure(config) && missing.length === 0 && apiKey !== undefined
      ? Environment.wrong(config.failure)
      : undefined;
  const checks = [
    missing.length > 0
      ? wrong(
          settings,
          `${say("not set", "未设置")}${colon(say)}${missing.join(", ")}`,
          say("set them to the app's id and the merchant number (商户号)", "请设置为公众账号ID 与商户号"),
        )
      : otherIssues.length > 0 || configMessage !== undefined
        ? wrong(settings, text(otherIssues) || (configMessage ?? ""), say("correct the environment", "请修正环境变量"))
        : ok(
            settings,
            `${say("app", "应用")} ${shownId(appId)}${comma(say)}${say("merchant", "商户")} ${shownId(mchId)}`,
          ),
    apiKey === undefined
      ? wrong(
          key,
          `${say("not set", "未设置")}${colon(say)}WECHAT_PAY_API_KEY`,
          say("set it to the APIv2 key (API密钥), 账户中心 → API安全", "请设置为 APIv2密钥：账户中心 → API安全"),
        )
      : keyIssues.length > 0
        ? wrong(
            key,
            text(keyIssues),
            say(
              "set WECHAT_PAY_API_KEY again, exactly as it was set on the merchant platform",
              "请按商户平台上设置的原样重新配置 WECHAT_PAY_API_KEY",
            ),
          )
        : ok(key, say("32 letters and digits", "32 位字母数字")),
  ];
  const merchant = Result.isSuccess(made) && checks.every(({ status }) => status === "ok") ? made.success : undefined;
  return { checks, merchant, knowsNumber: !issues.some(({ field }) => field === "mchId") };
});

const days = 86_400_000;

/** The certificate by itself. */
export const certificateCheck = Effect.fnUntraced(function* (say: Say, knowsNumber: boolean) {
  const name = say("certificate", "商户证书");
  const opened = yield* Effect.result(ClientCertificate.config);
  if (Result.isFailure(opened)) {
    const { failure } = opened;
    if (failure._tag === "CertificateError" && failure.problem === "wrong-owner" && !knowsNumber) {
      return { certificate: undefined, check: skipped(name, say("needs the merchant number", "需要先有正确的商户号")) };
    }
    return failure._tag === "CertificateError"
      ? { certificate: undefined, check: wrong(name, failure.message) }
      : { certificate: undefined, check: wrong(name, Environment.wrong(failure)) };
  }
  const certificate = opened.success;
  const left = Math.floor((certificate.notAfter.epochMilliseconds - Date.now()) / days);
  const form =
    certificate.form === "pkcs12-legacy" ? say("old PKCS#12 (RC2-40)", "旧式 PKCS#12（RC2-40）") : certificate.form;
  const detail = `${form}${comma(say)}${say("of merchant", "商户")} ${certificate.owner ?? "?"}${comma(say)}${say("valid until", "有效期至")} ${DateTime.formatIsoDateUtc(certificate.notAfter)}`;
  const soon = say(
    `it expires in ${left} days: apply for a new one (账户中心 → API安全 → 申请API证书)`,
    `${left} 天后到期：请尽快申请新证书（账户中心 → API安全 → 申请API证书）`,
  );
  return { certificate, check: ok(name, detail, left < 30 ? soon : undefined) };
});

/** Far less than what certificates would notice, far more than clocks that are kept drift. */
const tolerance = 5 * 60_000;

/** This machine's clock against that of a host. */
export const clockCheck = (say: Say, host: Probe.Host | undefined): Check => {
  const name = say("clock", "时钟");
  if (host === undefined) return skipped(name, say("needs a secure connection", "需要先建立安全连接"));
  if (host.aheadMillis === undefined) return skipped(name, say("the host does not tell its time", "服务器未返回时间"));
  const seconds = Math.round(Math.abs(host.aheadMillis) / 1000);
  const way = host.aheadMillis > 0 ? say("behind", "慢") : say("ahead", "快");
  return Math.abs(host.aheadMillis) > tolerance
    ? wrong(
        name,
        say(`${seconds} s ${way}, by the host's`, `比服务器${way} ${seconds} 秒`),
        say("set this machine's clock, and keep it by NTP", "请校准本机时钟并启用 NTP"),
      )
    : ok(name, say(`within ${Math.max(seconds, 1)} s of the host's`, `与服务器相差不超过 ${Math.max(seconds, 1)} 秒`));
};
