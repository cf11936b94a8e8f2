/** What the operator's pages show and do, by HTTP alone: as a browser without a script sees them. */
import { join } from "node:path";
import { it } from "@effect/vitest";
import { Refunds, RefundStore } from "@wechat-refund/durable";
import { Context, Effect, Metric } from "effect";
import { describe, expect } from "vitest";
import { directory, merchantsOf, shops, start } from "./support/service.ts";
import { signedIn, textOf, visitor } from "./support/visitor.ts";
import { booksOf, gatewayWith, order, until, world } from "./support/world.ts";

const recordOnly = { durable: { worker: false as const } };
const local = { service: { tokens: "none" as const } };
const today = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);

describe("the first page", () => {
  it.live("shows what waits for a person, and has all of one cause go on after it showed how many and how much", () =>
    Effect.gen(function* () {
      const running = yield* world(local);
      const me = visitor(running);
      const first = textOf(yield* me.get("/"));
      for (const said of ["Not enough money", "top up the merchant's account", "基本账户余额不足", "¥396.00"]) {
        expect(first).toContain(said);
      }
      expect(first).toMatch(/Count 12 .*Since 20\d\d-/);
      const all = yield* me.get("/blocked/shop/top-up/go-on");
      expect(textOf(all)).toMatch(/Go on with all 12 .*¥396\.00.*R-15/);
      const csrf = yield* me.csrf("/blocked/shop/top-up/go-on");
      const path = "/blocked/shop/top-up/go-on";

      // Fewer were shown than there are: nothing is done.
      const grown = yield* me.post(path, { csrf, count: "11", reason: "topped up" });
      expect([grown.status, textOf(grown).includes("Nothing was done")]).toEqual([422, true]);
      const silent = yield* me.post(path, { csrf, count: "12", reason: " " });
      expect([silent.status, textOf(silent).includes("Say why")]).toEqual([422, true]);

      running.gateway.ledger.topUp(shops[0].mchId, 1_000_000);
      const done = yield* me.post(path, { csrf, count: "12", reason: "topped up 充值完成" });
      expect([done.status, textOf(done).includes("Done for 12 refunds")]).toEqual([200, true]);
      for (let n = 4; n < 16; n++) yield* until(running, "shop", `R-${n}`, ({ truth }) => truth !== "Recorded");
      expect(textOf(yield* me.get("/"))).toContain("Nothing needs you");
      const history = yield* Context.get(running.services, Refunds.Refunds).history("shop", "R-9");
      expect(history.find(({ what }) => what === "goOn")?.detail).toEqual({
        by: "local",
        reason: "topped up 充值完成",
      });
      expect((yield* me.get(path)).status).toBe(404);
    }),
  );

  it.live("says so when nothing needs anybody, in either language", () =>
    Effect.gen(function* () {
      const running = yield* start({ ...recordOnly, ...local });
      const me = visitor(running);
      expect(textOf(yield* me.get("/"))).toContain("Nothing needs you. Every refund is on its way");
      const chinese = yield* me.get("/", { "accept-language": "fr, zh-CN;q=0.9, en;q=0.8" });
      expect([chinese.text.includes('<html lang="zh-CN">'), textOf(chinese).includes("没有需要处理的退款")]).toEqual([
        true,
        true,
      ]);
      // What was asked for is kept, whatever the browser prefers.
      yield* me.get("/?lang=zh");
      expect(textOf(yield* me.get("/", { "accept-language": "en" }))).toContain("没有需要处理的退款");
      yield* me.get("/?lang=en");
      expect(textOf(yield* me.get("/", { "accept-language": "zh" }))).toContain("Nothing needs you");
    }),
  );
});

