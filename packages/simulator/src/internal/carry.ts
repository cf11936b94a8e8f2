/** One call through a gateway and past its next fault: the same for every carrier. */
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import type { Call, Reply } from "../Call.ts";
import type { Gateway } from "../Gateway.ts";
import { distort } from "./distort.ts";

/**
 * No reply came: the gateway never heard the request, its reply was lost, the connection was reset, or its front closed it over the
 * client certificate.
 */
export type NoReply = "unheard" | "lost" | "reset" | "refused";

export interface Carried {
  readonly reply: Reply;
  /** After so many bytes of the body the connection ends. */
  readonly cut?: number;
  /** The reply arrives a second time. */
  readonly twice?: true;
}

const nothing: Reply = { status: 0, contentType: "", body: new Uint8Array() };

export const carry = Effect.fnUntraced(function* (
  gateway: Gateway,
  call: Omit<Call, "now" | "fault">,
): Effect.fn.Return<Carried, NoReply> {
  const fault = gateway.faults.take(call.path) ?? gateway.chaos.draw(call.path, call.body);
  const tag = fault?._tag;
  if (tag === "Drop") return yield* Effect.fail("unheard" as const);
  if (tag === "Reset" && !fault.reached) return yield* Effect.fail("reset" as const);
  if (tag === "Replace" && !fault.reached) return { reply: distort(nothing, fault) };
  if (tag === "Delay" && fault.part === "request") yield* Effect.sleep(fault.millis);
  if (gateway.isSilent(call)) return yield* Effect.fail("refused" as const);
  const now = gateway.clock.at(yield* Clock.currentTimeMillis);
  const reply = gateway.handle({ ...call, now, ...(fault !== undefined && { fault }) });
  if (tag === "LoseReply") return yield* Effect.fail("lost" as const);
  if (tag === "Reset") return yield* Effect.fail("reset" as const);
  if (tag === "Delay" && fault.part === "reply") yield* Effect.sleep(fault.millis);
  return {
    reply,
    ...(tag === "Cut" && { cut: fault.bytes }),
    ...(tag === "Stray" && { twice: true as const }),
  };
});
