/** Mistakes about what was not sent. */
import { coded, lateTimeout, lies, type Mistake, maybe } from "./saboteur.ts";
import type { Failure } from "../reference/twist.ts";

const early =
  (when: (failure: Failure) => boolean) =>
  (failure: Failure): boolean =>
    failure.phase === "connecting" && when(failure);

const isReset = (failure: Failure): boolean => failure.code === "ECONNRESET" && failure.syscall !== undefined;

export const notSent: ReadonlyArray<Mistake> = [
  {
    clause: "T47",
    does: "takes a name that does not resolve for a lost connection",
    twist: lies(early(coded("ENOTFOUND", "EAI_AGAIN")), maybe),
  },
  {
    clause: "T48",
    does: "takes a closed port for a lost connection",
    twist: lies(early(coded("ECONNREFUSED")), maybe),
  },
  {
    clause: "T49",
    does: "takes a missing route for a lost connection",
    twist: lies(early(coded("ENETUNREACH", "EHOSTUNREACH", "EACCES", "EADDRNOTAVAIL")), maybe),
  },
  { clause: "T50", does: "counts the time to connect from the TCP connection on", twist: { connectLimit: "from-tcp" } },
  {
    clause: "T51",
    does: "takes a close in the handshake for a lost reply",
    twist: lies(
      early((failure) => failure.code === "ECONNRESET" && failure.syscall === undefined),
      maybe,
    ),
  },
  {
    clause: "T52",
    does: "takes a reset in the handshake for a lost reply",
    twist: lies(early(isReset), maybe),
  },
  {
    clause: "T53",
    does: "takes a reset by a connected server for a lost reply",
    twist: lies(
      early((failure) => failure.connected && isReset(failure)),
      maybe,
    ),
  },
  {
    clause: "T54",
    does: "takes a handshake that stalls for a reply that does not come",
    twist: lies(
      early(({ connected, reason }) => connected && reason._tag === "TimedOut"),
      lateTimeout,
    ),
  },
  {
    clause: "T55",
    does: "takes plain HTTP for a broken reply",
    twist: lies(early(coded("ERR_SSL_WRONG_VERSION_NUMBER", "ERR_SSL_PACKET_LENGTH_TOO_LONG")), maybe),
  },
  {
    clause: "T56",
    does: "reports the time-out and goes on connecting",
    twist: { ignores: "connect-timeout" },
  },
  {
    clause: "T57",
    does: "goes on connecting after an interruption",
    twist: { ignores: "early-interruption" },
  },
  {
    clause: "T58",
    does: "leaves a post that was given up in the queue",
    twist: { queue: { width: 2, per: "transport", ghosts: true } },
  },
  {
    clause: "T59",
    does: "counts the time for the exchange from the post on",
    twist: { exchangeLimit: "from-post" },
  },
  {
    clause: "T103",
    does: "writes a request without asking whether it may still leave",
    twist: { ignores: "may-leave" },
  },
];
