/** What each address answers. */
import { it } from "@effect/vitest";
import { Refunds } from "@wechat-refund/durable";
import { Context, Effect, Fiber } from "effect";
import { SqlClient } from "effect/sql";
import { describe, expect } from "vitest";
import { type Reply, refundOf, type Running, start } from "./support/service.ts";

const person = { by: "Ann", reason: "a test" };

const problem = (status: number, code: string) => ({
  status,
  headers: expect.objectContaining({ "content-type": "application/problem+json" }),
  body: expect.objectContaining({ status, code, type: `/problems/${code}`, title: expect.any(String) }),
});

const pointers = ({ body }: Reply) =>
  (body["errors"] as ReadonlyArray<{ pointer?: string; parameter?: string }>).map(
    ({ parameter, pointer }) => pointer ?? `?${parameter}`,
  );

/** Asks until the answer is as wanted: what a worker does takes a while. */
const until = (get: Effect.Effect<Reply>, holds: (reply: Reply) => boolean) =>
  Effect.gen(function* () {
    for (;;) {
      const reply = yield* get;
      if (holds(reply)) return reply;
      yield* Effect.sleep(20);
    }
  });

describe("POST /v1/refunds", () => {
  it.live("answers 202 with the address, also to a repeat, and the refund is made once", () =>
    Effect.gen(function* () {
      const { ask, gateway } = yield* start();
      const first = yield* ask("POST", "/v1/refunds", { body: refundOf(1) });
      expect(first).toMatchObject({
        status: 202,
        headers: { location: "/v1/refunds/shop/R-1" },
        body: { merchant: "shop", outRefundNo: "R-1", created: true, moneyReturned: null, state: "Recorded" },
      });
      const again = yield* ask("POST", "/v1/refunds", { body: refundOf(1) });
      expect(again).toMatchObject({
        status: 202,
        headers: { location: "/v1/refunds/shop/R-1" },
        body: { created: false },
      });
      const find = ask("GET", "/v1/refunds/shop/R-1");
      yield* until(find, ({ body }) => body["state"] === "Accepted");
      yield* ask("POST", "/v1/refunds/shop/R-1/go-on", { body: { reason: "the customer is on the line" } });
      const done = yield* until(find, ({ body }) => body["final"] === true);
      expect(done.body).toMatchObject({
        state: "Succeeded",
        moneyReturned: true,
        actions: [],
        refundId: expect.any(String),
      });
      expect(done.body["history"]).toContainEqual(
        expect.objectContaining({ what: "goOn", detail: { by: "all", reason: "the customer is on the line" } }),
      );
      expect(gateway.ledger.size()).toBe(1);
    }),
  );

  it.live("refuses another refund under a number, naming the fields that differ", () =>
    Effect.gen(function* () {
      const { ask } = yield* start({ durable: { worker: false } });
      yield* ask("POST", "/v1/refunds", { body: refundOf(1) });
      const other = yield* ask("POST", "/v1/refunds", {
        body: refundOf(1, { refundFee: 31, order: { outTradeNo: "T-2" }, refundDesc: "broken" }),
      });
      expect(other).toMatchObject(problem(409, "other-refund"));
      expect(other.body["fields"]).toEqual(["order", "refundDesc", "refundFee"]);
      // Also one that could not be made under a number of its own: who repeats a request learns that this one is taken.
      const none = yield* ask("POST", "/v1/refunds", { body: refundOf(1, { refundFee: 0 }) });
      expect(none).toMatchObject(problem(409, "other-refund"));
      expect(none.body["fields"]).toEqual(["refundFee"]);
      // What a client writes that has its amounts in yuan, and JSON takes for a hundredth of them.
      for (const amount of ["100.00", "1e2"]) {
        const text = JSON.stringify(refundOf(2)).replace(/"refundFee":\d+/, `"refundFee":${amount}`);
        expect(yield* ask("POST", "/v1/refunds", { body: text })).toMatchObject({
          status: 400,
          body: { detail: expect.stringMatching(/1\.00 yuan is 100\); these are written otherwise: refundFee$/) },
        });
      }
      const free = yield* ask("POST", "/v1/refunds", { body: refundOf(2, { refundFee: 0 }) });
      expect([free.status, pointers(free)]).toEqual([422, ["/refundFee"]]);
      // The same number of another merchant is another refund.
      const kiosk = yield* ask("POST", "/v1/refunds", { body: refundOf(1, { merchant: "kiosk" }) });
      expect(kiosk).toMatchObject({ status: 202, body: { created: true, merchant: "kiosk" } });
    }),
  );

  it.live("says everything that is wrong with the fields at once, and where", () =>
    Effect.gen(function* () {
      const { ask } = yield* start({ durable: { worker: false } });
      const wrong = yield* ask("POST", "/v1/refunds", {
        body: {
          order: { outTradeNo: "T 1", "out.trade/no~": "x" },
          outRefundNo: "",
          totalFee: 1.5,
          refundFee: 9_007_199_254_740_992,
          refund_desc: "broken",
          goodsDetail: [{ goodsId: "1", refundAmount: 1, refundQuantity: 0, price: 1, prize: 2 }],
          attempted: "yes",
        },
      });
      expect(wrong).toMatchObject(problem(422, "invalid"));
      expect(pointers(wrong).sort()).toEqual([
        "/attempted",
        "/goodsDetail/0/prize",
        "/goodsDetail/0/refundQuantity",
        "/merchant",
        "/order/out.trade~1no~0",
        "/order/outTradeNo",
        "/outRefundNo",
        "/refundFee",
        "/refundFee",
        "/refund_desc",
        "/totalFee",
      ]);
      const fields = ["order", "outRefundNo", "totalFee", "refundDesc", "refundAccount", "opUserId", "goodsDetail"];
      for (const value of [null, false, 1, "x", [], [1], {}]) {
        const typed = yield* ask("POST", "/v1/refunds", {
          body: refundOf(1, Object.fromEntries(fields.map((field) => [field, value]))),
        });
        expect(typed).toMatchObject(problem(422, "invalid"));
        expect(JSON.stringify(typed.body["errors"])).not.toMatch(/Expected|undefined/);
      }
      const typed = yield* ask("POST", "/v1/refunds", {
        body: refundOf(1, { refundDesc: 1, refundAccount: 1, opUserId: 1 }),
      });
      expect(typed.body["errors"]).toEqual([
        { pointer: "/refundDesc", detail: "must be a text" },
        {
          pointer: "/refundAccount",
          detail: "must be one of REFUND_SOURCE_UNSETTLED_FUNDS, REFUND_SOURCE_RECHARGE_FUNDS",
        },
        { pointer: "/opUserId", detail: "must be a text or true" },
      ]);
      for (const body of ["[]", "null", "1", '"x"']) {
        const reply = yield* ask("POST", "/v1/refunds", { body });
        expect(reply).toMatchObject(problem(422, "invalid"));
        expect(pointers(reply)).toEqual([""]);
      }
      const none = yield* ask("POST", "/v1/refunds", { body: refundOf(1, { merchant: "nobody" }) });
      expect(none).toMatchObject(problem(404, "not-found"));
      expect((yield* ask("GET", "/v1/refunds")).body).toEqual({ refunds: [] });
    }),
  );

  it.live("refuses what it cannot read", () =>
    Effect.gen(function* () {
      const { ask } = yield* start({ durable: { worker: false } });
      const post = (body: string | Uint8Array, type = "application/json", more = {}) =>
        ask("POST", "/v1/refunds", { body, headers: { "content-type": type, ...more } });
      const good = JSON.stringify(refundOf(1));
      expect(yield* post("{")).toMatchObject(problem(400, "unreadable"));
      expect(yield* post("")).toMatchObject(problem(400, "unreadable"));
      expect(yield* post(new Uint8Array([0x22, 0xff, 0x22]))).toMatchObject(problem(400, "unreadable"));
      const twice = yield* post(good.replace("{", '{"refundFee":99,'));
      expect(twice).toMatchObject(problem(400, "unreadable"));
      expect(twice.body["detail"]).toContain("refundFee");
      for (const type of [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=gbk",
        "application/jsonp",
      ]) {
        expect(yield* post(good, type)).toMatchObject(problem(415, "unsupported-media-type"));
      }
      expect(yield* post(good, undefined, { "content-encoding": "gzip" })).toMatchObject(
        problem(415, "unsupported-media-type"),
      );
      expect((yield* post(`\uFEFF${good}`, 'application/json; charset="UTF-8"')).status).toBe(202);
    }),
  );

  it.live("takes the one merchant where a token has only one, and amounts up to 2^53-1", () =>
    Effect.gen(function* () {
      const { ask, token } = yield* start({ durable: { worker: false } });
      const kiosk = yield* token({ name: "kiosk", merchants: ["kiosk"] });
      const most = Number.MAX_SAFE_INTEGER;
      const { merchant: _, ...body } = refundOf(1, { totalFee: most, refundFee: most, outRefundNo: "R|*@-_1" });
      const made = yield* ask("POST", "/v1/refunds", { token: kiosk, body });
      expect(made).toMatchObject({ status: 202, body: { merchant: "kiosk", refundFee: most, totalFee: most } });
      expect(made.headers.location).toBe("/v1/refunds/kiosk/R%7C%2A%40-_1");
      const found = yield* ask("GET", String(made.headers.location), { token: kiosk });
      expect(found).toMatchObject({ status: 200, body: { outRefundNo: "R|*@-_1", refundFee: most } });
      const totals = yield* ask("GET", "/v1/totals", { token: kiosk });
      expect(totals.body["totals"]).toEqual([
        { merchant: "kiosk", mchId: "1900000209", currency: "CNY", state: "Recorded", count: 1, amount: most },
      ]);
    }),
  );

  it.live("answers 503 while the store is away, and takes the identical request once it is back", () =>
    Effect.gen(function* () {
      const { ask, services } = yield* start({ durable: { worker: false } });
      const sql = Context.get(services, SqlClient.SqlClient);
      yield* sql`ALTER TABLE refunds RENAME TO away`;
      for (const [method, path, body] of [
        ["POST", "/v1/refunds", refundOf(1)],
        ["GET", "/v1/refunds", undefined],
        ["GET", "/v1/refunds/shop/R-1", undefined],
        ["GET", "/v1/totals", undefined],
        ["GET", "/v1/events", undefined],
        ["POST", "/v1/refunds/shop/R-1/cancel", { reason: "x" }],
      ] as const) {
        const away = yield* ask(method, path, { body });
        expect(away, path).toMatchObject(problem(503, "unavailable"));
        expect(Number(away.headers["retry-after"])).toBeGreaterThan(0);
      }
      yield* sql`ALTER TABLE away RENAME TO refunds`;
      const taken = yield* ask("POST", "/v1/refunds", { body: refundOf(1) });
      expect(taken).toMatchObject({ status: 202, body: { created: true } });
    }),
  );
});

