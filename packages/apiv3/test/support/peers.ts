/**
 * Another project's code as judge, wechatpay-axios-plugin: what it signs and seals we verify and open, what we sign it verifies, for random
 * messages.
 */
import { createRequire } from "node:module";
import type { KeyObject } from "node:crypto";
import * as fc from "fast-check";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import { RefundNotice, Signature } from "../../src/index.ts";
import {
  apiV3Key,
  bytes,
  credential,
  envelope,
  keyId,
  keys,
  mchId,
  merchantKey,
  noticed,
  now,
  platform,
  serialNo,
} from "./gateway.ts";

const { Aes, Formatter, Rsa } = createRequire(import.meta.url)("wechatpay-axios-plugin") as {
  readonly Rsa: {
    readonly sign: (message: string, key: KeyObject) => string;
    readonly verify: (message: string, signature: string, key: KeyObject) => boolean;
  };
  readonly Formatter: {
    readonly request: (method: string, uri: string, timestamp: string, nonce: string, body: string) => string;
    readonly response: (timestamp: string, nonce: string, body: string) => string;
    readonly authorization: (
      mchid: string,
      nonce: string,
      signature: string,
      timestamp: string,
      serial: string,
    ) => string;
  };
  readonly Aes: {
    readonly AesGcm: { readonly encrypt: (plain: string, key: string, iv: string, aad: string) => string };
  };
};

const text = fc.string({ unit: "grapheme", maxLength: 60 });
/** What a path may hold as it is, and escaped. */
const inPath = fc.constantFrom(..."azAZ09-._~!$&'()*+,;=:@/", "%E5%95%86", "%2F");
const message = fc.record({
  method: fc.constantFrom("GET", "POST"),
  path: fc.string({ unit: inPath, maxLength: 60 }).map((path) => `/v3/refund/${path}`),
  nonce: fc.stringMatching(/^[0-9A-Za-z]{1,32}$/),
  reason: text,
  number: fc.stringMatching(/^[0-9A-Za-z_|*@-]{1,64}$/),
  fee: fc.integer({ min: 1, max: 100 }),
  away: fc.integer({ min: -299, max: 299 }),
});

/** The header field's parts, which may stand in any order. */
const partsOf = (authorization: string): string => authorization.replace(/^\S+ /, "").split(",").toSorted().join("\n");

/** Compares as many random messages in every way. */
export const compare = (count: number): { readonly tried: number; readonly differing: ReadonlyArray<string> } => {
  const differing: Array<string> = [];
  let tried = 0;
  const check = (what: string, agrees: boolean) => {
    tried++;
    if (!agrees) differing.push(what);
  };
  for (const { away, fee, method, nonce, number, path, reason } of fc.sample(message, count)) {
    const timestamp = String(now + away);
    const body = method === "GET" ? "" : JSON.stringify({ out_refund_no: number, reason, amount: { refund: fee } });
    // Requests: theirs of ours, and ours as theirs.
    const ours = Signature.sign(credential, { method, path, timestamp, nonce, body });
    const theirText = Formatter.request(method, path, timestamp, nonce, body);
    const theirs = Rsa.sign(theirText, merchantKey.privateKey);
    check(`text of ${path}`, ours.message === theirText);
    check(
      `signature of ${path}`,
      ours.signature === theirs && Rsa.verify(theirText, ours.signature, merchantKey.publicKey),
    );
    check(
      `authorization of ${path}`,
      partsOf(ours.authorization) === partsOf(Formatter.authorization(mchId, nonce, theirs, timestamp, serialNo)),
    );
    // Replies: they sign, we verify; and a byte more is another reply to both.
    const replied = JSON.stringify({ out_refund_no: number, reason });
    const signature = Rsa.sign(Formatter.response(timestamp, nonce, replied), platform.privateKey);
    const headers = {
      "Wechatpay-Timestamp": timestamp,
      "Wechatpay-Nonce": nonce,
      "Wechatpay-Serial": keyId,
      "Wechatpay-Signature": signature,
    };
    const believed = (given: string) => Result.isSuccess(Signature.verify(headers, bytes(given), keys, now));
    check(`reply ${number}`, believed(replied));
    check(
      `changed reply ${number}`,
      believed(`${replied} `) ===
        Rsa.verify(Formatter.response(timestamp, nonce, `${replied} `), signature, platform.publicKey),
    );
    // Notices: they seal and sign, we open.
    const inner = { ...noticed, out_refund_no: number, amount: { ...noticed.amount, refund: fee }, note: reason };
    const iv = nonce.padEnd(12, "0").slice(0, 12);
    const resource = {
      algorithm: "AEAD_AES_256_GCM",
      original_type: "refund",
      associated_data: "refund",
      nonce: iv,
      ciphertext: Aes.AesGcm.encrypt(JSON.stringify(inner), apiV3Key, iv, "refund"),
    };
    const posted = JSON.stringify({ ...envelope(noticed), resource });
    const opened = RefundNotice.open(
      {
        headers: {
          ...headers,
          "Wechatpay-Signature": Rsa.sign(Formatter.response(timestamp, nonce, posted), platform.privateKey),
        },
        body: bytes(posted),
      },
      { mchId, apiV3Key: Redacted.make(apiV3Key), keys, now },
    );
    check(
      `notice ${number}`,
      Result.isSuccess(opened) && opened.success.outRefundNo === number && opened.success.refundFee === fee,
    );
  }
  return { tried, differing };
};
