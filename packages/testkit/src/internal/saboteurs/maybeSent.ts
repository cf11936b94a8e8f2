/** Mistakes about what may have been sent. */
import type { BrokenCode } from "../reference/parse.ts";
import type { Failure, Twist } from "../reference/twist.ts";
import { carelessly, earlyTimeout, isChunked, lies, type Mistake, not } from "./saboteur.ts";

const lost =
  (when: (failure: Failure) => boolean) =>
  (failure: Failure): boolean =>
    failure.phase === "exchanging" && failure.reason._tag === "ConnectionLost" && when(failure);
const silent = ({ received }: Failure): boolean => received.byteLength === 0;
const isReset = ({ code }: Failure): boolean => code === "ECONNRESET";
/** The end came without an error: a close in order, or a cut that looks like one. */
const isHangUp = ({ code }: Failure): boolean => code === undefined;

/** Takes a reply that is broken in this way as it is. */
const forgives = (code: BrokenCode, when: (failure: Failure) => boolean = () => true): Twist => ({
  failure: (failure) => (failure.broken === code && when(failure) ? carelessly(failure.received) : undefined),
});

const hasHead = ({ received }: Failure): boolean => received.includes("\r\n\r\n");

export const maybeSent: ReadonlyArray<Mistake> = [
  {
    clause: "T60",
    does: "takes a request that was not written out for one that was not sent",
    twist: lies(
      lost(({ written }) => !written),
      not,
    ),
  },
  {
    clause: "T61",
    does: "takes a reset for a sign that the server did nothing",
    twist: lies(
      lost((failure) => failure.written && isReset(failure) && silent(failure)),
      not,
    ),
  },
  {
    clause: "T62",
    does: "posts again when the server hangs up",
    twist: {
      failure: (failure) => (lost((failure) => isHangUp(failure) && silent(failure))(failure) ? "again" : undefined),
    },
  },
  {
    clause: "T63",
    does: "takes a hang-up without a reply for a sign that the server did nothing",
    twist: lies(
      lost((failure) => isHangUp(failure) && silent(failure)),
      not,
    ),
  },
  {
    clause: "T64",
    does: "has one time-out for everything",
    twist: lies(
      (failure) => failure.phase === "exchanging" && failure.reason._tag === "TimedOut" && silent(failure),
      earlyTimeout,
    ),
  },
  {
    clause: "T65",
    does: "takes a status without a head",
    twist: forgives("closed", (failure) => !silent(failure) && !hasHead(failure)),
  },
  {
    clause: "T66",
    does: "takes the head for the reply when time is up",
    twist: {
      failure: ({ reason, received }) =>
        reason._tag === "TimedOut" &&
        received.toString("latin1").endsWith("\r\n\r\n") &&
        received.includes("HTTP/1.1 200")
          ? carelessly(received)
          : undefined,
    },
  },
  {
    clause: "T67",
    does: "does not count the bytes of a body",
    twist: forgives("closed", (failure) => hasHead(failure) && !isChunked(failure)),
  },
  {
    clause: "T68",
    does: "does not wait for the last chunk",
    twist: forgives("closed", (failure) => hasHead(failure) && isChunked(failure)),
  },
  { clause: "T69", does: "takes what stands before a bad chunk", twist: forgives("bad-chunk") },
  { clause: "T70", does: "takes one of two framings", twist: forgives("length-and-chunks") },
  { clause: "T71", does: "takes the last of two lengths", twist: forgives("two-lengths") },
  { clause: "T72", does: "takes what is no HTTP for a body", twist: forgives("not-http") },
  {
    clause: "T73",
    does: "reads heads of any size",
    twist: { limits: (limits) => ({ ...limits, headBytes: 1_000_000 }) },
  },
  { clause: "T74", does: "renews the time limit with every byte", twist: { exchangeLimit: "idle" } },
  {
    clause: "T75",
    does: "believes a length that was announced",
    twist: {
      limits: (limits, received) => {
        const announced = /\r\ncontent-length: \d/i.test(received.toString("latin1", 0, 1_000));
        return announced ? { ...limits, bodyBytes: Infinity } : limits;
      },
    },
  },
  {
    clause: "T76",
    does: "reads up to the limit and not to it",
    twist: { limits: (limits) => ({ ...limits, bodyBytes: limits.bodyBytes - 1 }) },
  },
  { clause: "T77", does: "takes 101 for the reply", twist: forgives("switching") },
  { clause: "T78", does: "throws a reply away that came while it slept", twist: { overtakes: true } },
];
