/** `notice --protocol v3`: what a callback of APIv3 says, once its signature, its time and its seal hold. */
import { keyIssue } from "@wechat-refund/apiv3/Merchant";
import type * as PlatformKeys from "@wechat-refund/apiv3/PlatformKeys";
import { open } from "@wechat-refund/apiv3/RefundNotice";
import { BadNotice, type Callback, type RefundNotice } from "@wechat-refund/core/RefundNotice";
import * as Effect from "effect/Effect";
import type * as Option from "effect/Option";
import type * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import { type Answer, give } from "../Ending.ts";
import { answerTo } from "./BadNotice.ts";
import * as Environment from "@wechat-refund/checkup/Environment";
import type { Say } from "@wechat-refund/checkup/Language";
import * as Secrets from "../Secrets.ts";
import * as V3 from "../V3.ts";

const knownFields = ["headers", "body"];

/** Whose notice it must be; what is not given is taken from the notice itself. */
export interface Identity {
  readonly mchId?: string | undefined;
  readonly subMchId?: string | undefined;
}

export interface Opener {
  readonly apiV3Key: Redacted.Redacted<string>;
  readonly keys: PlatformKeys.PlatformKeys;
  readonly now: number;
}

const callbackOf = (fields: V3.Fields): Result.Result<Callback, string> =>
  Result.gen(function* () {
    return { headers: yield* V3.headersOf(fields["headers"]), body: yield* V3.bodyOf(fields["body"]) };
  });

/** Opens it for whom the environment names; a number that it does not name is the notice's own, once everything else holds. */
const opened = (callback: Callback, identity: Identity, opener: Opener): Result.Result<RefundNotice, BadNotice> => {
  const mchId = identity.mchId ?? "";
  const first = open(callback, { ...opener, mchId, subMchId: identity.subMchId });
  if (Result.isSuccess(first)) return first;
  const { field, problem, received } = first.failure;
  if (problem !== "other-merchant") return first;
  if (field === "mchid" && received === undefined && identity.subMchId === undefined) {
    return opened(callback, { ...identity, subMchId: "" }, opener);
  }
  if (received === undefined) return first;
  if (field === "sub_mchid") {
    return identity.subMchId === "" ? opened(callback, { ...identity, subMchId: received }, opener) : first;
  }
  return identity.mchId === undefined ? opened(callback, { ...identity, mchId: received }, opener) : first;
};

/** What the command says. */
export const answer = (
  say: Say,
  input: Result.Result<V3.Fields, string>,
  identity: Identity,
  opener: Opener,
): Answer => {
  const callback = Result.flatMap(input, callbackOf);
  if (Result.isFailure(callback)) {
    const message = callback.failure;
    return {
      exitCode: 1,
      json: { ok: false, error: { reason: "BadNotice", problem: "not-json", message } },
      text: `BadNotice: not-json: ${message}`,
      isEnglish: true,
    };
  }
  return Result.match(opened(callback.success, identity, opener), {
    onSuccess: (value): Answer => ({ exitCode: 0, json: { ok: true, value } }),
    onFailure: (bad): Answer => answerTo(say, bad),
  });
};

const cannotOpen = (message: string): Answer => ({
  exitCode: 2,
  json: { ok: false, error: { reason: "CannotOpen", message } },
  text: `CannotOpen: ${message}`,
  isEnglish: true,
});

/** Runs it. */
export const run = Effect.fnUntraced(function* (say: Say, now: Option.Option<number>) {
  const input = yield* V3.input("a JSON object of headers and body", knownFields);
  const apiV3Key = yield* Environment.secret("WECHAT_PAY_V3_KEY");
  if (apiV3Key === undefined) {
    return yield* give(cannotOpen("the APIv3 key (APIv3密钥) is missing: set WECHAT_PAY_V3_KEY to it"));
  }
  const problem = keyIssue(apiV3Key);
  if (problem !== undefined) return yield* give(cannotOpen(`WECHAT_PAY_V3_KEY ${problem}`));
  const keys = yield* Effect.result(V3.platformKeys);
  if (Result.isFailure(keys)) return yield* give(cannotOpen(keys.failure));
  if (keys.success.size === 0) {
    return yield* give(
      cannotOpen(
        "WeChat Pay's public key (微信支付公钥) is missing: set WECHAT_PAY_V3_PUBLIC_KEY_FILE and WECHAT_PAY_V3_PUBLIC_KEY_ID",
      ),
    );
  }
  const identity = {
    mchId: yield* Environment.text("WECHAT_PAY_MCH_ID"),
    subMchId: yield* Environment.text("WECHAT_PAY_SUB_MCH_ID"),
  };
  const said = answer(say, input, identity, { apiV3Key, keys: keys.success, now: yield* V3.nowOf(now) });
  return yield* give(Secrets.without(yield* Secrets.keys, said));
});
