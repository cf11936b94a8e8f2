/**
 * `demo`: the whole refund on this machine, with nothing to configure. See `demo/Story.ts`.
 */
import * as Command from "effect/cli/Command";
import * as Console from "effect/Console";
import * as Effect from "effect/Effect";
import { Ending } from "../Ending.ts";
import type { Say } from "@wechat-refund/checkup/Language";
import { translated } from "@wechat-refund/checkup/Translated";

/** The command. */
export const command = (say: Say) =>
  Command.make(
    "demo",
    {},
    Effect.fnUntraced(function* () {
      const { run } = yield* Effect.promise(() => import("../demo/Story.ts"));
      const right = yield* Effect.catch(run(undefined, say), (error) =>
        Effect.as(Console.error(translated(say)(error.message)), false),
      );
      if (!right) return yield* new Ending({ exitCode: 1 });
    }),
  ).pipe(
    Command.withShortDescription(say("Show a whole refund, on this machine alone", "在本机演示一次完整的退款")),
    Command.withDescription(
      say(
        "Makes certificates, starts a gateway on loopback and refunds an order over every adapter, with each form of the certificate and " +
          "each algorithm; then shows what happens when it goes wrong. Ends with 0 only if everything came out as it should.",
        "生成证书，在本机启动模拟网关，用每种传输方式、每种证书格式、每种签名算法各退一次款，再演示出错的情形。全部符合预期时退出码为 0。",
      ),
    ),
    Command.withExamples([{ command: "wechat-refund demo" }]),
  );
