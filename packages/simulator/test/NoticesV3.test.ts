import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { it } from "@effect/vitest";
import { Effect, Result } from "effect";
import { describe, expect } from "vitest";
import { type Gateway, Message, NoticePoster, Notices } from "@wechat-refund/simulator";
import * as v2 from "./client.ts";
import { apiKey, appId, day, mchId, now, paid } from "./client.ts";
import { gatewayV3, json, merchant, otherMerchant, query, refund, refundBody, seal, unseal } from "./clientV3.ts";
import { until } from "./wire.ts";

const done = 5_000;
const url = refundBody.notify_url;
const platform = "http://127.0.0.1:9/platform";

interface Envelope {
  readonly id: string;
  readonly event_type: string;
  readonly resource: Parameters<typeof unseal>[0] & { readonly original_type: string };
}
const envelopeOf = (delivery: { readonly body: Uint8Array }) => json(delivery) as unknown as Envelope;
const innerOf = (delivery: { readonly body: Uint8Array }, key?: string) =>
  JSON.parse(unseal(envelopeOf(delivery).resource, key)) as Readonly<Record<string, unknown>>;
const one = <T>(things: ReadonlyArray<T>): T => {
  expect(things).toHaveLength(1);
  return things[0] as T;
};
const formOf = ({ body }: { readonly body: Uint8Array }) => (body[0] === 0x3c ? "v2" : "v3");

/** A gateway with one refund that was made through APIv3. */
const refunded = (...given: Parameters<typeof gatewayV3>): Gateway.Gateway => {
  const to = gatewayV3(...given);
  refund(to);
  return to;
};

describe("a notice of APIv3", () => {
  it("says what became of the refund, sealed and signed", () => {
    const to = refunded();
    expect(to.notices.take(now + done - 1)).toEqual([]);
    const delivery = one(to.notices.take(now + done));
    expect(delivery).toMatchObject({ url, contentType: "application/json", attempt: 0 });
    expect(seal(to, delivery)).toBe("signed by certificate");
    expect(json(delivery)).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      create_time: "2026-01-01T12:00:05+08:00",
      resource_type: "encrypt-resource",
      event_type: "REFUND.SUCCESS",
      summary: "退款成功",
      resource: {
        original_type: "refund",
        algorithm: "AEAD_AES_256_GCM",
        ciphertext: expect.any(String),
        associated_data: "refund",
        nonce: expect.stringMatching(/^.{12}$/),
      },
    });
    expect(innerOf(delivery)).toEqual({
      mchid: mchId,
      out_trade_no: "T-1",
      transaction_id: paid.transactionId,
      out_refund_no: "R-1",
      refund_id: [...to.ledger.rows()][0]?.refundId,
      refund_status: "SUCCESS",
      success_time: "2026-01-01T12:00:05+08:00",
      amount: { total: 100, refund: 30, payer_total: 100, payer_refund: 30 },
      user_received_account: "支付用户零钱",
    });
    expect(to.notices.all()).toMatchObject([{ form: "v3", state: "waiting" }]);
  });

  it("comes for each result that there is an event for", () => {
    const course = [
      { status: "NOTSURE", afterMillis: 5 },
      { status: "CHANGE", afterMillis: 10 },
      { status: "REFUNDCLOSE", afterMillis: 20 },
    ] as const;
    const deliveries = refunded({ course }).notices.take(now + 30);
    expect(deliveries.map((delivery) => [envelopeOf(delivery).event_type, innerOf(delivery)["refund_status"]])).toEqual(
      [
        ["REFUND.ABNORMAL", "ABNORMAL"],
        ["REFUND.CLOSED", "CLOSED"],
      ],
    );
  });

  it("comes again with the same id and another signature, until a status of success acknowledges it", () => {
    const to = refunded();
    const first = one(to.notices.take(now + done));
    to.notices.settle(first, { status: 500, body: '{"code":"FAIL","message":"失败"}' });
    expect(to.notices.take(now + done + 14_999)).toEqual([]);
    const second = one(to.notices.take(now + done + 15_000));
    expect(envelopeOf(second).id).toBe(envelopeOf(first).id);
    expect([innerOf(second), seal(to, second)]).toEqual([innerOf(first), "signed by certificate"]);
    for (const name of ["Wechatpay-Nonce", "Wechatpay-Signature", "Wechatpay-Timestamp"]) {
      expect(second.headers?.[name], name).not.toBe(first.headers?.[name]);
    }
    to.notices.settle(second, { status: 204, body: "" });
    expect(one(to.notices.all())).toMatchObject({ state: "acknowledged" });
    expect(to.notices.take(now + 2 * day)).toEqual([]);
  });

  it("is acknowledged by 200 or 204, whatever else is said, and by nothing else", () => {
    const said = (status: number, body = "") => Notices.acknowledges({ status, body }, "v3");
    expect([said(200), said(204), said(200, "anything"), said(201), said(400), said(302)]).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(Notices.acknowledges({ failure: "ECONNREFUSED" }, "v3")).toBe(false);
    expect(Notices.acknowledges({ status: 204, body: "" })).toBe(false);
  });

  it("is another's id for another result", () => {
    const to = refunded({
      course: [
        { status: "CHANGE", afterMillis: 1 },
        { status: "SUCCESS", afterMillis: 2 },
      ],
    });
    refund(to, { out_refund_no: "R-2" });
    const ids = to.notices.take(now + done).map((delivery) => envelopeOf(delivery).id);
    expect(new Set(ids).size).toBe(4);
  });

  it("is dated by the wall, however far the gateway's time was moved", () => {
    const to = refunded();
    to.clock.advance(3 * day);
    const { headers } = one(to.notices.take(to.clock.at(now)));
    expect(headers?.["Wechatpay-Timestamp"]).toBe(String(now / 1_000));
  });

  it("has the key of its own merchant", () => {
    const to = refunded({ merchants: [merchant(), otherMerchant()] });
    const delivery = one(to.notices.take(now + done));
    expect(() => innerOf(delivery, "TestApiV3Key00000000000000000002")).toThrow();
    expect(seal(to, delivery)).toBe("signed by certificate");
  });
});

