/** Every route, with every right, for every merchant: who is let in, and what the others are told. */
import { it } from "@effect/vitest";
import { Refunds, RefundStore } from "@wechat-refund/durable";
import { Access, RefundApi, type Tokens } from "@wechat-refund/server";
import { Context, Effect } from "effect";
import { expect } from "vitest";
import { hooksFile, newSecret } from "./support/receiver.ts";
import { refundOf, start } from "./support/service.ts";

interface Route {
  readonly needs: Tokens.Right;
  readonly method: string;
  readonly path: (merchant: string) => string;
  readonly body?: (merchant: string, n: number) => unknown;
  /** What it answers who may, and who may not see the merchant. */
  readonly good: number;
  readonly foreign: number;
}

const numbers: Readonly<Record<string, string>> = { shop: "1900000109", kiosk: "1900000209" };

const reason = () => ({ reason: "a test" });
const of = (act: string) => (merchant: string) => `/v1/refunds/${merchant}/R-${act}/${act}`;

/** By the name of the endpoint; one that is missing here fails the test. */
const routes: Readonly<Record<string, Route>> = {
  start: {
    needs: "write",
    method: "POST",
    path: () => "/v1/refunds",
    body: (merchant, n) => refundOf(n, { merchant }),
    good: 202,
    foreign: 404,
  },
  find: { needs: "read", method: "GET", path: (merchant) => `/v1/refunds/${merchant}/R-find`, good: 200, foreign: 404 },
  list: {
    needs: "read",
    method: "GET",
    path: (merchant) => `/v1/refunds?merchant=${merchant}`,
    good: 200,
    foreign: 404,
  },
  cancel: { needs: "operate", method: "POST", path: of("cancel"), body: reason, good: 200, foreign: 404 },
  "go-on": { needs: "operate", method: "POST", path: of("go-on"), body: reason, good: 200, foreign: 404 },
  resolve: { needs: "operate", method: "POST", path: of("resolve"), body: reason, good: 200, foreign: 404 },
  "start-again": { needs: "operate", method: "POST", path: of("start-again"), body: reason, good: 200, foreign: 404 },
  totals: {
    needs: "read",
    method: "GET",
    path: (merchant) => `/v1/totals?merchant=${merchant}`,
    good: 200,
    foreign: 404,
  },
  events: {
    needs: "read",
    method: "GET",
    path: (merchant) => `/v1/events?merchant=${merchant}`,
    good: 200,
    foreign: 404,
  },
  merchants: { needs: "read", method: "GET", path: () => "/v1/merchants", good: 200, foreign: 200 },
  reconciliations: {
    needs: "read",
    method: "GET",
    path: (merchant) => `/v1/reconciliations?mchId=${numbers[merchant]}`,
    good: 200,
    foreign: 404,
  },
  reconciliationFeed: {
    needs: "read",
    method: "GET",
    path: () => "/v1/reconciliations/feed",
    good: 200,
    foreign: 200,
  },
  reconciliation: {
    needs: "read",
    method: "GET",
    path: (merchant) => `/v1/reconciliations/${numbers[merchant]}/2026-11-25`,
    good: 200,
    foreign: 404,
  },
  webhooks: { needs: "operate", method: "GET", path: () => "/v1/webhooks", good: 200, foreign: 200 },
  deliveries: {
    needs: "operate",
    method: "GET",
    path: (merchant) => `/v1/webhooks/${merchant}/deliveries`,
    good: 200,
    foreign: 404,
  },
  delivery: {
    needs: "operate",
    method: "GET",
    path: (merchant) => `/v1/webhooks/${merchant}/deliveries/${merchant === "shop" ? 1 : 2}`,
    good: 200,
    foreign: 404,
  },
  replay: {
    needs: "operate",
    method: "POST",
    path: (merchant) => `/v1/webhooks/${merchant}/replay`,
    body: () => ({ reason: "a test", first: 1 }),
    good: 200,
    foreign: 404,
  },
  // They are on: who may enable them is told so.
  enable: {
    needs: "operate",
    method: "POST",
    path: (merchant) => `/v1/webhooks/${merchant}/enable`,
    body: reason,
    good: 409,
    foreign: 404,
  },
  ping: {
    needs: "operate",
    method: "POST",
    path: (merchant) => `/v1/webhooks/${merchant}/ping`,
    good: 202,
    foreign: 404,
  },
  pause: {
    needs: "operate",
    method: "POST",
    path: (merchant) => `/v1/merchants/${merchant}/pause`,
    body: reason,
    good: 200,
    foreign: 404,
  },
  resume: {
    needs: "operate",
    method: "POST",
    path: (merchant) => `/v1/merchants/${merchant}/resume`,
    body: reason,
    good: 200,
    foreign: 404,
  },
};

