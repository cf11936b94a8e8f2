/** Which callbacks are notices of this merchant, and why the others are not. */
import * as Core from "@wechat-refund/core/RefundNotice";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import { describe, expect, it } from "vitest";
import { RefundNotice, type Signature } from "../src/index.ts";
import {
  apiV3Key,
  bytes,
  callback,
  envelope,
  keys,
  mchId,
  noticed,
  now,
  other,
  seal,
  signatureOf,
} from "./support/gateway.ts";

const receiver: RefundNotice.Receiver = { mchId, apiV3Key: Redacted.make(apiV3Key), keys, now };
const provider: RefundNotice.Receiver = { ...receiver, subMchId: "1900000200" };
const { mchid: _, ...unnamed } = noticed;
const ofProvider = { ...unnamed, sp_mchid: mchId, sub_mchid: "1900000200" };

const open = (given: Core.Callback, whose = receiver) => RefundNotice.open(given, whose);
const problem = (given: Core.Callback, whose = receiver): string =>
  Result.match(open(given, whose), { onSuccess: () => "opened", onFailure: ({ problem }) => problem });

describe("a notice", () => {
  it("says what became of a refund, in the domain's words", () => {
    const notice = Result.getOrThrow(open(callback(envelope({ ...noticed, news: 1 }))));
    expect(notice).toMatchObject({
      outRefundNo: "R-1415701182_01",
      refundStatus: "SUCCESS",
      totalFee: 100,
      refundFee: 1,
      cashRefundFee: 1,
      noticeId: "EV-20260101120007",
      keyUsed: "current",
      extra: { news: "1", "amount.payer_total": "100" },
    });
    expect(notice).not.toHaveProperty("subMchId");
    const { success_time: __, ...abnormal } = noticed;
    const said = open(
      callback(envelope({ ...abnormal, refund_status: "ABNORMAL" }, { event_type: "REFUND.ABNORMAL" })),
    );
    expect(Result.getOrThrow(said).refundStatus).toBe("CHANGE");
  });
  it("of a sub-merchant names both", () => {
    expect(Result.getOrThrow(open(callback(envelope(ofProvider)), provider)).subMchId).toBe("1900000200");
  });
  it.each<readonly [string, Core.Callback, RefundNotice.Receiver, string]>([
    ["mchid", callback(envelope({ ...noticed, mchid: "1900000110" })), receiver, "1900000110"],
    ["mchid", callback(envelope(ofProvider)), receiver, "none"],
    ["sub_mchid", callback(envelope({ ...noticed, sub_mchid: "1900000200" })), receiver, "1900000200"],
    ["sp_mchid", callback(envelope(noticed)), provider, "none"],
    ["sub_mchid", callback(envelope({ ...ofProvider, sub_mchid: "1900000201" })), provider, "1900000201"],
  ])("of another %s is not this merchant's", (field, given, whose, received) => {
    const opened = open(given, whose);
    expect(Result.isFailure(opened) && opened.failure).toMatchObject({
      problem: "other-merchant",
      field,
      protocol: "v3",
    });
    expect(Result.isFailure(opened) && opened.failure.message).toContain(`received ${received}`);
  });
});