describe("which form a notice has", () => {
  const merchants = [{ ...merchant(), notifyUrl: platform }] as const;

  it("is APIv3's for a refund that was made through it and named an address, and else APIv2's", () => {
    const to = gatewayV3({ merchants, orders: [paid] });
    refund(to);
    refund(to, { out_refund_no: "R-2", notify_url: undefined });
    v2.refund(to, { out_refund_no: "R-3", refund_fee: "1", notify_url: url });
    v2.refund(to, { out_refund_no: "R-4", refund_fee: "1" });
    const told = to.notices.take(now + done).map((delivery) => [formOf(delivery), delivery.url]);
    expect(told).toEqual([
      ["v3", url],
      ["v2", platform],
      ["v2", url],
      ["v2", platform],
    ]);
  });

  it("is APIv3's for all where the merchant has chosen it", () => {
    const to = gatewayV3({ merchants: [{ ...merchant({ notices: "v3" }), notifyUrl: platform }] });
    v2.refund(to, { notify_url: url });
    const delivery = one(to.notices.take(now + done));
    expect([formOf(delivery), seal(to, delivery)]).toEqual(["v3", "signed by certificate"]);
  });

  it("is opened with the API key of APIv2 where it is APIv2's", () => {
    const to = gatewayV3({ merchants });
    refund(to, { notify_url: undefined });
    const outer = Result.getOrThrow(Message.read(one(to.notices.take(now + done)).body));
    expect([outer.get("appid"), outer.has("req_info"), apiKey.length]).toEqual([appId, true, 32]);
  });
});

describe("which key signs a notice", () => {
  const signedBy = (to: Gateway.Gateway) => seal(to, one(to.notices.take(now + done)));

  it.each([
    ["certificate", "signed by certificate"],
    ["public-key", "signed by public key"],
  ] as const)("is the only one where there is a %s alone", (platform, signed) => {
    expect(signedBy(refunded({}, { platform, noticesByPublicKey: platform === "certificate" ? 1 : 0 }))).toBe(signed);
  });

  it("follows the merchant's latest request where there are both", () => {
    const to = refunded();
    expect(signedBy(refunded())).toBe("signed by certificate");
    const { id } = to.platform.publicKey(mchId) ?? {};
    query(to, "R-1", { headers: { "wechatpay-serial": id } });
    expect(signedBy(to)).toBe("signed by public key");
  });

  it("is shared out while merchants move from one to the other", () => {
    const to = gatewayV3({ orders: [{ ...paid, totalFee: 1_000 }] }, { noticesByPublicKey: 0.5 });
    for (let n = 0; n < 40; n++) {
      refund(to, { out_refund_no: `R-${n}`, amount: { refund: 1, total: 1_000, currency: "CNY" } });
    }
    const signed = to.notices.take(now + done).map((delivery) => seal(to, delivery));
    expect(new Set(signed)).toEqual(new Set(["signed by certificate", "signed by public key"]));
  });
});

