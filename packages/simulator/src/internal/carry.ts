/** One call through a gateway and past its next fault: the same for every carrier. */
import { Clock, Effect } from "effect";
import type { Call, Reply } from "../Call.ts";
import type { Fault } from "../Fault.ts";
import type { Gateway } from "../Gateway.ts";

/** No reply came: the gateway never heard the request, or its reply was lost. */
export type NoReply = "unheard" | "lost";

const decoder = new TextDecoder();
const encoder = new TextEncoder();

const distort = (reply: Reply, fault: Fault | undefined): Reply => {
  switch (fault?._tag) {
    case "Mangle":
      return { ...reply, body: encoder.encode(decoder.decode(reply.body).replace(fault.find, () => fault.put)) };
    case "Truncate":
      return { ...reply, body: reply.body.slice(0, fault.bytes) };
    case "Replace":
      return {
        status: fault.status,
        contentType: fault.contentType ?? "text/html",
        body: typeof fault.body === "string" ? encoder.encode(fault.body) : fault.body,
      };
    default:
      return reply;
  }
};

const nothing: Reply = { status: 0, contentType: "", body: new Uint8Array() };

export const carry = Effect.fnUntraced(function* (
  gateway: Gateway,
  call: Omit<Call, "now" | "refuse">,
): Effect.fn.Return<Reply, NoReply> {
  const fault = gateway.faults.take(call.path);
  if (fault?._tag === "Drop") return yield* Effect.fail("unheard" as const);
  if (fault?._tag === "Replace" && !fault.reached) return distort(nothing, fault);
  if (fault?._tag === "Delay" && fault.part === "request") yield* Effect.sleep(fault.millis);
  const now = yield* Clock.currentTimeMillis;
  const reply = gateway.handle({ ...call, now, ...(fault?._tag === "Refuse" && { refuse: fault }) });
  if (fault?._tag === "LoseReply") return yield* Effect.fail("lost" as const);
  if (fault?._tag === "Delay" && fault.part === "reply") yield* Effect.sleep(fault.millis);
  return distort(reply, fault);
});
