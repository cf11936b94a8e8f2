/**
 * `notice`: what a refund result notice (退款结果通知) says, opened from the raw body of its callback.
 *
 * What is wrong is said as far as the envelope shows it; what depends on the key is one problem. What a notice says stays a hint: ask
 * with `query`.
 */
import { open } from "@wechat-refund/core/RefundNotice";
import type { Keys } from "@wechat-refund/core/Signature";
import * as Xml from "@wechat-refund/core/Xml";
import * as Command from "effect/cli/Command";
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import { type Answer, give } from "../Ending.ts";
import { answerTo } from "./BadNotice.ts";
import * as Environment from "@wechat-refund/checkup/Environment";
import { now, protocol } from "../Flags.ts";
import * as Input from "../Input.ts";
import type { Say } from "@wechat-refund/checkup/Language";
import { protocolOf } from "../ProtocolOf.ts";
import * as Secrets from "../Secrets.ts";

/** Whose notice it must be; what is not given is taken from the notice itself. */
export interface Identity {
  readonly appId?: string | undefined;
  readonly mchId?: string | undefined;
  readonly subMchId?: string | undefined;
}

/** What the command says to these bytes. */
export const answer = (say: Say, bytes: Uint8Array, { appId, mchId, subMchId }: Identity, keys: Keys): Answer => {
  const outer = Result.getOrElse(Xml.read(bytes), () => new Map<string, string>());
  const merchant = {
    appId: appId ?? outer.get("appid") ?? "",
    mchId: mchId ?? outer.get("mch_id") ?? "",
    apiKey: keys.apiKey,
    ...(keys.previousApiKey !== undefined && { previousApiKey: keys.previousApiKey }),
    ...(subMchId !== undefined && { subMchId }),
  };
  return Result.match(open(bytes, merchant), {
    onSuccess: (value): Answer => ({ exitCode: 0, json: { ok: true, value } }),
    onFailure: (error): Answer => answerTo(say, error),
  });
};

const noKey: Answer = {
  exitCode: 2,
  json: {
    ok: false,
    error: { reason: "CannotOpen", message: "the API key (API密钥) is missing: set WECHAT_PAY_API_KEY to it" },
  },
  text: "CannotOpen: the API key (API密钥) is missing: set WECHAT_PAY_API_KEY to it",
  isEnglish: true,
};

/** The command. */
export const command = (say: Say) =>
  Command.make(
    "notice",
    { protocol: protocol(say), now: now(say) },
    Effect.fnUntraced(function* ({ now, protocol }) {
      if ((yield* protocolOf(protocol, true)) === "v3") {
        const { run } = yield* Effect.promise(() => import("./NoticeV3.ts"));
        return yield* run(say, now);
      }
      const bytes = yield* Input.read(Xml.defaultMaxBytes, "a callback's body");
      const apiKey = yield* Environment.secret("WECHAT_PAY_API_KEY");
      if (apiKey === undefined) return yield* give(noKey);
      const identity = {
        appId: yield* Environment.text("WECHAT_PAY_APP_ID"),
        mchId: yield* Environment.text("WECHAT_PAY_MCH_ID"),
        subMchId: yield* Environment.text("WECHAT_PAY_SUB_MCH_ID"),
      };
      const previousApiKey = yield* Environment.secret("WECHAT_PAY_PREVIOUS_API_KEY");
      return yield* give(
        Secrets.without(yield* Secrets.keys, answer(say, bytes, identity, { apiKey, previousApiKey })),
      );
    }),
  ).pipe(
    Command.withShortDescription(say("Open a refund result notice", "解密退款结果通知")),
    Command.withDescription(
      say(
        "Reads the raw body of a callback from standard input and prints what it says, as JSON. The API key comes from " +
          "WECHAT_PAY_API_KEY, during a key change also from WECHAT_PAY_PREVIOUS_API_KEY. Where WECHAT_PAY_APP_ID, WECHAT_PAY_MCH_ID " +
          "or WECHAT_PAY_SUB_MCH_ID are set, the notice must be that merchant's. A notice is a hint and carries no signature: ask with `query`. With " +
          "--protocol v3 the input is a JSON object of headers and body, verified with WECHAT_PAY_V3_PUBLIC_KEY_FILE and " +
          "WECHAT_PAY_V3_PUBLIC_KEY_ID and opened with WECHAT_PAY_V3_KEY. Exit codes: 0 " +
          "opened; 1 not a good notice; 2 no key.",
        "从标准输入读取回调原文，以 JSON 输出其内容。密钥取自 WECHAT_PAY_API_KEY，换密钥期间还会尝试 WECHAT_PAY_PREVIOUS_API_KEY。" +
          "若设置了 WECHAT_PAY_APP_ID、WECHAT_PAY_MCH_ID 或 WECHAT_PAY_SUB_MCH_ID，通知必须属于该商户。通知没有签名，只是线索：请用 `query` 确认。" +
          "使用 --protocol v3 时，输入为包含 headers 与 body 的 JSON 对象，用 WECHAT_PAY_V3_PUBLIC_KEY_FILE 与 WECHAT_PAY_V3_PUBLIC_KEY_ID 验签，" +
          "用 WECHAT_PAY_V3_KEY 解密。" +
          "退出码：0 已解密；1 不是有效的通知；2 没有密钥。",
      ),
    ),
    Command.withExamples([{ command: "wechat-refund notice < callback.xml" }]),
  );
