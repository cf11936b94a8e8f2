/**
 * What the gateway says to certificate and signature. What is sent to the refund address is empty, and what is signed is a query:
 * nothing here can make a refund.
 */
import { randomBytes } from "node:crypto";
import * as Merchant from "@wechat-refund/core/Merchant";
import { decode, headers } from "@wechat-refund/core/Operation";
import * as RefundClient from "@wechat-refund/core/RefundClient";
import { isNoSuchRefund, ProtocolRejected, type Reason, type RefundError } from "@wechat-refund/core/RefundError";
import { Transport, type TransportError } from "@wechat-refund/core/Transport";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Result from "effect/Result";
import type { Say } from "./Language.ts";
import { type Check, ok, skipped, wrong } from "./Check.ts";

const installRemedy = (say: Say) =>
  say("install the merchant's current API certificate (API证书)", "请安装该商户当前有效的 API证书");

/** Who answers with such a status in the gateway's place, and what to do about it. */
const otherRemedy = (say: Say, reason: Reason): string => {
  const status = reason._tag === "GatewayRefused" ? reason.status : undefined;
  switch (status) {
    case 403:
    case 407:
      return say(
        "a firewall or proxy on the way does not let this machine through: ask whoever runs it to allow the gateway's host",
        "途中的防火墙或代理拒绝了本机：请联系其管理员放行微信支付域名",
      );
    case 404:
      return say(
        "this host does not know the address of refunds: correct WECHAT_PAY_ENDPOINT",
        "该服务器没有退款接口：请修正 WECHAT_PAY_ENDPOINT",
      );
    case 502:
    case 503:
    case 504:
      return say(
        "a proxy answers that it does not reach the gateway: try again, then look at the proxy and at WECHAT_PAY_ENDPOINT",
        "代理称无法到达网关：请稍后重试，仍然如此则检查代理与 WECHAT_PAY_ENDPOINT",
      );
    case 200:
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
    case 511:
      return say(
        "a page answers in the gateway's place, such as the login page of a network: log in there, or use another network",
        "应答的是网页而不是网关，例如网络登录页：请先登录该网络，或更换网络",
      );
    default:
      return say(
        "see who answers: the address, an inspecting proxy, a login page of the network",
        "请确认应答方：接口地址、代理或网络登录页",
      );
  }
};

const unanswered = (say: Say, name: string, { message, reason }: TransportError): Check =>
  reason._tag === "ConnectionLost" && reason.silent !== undefined
    ? wrong(
        name,
        say(
          "the connection was closed without a word, as the gateway does when it refuses a certificate",
          "连接被直接断开，没有任何应答：网关拒绝证书时就会这样",
        ),
        say(
          "install the merchant's current API certificate (API证书): not another merchant's, expired or revoked; if the signature is not accepted either, look at the network first",
          "请安装该商户当前有效的 API证书（不是其他商户的，未过期，未吊销）；若签名检查也失败，请先检查网络",
        ),
      )
    : wrong(name, message);

/** Does the front take the certificate? */
export const refundCheck = Effect.fnUntraced(function* (say: Say, endpoint: string, reachable: boolean, has: boolean) {
  const name = say("certificate accepted", "证书被接受");
  if (!has) return skipped(name, say("needs a certificate", "需要先有证书"));
  if (!reachable) return skipped(name, say("needs a secure connection", "需要先建立安全连接"));
  const transport = yield* Transport;
  // Empty, so that it cannot be a refund: only what the front says of the certificate is wanted.
  const body = new TextEncoder().encode("<xml></xml>");
  const url = `${endpoint}/secapi/pay/refund`;
  const posted = yield* Effect.result(transport.send({ method: "POST", url, headers, body }));
  if (Result.isFailure(posted)) return unanswered(say, name, posted.failure);
  const read = decode(posted.success);
  const said = Result.isSuccess(read) ? (read.success.get("return_msg") ?? "") : "";
  if (new ProtocolRejected({ returnMsg: said }).family === "certificate") return wrong(name, said, installRemedy(say));
  if (Result.isSuccess(read)) return ok(name, say("the gateway's front let it pass", "网关已放行"));
  const isRefused = read.failure._tag === "GatewayRefused" && read.failure.page !== undefined;
  return wrong(name, read.failure.message, isRefused ? installRemedy(say) : otherRemedy(say, read.failure));
});

