/** The single stages over APIv3: every vector through the command, and what is said of an input or an environment that is wrong. */
import { createPublicKey, createSign, generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { document, run } from "./support/bin.ts";

interface Key {
  readonly privateKey?: string;
  readonly publicKey?: string;
  readonly certificate?: string;
  readonly mchid?: string;
  readonly serial_no?: string;
}
interface Vector {
  readonly id: string;
  readonly kind: string;
  readonly key: string;
  readonly apiV3Key: string;
  readonly now: number;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  readonly plaintext?: string;
  readonly expect?: unknown;
  readonly method: string;
  readonly url: string;
  readonly timestamp: string;
  readonly nonce_str: string;
  readonly message: string;
  readonly signature: string;
  readonly authorization: string;
}
const { keys, vectors } = JSON.parse(
  readFileSync(new URL("../../apiv3/test/data/vectors.json", import.meta.url), "utf8"),
) as { readonly keys: Readonly<Record<string, Key>>; readonly vectors: ReadonlyArray<Vector> };
const of = (kind: string) =>
  vectors.filter((vector) => vector.kind === kind).map((vector) => [vector.id, vector] as const);

const directory = mkdtempSync(join(tmpdir(), "stages-"));
afterAll(() => rmSync(directory, { recursive: true }));
const file = (name: string, text: string) => {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
};
const keyId = "PUB_KEY_ID_0000000000000024101100397200000006";
const signer = (name: string) => {
  const {
    mchid = "1900000109",
    privateKey = "",
    serial_no = "5F1C72E2A8931B72A2E13AF8DEE92471EB397115",
  } = keys[name] as Key;
  return {
    WECHAT_PAY_MCH_ID: mchid,
    WECHAT_PAY_V3_SERIAL_NO: serial_no,
    WECHAT_PAY_V3_PRIVATE_KEY_FILE: file(`${name}.pem`, privateKey),
  };
};
const verifier = (name: string) => {
  const { certificate, publicKey = "" } = keys[name] as Key;
  return {
    WECHAT_PAY_V3_PUBLIC_KEY_FILE: file(`${name}.pub`, certificate ?? publicKey),
    WECHAT_PAY_V3_PUBLIC_KEY_ID: keyId,
  };
};
const stage = async (args: ReadonlyArray<string>, input: unknown, env: Record<string, string>) => {
  const ran = await run([...args, "--protocol", "v3"], {
    input: typeof input === "string" ? input : JSON.stringify(input),
    env,
  });
  return {
    ...ran,
    json: document(ran.stdout) as Record<string, unknown> & { readonly error?: Record<string, unknown> },
  };
};

describe("sign", () => {
  it.each(of("request-signature"))("%s", async (_, vector) => {
    const { body, method, nonce_str: nonce, timestamp, url } = vector;
    const env = signer(vector.key);
    const expected = { message: vector.message, signature: vector.signature, authorization: vector.authorization };
    const { code, json } = await stage(["sign"], { method, url, timestamp, nonce, body }, env);
    expect([code, json]).toEqual([0, expected]);
    // The host is no part of it, a number is a time too, and the variable says what the flag does.
    const again = await run(["sign"], {
      input: JSON.stringify({
        method,
        url: `https://api.mch.weixin.qq.com${url}`,
        timestamp: Number(timestamp),
        nonce,
        ...(body !== "" && { body }),
      }),
      env: { ...env, WECHAT_PAY_PROTOCOL: "v3" },
    });
    expect(document(again.stdout)).toEqual(expected);
  });
  const good = { method: "GET", url: "/v3/certificates", timestamp: "1554208460", nonce: "n", body: "" };
  it.each([
    ["nothing", "", "is empty"],
    ["no JSON", "<xml/>", "must be a JSON object"],
    ["a list", "[]", "must be a JSON object"],
    ["a field twice", '{"method":"GET","method":"POST"}', "twice"],
    ["another field", { ...good, sign: "x" }, "not known"],
    ["no method", { ...good, method: 1 }, "method"],
    ["no path", { ...good, url: "v3/certificates" }, "url"],
    ["a path that is not escaped", { ...good, url: "/v3/退款" }, "url"],
    ["no time", { ...good, timestamp: "now" }, "timestamp"],
    ["a nonce of two lines", { ...good, nonce: "a\nb" }, "nonce"],
    ["a body that was parsed", { ...good, body: {} }, "body"],
    ["half a character", `${JSON.stringify(good).slice(0, -3)}"\\ud800"}`, "body"],
  ])("is refused with %s", async (_, input, said) => {
    const { code, json } = await stage(["sign"], input, signer("official-doc-merchant"));
    expect(code).toBe(2);
    expect(json.error).toMatchObject({
      reason: "InvalidParams",
      advice: "fix-request",
      message: expect.stringContaining(said),
    });
  });
  it("is refused with an environment that cannot sign, and shows no key", async () => {
    const env = signer("official-doc-merchant");
    const { privateKey = "" } = keys["official-doc-merchant"] as Key;
    for (const [changes, said] of [
      [{ WECHAT_PAY_V3_SERIAL_NO: "" }, "WECHAT_PAY_V3_SERIAL_NO"],
      [{ WECHAT_PAY_V3_PRIVATE_KEY_FILE: "" }, "WECHAT_PAY_V3_PRIVATE_KEY_FILE"],
      [{ WECHAT_PAY_V3_PRIVATE_KEY_FILE: privateKey }, "holds the key itself"],
      [{ WECHAT_PAY_V3_PRIVATE_KEY_FILE: "./no.pem" }, "names no file"],
      [{ WECHAT_PAY_V3_SERIAL_NO: "0" }, "serialNo"],
      [{ WECHAT_PAY_PROTOCOL: "v4" }, ""],
    ] as const) {
      const { code, json, stderr, stdout } = await stage(["sign"], good, { ...env, ...changes });
      if ("WECHAT_PAY_PROTOCOL" in changes) continue;
      expect(code, said).toBe(2);
      expect(json.error?.["message"]).toContain(said);
      expect(stderr + stdout).not.toContain(privateKey.split("\n")[2]);
    }
    const wrong = await run(["sign"], { input: JSON.stringify(good), env: { ...env, WECHAT_PAY_PROTOCOL: "v4" } });
    expect(wrong.code).toBe(2);
    expect(wrong.stdout).toContain("WECHAT_PAY_PROTOCOL must be v2 or v3");
  });
});

describe("decode", () => {
  const now = 1_767_240_005;
  const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const ownKey = {
    WECHAT_PAY_V3_PUBLIC_KEY: String(pair.publicKey.export({ format: "pem", type: "spki" })),
    WECHAT_PAY_V3_PUBLIC_KEY_ID: keyId,
  };
  const signed = (status: number, body: string, at = now) => ({
    status,
    headers: {
      "Wechatpay-Timestamp": String(at),
      "Wechatpay-Nonce": "n",
      "Wechatpay-Serial": keyId,
      "Wechatpay-Signature": createSign("sha256").update(`${at}\nn\n${body}\n`).sign(pair.privateKey, "base64"),
    },
    body,
  });
  const decode = (kind: string, input: unknown, env: Record<string, string> = ownKey, at = now) =>
    stage(["decode", kind, "--now", String(at)], input, env);

  it.each([...of("apply-reply"), ...of("query-reply")])("%s", async (_, vector) => {
    const kind = vector.kind === "apply-reply" ? "refund" : "query";
    const own = vector.headers?.["Wechatpay-Signature"] !== undefined;
    const { code, json } = own
      ? await decode(
          kind,
          { status: vector.status, headers: vector.headers, body: vector.body },
          verifier(vector.key),
          vector.now,
        )
      : await decode(kind, signed(vector.status, vector.body));
    const wire = JSON.parse(vector.body) as { readonly refund_id: string; readonly status: string };
    const value = json["value"] as { readonly records?: ReadonlyArray<unknown> };
    expect([code, json["ok"], json["verified"]]).toEqual([0, true, true]);
    expect(kind === "refund" ? value : value.records?.[0]).toMatchObject({
      refundId: wire.refund_id,
      refundStatusText: wire.status,
    });
    // Without its signature it proves nothing.
    const bare = await decode(kind, { status: vector.status, headers: {}, body: vector.body });
    expect(bare.json.error).toMatchObject({ reason: "UntrustedReply", outcome: "unknown", advice: "query-first" });
  });
  it.each(of("error-reply"))("%s", async (_, { body, status }) => {
    const bare = await decode("refund", { status, headers: {}, body });
    expect(bare.json.error).toMatchObject({
      reason: "GatewayRefused",
      outcome: status === 401 ? "not-accepted" : "unknown",
    });
    if (body === "" || status === 401 || status >= 500) return;
    const { code, json } = await decode("refund", signed(status, body));
    expect(code).toBe(1);
    expect(json.error).toMatchObject({ reason: "Rejected" });
  });
  it("takes header fields as libraries give them, in any case, and none twice", async () => {
    const reply = signed(403, '{"code":"NOT_ENOUGH"}');
    const lower = Object.fromEntries(
      Object.entries(reply.headers).map(([name, value]) => [name.toLowerCase(), [value]]),
    );
    expect((await decode("refund", { ...reply, headers: lower })).json.error).toMatchObject({
      reason: "Rejected",
      outcome: "not-accepted",
    });
    const twice = { ...reply.headers, "wechatpay-nonce": "n" };
    expect((await decode("refund", { ...reply, headers: twice })).json.error).toMatchObject({
      reason: "UntrustedReply",
    });
    const joined = { ...reply.headers, "Wechatpay-Nonce": ["n", "n"] };
    expect((await decode("refund", { ...reply, headers: joined })).json.error).toMatchObject({
      reason: "UntrustedReply",
    });
    expect((await decode("refund", reply, ownKey, now + 301)).json.error).toMatchObject({ reason: "UntrustedReply" });
  });
  it.each([
    ["no JSON", "<xml/>"],
    ["no status", { headers: {}, body: "" }],
    ["a body that was parsed", { status: 200, headers: {}, body: {} }],
    ["header fields that are none", { status: 200, headers: [], body: "" }],
    ["a header field that is none", { status: 200, headers: { a: {} }, body: "" }],
  ])("reads nothing of %s", async (_, input) => {
    const { code, json } = await decode("query", input);
    expect([code, json.error]).toMatchObject([1, { reason: "MalformedReply", outcome: "unknown" }]);
  });
  it("says which key is missing", async () => {
    expect((await decode("refund", signed(200, "{}"), {})).json.error).toMatchObject({
      reason: "CannotVerify",
      advice: "fix-account",
    });
    const { code, json } = await decode("refund", signed(200, "{}"), {
      WECHAT_PAY_V3_PUBLIC_KEY: "-",
      WECHAT_PAY_V3_PUBLIC_KEY_ID: keyId,
    });
    expect([code, json.error?.["message"]]).toEqual([
      2,
      expect.stringContaining("WECHAT_PAY_V3_PUBLIC_KEY_FILE is neither PEM"),
    ]);
    const noId = await decode("refund", signed(200, "{}"), {
      WECHAT_PAY_V3_PUBLIC_KEY: ownKey.WECHAT_PAY_V3_PUBLIC_KEY,
    });
    expect(noId.json.error?.["message"]).toContain("WECHAT_PAY_V3_PUBLIC_KEY_ID must be");
  });
});

describe("notice", () => {
  const envOf = (vector: Vector) => ({ ...verifier(vector.key), WECHAT_PAY_V3_KEY: vector.apiV3Key });
  const notice = (vector: Vector, changes: object = {}, env: Record<string, string> = {}, at = vector.now) =>
    stage(
      ["notice", "--now", String(at)],
      { headers: vector.headers, body: vector.body, ...changes },
      { ...envOf(vector), ...env },
    );
  it.each(of("notice"))("%s", async (_, vector) => {
    const { code, json } = await notice(vector);
    if (vector.expect === "refuse") {
      expect([code, json["ok"], json.error?.["reason"]]).toEqual([1, false, "BadNotice"]);
      return;
    }
    const wire = JSON.parse(vector.plaintext ?? "") as { readonly refund_status: string };
    expect([code, json["ok"], json["value"]]).toMatchObject([0, true, { refundStatusText: wire.refund_status }]);
    expect((await notice(vector, {}, { WECHAT_PAY_MCH_ID: "1900000109" })).code).toBe(0);
    expect((await notice(vector, {}, { WECHAT_PAY_MCH_ID: "1900000110" })).json.error).toMatchObject({
      problem: "other-merchant",
      field: "mchid",
    });
    expect((await notice(vector, {}, { WECHAT_PAY_SUB_MCH_ID: "1900000200" })).json.error).toMatchObject({
      problem: "other-merchant",
    });
    expect((await notice(vector, { headers: {} })).json.error).toMatchObject({ problem: "unsigned" });
    expect((await notice(vector, {}, {}, vector.now + 301)).json.error).toMatchObject({ problem: "clock" });
  });
  it("of a sub-merchant is opened for whom it names, or for whom the environment does", async () => {
    const [, vector] = of("notice")[0] as readonly [string, Vector];
    const { privateKey = "" } = keys[vector.key] as Key;
    const { createCipheriv } = await import("node:crypto");
    const inner = {
      ...(JSON.parse(vector.plaintext ?? "") as object),
      mchid: undefined,
      sp_mchid: "1900000209",
      sub_mchid: "1900000301",
    };
    const cipher = createCipheriv("aes-256-gcm", vector.apiV3Key, "fdasflkja484").setAAD(Buffer.from("refund"));
    const ciphertext = Buffer.concat([
      cipher.update(JSON.stringify(inner)),
      cipher.final(),
      cipher.getAuthTag(),
    ]).toString("base64");
    const outer = JSON.parse(vector.body) as { readonly resource: object };
    const body = JSON.stringify({ ...outer, resource: { ...outer.resource, ciphertext } });
    const signature = createSign("sha256").update(`${vector.now}\nn\n${body}\n`).sign(privateKey, "base64");
    const headers = { ...vector.headers, "Wechatpay-Nonce": "n", "Wechatpay-Signature": signature };
    expect(createPublicKey(privateKey).asymmetricKeyType).toBe("rsa");
    for (const env of [
      {},
      { WECHAT_PAY_MCH_ID: "1900000209" },
      { WECHAT_PAY_SUB_MCH_ID: "1900000301" },
    ] as ReadonlyArray<Record<string, string>>) {
      expect((await notice(vector, { headers, body }, env)).json["value"]).toMatchObject({ subMchId: "1900000301" });
    }
    expect((await notice(vector, { headers, body }, { WECHAT_PAY_SUB_MCH_ID: "1900000302" })).json.error).toMatchObject(
      { field: "sub_mchid" },
    );
    expect((await notice(vector, { headers, body }, { WECHAT_PAY_MCH_ID: "1" })).json.error).toMatchObject({
      field: "sp_mchid",
    });
  });
  it("says what is missing, and what the input must be", async () => {
    const [, vector] = of("notice")[0] as readonly [string, Vector];
    const without = async (env: Record<string, string>) => (await stage(["notice"], {}, env)).json.error?.["message"];
    expect(await without({})).toContain("set WECHAT_PAY_V3_KEY");
    expect(await without({ WECHAT_PAY_V3_KEY: "short" })).toContain("WECHAT_PAY_V3_KEY must be 32 bytes");
    expect(await without({ WECHAT_PAY_V3_KEY: vector.apiV3Key })).toContain("WECHAT_PAY_V3_PUBLIC_KEY_FILE");
    expect(await without({ WECHAT_PAY_V3_KEY: vector.apiV3Key, WECHAT_PAY_V3_PUBLIC_KEY: "-" })).toContain(
      "neither PEM",
    );
    expect((await stage(["notice"], "<xml/>", envOf(vector))).json.error).toMatchObject({ problem: "not-json" });
    const chinese = await run(["notice", "--protocol", "v3"], {
      input: "{}",
      env: { ...envOf(vector), LANG: "zh_CN.UTF-8" },
    });
    expect(chinese.code).toBe(1);
  });
});
