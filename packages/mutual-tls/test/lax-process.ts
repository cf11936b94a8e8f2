/** Run by a test in a process whose flags allow weak keys and old protocols: what Node accepts there, and what we accept. */
import * as tls from "node:tls";
import { identities, shake, shakeWith } from "./handshakes.ts";

const compare = async (server: tls.TlsOptions) => ({
  byNode: await shakeWith(tls.createSecureContext({ ca: identities.ca }), server),
  byUs: await shake(undefined, server),
});
const { certificatePem: cert, privateKeyPem: key } = identities.serverWeakKey;

console.log(
  JSON.stringify({
    weakKey: await compare({ cert, key, requestCert: false }),
    oldProtocol: await compare({ maxVersion: "TLSv1.1", requestCert: false }),
  }),
);