const subsets: ReadonlyArray<ReadonlyArray<Tokens.Right>> = [
  ["read"],
  ["write"],
  ["operate"],
  ["read", "write"],
  ["read", "operate"],
  ["write", "operate"],
  ["read", "write", "operate"],
];

it.live(
  "lets a token do what its rights say, to the merchants that it names",
  () =>
    Effect.gen(function* () {
      const nowhere = { url: "http://127.0.0.1:9/", secret: newSecret() };
      const hooks = yield* hooksFile(["shop", "kiosk"].map((name) => ({ ...nowhere, name, merchants: [name] })));
      const { ask, services, token } = yield* start({
        durable: { worker: false },
        service: { webhooks: { file: hooks.file } },
      });
      for (const name of ["shop", "kiosk"]) yield* ask("POST", `/v1/webhooks/${name}/ping`);
      const refunds = Context.get(services, Refunds.Refunds);
      const { database } = Context.get(services, RefundStore.RefundStore);
      for (const mchId of Object.values(numbers)) {
        yield* database.sql`INSERT INTO ${database.table("refund_reconciliations")} (mch_id, day, state, due_at) VALUES (${mchId}, '2026-11-25', 'waiting', 0)`;
      }
      const endpoints = Object.values(RefundApi.Api.groups).flatMap((group) => Object.values(group.endpoints));
      expect(endpoints.map(({ identifier }) => String(identifier)).sort()).toEqual(Object.keys(routes).sort());
      for (const { annotations, identifier } of endpoints) {
        expect(Context.get(annotations as Context.Context<Access.Needs>, Access.Needs)).toBe(routes[identifier]?.needs);
      }
      const seed = Effect.fnUntraced(function* (merchant: string, number: string) {
        return yield* refunds.start(merchant, {
          order: { outTradeNo: "T-1" },
          outRefundNo: number,
          totalFee: 100,
          refundFee: 30,
        });
      });
      const person = { by: "Ann", reason: "a test" };
      let n = 0;
      let cells = 0;
      for (const rights of subsets) {
        for (const merchants of [["*"], ["shop"], ["kiosk"], ["shop", "kiosk"]]) {
          const mine = yield* token({
            rights,
            merchants,
            name: `${rights.join("-")}.${merchants.join("-").replace("*", "all")}`,
          });
          for (const merchant of ["shop", "kiosk"]) {
            for (const [name, route] of Object.entries(routes)) {
              const number = `R-${name}`;
              // Each act finds a refund with which it is possible.
              yield* seed(merchant, number);
              if (name === "start-again") yield* Effect.ignore(refunds.cancel(merchant, number, person));
              const sees = merchants.includes("*") || merchants.includes(merchant);
              const expected = !rights.includes(route.needs) ? 403 : sees ? route.good : route.foreign;
              const resolved =
                name === "resolve" && expected === 200 && (yield* refunds.find(merchant, number))?.final === true;
              const reply = yield* ask(route.method, route.path(merchant), {
                token: mine,
                body: route.body?.(merchant, n++),
              });
              expect({ name, rights, merchants, merchant, status: reply.status }).toEqual({
                name,
                rights,
                merchants,
                merchant,
                status: resolved ? 409 : expected,
              });
              cells++;
            }
          }
        }
      }
      expect(cells).toBe(7 * 4 * 2 * 21);
      for (const [name, route] of Object.entries(routes)) {
        for (const headers of [{}, { authorization: "Bearer wr_x" }, { authorization: "Basic d3I6eA==" }]) {
          const { status } = yield* ask(route.method, route.path("shop"), {
            token: undefined,
            headers,
            body: route.body?.("shop", n++),
          });
          expect([401, 429], name).toContain(status);
        }
      }
    }),
  // More than a thousand requests.
  180_000,
);

