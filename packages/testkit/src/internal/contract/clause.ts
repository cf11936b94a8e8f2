/** The shape of a clause, of what it judges, and of how it fails. */
import type { Transport, TransportReply, TransportRequest } from "@wechat-refund/core/Transport";
import type { TransportSettings } from "@wechat-refund/mutual-tls/TransportSettings";
import type * as Effect from "effect/Effect";
import type * as Layer from "effect/Layer";
import * as Schema from "effect/Schema";
import { onOneLine } from "@wechat-refund/core/Printed";
import type * as Scope from "effect/Scope";
import type { Bench } from "./bench.ts";

/** A clause that does not hold: what was promised, and what was seen instead. */
export class ClauseFailed extends onOneLine(
  Schema.TaggedError<ClauseFailed>("@wechat-refund/testkit/ClauseFailed")("ClauseFailed", {
    clause: Schema.String,
    detail: Schema.String,
  }),
) {
  override get message(): string {
    return `${this.clause}: ${this.detail}`;
  }
}

/** What a clause needs in order to show anything; all of it must be there. */
export type Need =
  /** Sockets. */
  | "network"
  /** The mode of connections. */
  | "fresh"
  | "pooled"
  /** The protocol of the servers. */
  | "TLSv1.2"
  | "TLSv1.3"
  /** Calls with a body. */
  | "body";

export interface Clause {
  /** `T01`, `T02`, … */
  readonly id: string;
  readonly level: "MUST" | "SHOULD";
  readonly title: string;
  /** What is promised, and why. */
  readonly says: string;
  /** The row of `faults` that it shows. */
  readonly fault?: string;
  /** Nothing for a clause that holds without a network. */
  readonly needs: ReadonlyArray<Need>;
  /** Runs while no other clause does, because it looks at, or changes, the whole process. */
  readonly alone?: true;
  /** Clauses that the mistake of this one's saboteur breaks too, because they look at the same thing. */
  readonly kin?: ReadonlyArray<string>;
  readonly check: (bench: Bench) => Effect.Effect<void, ClauseFailed, Scope.Scope>;
}

/** Somebody a transport without a network talks to. */
export interface Peer {
  /** At least two requests, each with how to know its reply. */
  readonly posts: ReadonlyArray<{
    readonly request: TransportRequest;
    readonly answeredBy: (reply: TransportReply) => boolean;
  }>;
  /** How many requests have reached it. */
  readonly seen: Effect.Effect<number>;
}

/** The transport to judge. */
export interface Subject {
  readonly name: string;
  readonly layer: (settings: TransportSettings) => Layer.Layer<Transport, unknown>;
  /** Only for a transport that opens no sockets: clauses that need a network are then left out. */
  readonly peer?: Peer;
  /**
   * `false` for a transport that cannot prove that nothing was sent, and says `"maybe"` instead. That is honest, and less useful:
   * every failure has to be cleared up with a query. The clauses then accept it, and look at the server as ever.
   */
  readonly provesNotSent?: false;
  /** Clauses that it cannot keep, each with the reason. A clause that is listed and holds fails. */
  readonly cannot?: Readonly<Record<string, string>>;
}
