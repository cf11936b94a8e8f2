/**
 * `explain`: why a message's signature does not match (签名错误). It tries the mistakes that people make, and names one only when
 * signing that way gives the very signature that came.
 */
import { fromRecord } from "@wechat-refund/core/Params";
import type { SignType } from "@wechat-refund/core/Signature";
import * as Xml from "@wechat-refund/core/Xml";
import { diagnose, type KnownKey, type Mistake } from "@wechat-refund/simulator/Diagnosis";
import { type Fields, signingText, verify } from "@wechat-refund/simulator/Message";
import * as Command from "effect/cli/Command";
import * as Flag from "effect/cli/Flag";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import { type Answer, failed, give } from "../Ending.ts";
import * as Environment from "@wechat-refund/checkup/Environment";
import * as Suspicions from "../explain/Suspicions.ts";
import * as Flags from "../Flags.ts";
import * as Input from "../Input.ts";
import * as Json from "@wechat-refund/core/Json";
import type { Say } from "@wechat-refund/checkup/Language";
import { list, plain, shownField, styled } from "../Print.ts";
import { protocolOf } from "../ProtocolOf.ts";
import * as Secrets from "../Secrets.ts";

/** What the environment knows: the keys, and the merchant's settings under their wire names. */
export interface Settings {
  readonly apiKey: string;
  readonly previousApiKey?: string | undefined;
  /** The key of APIv3 interfaces, which signs nothing here. */
  readonly apiV3Key?: string | undefined;
  readonly known: Fields;
}

const noJson = "it starts like a JSON object and is none";

/** What is wrong with XML, without a name that is none. */
const nameless = ({ field, message }: Xml.XmlError): string =>
  field === undefined ? message : message.replaceAll(field, shownField(field));

const read = (bytes: Uint8Array): Result.Result<Fields, string> => {
  const start = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart();
  if (!start.startsWith("{")) return Result.mapError(Xml.read(bytes), nameless);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return Result.fail(noJson);
  }
  return Json.parse(text).pipe(
    Result.mapError((problem) =>
      problem._tag === "NotJson"
        ? noJson
        : problem.names.map((name) => `${shownField(name)} is given twice`).join("; "),
    ),
    Result.flatMap((record) => Result.mapError(fromRecord(record), (error) => Secrets.named(error).message)),
  );
};

const shapeOf = (key: string): Mistake | undefined =>
  /^[0-9A-Za-z]{32}$/.test(key)
    ? undefined
    : {
        kind: "key-shape",
        says:
          key.trim() === key
            ? `WECHAT_PAY_API_KEY has ${key.length} characters${key.length === 32 ? ", not all of them letters and digits" : ""}.`
            : "WECHAT_PAY_API_KEY has white space around it.",
        remedy:
          "An APIv2 key (API密钥) is 32 letters and digits: take it from the merchant platform, 账户中心 → API安全.",
      };

const kinds: Readonly<Record<string, string>> = {
  "sign-type": "签名类型不符",
  "no-sign": "没有签名",
  order: "字段排序有误",
  encoding: "值在签名前被转码",
  charset: "字符集有误，应为 UTF-8",
  "missing-field": "有字段发送了却未参与签名",
  "extra-field": "有字段参与了签名却未发送",
  "changed-field": "签名与发送的值不同",
  "empty-field": "空值字段参与了签名",
  "key-form": "密钥拼接方式有误",
  "key-space": "密钥首尾有空白",
  "key-case": "密钥大小写有误",
  "key-shape": "密钥格式有误",
  "key-sent": "密钥出现在报文中",
  key: "用错了密钥",
  "lower-case": "签名应为大写",
  base64: "签名应为十六进制",
  amount: "金额应以分为单位",
};

interface Found {
  readonly mistakes: ReadonlyArray<Mistake>;
  /** Without the key; absent when it is not known what was signed. */
  readonly signed?: string | undefined;
}

const redacted = (text: string): string => `${text}${text === "" ? "" : "&"}key=<redacted>`;

const firstDifference = (a: string, b: string): number => {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
};

/** The text from a little before the difference on, so that it fits a line. */
const around = (text: string, at: number): string =>
  `${at > 20 ? "…" : ""}${text.slice(Math.max(0, at - 20), at + 28)}`;

const keysOf = ({ apiKey, apiV3Key, previousApiKey }: Settings) => {
  const trimmed = apiKey.trim();
  const valid: [KnownKey, ...Array<KnownKey>] = [{ key: trimmed, whose: "the API key (API密钥)" }];
  if (previousApiKey !== undefined) valid.push({ key: previousApiKey, whose: "the previous API key" });
  const others = [
    { key: apiKey, whose: "the white space around WECHAT_PAY_API_KEY as part of the key" },
    { key: apiV3Key ?? "", whose: "the APIv3 key, which is another one" },
  ].filter(({ key }) => key !== "" && key !== trimmed);
  return { valid, others };
};

