/**
 * Clients that were not written for this gateway, over mutual TLS: the npm packages `tenpay` and `wechatpay-axios-plugin`. Where
 * one differs from the documentation, its test says how.
 */
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { it } from "@effect/vitest";
import { Effect } from "effect";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { Wechatpay, Aes } from "wechatpay-axios-plugin";
import { Fault, type Gateway, Server } from "@wechat-refund/simulator";
import { TestIdentities } from "@wechat-refund/testkit";
import { apiKey, appId, day, gateway, mchId, paid } from "./client.ts";

type Reply = Readonly<Record<string, string>>;

/** What this test uses of `tenpay`, which brings no types. */
interface Tenpay {
  readonly urls: Record<"refund" | "refundquery" | "downloadbill", string>;
  readonly refund: (fields: object) => Promise<Reply>;
  readonly refundQuery: (fields: object) => Promise<Reply>;
  readonly downloadBill: (
    fields: object,
    format: true,
  ) => Promise<Readonly<Record<"list_title" | "total_title" | "total_data", ReadonlyArray<string>>>>;
  readonly middlewareForExpress: (
    type: "refund",
  ) => (request: { body: string; weixin?: { req_info: Reply } }, response: object, next: () => void) => Promise<void>;
}
const Tenpay = createRequire(import.meta.url)("tenpay") as new (config: object) => Tenpay;

const identities = TestIdentities.make({ merchantA: mchId });
// Neither client takes an authority for the server; a merchant trusts the usual ones.
const usual = getCACertificates("default");
beforeAll(() => setDefaultCACertificates([...usual, identities.ca]));
afterAll(() => setDefaultCACertificates(usual));

const url = "http://127.0.0.1:9/refunds";
const start = () => {
  const to = gateway({ orders: [{ ...paid, paidAt: Date.now() - 2 * day }] });
  return Effect.map(Server.make(to, { identities }), (server) => ({ to, server }));
};

const tenpayAt = ({ url: origin }: Server.Running, partnerKey = apiKey): Tenpay => {
  const { pkcs12 } = identities.merchantA;
  const client = new Tenpay({
    appid: appId,
    mchid: mchId,
    partnerKey,
    pfx: Buffer.from(pkcs12(mchId)),
    refund_url: url,
  });
  client.urls.refund = `${origin}/secapi/pay/refund`;
  client.urls.refundquery = `${origin}/pay/refundquery`;
  client.urls.downloadbill = `${origin}/pay/downloadbill`;
  return client;
};
const refundOf = (outRefundNo: string) => ({
  out_trade_no: paid.outTradeNo,
  out_refund_no: outRefundNo,
  total_fee: 100,
  refund_fee: 30,
  refund_desc: "商品已售完 <&>",
});

const promised = <T>(promise: () => Promise<T>) =>
  Effect.tryPromise({ try: promise, catch: (error) => error as Error });

const deliveryOf = (to: Gateway.Gateway) => {
  const [delivery] = to.notices.take(Date.now() + day);
  if (delivery === undefined) throw new Error("there is no notice");
  return Buffer.from(delivery.body).toString();
};

