/**
 * Refuses a client certificate with a TLS alert of one's choice. Node's own servers cannot: where a certificate is missing
 * OpenSSL sends its alert, but a foreign, expired or revoked one ends in a bare close.
 *
 * So the handshake runs in a TLS engine that hears the client's first message only. When the client goes on, with the certificate,
 * the alert is written to the socket: in the clear under TLS 1.2; under TLS 1.3 as the first record under the server's application
 * key, which is what a server uses from its own Finished on.
 */
import { createCipheriv, createHmac } from "node:crypto";
import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import * as tls from "node:tls";
import { type Alert, alerts } from "../../Script.ts";

/** HKDF-Expand-Label of RFC 8446 §7.1, for outputs of one block. */
const expand = (secret: Buffer, label: string, length: number): Buffer => {
  const name = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([Buffer.from([0, length, name.byteLength]), name, Buffer.from([0, 1])]);
  return createHmac("sha256", secret).update(info).digest().subarray(0, length);
};

const fatal = 2;
const record = { handshake: 22, alert: 21, application: 23 } as const;
const clientHello = 1;

const sealed = (secret: Buffer, alert: number): Buffer => {
  const inner = Buffer.from([fatal, alert, record.alert]);
  const head = Buffer.from([record.application, 3, 3, 0, inner.byteLength + 16]);
  const cipher = createCipheriv("aes-128-gcm", expand(secret, "key", 16), expand(secret, "iv", 12)).setAAD(head);
  return Buffer.concat([head, cipher.update(inner), cipher.final(), cipher.getAuthTag()]);
};

const clear = (alert: number): Buffer => Buffer.from([record.alert, 3, 3, 0, 2, fatal, alert]);

/** Options under which {@link refuse} knows the cipher of TLS 1.3. */
const onlyCipher = "TLS_AES_128_GCM_SHA256";

export const refuse = (
  socket: Socket,
  options: tls.SecureContextOptions,
  version: tls.SecureVersion,
  alert: Alert,
): void => {
  let secret: Buffer | undefined;
  let refused = false;
  const toEngine = new Duplex({
    read: () => {},
    write: (chunk, _encoding, done) => {
      if (!refused && !socket.destroyed) socket.write(chunk);
      done();
    },
  });
  const engine = new tls.TLSSocket(toEngine, {
    isServer: true,
    requestCert: true,
    rejectUnauthorized: false,
    secureContext: tls.createSecureContext({
      ...options,
      minVersion: version,
      maxVersion: version,
      ...(version === "TLSv1.3" && { ciphers: onlyCipher }),
    }),
  });
  engine.on("error", () => {});
  engine.on("keylog", (line) => {
    const found = /^SERVER_TRAFFIC_SECRET_0 \w+ (\w+)/.exec(line.toString())?.[1];
    if (found !== undefined) secret = Buffer.from(found, "hex");
  });
  socket.on("close", () => engine.destroy());
  socket.on("data", (chunk) => {
    if (refused) return;
    if (chunk[0] === record.handshake && chunk[5] === clientHello) return void toEngine.push(chunk);
    refused = true;
    // What still comes is read and dropped: unread bytes would turn the end into a reset that overtakes the alert.
    socket.end(secret === undefined ? clear(alerts[alert]) : sealed(secret, alerts[alert]));
  });
};
