/** `sign --protocol v3`: the text that is signed of a request, its signature, and the header field that carries it. */
import * as Credential from "@wechat-refund/apiv3/Credential";
import * as Merchant from "@wechat-refund/apiv3/Merchant";
import * as Signature from "@wechat-refund/apiv3/Signature";
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import { type Answer, failed, give } from "../Ending.ts";
import * as Secrets from "../Secrets.ts";
import * as V3 from "../V3.ts";

const known = ["method", "url", "timestamp", "nonce", "body"];

const invalid = (message: string): Answer =>
  failed({ reason: "InvalidParams", outcome: "not-accepted", advice: "fix-request", message }, { exitCode: 2 });

/** The path and query that are sent, of an address or of themselves. */
const pathOf = (url: unknown): string | undefined => {
  if (typeof url !== "string") return undefined;
  const path = url.replace(/^https?:\/\/[^/?#]+/i, "");
  return /^\/[!-~]*$/.test(path) && !path.includes("#") ? path : undefined;
};

/** What is signed, or the first thing that is wrong with it. */
export const partsOf = (fields: V3.Fields): Result.Result<Signature.RequestParts, string> => {
  const { body = "", method, nonce, timestamp, url } = fields;
  if (typeof method !== "string" || !/^[A-Za-z]{1,16}$/.test(method)) return Result.fail("method must be GET or POST");
  const path = pathOf(url);
  if (path === undefined) {
    return Result.fail("url must be an address or its path with the query, escaped as it is sent");
  }
  const seconds = typeof timestamp === "number" ? String(timestamp) : timestamp;
  if (typeof seconds !== "string" || !/^[0-9]{1,12}$/.test(seconds)) {
    return Result.fail("timestamp must be seconds since 1970");
  }
  if (typeof nonce !== "string" || !/^[!#-+\--~]{1,128}$/.test(nonce)) {
    return Result.fail("nonce must be printable characters, without a quote or a comma");
  }
  if (typeof body !== "string" || !body.isWellFormed()) return Result.fail("body must be the text as it is sent");
  return Result.succeed({ method, path, timestamp: seconds, nonce, body });
};

/** What the command says. */
export const answer = (input: Result.Result<V3.Fields, string>, credential: Credential.Credential): Answer =>
  Result.match(Result.flatMap(input, partsOf), {
    onSuccess: (parts): Answer => ({ exitCode: 0, json: Signature.sign(credential, parts) }),
    onFailure: invalid,
  });

/** Runs it. */
export const run = Effect.gen(function* () {
  const input = yield* V3.input("a JSON object of method, url, timestamp, nonce and body", known);
  const credential = yield* Merchant.credentialConfig.pipe(
    Effect.flatMap((options) => Effect.fromResult(Credential.make(options))),
    Effect.mapError(V3.environmentMessage),
    Effect.result,
  );
  if (Result.isFailure(credential)) return yield* give(V3.misconfigured(credential.failure));
  return yield* give(Secrets.without(yield* Secrets.keys, answer(input, credential.success)));
});
