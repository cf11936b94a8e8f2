/** WeChat Pay's own examples, replies recorded in practice, and messages made with published test keys. */
import { createHash, createPublicKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import { describe, expect, it } from "vitest";
import {
  Credential,
  Merchant,
  Operation,
  PlatformKeys,
  Refund,
  RefundNotice,
  RefundQuery,
  Signature,
} from "../src/index.ts";
import { base64Bytes, rsaVerify } from "../src/internal/crypto.ts";
import { open } from "../src/internal/aead.ts";
import { bytes, reply, serialNo } from "./support/gateway.ts";
import * as gateway from "./support/gateway.ts";

interface Vector {
  readonly id: string;
  readonly kind: string;
  readonly method: string;
  readonly url: string;
  readonly timestamp: string;
  readonly nonce_str: string;
  readonly nonce: string;
  readonly body: string;
  readonly message: string;
  readonly key: string;
  readonly wrongKey?: string;
  readonly expectWrongKeyFalse?: string;
  readonly signature: string;
  readonly authorization: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly apiV3Key: string;
  readonly associated_data: string;
  readonly ciphertext: string;
  readonly plaintext: string;
  readonly now: number;
  readonly signed?: unknown;
  readonly expect: unknown;
}
interface Key {
  readonly privateKey?: string;
  readonly publicKey?: string;
  readonly certificate?: string;
  readonly mchid?: string;
  readonly serial_no?: string;
}
const { keys, vectors } = JSON.parse(readFileSync(new URL("data/vectors.json", import.meta.url), "utf8")) as {
  readonly keys: Readonly<Record<string, Key>>;
  readonly vectors: ReadonlyArray<Vector>;
};
const of = (kind: string) =>
  vectors.filter((vector) => vector.kind === kind).map((vector) => [vector.id, vector] as const);
const keyOf = (name: string): Key => keys[name] as Key;
const publicKeyOf = (name: string) => {
  const { certificate, privateKey, publicKey } = keyOf(name);
  return createPublicKey(certificate ?? publicKey ?? (privateKey as string));
};
const platformKey = (name: string, id = "PUB_KEY_ID_1") =>
  Result.getOrThrow(
    PlatformKeys.fromText({ id, key: String(publicKeyOf(name).export({ format: "pem", type: "spki" })) }),
  );

const seen = new Set<string>();
const counted = (id: string) => void seen.add(id);

const credentialOf = (name: string) => {
  const { mchid = "1900000109", privateKey = "", serial_no = serialNo } = keyOf(name);
  return Result.getOrThrow(
    Credential.make({ mchId: mchid, serialNo: serial_no, privateKey: Redacted.make(privateKey) }),
  );
};

describe("what is signed of a request", () => {
  it.each(of("request-signature"))(
    "%s",
    (id, { authorization, body, key, message, method, nonce_str, signature, timestamp, url }) => {
      counted(id);
      const path = url.replace(/^https?:\/\/[^/]+/, "");
      const signed = Signature.sign(credentialOf(key), { method, path, timestamp, nonce: nonce_str, body });
      expect(signed).toEqual({ message, signature, authorization });
    },
  );
  it.each(of("raw-signature"))("%s", (id, { expectWrongKeyFalse, key, message, signature }) => {
    counted(id);
    expect(credentialOf(key).sign(message).signature).toBe(signature);
    const sealed = base64Bytes(signature) as Buffer;
    expect(rsaVerify(Buffer.from(message), publicKeyOf(key), sealed)).toBe(true);
    if (expectWrongKeyFalse !== undefined)
      expect(rsaVerify(Buffer.from(message), publicKeyOf(expectWrongKeyFalse), sealed)).toBe(false);
  });
});

describe("what is signed of a reply", () => {
  it.each(of("reply-signature"))("%s", (id, { body, headers = {}, key, message, wrongKey }) => {
    counted(id);
    const whole = { "Wechatpay-Serial": "PUB_KEY_ID_1", ...headers };
    const timestamp = String(whole["Wechatpay-Timestamp" as keyof typeof whole]);
    expect(
      Buffer.from(
        Signature.replyBytes(timestamp, String(whole["Wechatpay-Nonce" as keyof typeof whole]), bytes(body)),
      ).toString(),
    ).toBe(message);
    const verdict = (name: string) => {
      const known = new Map([[whole["Wechatpay-Serial"], platformKey(name)]]);
      return Signature.verify(whole, bytes(body), known, Number(timestamp));
    };
    expect(Result.isSuccess(verdict(key))).toBe(true);
    if (wrongKey !== undefined) expect(Result.isFailure(verdict(wrongKey))).toBe(true);
  });
});

describe("what is sealed", () => {
  it.each(of("aes-256-gcm"))("%s", (id, { apiV3Key, associated_data, ciphertext, nonce, plaintext }) => {
    counted(id);
    const resource = { algorithm: "AEAD_AES_256_GCM", nonce, associated_data, ciphertext };
    expect(Buffer.from(open(resource, apiV3Key) ?? []).toString()).toBe(plaintext);
    expect(open({ ...resource, nonce: `bad-${nonce.slice(4)}` }, apiV3Key)).toBeUndefined();
    expect(open({ ...resource, associated_data: "bad" }, apiV3Key)).toBeUndefined();
  });
  it.each(of("aes-128-gcm"))("%s: such a key is refused", (id, { apiV3Key }) => {
    counted(id);
    const made = Merchant.make({ ...gateway.options, apiV3Key: Redacted.make(apiV3Key) });
    expect(Result.isFailure(made) && made.failure.message).toContain("apiV3Key must be 32 bytes, it has 16");
  });
  it.each(of("certificates-reply"))("%s", (id, { apiV3Key, body, expect: wanted }) => {
    counted(id);
    const { pemSha256, serial_no } = wanted as { readonly pemSha256: string; readonly serial_no: string };
    const found = Result.getOrThrow(PlatformKeys.fromCertificates(bytes(body), apiV3Key, serialNo));
    expect([...found.keys()]).toEqual([serial_no]);
    const entry = (JSON.parse(body) as { readonly data: ReadonlyArray<{ readonly encrypt_certificate: object }> })
      .data[0];
    const pem = Buffer.from(open(entry?.encrypt_certificate ?? {}, apiV3Key) ?? []);
    expect(createHash("sha256").update(pem).digest("hex")).toBe(pemSha256);
    expect(new X509Certificate(pem).serialNumber).toBe(serial_no);
  });
  it.each(of("rsa-oaep-sha1"))("%s belongs to the abnormal refund, which is not built", counted);
});

const trust = (vector: Vector): Operation.Trust => ({
  now: vector.now,
  keys: new Map([[String(vector.headers?.["Wechatpay-Serial"]), platformKey(vector.key)]]),
});

/** A recording without its signature, as the gateway would sign it now. */
const signedNow = (vector: Vector) =>
  [reply(vector.status, vector.body), { now: gateway.now, keys: gateway.keys }] as const;

const readReply = <In, Out>(operation: Operation.Operation<In, Out>, vector: Vector) =>
  vector.headers === undefined ||
  vector.headers["Wechatpay-Signature"]?.startsWith("present") ||
  vector.now === undefined
    ? Operation.read(operation, ...signedNow(vector))
    : Operation.read(
        operation,
        { status: vector.status, headers: vector.headers, body: bytes(vector.body) },
        trust(vector),
      );

interface Wire {
  readonly refund_id: string;
  readonly out_refund_no: string;
  readonly status: string;
  readonly amount: {
    readonly total: number;
    readonly refund: number;
    readonly payer_refund: number;
    readonly refund_fee?: number;
  };
}

describe("what a reply says", () => {
  it.each(of("apply-reply"))("%s", (id, vector) => {
    counted(id);
    const wire = JSON.parse(vector.body) as Wire;
    const accepted = Result.getOrThrow(readReply(Refund.operation, vector));
    expect(accepted).toMatchObject({
      refundId: wire.refund_id,
      outRefundNo: wire.out_refund_no,
      refundStatusText: wire.status,
      totalFee: wire.amount.total,
      refundFee: wire.amount.refund,
      cashRefundFee: wire.amount.payer_refund,
      feeType: "CNY",
    });
    // The commission is no amount of the refund.
    expect(accepted.extra).toEqual(
      wire.amount.refund_fee === undefined ? {} : { "amount.refund_fee": String(wire.amount.refund_fee) },
    );
    expect(accepted.createTime).toBeDefined();
  });
  it.each(of("query-reply"))("%s", (id, vector) => {
    counted(id);
    const wire = JSON.parse(vector.body) as Wire;
    const { records, totalFee } = Result.getOrThrow(readReply(RefundQuery.operation, vector));
    expect(totalFee).toBe(wire.amount.total);
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({
      refundId: wire.refund_id,
      refundFee: wire.amount.refund,
      refundStatusText: wire.status,
    });
    if (id === "v3-derived-reply-coupon") {
      expect(records[0]).toMatchObject({
        refundStatus: "CHANGE",
        couponRefundFee: 5,
        coupons: [{ couponType: "NO_CASH", couponRefundId: "109519", couponRefundFee: 5 }],
      });
    }
  });
  it.each(of("error-reply"))("%s", (id, vector) => {
    counted(id);
    const operation: Operation.Operation<never, unknown> = id.includes("refund-missing")
      ? RefundQuery.operation
      : Refund.operation;
    const { code = "", message } =
      vector.body === "" ? {} : (JSON.parse(vector.body) as { readonly code?: string; readonly message?: string });
    const unsigned = Operation.read(
      operation,
      { status: vector.status, headers: {}, body: bytes(vector.body) },
      { now: gateway.now, keys: gateway.keys },
    );
    const isSign = vector.status === 401;
    expect(Result.isFailure(unsigned) && unsigned.failure).toMatchObject({
      _tag: "GatewayRefused",
      status: vector.status,
      outcome: isSign ? "not-accepted" : "unknown",
      ...(code !== "" && { code }),
    });
    if (vector.signed === false || vector.headers?.["Wechatpay-Signature"] === undefined) return;
    const signed = readReply(operation, vector);
    expect(Result.isFailure(signed) && signed.failure).toMatchObject({
      _tag: "Rejected",
      errCode: code,
      errCodeDes: message,
      status: vector.status,
    });
  });
});

describe("what a notice says", () => {
  const receiverOf = (vector: Vector): RefundNotice.Receiver => ({
    mchId: "1900000109",
    apiV3Key: Redacted.make(vector.apiV3Key),
    ...trust(vector),
  });
  it.each(of("notice"))("%s", (id, vector) => {
    counted(id);
    const opened = RefundNotice.open({ headers: vector.headers ?? {}, body: bytes(vector.body) }, receiverOf(vector));
    if (vector.expect === "refuse") {
      expect(Result.isFailure(opened) && opened.failure.problem).toBe(
        id.endsWith("event-mismatch") ? "other-event" : "unreadable",
      );
      return;
    }
    const wire = JSON.parse(vector.plaintext) as { readonly refund_status: string; readonly refund_id: string };
    expect(Result.getOrThrow(opened)).toMatchObject({
      refundStatusText: wire.refund_status,
      refundId: wire.refund_id,
      noticeId: (JSON.parse(vector.body) as { readonly id: string }).id,
    });
  });
  it.each(of("notice-plaintext"))("%s", (id, vector) => {
    counted(id);
    const body = gateway.envelope(JSON.parse(vector.body) as object);
    const opened = RefundNotice.open(gateway.callback(body), {
      mchId: "1900000109",
      apiV3Key: Redacted.make(gateway.apiV3Key),
      keys: gateway.keys,
      now: gateway.now,
    });
    expect(Result.getOrThrow(opened)).toMatchObject({
      refundStatus: "SUCCESS",
      refundRecvAccount: "支付用户零钱",
      extra: expect.anything(),
    });
  });
});

it("has looked at every vector", () => {
  expect(vectors.map(({ id }) => id).filter((id) => !seen.has(id))).toEqual([]);
  expect(seen.size).toBe(38);
});
