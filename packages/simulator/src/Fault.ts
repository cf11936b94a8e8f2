/**
 * Things that go wrong once, on the next call they fit: plain data in a queue, taken by whatever carries the calls.
 *
 * A call meets at most one fault. What a fault does to the caller is the carrier's to say: in memory a lost connection is a
 * `TransportError`, over TLS a closed socket.
 */
import { Data } from "effect";

/** The call a fault waits for; without it, the next of any kind. */
export type On = "refund" | "query";

interface Common {
  readonly on?: On;
}

export type Fault = Data.TaggedEnum<{
  /** The request never reaches the gateway. */
  Drop: Common;
  /** The gateway takes the request and acts on it; the connection ends instead of a reply. */
  LoseReply: Common;
  /** The request, or the reply, is held back. Whoever gives up during the first was never heard. */
  Delay: Common & { readonly millis: number; readonly part: "request" | "reply" };
  /** Another reply arrives, from the gateway's front or from between; `reached` says whether the gateway saw the request. */
  Replace: Common & {
    readonly status: number;
    readonly contentType?: string;
    readonly body: Uint8Array | string;
    readonly reached: boolean;
  };
  /** The reply is changed on its way: the first `find` becomes `put`. */
  Mangle: Common & { readonly find: string; readonly put: string };
  /** Only the first bytes of the body arrive, as a whole reply. */
  Truncate: Common & { readonly bytes: number };
  /** A signed business failure. With `accepted` the refund was judged and entered before the gateway said so. */
  Refuse: Common & { readonly errCode: string; readonly errCodeDes?: string; readonly accepted: boolean };
}>;
export type Refuse = Extract<Fault, { readonly _tag: "Refuse" }>;

export const { Drop, LoseReply, Delay, Replace, Mangle, Truncate, Refuse, $is, $match } = Data.taggedEnum<Fault>();

/** A queue of faults; the first that fits a call is taken out by it. */
export interface Faults {
  readonly push: (...faults: ReadonlyArray<Fault>) => void;
  readonly take: (path: string) => Fault | undefined;
  readonly pending: () => ReadonlyArray<Fault>;
}

const paths: Readonly<Record<On, string>> = { refund: "/secapi/pay/refund", query: "/pay/refundquery" };

/** An empty queue. */
export const queue = (): Faults => {
  const waiting: Array<Fault> = [];
  return {
    push: (...faults) => void waiting.push(...faults),
    take: (path) => {
      const at = waiting.findIndex(({ on }) => on === undefined || paths[on] === path);
      return at < 0 ? undefined : waiting.splice(at, 1)[0];
    },
    pending: () => [...waiting],
  };
};