const signRemedy = (say: Say) =>
  say(
    "compare WECHAT_PAY_API_KEY with the APIv2 key of this merchant number; it is not the APIv3 key",
    "请核对 WECHAT_PAY_API_KEY 是否为该商户号的 APIv2密钥（不是 APIv3密钥）",
  );

const remedies = (say: Say): Readonly<Record<string, string>> => ({
  NOAUTH: say(
    "allow this machine's IP address, or ask for the refund permission",
    "请将本机 IP 加入白名单，或申请退款权限",
  ),
  APPID_NOT_EXIST: say("correct WECHAT_PAY_APP_ID", "请修正 WECHAT_PAY_APP_ID"),
  MCHID_NOT_EXIST: say("correct WECHAT_PAY_MCH_ID", "请修正 WECHAT_PAY_MCH_ID"),
  APPID_MCHID_NOT_MATCH: say(
    "bind the app to the merchant number, or correct either",
    "请绑定公众账号与商户号，或修正其一",
  ),
  CERT_ERROR: say("use this merchant number's certificate", "请使用该商户号的证书"),
  SIGNERROR: signRemedy(say),
});

const verdict = (say: Say, name: string, error: RefundError): Check => {
  const { reason } = error;
  switch (reason._tag) {
    case "Rejected":
      return isNoSuchRefund(reason)
        ? ok(name, say("both ways: the gateway knows the key", "双向验签通过"))
        : wrong(name, reason.message, remedies(say)[reason.errCode]);
    case "UntrustedReply":
      return reason.problem === "mismatch"
        ? wrong(
            name,
            reason.message,
            say("correct WECHAT_PAY_APP_ID and WECHAT_PAY_MCH_ID", "请修正 WECHAT_PAY_APP_ID 与 WECHAT_PAY_MCH_ID"),
          )
        : wrong(
            name,
            reason.message,
            say(
              "if the key was just changed, set WECHAT_PAY_PREVIOUS_API_KEY to the old one",
              "若刚换过密钥，请将旧密钥设为 WECHAT_PAY_PREVIOUS_API_KEY",
            ),
          );
    case "ProtocolRejected":
      return wrong(
        name,
        reason.message,
        reason.family === "signature"
          ? signRemedy(say)
          : reason.family === "certificate"
            ? installRemedy(say)
            : reason.family === "merchant"
              ? say("correct WECHAT_PAY_MCH_ID and WECHAT_PAY_APP_ID", "请修正 WECHAT_PAY_MCH_ID 与 WECHAT_PAY_APP_ID")
              : undefined,
      );
    case "GatewayRefused":
      return wrong(name, reason.message, reason.page === undefined ? otherRemedy(say, reason) : installRemedy(say));
    default:
      return wrong(name, `${reason._tag}: ${reason.message}`);
  }
};

/** Do both sides sign with the same key? */
export const signatureCheck = Effect.fnUntraced(function* (
  say: Say,
  endpoint: string,
  reachable: boolean,
  merchant: Merchant.MerchantIdentity | undefined,
) {
  const name = say("signature accepted", "签名被接受");
  if (merchant === undefined)
    return skipped(name, say("needs the settings and the API key", "需要先有正确的配置与密钥"));
  if (!reachable) return skipped(name, say("needs a secure connection", "需要先建立安全连接"));
  // A number that nobody has used: that it is not found proves that the question was understood.
  const outRefundNo = `doctor-${randomBytes(16).toString("hex")}`;
  return yield* RefundClient.RefundClient.use((client) => client.query({ outRefundNo })).pipe(
    Effect.match({ onSuccess: () => ok(name, outRefundNo), onFailure: (error) => verdict(say, name, error) }),
    Effect.provide(RefundClient.layer.pipe(Layer.provide(Layer.succeed(Merchant.Merchant, { ...merchant, endpoint })))),
  );
});
