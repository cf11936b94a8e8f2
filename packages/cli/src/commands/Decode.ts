/**
 * `decode`: what a reply of the gateway says, and whether it is to be believed.
 *
 * The same stages as the client's, without a request to match: the grammar, the protocol's code, the signature, the merchant
 * where the environment names one, the business code, the typed fields.
 */
import {
  authenticate,
  decode,
  type Expectation,
  merchantExpectations,
  mismatch,
  type Operation,
  outcomeOf,
} from "@wechat-refund/core/Operation";
import type { Params } from "@wechat-refund/core/Params";
import { operation as refund } from "@wechat-refund/core/Refund";
import { GatewayRefused, type Reason, RefundError, UntrustedReply } from "@wechat-refund/core/RefundError";
import { operation as query } from "@wechat-refund/core/RefundQuery";
import type { Keys, KeyUsed, SignType } from "@wechat-refund/core/Signature";
import * as Argument from "effect/cli/Argument";
import * as Command from "effect/cli/Command";
import * as Effect from "effect/Effect";
import type * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import { type Answer, failed, give } from "../Ending.ts";
import * as Environment from "@wechat-refund/checkup/Environment";
import { now, protocol, signType } from "../Flags.ts";
import * as Input from "../Input.ts";
import type { Say } from "@wechat-refund/checkup/Language";
import { shownId } from "../Print.ts";
import { protocolOf } from "../ProtocolOf.ts";
import * as Secrets from "../Secrets.ts";

/** Which operation's reply it is. */
export type Kind = "refund" | "query";

/** Whom the reply must speak of; what is not given is not compared. */
export interface Identity {
  readonly appId?: string | undefined;
  readonly mchId?: string | undefined;
  readonly subMchId?: string | undefined;
}

/** What is needed to believe a reply. */
export interface Trust extends Identity {
  readonly signType: SignType;
  readonly apiKey: Redacted.Redacted<string> | undefined;
  readonly previousApiKey?: Redacted.Redacted<string> | undefined;
}

const operations = { refund, query } satisfies Record<Kind, unknown>;

const expectations = ({ appId = "", mchId = "", subMchId }: Identity, params: Params): ReadonlyArray<Expectation> =>
  merchantExpectations({ appId, mchId, ...(subMchId !== undefined && { subMchId }) })
    .filter(({ expected }) => expected !== undefined && expected !== "")
    .map((rule) =>
      rule.field === "sub_mch_id" ? { ...rule, required: params.get("result_code") === "SUCCESS" } : rule,
    );

/** Of the environment's settings only what has the form of an id is repeated. */
const shown = (foreign: UntrustedReply): UntrustedReply => {
  const { expected, field, problem, received } = foreign;
  if (expected === undefined) return foreign;
  return new UntrustedReply({
    problem,
    expected: shownId(expected),
    ...(field !== undefined && { field }),
    ...(received !== undefined && { received }),
  });
};

const interpret = <In, Out>(
  operation: Operation<In, Out>,
  body: Uint8Array,
  identity: Identity,
  keys: Keys,
  signType: SignType,
): Result.Result<{ readonly key: KeyUsed; readonly value: Out }, Reason> =>
  Result.gen(function* () {
    const reply = { status: 200, headers: {}, body };
    const params = yield* Result.mapError(decode(reply, operation.maxReplyBytes), (reason) =>
      // The bytes come without their status; the two certificate pages name it in their title.
      reason._tag === "GatewayRefused" && reason.page !== undefined
        ? new GatewayRefused({ status: 400, page: reason.page })
        : reason,
    );
    const key = yield* authenticate(params, keys, signType);
    const foreign = mismatch(params, expectations(identity, params));
    if (foreign !== undefined) return yield* Result.fail(shown(foreign));
    return { key, value: yield* outcomeOf(operation, params) };
  });