const search = (fields: Fields, settings: Settings, signType: SignType | undefined): Found | "right" => {
  const { others, valid } = keysOf(settings);
  const said = fields.get("sign_type") ?? "";
  const algorithm = said === "" ? signType : undefined;
  if (algorithm !== undefined && valid.some(({ key }) => verify(fields, key, algorithm))) return "right";
  const { finding, right } = diagnose(fields, valid, others);
  if (right) return "right";
  if (finding !== undefined) return { mistakes: finding.mistakes, signed: finding.text };
  const keys = [...valid, ...others].map(({ key }) => key);
  const found = Suspicions.find(fields, keys, settings.known);
  if (found !== undefined) return { mistakes: [found.mistake], signed: found.text };
  const shape = shapeOf(settings.apiKey);
  return { mistakes: shape === undefined ? [] : [shape] };
};

/** The fields that hold one of these keys, or are called so. */
const holding = (fields: Fields, keys: ReadonlyArray<string>): ReadonlyArray<string> => {
  const hide = Secrets.hiding(keys);
  return [...fields].flatMap(([name, value]) => (hide(name) === name && hide(value) === value ? [] : [name]));
};

const keySent = (names: ReadonlyArray<string>): Mistake => ({
  kind: "key-sent",
  says: `The API key is a field of the message (${names.map((name) => shownField(name)).join(", ")}): it is never sent, only appended when signing.`,
  remedy:
    "Leave it out of the message. If one was sent so, set another key in the merchant platform, 账户中心 → API安全.",
});

const right = (say: Say, algorithm: string, toSign: string, leak: Mistake | undefined): Answer => ({
  exitCode: 0,
  json: {
    ok: true,
    value: { signType: algorithm, stringToSign: toSign, ...(leak !== undefined && { mistakes: [leak] }) },
  },
  text: [
    `${styled("green", "✓")} ${say("The signature matches", "签名正确")} (${algorithm})`,
    ...(leak === undefined ? [] : [mistakeLine(say, leak), list([[say("remedy", "解决办法"), leak.remedy]])]),
  ].join("\n"),
});

const mistakeLine = (say: Say, { kind, says }: Mistake): string => {
  const headline = say("", kinds[kind] ?? "");
  return `${styled("red", "✗")} ${plain(headline === "" ? says : `${headline}: ${says}`)}`;
};

/** What the command says to these bytes; the keys may still be in it. */
const answerTo = (
  say: Say,
  bytes: Uint8Array,
  settings: Settings,
  signType: SignType | undefined,
  keys: ReadonlyArray<string>,
): Answer => {
  const readable = read(bytes);
  if (Result.isFailure(readable)) {
    const message = `the message cannot be read: ${readable.failure}`;
    return failed({ reason: "Unreadable", outcome: "not-accepted", advice: "fix-request", message });
  }
  // Before it is cut or compared: of a part nobody could tell that it is one of a key.
  const hide = Secrets.hiding(keys);
  const fields = readable.success;
  const leaks = holding(fields, keys);
  const leak = leaks.length === 0 ? undefined : keySent(leaks);
  const asSent = search(fields, settings, signType);
  if (asSent === "right") {
    return right(say, fields.get("sign_type") || signType || "MD5", redacted(hide(signingText(fields))), leak);
  }
  const meant = new Map([...fields].filter(([name]) => !leaks.includes(name)));
  const found = leak === undefined ? asSent : search(meant, settings, signType);
  const expected = hide(signingText(meant));
  const signed = found === "right" || found.signed === undefined ? undefined : hide(found.signed);
  const mistakes = [...(leak === undefined ? [] : [leak]), ...(found === "right" ? [] : found.mistakes)];
  const differsAt = signed === undefined || signed === expected ? undefined : firstDifference(expected, signed);
  const unnamed = say(
    "The signature does not match, and none of the known mistakes explains it: another key, or a value that was changed after signing.",
    "签名不匹配，且不属于任何已知的错误：可能是密钥不对，或签名之后又改了值。",
  );
  const says = mistakes.length === 0 ? unnamed : mistakes.map(({ says }) => says).join(" ");
  return {
    exitCode: 1,
    json: {
      ok: false,
      error: { reason: "WrongSign", outcome: "not-accepted", advice: "fix-account", message: says },
      mistakes,
      stringToSign: redacted(expected),
      ...(signed !== undefined && { signed: redacted(signed) }),
      ...(differsAt !== undefined && { differsAt }),
    },
    text: [
      ...(mistakes.length === 0
        ? [`${styled("red", "✗")} ${unnamed}`]
        : mistakes.map((mistake) => mistakeLine(say, mistake))),
      list([
        ...mistakes.map(({ remedy }) => [say("remedy", "解决办法"), remedy] as const),
        [say("to sign", "应签字符串"), redacted(expected)],
        [say("was signed", "实签字符串"), signed === undefined || signed === expected ? undefined : redacted(signed)],
        [say("differs at", "差异位置"), differsAt === undefined ? undefined : String(differsAt)],
        [say("  expected", "  应为"), differsAt === undefined ? undefined : around(redacted(expected), differsAt)],
        [
          say("  signed", "  实为"),
          signed === undefined || differsAt === undefined ? undefined : around(redacted(signed), differsAt),
        ],
        [say("see", "参见"), "docs/errors.md#protocolrejected"],
      ]),
    ].join("\n"),
  };
};

