/**
 * `sign`: the signature of any fields, and the string that was signed, for comparing with another implementation.
 */
import { InvalidParams, fromRecord } from "@wechat-refund/core/Params";
import { CannotSign, sign, type SignType, stringToSign } from "@wechat-refund/core/Signature";
import * as Command from "effect/cli/Command";
import * as Effect from "effect/Effect";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import { type Answer, failed, give } from "../Ending.ts";
import * as Environment from "@wechat-refund/checkup/Environment";
import { protocol, signType } from "../Flags.ts";
import * as Input from "../Input.ts";
import * as Json from "@wechat-refund/core/Json";
import { english, type Say } from "@wechat-refund/checkup/Language";
import type { oddities } from "@wechat-refund/simulator/Diagnosis";
import * as Said from "../explain/Said.ts";
import { plain } from "../Print.ts";
import { protocolOf } from "../ProtocolOf.ts";
import * as Secrets from "../Secrets.ts";

const maxBytes = 1024 * 1024;

const unreadable = (message: string): Result.Result<never, InvalidParams> =>
  Result.fail(new InvalidParams({ issues: [{ field: "(input)", message }] }));

const parse = (bytes: Uint8Array): Result.Result<unknown, InvalidParams> => {
  if (bytes.length > maxBytes) return unreadable(`must not be larger than ${maxBytes} bytes`);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return unreadable("must be JSON in UTF-8");
  }
  if (text.trim() === "") return unreadable('is empty: give the fields as a JSON object, such as {"appid":"wx…"}');
  return Result.mapError(Json.parse(text), (problem) => {
    if (problem._tag === "GivenTwice") {
      return new InvalidParams({ issues: problem.names.map((field) => ({ field, message: "is given twice" })) });
    }
    const where = problem.position === undefined ? "" : `: it stops being JSON at position ${problem.position}`;
    return new InvalidParams({ issues: [{ field: "(input)", message: `must be one JSON object${where}` }] });
  });
};

/**
 * Whether a look at the values is worth loading what looks: words that programs write for nothing, marks, blanks at an end, amounts
 * that are not digits, and what is not ASCII.
 */
const isWorthALook = (text: string): boolean =>
  /NaN|infinity|undefined|null|none|\bnil\b|invalid|object|array|true|false|your|[^\t\n\r -~]|[[\]<>$%#@]|\\u|:\s*""|:\s*"\s|\s"|_fee"\s*:\s*"(?![0-9]+")/i.test(
    text,
  );

/** What the command says to these bytes; `look` finds what is odd about the fields. */
export const answer = (
  bytes: Uint8Array,
  signType: SignType,
  apiKey: Redacted.Redacted<string> | undefined,
  say: Say = english,
  look: typeof oddities = () => [],
): Answer =>
  parse(bytes).pipe(
    Result.flatMap(fromRecord),
    Result.flatMap((params) =>
      Result.map(sign(params, apiKey ?? Redacted.make(""), signType), (value): Answer => {
        const said = params.get("sign_type") || undefined;
        const odd = Said.nameless(look(params), params.keys());
        const notes = [
          ...(said !== undefined && said !== signType
            ? [
                say(
                  `Note: the fields name another sign_type; this is the ${signType} signature.`,
                  `注意：字段中的 sign_type 与此不同；这是 ${signType} 签名。`,
                ),
              ]
            : []),
          ...odd.map(({ remedy, says, zh }) => plain(say(`Note: ${says} ${remedy}`, `注意：${zh.says}${zh.remedy}`))),
        ];
        return {
          exitCode: 0,
          json: { sign: value, signType, stringToSign: stringToSign(params) },
          ...(notes.length > 0 && { text: notes.join("\n") }),
        };
      }),
    ),
    Result.mapError((error) => (error instanceof InvalidParams ? Secrets.named(error) : Secrets.nameless(error))),
    Result.match({
      onSuccess: (answer) => answer,
      onFailure: (error) =>
        failed(
          {
            reason: error._tag,
            outcome: "not-accepted",
            advice: error instanceof CannotSign && error.problem === "empty-key" ? "fix-account" : "fix-request",
            message:
              error instanceof CannotSign && error.problem === "empty-key"
                ? `${error.message}, and set WECHAT_PAY_API_KEY to it`
                : error.message,
          },
          { exitCode: 2 },
        ),
    }),
  );

/** The command. */
export const command = (say: Say) =>
  Command.make(
    "sign",
    { signType: signType(say), protocol: protocol(say) },
    Effect.fnUntraced(function* ({ protocol, signType }) {
      if ((yield* protocolOf(protocol, true)) === "v3") {
        const { run } = yield* Effect.promise(() => import("./SignV3.ts"));
        return yield* run;
      }
      const bytes = yield* Input.read(maxBytes, "a JSON object of wire fields");
      const apiKey = yield* Environment.secret("WECHAT_PAY_API_KEY");
      const finder = isWorthALook(new TextDecoder().decode(bytes))
        ? yield* Effect.promise(() => import("@wechat-refund/simulator/Diagnosis"))
        : undefined;
      const said = answer(bytes, signType, apiKey, say, finder?.oddities);
      return yield* give(Secrets.without(yield* Secrets.keys, said));
    }),
  ).pipe(
    Command.withShortDescription(say("Sign fields given as JSON", "为 JSON 字段签名")),
    Command.withDescription(
      say(
        "Reads a JSON object of wire fields from standard input and prints its signature and the string that was signed, as JSON. " +
          "The API key comes from WECHAT_PAY_API_KEY. With --protocol v3 the object holds method, url, timestamp, nonce and body, and " +
          "message, signature and authorization are printed; WECHAT_PAY_MCH_ID, WECHAT_PAY_V3_SERIAL_NO and WECHAT_PAY_V3_PRIVATE_KEY_FILE " +
          "say who signs.",
        "从标准输入读取报文字段的 JSON 对象，以 JSON 输出签名和被签名的字符串。密钥取自 WECHAT_PAY_API_KEY。使用 --protocol v3 时，对象包含 method、url、" +
          "timestamp、nonce 与 body，输出 message、signature 与 authorization；签名者由 WECHAT_PAY_MCH_ID、WECHAT_PAY_V3_SERIAL_NO 与 " +
          "WECHAT_PAY_V3_PRIVATE_KEY_FILE 指定。",
      ),
    ),
    Command.withExamples([
      {
        command: `echo '{"appid":"wx8888888888888888","mch_id":"1900000109"}' | wechat-refund sign --sign-type MD5`,
      },
    ]),
  );
