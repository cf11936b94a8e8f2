/**
 * What must be right before a refund can be made through APIv3: credential, platform key, APIv3 key, network, and that both sides believe
 * each other. What is signed is a query of a number that nobody has used: nothing here can make a refund.
 */
import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { text as textOf } from "node:stream/consumers";
import * as ApiV3 from "@wechat-refund/apiv3/ApiV3";
import * as Credential from "@wechat-refund/apiv3/Credential";
import * as KeyRing from "@wechat-refund/apiv3/KeyRing";
import * as Merchant from "@wechat-refund/apiv3/Merchant";
import { isNoSuchRefund, type RefundError } from "@wechat-refund/core/RefundError";
import { Transport } from "@wechat-refund/core/Transport";
import type { CertificateError } from "@wechat-refund/mutual-tls/CertificateError";
import type { TransportSettings } from "@wechat-refund/mutual-tls/TransportSettings";
import * as Effect from "effect/Effect";
import type * as Layer from "effect/Layer";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import * as Environment from "./Environment.ts";
import { colon, type Say } from "./Language.ts";
import * as V3 from "./KeysV3.ts";
import { type Check, inWords, ok, skipped, wrong } from "./Check.ts";
import { network } from "./Network.ts";

export interface Options {
  readonly endpoint: string | undefined;
  /** The transport to make the calls by. */
  readonly transport: (settings: TransportSettings) => Layer.Layer<Transport, CertificateError>;
}

/** The merchant's own certificate, where the environment has it for APIv2: its serial number tells whether ours is the key's. */
const ownCertificate = Effect.gen(function* () {
  const text = yield* Environment.text("WECHAT_PAY_CERT");
  const file = yield* Environment.text("WECHAT_PAY_CERT_FILE");
  if (text !== undefined || file === undefined) return text;
  return yield* Effect.orElseSucceed(
    // A device has no end, and nothing that is so long is a certificate.
    Effect.tryPromise(() => textOf(createReadStream(file, { end: 1024 * 1024 }))),
    () => undefined,
  );
});

const credentialCheck = Effect.fnUntraced(function* (say: Say) {
  const name = say("serial number and private key", "证书序列号与私钥");
  const certificate = yield* ownCertificate;
  const made = yield* Merchant.credentialConfig.pipe(
    Effect.flatMap((options) => Effect.fromResult(Credential.make({ ...options, certificate }))),
    Effect.mapError(V3.environmentMessage),
    Effect.result,
  );
  if (Result.isFailure(made)) {
    return {
      credential: undefined,
      check: wrong(name, made.failure, say("correct the environment", "请修正环境变量")),
    };
  }
  const { mchId, serialNo } = made.success;
  const seen = certificate === undefined ? "" : `, ${say("those of the certificate", "与商户证书一致")}`;
  return { credential: made.success, check: ok(name, `${say("merchant", "商户")} ${mchId}, ${serialNo}${seen}`) };
});

const whence = (say: Say) =>
  say(
    "download WeChat Pay's public key (微信支付公钥), 账户中心 → API安全, and set WECHAT_PAY_V3_PUBLIC_KEY_FILE and WECHAT_PAY_V3_PUBLIC_KEY_ID",
    "请在 账户中心 → API安全 下载微信支付公钥，并设置 WECHAT_PAY_V3_PUBLIC_KEY_FILE 与 WECHAT_PAY_V3_PUBLIC_KEY_ID",
  );

const keyChecks = Effect.fnUntraced(function* (say: Say) {
  const keyName = say("platform key", "平台密钥");
  const v3Name = say("APIv3 key", "APIv3密钥");
  const keys = yield* Effect.result(V3.platformKeys);
  const apiV3Key = yield* Environment.secret("WECHAT_PAY_V3_KEY");
  const problem = apiV3Key === undefined ? undefined : Merchant.keyIssue(apiV3Key);
  const found = Result.isSuccess(keys) ? keys.success : undefined;
  const platform = Result.isFailure(keys)
    ? wrong(keyName, keys.failure, whence(say))
    : keys.success.size > 0
      ? ok(keyName, [...keys.success.keys()].join(", "))
      : apiV3Key === undefined
        ? wrong(keyName, say("not set, and no APIv3 key either", "未设置，也没有 APIv3密钥"), whence(say))
        : ok(keyName, say("certificates (平台证书) are downloaded", "使用下载的平台证书"));
  const sealed =
    apiV3Key === undefined
      ? wrong(
          v3Name,
          `${say("not set", "未设置")}${colon(say)}WECHAT_PAY_V3_KEY`,
          say(
            "without it no notice can be opened: set it as on the merchant platform",
            "没有它无法解密通知：请按商户平台上的设置填写",
          ),
        )
      : problem !== undefined
        ? wrong(v3Name, `WECHAT_PAY_V3_KEY ${problem}`)
        : ok(v3Name, say("32 bytes", "32 字节"));
  return {
    checks: [platform, sealed],
    keys: platform.status === "ok" ? found : undefined,
    apiV3Key: sealed.status === "ok" ? apiV3Key : undefined,
  };
});

