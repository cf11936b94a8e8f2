/** Which signatures are believed, at which time, by which key. */
import * as Result from "effect/Result";
import { describe, expect, it } from "vitest";
import { Signature } from "../src/index.ts";
import { bytes, keyId, keys, now, other, platform, signatureOf, type Signing } from "./support/gateway.ts";

const body = bytes('{"a":"退款"}');
const verify = (headers: Signature.Headers, at = now) => Signature.verify(headers, body, keys, at);
const verdict = (headers: Signature.Headers, at = now): string =>
  Result.match(verify(headers, at), { onSuccess: (id) => `by ${id}`, onFailure: ({ problem }) => problem });
const signed = (signing: Signing = {}) => signatureOf(body, signing);

describe("a signature", () => {
  it("is believed with names in any case", () => {
    expect(verdict(signed())).toBe(`by ${keyId}`);
    const upper = Object.fromEntries(Object.entries(signed()).map(([name, value]) => [name.toUpperCase(), value]));
    expect(verdict(upper)).toBe(`by ${keyId}`);
    expect([Signature.isSigned(upper), Signature.isWhole(upper)]).toEqual([true, true]);
  });
  it.each(["wechatpay-timestamp", "wechatpay-nonce", "wechatpay-serial", "wechatpay-signature"])(
    "needs %s, once",
    (name) => {
      const headers = signed();
      const { [name]: value = "", ...without } = headers;
      const problem = verify(without);
      expect(Result.isFailure(problem) && problem.failure).toMatchObject({
        problem: "unsigned",
        field: expect.stringMatching(new RegExp(name, "i")),
      });
      expect(Signature.isWhole(without)).toBe(false);
      expect(verdict({ ...headers, [name.toUpperCase()]: value })).toBe("malformed-sign");
      expect(verdict({ ...headers, [name]: `${value}, ${value}` })).toBe("malformed-sign");
      expect(verdict({ ...headers, [name]: "" })).toBe("malformed-sign");
      expect(verdict({ ...headers, [name]: `${value}\n` })).toBe("malformed-sign");
      expect(verdict({ ...without, [name]: 1 as never })).toBe("unsigned");
    },
  );
  it("is none without any of them", () => {
    const none = verify({ "content-type": "application/json" });
    expect(Result.isFailure(none) && none.failure).toEqual({ problem: "unsigned" });
    expect(Signature.isSigned({ "request-id": "1" })).toBe(false);
  });
  it("names its key by exactly its id", () => {
    expect(verdict(signed({ serial: keyId.toLowerCase() }))).toBe("unknown-key");
    expect(verdict(signed({ serial: "__proto__" }))).toBe("unknown-key");
    expect(verdict(signed({ key: other.privateKey }))).toBe("wrong-sign");
  });
  it("is one text and no other that decodes to the same bytes", () => {
    const headers = signed();
    const given = headers["wechatpay-signature"] ?? "";
    for (const changed of [
      given.replace(/=+$/, ""),
      `${given}=`,
      ` ${given}`,
      given.replaceAll("+", "-").replaceAll("/", "_"),
    ]) {
      if (changed !== given) expect(verdict({ ...headers, "wechatpay-signature": changed })).toBe("malformed-sign");
    }
    // The last letter before the padding holds bits that belong to no byte.
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const last = letters.indexOf(given.at(-3) ?? "");
    const twin = `${given.slice(0, -3)}${letters[last + 1]}==`;
    expect(Buffer.from(twin, "base64").equals(Buffer.from(given, "base64"))).toBe(true);
    expect(verdict({ ...headers, "wechatpay-signature": twin })).toBe("malformed-sign");
  });
  it("is known for a probe, whatever its length", () => {
    const probe = `WECHATPAY/SIGNTEST/${(signed()["wechatpay-signature"] ?? "").slice(19)}`;
    expect(verdict({ ...signed(), "wechatpay-signature": probe })).toBe("probe");
    expect(verdict({ ...signed(), "wechatpay-signature": "WECHATPAY/SIGNTEST/x" })).toBe("probe");
  });
  it("does not move between nonce and body", () => {
    const nonce = "abc";
    const headers = signatureOf(bytes(`${nonce}\nrest`), { nonce: "n" });
    expect(Signature.verify({ ...headers, "wechatpay-nonce": "n\nabc" }, bytes("rest"), keys, now)._tag).toBe(
      "Failure",
    );
  });
});

describe("its time", () => {
  it.each([0, 1, -1, 299, -299])("is now when it is %d s away", (away) => {
    expect(verdict(signed({ timestamp: now + away }))).toBe(`by ${keyId}`);
  });
  it.each([300, -300, 301, -301, 86_400, -now + 1])("is not when it is %d s away", (away) => {
    expect(verdict(signed({ timestamp: now + away }))).toBe("clock");
  });
  it.each([
    "0",
    "-1",
    "1e9",
    "01767240005",
    "1767240005.0",
    " 1767240005",
    "99999999999999",
    "NaN",
    "１７６７２４０００５",
  ])("is not written as %j", (timestamp) => {
    expect(verdict(signed({ timestamp }))).toBe("malformed-sign");
  });
  it("is looked at only once the signature holds", () => {
    expect(verdict(signed({ timestamp: 1, key: other.privateKey }))).toBe("wrong-sign");
    expect(verdict(signed(), Number.NaN)).toBe("clock");
  });
});

it("signs a method in capitals", () => {
  expect(Signature.requestText({ method: "get", path: "/a?b=%7C", timestamp: 1, nonce: "n", body: "" })).toBe(
    "GET\n/a?b=%7C\n1\nn\n\n",
  );
  expect(platform.publicKey.asymmetricKeyType).toBe("rsa");
});
