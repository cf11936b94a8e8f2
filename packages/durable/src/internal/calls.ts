/** The calls of a stored refund: with the fields that were frozen, whatever the configuration says by now, and with the reply as it came. */
import { createHash } from "node:crypto";
import { Merchant } from "@wechat-refund/core/Merchant";
import type { Registered } from "@wechat-refund/core/Merchants";
import * as RefundClient from "@wechat-refund/core/RefundClient";
import type { RefundAccepted } from "@wechat-refund/core/Refund";
import type { RefundError } from "@wechat-refund/core/RefundError";
import type { RefundRecord } from "@wechat-refund/core/RefundQuery";
import { Transport, type TransportReply } from "@wechat-refund/core/Transport";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import { type Frozen, requestOf } from "../Frozen.ts";
import type { Proof } from "../RefundStore.ts";

interface Box {
  reply?: TransportReply;
  /** Whether the call may leave, asked when it does. */
  readonly mayLeave: () => boolean;
}

/** Where the reply of the call at hand is put. */
const Captured = Context.Reference<Box | undefined>("@wechat-refund/durable/Captured", {
  defaultValue: () => undefined,
});

const capturing = (transport: Transport["Service"]): Transport["Service"] => ({
  ...transport,
  send: (request) =>
    Effect.flatMap(Captured, (box) =>
      box === undefined
        ? transport.send(request)
        : Effect.tap(transport.send({ ...request, mayLeave: box.mayLeave }), (reply) =>
            Effect.sync(() => void (box.reply = reply)),
          ),
    ),
});

export interface Calls {
  readonly send: (frozen: Frozen) => Effect.Effect<RefundAccepted, RefundError>;
  readonly ask: (frozen: Frozen) => Effect.Effect<RefundRecord, RefundError>;
}

/** The calls for one merchant. Those that were recorded with another appid are made with that one. */
export const make = ({ services }: Registered): Calls => {
  const merchant = Context.get(services, Merchant);
  const transport = capturing(Context.get(services, Transport));
  const clients = new Map<string, RefundClient.RefundClient["Service"]>();
  const clientOf = ({ appId, subAppId }: Frozen): RefundClient.RefundClient["Service"] => {
    const key = `${appId} ${subAppId ?? ""}`;
    const known = clients.get(key);
    if (known !== undefined) return known;
    const { subAppId: _, ...rest } = merchant;
    const identity = { ...rest, appId, ...(subAppId !== undefined && { subAppId }) };
    const context = Context.make(Merchant, identity).pipe(Context.add(Transport, transport));
    const made = Effect.runSync(Effect.provideContext(RefundClient.make, context));
    clients.set(key, made);
    return made;
  };
  return {
    send: (frozen) => clientOf(frozen).refund(requestOf(frozen)),
    ask: (frozen) => clientOf(frozen).confirm(requestOf(frozen)),
  };
};

/** Runs a call, if it may leave by the time that it can, and gives its reply beside its result. */
export const captured = <A, E>(
  call: Effect.Effect<A, E>,
  mayLeave: () => boolean,
): { readonly run: Effect.Effect<A, E>; readonly proof: (of: "send" | "ask") => Proof | undefined } => {
  const box: Box = { mayLeave };
  return {
    run: Effect.provideService(call, Captured, box),
    proof: (of) =>
      box.reply === undefined
        ? undefined
        : {
            call: of,
            digest: createHash("sha256").update(box.reply.body).digest("hex"),
            headers: JSON.stringify(box.reply.headers ?? {}),
            body: box.reply.body,
          },
  };
};
