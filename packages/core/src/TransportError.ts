/**
 * What a transport says when no whole reply came back.
 *
 * For a refund the question after a failure is whether the gateway may have acted, so every reason answers it: `sent` is
 * `"no"` only where it is a proof (no byte of the request was written, and none ever will be), and `"maybe"` everywhere else.
 * The foreign error behind it is kept as a {@link CauseSummary}, never as the object itself: Node's errors and agents hold
 * sockets, keys and passphrases.
 */
import * as Schema from "effect/Schema";
import { onOneLine } from "./Printed.ts";

/** Whether the gateway may have received the request: `"no"` is a proof, `"maybe"` is everything else. */
export type Sent = "no" | "maybe";

/** The part of a foreign error that is safe to keep: its class, its code and the system call, nothing it refers to. */
export const CauseSummary = Schema.Struct({
  name: Schema.String,
  code: Schema.optionalKey(Schema.String),
  syscall: Schema.optionalKey(Schema.String),
});
export type CauseSummary = typeof CauseSummary.Type;

/** Cuts any thrown value down to a {@link CauseSummary}. Total: never throws, whatever it is given. */
export const summarize = (cause: unknown): CauseSummary => {
  if (!(cause instanceof Error)) return { name: typeof cause };
  const { code, syscall } = cause as { readonly code?: unknown; readonly syscall?: unknown };
  return {
    name: cause.name,
    ...(typeof code === "string" && { code }),
    ...(typeof syscall === "string" && { syscall }),
  };
};

const Failure = {
  /** One plain sentence: what happened and, where there is one, the remedy. Never a key, certificate, sign or body. */
  detail: Schema.String,
  cause: Schema.optionalKey(CauseSummary),
};

const describe = (detail: string, cause: CauseSummary | undefined): string =>
  cause?.code === undefined ? detail : `${detail} (${cause.code})`;

/** No connection: the name does not resolve, the port is closed, there is no route. Not sent. */
export class Unreachable extends Schema.TaggedError<Unreachable>("@wechat-refund/core/Transport/Unreachable")(
  "Unreachable",
  Failure,
) {
  get sent(): Sent {
    return "no";
  }
  override get message(): string {
    return describe(this.detail, this.cause);
  }
}

/** A connection, but no secure one: trust, host name, protocol, or closed before the handshake ended. Not sent. */
export class HandshakeFailed extends Schema.TaggedError<HandshakeFailed>(
  "@wechat-refund/core/Transport/HandshakeFailed",
)("HandshakeFailed", Failure) {
  get sent(): Sent {
    return "no";
  }
  override get message(): string {
    return describe(this.detail, this.cause);
  }
}

/**
 * A time limit passed. `phase: "connect"` means the secure connection did not exist yet: not sent, and the request was given
 * up for good. `phase: "exchange"` means the request may have left.
 */
export class TimedOut extends Schema.TaggedError<TimedOut>("@wechat-refund/core/Transport/TimedOut")("TimedOut", {
  phase: Schema.Literals(["connect", "exchange"]),
  limitMillis: Schema.Finite,
}) {
  get sent(): Sent {
    return this.phase === "connect" ? "no" : "maybe";
  }
  override get message(): string {
    return this.phase === "connect"
      ? `no secure connection within ${this.limitMillis} ms`
      : `no whole reply within ${this.limitMillis} ms`;
  }
}

/** The transport cannot be used: it was closed, or the request is not one it can send as it is. Not sent. */
export class Unusable extends Schema.TaggedError<Unusable>("@wechat-refund/core/Transport/Unusable")(
  "Unusable",
  Failure,
) {
  get sent(): Sent {
    return "no";
  }
  override get message(): string {
    return describe(this.detail, this.cause);
  }
}

/**
 * Of a connection that was closed after the request was begun, without an alert and before any byte of a reply: was a client
 * certificate configured? The gateway closes like this where one is missing, or refused, and says nothing.
 * Sources: JavaDevTeam/pay-java-parent 24, yansongda/pay 104, zwczou/weixin-python 46.
 */
export const Silent = Schema.Literals(["no-certificate", "certificate"]);
export type Silent = typeof Silent.Type;

const silences: Readonly<Record<Silent, string>> = {
  "no-certificate":
    "no client certificate is configured: give the transport the merchant's API certificate (API证书); the gateway closes without a word if the call needs one, as refunds do",
  certificate:
    "closed without a word: by the network, or, if the call needs a certificate (API证书), over one that is expired, revoked or another merchant's: run wechat-refund doctor",
};

/** The connection ended after the request may have left: reset, closed, cut short, or not HTTP. */
export class ConnectionLost extends Schema.TaggedError<ConnectionLost>("@wechat-refund/core/Transport/ConnectionLost")(
  "ConnectionLost",
  { ...Failure, silent: Schema.optionalKey(Silent) },
) {
  get sent(): Sent {
    return "maybe";
  }
  override get message(): string {
    return describe(this.silent === undefined ? this.detail : silences[this.silent], this.cause);
  }
}

/** The reply was larger than the transport reads. The request was sent, the answer is not known. */
export class ReplyTooLarge extends Schema.TaggedError<ReplyTooLarge>("@wechat-refund/core/Transport/ReplyTooLarge")(
  "ReplyTooLarge",
  { limitBytes: Schema.Finite },
) {
  get sent(): Sent {
    return "maybe";
  }
  override get message(): string {
    return `the reply is larger than ${this.limitBytes} bytes`;
  }
}

export const Reason = Schema.Union([Unreachable, HandshakeFailed, TimedOut, Unusable, ConnectionLost, ReplyTooLarge]);
export type Reason = typeof Reason.Type;

/** The one error of a transport. `sent` says whether the gateway may have received the request. */
export class TransportError extends onOneLine(
  Schema.TaggedError<TransportError>("@wechat-refund/core/Transport/TransportError")("TransportError", {
    reason: Reason,
  }),
) {
  get sent(): Sent {
    return this.reason.sent;
  }
  override get message(): string {
    return `${this.reason._tag}: ${this.reason.message}`;
  }
}
