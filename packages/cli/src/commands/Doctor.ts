/** `doctor`: is everything ready for a refund, and if not, what is to be done? */
import * as Command from "effect/cli/Command";
import * as Console from "effect/Console";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import type { TransportSettings } from "@wechat-refund/mutual-tls/TransportSettings";
import * as Adapters from "../Adapters.ts";
import { show } from "../Checked.ts";
import { Ending, jsonLine } from "../Ending.ts";
import * as Environment from "@wechat-refund/checkup/Environment";
import * as Flags from "../Flags.ts";
import { english, type Say } from "@wechat-refund/checkup/Language";
import { protocolOf } from "../ProtocolOf.ts";

/** The command. */
export const command = (say: Say) =>
  Command.make(
    "doctor",
    Flags.call(say),
    Effect.fnUntraced(function* ({ adapter, endpoint, json, protocol, signType }) {
      const { run } =
        (yield* protocolOf(protocol, json)) === "v3"
          ? yield* Effect.promise(() => import("@wechat-refund/checkup/ChecksV3"))
          : yield* Effect.promise(() => import("@wechat-refund/checkup/Checks"));
      const options = {
        transport: (settings: TransportSettings) => Adapters.layer(adapter, settings),
        endpoint: Option.getOrUndefined(endpoint) ?? (yield* Environment.text("WECHAT_PAY_ENDPOINT")),
        signType: Option.getOrUndefined(signType),
      };
      // What programs read is English.
      const checks = yield* run(json ? english : say, options, (check) =>
        json ? Effect.void : Console.log(show(say, check)),
      );
      const wrong = checks.filter(({ status }) => status === "wrong").length;
      if (json) yield* Console.log(jsonLine({ ok: wrong === 0, checks }));
      else {
        yield* Console.log(
          wrong === 0
            ? `\n${say("Ready for refunds.", "一切就绪，可以退款。")}`
            : `\n${say(`${wrong} to mend; the first may cause the others.`, `有 ${wrong} 处需要修正；先修第一处，其余可能由它引起。`)}`,
        );
      }
      if (wrong > 0) return yield* new Ending({ exitCode: 1 });
    }),
  ).pipe(
    Command.withShortDescription(say("Check everything a refund needs", "检查退款所需的一切")),
    Command.withDescription(
      say(
        "Checks settings, API key, certificate, names, secure connections to the main and the backup host, this machine's clock, and " +
          "whether the gateway accepts certificate and signature; with --protocol v3 serial number, private key, platform key and APIv3 key. Each line that is wrong says what to do. No refund can come of it. Exit " +
          "codes: 0 ready; 1 something is wrong.",
        "依次检查配置、API密钥、证书、域名解析、到主备域名的安全连接、本机时钟，以及网关是否接受证书与签名；使用 --protocol v3 时检查序列号、私钥、平台密钥与 APIv3密钥。有问题的每一行都会说明解决办法。" +
          "不会产生任何退款。退出码：0 就绪；1 有问题。",
      ),
    ),
    Command.withExamples([
      { command: "wechat-refund doctor" },
      { command: "wechat-refund doctor --endpoint https://api2.mch.weixin.qq.com --json" },
    ]),
  );