describe("a merchant that is configured no more", () => {
  it.live("has what is not over of it shown to who sees all merchants, and to nobody that nothing needs him", () =>
    Effect.gen(function* () {
      const file = join(yield* directory, "kept.db");
      const gateway = gatewayWith(10_000);
      const kept = { durable: { file, worker: false as const } };
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { ask } = yield* start({ ...kept, gateway });
          for (const n of [1, 2]) yield* ask("POST", "/v1/refunds", { body: order(n, { merchant: "kiosk" }) });
          yield* ask("POST", "/v1/refunds", { body: order(3, { merchant: "kiosk" }) });
          yield* ask("POST", "/v1/refunds/kiosk/R-3/cancel", { body: { reason: "not wanted" } });
        }),
      );
      const running = yield* start({ ...kept, gateway, merchants: merchantsOf(gateway, [shops[0]]) });
      const everyone = yield* signedIn(running, yield* running.token({ rights: ["read"] }));
      const first = textOf(yield* everyone.get("/"));
      expect(first).toContain("Waits for a person 2");
      expect(first).toMatch(/No merchant here has this number at 1900000209 .*Count 2 Amount ¥66\.00/);
      expect(first).not.toContain("Nothing needs you");
      const shop = yield* signedIn(running, yield* running.token({ merchants: ["shop"], rights: ["read"] }));
      expect(textOf(yield* shop.get("/"))).toContain("Nothing needs you");
      // Of thousands the first are shown, the most of them first, and all are counted.
      const { sql, table } = Context.get(running.services, RefundStore.RefundStore).database;
      for (let n = 0; n < 30; n++)
        yield* sql`INSERT INTO ${table("refund_totals")} VALUES ('1900000209', ${`sub-${n}`}, 'CNY', 'Unknown', '', 1, 100)`;
      const many = textOf(yield* everyone.get("/"));
      expect(many).toMatch(/Waits for a person 32 .*No merchant here has this number at 1900000209 /);
      expect(many.match(/No merchant here has this number/g)).toHaveLength(20);
      expect(many).toContain("and 11 merchant numbers more that no merchant here has");
    }),
  );
});

