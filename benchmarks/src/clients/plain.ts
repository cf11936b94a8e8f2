/**
 * The limits: raw `node:https` and raw `undici`, with a body made before and an answer that is only compared (the floor), or with
 * signing and reading by hand (the practical limit).
 */
import { randomBytes } from "node:crypto";
import * as HandCoded from "../HandCoded.ts";
import * as Reply from "../Reply.ts";
import type { Client } from "../Client.ts";
import { ask, check, coupons, type SignType } from "../Story.ts";

export type Post = (body: Buffer) => Promise<Buffer>;

export const headers = { "Content-Type": "text/xml; charset=utf-8" } as const;

export const floor = (post: Post, close: () => Promise<void>): Client => {
  const body = HandCoded.prepare(ask(1), "5K8264ILTKCH16CQ2502SI8ZNMTM67VS", "HMAC-SHA256");
  const wanted = Reply.write(Reply.accepted(HandCoded.read(body), "HMAC-SHA256", coupons));
  return {
    refund: async () => {
      if (!(await post(body)).equals(wanted)) throw new Error("a wrong answer");
    },
    close,
  };
};

export const byHand = (post: Post, close: () => Promise<void>, signType: SignType): Client => ({
  refund: async (n) => {
    const asked = ask(n);
    const reply = await post(HandCoded.prepare(asked, randomBytes(16).toString("hex"), signType));
    check(n, HandCoded.interpret(asked, reply, signType));
  },
  close,
});
