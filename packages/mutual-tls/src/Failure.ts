/**
 * What a connection's error means, in words for whoever reads them at night. Both adapters say it in the same way.
 *
 * The phase decides the class and with it whether the request may have left; the error's code only picks the sentence. The same
 * code stands on both sides: `ECONNRESET` before the connection is secure proves that nothing was sent, afterwards it proves nothing.
 */
import {
  type CauseSummary,
  ConnectionLost,
  HandshakeFailed,
  type Reason,
  ReplyTooLarge,
  type Silent,
  summarize,
  Unreachable,
  Unusable,
} from "@wechat-refund/core/Transport";

/** `"after-secure"` starts right before the first byte of the request is written. */
export type Phase = "before-secure" | "after-secure";

/** Status line and header fields of a reply may take so many bytes. */
export const maxHeaderBytes = 16_384;

const noRoute = "there is no route to the host: check the network, the VPN and, for a ':' in the address, IPv6";
const noDescriptor = "this process has no file descriptor left for a connection: raise the limit or post less at once";
const unreachable: Readonly<Record<string, string>> = {
  ENOTFOUND: "the host name does not resolve: check the address and this machine's DNS settings",
  EAI_AGAIN: "the name server does not answer: check this machine's DNS; the same request can be made again",
  ECONNREFUSED: "nothing listens at the address, or a firewall refuses: check host and port",
  ENETUNREACH: noRoute,
  EHOSTUNREACH: noRoute,
  ENETDOWN: noRoute,
  EHOSTDOWN: noRoute,
  ETIMEDOUT: "the host does not answer connection attempts: a firewall may drop them",
  EACCES: "this machine's firewall or sandbox forbids the connection",
  EPERM: "this machine's firewall or sandbox forbids the connection",
  EADDRNOTAVAIL: "this machine has no local address or port left for the connection",
  EMFILE: noDescriptor,
  ENFILE: noDescriptor,
  ERR_PROXY_UNREACHABLE: "the proxy itself cannot be reached: check proxy.url, or WECHAT_PAY_PROXY",
  ERR_PROXY_TUNNEL: "the proxy did not open a tunnel to the host: check its address and what it allows",
  ERR_PROXY_AUTHORIZATION:
    "the proxy wants other credentials (status 407): check proxy.authorization, or the credentials in WECHAT_PAY_PROXY",
};

const untrusted =
  "the server's certificate is not signed by a trusted authority: an inspecting proxy may stand between; for a private gateway add its authority to trust.ca";
const notTls = "the server does not speak TLS on this port: check the port, and whether a proxy answers instead";
const oldTls = "the server offers no TLS version this transport accepts: it must offer TLS 1.2 or newer";
const weak = "the server's certificate or key is too weak to be trusted";
const clock = "check the time of this machine";
const handshake: Readonly<Record<string, string>> = {
  ECONNRESET:
    "the connection was closed before it was secure: a firewall, a proxy, or a server that refuses TLS or the client certificate",
  EPIPE:
    "the connection was closed before it was secure: a firewall, a proxy, or a server that refuses TLS or the client certificate",
  CERT_HAS_EXPIRED: `the server's certificate has expired, or this machine's clock is wrong: ${clock} first`,
  CERT_NOT_YET_VALID: `the server's certificate is not valid yet, or this machine's clock is wrong: ${clock} first`,
  ERR_TLS_CERT_ALTNAME_INVALID: "the server's certificate is for another host name: check the address and who answers",
  CERT_REVOKED: "the server's certificate is revoked: do not trust this server",
  UNABLE_TO_GET_CRL: "trust.crl holds no list of the authority that signed the server's certificate",
  CRL_HAS_EXPIRED: "a list in trust.crl has expired: fetch the current one",
  CRL_NOT_YET_VALID: `a list in trust.crl is not valid yet: ${clock}`,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: `${untrusted}; or the server leaves out its intermediate certificate`,
  CERT_UNTRUSTED: untrusted,
  CERT_REJECTED: untrusted,
  CERT_SIGNATURE_FAILURE: untrusted,
  INVALID_CA: untrusted,
  INVALID_PURPOSE: "the server's certificate is not one for servers",
  UNSPECIFIED: weak,
  ERR_SSL_EE_KEY_TOO_SMALL: weak,
  ERR_SSL_CA_KEY_TOO_SMALL: weak,
  ERR_SSL_CA_MD_TOO_WEAK: weak,
  ERR_SSL_DH_KEY_TOO_SMALL: weak,
  ERR_TLS_DH_PARAM_SIZE: weak,
  ERR_SSL_WRONG_VERSION_NUMBER: notTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: notTls,
  ERR_SSL_HTTP_REQUEST: notTls,
  ERR_SSL_UNSUPPORTED_PROTOCOL: oldTls,
  ERR_SSL_VERSION_TOO_LOW: oldTls,
  ERR_SSL_NO_PROTOCOLS_AVAILABLE: oldTls,
};

