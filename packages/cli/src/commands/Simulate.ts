/** `simulate`: a gateway on this machine to refund against, until it is interrupted. */
import * as Shown from "@wechat-refund/mutual-tls/Shown";
import * as Command from "effect/cli/Command";
import * as Flag from "effect/cli/Flag";
import * as Console from "effect/Console";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import { failed, give, jsonLine } from "../Ending.ts";
import * as Flags from "../Flags.ts";
import type { Say } from "@wechat-refund/checkup/Language";
import { translated } from "@wechat-refund/checkup/Translated";

/** The command. */
export const command = (say: Say) =>
  Command.make(
    "simulate",
    {
      port: Flags.port("port", say("Of the gateway; a free one unless given", "网关端口；默认任选空闲端口")),
      controlPort: Flags.port(
        "control-port",
        say("Of its page and control interface; a free one unless given", "控制页面与接口的端口；默认任选空闲端口"),
      ),
      directory: Flag.String("directory").pipe(
        Flag.filter(
          // Its path is printed, with the files in it.
          (path) => !Shown.isContent(path) && !Shown.looksSecret(path),
          () => "must be the path of a directory, and not look like a key",
        ),
        Flag.withMetavar("path"),
        Flag.withDescription(
          say(
            "Where the certificate files go; a new temporary one unless given",
            "证书文件写入的目录；默认新建临时目录",
          ),
        ),
        Flag.optional,
      ),
      faults: Flag.Finite("faults").pipe(
        Flag.filter(
          (value) => value >= 0 && value <= 1,
          () => "must be 0 to 1, such as 0.1",
        ),
        Flag.withMetavar("rate"),
        Flag.withDescription(say("How many calls go wrong at random, from 0 to 1", "随机出错的请求比例，0 到 1")),
        Flag.withDefault(0),
      ),
      seed: Flag.String("seed").pipe(
        Flag.filter(
          // It is printed, to be given again.
          (seed) => !Shown.looksSecret(seed),
          () => "must be a word or a number, and not look like a key",
        ),
        Flag.withMetavar("text"),
        Flag.withDescription(say("The same seed, the same faults", "随机种子：相同种子出相同的错")),
        Flag.optional,
      ),
      json: Flags.off("json", say("Print the environment as JSON", "以 JSON 输出环境变量")),
    },
    Effect.fnUntraced(function* ({ controlPort, directory, faults, json, port, seed }) {
      const { Chaos, Simulation } = yield* Effect.promise(() => import("@wechat-refund/simulator"));
      const options = {
        ...(Option.isSome(port) && { port: port.value }),
        ...(Option.isSome(controlPort) && { controlPort: controlPort.value }),
        ...(Option.isSome(directory) && { directory: directory.value }),
        config: {
          ...(Option.isSome(seed) && { seed: seed.value }),
          ...(faults > 0 && { chaos: { rates: Chaos.evenly(faults) } }),
        },
      };
      const running = yield* Simulation.make(options).pipe(
        Effect.catch(({ _tag, message }) =>
          Effect.andThen(
            give(
              failed({ reason: _tag, outcome: "not-accepted", advice: "fix-account", message }, { exitCode: 2 }),
              json ? "json" : "text",
            ),
            Effect.never,
          ),
        ),
      );
      const words = translated(say);
      yield* Console.log(
        json ? jsonLine(running.environment) : Simulation.describe(running).split("\n").map(words).join("\n"),
      );
      if (!json) {
        yield* Console.error(
          say(
            "Paste the lines into another shell; Ctrl-C ends the gateway.",
            "请将以上各行粘贴到另一个终端；按 Ctrl-C 结束网关。",
          ),
        );
      }
      return yield* Effect.never;
    }, Effect.scoped),
  ).pipe(
    Command.withShortDescription(say("Run a gateway on this machine to try against", "在本机运行模拟网关")),
    Command.withDescription(
      say(
        "Starts a stand-in for the WeChat Pay gateway on loopback, APIv2 and APIv3 over one ledger: keys and certificates made now, ten paid " +
          "orders, notices, a page to look into it and to make things go wrong. Prints the lines that point a client at it, and runs until it " +
          "is interrupted. Exit codes: 130 interrupted; 2 it cannot start.",
        "在本机启动微信支付的模拟网关（APIv2 与 APIv3 共用同一账本）：密钥和证书即时生成，十个已支付订单、退款通知，以及用于查看和制造故障的页面。输出供客户端使用的环境变量，" +
          "运行到被中断为止。退出码：130 被中断；2 无法启动。",
      ),
    ),
    Command.withExamples([
      { command: "wechat-refund simulate" },
      { command: "wechat-refund simulate --directory ./gateway --faults 0.1 --seed monday" },
    ]),
  );