describe("GET /v1/refunds", () => {
  it.live("finds by every filter, and pages on from a cursor", () =>
    Effect.gen(function* () {
      const { ask } = yield* start({ durable: { worker: false } });
      for (let n = 0; n < 7; n++) {
        yield* ask("POST", "/v1/refunds", { body: refundOf(n, { merchant: n % 2 === 0 ? "shop" : "kiosk" }) });
      }
      yield* ask("POST", "/v1/refunds/shop/R-0/cancel", { body: { reason: "a mistake" } });
      const numbers = (query: string) =>
        Effect.map(ask("GET", `/v1/refunds?${query}`), ({ body }) =>
          (body["refunds"] as ReadonlyArray<{ outRefundNo: string }>).map(({ outRefundNo }) => outRefundNo),
        );
      expect(yield* numbers("")).toEqual(["R-6", "R-5", "R-4", "R-3", "R-2", "R-1", "R-0"]);
      expect(yield* numbers("merchant=kiosk")).toEqual(["R-5", "R-3", "R-1"]);
      expect(yield* numbers("state=NotMade&state=Succeeded")).toEqual(["R-0"]);
      expect(yield* numbers("state=NotMade&merchant=kiosk")).toEqual([]);
      expect(yield* numbers("block=any")).toEqual([]);
      expect(yield* numbers("outTradeNo=T-3")).toEqual(["R-3"]);
      expect(yield* numbers("transactionId=T-3")).toEqual([]);
      expect(yield* numbers("outRefundNo=R-4")).toEqual(["R-4"]);
      expect(yield* numbers("prefix=R-&limit=1")).toEqual(["R-6"]);
      expect(yield* numbers("until=2020-01-01T00:00:00Z")).toEqual([]);
      expect((yield* numbers("from=2020-01-01T00:00:00%2B08:00")).length).toBe(7);
      const seen: Array<string> = [];
      let next = "";
      do {
        const { body } = yield* ask("GET", `/v1/refunds?limit=3${next === "" ? "" : `&after=${next}`}`);
        seen.push(...(body["refunds"] as ReadonlyArray<{ outRefundNo: string }>).map(({ outRefundNo }) => outRefundNo));
        next = String(body["next"] ?? "");
      } while (next !== "");
      expect(seen).toEqual(["R-6", "R-5", "R-4", "R-3", "R-2", "R-1", "R-0"]);
    }),
  );

  it.live("refuses parameters that there are not, and values that are none", () =>
    Effect.gen(function* () {
      const { ask } = yield* start({ durable: { worker: false } });
      const wrong = yield* ask(
        "GET",
        "/v1/refunds?stat=Recorded&limit=0&after=-1&from=today&state=recorded&outRefundNo=%00",
      );
      expect(wrong).toMatchObject(problem(422, "invalid"));
      expect(pointers(wrong).sort()).toEqual(["?after", "?from", "?limit", "?outRefundNo", "?stat", "?state"]);
      const details = (query: string) =>
        Effect.map(ask("GET", `/v1/refunds?${query}`), ({ body }) => body["errors"] as unknown);
      expect(yield* details("limit=5&limit=6&stat=1&stat=2")).toEqual([
        { parameter: "stat", detail: "is no parameter of this address: remove it" },
        { parameter: "limit", detail: "is given several times: leave one of them" },
      ]);
      expect(yield* details("state=recorded&state=Unknown&state=unknown")).toEqual([
        {
          parameter: "state",
          detail: "must be one of Recorded, Unknown, Accepted, Succeeded, Closed, Rejected, NotMade, Resolved",
        },
      ]);
      expect(yield* details("block=none")).toEqual([
        { parameter: "block", detail: expect.stringMatching(/^must be one of top-up, .*, any$/) },
      ]);
      const blank = yield* ask("GET", "/v1/refunds?from=2026-11-26T00:00:00+08:00");
      expect(blank.body["errors"]).toEqual([{ parameter: "from", detail: expect.stringContaining("%2B08:00") }]);
      for (const day of ["2026-02-30", "2026-06-31"]) {
        expect(pointers(yield* ask("GET", `/v1/refunds?until=${day}T00:00:00Z`))).toEqual(["?until"]);
      }
      expect(yield* ask("GET", "/v1/refunds?merchant=nobody")).toMatchObject(problem(404, "not-found"));
      expect(yield* ask("GET", "/v1/refunds?limit=1&limit=2")).toMatchObject(problem(422, "invalid"));
      expect(yield* ask("GET", "/v1/events?wait=31")).toMatchObject(problem(422, "invalid"));
      const many = yield* ask("GET", `/v1/refunds?${Array.from({ length: 200 }, (_, at) => `p${at}=`).join("&")}`);
      expect(pointers(many).length).toBe(100);
      // Also where there is none at all: what is passed over was meant for something.
      const elsewhere = yield* ask("POST", "/v1/refunds?attempted=true", { body: refundOf(1) });
      expect(elsewhere).toMatchObject(problem(422, "invalid"));
      expect(pointers(elsewhere)).toEqual(["?attempted"]);
      expect((yield* ask("GET", "/v1/refunds")).body).toEqual({ refunds: [] });
      for (const path of ["/v1/refunds/shop/R-9?merchant=kiosk", "/v1/merchants?merchant=shop", "/v1/webhooks?x="]) {
        expect(yield* ask("GET", path), path).toMatchObject(problem(422, "invalid"));
      }
    }),
  );

  it.live("has nothing at other addresses", () =>
    Effect.gen(function* () {
      const { ask } = yield* start({ durable: { worker: false } });
      for (const path of [
        "/v1/refunds/shop/R-9",
        "/v1/refunds/nobody/R-9",
        "/v1/refunds/shop/%00",
        "/v1/refunds/shop/%zz",
        "/v1",
      ]) {
        expect(yield* ask("GET", path), path).toMatchObject(problem(404, "not-found"));
      }
      const put = yield* ask("PUT", "/v1/refunds/shop/R-9");
      expect(put).toMatchObject(problem(405, "method-not-allowed"));
      expect(put.headers.allow).toBe("GET");
      expect((yield* ask("DELETE", "/v1/refunds")).headers.allow).toBe("GET, POST");
    }),
  );
});

