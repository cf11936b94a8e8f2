/** One handshake over loopback with the certificate and the trust under test. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import * as tls from "node:tls";
import { type ClientCertificate, SecureContext, TransportSettings } from "@wechat-refund/mutual-tls";
import { TestIdentities } from "@wechat-refund/testkit";
import { Effect } from "effect";

export const identities = TestIdentities.make();

/** A server that asks for a client certificate, answers with the common name it saw, and ends. */
const withServer = async <A>(options: tls.TlsOptions, use: (port: number) => Promise<A>): Promise<A> => {
  const { certificatePem, privateKeyPem } = identities.server;
  const server = tls.createServer(
    { cert: certificatePem, key: privateKeyPem, ca: identities.ca, requestCert: true, ...options },
    (socket) => {
      socket.on("error", () => socket.destroy());
      const { CN } = (socket.getPeerCertificate().subject ?? {}) as { CN?: string };
      socket.end(`${CN ?? "nobody"} ${socket.getProtocol() ?? ""}`);
    },
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await use((server.address() as AddressInfo).port);
  } finally {
    server.close();
  }
};

/** What the server answered, or the code of the error. */
export const shakeWith = async (
  secureContext: tls.SecureContext,
  options: tls.TlsOptions = {},
  client: tls.ConnectionOptions = {},
): Promise<string> =>
  withServer(options, async (port) => {
    const socket = tls.connect({
      port,
      host: "127.0.0.1",
      servername: "localhost",
      secureContext,
      rejectUnauthorized: true,
      ...client,
    });
    try {
      const [answer] = await once(socket, "data");
      return String(answer);
    } catch (error) {
      return String((error as { readonly code?: unknown }).code);
    } finally {
      socket.destroy();
    }
  });

/** One handshake with a certificate under test, trusting the test authority only. */
export const shake = async (
  certificate: ClientCertificate.ClientCertificate | undefined,
  options: tls.TlsOptions = {},
  trust: TransportSettings.Trust = { ca: [identities.ca], replaceSystem: true },
): Promise<string> =>
  shakeWith(await Effect.runPromise(SecureContext.make(TransportSettings.make({ certificate, trust }))), options);