/** What the command says to these bytes. */
export const answer = (say: Say, bytes: Uint8Array, settings: Settings, signType: SignType | undefined): Answer => {
  const { apiKey, apiV3Key, previousApiKey } = settings;
  const keys = [apiKey, previousApiKey, apiV3Key].filter((key) => key !== undefined);
  return Secrets.without(keys, answerTo(say, bytes, settings, signType, keys));
};

const reveal = (key: Redacted.Redacted<string> | undefined): string | undefined => key && Redacted.value(key);

/** The command. */
export const command = (say: Say) =>
  Command.make(
    "explain",
    {
      signType: Flag.Literals("sign-type", ["HMAC-SHA256", "MD5"]).pipe(
        Flag.withMetavar("algorithm"),
        Flag.withDescription(
          say(
            "Of a message without sign_type, such as a reply; MD5 unless given",
            "报文没有 sign_type 时（如应答）的签名类型；默认 MD5",
          ),
        ),
        Flag.optional,
      ),
      protocol: Flags.protocol(say),
      now: Flags.now(say),
      json: Flags.off("json", say("Print the result as JSON", "以 JSON 输出结果")),
    },
    Effect.fnUntraced(function* ({ json, now, protocol, signType }) {
      if ((yield* protocolOf(protocol)) === "v3") {
        const { run } = yield* Effect.promise(() => import("./ExplainV3.ts"));
        return yield* run(say, json, now);
      }
      const bytes = yield* Input.read(Xml.defaultMaxBytes, "a message as sent: its XML, or its fields as JSON");
      const apiKey = reveal(yield* Environment.secret("WECHAT_PAY_API_KEY"));
      if (apiKey === undefined || apiKey.trim() === "") {
        const message = "the API key (API密钥) is missing: set WECHAT_PAY_API_KEY to it";
        const error = { reason: "CannotSign", outcome: "not-accepted", advice: "fix-account", message } as const;
        return yield* give(failed(error, { exitCode: 2 }), json ? "json" : "text");
      }
      const settings: Settings = {
        apiKey,
        previousApiKey: reveal(yield* Environment.secret("WECHAT_PAY_PREVIOUS_API_KEY")),
        apiV3Key: reveal(yield* Environment.secret("WECHAT_PAY_API_V3_KEY")),
        known: new Map([
          ["appid", (yield* Environment.text("WECHAT_PAY_APP_ID")) ?? ""],
          ["mch_id", (yield* Environment.text("WECHAT_PAY_MCH_ID")) ?? ""],
          ["sub_appid", (yield* Environment.text("WECHAT_PAY_SUB_APP_ID")) ?? ""],
          ["sub_mch_id", (yield* Environment.text("WECHAT_PAY_SUB_MCH_ID")) ?? ""],
        ]),
      };
      const { text, ...document } = answer(say, bytes, settings, Option.getOrUndefined(signType));
      return yield* json || text === undefined ? give(document) : give({ ...document, text }, "text");
    }),
  ).pipe(
    Command.withShortDescription(say("Find out why a signature does not match", "查明签名为何不匹配")),
    Command.withDescription(
      say(
        "Reads a message as it was sent from standard input, its XML or its fields as a JSON object with their sign, and names the mistake " +
          "in signing that gives this very signature. The API key comes from WECHAT_PAY_API_KEY; WECHAT_PAY_PREVIOUS_API_KEY and " +
          "WECHAT_PAY_API_V3_KEY are tried too. With --protocol v3 the input is a JSON object of method, url, body and authorization, " +
          "the header field that was sent, and 401 SIGN_ERROR is explained by WECHAT_PAY_V3_SERIAL_NO and WECHAT_PAY_V3_PRIVATE_KEY_FILE. No key is printed. Exit codes: 0 the signature matches; 1 it does not; 2 no key.",
        "从标准输入读取实际发送的报文（XML，或包含 sign 的字段 JSON 对象），找出恰好会得到该签名的错误做法。密钥取自 WECHAT_PAY_API_KEY，" +
          "也会尝试 WECHAT_PAY_PREVIOUS_API_KEY 与 WECHAT_PAY_API_V3_KEY。使用 --protocol v3 时，输入为包含 method、url、body 与 authorization 的 JSON 对象，" +
          "用 WECHAT_PAY_V3_SERIAL_NO 与 WECHAT_PAY_V3_PRIVATE_KEY_FILE 查明 401 SIGN_ERROR 的原因。不会输出密钥。退出码：0 签名正确；1 签名不匹配；2 没有密钥。",
      ),
    ),
    Command.withExamples([{ command: "wechat-refund explain < request.xml" }]),
  );
