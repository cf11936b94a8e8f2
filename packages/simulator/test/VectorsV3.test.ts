/** The gateway's own codec against what was published and recorded of APIv3. */
import { createPrivateKey, createPublicKey, hash } from "node:crypto";
import { Result } from "effect";
import { describe, expect, it } from "vitest";
import { Gateway, MessageV3 } from "@wechat-refund/simulator";
import { apiKey, appId, now, paid } from "./client.ts";
import { codeOf, gatewayV3, json, merchant, query, refund, seal, send, unseal, v3 } from "./clientV3.ts";
import data from "./data/vectors-v3.json" with { type: "json" };

type Vector = (typeof data.vectors)[number];
const ofKind = (...kinds: ReadonlyArray<string>): ReadonlyArray<Vector> =>
  data.vectors.filter(({ kind }) => kinds.includes(kind));
const vector = (id: string): Vector => {
  const found = data.vectors.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no vector ${id}`);
  return found;
};
const keys: Readonly<Record<string, { readonly privateKey?: string; readonly publicKey?: string } | undefined>> = {
  ...data.keys,
  "go-platform-cert": undefined,
};
const privateKeyOf = ({ key = "" }: { readonly key?: string }) => createPrivateKey(keys[key]?.privateKey ?? "");
const bytes = (text = ""): Uint8Array => new TextEncoder().encode(text);

/** A recorded body as JSON. */
const recorded = (id: string) => JSON.parse(vector(id).body ?? "") as Readonly<Record<string, unknown>>;

describe("signatures", () => {
  it.each(ofKind("request-signature"))(
    "of requests: $id",
    ({ authorization = "", body, message, method = "", url, ...rest }) => {
      const read = Result.getOrThrow(MessageV3.readAuthorization(authorization));
      const text = MessageV3.requestText({ method, target: url ?? "", ...read, body: bytes(body) });
      expect(Buffer.from(text).toString()).toBe(message);
      const key = privateKeyOf(rest);
      expect(MessageV3.verify(text, read.signature, createPublicKey(key))).toBe(true);
      expect(MessageV3.sign(text, key)).toBe(rest.signature);
      expect(MessageV3.writeAuthorization(read)).toBe(authorization);
    },
  );

  it.each(ofKind("raw-signature"))("of texts: $id", ({ message, signature, ...rest }) => {
    expect(MessageV3.sign(bytes(message), privateKeyOf(rest))).toBe(signature);
  });

  it.each([...ofKind("apply-reply", "query-reply", "error-reply", "notice")].filter(({ key }) => key !== undefined))(
    "of replies and notices: $id",
    ({ body, headers, ...rest }) => {
      const text = MessageV3.replyText(
        headers?.["Wechatpay-Timestamp"] ?? "",
        headers?.["Wechatpay-Nonce"] ?? "",
        bytes(body),
      );
      expect(MessageV3.sign(text, privateKeyOf(rest))).toBe(headers?.["Wechatpay-Signature"]);
    },
  );

  it("that the documentation shows are checked with the key that it shows, and with no other", () => {
    const { body, headers, message } = vector("v3-verify-doc-reply");
    const text = MessageV3.replyText(
      headers?.["Wechatpay-Timestamp"] ?? "",
      headers?.["Wechatpay-Nonce"] ?? "",
      bytes(body),
    );
    expect(Buffer.from(text).toString()).toBe(message);
    const checked = (key: string) =>
      MessageV3.verify(text, headers?.["Wechatpay-Signature"] ?? "", createPublicKey(keys[key]?.publicKey ?? ""));
    expect(checked("official-doc-platform")).toBe(true);
    expect(checked("official-doc-wechatpay-public-key-page")).toBe(false);
  });

  it("of the documentation's own refund query open the door", () => {
    const { authorization, url: target = "", timestamp } = vector("v3-sign-doc-refund-query");
    const at = Number(timestamp) * 1_000;
    const { mchid: mchId, privateKey, serial_no: serialNo } = data.keys["official-doc-merchant"];
    const publicKey = createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString();
    const to = Gateway.make({ merchants: [{ appId, mchId, apiKey, v3: v3({ serialNo, publicKey }) }] });
    const ask = (seconds: number) =>
      send(to, { target, authorization: authorization ?? "", now: at + seconds * 1_000 });
    expect(codeOf(ask(0))).toBe("404 RESOURCE_NOT_EXISTS");
    expect(codeOf(ask(300))).toBe("404 RESOURCE_NOT_EXISTS");
    expect(codeOf(ask(301))).toBe("401 SIGN_ERROR");
  });
});

describe("what is sealed under the APIv3 key", () => {
  it("is sealed and opened as in v3-aead-java, and opened with nothing else", () => {
    const { apiV3Key = "", associated_data = "", ciphertext = "", nonce = "", plaintext = "" } = vector("v3-aead-java");
    expect(MessageV3.seal(plaintext, apiV3Key, nonce, associated_data).ciphertext).toBe(ciphertext);
    const sealed = { associated_data, ciphertext, nonce };
    expect(MessageV3.open(sealed, apiV3Key)).toBe(plaintext);
    expect(MessageV3.open({ ...sealed, nonce: "bad-4a9R25RW" }, apiV3Key)).toBeUndefined();
    expect(MessageV3.open({ ...sealed, associated_data: "bad" }, apiV3Key)).toBeUndefined();
    expect(MessageV3.open(sealed, "TestApiV3Key00000000000000000001")).toBeUndefined();
    expect(MessageV3.open({ ...sealed, ciphertext: "AAAA" }, apiV3Key)).toBeUndefined();
  });

  it("are certificates as in v3-certificates-java", () => {
    const { apiV3Key = "", body = "", expect: expected } = vector("v3-certificates-java");
    const { data: certificates } = JSON.parse(body) as {
      readonly data: ReadonlyArray<{ readonly encrypt_certificate: MessageV3.Sealed }>;
    };
    const sealed = certificates[0]?.encrypt_certificate;
    if (sealed === undefined) throw new Error("no certificate");
    const pem = MessageV3.open(sealed, apiV3Key) ?? "";
    expect(hash("sha256", pem)).toBe((expected as { readonly pemSha256: string }).pemSha256);
    expect(MessageV3.seal(pem, apiV3Key, sealed.nonce, sealed.associated_data)).toEqual(sealed);
  });

  it.each(["v3-derived-notice-success", "v3-derived-notice-closed"])("are notices as in %s", (id) => {
    const { apiV3Key = "", body = "", plaintext = "" } = vector(id);
    const { resource } = JSON.parse(body) as { readonly resource: MessageV3.Sealed };
    const { original_type: _, ...sealed } = resource as MessageV3.Sealed & { readonly original_type: string };
    expect(MessageV3.open(sealed, apiV3Key)).toBe(plaintext);
    expect(MessageV3.seal(plaintext, apiV3Key, sealed.nonce, sealed.associated_data)).toEqual(sealed);
  });

  it("is nothing where a byte of it was changed, as in v3-derived-notice-tampered-cipher", () => {
    const { apiV3Key = "", body = "" } = vector("v3-derived-notice-tampered-cipher");
    const { resource } = JSON.parse(body) as { readonly resource: MessageV3.Sealed };
    expect(MessageV3.open(resource, apiV3Key)).toBeUndefined();
  });

  it("wants a key of 32 bytes, unlike that of v3-aead-go-128", () => {
    expect(() => gatewayV3({}, { apiKey: "testAPIv3Key0000" })).toThrow(
      "merchants.0.v3.apiKey: Expected a text of 32 bytes",
    );
  });
});

/** The members of a body in their order, and the types of their values. */
const shapeOf = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(shapeOf)
    : typeof value === "object" && value !== null
      ? Object.entries(value).map(([name, member]) => [name, shapeOf(member)])
      : typeof value;

describe("what was recorded", () => {
  it.each(["v3-rec-apply-processing-2024", "v3-derived-reply-accepted"])("is what apply answers: %s", (id) => {
    const reply = json(refund(gatewayV3()));
    expect(shapeOf(reply)).toEqual(shapeOf(recorded(id)));
  });

  it("is what a query answers, with the returned commission", () => {
    const to = gatewayV3();
    refund(to, { amount: { refund: 100, total: 100, currency: "CNY" } });
    const reply = json(query(to, "R-1", { now: now + 5_000 }));
    const { body } = vector("v3-rec-query-success-2023");
    expect(shapeOf(reply)).toEqual(shapeOf(JSON.parse(body ?? "")));
    expect(reply["amount"]).toEqual(recorded("v3-rec-query-success-2023")["amount"]);
  });

  it("is what a refund of an order paid with a coupon answers", () => {
    const coupons = [{ id: "109519", type: "NO_CASH", fee: 5 }] as const;
    const to = gatewayV3({ orders: [{ ...paid, coupons }], course: [{ status: "CHANGE", afterMillis: 0 }] });
    refund(to, { amount: { refund: 100, total: 100, currency: "CNY" } });
    const reply = json(query(to));
    expect(shapeOf(reply)).toEqual(shapeOf(recorded("v3-derived-reply-coupon")));
    expect(reply["promotion_detail"]).toEqual(recorded("v3-derived-reply-coupon")["promotion_detail"]);
    expect(reply).toMatchObject({
      status: "ABNORMAL",
      amount: { discount_refund: 5, payer_refund: 95, settlement_refund: 95 },
    });
  });

  it.each(["v3-rec-notice-plain-2021", "v3-rec-notice-plain-2023"])("is what a notice seals: %s", (id) => {
    const to = gatewayV3();
    refund(to);
    const [delivery] = to.notices.take(now + 5_000);
    const { resource } = json(delivery ?? { body: new Uint8Array() }) as unknown as {
      readonly resource: Parameters<typeof unseal>[0];
    };
    expect(shapeOf(JSON.parse(unseal(resource)))).toEqual(shapeOf(recorded(id)));
  });

  const poor = { ...merchant(), funds: { available: 10 } };
  const situations: ReadonlyArray<
    readonly [id: string, seal: string, say: () => readonly [Gateway.Gateway, Gateway.Reply]]
  > = [
    [
      "v3-rec-error-not-enough-signed",
      "signed by certificate",
      () => {
        const to = gatewayV3({ merchants: [poor] });
        return [to, refund(to)];
      },
    ],
    [
      "v3-rec-error-full",
      "signed by certificate",
      () => {
        const to = gatewayV3();
        refund(to, { amount: { refund: 100, total: 100, currency: "CNY" } });
        return [to, refund(to, { out_refund_no: "R-2" })];
      },
    ],
    [
      "v3-rec-error-mismatch",
      "signed by certificate",
      () => {
        const to = gatewayV3();
        refund(to);
        return [to, refund(to, { amount: { refund: 31, total: 100, currency: "CNY" } })];
      },
    ],
    [
      "v3-rec-error-exceeds",
      "signed by certificate",
      () => {
        const to = gatewayV3();
        refund(to);
        return [to, refund(to, { out_refund_no: "R-2", amount: { refund: 71, total: 100, currency: "CNY" } })];
      },
    ],
    [
      "v3-rec-error-order-missing",
      "signed by certificate",
      () => {
        const to = gatewayV3();
        return [to, refund(to, { out_trade_no: "T-9" })];
      },
    ],
    [
      "v3-rec-error-refund-missing",
      "signed by certificate",
      () => {
        const to = gatewayV3();
        return [to, query(to)];
      },
    ],
    [
      "v3-rec-error-no-ua",
      "unsigned",
      () => {
        const to = gatewayV3();
        return [to, query(to, "probe0001", { headers: { "user-agent": undefined } })];
      },
    ],
    [
      "v3-rec-error-sign-format",
      "unsigned",
      () => {
        const to = gatewayV3();
        return [to, refund(to, {}, { headers: { authorization: undefined } })];
      },
    ],
    [
      "v3-rec-error-sign-wrong",
      "unsigned",
      () => {
        const to = gatewayV3();
        return [to, query(to, "R-1", { text: (right) => right.trimEnd() })];
      },
    ],
    [
      "v3-rec-error-sign-clock",
      "unsigned",
      () => {
        const to = gatewayV3();
        // The time is looked at before the signature.
        return [to, query(to, "R-1", { timestamp: 1_554_208_460, text: () => "nothing" })];
      },
    ],
    [
      "v3-rec-error-param-field",
      "signed by certificate",
      () => {
        const to = gatewayV3();
        return [to, refund(to, { out_refund_no: undefined })];
      },
    ],
    [
      "v3-rec-empty-404",
      "unsigned",
      () => {
        const to = gatewayV3();
        return [to, send(to, { target: "/v3/pay/transactions/no-such-endpoint-probe" })];
      },
    ],
  ];

  it.each(situations)("is what the gateway says: %s", (id, signed, say) => {
    const [to, reply] = say();
    const { body = "", status } = vector(id);
    expect(reply.status).toBe(status);
    expect(seal(to, reply)).toBe(signed);
    if (body === "") expect(reply.body).toHaveLength(0);
    else expect(json(reply)).toEqual(JSON.parse(body));
  });

  it("has the length that was recorded", () => {
    const reply = refund(gatewayV3({ merchants: [poor] }));
    expect(reply.body).toHaveLength(85);
    expect(reply.headers).toMatchObject({ "Request-ID": expect.stringMatching(/-268892709$/) });
    expect(reply.contentType).toBe("application/json; charset=utf-8");
  });

  it("has a number where a value was one, as in v3-derived-error-param-number", () => {
    const to = gatewayV3();
    const reply = refund(to, { amount: { refund: 0, total: 100, currency: "CNY" } });
    expect(json(reply)).toMatchObject({ code: "PARAM_ERROR", detail: { location: "body", value: 0 } });
  });

  it("of a merchant without certificates begins as in v3-rec-error-no-platform-cert", () => {
    const to = gatewayV3({}, { platform: "public-key" });
    const reply = send(to, { target: "/v3/certificates" });
    const { code, message } = recorded("v3-rec-error-no-platform-cert");
    expect(json(reply)).toEqual({ code, message: expect.stringMatching(new RegExp(`^${String(message)}`)) });
    expect([reply.status, seal(to, reply)]).toEqual([404, "signed by public key"]);
  });
});
