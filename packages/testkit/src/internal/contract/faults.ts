/**
 * The faults of a network and of a gateway that a transport has to name rightly, with what it must say.
 *
 * `not-sent`: no byte of the request was written and none ever will be. `maybe-sent`: anything else that gave no whole reply.
 * `reply`: a reply like any other at this level, whose meaning is the core's business. `at-build`: the layer is not built.
 */
export type Outcome = "not-sent" | "maybe-sent" | "reply" | "at-build";

export interface Fault {
  /** `F01`, `F02`, … */
  readonly id: string;
  readonly what: string;
  readonly outcome: Outcome;
  /** Why no clause shows it. */
  readonly notHere?: string;
}

const fault = (id: string, outcome: Outcome, what: string, notHere?: string): Fault => ({
  id,
  what,
  outcome,
  ...(notHere !== undefined && { notHere }),
});

export const faults: ReadonlyArray<Fault> = [
  fault("F01", "not-sent", "the host name does not resolve"),
  fault(
    "F02",
    "not-sent",
    "the name server does not answer",
    "needs a broken name server; it is told apart from F01 by its code only",
  ),
  fault("F03", "not-sent", "the port is closed"),
  fault("F04", "not-sent", "there is no route to the host"),
  fault("F05", "not-sent", "the host does not answer connection attempts"),
  fault("F06", "not-sent", "accepted, and closed before the handshake"),
  fault("F07", "not-sent", "accepted, and reset before the handshake"),
  fault("F08", "not-sent", "reset in the handshake"),
  fault("F09", "not-sent", "the handshake stalls"),
  fault("F10", "not-sent", "plain HTTP or garbage on the TLS port"),
  fault("F11", "not-sent", "the server's certificate has expired or is not valid yet"),
  fault("F12", "not-sent", "the server's certificate is self-signed or of an unknown authority"),
  fault("F13", "not-sent", "the server's certificate is for another host"),
  fault("F14", "not-sent", "the server's key is too weak"),
  fault("F15", "not-sent", "the server's certificate is revoked"),
  fault("F16", "not-sent", "the server speaks TLS 1.0 or 1.1 only"),
  fault("F17", "not-sent", "the client certificate is missing or refused, TLS 1.2"),
  fault("F18", "maybe-sent", "the client certificate is missing or refused, TLS 1.3"),
  fault("F19", "reply", "the gateway's page about the client certificate, HTTP 400"),
  fault("F20", "at-build", "the client certificate's key belongs to another certificate"),
  fault(
    "F21",
    "at-build",
    "the PKCS#12 file has another passphrase",
    "opening files is the business of ClientCertificate",
  ),
  fault(
    "F22",
    "at-build",
    "the PKCS#12 file is of the old RC2-40 kind",
    "opening files is the business of ClientCertificate",
  ),
  fault("F23", "not-sent", "the proxy refuses to open a tunnel"),
  fault("F24", "maybe-sent", "reset after a part of the request"),
  fault("F25", "maybe-sent", "reset after the whole request"),
  fault("F26", "maybe-sent", "closed after the whole request"),
  fault("F27", "maybe-sent", "cut off after the whole request, without TLS's own goodbye"),
  fault("F28", "maybe-sent", "no reply"),
  fault("F29", "maybe-sent", "a part of the status line, then the end"),
  fault("F30", "maybe-sent", "the head of a reply, then silence"),
  fault("F31", "maybe-sent", "a body shorter than its Content-Length"),
  fault("F32", "reply", "a body that ends with the connection, whole or cut short"),
  fault("F33", "maybe-sent", "a chunked body cut short"),
  fault("F34", "maybe-sent", "a chunk of impossible size"),
  fault("F35", "maybe-sent", "Content-Length and chunked at once"),
  fault("F36", "maybe-sent", "two Content-Lengths"),
  fault("F37", "reply", "bytes after the body"),
  fault("F38", "maybe-sent", "what comes back is not HTTP"),
  fault("F39", "maybe-sent", "200 KB of header fields, 5 000 of them"),
  fault("F40", "maybe-sent", "a reply that drips, interim replies without end"),
  fault("F41", "maybe-sent", "a body larger than the limit, or without end"),
  fault("F42", "reply", "a compressed body"),
  fault("F43", "reply", "a redirect"),
  fault("F44", "maybe-sent", "101 Switching Protocols"),
  fault("F45", "reply", "nothing, 204, HTML, JSON or another root"),
  fault("F46", "reply", "429 and 5xx"),
  fault("F47", "reply", "a kept connection that ended while it was idle"),
  fault("F48", "maybe-sent", "a kept connection that ends on the next request"),
  fault("F49", "reply", "a reply nobody asked for on a kept connection"),
  fault("F50", "maybe-sent", "the caller interrupts"),
  fault("F51", "maybe-sent", "the process dies", "nothing of the transport is left that could say anything"),
  fault("F52", "not-sent", "this machine's clock is wrong by years", "shows as F11"),
  fault("F53", "reply", "the event loop is blocked past the limit while the reply arrives"),
];
