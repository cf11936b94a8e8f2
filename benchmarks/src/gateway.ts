/**
 * The gateway of the benchmark, in a process of its own: mutual TLS with one path for APIv2, a port for each length of its answers, TLS with one path for APIv3, every
 * request's signature checked, every answer signed. HTTP is read by hand from the TLS socket, so that at no load the server is the wall.
 *
 * It counts what the clients cannot see: connections, resumed TLS sessions, requests it did not like.
 */
import { createPrivateKey, createPublicKey, verify, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import * as tls from "node:tls";
import * as HandCoded from "./HandCoded.ts";
import * as HandCodedV3 from "./HandCodedV3.ts";
import * as Reply from "./Reply.ts";
import * as ReplyV3 from "./ReplyV3.ts";
import { coupons, merchant, path, pathV3, platformKeyId, type ReplyFields } from "./Story.ts";

const [, , folder = "."] = process.argv;
const pem = (name: string): string => readFileSync(join(folder, name), "utf8");

const counts = { connections: 0, resumed: 0, requests: 0, bad: 0 };
export type Counts = typeof counts & { readonly cpuMicros: number };

export interface Ports {
  /** APIv2, by the fields of the answers. */
  readonly v2: Readonly<Record<ReplyFields, number>>;
  readonly v3: number;
}

const written = (fields: string, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${fields}Content-Length: ${body.length}\r\n\r\n`), body]);

/** The whole answer to a request; what it does not like it throws at. */
type Answer = (head: string, body: Buffer, trusted: boolean) => Buffer;

const answerV2 =
  (replyFields: ReplyFields): Answer =>
  (head, body, trusted) => {
    if (!trusted || !head.startsWith(`POST ${path} HTTP/1.1\r\n`)) throw new Error("not a refund of this merchant");
    const asked = HandCoded.read(body);
    const signType = asked.get("sign_type") === "HMAC-SHA256" ? "HMAC-SHA256" : "MD5";
    if (HandCoded.digest(HandCoded.toSign([...asked]), signType) !== asked.get("sign"))
      throw new Error("wrong signature");
    return written("Content-Type: text/plain\r\n", Reply.write(Reply.accepted(asked, signType, coupons, replyFields)));
  };

const merchantCertificate = new X509Certificate(pem("cert.pem"));
const merchantKey = createPublicKey(pem("cert.pem"));
const platformKey = createPrivateKey(pem("platform-key.pem"));

const field = (head: string, name: string): string | undefined =>
  new RegExp(`\r\n${name}: *([^\r]*)\r\n`, "i").exec(head)?.[1];

const answerV3: Answer = (head, body) => {
  if (!head.startsWith(`POST ${pathV3} HTTP/1.1\r\n`)) throw new Error("not a refund");
  if (field(head, "user-agent") === undefined || !field(head, "content-type")?.startsWith("application/json")) {
    throw new Error("refused at the door");
  }
  if ((field(head, "wechatpay-serial") ?? platformKeyId) !== platformKeyId) throw new Error("an unknown key");
  const authorization = field(head, "authorization") ?? "";
  if (!authorization.startsWith("WECHATPAY2-SHA256-RSA2048 ")) throw new Error("not signed");
  const part = (name: string): string => new RegExp(`[ ,]${name}="([^"]*)"`).exec(authorization)?.[1] ?? "";
  const text = HandCodedV3.requestText(part("timestamp"), part("nonce_str"), body.toString());
  if (
    part("mchid") !== merchant.mchId ||
    part("serial_no") !== merchantCertificate.serialNumber ||
    !verify("sha256", text, merchantKey, Buffer.from(part("signature"), "base64"))
  ) {
    throw new Error("wrong signature");
  }
  const json = ReplyV3.accepted(JSON.parse(body.toString()) as ReplyV3.Asked, coupons);
  return written(`Content-Type: application/json\r\n${ReplyV3.signed(json, platformKey)}`, json);
};

const respond = (answer: Answer, head: string, body: Buffer, trusted: boolean): Buffer => {
  counts.requests++;
  try {
    return answer(head, body, trusted);
  } catch {
    counts.bad++;
    return Buffer.from("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
  }
};

const serve =
  (answer: Answer) =>
  (socket: tls.TLSSocket): void => {
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
        const reply = respond(answer, head, waiting.subarray(end + 4, stop), trusted);
        waiting = waiting.subarray(stop);
        if (/\r\nconnection: *close\r\n/i.test(head)) return void socket.end(reply);
        socket.write(reply);
      }
    });
  };

const listen = async (answer: Answer, options: tls.TlsOptions): Promise<number> => {
  const server = tls.createServer(
    { cert: pem("server-cert.pem"), key: pem("server-key.pem"), ALPNProtocols: ["http/1.1"], ...options },
    serve(answer),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
};

const mutual = { ca: pem("ca.pem"), requestCert: true, rejectUnauthorized: true };
const v2 = { 18: await listen(answerV2(18), mutual), 28: await listen(answerV2(28), mutual) };
const v3 = await listen(answerV3, {});
process.send?.({ v2, v3 } satisfies Ports);

process.on("message", () => {
  const { system, user } = process.cpuUsage();
  process.send?.({ ...counts, cpuMicros: system + user } satisfies Counts);
});
process.on("disconnect", () => process.exit(0));