it.live("shows a webhook to who may see every merchant that it is told of, and to nobody else that there is one", () =>
  Effect.gen(function* () {
    const of: Readonly<Record<string, ReadonlyArray<string>>> = {
      shop: ["shop"],
      kiosk: ["kiosk"],
      both: ["shop", "kiosk"],
      all: ["*"],
    };
    const nowhere = { url: "http://127.0.0.1:9/", secret: newSecret() };
    const hooks = yield* hooksFile(Object.entries(of).map(([name, merchants]) => ({ ...nowhere, name, merchants })));
    const { ask, token } = yield* start({ durable: { worker: false }, service: { webhooks: { file: hooks.file } } });
    const seen = Effect.fnUntraced(function* (merchants: ReadonlyArray<string>) {
      const mine = yield* token({ merchants, rights: ["operate"] });
      const { body } = yield* ask("GET", "/v1/webhooks", { token: mine });
      const names = (body["webhooks"] as ReadonlyArray<{ readonly webhook: string }>).map(({ webhook }) => webhook);
      for (const name of Object.keys(of)) {
        const { status } = yield* ask("GET", `/v1/webhooks/${name}/deliveries`, { token: mine });
        expect([name, status]).toEqual([name, names.includes(name) ? 200 : 404]);
      }
      return names;
    });
    expect(yield* seen(["*"])).toEqual(["all", "both", "kiosk", "shop"]);
    expect(yield* seen(["shop", "kiosk"])).toEqual(["both", "kiosk", "shop"]);
    expect(yield* seen(["shop"])).toEqual(["shop"]);
  }),
);

it.live("shows no refund, total or event of a merchant that a token does not name, and no name of it", () =>
  Effect.gen(function* () {
    const { ask, token } = yield* start({ durable: { worker: false } });
    yield* ask("POST", "/v1/refunds", { body: refundOf(1) });
    yield* ask("POST", "/v1/refunds", { body: refundOf(2, { merchant: "kiosk" }) });
    const kiosk = yield* token({ name: "only-kiosk", merchants: ["kiosk"] });
    const everything = [
      "/v1/refunds",
      "/v1/refunds?outRefundNo=R-1",
      "/v1/totals",
      "/v1/events",
      "/v1/events?after=0&wait=1",
      "/v1/merchants",
      "/v1/refunds/shop/R-1",
      "/v1/refunds?merchant=shop",
    ];
    for (const path of everything) {
      const { text } = yield* ask("GET", path, { token: kiosk });
      expect(text, path).not.toMatch(/1900000109|R-1\b|T-1\b|"shop"/);
    }
    const { merchant: _, ...unnamed } = refundOf(3);
    const both = yield* ask("POST", "/v1/refunds", { body: unnamed });
    expect(both).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "/merchant", detail: expect.stringContaining("shop, kiosk") }] },
    });
    // What there is not and what may not be seen look alike.
    const strip = ({ status, text }: { status: number; text: string }) => `${status} ${text}`;
    const foreign = yield* ask("GET", "/v1/refunds/shop/R-1", { token: kiosk });
    const nobody = yield* ask("GET", "/v1/refunds/nobody/R-1", { token: kiosk });
    expect(strip(foreign)).toBe(strip(nobody));
  }),
);
