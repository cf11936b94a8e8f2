/**
 * The gateway of the benchmark, in a process of its own: mutual TLS, one path, every request's signature checked, every answer
 * signed. HTTP is read by hand from the TLS socket, so that at no load the server is the wall.
 *
 * It counts what the clients cannot see: connections, resumed TLS sessions, requests it did not like.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as tls from "node:tls";
import * as HandCoded from "./HandCoded.ts";
import * as Reply from "./Reply.ts";
import { coupons, merchant, path } from "./Story.ts";

const [, , folder = "."] = process.argv;
const pem = (name: string): string => readFileSync(join(folder, name), "utf8");

const counts = { connections: 0, resumed: 0, requests: 0, bad: 0 };
export type Counts = typeof counts & { readonly cpuMicros: number };

const answer = (body: Buffer): Buffer => {
  const asked = HandCoded.read(body);
  const signType = asked.get("sign_type") === "HMAC-SHA256" ? "HMAC-SHA256" : "MD5";
  if (HandCoded.digest(HandCoded.toSign([...asked]), signType) !== asked.get("sign"))
    throw new Error("wrong signature");
  return Reply.write(Reply.accepted(asked, signType, coupons));
};

const respond = (head: string, body: Buffer, trusted: boolean): Buffer => {
  counts.requests++;
  try {
    if (!trusted || !head.startsWith(`POST ${path} HTTP/1.1\r\n`)) throw new Error("not a refund of this merchant");
    const xml = answer(body);
    return Buffer.concat([
      Buffer.from(`HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${xml.length}\r\n\r\n`),
      xml,
    ]);
  } catch {
    counts.bad++;
    return Buffer.from("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
  }
};

const serve = (socket: tls.TLSSocket): void => {
  counts.connections++;
  if (socket.isSessionReused()) counts.resumed++;
  const trusted = socket.authorized && socket.getPeerCertificate().subject?.CN === merchant.mchId;
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  let waiting: Buffer = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk]);
    for (;;) {
      const end = waiting.indexOf("\r\n\r\n");
      if (end === -1) return;
      const head = waiting.toString("latin1", 0, end + 2);
      const length = Number(/\r\ncontent-length: *(\d+)\r\n/i.exec(head)?.[1] ?? Number.NaN);
      if (Number.isNaN(length)) return void socket.destroy();
      const stop = end + 4 + length;
      if (waiting.length < stop) return;
      const reply = respond(head, waiting.subarray(end + 4, stop), trusted);
      waiting = waiting.subarray(stop);
      if (/\r\nconnection: *close\r\n/i.test(head)) return void socket.end(reply);
      socket.write(reply);
    }
  });
};

const server = tls.createServer(
  {
    cert: pem("server-cert.pem"),
    key: pem("server-key.pem"),
    ca: pem("ca.pem"),
    requestCert: true,
    rejectUnauthorized: true,
    ALPNProtocols: ["http/1.1"],
  },
  serve,
);

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.({ port: typeof address === "object" && address !== null ? address.port : 0 });
});

process.on("message", () => {
  const { system, user } = process.cpuUsage();
  process.send?.({ ...counts, cpuMicros: system + user } satisfies Counts);
});
process.on("disconnect", () => process.exit(0));
