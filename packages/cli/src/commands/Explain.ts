/**
 * `explain`: why a message's signature does not match (签名错误). It tries the mistakes that people make, and names one only when
 * signing that way gives the very signature that came.
 */
import { fromRecord } from "@wechat-refund/core/Params";
import type { SignType } from "@wechat-refund/core/Signature";
import * as Xml from "@wechat-refund/core/Xml";
import { diagnose, inspect, type KnownKey } from "@wechat-refund/simulator/Diagnosis";
import { type Fields, signingText } from "@wechat-refund/simulator/Message";
import * as Command from "effect/cli/Command";
import * as Flag from "effect/cli/Flag";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import { type Answer, failed, give } from "../Ending.ts";
import * as Environment from "@wechat-refund/checkup/Environment";
import * as Said from "../explain/Said.ts";
import type { Mistake } from "../explain/Said.ts";
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

const shapeOf = (key: string): Mistake | undefined => {
  if (/^[0-9A-Za-z]{32}$/.test(key)) return undefined;
  const where = "账户中心 → API安全";
  const isPadded = key.trim() !== key;
  const count = `WECHAT_PAY_API_KEY has ${key.length} characters${key.length === 32 ? ", not all of them letters and digits" : ""}.`;
  const countZh = `WECHAT_PAY_API_KEY 有 ${key.length} 个字符${key.length === 32 ? "，其中有字母和数字之外的字符" : ""}。`;
  return {
    kind: "key-shape",
    says: isPadded ? "WECHAT_PAY_API_KEY has white space around it." : count,
    remedy: `An APIv2 key (API密钥) is 32 letters and digits: take it from the merchant platform, ${where}.`,
    zh: {
      says: isPadded ? "WECHAT_PAY_API_KEY 首尾有空白。" : countZh,
      remedy: `APIv2 的 API密钥是 32 位字母和数字，见商户平台：${where}。`,
    },
  };
};

interface Found {
  readonly mistakes: ReadonlyArray<Mistake>;
  /** What is odd beside the signature. */
  readonly remarks: ReadonlyArray<Mistake>;
  readonly isRight: boolean;
  readonly algorithm: string;
  /** Without the key; absent when it is not known what was signed. */
  readonly signed?: string | undefined;
}

const redacted = (text: string): string => `${text}${text === "" ? "" : "&"}key=<redacted>`;

const keysOf = ({ apiKey, apiV3Key, previousApiKey }: Settings) => {
  const trimmed = apiKey.trim();
  const valid: [KnownKey, ...Array<KnownKey>] = [
    { key: trimmed, whose: "the API key (API密钥)", whoseZh: "商户的 API密钥" },
  ];
  if (previousApiKey !== undefined) {
    valid.push({ key: previousApiKey, whose: "the previous API key", whoseZh: "上一个 API密钥" });
  }
  const others: ReadonlyArray<KnownKey> = [
    {
      key: apiKey,
      whose: "the white space around WECHAT_PAY_API_KEY as part of the key",
      whoseZh: "带有首尾空白的 WECHAT_PAY_API_KEY",
    },
    { key: apiV3Key ?? "", whose: "the APIv3 key, which is another one", whoseZh: "APIv3 密钥（与 API密钥不同）" },
  ];
  return { valid, others: others.filter(({ key }) => key !== "" && key !== trimmed) };
};

const search = (fields: Fields, settings: Settings, signType: SignType | undefined): Found => {
  const { others, valid } = keysOf(settings);
  const context = { known: settings.known, otherwise: signType };
  const { algorithm, finding, remarks, right } = diagnose(fields, valid, others, context);
  if (right) return { isRight: true, mistakes: [], remarks, algorithm };
  const shape = finding === undefined ? shapeOf(settings.apiKey) : undefined;
  return {
    isRight: false,
    mistakes: finding?.mistakes ?? (shape === undefined ? [] : [shape]),
    remarks,
    algorithm,
    signed: finding?.text,
  };
};

/** The fields that hold one of these keys, or are called so. */
const holding = (fields: Fields, keys: ReadonlyArray<string>): ReadonlyArray<string> => {
  const hide = Secrets.hiding(keys);
  return [...fields].flatMap(([name, value]) => (hide(name) === name && hide(value) === value ? [] : [name]));
};

const keySent = (names: ReadonlyArray<string>): Mistake => {
  const shown = names.map((name) => shownField(name)).join(", ");
  return {
    kind: "key-sent",
    says: `The API key is a field of the message (${shown}): it is never sent, only appended when signing.`,
    remedy:
      "Leave it out of the message. If one was sent so, set another key in the merchant platform, 账户中心 → API安全.",
    zh: {
      says: `API密钥出现在报文的字段中（${shown}）：它从不发送，只在签名时拼接。`,
      remedy: "请从报文中去除。若已这样发送过，请在商户平台（账户中心 → API安全）更换密钥。",
    },
  };
};

const matches = (say: Say, algorithm: string): string =>
  `${styled("green", "✓")} ${say("The signature matches", "签名正确")} (${algorithm})`;

