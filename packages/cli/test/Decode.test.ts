import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { Redacted, Result } from "effect";
import { describe, expect, it } from "vitest";
import { Signature, Xml } from "@wechat-refund/core";
import { Replies } from "@wechat-refund/core/testing";
import { answer, type Kind, type Trust } from "../src/commands/Decode.ts";
import { document, run, start } from "./support/bin.ts";
import { ofKind, type Vector, vectors } from "./support/vectors.ts";

const key = "0123456789abcdef0123456789abcdef";
const oldKey = "fedcba9876543210fedcba9876543210";
const bytes = (text: string) => new TextEncoder().encode(text);
const decode = (kind: Kind, body: string | Uint8Array, trust: Partial<Trust> = {}) =>
  answer(kind, typeof body === "string" ? bytes(body) : body, {
    signType: "MD5",
    apiKey: Redacted.make(key),
    ...trust,
  });
const errorOf = (kind: Kind, body: string | Uint8Array, trust?: Partial<Trust>) => {
  const { exitCode, json } = decode(kind, body, trust);
  expect(exitCode).toBe(1);
  expect(json).toEqual({
    ok: false,
    error: {
      reason: expect.any(String),
      outcome: expect.stringMatching(/^(unknown|not-accepted)$/),
      advice: expect.any(String),
      message: expect.stringMatching(/^[^\n]+$/),
    },
  });
  return (json as { readonly error: { readonly reason: string; readonly outcome: string; readonly advice: string } })
    .error;
};

const merchant = {
  appId: "wx8888888888888888",
  mchId: "1900000109",
  apiKey: Redacted.make(key),
  signType: "HMAC-SHA256" as const,
};
const request = {
  order: { transactionId: "1217752501201407033233368018" },
  outRefundNo: "R-1",
  totalFee: 100,
  refundFee: 60,
};

describe("the vectors", () => {
  const expected = ({ expect, id }: Vector): string => {
    if (expect.reject === true) return "MalformedReply";
    if (id === "derived-result-fail-signed") return "Rejected";
    if (id === "derived-return-fail-unsigned") return "ProtocolRejected";
    return "UntrustedReply";
  };
  const replies = ofKind("reply-xml").filter(({ id }) => id !== "derived-refundquery-11-records");
  it("are there", () => expect(replies.length).toBe(11));
  it.each(replies)("$id", (vector) => {
    for (const kind of ["refund", "query"] as const) {
      const error = errorOf(kind, vector.xml, { signType: vector.signType, apiKey: Redacted.make(vector.key) });
      expect(error.reason).toBe(expected(vector));
    }
  });

  it.each([
    ["derived-result-fail-signed", "not-accepted", "top-up-then-resend-same"],
    ["derived-return-fail-unsigned", "not-accepted", "fix-account"],
    ["derived-unsigned-success", "unknown", "query-first"],
    ["derived-duplicate-element", "unknown", "query-first"],
  ])("%s: %s, %s; of a query always unknown", (id, outcome, advice) => {
    const xml = vectors.find((vector) => vector.id === id)?.xml ?? "";
    expect(errorOf("refund", xml)).toMatchObject({ outcome, advice });
    expect(errorOf("query", xml).outcome).toBe("unknown");
  });

  it.each(ofKind("hostile-xml"))("$id", ({ xml }) => {
    for (const kind of ["refund", "query"] as const) expect(errorOf(kind, xml).reason).toBe("MalformedReply");
  });
  it("has hostile ones", () => expect(ofKind("hostile-xml").length).toBe(4));

  it.each(ofKind("html", "html-title"))("$id", (vector) => {
    const page = vector.xml ?? `<html>\r\n<head><title>${vector.title}</title></head>\r\n<body></body>\r\n</html>`;
    const error = errorOf("refund", page);
    expect(error).toMatchObject({ reason: "GatewayRefused", outcome: "not-accepted", advice: "fix-account" });
    const words = { "certificate-missing": "no client certificate", "certificate-rejected": "certificate was refused" };
    expect(JSON.stringify(error)).toContain(words[vector.expect as unknown as keyof typeof words]);
  });
  it("has pages", () => expect(ofKind("html", "html-title").length).toBe(2));

  it("derived-refundquery-11-records", async () => {
    const vector = vectors.find(({ id }) => id === "derived-refundquery-11-records");
    const ran = await run(["decode", "query", "--sign-type", "MD5"], {
      input: vector?.xml ?? "",
      env: { WECHAT_PAY_API_KEY: vector?.key ?? "" },
    });
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    const { value, ...rest } = document(ran.stdout) as { readonly value: { readonly records: ReadonlyArray<object> } };
    expect(rest).toEqual({ ok: true, verified: true });
    expect(value).toMatchObject({ outTradeNo: "1415757673", totalFee: 1100, refundCount: 11, extra: {} });
    expect(value.records.map((record) => (record as { outRefundNo: string }).outRefundNo)).toEqual(
      Array.from({ length: 11 }, (_, index) => `R${index}`),
    );
  });
});

