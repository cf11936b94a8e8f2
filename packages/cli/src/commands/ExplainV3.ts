/**
 * `explain --protocol v3`: why the gateway answers 401 SIGN_ERROR (签名错误) to a request of APIv3. The finder of causes is the simulator's.
 */
import { createPublicKey } from "node:crypto";
import * as Credential from "@wechat-refund/apiv3/Credential";
import * as Merchant from "@wechat-refund/apiv3/Merchant";
import * as Effect from "effect/Effect";
import type * as Option from "effect/Option";
import * as Result from "effect/Result";
import { diagnose, type DiagnosisV3, readAuthorizationAsMeant } from "@wechat-refund/simulator/DiagnosisV3";
import { type Answer, failed, give } from "../Ending.ts";
import * as Said from "../explain/Said.ts";
import type { Say } from "@wechat-refund/checkup/Language";
import { list, styled } from "../Print.ts";
import * as Secrets from "../Secrets.ts";
import * as V3 from "../V3.ts";

const known = ["method", "url", "body", "authorization"];

/** The request as it was sent. */
interface Sent {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** With the host, where the input had one. */
  readonly url: string;
  readonly body: string;
  readonly authorization: string;
}

const sentOf = (fields: V3.Fields): Result.Result<Sent, string> => {
  const { authorization, body = "", method, url } = fields;
  if (typeof method !== "string" || !/^[A-Za-z]{1,16}$/.test(method)) return Result.fail("method must be GET or POST");
  if (typeof url !== "string" || !/^(?:https?:\/\/[^/?#]+)?\/[^\s#]*$/i.test(url)) {
    return Result.fail("url must be an address or its path with the query, as it was sent");
  }
  if (typeof body !== "string" || !body.isWellFormed()) return Result.fail("body must be the text as it was sent");
  if (typeof authorization !== "string") return Result.fail("authorization must be the header field as it was sent");
  return Result.succeed({
    method: method.toUpperCase(),
    url,
    target: url.replace(/^https?:\/\/[^/?#]+/i, ""),
    body,
    authorization,
  });
};

/** The gateway takes so many seconds. */
const window = 300;

const look = (
  { body, method, target, url }: Sent,
  { credentials }: ReturnType<typeof readAuthorizationAsMeant>,
  credential: Credential.Credential,
  now: number,
): DiagnosisV3 | undefined => {
  if (credentials === undefined) return undefined;
  const secondsAway = Math.abs(now - Number(credentials.timestamp));
  return diagnose({
    request: { method, target, body: new TextEncoder().encode(body) },
    credentials,
    own: {
      mchId: credential.mchId,
      serialNo: credential.serialNo,
      publicKey: createPublicKey(credential.publicKey),
    },
    others: [],
    isMistimed: secondsAway > window,
    secondsAway,
    url,
  });
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
  const given = readAuthorizationAsMeant(sent.success.authorization);
  const diagnosis = look(sent.success, given, credential, now);
  const mistakes = [...given.mistakes, ...(diagnosis?.finding?.mistakes ?? [])];
  const names = [...sent.success.body.matchAll(/"((?:[^"\\]|\\.)*)"\s*:/g)].map(([, name = ""]) => name);
  const remarks = Said.nameless(diagnosis?.remarks ?? [], new Set(names));
  const all = [...mistakes, ...remarks];
  const message = diagnosis?.text;
  if (diagnosis?.right === true && mistakes.length === 0) {
    return {
      exitCode: 0,
      json: { ok: true, value: { message, ...(remarks.length > 0 && { mistakes: Said.json(remarks) }) } },
      text: [
        `${styled("green", "✓")} ${say("The signature matches", "签名正确")}`,
        ...Said.lines(say, remarks),
        ...(remarks.length === 0 ? [] : [list(Said.remedies(say, remarks))]),
      ].join("\n"),
    };
  }
  const unnamed = say(
    "The signature does not match, and none of the known mistakes explains it: another private key, or a text that was changed after signing.",
    "签名不匹配，且不属于任何已知的错误：可能是私钥不对，或签名之后又改了内容。",
  );
  const says = mistakes.length === 0 ? unnamed : mistakes.map((mistake) => mistake.says).join(" ");
  const signed = diagnosis?.finding?.text;
  const differsAt = message === undefined ? undefined : Said.difference(message, signed);
  return {
    exitCode: 1,
    json: {
      ok: false,
      error: { reason: "WrongSign", outcome: "not-accepted", advice: "fix-account", message: says },
      mistakes: Said.json(all),
      ...(message !== undefined && { message }),
      ...(differsAt !== undefined && { signed, differsAt }),
    },
    text: [
      ...(mistakes.length === 0 ? [`${styled("red", "✗")} ${unnamed}`] : []),
      ...Said.lines(say, all),
      list([
        ...Said.remedies(say, all),
        [say("to sign", "应签字符串"), message === undefined ? undefined : JSON.stringify(message)],
        [
          say("was signed", "实签字符串"),
          differsAt === undefined || signed === undefined ? undefined : JSON.stringify(signed),
        ],
        [say("differs at", "差异位置"), differsAt === undefined ? undefined : String(differsAt)],
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
