/** Where a reference transport can be made wrong. Each of these is one mistake, and absent in the right one. */
import type { ConnectionOptions, SecureContextOptions, TLSSocket } from "node:tls";
import type { Reason, TransportReply, TransportRequest } from "@wechat-refund/core/Transport";
import type { TransportSettings } from "@wechat-refund/mutual-tls/TransportSettings";
import type { Broken, Limits, Whole } from "./parse.ts";

/** The request as it is about to be written. */
export interface Draft {
  readonly method: TransportRequest["method"];
  readonly url: URL;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
}

/** A post that ended without a whole reply, and what the transport knows of it. */
export interface Failure {
  /** What the right transport would say. */
  readonly reason: Reason;
  readonly phase: "connecting" | "exchanging";
  /** There was a TCP connection to the host. */
  readonly connected: boolean;
  readonly code: string | undefined;
  readonly syscall: string | undefined;
  readonly broken: Broken["code"] | undefined;
  /** What had come back. */
  readonly received: Buffer;
  /** All of the request was handed to the system. */
  readonly written: boolean;
  /** On a kept connection. */
  readonly reused: boolean;
}

/** What to make of it: an end, or `again` for another post of the same request. */
export type Verdict = TransportReply | Reason | "again";

export interface Twist {
  /** Certificate and trust are loaded at the first post. */
  readonly loadsLate?: true;
  readonly context?: (options: SecureContextOptions) => SecureContextOptions;
  readonly connect?: (options: ConnectionOptions, proxied: boolean) => ConnectionOptions;
  /** Lets a server pass that verification stopped with this code. */
  readonly tolerates?: (code: string) => boolean;
  /** Looks at a server that verification let pass. */
  readonly inspects?: (socket: TLSSocket) => boolean;
  /** Counts the time to connect from the TCP connection on. */
  readonly connectLimit?: "from-tcp";
  /** A proxy besides the one that was set. */
  readonly proxy?: () => string | undefined;
  readonly connectsWithoutProxy?: true;
  readonly sessions?: "none" | "shared";

  /** Before the request is looked at. */
  readonly admits?: (request: TransportRequest) => TransportRequest;
  readonly draft?: (draft: Draft, request: TransportRequest, settings: TransportSettings) => Draft;
  readonly chunked?: true;

  readonly limits?: (limits: Limits, received: Buffer) => Limits;
  /** Looks at what has come before it is parsed. */
  readonly peeks?: (received: Buffer, limits: Limits, written: boolean) => Verdict | undefined;
  readonly whole?: (reply: Whole, draft: Draft) => Verdict | undefined;
  /** Another address to post to. */
  readonly follows?: (reply: Whole, draft: Draft) => string | undefined;
  readonly failure?: (failure: Failure, draft: Draft) => Verdict | undefined;
  /** Renews the time for the exchange with every byte, or counts it from the post. */
  readonly exchangeLimit?: "idle" | "from-post";
  /** Throws away a reply that the limit has overtaken. */
  readonly overtakes?: true;
  /** Returns a reply only when the connection has ended. */
  readonly waitsForEnd?: true;

  /** Goes on after the time to connect has passed, or after an interruption. */
  readonly ignores?: "connect-timeout" | "early-interruption" | "late-interruption" | "may-leave";
  /** Connections at once, all in all or to one host; a post that gave up keeps its place in the queue. */
  readonly queue?: { readonly width: number; readonly per: "transport" | "host"; readonly ghosts: boolean };
  /** Posts under way when the scope closes are said not to have been sent. */
  readonly deniesAtEnd?: true;
  readonly worksAfterEnd?: true;
  /** Keeps its last connection, also beyond the scope. */
  readonly keepsLast?: true;
  readonly onPost?: () => () => void;

  readonly pool?:
    | "in-fresh-mode"
    | "never"
    | "keeps-dead"
    | "keeps-stray"
    | "keeps-rest"
    | "keeps-timed-out"
    | "keeps-closing";
}
