/** The shape of a saboteur, and what several of them are made of. */
import {
  ConnectionLost,
  HandshakeFailed,
  type Reason,
  TimedOut,
  type Transport,
  type TransportReply,
} from "@wechat-refund/core/Transport";
import type { TransportSettings } from "@wechat-refund/mutual-tls/TransportSettings";
import { joined, type Whole } from "../reference/parse.ts";
import type { Failure, Twist } from "../reference/twist.ts";

type Service = Transport["Service"];

/** One mistake: in the reference transport, or around it. */
export interface Mistake {
  /** The clause that must catch it. */
  readonly clause: string;
  /** What it does wrong. */
  readonly does: string;
  readonly twist?: Twist;
  readonly wrap?: (right: Service, settings: TransportSettings) => Service;
}

export const maybe = new ConnectionLost({ detail: "sabotaged" });
export const not = new HandshakeFailed({ detail: "sabotaged" });
export const lateTimeout = new TimedOut({ phase: "exchange", limitMillis: 0 });
export const earlyTimeout = new TimedOut({ phase: "connect", limitMillis: 0 });

/** Says `reason` whenever it looks so. */
export const lies = (when: (failure: Failure) => boolean, reason: Reason): Twist => ({
  failure: (failure) => (when(failure) ? reason : undefined),
});

export const coded =
  (...codes: ReadonlyArray<string>) =>
  ({ code = "" }: Pick<Failure, "code">): boolean =>
    codes.includes(code);

const bare = (received: Buffer): readonly [head: string, body: Buffer] => {
  const end = received.indexOf("\r\n\r\n");
  return end === -1
    ? [received.toString("latin1"), Buffer.alloc(0)]
    : [received.toString("latin1", 0, end), received.subarray(end + 4)];
};

/** What a careless reader makes of what has come: the status, and whatever stands after the head. */
export const carelessly = (received: Buffer): TransportReply => {
  const [head, body] = bare(received);
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 200),
    headers: { "content-type": "text/xml" },
    body,
  };
};

export const isChunked = ({ received }: Failure): boolean => /\r\ntransfer-encoding: chunked/i.test(bare(received)[0]);

export const replyOf = ({ status, headers, body }: Whole, change: Partial<TransportReply> = {}): TransportReply => ({
  status,
  headers: joined(headers),
  body,
  ...change,
});