describe("a probe", () => {
  it("goes before the notice where that is wanted, and is not acknowledged by being refused", () => {
    const to = refunded({ notices: { probes: 1 } });
    const probe = one(to.notices.take(now + done));
    expect(probe.headers?.["Wechatpay-Signature"]).toMatch(/^WECHATPAY\/SIGNTEST\//);
    expect(seal(to, probe)).toBe("badly signed by certificate");
    to.notices.settle(probe, { status: 401, body: "" });
    expect(seal(to, one(to.notices.take(now + done + 15_000)))).toBe("signed by certificate");
  });

  it("is never one of APIv2", () => {
    const to = gatewayV3({ notices: { probes: 1 } });
    v2.refund(to, { notify_url: url });
    expect(one(to.notices.take(now + done)).headers).toBeUndefined();
  });
});

it("comes after payments' notices, where that is wanted: one of APIv2, or one as well signed that is not of a refund", () => {
  const seen = Array.from({ length: 8 }, (_, n) => {
    const to = refunded({ seed: `strangers ${n}`, notices: { strangers: 1 } });
    const [stranger, own] = to.notices.take(now + done);
    if (stranger === undefined || own === undefined) throw new Error("two posts were expected");
    expect([stranger.noticeId, seal(to, own)]).toEqual([0, "signed by certificate"]);
    to.notices.settle(stranger, { status: 200, body: "" });
    expect(one(to.notices.all())).toMatchObject({ state: "waiting" });
    if (formOf(stranger) === "v2") return "payment of APIv2";
    const { event_type, resource } = envelopeOf(stranger);
    expect(innerOf(stranger)).toMatchObject({ mchid: mchId, trade_state: "SUCCESS", amount: { total: 100 } });
    return `${event_type} of a ${resource.original_type}, ${seal(to, stranger)}`;
  });
  expect([...new Set(seen)].toSorted()).toEqual([
    "TRANSACTION.SUCCESS of a transaction, signed by certificate",
    "payment of APIv2",
  ]);
});

describe("over HTTP", () => {
  it.live("a notice arrives with its signature, and comes again until it is taken", () =>
    Effect.gen(function* () {
      const arrived: Array<{ readonly headers: IncomingMessage["headers"]; readonly body: Uint8Array }> = [];
      const server = createServer((request, response) => {
        const chunks: Array<Buffer> = [];
        request.on("data", (chunk: Buffer) => chunks.push(chunk));
        request.on("end", () => {
          arrived.push({ headers: request.headers, body: Buffer.concat(chunks) });
          response.writeHead(arrived.length === 1 ? 500 : 204).end();
        });
      });
      yield* Effect.acquireRelease(
        Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
        () => Effect.sync(() => void server.close()),
      );
      const { port } = server.address() as AddressInfo;
      const at = Date.now();
      const to = gatewayV3({ orders: [{ ...paid, paidAt: at }], course: [{ status: "SUCCESS", afterMillis: 0 }] });
      yield* Effect.forkScoped(NoticePoster.run(to, NoticePoster.overHttp()));
      refund(to, { notify_url: `http://127.0.0.1:${port}/refunds` }, { now: at });
      yield* until(() => to.notices.all()[0]?.nextAt !== undefined && arrived.length === 1);
      to.clock.advance(15_000);
      yield* until(() => to.notices.all()[0]?.state === "acknowledged");
      const [first, second] = arrived;
      const names = ["Wechatpay-Nonce", "Wechatpay-Serial", "Wechatpay-Signature", "Wechatpay-Timestamp"];
      const headers = Object.fromEntries(names.map((name) => [name, String(second?.headers[name.toLowerCase()])]));
      expect(seal(to, { body: second?.body ?? new Uint8Array(), headers }, mchId, at)).toBe("signed by certificate");
      expect(first?.headers["content-type"]).toBe("application/json");
      expect(second?.headers["wechatpay-signature"]).not.toBe(first?.headers["wechatpay-signature"]);
    }),
  );
});
