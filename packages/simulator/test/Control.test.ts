import { request } from "node:http";
import { it } from "@effect/vitest";
import { Effect, Result, Schema } from "effect";
import { TestClock } from "effect/testing";
import { describe, expect } from "vitest";
import { Chaos, Control, Fault } from "@wechat-refund/simulator";
import { routes } from "../src/internal/routes.ts";
import { apiKey, appId, codeOf, type Config, gateway, mchId, now, otherKey, paid, query, refund } from "./client.ts";
import * as v3 from "./clientV3.ts";

const start = (config: Partial<Config> = {}) => {
  const to = gateway(config);
  return Effect.map(Control.make(to), (control) => ({ to, control }));
};

const fetched = (url: string, init?: RequestInit) => Effect.promise(() => fetch(url, init));
const ask = Effect.fnUntraced(function* ({ url }: Control.Running, path: string, method = "GET", input?: unknown) {
  const body =
    input === undefined ? {} : { body: JSON.stringify(input), headers: { "content-type": "application/json" } };
  const response = yield* fetched(url + path, { method, ...body });
  const answer: unknown = yield* Effect.promise(() => response.json());
  // Whatever is answered has the shape that the description promises.
  const route = routes.find((route) => {
    const pattern = new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, "[^/]+")}$`);
    return route.method === method && pattern.test(path.split("?", 1)[0] ?? "");
  });
  if (response.status === 200 && route !== undefined) {
    const output = route.output as Schema.Codec<unknown, unknown>;
    const decoded = Schema.decodeUnknownResult(output, { onExcessProperty: "error" })(answer);
    expect(Result.isSuccess(decoded) ? path : String(decoded.failure), "the described shape").toBe(path);
  }
  return { status: response.status, answer };
});

describe("the control interface", () => {
  it.effect("shows the ledger, the exchanges and the state, at the gateway's time", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now);
      const { to, control } = yield* start();
      refund(to);
      query(to, { sign: "0" });
      expect((yield* ask(control, "/api/state")).answer).toMatchObject({
        now,
        merchants: [{ mchId, appId }],
        orders: 1,
        refunds: 1,
        exchanges: 2,
        faults: [],
        chaosMet: {},
      });
      const refunds = () => Effect.map(ask(control, "/api/refunds"), ({ answer }) => answer);
      expect(yield* refunds()).toMatchObject([{ outRefundNo: "R-1", refundFee: 30, status: "PROCESSING", since: now }]);
      expect((yield* ask(control, "/api/time", "POST", { millis: 5_000 })).answer).toEqual({ now: now + 5_000 });
      expect(yield* refunds()).toMatchObject([{ status: "SUCCESS", since: now + 5_000 }]);
      expect((yield* ask(control, "/api/refunds/R-1")).answer).toEqual(yield* refunds());
      expect((yield* ask(control, "/api/refunds?status=CHANGE")).answer).toEqual([]);
      expect((yield* ask(control, "/api/orders")).answer).toMatchObject([
        { outTradeNo: "T-1", refundedFee: 30, refunds: 1 },
      ]);
      expect((yield* ask(control, "/api/exchanges")).answer).toMatchObject([
        { sequence: 1, path: "/secapi/pay/refund", outRefundNo: "R-1", clientCertificate: mchId, outcome: "SUCCESS" },
        { sequence: 2, outcome: "FAIL 签名错误", clientCertificate: "none" },
      ]);
      expect((yield* ask(control, "/api/exchanges?after=1")).answer).toMatchObject([{ sequence: 2 }]);
      expect((yield* ask(control, "/api/exchanges/2/explanation")).answer).toMatchObject({
        _tag: "Signed",
        diagnosis: { right: false, given: "0" },
      });
    }),
  );

  it.effect("shows exchanges of APIv3 with their headers, and what they had to sign", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now);
      const { to, control } = yield* start({ merchants: [v3.merchant()] });
      v3.refund(to, {}, { headers: { cookie: "session=1" } });
      v3.query(to, "R|1");
      v3.send(to, { target: "/v3/bill/tradebill?bill_date=2025-12-31", text: (text) => text.replace(/\?.*/, "") });
      v3.refund(to, {}, { authorization: "none" });
      const { answer } = yield* ask(control, "/api/exchanges");
      expect(answer).toMatchObject([
        { method: "POST", path: v3.refundsPath, target: v3.refundsPath, outRefundNo: "R-1", outcome: "SUCCESS" },
        { method: "GET", target: `${v3.refundsPath}/R%7C1`, outRefundNo: "R|1", outcome: "RESOURCE_NOT_EXISTS" },
        { path: "/v3/bill/tradebill", target: "/v3/bill/tradebill?bill_date=2025-12-31", outcome: "SIGN_ERROR" },
        { outcome: "SIGN_ERROR" },
      ]);
      expect(answer).toMatchObject([
        { requestHeaders: { accept: "application/json" }, replyHeaders: { "Wechatpay-Nonce": expect.any(String) } },
        {},
        {},
        {},
      ]);
      expect(JSON.stringify(answer)).not.toContain("session");
      const explained = (n: number) =>
        Effect.map(ask(control, `/api/exchanges/${n}/explanation`), (said) => said.answer);
      expect(yield* explained(1)).toMatchObject({ _tag: "SignedV3", diagnosis: { right: true } });
      expect(yield* explained(3)).toMatchObject({
        diagnosis: { right: false, finding: { mistakes: [{ kind: "path" }] } },
      });
      expect(yield* explained(4)).toMatchObject({ _tag: "Unreadable" });
      expect((yield* ask(control, "/api/refunds")).answer).toMatchObject([{ protocol: "v3" }]);
      yield* ask(control, "/api/time", "POST", { millis: 5_000 });
      to.notices.take(now + 5_000);
      expect((yield* ask(control, "/api/notices")).answer).toMatchObject([{ form: "v3", outRefundNo: "R-1" }]);
    }),
  );

  it.effect("shows what APIv3 signs with, and rotates the certificate", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now);
      const plain = { appId, mchId: "1900000111", apiKey };
      const { to, control } = yield* start({
        merchants: [v3.merchant(), v3.otherMerchant({ platform: "certificate" }), plain],
      });
      const platform = () => Effect.map(ask(control, "/api/platform"), ({ answer }) => answer);
      const [old] = to.platform.certificates(mchId, now);
      expect(yield* platform()).toMatchObject([
        { mchId, publicKey: to.platform.publicKey(mchId), certificates: [{ serialNo: old?.serialNo, pem: old?.pem }] },
        { mchId: "1900000110", certificates: [{}] },
      ]);
      expect(JSON.stringify(yield* platform())).not.toMatch(/PRIVATE|TestApiV3Key/);
      const asked = { mchId, announcedMillis: 1_000, graceMillis: 2_000 };
      const { answer } = yield* ask(control, "/api/platform", "POST", asked);
      expect(answer).toMatchObject({ mchId, effectiveAt: now + 1_000 });
      const { serialNo } = answer as { readonly serialNo: string };
      expect(yield* platform()).toMatchObject([
        { certificates: [{ serialNo }, { serialNo: old?.serialNo, expiresAt: now + 3_000 }] },
        {},
      ]);
      expect((yield* ask(control, "/api/platform", "POST", { mchId })).answer).toMatchObject({ effectiveAt: now });
      expect((yield* ask(control, "/api/platform", "POST", { mchId: "1900000111" })).answer).toEqual({
        issues: ["mchId: no merchant 1900000111 with a v3 block"],
      });
    }),
  );

  it.live("pages", () =>
    Effect.gen(function* () {
      const { to, control } = yield* start({ orders: [{ ...paid, totalFee: 200 }] });
      for (let n = 0; n < 40; n++) refund(to, { out_refund_no: `R-${n}`, total_fee: "200", refund_fee: "1" });
      const { answer } = yield* ask(control, "/api/refunds?offset=38&limit=5");
      expect(answer).toMatchObject([{ outRefundNo: "R-1" }, { outRefundNo: "R-0" }]);
    }),
  );

  it.effect("pages and filters exchanges by number, and says where they begin", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now);
      const { to, control } = yield* start({ orders: [{ ...paid, totalFee: 200 }], logLimit: 20 });
      for (let n = 1; n <= 30; n++) refund(to, { out_refund_no: `R-${n}`, total_fee: "200", refund_fee: "1" });
      query(to, { out_refund_no: "R-7" });
      const asked = (query: string) =>
        Effect.map(ask(control, `/api/exchanges?${query}`), ({ answer }) =>
          (answer as ReadonlyArray<{ readonly sequence: number }>).map(({ sequence }) => sequence),
        );
      expect((yield* ask(control, "/api/state")).answer).toMatchObject({
        exchanges: 31,
        oldestExchange: 12,
        notices: 0,
        outcomes: ["SUCCESS"],
      });
      expect(yield* asked("limit=3")).toEqual([29, 30, 31]);
      expect(yield* asked("before=29&limit=2")).toEqual([27, 28]);
      expect(yield* asked("after=0&limit=2")).toEqual([12, 13]);
      expect(yield* asked("after=29")).toEqual([30, 31]);
      expect(yield* asked("after=31")).toEqual([]);
      expect(yield* asked("before=12")).toEqual([]);
      expect(yield* asked("after=29&before=31")).toEqual([30]);
      expect(yield* asked("operation=query")).toEqual([31]);
      expect(yield* asked("search=R-2&limit=2")).toEqual([28, 29]);
      expect(yield* asked("refund=R-2")).toEqual([]);
      expect(yield* asked("refund=R-20")).toEqual([20]);
      expect(yield* asked(`order=${paid.transactionId}&operation=query`)).toEqual([31]);
      expect(yield* asked("merchant=1")).toEqual([]);
      expect(yield* asked("verdict=failed")).toEqual([]);
      const refunds = yield* ask(control, "/api/refunds?before=5&limit=2");
      expect(refunds.answer).toMatchObject([
        { sequence: 4, outRefundNo: "R-4" },
        { sequence: 3, outRefundNo: "R-3" },
      ]);
      expect((yield* ask(control, "/api/refunds?number=R-3")).answer).toMatchObject([{ sequence: 3 }]);
      expect((yield* ask(control, "/api/refunds?number=R-99")).answer).toEqual([]);
      expect((yield* ask(control, "/api/refunds?order=T-1")).answer).toHaveLength(30);
      expect((yield* ask(control, "/api/orders?number=T-1")).answer).toMatchObject([{ refundedFee: 30 }]);
      expect((yield* ask(control, "/api/orders?search=T-2")).answer).toEqual([]);
    }),
  );

  it.live("names each run, and tells how to connect where it knows", () =>
    Effect.gen(function* () {
      const to = gateway();
      const instances: Array<unknown> = [];
      for (const _ of [1, 2]) {
        const control = yield* Control.make(to);
        instances.push(((yield* ask(control, "/api/state")).answer as { readonly instance: string }).instance);
        expect((yield* ask(control, "/api/connection")).answer).toEqual([]);
      }
      expect(new Set(instances).size).toBe(2);
    }),
  );

  it.live("opens notices of both interfaces, under the key that sealed them, and no others", () =>
    Effect.gen(function* () {
      const { to, control } = yield* start({ merchants: [v3.merchant()], orders: [{ ...paid, totalFee: 200 }] });
      refund(to, { total_fee: "200", notify_url: "http://127.0.0.1:9/" });
      v3.refund(to, { out_refund_no: "R-2", amount: { refund: 30, total: 200, currency: "CNY" } });
      const opened = () =>
        Effect.map(ask(control, "/api/notices"), ({ answer }) =>
          (answer as ReadonlyArray<{ readonly opened?: ReadonlyArray<readonly [string, string]> }>).map(({ opened }) =>
            Object.fromEntries(opened ?? []),
          ),
        );
      expect(yield* opened()).toEqual([{}, {}]);
      to.notices.take(now + 60_000);
      // The key has changed since.
      to.keyring.rotate(mchId, otherKey, now + 60_000, 0);
      expect(yield* opened()).toMatchObject([
        { out_refund_no: "R-1", refund_status: "SUCCESS", refund_recv_accout: "支付用户零钱" },
        { out_refund_no: "R-2", refund_status: "SUCCESS", "amount.refund": "30" },
      ]);
      const one = yield* ask(control, `/api/notices?refund=R-2&merchant=${mchId}`);
      expect(one.answer).toMatchObject([{ id: 2, outRefundNo: "R-2" }]);
      expect((yield* ask(control, "/api/notices?refund=R-2&merchant=1")).answer).toEqual([]);
      expect((yield* ask(control, "/api/notices?before=2&limit=1")).answer).toMatchObject([{ id: 1 }]);
    }),
  );

  it.live("adds orders, money and keys", () =>
    Effect.gen(function* () {
      const { to, control } = yield* start({
        merchants: [{ appId, mchId, apiKey, funds: { available: 10 } }],
        orders: [{ ...paid, paidAt: Date.now() }],
      });
      const order = { ...paid, outTradeNo: "T-2", transactionId: "2" };
      expect((yield* ask(control, "/api/orders", "POST", order)).answer).toEqual({ orders: 2 });
      const list = [3, 4].map((n) => ({ ...paid, outTradeNo: `T-${n}`, transactionId: `${n}` }));
      expect((yield* ask(control, "/api/orders", "POST", list)).answer).toEqual({ orders: 4 });
      expect((yield* ask(control, "/api/funds", "POST", { mchId, fee: 20 })).answer).toEqual({
        mchId,
        unsettled: 0,
        available: 30,
      });
      expect(codeOf(refund(to, {}, { now: Date.now() }))).toBe("SUCCESS");
      yield* ask(control, "/api/keys", "POST", { mchId, apiKey: otherKey, graceMillis: 0 });
      expect(codeOf(query(to, {}, { now: Date.now() }))).toBe("FAIL 签名错误");
      expect(codeOf(query(to, {}, { now: Date.now(), key: otherKey }))).toBe("SUCCESS");
    }),
  );

  it.live("adds all orders of a list or none", () =>
    Effect.gen(function* () {
      const { to, control } = yield* start();
      const list = [{ ...paid, outTradeNo: "T-2", transactionId: "2" }, paid];
      expect((yield* ask(control, "/api/orders", "POST", list)).status).toBe(400);
      expect(to.ledger.orderCount()).toBe(1);
    }),
  );

  it.live("sets what goes wrong, once and at random", () =>
    Effect.gen(function* () {
      const { to, control } = yield* start();
      const every: ReadonlyArray<Fault.Fault> = [
        Fault.Drop({}),
        Fault.Delay({ millis: 1, part: "reply", on: "refund" }),
        Fault.Replace({ status: 502, body: "x", reached: true }),
        Fault.Corrupt({ at: 0.5, xor: 1 }),
        Fault.Refuse({ errCode: "SYSTEMERROR", accepted: true }),
      ];
      expect((yield* ask(control, "/api/faults", "POST", every[0])).answer).toEqual({ faults: every.slice(0, 1) });
      expect((yield* ask(control, "/api/faults", "POST", every.slice(1))).answer).toEqual({ faults: every });
      expect((yield* ask(control, "/api/state")).answer).toMatchObject({ faults: every });
      expect((yield* ask(control, "/api/faults", "DELETE")).answer).toEqual({ faults: [] });
      expect(to.faults.pending()).toEqual([]);
      const chaos = { seed: "7", rates: Chaos.evenly(0.1) };
      expect((yield* ask(control, "/api/chaos", "PUT", chaos)).answer).toMatchObject(chaos);
      expect((yield* ask(control, "/api/state")).answer).toMatchObject({ chaos });
      yield* ask(control, "/api/chaos", "DELETE");
      expect(to.chaos.options()).toBeUndefined();
    }),
  );

  it.live("shows notices and posts one again", () =>
    Effect.gen(function* () {
      const { to, control } = yield* start();
      refund(to, { notify_url: "http://127.0.0.1:9/" });
      const [delivery] = to.notices.take(now + 5_000);
      if (delivery !== undefined) to.notices.settle(delivery, { failure: "ECONNREFUSED" });
      expect((yield* ask(control, "/api/notices")).answer).toMatchObject([
        { id: 1, state: "waiting", attempts: [{ answer: { failure: "ECONNREFUSED" } }], nextAt: now + 20_000 },
      ]);
      expect((yield* ask(control, "/api/notices/1/again", "POST")).answer).toEqual({ again: 1 });
      expect(to.notices.take(Date.now() + 1_000)).toHaveLength(2);
    }),
  );

  it.live.each<readonly [string, string, unknown, number, string]>([
    ["POST", "/api/orders", { ...paid, totalFee: 0 }, 400, "totalFee"],
    ["POST", "/api/orders", paid, 400, "transactionId"],
    ["POST", "/api/orders", { ...paid, extra: 1 }, 400, "extra"],
    ["POST", "/api/faults", { _tag: "Explode" }, 400, "_tag"],
    ["POST", "/api/faults", { _tag: "Delay", part: "reply" }, 400, "millis"],
    ["POST", "/api/faults", { _tag: "Replace", status: 1, body: "", reached: true }, 400, "status"],
    ["PUT", "/api/chaos", { rates: { slow: 2 } }, 400, "rates.slow"],
    ["POST", "/api/time", { millis: -1 }, 400, "millis"],
    ["POST", "/api/funds", { mchId, fee: 1 }, 400, "no funds"],
    ["POST", "/api/keys", { mchId, apiKey: "short" }, 400, "apiKey"],
    ["POST", "/api/notices/9/again", undefined, 404, "there is no 9"],
    ["GET", "/api/refunds/R-9", undefined, 404, "there is no R-9"],
    ["GET", "/api/refunds/%ff", undefined, 404, "/api/refunds/%ff"],
    ["GET", "/api/exchanges/1/explanation", undefined, 404, "there is no 1"],
    ["GET", "/api/nothing", undefined, 404, "/api/nothing"],
    ["DELETE", "/api/orders", undefined, 405, "takes GET, POST"],
    ["POST", "/", undefined, 405, "takes GET"],
  ])("names what is wrong: %s %s %j", ([method, path, input, status, text]) =>
    Effect.gen(function* () {
      const { control } = yield* start();
      const refused = yield* ask(control, path, method, input);
      expect(refused.status).toBe(status);
      expect(JSON.stringify(refused.answer)).toContain(text);
    }),
  );

  it.live("refuses a body that is not JSON, or does not say that it is", () =>
    Effect.gen(function* () {
      const { to, control } = yield* start();
      const post = (headers: Record<string, string>, body: string) =>
        Effect.flatMap(fetched(`${control.url}/api/time`, { method: "POST", headers, body }), (response) =>
          Effect.map(
            Effect.promise(() => response.json()),
            (answer) => [response.status, answer],
          ),
        );
      expect(yield* post({ "content-type": "text/plain" }, `{"millis":1}`)).toEqual([
        415,
        { issues: ["content-type: application/json"] },
      ]);
      expect(yield* post({ "content-type": "application/json" }, "{")).toEqual([400, { issues: ["body: not JSON"] }]);
      expect(to.clock.at(0)).toBe(0);
    }),
  );
});

const withHeaders = (control: Control.Running, headers: Record<string, string>): Effect.Effect<number | undefined> =>
  Effect.callback((resume) => {
    request(`${control.url}/api/state`, { headers }, (response) => {
      response.resume();
      resume(Effect.succeed(response.statusCode));
    }).end();
  });

describe("strangers", () => {
  it.live("are turned away: pages of other origins, and other names for this machine", () =>
    Effect.gen(function* () {
      const { control } = yield* start();
      expect(yield* withHeaders(control, { host: "evil.example" })).toBe(403);
      expect(yield* withHeaders(control, { origin: "https://evil.example" })).toBe(403);
      expect(yield* withHeaders(control, { origin: "null" })).toBe(403);
      expect(yield* withHeaders(control, { host: `localhost:${control.port}` })).toBe(200);
      expect(yield* withHeaders(control, { origin: control.url })).toBe(200);
    }),
  );
});

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly operationId: string; readonly summary: string }>>>
  >;
}

describe("the description", () => {
  it.live("is an OpenAPI document of every address", () =>
    Effect.gen(function* () {
      const { control } = yield* start();
      const response = yield* fetched(`${control.url}/openapi.json`);
      const document = (yield* Effect.promise(() => response.json())) as Document;
      expect(document.openapi).toBe("3.1.0");
      const described = Object.entries(document.paths).flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
      );
      expect(described.toSorted()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).toSorted());
      const ids = Object.values(document.paths).flatMap((methods) =>
        Object.values(methods).map(({ operationId }) => operationId),
      );
      expect(new Set(ids).size).toBe(routes.length);
      expect(ids).toContain("getApiExchangesSequenceExplanation");
      expect(document.paths["/api/orders"]?.["post"]).toMatchObject({
        requestBody: {
          content: {
            "application/json": {
              schema: {
                anyOf: [
                  {
                    type: "object",
                    properties: { totalFee: { type: "integer", minimum: 1 } },
                    additionalProperties: false,
                  },
                  { type: "array" },
                ],
              },
            },
          },
        },
      });
    }),
  );

  it.live("is a page too", () =>
    Effect.gen(function* () {
      const { control } = yield* start();
      const response = yield* fetched(`${control.url}/docs`);
      const page = yield* Effect.promise(() => response.text());
      for (const { path, summary } of routes) expect(page).toContain(`${path}</code></h2><p>${summary}.`);
    }),
  );
});

it.live("ends with its scope", () =>
  Effect.gen(function* () {
    const { control } = yield* Effect.scoped(start());
    const error = yield* Effect.flip(
      Effect.tryPromise({ try: () => fetch(control.url), catch: (cause) => cause as Error }),
    );
    expect(error.message).toBe("fetch failed");
  }),
);
