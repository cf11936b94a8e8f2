/** `decode --protocol v3`: what a reply says, and whether it is to be believed, without a request to match. */
import * as Operation from "@wechat-refund/apiv3/Operation";
import type * as PlatformKeys from "@wechat-refund/apiv3/PlatformKeys";
import { operation as refund } from "@wechat-refund/apiv3/Refund";
import { operation as query } from "@wechat-refund/apiv3/RefundQuery";
import { MalformedReply, type Reason, RefundError } from "@wechat-refund/core/RefundError";
import type { TransportReply } from "@wechat-refund/core/Transport";
import * as Effect from "effect/Effect";
import type * as Option from "effect/Option";
import * as Result from "effect/Result";
import { type Answer, failed, give } from "../Ending.ts";
import * as Secrets from "../Secrets.ts";
import * as V3 from "../V3.ts";

const known = ["status", "headers", "body"];
const operations = { refund, query } as const;
export type Kind = keyof typeof operations;

/** The reply that the input describes. */
export const replyOf = (fields: V3.Fields): Result.Result<TransportReply, string> =>
  Result.gen(function* () {
    const { status } = fields;
    if (typeof status !== "number" || !Number.isInteger(status) || status < 100 || status > 599) {
      return yield* Result.fail("status must be an HTTP status");
    }
    return { status, headers: yield* V3.headersOf(fields["headers"]), body: yield* V3.bodyOf(fields["body"]) };
  });

const noKey = failed(
  {
    reason: "CannotVerify",
    outcome: "unknown",
    advice: "fix-account",
    message:
      "WeChat Pay's public key (微信支付公钥) is missing: set WECHAT_PAY_V3_PUBLIC_KEY_FILE and WECHAT_PAY_V3_PUBLIC_KEY_ID, or give a platform certificate (平台证书) as the file",
  },
  { exitCode: 2 },
);

/** What the command says. */
export const answer = (
  kind: Kind,
  input: Result.Result<V3.Fields, string>,
  keys: PlatformKeys.PlatformKeys,
  now: number,
): Answer => {
  // The two operations differ in what they give; what is printed of it is the same.
  const operation: Operation.Operation<never, unknown> = operations[kind];
  const read = Result.flatMap(input, replyOf).pipe(
    Result.mapError((problem): Reason => new MalformedReply({ problem })),
    Result.flatMap((reply) => Operation.read(operation, reply, { keys, now })),
  );
  return Result.match(read, {
    onSuccess: (value): Answer => ({ exitCode: 0, json: { ok: true, verified: true, value } }),
    onFailure: (reason): Answer => {
      if (keys.size === 0 && reason._tag === "UntrustedReply" && reason.problem === "unknown-key") return noKey;
      const { advice, message, outcome } = new RefundError({ operation: operation.name, reason });
      return failed(
        { reason: reason._tag, outcome, advice, message: reason.message },
        { text: message, isEnglish: true },
      );
    },
  });
};

/** Runs it. */
export const run = Effect.fnUntraced(function* (kind: Kind, now: Option.Option<number>) {
  const input = yield* V3.input("a JSON object of status, headers and body", known);
  const keys = yield* Effect.result(V3.platformKeys);
  if (Result.isFailure(keys)) return yield* give(V3.misconfigured(keys.failure));
  const said = answer(kind, input, keys.success, yield* V3.nowOf(now));
  return yield* give(Secrets.without(yield* Secrets.keys, said));
});
