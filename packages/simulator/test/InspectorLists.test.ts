/** The inspector's lists and links in a real browser: restarts, pages, search, what belongs together, what its reader holds. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "@effect/vitest";
import { Effect, Exit, Scope } from "effect";
import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { Control, type Gateway, Simulation } from "@wechat-refund/simulator";
import { describeInBrowser, type Look, overflow, picture, violations } from "../../../scripts/browser.ts";
import { apiKey, appId, type Fields, gateway, mchId, otherKey, otherMchId, paid, query, refund } from "./client.ts";
import * as v3 from "./clientV3.ts";

const step = <A>(act: () => Promise<A>) => Effect.promise(act);
const shows = (page: Page, text: string | RegExp, selector = "#view") =>
  step(() => page.locator(selector, { hasText: text }).first().waitFor());
const texts = (page: Page, selector: string) => step(() => page.locator(selector).allInnerTexts());
const go = (page: Page, url: string, hash: string) => step(() => page.goto(`${url}/${hash}`));

const now = (to: Gateway.Gateway): number => to.clock.at(Date.now());
const refundNow = (to: Gateway.Gateway, fields: Fields = {}) => refund(to, fields, { now: now(to) });
const order = { ...paid, totalFee: 100_000, paidAt: Date.now() };

/** Small refunds of one order, one after the other. */
const many = (to: Gateway.Gateway, from: number, count: number): void => {
  for (let n = from; n < from + count; n++) {
    refundNow(to, { out_refund_no: `R-${n}`, total_fee: "100000", refund_fee: "1" });
  }
};

const number = /R-\d+/;
const numbersIn = (rows: ReadonlyArray<string>) => rows.map((row) => number.exec(row)?.[0]);