describe("acts", () => {
  it.live("are done as the token's name, with the reason, and refused where they are not possible", () =>
    Effect.gen(function* () {
      const { ask } = yield* start({ durable: { worker: false } });
      yield* ask("POST", "/v1/refunds", { body: refundOf(1) });
      const act = (what: string, body: unknown = { reason: "so it is" }) =>
        ask("POST", `/v1/refunds/shop/R-1/${what}`, { body });
      expect(yield* act("cancel")).toMatchObject({
        status: 200,
        body: { state: "NotMade", moneyReturned: false, actions: ["resolve", "start-again"] },
      });
      const late = yield* act("cancel");
      expect(late).toMatchObject(problem(409, "not-permitted"));
      expect(late.body).toMatchObject({
        outRefundNo: "R-1",
        state: "NotMade",
        actions: ["resolve", "start-again"],
        detail: expect.stringMatching(/: possible are: resolve, start-again$/),
      });
      expect(yield* act("start-again")).toMatchObject({ status: 200, body: { state: "Recorded" } });
      expect(yield* act("go-on")).toMatchObject({ status: 200, body: { state: "Recorded" } });
      expect(yield* act("resolve")).toMatchObject({
        status: 200,
        body: { state: "Resolved", moneyReturned: null, final: true },
      });
      const { body } = yield* ask("GET", "/v1/refunds/shop/R-1");
      expect(body["history"]).toContainEqual(
        expect.objectContaining({ what: "cancel", detail: { by: "all", reason: "so it is" } }),
      );
      expect(yield* ask("POST", "/v1/refunds/shop/R-2/cancel", { body: { reason: "x" } })).toMatchObject(
        problem(404, "not-found"),
      );
      for (const wrong of [
        {},
        { reason: "" },
        { reason: " \u200B\u2060" },
        { reason: "paid by hand\u2028level=ERROR" },
        { reason: "paid \u202E by hand" },
        { reason: 1 },
        { reason: "a\nb" },
        { reason: "x".repeat(501) },
        { reason: "x", by: "Eve" },
      ]) {
        expect(yield* act("go-on", wrong), JSON.stringify(wrong)).toMatchObject(problem(422, "invalid"));
      }
    }),
  );

  it.live("pause a merchant and let it go on", () =>
    Effect.gen(function* () {
      const { ask, gateway } = yield* start();
      const paused = yield* ask("POST", "/v1/merchants/shop/pause", { body: { reason: "the bank called" } });
      expect(paused).toMatchObject({
        status: 200,
        body: { merchant: "shop", paused: { by: "all", reason: "the bank called", since: expect.any(String) } },
      });
      yield* ask("POST", "/v1/refunds", { body: refundOf(1) });
      yield* ask("POST", "/v1/refunds", { body: refundOf(1, { merchant: "kiosk" }) });
      yield* until(ask("GET", "/v1/refunds/kiosk/R-1"), ({ body }) => body["state"] === "Accepted");
      expect(gateway.ledger.size()).toBe(1);
      const { body } = yield* ask("GET", "/v1/merchants");
      expect(body).toMatchObject({ merchants: [{ merchant: "shop", paused: { by: "all" } }, { merchant: "kiosk" }] });
      const resumed = yield* ask("POST", "/v1/merchants/shop/resume", { body: { reason: "settled" } });
      expect(resumed.body).toEqual({ merchant: "shop", mchId: "1900000109" });
      yield* until(ask("GET", "/v1/refunds/shop/R-1"), ({ body }) => body["state"] === "Accepted");
    }),
  );
});

