/** `explain --protocol v3`: why the gateway answers 401 SIGN_ERROR (签名错误) to a request of APIv3. */
import * as Credential from "@wechat-refund/apiv3/Credential";
import * as Merchant from "@wechat-refund/apiv3/Merchant";
import * as Signature from "@wechat-refund/apiv3/Signature";
import * as Effect from "effect/Effect";
import type * as Option from "effect/Option";
import * as Result from "effect/Result";
import { type Answer, failed, give } from "../Ending.ts";
import * as MistakesV3 from "../explain/MistakesV3.ts";
import type { Say } from "@wechat-refund/checkup/Language";
import { list, plain, styled } from "../Print.ts";
import * as Secrets from "../Secrets.ts";
import * as V3 from "../V3.ts";

const known = ["method", "url", "body", "authorization"];

const sentOf = (fields: V3.Fields): Result.Result<MistakesV3.Sent, string> => {
  const { authorization, body = "", method, url } = fields;
  if (typeof method !== "string" || !/^[A-Za-z]{1,16}$/.test(method)) return Result.fail("method must be GET or POST");
  if (typeof url !== "string" || !/^(?:https?:\/\/[^/?#]+)?\/[^\s#]*$/i.test(url)) {
    return Result.fail("url must be an address or its path with the query, as it was sent");
  }
  if (typeof body !== "string" || !body.isWellFormed()) return Result.fail("body must be the text as it was sent");
  if (typeof authorization !== "string") return Result.fail("authorization must be the header field as it was sent");
  return Result.succeed({ method, url, path: url.replace(/^https?:\/\/[^/?#]+/i, ""), body, authorization });
};

const kinds: Readonly<Record<string, string>> = {
  format: "Authorization 格式有误",
  clock: "时间戳有误",
  mchid: "商户号不符",
  serial: "证书序列号不符",
  base64: "签名的 base64 格式有误",
  "last-line-end": "缺少最后一个换行符",
  lines: "缺少空的请求体行",
  "line-end": "换行符有误",
  method: "请求方法应为大写",
  path: "路径与发送的不同",
  body: "请求体与发送的不同",
  timestamp: "签名与请求头的时间戳不同",
  order: "签名串顺序有误",
};

/** What the command says. */
export const answer = (
  say: Say,
  input: Result.Result<V3.Fields, string>,
  credential: Credential.Credential,
  now: number,
): Answer => {
  const sent = Result.flatMap(input, sentOf);
  if (Result.isFailure(sent)) {
    const message = `the request cannot be read: ${sent.failure}`;
    return failed({ reason: "Unreadable", outcome: "not-accepted", advice: "fix-request", message });
  }
  const given = MistakesV3.parse(sent.success.authorization);
  const mistakes = Result.isFailure(given)
    ? [given.failure]
    : MistakesV3.find(sent.success, given.success, credential, now);
  const { body, method, path } = sent.success;
  const expected = Result.map(given, ({ nonce_str: nonce, timestamp }) =>
    Signature.requestText({ method, path, timestamp, nonce, body }),
  );
  const message = Result.getOrUndefined(expected);
  const isSigned = Result.isSuccess(given) && MistakesV3.isSigned(sent.success, given.success, credential);
  if (isSigned && mistakes.length === 0) {
    return {
      exitCode: 0,
      json: { ok: true, value: { message } },
      text: `${styled("green", "✓")} ${say("The signature matches", "签名正确")}`,
    };
  }
  const unnamed = say(
    "The signature does not match, and none of the known mistakes explains it: another private key, or a text that was changed after signing.",
    "签名不匹配，且不属于任何已知的错误：可能是私钥不对，或签名之后又改了内容。",
  );
  const says = mistakes.length === 0 ? unnamed : mistakes.map((mistake) => mistake.says).join(" ");
  return {
    exitCode: 1,
    json: {
      ok: false,
      error: { reason: "WrongSign", outcome: "not-accepted", advice: "fix-account", message: says },
      mistakes,
      ...(message !== undefined && { message }),
    },
    text: [
      ...(mistakes.length === 0
        ? [unnamed]
        : mistakes.map(({ kind, says }) => say(says, `${kinds[kind] ?? kind}: ${says}`))
      ).map((line) => `${styled("red", "✗")} ${plain(line)}`),
      list([
        ...mistakes.map(({ remedy }) => [say("remedy", "解决办法"), remedy] as const),
        [say("to sign", "应签字符串"), message === undefined ? undefined : JSON.stringify(message)],
        [say("see", "参见"), "docs/apiv3.md"],
      ]),
    ].join("\n"),
  };
};

/** Runs it. */
export const run = Effect.fnUntraced(function* (say: Say, json: boolean, now: Option.Option<number>) {
  const input = yield* V3.input("a JSON object of method, url, body and authorization", known);
  const credential = yield* Merchant.credentialConfig.pipe(
    Effect.flatMap((options) => Effect.fromResult(Credential.make(options))),
    Effect.mapError(V3.environmentMessage),
    Effect.result,
  );
  if (Result.isFailure(credential)) return yield* give(V3.misconfigured(credential.failure), json ? "json" : "text");
  const said = Secrets.without(yield* Secrets.keys, answer(say, input, credential.success, yield* V3.nowOf(now)));
  const { text, ...document } = said;
  return yield* json || text === undefined ? give(document) : give({ ...document, text }, "text");
});
