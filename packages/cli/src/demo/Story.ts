/**
 * The demonstration: certificates made now, a gateway on this machine, the refund of WeChat Pay's example page over every adapter,
 * and what happens when it goes wrong. Everything it shows is real: sockets, TLS, certificates, messages.
 */
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Adapters from "../Adapters.ts";
import * as Example from "./Example.ts";
import * as Failures from "./Failures.ts";
import * as Refunds from "./Refunds.ts";
import { english, type Say } from "@wechat-refund/checkup/Language";
import * as Report from "./Report.ts";
import * as Stage from "./Stage.ts";

/** Tells the story; answers whether everything came out as it should. Another `adapter` is for trying that it would not. */
export const run = Effect.fnUntraced(function* (adapter: typeof Adapters.layer = Adapters.layer, say: Say = english) {
  const report = Report.make(say);
  yield* report.title(
    say("A refund of 1.00 CNY at a WeChat Pay gateway on this machine", "在本机的微信支付模拟网关上退款 1.00 元"),
  );
  const [duration, cast] = yield* Effect.timed(Stage.cast);
  const millis = Math.round(Duration.toMillis(duration));
  yield* report.prose(
    say(
      `Made now, in ${millis} ms: an authority, the gateway's certificate, and the certificate of ` +
        `merchant ${Example.mchId} as PEM pair, as PKCS#12 file and as PKCS#12 file of the old RC2-40 kind.`,
      `刚刚生成（用时 ${millis} 毫秒）：CA、网关证书，以及商户 ${Example.mchId} 的证书，分别为一对 PEM 文件、PKCS#12 文件和旧式 RC2-40 的 PKCS#12 文件。`,
    ),
  );
  const { forms } = Stage;
  yield* report.expect(
    say("the forms of the certificate", "证书的各种格式"),
    forms.map((form) => cast.certificates[form].form),
    ["pem", "pkcs12", "pkcs12-legacy"],
  );
  yield* Refunds.all(report, cast, adapter);
  yield* Failures.all(report, cast, adapter);
  const { checked, failed } = report.tally();
  yield* report.heading(
    failed === 0
      ? say(`Everything came out as it should: ${checked} checks`, `全部符合预期：共 ${checked} 项检查`)
      : say(
          `${failed} of ${checked} checks did not come out as they should; each is marked ✗ above`,
          `${checked} 项检查中有 ${failed} 项不符合预期；均已在上文用 ✗ 标出`,
        ),
  );
  return failed === 0;
});