describe("GET /v1/events", () => {
  const positions = ({ body }: Reply) =>
    (body["events"] as ReadonlyArray<{ position: number; state: string }>).map(({ state }) => state);

  it.live("gives each change once, in order, and waits for the next", () =>
    Effect.gen(function* () {
      const { ask, services } = yield* start({ durable: { worker: false } });
      const empty = yield* ask("GET", "/v1/events?wait=0");
      expect(empty.body).toEqual({ events: [], next: 0 });
      const waiting = yield* Effect.forkChild(ask("GET", "/v1/events?wait=30"));
      const refunds = Context.get(services, Refunds.Refunds);
      yield* Effect.sleep(50);
      yield* refunds.start("shop", { order: { outTradeNo: "T-1" }, outRefundNo: "R-1", totalFee: 100, refundFee: 30 });
      const first = yield* Fiber.join(waiting);
      expect(first.body).toMatchObject({
        events: [{ outRefundNo: "R-1", state: "Recorded", merchant: "shop", moneyReturned: null }],
      });
      const next = Number(first.body["next"]);
      const second = yield* Effect.forkChild(ask("GET", `/v1/events?after=${next}&wait=30`));
      yield* refunds.cancel("shop", "R-1", person);
      const told = yield* Fiber.join(second);
      expect(told.body).toMatchObject({
        events: [{ state: "NotMade", fromState: "Recorded", moneyReturned: false, detail: person }],
      });
      const all = yield* ask("GET", "/v1/events");
      expect(positions(all)).toEqual(["Recorded", "NotMade"]);
      expect(yield* ask("GET", `/v1/events?after=${String(told.body["next"])}`)).toMatchObject({
        body: { events: [] },
      });
      // A position that this store never gave: whoever waits for what follows it hears nothing.
      for (const [path, newest] of [
        [`/v1/events?after=${Number(told.body["next"]) + 1}&wait=30`, told.body["next"]],
        ["/v1/reconciliations/feed?after=1&wait=30", 0],
      ] as const)
        expect(yield* ask("GET", path)).toMatchObject({
          status: 422,
          body: { errors: [{ parameter: "after", detail: expect.stringContaining(`of this store, ${newest}:`) }] },
        });
    }),
  );

  it.live("comes in pages", () =>
    Effect.gen(function* () {
      const { ask, services } = yield* start({ durable: { worker: false } });
      const refunds = Context.get(services, Refunds.Refunds);
      for (let n = 0; n < 450; n++) {
        const request = { order: { outTradeNo: `T-${n}` }, outRefundNo: `R-${n}`, totalFee: 100, refundFee: 30 };
        yield* refunds.start(n < 225 ? "shop" : "kiosk", request);
      }
      const sizes: Array<number> = [];
      let next = 0;
      for (let seen = 0; seen < 450;) {
        const { body } = yield* ask("GET", `/v1/events?after=${next}&wait=5`);
        sizes.push((body["events"] as ReadonlyArray<unknown>).length);
        seen += sizes.at(-1) ?? 0;
        next = Number(body["next"]);
      }
      expect(Math.max(...sizes)).toBeLessThanOrEqual(200);
      // One who sees a part gets that part, and the same cursor.
      const kiosk = yield* ask("GET", "/v1/events?merchant=kiosk");
      expect(kiosk.body).toMatchObject({ events: expect.any(Array) });
      expect(
        (kiosk.body["events"] as ReadonlyArray<{ merchant: string }>).every(({ merchant }) => merchant === "kiosk"),
      ).toBe(true);
    }),
  );
});