describe("an accepted refund", () => {
  const { body } = Replies.accepted(merchant, request, { coupon_new_field: "x" });
  const env = { WECHAT_PAY_API_KEY: key };

  it("is printed as typed fields", async () => {
    const ran = await run(["decode", "refund"], { input: body, env });
    expect(document(ran.stdout)).toMatchObject({
      ok: true,
      verified: true,
      value: { outRefundNo: "R-1", refundFee: 60, totalFee: 100, coupons: [], extra: { coupon_new_field: "x" } },
    });
    expect(document(ran.stdout)).not.toHaveProperty("key");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).not.toContain('"sign');
  });

  it("tells which key signed it while keys change", async () => {
    const changing = { WECHAT_PAY_API_KEY: oldKey, WECHAT_PAY_PREVIOUS_API_KEY: key };
    const previous = await run(["decode", "refund"], { input: body, env: changing });
    expect(document(previous.stdout)).toMatchObject({ ok: true, key: "previous" });
    const current = await run(["decode", "refund"], {
      input: body,
      env: { ...env, WECHAT_PAY_PREVIOUS_API_KEY: oldKey },
    });
    expect(document(current.stdout)).toMatchObject({ ok: true, key: "current" });
    for (const { stderr, stdout } of [previous, current]) {
      expect(stdout + stderr).not.toContain(key);
      expect(stdout + stderr).not.toContain(oldKey);
    }
  });

  it("is not believed when it is another merchant's", async () => {
    const { appId, mchId } = merchant;
    const trust = { signType: "HMAC-SHA256", appId, mchId } as const;
    expect(decode("refund", body, trust).exitCode).toBe(0);
    for (const other of [{ appId: "wx1" }, { mchId: "1" }, { subMchId: "1" }]) {
      expect(errorOf("refund", body, { ...trust, ...other })).toMatchObject({
        reason: "UntrustedReply",
        outcome: "unknown",
      });
    }
    const names = { WECHAT_PAY_APP_ID: appId, WECHAT_PAY_MCH_ID: mchId, WECHAT_PAY_SUB_MCH_ID: "1" };
    const ran = await run(["decode", "refund"], { input: body, env: { ...env, ...names } });
    expect(document(ran.stdout)).toMatchObject({ ok: false, error: { reason: "UntrustedReply" } });
    expect(ran.stderr).toContain("sub_mch_id");
    expect(ran.code).toBe(1);
  });

  it("does not repeat a key that stands for the merchant's name", async () => {
    for (const variable of ["WECHAT_PAY_APP_ID", "WECHAT_PAY_MCH_ID", "WECHAT_PAY_SUB_MCH_ID"]) {
      const foreign = { ...env, [variable]: oldKey };
      const ran = await run(["decode", "refund"], { input: body, env: foreign });
      expect(ran.code).toBe(1);
      expect(ran.stderr).toContain("expected (not shown)");
      expect(ran.stdout + ran.stderr).not.toContain(oldKey);
    }
    const { stdout } = await run(["decode", "refund"], {
      input: body,
      env: { ...env, WECHAT_PAY_MCH_ID: "1900000110" },
    });
    expect(stdout).toContain("expected 1900000110, received 1900000109");
  });

  it("does not repeat a key that stands in it", async () => {
    const { body } = Replies.accepted(merchant, request, { [oldKey]: `x${oldKey}`, attach: key.toUpperCase() });
    const ran = await run(["decode", "refund"], { input: body, env: { ...env, WECHAT_PAY_PREVIOUS_API_KEY: oldKey } });
    expect(document(ran.stdout)).toMatchObject({
      ok: true,
      value: { extra: { "<redacted>": "x<redacted>", attach: "<redacted>" } },
    });
  });

  it("is not believed with another algorithm or key, or without its signature", () => {
    const trust = { signType: "HMAC-SHA256" } as const;
    expect(decode("refund", body, trust).exitCode).toBe(0);
    expect(errorOf("refund", body, { signType: "MD5" }).reason).toBe("UntrustedReply");
    expect(errorOf("refund", body, { ...trust, apiKey: Redacted.make(oldKey) }).reason).toBe("UntrustedReply");
    const unsigned = new TextDecoder().decode(body).replace(/<sign>.*<\/sign>/, "");
    expect(errorOf("refund", unsigned, trust).reason).toBe("UntrustedReply");
    expect(errorOf("refund", new TextDecoder().decode(body).replace("60", "61"), trust).reason).toBe("UntrustedReply");
  });
});