describeInBrowser("the inspector's lists", (openPage) => {
  interface Opened extends Look {
    readonly hash?: string;
    readonly to?: Gateway.Gateway;
  }
  const open = Effect.fnUntraced(function* ({ hash = "", to = gateway({ orders: [order] }), ...look }: Opened = {}) {
    const { url } = yield* Control.make(to);
    return { to, url, ...(yield* openPage(`${url}/${hash}`, look)) };
  });

  it.live("start over when another gateway comes at the same port", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make();
      const first = gateway({ orders: [order] });
      many(first, 1, 3);
      const { port, url } = yield* Scope.provide(Control.make(first), scope);
      const { page } = yield* openPage(`${url}/#exchanges/3`);
      yield* shows(page, "R-3");
      yield* Scope.close(scope, Exit.void);
      yield* shows(page, "The gateway does not answer.", "#summary");
      const second = gateway({ orders: [{ ...order, outTradeNo: "T-9" }] });
      yield* Control.make(second, { port });
      yield* shows(page, "started anew", "#restarted");
      yield* shows(page, "No request has come yet.");
      expect(yield* step(() => page.locator("body").innerText())).not.toContain("R-3");
      refundNow(second, { out_trade_no: "T-9", out_refund_no: "R-77", total_fee: "100000" });
      yield* shows(page, "R-77", "#view a.row");
      expect(yield* texts(page, "#view a.row")).toHaveLength(1);
    }),
  );

  it.live("lead through 24 405 exchanges from the latest to the first, and say where one is", () =>
    Effect.gen(function* () {
      const to = gateway({ orders: [order], logLimit: 30_000 });
      many(to, 1, 50);
      for (let n = 51; n <= 24_405; n++) query(to, { out_refund_no: `Q-${n}` }, { now: now(to) });
      const { page, complaints } = yield* open({ to });
      yield* shows(page, "24356–24405 of 24405", ".pager");
      expect(yield* texts(page, "#view a.row")).toHaveLength(50);
      yield* step(() => page.getByRole("link", { name: "Older" }).click());
      yield* shows(page, "24306–24355 of 24405", ".pager");
      yield* step(() => page.getByRole("link", { name: "Newer" }).click());
      yield* shows(page, "24356–24405 of 24405", ".pager");
      yield* step(() => page.getByRole("link", { name: "Oldest" }).click());
      yield* shows(page, "1–50 of 24405", ".pager");
      expect(numbersIn(yield* texts(page, "#view a.row")).at(-1)).toBe("R-1");
      yield* step(() => page.getByRole("link", { name: "Newest" }).click());
      yield* shows(page, "24356–24405 of 24405", ".pager");
      yield* step(() => page.getByLabel("Search").fill("R-17"));
      yield* shows(page, "1 shown", ".pager");
      expect(complaints).toEqual([]);
    }),
  );

  it.live("ask once a second for what is new, and for nothing that was shown", () =>
    Effect.gen(function* () {
      const to = gateway({ orders: [order] });
      many(to, 1, 300);
      const { page } = yield* open({ to });
      yield* shows(page, "251–300 of 300", ".pager");
      const bytes: Array<number> = [];
      const asked: Array<string> = [];
      page.on("response", (response) => {
        asked.push(new URL(response.url()).pathname);
        void response.body().then((body) => bytes.push(body.length));
      });
      yield* step(() => page.waitForResponse(/\/api\/state/));
      yield* step(() => page.waitForResponse(/\/api\/state/));
      expect(new Set(asked)).toEqual(new Set(["/api/state"]));
      many(to, 301, 2);
      yield* shows(page, "R-302");
      yield* shows(page, "251–302 of 302", ".pager");
      expect(Math.max(...bytes)).toBeLessThan(5_000);
      // What comes at once and is more than a page is shown from its end.
      many(to, 303, 200);
      yield* shows(page, "453–502 of 502", ".pager");
    }),
  );

  it.live("are searched and filtered, each by itself and together", () =>
    Effect.gen(function* () {
      const merchants = [
        { appId, mchId, apiKey },
        { appId, mchId: otherMchId, apiKey: otherKey },
      ] as const;
      const theirs = { ...order, mchId: otherMchId, outTradeNo: "X-1", transactionId: "43" };
      const course = [{ status: "SUCCESS", afterMillis: 3_600_000 }] as const;
      const to = gateway({ merchants, orders: [order, theirs], course });
      many(to, 1, 3);
      query(to, {}, { now: now(to) });
      refund(to, { out_refund_no: "R-4", sign: "0" }, { now: now(to) });
      const fields = { mch_id: otherMchId, out_trade_no: "X-1", out_refund_no: "R-5", total_fee: "100000" };
      refund(to, fields, { now: now(to), key: otherKey, clientCertificate: { commonName: otherMchId } });
      const { page, url } = yield* open({ to });
      const found = (count: number) => shows(page, `${count} shown`, ".pager");
      yield* shows(page, "1–6 of 6", ".pager");
      yield* step(() => page.getByLabel("Operation").selectOption("query"));
      yield* found(1);
      yield* step(() => page.getByLabel("Operation").selectOption("refund"));
      yield* found(5);
      yield* step(() => page.getByLabel("Verdict").selectOption("not SUCCESS"));
      yield* found(1);
      expect(numbersIn(yield* texts(page, "#view a.row"))).toEqual(["R-4"]);
      yield* step(() => page.getByRole("button", { name: "Show all" }).click());
      yield* shows(page, "1–6 of 6", ".pager");
      yield* step(() => page.getByLabel("Verdict").selectOption("FAIL 签名错误"));
      yield* found(1);
      yield* step(() => page.getByRole("button", { name: "Show all" }).click());
      yield* shows(page, "1–6 of 6", ".pager");
      yield* step(() => page.getByLabel("Merchant").selectOption(otherMchId));
      yield* found(1);
      yield* step(() => page.getByRole("button", { name: "Show all" }).click());
      for (const [text, count] of [
        ["X-1", 1],
        ["R-1", 2],
        [otherMchId, 1],
        [paid.transactionId, 4],
        ["nothing like it", 0],
      ] as const) {
        yield* step(() => page.getByLabel("Search").fill(text));
        yield* count === 0 ? shows(page, "Nothing fits.") : found(count);
      }
      // What its reader types into is not written over, and what comes meanwhile is held against the search.
      yield* step(() => page.getByLabel("Search").fill("R-6"));
      yield* shows(page, "Nothing fits.");
      many(to, 6, 1);
      yield* found(1);
      expect(yield* step(() => page.evaluate("document.activeElement.name"))).toBe("search");
      yield* go(page, url, "#refunds?status=SUCCESS");
      yield* shows(page, "Nothing fits.");
      to.clock.advance(3_600_000);
      yield* found(5);
      yield* step(() => page.getByLabel("Search").fill("X-1"));
      yield* found(1);
      yield* go(page, url, "#orders");
      yield* shows(page, "1–2 of 2", ".pager");
      yield* step(() => page.getByLabel("Search").fill("X-"));
      yield* found(1);
    }),
  );

  it.live("keep what their reader changed until the address says it, and lead nobody back", () =>
    Effect.gen(function* () {
      const { page, to } = yield* open();
      many(to, 1, 2);
      yield* shows(page, "1–2 of 2", ".pager");
      // The page looks on once a second; the form's own short wait ends when this test says so.
      yield* step(() => page.clock.install());
      yield* step(() => page.clock.pauseAt(Date.now() + 60_000));
      yield* step(() => page.getByLabel("Search").fill("R-2"));
      yield* step(() => page.getByLabel("Operation").selectOption("refund"));
      yield* step(() => page.getByLabel("Merchant").focus());
      many(to, 3, 1);
      yield* shows(page, "1–3 of 3", ".pager");
      expect(yield* step(() => page.getByLabel("Search").inputValue())).toBe("R-2");
      expect(yield* step(() => page.getByLabel("Operation").inputValue())).toBe("refund");
      yield* step(() => page.clock.runFor(1_000));
      yield* shows(page, "1 shown", ".pager");
      expect(new URL(page.url()).hash).toBe("#exchanges?search=R-2&operation=refund");
      yield* step(() => page.getByLabel("Search").fill("R-3"));
      yield* step(() => page.getByRole("link", { name: "Orders" }).click());
      yield* shows(page, "1–1 of 1", ".pager");
      yield* step(() => page.clock.runFor(1_000));
      expect(new URL(page.url()).hash).toBe("#orders");
    }),
  );

  it.live("keep the focus, what is open and what is selected when requests come", () =>
    Effect.gen(function* () {
      const { page, to } = yield* open();
      many(to, 1, 3);
      yield* step(() => page.locator("a.row", { hasText: "R-2" }).focus());
      many(to, 4, 3);
      yield* shows(page, "R-6", "a.row");
      // Of the whole page, which has the focus where nothing else has, it would hold as well.
      expect(yield* step(() => page.evaluate("document.activeElement.className"))).toBe("row");
      expect(yield* step(() => page.evaluate("document.activeElement.textContent"))).toContain("R-2");
      expect(numbersIn(yield* texts(page, "#view a.row"))).toEqual(["R-6", "R-5", "R-4", "R-3", "R-2", "R-1"]);
    }),
  );

  it.live("show date and time of everything", () =>
    Effect.gen(function* () {
      const { page, to, url } = yield* open();
      refundNow(to, { total_fee: "100000", notify_url: "http://127.0.0.1:9/" });
      for (const hash of ["#exchanges", "#refunds", "#orders", "#notices"]) {
        yield* go(page, url, hash);
        yield* shows(page, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/, "#view time");
      }
    }),
  );

  it.live("take every pattern as browsers read it today", () =>
    Effect.gen(function* () {
      const { page, complaints } = yield* open();
      const patterns = yield* step(() =>
        page.evaluate<ReadonlyArray<string>>("[...document.querySelectorAll('[pattern]')].map((e) => e.pattern)"),
      );
      expect(patterns).toHaveLength(1);
      for (const pattern of patterns) expect(new RegExp(`^(?:${pattern})$`, "v").test("a_|*@-Z9")).toBe(true);
      yield* step(() => page.getByLabel("Number").fill("a b"));
      expect(yield* step(() => page.evaluate("document.querySelector('[pattern]').validity.patternMismatch"))).toBe(
        true,
      );
      expect(complaints).toEqual([]);
    }),
  );
});