/** Alerts of a server that ends the handshake, by the end of their OpenSSL name. */
const alerts: Readonly<Record<string, string>> = {
  PROTOCOL_VERSION: oldTls,
  HANDSHAKE_FAILURE:
    "the server refused the handshake: the client certificate is missing or not accepted, or there is no common cipher",
  INSUFFICIENT_SECURITY: "the server wants stronger ciphers than this transport offers",
  NO_APPLICATION_PROTOCOL: "the server does not offer HTTP/1.1",
  UNRECOGNIZED_NAME: "the server does not know this host name: check the address",
};

/** Alerts that speak of our certificate. Under TLS 1.3 they come after the request may have been written. */
const certificateAlerts: Readonly<Record<string, string>> = {
  CERTIFICATE_REQUIRED: "it wants a client certificate and was given none: set the merchant's API certificate",
  BAD_CERTIFICATE: "it cannot use the client certificate: is it the merchant's API certificate?",
  UNSUPPORTED_CERTIFICATE: "it does not accept this kind of client certificate",
  CERTIFICATE_REVOKED: "the client certificate is revoked: request a new API certificate",
  CERTIFICATE_EXPIRED: "the client certificate has expired: request a new API certificate",
  CERTIFICATE_UNKNOWN: "it does not accept the client certificate: is it the merchant's API certificate?",
  UNKNOWN_CA: "it does not know the authority of the client certificate: is it the merchant's API certificate?",
  ACCESS_DENIED: "the client certificate is valid but not allowed here: check the merchant number",
  DECRYPT_ERROR: "the signature of the client certificate's key is wrong: do key and certificate belong together?",
};

const alertOf = (code: string): string | undefined => /^ERR_SSL_.*ALERT_([A-Z_]+)$/.exec(code)?.[1];

const clientCertificate = (code: string): string | undefined => {
  const alert = alertOf(code);
  if (alert === undefined) return undefined;
  const sentence = certificateAlerts[alert];
  return sentence && `the server refused the client certificate, ${sentence} (TLS alert ${alert.toLowerCase()})`;
};

/** The client library itself refused to write the request. */
const unwritable =
  /^(ERR_INVALID_(CHAR|ARG_TYPE|ARG_VALUE|URL)|ERR_UNESCAPED_CHARACTERS|ERR_HTTP_INVALID_HEADER_VALUE|UND_ERR_INVALID_ARG)$/;

const beforeSecure = (cause: CauseSummary): Reason => {
  const code = cause.code ?? "";
  if (unwritable.test(code)) {
    return new Unusable({ detail: "the address or a header field holds characters that HTTP does not allow", cause });
  }
  const noConnection = unreachable[code];
  if (noConnection !== undefined) return new Unreachable({ detail: noConnection, cause });
  const detail =
    clientCertificate(code) ??
    handshake[code] ??
    alerts[alertOf(code) ?? ""] ??
    (cause.syscall === "connect" || cause.syscall === "getaddrinfo"
      ? undefined
      : "no secure connection came about; the code in brackets is the TLS library's");
  return detail === undefined
    ? new Unreachable({ detail: "no connection to the host came about", cause })
    : new HandshakeFailed({ detail, cause });
};

const headerOverflow: ReadonlySet<string> = new Set(["HPE_HEADER_OVERFLOW", "UND_ERR_HEADERS_OVERFLOW"]);
/** undici names some of its parser's errors without a code. */
const notHttp = ({ code = "", name }: CauseSummary): boolean =>
  code.startsWith("HPE_") || code === "UND_ERR_RES_CONTENT_LENGTH_MISMATCH" || name === "HTTPParserError";

/** How a connection ends that is closed from outside, in order or not; every alert has a code of its own. */
const closings: ReadonlySet<string> = new Set(["ECONNRESET", "EPIPE", "ECONNABORTED", "UND_ERR_SOCKET"]);

const afterSecure = (cause: CauseSummary, silent: Silent | undefined): Reason => {
  const code = cause.code ?? "";
  if (silent !== undefined && closings.has(code)) {
    return new ConnectionLost({ detail: "the connection was closed before any reply", cause, silent });
  }
  if (headerOverflow.has(code)) return new ReplyTooLarge({ limitBytes: maxHeaderBytes });
  const detail =
    clientCertificate(code) ??
    (notHttp(cause)
      ? "what came back is not valid HTTP/1.1"
      : code.startsWith("ERR_SSL_")
        ? "the secure connection broke before the whole reply was read"
        : "the connection ended before the whole reply was read");
  return new ConnectionLost({ detail, cause });
};

/**
 * Names a foreign error for the phase it came up in. Total; keeps nothing of the error but its summary. `silent` is given only where
 * no byte of a reply came, and then says what a connection closed without a word has to do with the certificate.
 */
export const classify = (phase: Phase, cause: unknown, silent?: Silent): Reason =>
  phase === "before-secure" ? beforeSecure(summarize(cause)) : afterSecure(summarize(cause), silent);