it("prints times as ISO text", () => {
  const { body } = Replies.queried(merchant, request, "SUCCESS");
  const { json } = decode("query", body, { signType: "HMAC-SHA256" });
  expect(JSON.parse(JSON.stringify(json))).toMatchObject({
    value: { records: [{ refundStatus: "SUCCESS", refundSuccessTime: "2026-01-01T04:00:05.000Z" }] },
  });
});

it("says that the key is missing", async () => {
  for (const env of [{}, { WECHAT_PAY_API_KEY: "" }]) {
    const ran = await run(["decode", "refund"], { input: "<xml></xml>", env });
    expect(document(ran.stdout)).toMatchObject({ ok: false, error: { outcome: "unknown", advice: "fix-account" } });
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining("WECHAT_PAY_API_KEY") });
  }
});

describe("input that is no reply", () => {
  const env = { WECHAT_PAY_API_KEY: key };
  it.each([
    ["nothing", new Uint8Array()],
    ["one byte", Uint8Array.of(0)],
    ["a megabyte of noise", randomBytes(1 << 20)],
    ["much more than is read", Buffer.alloc(8 << 20, "<xml>")],
    ["a byte order mark", bytes("\uFEFF<xml></xml>")],
    ["a reply without codes", bytes("<xml></xml>")],
  ])("%s", async (_, input) => {
    const ran = await run(["decode", "query"], { input, env });
    expect(document(ran.stdout)).toMatchObject({ ok: false, error: { reason: "MalformedReply", outcome: "unknown" } });
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringMatching(/^MalformedReply: [^\n]+\n$/) });
    expect(errorOf("refund", input).reason).toBe("MalformedReply");
  });

  it("that never ends", async () => {
    const child = start(["decode", "query"], { env });
    const closed = once(child, "close");
    child.stdin.on("error", () => {});
    Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(65_536, "<");
      })(),
    ).pipe(child.stdin);
    const stdout = await text(child.stdout);
    await closed;
    expect(document(stdout)).toMatchObject({ ok: false, error: { reason: "MalformedReply" } });
    expect(child.exitCode).toBe(1);
  });

  it("random bytes, bare and inside a signed reply", () => {
    const { body } = Replies.accepted(merchant, request);
    for (let round = 0; round < 400; round++) {
      const noise = randomBytes(round);
      expect(errorOf(round % 2 === 0 ? "refund" : "query", noise).reason).toBe("MalformedReply");
      const at = Math.floor((round / 400) * body.length);
      const broken = Buffer.from(body);
      broken[at] = (broken[at] ?? 0) ^ (1 << (round % 8));
      const { reason } = errorOf("refund", broken, { signType: "HMAC-SHA256" });
      expect(["MalformedReply", "UntrustedReply", "GatewayRefused"]).toContain(reason);
    }
  });

  it("a value that a terminal would obey stays text", async () => {
    const params = new Map([
      ["return_code", "SUCCESS"],
      ["result_code", "FAIL"],
      ["err_code", "ERROR"],
      ["err_code_des", "\u009b31mred\u2028next"],
    ]);
    params.set("sign", Result.getOrThrow(Signature.sign(params, Redacted.make(key), "MD5")));
    const ran = await run(["decode", "refund", "--sign-type", "MD5"], {
      input: Result.getOrThrow(Xml.write(params)),
      env,
    });
    // oxlint-disable-next-line no-control-regex
    expect(ran.stdout + ran.stderr).not.toMatch(/[\u0080-\u009f\u2028]/);
    expect(document(ran.stdout)).toMatchObject({ error: { reason: "Rejected" } });
  });
});