describeInBrowser("what belongs together", (openPage) => {
  it.live("leads from a refund to its exchanges, opened notices and order, and back", () =>
    Effect.gen(function* () {
      const to = v3.gatewayV3({ orders: [{ ...paid, paidAt: Date.now() }] });
      const { url } = yield* Control.make(to);
      refundNow(to, { notify_url: "http://127.0.0.1:9/", refund_fee: "20" });
      v3.refund(to, { out_refund_no: "R-2", amount: { refund: 30, total: 100, currency: "CNY" } }, { now: now(to) });
      query(to, {}, { now: now(to) });
      to.clock.advance(10_000);
      for (const delivery of to.notices.take(now(to))) to.notices.settle(delivery, { failure: "ECONNREFUSED" });
      const { page, complaints } = yield* openPage(`${url}/#refunds`);
      yield* step(() => page.locator("a.row", { hasText: "R-1" }).click());
      yield* shows(page, "Refund R-1 SUCCESS", "h2");
      yield* shows(page, "¥0.20 of ¥1.00", "td");
      expect(yield* texts(page, "#view section:has(> h3:text('Exchanges that mention it')) a.row")).toHaveLength(2);
      yield* step(() => page.getByText("Posts: 1").click());
      yield* shows(page, "refund_recv_accout", "details[open] th");
      yield* shows(page, "支付用户零钱", "details[open] td");
      yield* picture(page, "refund");
      yield* step(() => page.locator("td").getByRole("link", { name: "T-1" }).click());
      yield* shows(page, "¥0.50 of ¥1.00 refunded, ¥0.50 left", "#view p");
      expect(yield* texts(page, "#view section:has(> h3:text('Refunds of the order')) a.row")).toHaveLength(2);
      yield* step(() => page.locator("a.row", { hasText: "R-2" }).first().click());
      yield* shows(page, "Refund R-2", "h2");
      yield* step(() => page.getByText("Posts: 1").click());
      yield* shows(page, "amount.payer_refund", "details[open] th");
      yield* step(() => page.locator("a.row", { hasText: "v3 refund" }).click());
      yield* shows(page, "What it is about");
      yield* step(() => page.getByRole("link", { name: "R-2" }).click());
      yield* shows(page, "Refund R-2", "h2");
      yield* go(page, url, "#refunds/R-404");
      yield* shows(page, "No refund was accepted under the number R-404.");
      yield* go(page, url, "#orders/T-404");
      yield* shows(page, "There is no order with the number T-404.");
      yield* go(page, url, "#exchanges/404");
      yield* shows(page, "This exchange is not kept any more, or has not come yet.");
      expect(complaints).toEqual([]);
    }),
  );
});

