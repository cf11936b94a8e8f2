import { text } from "@wechat-refund/checkup/Environment";
import * as Effect from "effect/Effect";

/** Who is at the terminal, for the histories of refunds. */
export const atTerminal: Effect.Effect<string> = Effect.gen(function* () {
  return (yield* text("USER")) ?? (yield* text("LOGNAME")) ?? (yield* text("USERNAME")) ?? "somebody";
});