/** What the command says to these bytes. */
export const answer = (kind: Kind, bytes: Uint8Array, trust: Trust): Answer => {
  const { apiKey, previousApiKey, signType } = trust;
  if (apiKey === undefined) {
    return failed(
      {
        reason: "CannotVerify",
        outcome: "unknown",
        advice: "fix-account",
        message: "the API key (API密钥) is missing: set WECHAT_PAY_API_KEY to it",
      },
      { exitCode: 2 },
    );
  }
  // The two operations differ in what they give; what is printed of it is the same.
  const operation: Operation<never, unknown> = operations[kind];
  return Result.match(interpret(operation, bytes, trust, { apiKey, previousApiKey }, signType), {
    onSuccess: ({ key, value }): Answer => ({
      exitCode: 0,
      json: { ok: true, verified: true, ...(previousApiKey !== undefined && { key }), value },
    }),
    onFailure: (reason) => {
      const error = new RefundError({ operation: operation.name, reason });
      const { advice, message, outcome } = error;
      return failed(
        { reason: reason._tag, outcome, advice, message: reason.message },
        { text: message, isEnglish: true },
      );
    },
  });
};

/** The command. */
export const command = (say: Say) =>
  Command.make(
    "decode",
    {
      kind: Argument.Literals("operation", ["refund", "query"]).pipe(
        Argument.withDescription(
          say("Whose reply it is: of a refund application or of a refund query", "应答属于退款申请还是退款查询"),
        ),
      ),
      signType: signType(say),
      protocol: protocol(say),
      now: now(say),
    },
    Effect.fnUntraced(function* ({ kind, now, protocol, signType }) {
      if ((yield* protocolOf(protocol, true)) === "v3") {
        const { run } = yield* Effect.promise(() => import("./DecodeV3.ts"));
        return yield* run(kind, now);
      }
      const bytes = yield* Input.read(operations[kind].maxReplyBytes, "a reply's bytes");
      const trust: Trust = {
        signType,
        apiKey: yield* Environment.secret("WECHAT_PAY_API_KEY"),
        previousApiKey: yield* Environment.secret("WECHAT_PAY_PREVIOUS_API_KEY"),
        appId: yield* Environment.text("WECHAT_PAY_APP_ID"),
        mchId: yield* Environment.text("WECHAT_PAY_MCH_ID"),
        subMchId: yield* Environment.text("WECHAT_PAY_SUB_MCH_ID"),
      };
      return yield* give(Secrets.without(yield* Secrets.keys, answer(kind, bytes, trust)));
    }),
  ).pipe(
    Command.withShortDescription(say("Verify and read a reply of the gateway", "验签并解读微信支付的应答")),
    Command.withDescription(
      say(
        "Reads a reply's bytes from standard input, verifies its signature and prints what it says, as JSON. The API key comes from " +
          "WECHAT_PAY_API_KEY, during a key change also from WECHAT_PAY_PREVIOUS_API_KEY. Where WECHAT_PAY_APP_ID, WECHAT_PAY_MCH_ID or " +
          "WECHAT_PAY_SUB_MCH_ID are set, the reply must be that merchant's. With --protocol v3 the input is a JSON object of status, headers " +
          "and body, verified with WECHAT_PAY_V3_PUBLIC_KEY_FILE and WECHAT_PAY_V3_PUBLIC_KEY_ID.",
        "从标准输入读取应答原文，验证签名，以 JSON 输出其内容。密钥取自 WECHAT_PAY_API_KEY，换密钥期间还会尝试 " +
          "WECHAT_PAY_PREVIOUS_API_KEY。若设置了 WECHAT_PAY_APP_ID、WECHAT_PAY_MCH_ID 或 WECHAT_PAY_SUB_MCH_ID，应答必须属于该商户。使用 --protocol v3 " +
          "时，输入为包含 status、headers 与 body 的 JSON 对象，用 WECHAT_PAY_V3_PUBLIC_KEY_FILE 与 WECHAT_PAY_V3_PUBLIC_KEY_ID 验签。",
      ),
    ),
    Command.withExamples([{ command: "wechat-refund decode query --sign-type MD5 < reply.xml" }]),
  );