const right = (say: Say, algorithm: string, toSign: string, beside: ReadonlyArray<Mistake>): Answer => ({
  exitCode: 0,
  json: {
    ok: true,
    value: { signType: algorithm, stringToSign: toSign, ...(beside.length > 0 && { mistakes: Said.json(beside) }) },
  },
  text: [
    matches(say, algorithm),
    ...Said.lines(say, beside),
    ...(beside.length === 0 ? [] : [list(Said.remedies(say, beside))]),
  ].join("\n"),
});

/** A message of which nobody can tell what was meant. */
const unreadable = (say: Say, message: string, mistakes: ReadonlyArray<Mistake>): Answer => {
  const said = failed({ reason: "Unreadable", outcome: "not-accepted", advice: "fix-request", message });
  if (mistakes.length === 0) return said;
  return {
    ...said,
    json: { ...(said.json as object), mistakes: Said.json(mistakes) },
    text: [
      `${styled("red", "✗")} ${say(plain(message), "无法读取该报文。")}`,
      ...Said.lines(say, mistakes),
      list(Said.remedies(say, mistakes)),
    ].join("\n"),
  };
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
  const meant = inspect(bytes, keysOf(settings).valid);
  const message = Result.isFailure(readable) ? `the message cannot be read: ${readable.failure}` : undefined;
  const fields = Result.isSuccess(readable) ? readable.success : meant.fields;
  const names = [...(fields?.keys() ?? []), ...(meant.fields?.keys() ?? [])];
  // Of a message that can be read only its bytes may be odd.
  const isOfBytes = ({ kind }: Mistake): boolean => kind === "bom" || kind === "charset";
  const form = Said.nameless(message === undefined ? meant.mistakes.filter(isOfBytes) : meant.mistakes, names);
  const given = Said.nameless(message === undefined ? [] : meant.remarks, names);
  if (fields === undefined) return unreadable(say, message ?? "", [...form, ...given]);
  // Before it is cut or compared: of a part nobody could tell that it is one of a key.
  const hide = Secrets.hiding(keys);
  const leaks = holding(fields, keys);
  const leak = leaks.length === 0 ? [] : [keySent(leaks)];
  const asSent = search(fields, settings, signType);
  const isWhole = message === undefined || (form.length === 0 && given.length > 0);
  if (asSent.isRight && isWhole) {
    const beside = [...leak, ...given, ...form, ...Said.nameless(asSent.remarks, names)];
    return right(say, asSent.algorithm, redacted(hide(signingText(fields))), beside);
  }
  const sent = new Map([...fields].filter(([name]) => !leaks.includes(name)));
  const found = leak.length === 0 || asSent.isRight ? asSent : search(sent, settings, signType);
  const expected = hide(signingText(sent));
  const signed = found.signed === undefined || !isWhole ? undefined : hide(found.signed);
  const mistakes = [...leak, ...form, ...Said.nameless(found.mistakes, names)];
  const beside = [...given, ...Said.nameless(found.remarks, names)];
  const all = [...mistakes, ...beside];
  const differsAt = Said.difference(expected, signed);
  const unnamed = say(
    "The signature does not match, and none of the known mistakes explains it: another key, or a value that was changed after signing.",
    "签名不匹配，且不属于任何已知的错误：可能是密钥不对，或签名之后又改了值。",
  );
  const isUnexplained = !found.isRight && found.mistakes.length === 0 && leak.length === 0;
  const says = mistakes.length === 0 ? unnamed : mistakes.map((mistake) => mistake.says).join(" ");
  return {
    exitCode: 1,
    json: {
      ok: false,
      error: {
        reason: isWhole ? "WrongSign" : "Unreadable",
        outcome: "not-accepted",
        advice: isWhole ? "fix-account" : "fix-request",
        message: isWhole ? says : message,
      },
      mistakes: Said.json(all),
      // Of what cannot be read nobody knows whether it is a message at all: nothing of it is repeated.
      ...(isWhole
        ? {
            stringToSign: redacted(expected),
            ...(signed !== undefined && { signed: redacted(signed) }),
            ...(differsAt !== undefined && { differsAt }),
          }
        : { signatureMatches: found.isRight }),
    },
    text: [
      ...(isWhole || message === undefined ? [] : [`${styled("red", "✗")} ${say(plain(message), "无法读取该报文。")}`]),
      ...(isUnexplained ? [`${styled("red", "✗")} ${unnamed}`] : []),
      ...Said.lines(say, all),
      ...(found.isRight ? [matches(say, found.algorithm)] : []),
      list([
        ...Said.remedies(say, all),
        [say("to sign", "应签字符串"), isWhole ? redacted(expected) : undefined],
        [say("was signed", "实签字符串"), signed === undefined || signed === expected ? undefined : redacted(signed)],
        [say("differs at", "差异位置"), differsAt === undefined ? undefined : String(differsAt)],
        [say("  expected", "  应为"), differsAt === undefined ? undefined : Said.around(redacted(expected), differsAt)],
        [
          say("  signed", "  实为"),
          signed === undefined || differsAt === undefined ? undefined : Said.around(redacted(signed), differsAt),
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
      if ((yield* protocolOf(protocol, json)) === "v3") {
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
