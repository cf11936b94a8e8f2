/**
 * The limits: raw `node:https` and raw `undici`, with a body made before and an answer that is only compared (the floor), or with
 * signing and reading by hand (the practical limit).
 */
import { createPrivateKey, createPublicKey, randomBytes, X509Certificate } from "node:crypto";
import * as HandCoded from "../HandCoded.ts";
import * as HandCodedV3 from "../HandCodedV3.ts";
import * as Reply from "../Reply.ts";
import type { Client, Site } from "../Client.ts";
import { ask, check, coupons, type Scheme, type SignType } from "../Story.ts";

export interface Answer {
  /** By name in lower case; only APIv3 looks at them. */
  readonly headers: () => Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

export type Post = (headers: Readonly<Record<string, string>>, body: Buffer) => Promise<Answer>;

const headers = { "Content-Type": "text/xml; charset=utf-8" } as const;

const floor = (post: Post): Client["refund"] => {
  const body = HandCoded.prepare(ask(1), "5K8264ILTKCH16CQ2502SI8ZNMTM67VS", "HMAC-SHA256");
  const wanted = Reply.write(Reply.accepted(HandCoded.read(body), "HMAC-SHA256", coupons));
  return async () => {
    if (!(await post(headers, body)).body.equals(wanted)) throw new Error("a wrong answer");
  };
};

const byHand =
  (post: Post, signType: SignType): Client["refund"] =>
  async (n) => {
    const asked = ask(n);
    const { body } = await post(headers, HandCoded.prepare(asked, randomBytes(16).toString("hex"), signType));
    check(n, HandCoded.interpret(asked, body, signType));
  };

const byHandV3 = (post: Post, { file }: Site): Client["refund"] => {
  const key = createPrivateKey(file("key.pem"));
  const { serialNumber } = new X509Certificate(file("cert.pem"));
  const platformKey = createPublicKey(file("platform-public.pem"));
  return async (n) => {
    const asked = ask(n);
    const made = HandCodedV3.prepare(asked, randomBytes(16).toString("hex"), key, serialNumber);
    const { body, headers } = await post(made.headers, made.body);
    check(n, HandCodedV3.interpret(asked, headers(), body, platformKey));
  };
};

export const open = (site: Site, post: Post, close: () => Promise<void>, signType: Scheme | "none"): Client => ({
  refund: signType === "none" ? floor(post) : signType === "RSA" ? byHandV3(post, site) : byHand(post, signType),
  close,
});