describe("tenpay", () => {
  it.live("refunds and queries, with MD5 and HMAC-SHA256", () =>
    Effect.gen(function* () {
      const { to, server } = yield* start();
      const client = tenpayAt(server);
      const accepted = yield* promised(() => client.refund(refundOf("R-1")));
      expect(accepted).toMatchObject({ result_code: "SUCCESS", out_refund_no: "R-1", refund_fee: "30" });
      const second = yield* promised(() => client.refund({ ...refundOf("R-2"), sign_type: "HMAC-SHA256" }));
      expect([accepted["sign"]?.length, second["sign"]?.length]).toEqual([32, 64]);
      const found = yield* promised(() => client.refundQuery({ out_refund_no: "R-1" }));
      expect(found).toMatchObject({ refund_id_0: accepted["refund_id"], refund_status_0: "PROCESSING" });
      expect([...to.ledger.rows()].map(({ outRefundNo }) => outRefundNo)).toEqual(["R-1", "R-2"]);
    }),
  );

  it.live("sends op_user_id, which later documentation does not have", () =>
    Effect.gen(function* () {
      const { to, server } = yield* start();
      yield* promised(() => tenpayAt(server).refund(refundOf("R-1")));
      expect(to.log.entries()[0]?.requestSigned).toContain(`&op_user_id=${mchId}&`);
    }),
  );

  it.live("opens the notice, and its answer ends the telling", () =>
    Effect.gen(function* () {
      const { to, server } = yield* start();
      const client = tenpayAt(server);
      yield* promised(() => client.refund(refundOf("R-1")));
      const [delivery] = to.notices.take(Date.now() + day);
      const request: Parameters<ReturnType<Tenpay["middlewareForExpress"]>>[0] = {
        body: Buffer.from(delivery?.body ?? []).toString(),
      };
      let answer = "";
      const response = { header: () => undefined, send: (text: string) => (answer = text), reply: () => undefined };
      yield* promised(() => client.middlewareForExpress("refund")(request, response, response.reply));
      expect(request.weixin?.req_info).toMatchObject({
        out_refund_no: "R-1",
        refund_status: "SUCCESS",
        refund_fee: "30",
      });
      response.reply();
      if (delivery !== undefined) to.notices.settle(delivery, { status: 200, body: answer });
      expect(to.notices.all()[0]?.state).toBe("acknowledged");
    }),
  );

  it.live("reads the bill", () =>
    Effect.gen(function* () {
      const { server } = yield* start();
      const date = new Date(Date.now() - 2 * day + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll("-", "");
      const bill = yield* promised(() => tenpayAt(server).downloadBill({ bill_date: date, bill_type: "ALL" }, true));
      expect([bill.list_title[0], bill.total_title[0], bill.total_data[0]]).toEqual(["交易时间", "总交易单数", "1"]);
    }),
  );

  it.live("tells business failures by their code, and refuses a reply that is not signed", () =>
    Effect.gen(function* () {
      const { to, server } = yield* start();
      const client = tenpayAt(server);
      const tooMuch = promised(() => client.refund({ ...refundOf("R-1"), total_fee: 99 }));
      expect((yield* Effect.flip(tooMuch)).message).toBe("REFUND_FEE_MISMATCH");
      to.faults.push(Fault.Unsign({}));
      expect((yield* Effect.flip(promised(() => client.refund(refundOf("R-1"))))).message).toBe("sign签名错误");
      const wrongKey = tenpayAt(server, "TestKey0000000000000000000000009");
      expect((yield* Effect.flip(promised(() => wrongKey.refund(refundOf("R-1"))))).message).toBe("签名错误");
    }),
  );

  it.live("differs: a failure is told before its signature is looked at; documented is a signature on it too", () =>
    Effect.gen(function* () {
      const { to, server } = yield* start();
      to.faults.push(Fault.Mangle({ find: "REFUND_FEE_MISMATCH", put: "ANYTHING_ELSE" }));
      const changed = promised(() => tenpayAt(server).refund({ ...refundOf("R-1"), total_fee: 99 }));
      expect((yield* Effect.flip(changed)).message).toBe("ANYTHING_ELSE");
    }),
  );
});

const axiosAt = ({ url: origin }: Server.Running, secret = apiKey) => {
  const { certificatePem: cert, privateKeyPem: key } = identities.merchantA;
  return new Wechatpay({
    mchid: mchId,
    serial: "0",
    privateKey: key,
    certs: { any: identities.server.certificatePem },
    secret,
    merchant: { cert, key },
    baseURL: `${origin}/`,
  } as ConstructorParameters<typeof Wechatpay>[0]);
};
type Chain = Readonly<
  Record<string, { readonly post: (fields: object, config?: object) => Promise<{ readonly data: Reply }> }>
>;
const call = (client: ReturnType<typeof axiosAt>, path: string, fields: object, config?: object) =>
  promised(
    () => (client as unknown as Chain)[path]?.post(fields, config) ?? Promise.reject(new Error(`no chain to ${path}`)),
  );

const identity = { appid: appId, mch_id: mchId };
const withCertificate = { security: true };

describe("wechatpay-axios-plugin", () => {
  it.live("refunds and queries, with MD5 and HMAC-SHA256", () =>
    Effect.gen(function* () {
      const { to, server } = yield* start();
      const client = axiosAt(server);
      const refund = (outRefundNo: string, more = {}) =>
        call(client, "v2/secapi/pay/refund", { ...identity, ...refundOf(outRefundNo), ...more }, withCertificate);
      const { data: accepted } = yield* refund("R-1");
      expect(accepted).toMatchObject({ result_code: "SUCCESS", out_refund_no: "R-1", refund_fee: "30" });
      const { data: second } = yield* refund("R-2", { sign_type: "HMAC-SHA256" });
      expect([accepted["sign"]?.length, second["sign"]?.length]).toEqual([32, 64]);
      const { data: found } = yield* call(client, "v2/pay/refundquery", { ...identity, out_refund_no: "R-1" });
      expect(found).toMatchObject({ refund_id_0: accepted["refund_id"], refund_status_0: "PROCESSING" });
      expect(to.ledger.size()).toBe(2);
    }),
  );

  it.live("opens the notice", () =>
    Effect.gen(function* () {
      const { to, server } = yield* start();
      const fields = { ...identity, ...refundOf("R-1"), notify_url: url };
      yield* call(axiosAt(server), "v2/secapi/pay/refund", fields, withCertificate);
      const [, sealed = ""] = /<req_info><!\[CDATA\[(.*)\]\]>/.exec(deliveryOf(to)) ?? [];
      const key = createHash("md5").update(apiKey).digest("hex");
      expect(Aes.AesEcb.decrypt(sealed, key)).toContain("<refund_status><![CDATA[SUCCESS]]></refund_status>");
    }),
  );

  it.live("tells business failures, and refuses a reply that is badly signed", () =>
    Effect.gen(function* () {
      const { to, server } = yield* start();
      const client = axiosAt(server);
      const refund = (more = {}) =>
        Effect.flip(
          call(client, "v2/secapi/pay/refund", { ...identity, ...refundOf("R-1"), ...more }, withCertificate),
        );
      expect(yield* refund({ total_fee: 99 })).toMatchObject({
        code: "EV2_RES_STATUS_CODE_NOT_SUCESS",
        response: { data: { err_code: "REFUND_FEE_MISMATCH" } },
      });
      to.faults.push(Fault.Missign({}));
      expect(yield* refund()).toMatchObject({ code: "EV2_RES_SIGNATURE_NOT_EQUAL" });
    }),
  );

  it.live("gets the gateway's page without a certificate", () =>
    Effect.gen(function* () {
      const { server } = yield* start();
      const refused = call(axiosAt(server), "v2/secapi/pay/refund", { ...identity, ...refundOf("R-1") });
      expect(yield* Effect.flip(refused)).toMatchObject({ response: { status: 400 } });
    }),
  );

  it.live("differs: it takes the algorithm of a reply from the signature's length, documented is the request's", () =>
    Effect.gen(function* () {
      const { to, server } = yield* start();
      const client = axiosAt(server);
      const fields = { ...identity, ...refundOf("R-1"), sign_type: "HMAC-SHA256" };
      const { data: first } = yield* call(client, "v2/secapi/pay/refund", fields, withCertificate);
      const { sign, ...rest } = first;
      const text = Object.entries(rest)
        .filter(([, value]) => value !== "")
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, value]) => `${name}=${value}`);
      expect(sign).toHaveLength(64);
      const md5 = createHash("md5")
        .update(`${text.join("&")}&key=${apiKey}`)
        .digest("hex")
        .toUpperCase();
      const reply = Object.entries({ ...rest, sign: md5 }).map(([name, value]) => `<${name}>${value}</${name}>`);
      to.faults.push(Fault.Replace({ status: 200, body: `<xml>${reply.join("")}</xml>`, reached: true }));
      const { data } = yield* call(client, "v2/secapi/pay/refund", fields, withCertificate);
      expect(data["sign"]).toBe(md5);
    }),
  );
});
