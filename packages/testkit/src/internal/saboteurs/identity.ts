/** Mistakes about who is who, and about what is printed. */
import { Agent } from "node:https";
import { ConnectionLost, TransportError, Unusable } from "@wechat-refund/core/Transport";
import * as Effect from "effect/Effect";
import * as Redacted from "effect/Redacted";
import type { Failure } from "../reference/twist.ts";
import { lies, type Mistake, maybe, not } from "./saboteur.ts";

const tolerates = (...codes: ReadonlyArray<string>) => ({ tolerates: (code: string) => codes.includes(code) });
const aboutCertificates = ({ code = "" }: Failure): boolean =>
  /ALERT_(HANDSHAKE_FAILURE|UNKNOWN_CA|(BAD_)?CERTIFICATE(_\w+)?)$/.test(code);

export const identity: ReadonlyArray<Mistake> = [
  {
    clause: "T32",
    does: "shows no certificate",
    twist: { context: ({ cert: _cert, key: _key, ...others }) => others },
  },
  {
    clause: "T33",
    does: "posts only with a certificate",
    wrap: ({ send }, { certificate }) => ({
      send: (request) =>
        certificate === undefined
          ? Effect.fail(new TransportError({ reason: new Unusable({ detail: "no certificate" }) }))
          : send(request),
    }),
  },
  {
    clause: "T34",
    does: "accepts self-signed servers",
    twist: tolerates("DEPTH_ZERO_SELF_SIGNED_CERT"),
  },
  { clause: "T35", does: "does not look at the name", twist: tolerates("ERR_TLS_CERT_ALTNAME_INVALID") },
  {
    clause: "T36",
    does: "does not look at the date",
    twist: tolerates("CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"),
  },
  {
    clause: "T37",
    does: "leaves the revocation list out",
    twist: { context: ({ crl: _crl, ...others }) => others },
  },
  {
    clause: "T38",
    does: "accepts any key",
    twist: { context: (options) => ({ ...options, ciphers: "DEFAULT:@SECLEVEL=1" }) },
  },
  {
    clause: "T39",
    does: "speaks TLS 1.0",
    twist: {
      context: (options) => ({ ...options, minVersion: "TLSv1", ciphers: "DEFAULT:@SECLEVEL=0" }),
      inspects: (socket) => (socket.getPeerCertificate() as { readonly bits?: number }).bits !== 1_024,
    },
  },
  {
    clause: "T40",
    does: "obeys NODE_TLS_REJECT_UNAUTHORIZED",
    twist: {
      connect: (options) => ({ ...options, rejectUnauthorized: process.env["NODE_TLS_REJECT_UNAUTHORIZED"] !== "0" }),
      tolerates: () => process.env["NODE_TLS_REJECT_UNAUTHORIZED"] === "0",
    },
  },
  { clause: "T41", does: "keeps its TLS sessions for all transports", twist: { sessions: "shared" } },
  { clause: "T42", does: "loads the certificate at the first post", twist: { loadsLate: true } },
  {
    clause: "T43",
    does: "takes a refused certificate for a sign that the request was read",
    twist: lies((failure) => failure.phase === "connecting" && aboutCertificates(failure), maybe),
  },
  {
    clause: "T44",
    does: "takes a refused certificate for a failed handshake",
    twist: lies((failure) => failure.phase === "exchanging" && aboutCertificates(failure), not),
  },
  {
    clause: "T45",
    does: "quotes the request in its errors",
    wrap: ({ send }) => ({
      send: (request) =>
        Effect.mapError(send(request), (error) =>
          error.reason._tag === "ConnectionLost"
            ? new TransportError({
                reason: new ConnectionLost({
                  detail: `lost while posting ${JSON.stringify(request.headers)} ${new TextDecoder().decode(request.body)}`,
                }),
              })
            : error,
        ),
    }),
  },
  {
    clause: "T46",
    does: "keeps the key where it is printed",
    wrap: (right, { certificate }) => ({
      ...right,
      agent: new Agent({ key: certificate && Redacted.value(certificate.privateKeyPem) }),
    }),
  },
];
