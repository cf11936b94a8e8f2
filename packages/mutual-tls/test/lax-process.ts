/** Run by a test in a process whose flags allow weak keys and old protocols: what Node accepts there, and what we accept. */
import * as tls from "node:tls";
import { SecureContext } from "@wechat-refund/mutual-tls";
import { Effect } from "effect";
import { identities, shake, shakeWith } from "./handshakes.ts";

const compare = async (server: tls.TlsOptions) => ({
  byNode: await shakeWith(tls.createSecureContext({ ca: identities.ca }), server),
  byUs: await shake(undefined, server),
});
const { certificatePem: cert, privateKeyPem: key } = identities.serverWeakKey;

// The ciphers alone rule TLS 1.1 out, so the handshake does not tell whether the protocol itself is.
const { context } = Effect.runSync(SecureContext.make({ certificate: undefined }));
const { getMinProto } = context as { readonly getMinProto: () => number };

console.log(
  JSON.stringify({
    oldestProtocol: getMinProto.call(context),
    weakKey: await compare({ cert, key, requestCert: false }),
    oldProtocol: await compare({ maxVersion: "TLSv1.1", requestCert: false }),
  }),
);