describe("the list", () => {
  it.live("says which of those that it found cannot be read, and not that there is none, as does the API", () =>
    Effect.gen(function* () {
      const running = yield* start({ ...recordOnly, ...local });
      const me = visitor(running);
      for (const n of [1, 2]) yield* running.ask("POST", "/v1/refunds", { body: order(n) });
      const { sql, table } = Context.get(running.services, RefundStore.RefundStore).database;
      yield* sql`UPDATE ${table("refunds")} SET progress = '{' WHERE out_refund_no = 'R-2'`;
      const all = textOf(yield* me.get("/refunds"));
      expect(all).toMatch(
        /2 refunds.*These cannot be read, and nothing is done with them; the log says why: R-2 .*R-1/,
      );
      const one = textOf(yield* me.get("/refunds?q=R-2", { "accept-language": "zh-CN" }));
      expect(one).toMatch(/以下退款无法读取，不作任何处理；原因见日志： R-2/);
      expect(one).not.toContain("没有符合条件的退款");
      expect(textOf(yield* me.get("/refunds?q=R-1"))).not.toContain("cannot be read");
      const { body } = yield* running.ask("GET", "/v1/refunds");
      expect(body).toMatchObject({ refunds: [{ outRefundNo: "R-1" }], unread: ["R-2"] });
      expect((yield* running.ask("GET", "/v1/refunds?prefix=R-1")).body).not.toHaveProperty("unread");
    }),
  );

  it.live("finds by the beginning of a refund's and an order's number, by filters, and pages on with exact sums", () =>
    Effect.gen(function* () {
      const running = yield* start({ ...recordOnly, ...local });
      const me = visitor(running);
      for (let n = 0; n < 60; n++) {
        const more =
          n % 2 === 0
            ? { outRefundNo: `AB-${n}`, order: { outTradeNo: `SHOP-${n}` } }
            : { outRefundNo: `AC-${n}`, order: { transactionId: `4200${n}` }, merchant: "kiosk" };
        expect((yield* running.ask("POST", "/v1/refunds", { body: order(n, more) })).status).toBe(202);
      }
      const refunds = Context.get(running.services, Refunds.Refunds);
      yield* refunds.cancel("shop", "AB-0", { by: "a", reason: "b" });
      const found = Effect.fnUntraced(function* (query: string) {
        const reply = yield* me.get(`/refunds?${query}`);
        return { reply, text: textOf(reply), rows: reply.text.match(/<tr id="r-[^"]*/g)?.length ?? 0 };
      });
      const all = yield* found("");
      expect([all.rows, all.text.includes("60 refunds · ¥1,980.00")]).toEqual([50, true]);
      const next = /href="(\/refunds\?after=\d+)"/.exec(all.reply.text)?.[1] ?? "";
      expect((yield* me.get(next)).text.match(/<tr id="r-/g)?.length).toBe(10);
      for (const [query, rows, sum] of [
        ["q=AB-", 30, "30 refunds · ¥990.00"],
        ["q=+AB-14+", 1, "1 refund · ¥33.00"],
        ["q=SHOP-1", 5, "5 refunds · ¥165.00"],
        ["q=42001", 6, "6 refunds · ¥198.00"],
        ["merchant=kiosk", 30, "30 refunds · ¥990.00"],
        ["state=NotMade", 1, "1 refund · ¥33.00"],
        ["state=open", 50, "59 refunds · ¥1,947.00"],
        ["q=AB-&state=Recorded&merchant=shop", 29, "29 refunds · ¥957.00"],
        [`from=${today()}&until=${today()}`, 50, "60 refunds · ¥1,980.00"],
        ["from=2020-01-01&until=2020-01-02", 0, "No refund is like that"],
        ["q=nothing", 0, "No refund is like that"],
        [`q=${encodeURIComponent("' OR 1=1 --")}`, 0, "No refund is like that"],
        ["cause=any", 0, "No refund is like that"],
        // What means nothing is as if it were not there.
        ["state=Nonsense&cause=__proto__&from=yesterday&after=x", 50, "60 refunds"],
      ] as const) {
        const { rows: shown, text } = yield* found(query);
        expect([query, shown, text.includes(sum)]).toEqual([query, rows, true]);
      }
      expect((yield* me.get("/refunds?merchant=nobody")).status).toBe(404);
    }),
  );

  it.live("is exported whole as a table that no spreadsheet takes for formulas", () =>
    Effect.gen(function* () {
      const running = yield* start({ ...recordOnly, ...local });
      const refunds = Context.get(running.services, Refunds.Refunds);
      yield* Effect.forEach(
        Array.from({ length: 1100 }, (_, n) => n),
        (n) => refunds.start("shop", order(n, { outRefundNo: `-${n}`, merchant: undefined }) as never),
        { concurrency: 50 },
      );
      yield* running.ask("POST", "/v1/refunds", {
        body: order(1, { outRefundNo: "@SUM(1)".slice(0, 4), merchant: "kiosk", order: { outTradeNo: "-2|3" } }),
      });
      const reply = yield* visitor(running).get("/refunds.csv?lang=zh");
      expect(reply.headers["content-type"]).toBe("text/csv; charset=utf-8");
      expect(reply.headers["content-disposition"]).toBe('attachment; filename="refunds.csv"');
      const lines = reply.text.split("\r\n");
      expect(lines.length).toBe(1103);
      expect(lines[0]).toContain("商户号,子商户号,商户退款单号");
      expect(lines[1]).toContain("1900000209,,`@SUM,,,`-2|3,33.00,99.00,CNY,unsent");
      for (const line of lines.slice(1, -1)) expect(line).not.toMatch(/(?:^|,)[=+\-@]/);
      const some = yield* visitor(running).get("/refunds.csv?q=-10&merchant=shop");
      expect(some.text.split("\r\n").length).toBe(1 + 111 + 1);
    }),
  );
});

describe("one refund", () => {
  it.live("shows its money, its order, what happened and what may be done, and does it with a reason", () =>
    Effect.gen(function* () {
      const gateway = gatewayWith(0);
      const running = yield* start({ gateway, merchants: merchantsOf(gateway), ...local });
      const me = visitor(running);
      yield* running.ask("POST", "/v1/refunds", { body: order(1) });
      yield* running.ask("POST", "/v1/refunds", { body: order(1, { outRefundNo: "R-1b", refundFee: 1000 }) });
      yield* until(running, "shop", "R-1", ({ block }) => block !== undefined);
      const path = "/refunds/shop/R-1";
      const shown = textOf(yield* me.get(path));
      for (const said of [
        "Not enough money",
        "Of ¥99.00: ¥0.00 went back, ¥43.00 on the way",
        "R-1b",
        "Refund request sent",
        "Refused by WeChat Pay",
        "No bill that it may be in was compared yet",
        "This cannot be taken back",
      ]) {
        expect(shown).toContain(said);
      }
      const csrf = yield* me.csrf(path);
      const long = yield* me.post(`${path}/resolve`, { csrf, reason: "x".repeat(501) });
      expect([long.status, long.text.includes("aria-invalid"), long.text.includes("x".repeat(501))]).toEqual([
        422,
        true,
        true,
      ]);
      const resolved = yield* me.post(`${path}/resolve`, { csrf, reason: "paid in cash" });
      expect([resolved.status, resolved.headers.location]).toEqual([303, "/refunds/shop/R-1?done=resolve"]);
      const after = textOf(yield* me.get("/refunds/shop/R-1?done=resolve"));
      for (const said of [
        "It is resolved",
        "Nothing can be done with it any more",
        "Resolved by a person by local : paid in cash",
        // It may have been sent before: nobody denies that money went back.
        "Of ¥99.00: ¥0.00 went back, ¥10.00 on the way, ¥33.00 not known (resolved by a person)",
      ]) {
        expect(after.replace(/\s+:/g, " :")).toContain(said);
      }
      const chinese = textOf(yield* me.get(path, { "accept-language": "zh-CN" }));
      expect(chinese).toContain("订单 ¥99.00：已退 ¥0.00，退款中 ¥10.00，是否退回未知 ¥33.00（由人工了结）");
      const late = yield* me.post(`${path}/cancel`, { csrf, reason: "too late" });
      expect([late.status, textOf(late).includes("Nothing was done")]).toEqual([409, true]);
      for (const [method, missing] of [
        ["cancel", "/refunds/shop/R-404"],
        ["nonsense", path],
        ["refreeze", path],
      ] as const) {
        expect((yield* me.post(`${missing}/${method}`, { csrf, reason: "r" })).status).toBe(404);
      }
      expect((yield* me.get("/refunds/shop/R-404")).status).toBe(404);
    }),
  );

  it.live("has the money of all refunds of its order, however many are listed", () =>
    Effect.gen(function* () {
      const running = yield* start({ ...recordOnly, ...local });
      const me = visitor(running);
      yield* running.ask("POST", "/v1/refunds", { body: order(1, { outRefundNo: "LARGE", refundFee: 9000 }) });
      for (let n = 0; n < 51; n++) {
        yield* running.ask("POST", "/v1/refunds", { body: order(1, { outRefundNo: `S-${n}`, refundFee: 1 }) });
      }
      const shown = textOf(yield* me.get("/refunds/shop/S-50"));
      expect(shown).toContain("Of ¥99.00: ¥0.00 went back, ¥90.51 on the way");
      expect(shown).toContain("Show all of them");
    }),
  );

  it.live("is cancelled, and started again", () =>
    Effect.gen(function* () {
      const running = yield* start({ ...recordOnly, ...local });
      const me = visitor(running);
      yield* running.ask("POST", "/v1/refunds", { body: order(1, { outRefundNo: "A|B*@1" }) });
      const path = "/refunds/shop/A%7CB%2A%401";
      const csrf = yield* me.csrf(path);
      const cancelled = yield* me.post(`${path}/cancel`, { csrf, reason: "a mistake" });
      expect([cancelled.status, cancelled.headers.location]).toEqual([303, `${path}?done=cancel`]);
      expect(textOf(yield* me.get(path))).toContain("Given up; certainly not made");
      expect((yield* me.post(`${path}/start-again`, { csrf, reason: "none after all" })).status).toBe(303);
      const { history } = (yield* running.ask("GET", `/v1${path}`)).body as {
        history: ReadonlyArray<{ what: string }>;
      };
      expect(history.map(({ what }) => what)).toEqual(["recorded", "cancel", "startAgain"]);
    }),
  );
});

it.live("the books: a calendar of days, and a day with both sides of what differs", () =>
  Effect.gen(function* () {
    const running = yield* start({ ...recordOnly, ...local });
    const me = visitor(running);
    expect(textOf(yield* me.get("/books"))).toContain("No day was compared yet");
    yield* booksOf(running, today());
    const calendar = yield* me.get("/books");
    expect(calendar.text.match(/<td\s+class="good"/g)?.length).toBe(36);
    expect(calendar.text.match(/<td\s+class="bad"/g)?.length).toBe(3);
    const day =
      /href="(\/books\/1900000109\/[0-9-]+)"\s*>\s*<span class="date">\d+<\/span>\s*<span class="badge bad"/.exec(
        calendar.text,
      )?.[1];
    const shown = textOf(yield* me.get(day ?? ""));
    for (const said of [
      "2 differ",
      "amount differs",
      "only in the bill",
      "OTHER-77",
      "¥30.00",
      "refund_fee",
      "¥5,156.00",
    ]) {
      expect(shown).toContain(said);
    }
    for (const path of ["/books/1900000109/2026-13-45", "/books/1900000109/2001-01-01", "/books/1/2026-11-25"]) {
      expect((yield* me.get(path)).status).toBe(404);
    }
  }),
);

it.live("the merchants: what holds one is told as the store has it, whichever process calls for it", () =>
  Effect.gen(function* () {
    // Another process calls: nothing of it is known in the memory of this one.
    const running = yield* start({ ...recordOnly, ...local });
    const me = visitor(running);
    const { database } = Context.get(running.services, RefundStore.RefundStore);
    const { sql, table } = database;
    yield* sql`INSERT INTO ${table("refund_holds")} (mch_id, sub_mch_id, cause, message, call, since)
      VALUES (${shops[0].mchId}, '', 'top-up', 'NOTENOUGH 余额不足', 'send', ${Date.now() - 180 * 60_000})`;
    expect((yield* running.ask("GET", "/v1/merchants")).body["merchants"]).toMatchObject([
      { merchant: "shop", held: { cause: "top-up", detail: "NOTENOUGH 余额不足" } },
      { merchant: "kiosk" },
    ]);
    const page = textOf(yield* me.get("/merchants"));
    expect(page).toMatch(/shop 1900000109 ! Not enough money .*余额不足.* for 3 hours;.*kiosk 1900000209 ✓ works/);

    // This one calls, and another lifts what it remembers.
    const caller = yield* world(local);
    const hers = visitor(caller);
    const shown = Effect.map(hers.get("/merchants"), textOf);
    expect(yield* shown).toMatch(/shop 1900000109 ! Not enough money/);
    yield* Context.get(caller.services, RefundStore.RefundStore).database.sql`DELETE FROM refund_holds`;
    expect(yield* shown).toMatch(/shop 1900000109 ✓ works/);
    expect((yield* caller.ask("GET", "/v1/merchants")).text).not.toContain("held");
  }),
);

it.live("the merchants: one is paused with a reason, and goes on", () =>
  Effect.gen(function* () {
    const running = yield* start({ ...recordOnly, ...local });
    const me = visitor(running);
    const csrf = yield* me.csrf("/merchants");
    expect((yield* me.post("/merchants/kiosk/pause", { csrf, reason: "" })).status).toBe(422);
    expect((yield* me.post("/merchants/kiosk/pause", { csrf, reason: "stocktaking 盘点" })).status).toBe(303);
    expect(textOf(yield* me.get("/merchants?done=pause"))).toMatch(
      /The merchant is paused\..*kiosk .*paused by local , .*: stocktaking 盘点/,
    );
    const first = textOf(yield* me.get("/"));
    expect(first).toMatch(/Nothing needs you\. .*has ended, but those of paused merchants: .*kiosk is paused by local/);
    expect((yield* me.post("/merchants/kiosk/resume", { csrf, reason: "counted" })).status).toBe(303);
    expect(textOf(yield* me.get("/merchants"))).not.toContain("paused");
    expect((yield* me.post("/merchants/nobody/pause", { csrf, reason: "r" })).status).toBe(404);
    expect((yield* me.post("/merchants/kiosk/remove", { csrf, reason: "r" })).status).toBe(404);
  }),
);

it.live("a certificate that expires within a month is shown on the first page, with the merchant and the day", () =>
  Effect.gen(function* () {
    const running = yield* start({ ...recordOnly, ...local });
    const me = visitor(running);
    const gauge = Metric.gauge("wechat_refund_certificate_expires_timestamp_seconds");
    const expires = (days: number) =>
      Metric.update(
        Metric.withAttributes(gauge, { owner: shops[1].mchId }),
        Math.floor(Date.now() / 1000) + days * 86_400 + 60,
      );
    for (const [days, first, merchants] of [
      [-1, /certificate of kiosk expires on 20/, /! expired 20/],
      [10, /certificate of kiosk expires on 20/, /! in 10 days 20/],
      [400, /^(?!.*certificate of)/, /20\d\d-\d\d-\d\d \(in 400 days\)/],
    ] as const) {
      yield* expires(days);
      expect(textOf(yield* me.get("/"))).toMatch(first);
      expect(textOf(yield* me.get("/merchants"))).toMatch(merchants);
    }
  }),
);

it.live("a webhook that is disabled, or took no message, is told on the first page to who may see it", () =>
  Effect.gen(function* () {
    const running = yield* start(recordOnly);
    const { database } = Context.get(running.services, RefundStore.RefundStore);
    const { sql, table } = database;
    yield* sql`INSERT INTO ${table("refund_endpoints")} (name, position, books_position, created_at, disabled_at, disabled_why)
      VALUES ('till', 0, 0, 0, ${Date.now()}, 'it answered with the status 410: <gone>')`;
    yield* sql`INSERT INTO ${table("refund_deliveries")} (endpoint, source, message, type, happened_at, payload, state, since)
      VALUES ('till', 'event', 'm1', 'refund.succeeded', 0, '{}', 'dead', 0)`;
    const page = textOf(yield* (yield* signedIn(running, yield* running.token({ name: "all-of-them" }))).get("/"));
    expect(page).toMatch(
      /This webhook is disabled: till \( 20\d\d-.* \), it answered with the status 410: &lt;gone&gt;/,
    );
    expect(page).toContain("Webhook till : 1 message was never delivered");
    const kiosk = yield* signedIn(running, yield* running.token({ merchants: ["kiosk"] }));
    expect(textOf(yield* kiosk.get("/"))).not.toContain("till");
  }),
);

it.live("the feed says that something has changed, and a page knows from where to ask", () =>
  Effect.gen(function* () {
    const running = yield* start({ ...recordOnly });
    const me = yield* signedIn(running, yield* running.token({ merchants: ["kiosk"] }));
    const from = /name="live-after" content="(\d+)"/.exec((yield* me.get("/")).text)?.[1];
    expect(from).toBe("0");
    yield* running.ask("POST", "/v1/refunds", { body: order(1) });
    // Another merchant's is none of theirs.
    expect((yield* me.get(`/feed?after=${from}&wait=1`)).body["changed"]).toBe(false);
    yield* running.ask("POST", "/v1/refunds", { body: order(1, { merchant: "kiosk" }) });
    expect((yield* me.get(`/feed?after=${from}&wait=25`)).body["changed"]).toBe(true);
  }),
);

it.live("there are none where they are switched off", () =>
  Effect.gen(function* () {
    const running = yield* start({ ...recordOnly, service: { pages: false } });
    for (const path of ["/", "/sign-in", "/refunds", "/feed"]) {
      const reply = yield* visitor(running).get(path);
      expect([path, reply.status, reply.body["code"]]).toEqual([path, 404, "not-found"]);
    }
  }),
);