describe("how it is", () => {
  it.live("is told without a token, the metrics with one", () =>
    Effect.gen(function* () {
      const { ask, token } = yield* start();
      yield* ask("POST", "/v1/refunds", { body: refundOf(1) });
      expect(yield* ask("GET", "/health", { token: undefined })).toMatchObject({ status: 200, body: { live: true } });
      const ready = yield* until(ask("GET", "/ready", { token: undefined }), ({ status }) => status === 200);
      expect(ready.body).toEqual({ ready: true });
      expect(yield* ask("GET", "/metrics", { token: undefined })).toMatchObject(problem(401, "unauthorized"));
      const shop = yield* token({ name: "shop", merchants: ["shop"] });
      expect(yield* ask("GET", "/metrics", { token: shop })).toMatchObject(problem(403, "forbidden"));
      const { headers, text } = yield* ask("GET", "/metrics");
      expect(headers["content-type"]).toContain("text/plain");
      expect(text).toMatch(/^wechat_refund_refunds\{merchant="shop",currency="CNY",state="\w+",block=""\} 1$/m);
      expect(text).toContain('wechat_refund_http_requests{method="POST",route="/v1/refunds",status="202"}');
    }),
  );

  it.live("describes itself", () =>
    Effect.gen(function* () {
      const { ask }: Running = yield* start({ durable: { worker: false } });
      const { body } = yield* ask("GET", "/openapi.json", { token: undefined });
      expect(Object.keys(body["paths"] as object)).toContain("/v1/refunds/{merchant}/{outRefundNo}/start-again");
      const { schemas } = body["components"] as { schemas: Record<string, unknown> };
      expect(Object.keys(schemas).filter((name) => /Encoded|_/.test(name))).toEqual([]);
      expect(schemas).toHaveProperty("OtherRefund");
    }),
  );
});