describe("what is no notice", () => {
  const signedBytes = (body: Uint8Array) => ({ headers: signatureOf(body), body });
  it.each<readonly [string, Core.Callback, string]>([
    ["nothing", { headers: {}, body: undefined as never }, "empty"],
    ["null", { headers: {}, body: null as never }, "empty"],
    ["what a framework has parsed", { headers: {}, body: {} as never }, "not-json"],
    ["no bytes", { headers: {}, body: new Uint8Array(0) }, "empty"],
    ["too many bytes", signedBytes(new Uint8Array(65_537)), "too-large"],
    ["unsigned", { headers: {}, body: bytes(envelope(noticed)) }, "unsigned"],
    ["in the form of APIv2", { headers: { "content-type": "text/xml" }, body: bytes("\n<xml></xml>") }, "xml"],
    ["XML with a field of a signature", { headers: { "wechatpay-serial": "X" }, body: bytes("<xml/>") }, "unsigned"],
    ["unsigned, and neither", { headers: {}, body: bytes("refund") }, "unsigned"],
    [
      "of another nonce in the header",
      { ...callback(envelope(noticed)), headers: { ...callback(envelope(noticed)).headers, "wechatpay-nonce": "a b" } },
      "unsigned",
    ],
    ["signed by another", callback(envelope(noticed), { key: other.privateKey }), "wrong-sign"],
    ["signed with a key that is not known", callback(envelope(noticed), { serial: "X" }), "unknown-key"],
    ["old", callback(envelope(noticed), { timestamp: now - 300 }), "clock"],
    ["signed and no JSON", callback("<xml/>"), "not-json"],
    [
      "JSON that names a field twice",
      callback(JSON.stringify(envelope(noticed)).replace('"id"', '"summary":"x","id"')),
      "not-json",
    ],
    ["of a payment", callback(envelope(noticed, { event_type: "TRANSACTION.SUCCESS" })), "other-event"],
    ["without an event", callback(envelope(noticed, { event_type: undefined })), "other-event"],
    ["of another resource", callback(envelope(noticed, { resource_type: "plain" })), "other-event"],
    [
      "of another original type",
      callback(envelope(noticed, { resource: seal(JSON.stringify(noticed), { aad: "transaction" }) })),
      "other-event",
    ],
    ["without a resource", callback(envelope(noticed, { resource: 1 })), "other-event"],
    ["of two minds", callback(envelope({ ...noticed, refund_status: "CLOSED" })), "other-event"],
    [
      "of a status that is never told",
      callback(envelope({ ...noticed, refund_status: "PROCESSING" }, { event_type: "REFUND.PROCESSING" })),
      "other-event",
    ],
    [
      "sealed with another key",
      callback(envelope(noticed, { resource: seal(JSON.stringify(noticed), { key: "b".repeat(32) }) })),
      "unreadable",
    ],
    ["sealed around something else", callback(envelope(noticed, { resource: seal("[]") })), "unreadable"],
    ["without a number", callback(envelope(noticed, { id: "" })), "unreadable"],
    ["without an amount", callback(envelope({ ...noticed, amount: {} })), "unreadable"],
  ])("%s", (_, given, expected) => {
    expect(problem(given)).toBe(expected);
  });
  it("is a probe where the signature is one, and that is no alarm", () => {
    const given = callback(envelope(noticed));
    expect(problem({ ...given, headers: { ...given.headers, "wechatpay-signature": "WECHATPAY/SIGNTEST/abc" } })).toBe(
      "probe",
    );
  });
  it("is a resource spliced from another notice", () => {
    const { resource } = envelope({ ...noticed, amount: { ...noticed.amount, refund: 100 } });
    const mine = callback(envelope(noticed));
    expect(problem({ ...mine, body: bytes(envelope(noticed, { resource })) })).toBe("wrong-sign");
    const mixed = { ...envelope(noticed).resource, ciphertext: resource.ciphertext, associated_data: "certificate" };
    expect(problem(callback(envelope(noticed, { resource: mixed })))).toBe("unreadable");
    const { original_type: __, ...untold } = envelope(noticed).resource;
    expect(problem(callback(envelope(noticed, { resource: untold })))).toBe("opened");
  });
});

describe("the form of a callback", () => {
  const formOf = (body: string, headers: Signature.Headers = {}) => RefundNotice.formOf({ headers, body: bytes(body) });
  it("is told by what came, and nothing is tried", () => {
    expect(formOf("<xml><return_code>SUCCESS</return_code></xml>")).toBe("v2");
    expect(formOf("")).toBe("v2");
    expect(formOf(" \r\n{}")).toBe("v3");
    expect(formOf("<xml/>", { "Wechatpay-Signature": "x" })).toBe("v3");
  });
  it("is told of whatever a framework hands over", () => {
    for (const body of [undefined, null, "{}", {}]) {
      for (const headers of [undefined, null, {}]) {
        expect(RefundNotice.formOf({ headers, body } as never)).toBe("v2");
        expect(["empty", "not-json"]).toContain(problem({ headers, body } as never));
        expect(problem({ headers, body: bytes(envelope(noticed)) } as never)).toBe("unsigned");
      }
    }
  });
});

it("is answered with no body, or asked for again with one and the same", () => {
  expect(RefundNotice.acknowledge).toMatchObject({ status: 204, contentType: undefined });
  expect(RefundNotice.acknowledge.body).toHaveLength(0);
  expect(JSON.parse(new TextDecoder().decode(RefundNotice.refuse.body))).toEqual({ code: "FAIL", message: "失败" });
  expect(RefundNotice.refuse.status).toBeGreaterThanOrEqual(400);
  expect(Core.Problem.literals).toContain("probe");
});