const signRemedy = (say: Say) =>
  say(
    "see that WECHAT_PAY_V3_SERIAL_NO is the serial number of the certificate that was made with this private key, and both this merchant's",
    "请确认 WECHAT_PAY_V3_SERIAL_NO 是与该私钥配对的证书的序列号，且二者都属于该商户",
  );

const verdict = (say: Say, name: string, error: RefundError): Check => {
  const { reason } = error;
  if (isNoSuchRefund(reason)) return ok(name, say("both ways: each side knows the other's key", "双向验签通过"));
  if (reason._tag === "GatewayRefused" && reason.status === 401) return wrong(name, reason.message, signRemedy(say));
  if (reason._tag === "UntrustedReply") {
    const remedy =
      reason.problem === "unknown-key" || reason.problem === "wrong-sign"
        ? whence(say)
        : reason.problem === "probe"
          ? say("run it again: repeats are signed as they should be", "请重试：重试的应答会正确签名")
          : undefined;
    return wrong(name, reason.message, remedy);
  }
  return wrong(name, `${reason._tag}: ${reason.message}`);
};

/** Does the APIv3 key open what the gateway seals? Merchants with a public key have nothing sealed to try it on before a notice comes. */
const sealCheck = Effect.fnUntraced(function* (say: Say, merchant: Merchant.MerchantIdentity, main: string) {
  const name = say("APIv3 key right", "APIv3密钥正确");
  const ring = KeyRing.make({ ...merchant, platformKeys: new Map() }, yield* Transport);
  const held = yield* Effect.result(ring.ready(main));
  if (Result.isSuccess(held)) return ok(name, say("it opens the platform certificates", "可解密平台证书"));
  const { message } = held.failure;
  return message.includes("may have none") && merchant.platformKeys.size > 0
    ? skipped(
        name,
        say(
          "this merchant has no platform certificates to try it on; the first notice will show",
          "该商户没有平台证书可供验证；收到首个通知时即可知",
        ),
      )
    : wrong(name, message);
});

/** Makes the checks in their order; `tell` hears of each as soon as it is made. */
export const run = Effect.fnUntraced(function* (
  say: Say,
  { endpoint, transport }: Options,
  tell: (check: Check) => Effect.Effect<void>,
): Effect.fn.Return<ReadonlyArray<Check>> {
  const done: Array<Check> = [];
  const report = Effect.fnUntraced(function* (found: Check) {
    const check = inWords(say, found);
    done.push(check);
    yield* tell(check);
  });
  const { check, credential } = yield* credentialCheck(say);
  yield* report(check);
  const { apiV3Key, checks, keys } = yield* keyChecks(say);
  for (const one of checks) yield* report(one);
  const found = yield* network(say, endpoint, undefined, report);
  if (found === undefined) return done;
  const { main, name, reachable, settings } = found;
  const accepted = say("signature accepted", "签名被接受");
  if (credential === undefined || keys === undefined) {
    yield* report(
      skipped(
        accepted,
        say("needs serial number, private key and platform key", "需要先有正确的序列号、私钥与平台密钥"),
      ),
    );
    return done;
  }
  if (!reachable) {
    yield* report(skipped(accepted, say("needs a secure connection", "需要先建立安全连接")));
    return done;
  }
  const merchant: Merchant.MerchantIdentity = {
    credential,
    platformKeys: keys,
    endpoint: main,
    ...(apiV3Key !== undefined && { apiV3Key: Redacted.make(Redacted.value(apiV3Key)) }),
  };
  yield* Effect.gen(function* () {
    if (apiV3Key !== undefined) yield* report(yield* sealCheck(say, merchant, main));
    const outRefundNo = `doctor-${randomBytes(16).toString("hex")}`;
    const { query } = ApiV3.speakerOf(merchant, yield* Transport, main).client(yield* Transport);
    yield* report(
      yield* Effect.match(query({ outRefundNo }), {
        onSuccess: () => ok(accepted, outRefundNo),
        onFailure: (error) => verdict(say, accepted, error),
      }),
    );
  }).pipe(
    Effect.provide(transport(settings)),
    Effect.catch((error) => report(wrong(name, error.message))),
  );
  return done;
});