const directory = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "it's a gateway "))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true })),
);

describeInBrowser("the empty page", (openPage) => {
  describe.each(["en", "zh-CN"] as const)("in %s", (language) => {
    it.live("says how to connect, and shows no key", () =>
      Effect.gen(function* () {
        const { control, environment, files, server } = yield* Simulation.make({ directory: yield* directory });
        const { page, complaints } = yield* openPage(control.url, { language });
        yield* shows(page, server.url, "td");
        const body = yield* step(() => page.locator("body").innerText());
        for (const file of [files.ca, files.certificate, files.key, files.pkcs12]) expect(body).toContain(file);
        expect(body).toContain("wechat-refund refund --out-trade-no ORDER-1");
        for (const name of ["WECHAT_PAY_API_KEY", "WECHAT_PAY_V3_KEY"]) expect(body).not.toContain(environment[name]);
        yield* step(() => page.context().grantPermissions(["clipboard-read", "clipboard-write"]));
        yield* step(() => page.locator(".command button").first().click());
        yield* shows(page, language === "en" ? "Copied" : "已复制", ".command button");
        const copied = yield* step(() => page.evaluate<string>("navigator.clipboard.readText()"));
        expect(copied).toBe(`. '${files.environment.replaceAll("'", `'\\''`)}'`);
        expect(complaints).toEqual([]);
      }),
    );
  });
});

describeInBrowser("everything in both languages", (openPage) => {
  const looks = [
    { width: 390, colorScheme: "dark", language: "zh-CN" },
    { width: 1280, colorScheme: "light", language: "zh-CN" },
    { width: 390, colorScheme: "light", language: "en" },
  ] as const satisfies ReadonlyArray<Look>;

  it.live.each(looks)("%j", (look) =>
    Effect.gen(function* () {
      const { control, gateway: to } = yield* Simulation.make({ directory: yield* directory });
      const [merchant] = to.merchants;
      const fields = { appid: merchant.appId, mch_id: merchant.mchId, out_trade_no: "ORDER-1" };
      const { page, complaints } = yield* openPage(control.url, look);
      yield* shows(page, "ORDER-1");
      expect(yield* violations(page)).toEqual([]);
      const more = { notify_url: "http://127.0.0.1:9/", out_refund_no: "R".repeat(64) };
      refund(to, { ...fields, ...more }, { key: merchant.apiKey, now: now(to) });
      refund(to, { ...fields, sign: "0" }, { now: now(to) });
      for (const hash of [
        "",
        "exchanges/1",
        "exchanges/2",
        "refunds",
        `refunds/${"R".repeat(64)}`,
        "orders",
        "orders/ORDER-1",
        "notices",
        "connect",
      ]) {
        yield* go(page, control.url, `#${hash}`);
        yield* shows(page, /ORDER-1|R{64}|127\.0\.0\.1/);
        yield* step(() => page.evaluate("document.querySelectorAll('#view details').forEach((d) => (d.open = true))"));
        expect(yield* violations(page), hash).toEqual([]);
        const clipped =
          "[...document.querySelectorAll('.list, .panel, fieldset')].filter((b) => b.scrollWidth > b.clientWidth).length";
        expect([yield* overflow(page), yield* step(() => page.evaluate<number>(clipped))], hash).toEqual([0, 0]);
        yield* picture(page, `${look.language}-${look.width}-${hash.replaceAll(/\W|R{9,}/g, "") || "list"}`);
      }
      const [label = ""] = yield* texts(page, "#controls summary");
      expect(label).toBe(look.language === "en" ? "Steer the gateway" : "操控网关");
      expect(complaints).toEqual([]);
    }),
  );

  it.live("the reader chooses, and the choice lasts", () =>
    Effect.gen(function* () {
      const { url } = yield* Control.make(gateway());
      const { page } = yield* openPage(`${url}/#refunds`, { language: "zh-CN" });
      yield* shows(page, "还没有退款。");
      yield* step(() => page.getByRole("link", { name: "English" }).click());
      yield* shows(page, "Nothing has been refunded yet.");
      yield* go(page, url, "#notices");
      yield* shows(page, "Nobody is told of anything yet");
      expect(yield* step(() => page.evaluate("document.documentElement.lang"))).toBe("en");
    }),
  );
});
