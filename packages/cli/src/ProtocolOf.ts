/** Which protocol a command speaks. What only one of them needs is loaded by that one. */
import type { Protocol } from "@wechat-refund/core/Merchants";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import { type Answer, failed, give } from "./Ending.ts";
import * as Environment from "@wechat-refund/checkup/Environment";

/** A wrong command line or environment. */
export const misconfigured = (message: string): Answer =>
  failed({ reason: "WrongEnvironment", outcome: "not-accepted", advice: "fix-account", message }, { exitCode: 2 });

/** The protocol of the flag, of the environment, or APIv2; `json`: how it is said that the environment names none. */
export const protocolOf = Effect.fnUntraced(function* (flag: Option.Option<Protocol>, json: boolean) {
  if (Option.isSome(flag)) return flag.value;
  const given = yield* Environment.text("WECHAT_PAY_PROTOCOL");
  if (given === undefined || given === "v2" || given === "v3") return given ?? ("v2" as const);
  yield* give(misconfigured("WECHAT_PAY_PROTOCOL must be v2 or v3"), json ? "json" : "text");
  return yield* Effect.never;
});
