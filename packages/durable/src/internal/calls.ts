/** The calls of a stored refund: with the fields that were frozen, whatever the configuration says by now, and with the reply as it came. */
import { createHash } from "node:crypto";
import { Merchant } from "@wechat-refund/core/Merchant";
import { hasV2, type Protocol, type Registered, type RegisteredV2 } from "@wechat-refund/core/Merchants";
import * as RefundClient from "@wechat-refund/core/RefundClient";
import type { RefundAccepted } from "@wechat-refund/core/Refund";
import { RefundError, TransportFailed } from "@wechat-refund/core/RefundError";
import type { RefundRecord } from "@wechat-refund/core/RefundQuery";
import { LeavesNow } from "@wechat-refund/core/Speaker";
import { Transport, TransportError, type TransportReply, Unusable } from "@wechat-refund/core/Transport";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import { type Frozen, requestOf } from "../Frozen.ts";
import type { Proof } from "../RefundStore.ts";
import type { Row } from "./row.ts";

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

/** What of a stored refund its calls need. */
export type Stored = Pick<Row, "frozen" | "protocol" | "refundId">;

export interface Calls {
  /** Why it cannot be called for here, where it cannot: then it needs no turn, and no call of it is begun. */
  readonly lacks: (refund: Stored, call: "send" | "ask") => RefundError | undefined;
  /**
   * What is to be done before a call of it is begun, where there is anything. It gives why the call cannot be made on this side; whether the
   * gateway is there, the call itself shows.
   */
  readonly ready: (refund: Stored, call: "send" | "ask") => Effect.Effect<RefundError | undefined> | undefined;
  readonly send: (refund: Stored) => Effect.Effect<RefundAccepted, RefundError>;
  readonly ask: (refund: Stored) => Effect.Effect<RefundRecord, RefundError>;
}

/** APIv2: those that were recorded with another appid are called for with that one. */
const ofV2 = ({ services }: RegisteredV2) => {
  const merchant = Context.get(services, Merchant);
  const transport = capturing(Context.get(services, Transport));
  const clients = new Map<string, RefundClient.RefundClient["Service"]>();
  return ({ appId, subAppId }: Frozen): RefundClient.RefundClient["Service"] => {
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
};

const operations = { send: "refund", ask: "refundquery" } as const;

const failed = (call: "send" | "ask", { asked: { outRefundNo } }: Frozen, reason: TransportFailed): RefundError =>
  new RefundError({ operation: operations[call], outRefundNo, reason });

/** The merchant has lost the protocol that began this refund. Another one would not know it, or make it again. */
const without = (protocol: Protocol): TransportFailed =>
  new TransportFailed({
    error: new TransportError({
      reason: new Unusable({
        detail: `it was begun through ${protocol}, and this merchant has no ${protocol} block: give it one until its refunds are settled`,
      }),
    }),
  });

/** The calls for one merchant, each through the protocol that began the refund. */
export const make = (registered: Registered): Calls => {
  const v2 = hasV2(registered) ? ofV2(registered) : undefined;
  const { v3: other } = registered;
  const v3 = other?.speaker.client(capturing(other.transport));
  const clientOf = ({ frozen, protocol }: Stored) => (protocol === "v3" ? v3 : v2?.(frozen));
  const lacking = (call: "send" | "ask", { frozen, protocol }: Stored) => failed(call, frozen, without(protocol));
  return {
    lacks: (refund, call) => (clientOf(refund) === undefined ? lacking(call, refund) : undefined),
    ready: ({ frozen, protocol }, call) => {
      const ready = protocol === "v3" ? other?.speaker.ready : undefined;
      if (ready === undefined) return undefined;
      return Effect.match(ready, {
        onSuccess: () => undefined,
        onFailure: (reason) => (reason.error.reason._tag === "Unusable" ? failed(call, frozen, reason) : undefined),
      });
    },
    send: (refund) => clientOf(refund)?.refund(requestOf(refund.frozen)) ?? Effect.fail(lacking("send", refund)),
    // One number has one refund: WeChat Pay's own number of it, once known, never becomes another.
    ask: (refund) =>
      clientOf(refund)?.confirm({ ...requestOf(refund.frozen), refundId: refund.refundId }) ??
      Effect.fail(lacking("ask", refund)),
  };
};

const proofOf = (call: Proof["call"], headers: Readonly<Record<string, string>>, body: Uint8Array): Proof => ({
  call,
  digest: createHash("sha256").update(body).digest("hex"),
  headers: JSON.stringify(headers),
  body,
});

/** A notice of APIv3 as a proof: what signs it, and nothing else of its header, which whoever posted it has written. */
export const proofOfNotice = (headers: Readonly<Record<string, string>>, body: Uint8Array): Proof =>
  proofOf("notice", Object.fromEntries(Object.entries(headers).filter(([name]) => /^wechatpay-/i.test(name))), body);

/** Runs a call, if it may leave by the time that it can, and gives its reply beside its result. */
export const captured = <A, E>(
  call: Effect.Effect<A, E>,
  mayLeave: () => boolean,
): { readonly run: Effect.Effect<A, E>; readonly proof: (of: "send" | "ask") => Proof | undefined } => {
  const box: Box = { mayLeave };
  return {
    run: Effect.provideContext(call, Context.make(Captured, box).pipe(Context.add(LeavesNow, true))),
    proof: (of) => (box.reply === undefined ? undefined : proofOf(of, box.reply.headers ?? {}, box.reply.body)),
  };
};
