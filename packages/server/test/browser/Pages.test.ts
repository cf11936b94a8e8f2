/** The operator's pages in a browser: the night's story by clicking, each page at each size, with keys alone, and without a script. */
import { it } from "@effect/vitest";
import { Fault } from "@wechat-refund/simulator";
import { Effect } from "effect";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { describeInBrowser, overflow, picture, type Shown, violations } from "../../../../scripts/browser.ts";
import { fill } from "../support/many.ts";
import { merchantsOf, type Running, shops, start } from "../support/service.ts";
import { booksOf, gatewayWith, order, until, world } from "../support/world.ts";

const doing = <A>(act: () => Promise<A>) => Effect.promise(act);
const textIn = (page: Page, selector = "main") => doing(() => page.locator(selector).innerText());
/** Waits for a text in a part of the page. */
const shows = (page: Page, text: string | RegExp, selector = "main") =>
  doing(() => page.locator(selector).filter({ hasText: text }).first().waitFor());

const signIn = Effect.fnUntraced(function* ({ page }: Shown, token: string) {
  yield* doing(async () => {
    await page.getByLabel(/Token|令牌/).fill(token);
    await page.getByRole("button", { name: /Sign in|登录/ }).click();
    await page.locator("#needs").waitFor();
  });
});

const clean = Effect.fnUntraced(function* ({ complaints, page }: Shown, name: string, byAxe = true) {
  const found = byAxe ? yield* violations(page) : [];
  expect([name, complaints, found, (yield* overflow(page)) <= 0]).toEqual([name, [], [], true]);
});

const post = (running: Running, n: number, more: object = {}) =>
  running.ask("POST", "/v1/refunds", { body: order(n, more) });

describeInBrowser("the operator's pages", (open) => {
  it.live(
    "tell the night's story: a refund is made; others lack money, go on once there is some; a reply is lost; one is resolved",
    () =>
      Effect.gen(function* () {
        const gateway = gatewayWith(3300);
        const running = yield* start({ gateway, merchants: merchantsOf(gateway) });
        const shown = yield* open(running.api);
        const { page } = shown;
        yield* signIn(shown, yield* running.token({ name: "night" }));
        yield* shows(page, "Nothing needs you");

        // A refund arrives, and is there by itself; what it became is there by itself as well.
        yield* post(running, 1);
        yield* shows(page, /accepted\s+1\s+¥33\.00/, "#totals-section");
        yield* doing(() => page.getByRole("link", { name: "accepted" }).click());
        yield* doing(() => page.getByRole("link", { name: "R-1", exact: true }).click());
        yield* shows(page, "has not said how it ended");
        yield* doing(async () => {
          await page.locator("#act-go-on summary").click();
          await page.locator("#reason-go-on").fill("the customer asks");
          await page.locator("#act-go-on button").click();
        });
        yield* shows(page, "The money went back", "#state");
        yield* shows(page, /night\s*:\s*the customer asks/, "#history-section");
        yield* clean(shown, "refunded");

        // There is no money for the next ones.
        yield* doing(() => page.goto(running.api));
        for (const n of [2, 3, 4]) yield* post(running, n);
        yield* shows(page, "Go on with all 3", "#needs-section");
        expect(yield* textIn(page, "#needs-section")).toMatch(/Not enough money at shop[\s\S]*¥99\.00/);
        yield* doing(() => page.getByRole("link", { name: "Go on with all 3" }).click());
        expect(yield* textIn(page)).toMatch(/Count\s+3\s+Amount\s+¥99\.00/);
        gateway.ledger.topUp(shops[0].mchId, 100_000);
        yield* doing(async () => {
          await page.getByLabel("Why").fill("topped up");
          await page.getByRole("button", { name: "Go on with all 3" }).click();
        });
        yield* shows(page, "Done for 3 refunds");
        yield* doing(() => page.getByRole("main").getByRole("link", { name: "Overview" }).click());
        yield* shows(page, "Nothing needs you");

        // The reply is lost, and so is the question after it: nobody knows, and the page says so.
        gateway.faults.push(Fault.LoseReply({ on: "refund" }), Fault.Drop({ on: "query" }));
        yield* post(running, 5);
        yield* until(running, "shop", "R-5", ({ truth }) => truth === "Unknown");
        yield* doing(() => page.goto(`${running.api}/refunds/shop/R-5`));
        yield* shows(page, "It may have been accepted", "#state");
        yield* shows(page, "No answer that decides", "#history-section");
        // While somebody writes, what arrives takes away neither the focus nor a letter.
        yield* doing(() => page.locator("#act-resolve summary").click());
        yield* doing(() => page.locator("#reason-resolve").pressSequentially("paid in "));
        yield* post(running, 6, { order: { outTradeNo: "T-5" }, refundFee: 100 });
        yield* shows(page, "R-6", "#siblings-section");
        yield* doing(() => page.keyboard.type("cash"));
        expect(yield* doing(() => page.locator("#reason-resolve").inputValue())).toBe("paid in cash");
        yield* picture(page, "writing");
        yield* doing(() => page.keyboard.press("Enter"));
        yield* shows(page, "It is resolved", "#state");
        yield* shows(page, "Nothing can be done with it any more", "#acts-section");
        yield* clean(shown, "resolved");
      }),
    120_000,
  );

  it.live(
    "show a change for which the page was not given at first, and do not say meanwhile that they are up to date",
    () =>
      Effect.gen(function* () {
        const running = yield* start({ durable: { worker: false } });
        const shown = yield* open(running.api);
        const { page } = shown;
        yield* signIn(shown, yield* running.token({ name: "night" }));
        yield* shows(page, "Updates by itself", "#live");
        let refused = 0;
        yield* doing(() =>
          page.route(`${running.api}/`, (route) =>
            route.request().headers()["x-live"] === undefined || refused++ > 1
              ? route.continue()
              : route.fulfill({ status: 503, body: "the store is away" }),
          ),
        );
        yield* post(running, 1);
        yield* shows(page, "Not updated now", "#live");
        yield* shows(page, /¥33\.00/, "#totals-section");
        yield* shows(page, "Updates by itself", "#live");
      }),
  );

  it.live(
    "are clean at each size, in each scheme and language: no complaint, nothing against WCAG 2.2 AA, nothing wider than the window",
    () =>
      Effect.gen(function* () {
        const running = yield* world({ service: { tokens: "none" } });
        const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
        yield* booksOf(running, today);
        yield* post(running, 31, {
          outRefundNo: "R".repeat(64),
          merchant: "kiosk",
          order: { outTradeNo: "T".repeat(32) },
        });
        yield* running.ask("POST", "/v1/merchants/kiosk/pause", { body: { reason: "stocktaking 盘点" } });
        const back = (days: number) => new Date(Date.parse(today) - days * 86_400_000).toISOString().slice(0, 10);
        const paths = {
          home: "/",
          list: "/refunds?state=open&cause=any",
          one: "/refunds/shop/R-1",
          blocked: "/refunds/shop/R-4",
          long: `/refunds/kiosk/${"R".repeat(64)}`,
          all: "/blocked/shop/top-up/resolve",
          books: "/books",
          day: `/books/1900000109/${back(3)}`,
          merchants: "/merchants",
        };
        // Each size, scheme and language is looked through by axe-core once.
        for (const [width, colorScheme, language, byAxe] of [
          [1280, "light", "en", true],
          [1280, "dark", "zh-CN", false],
          [390, "light", "en", false],
          [390, "dark", "zh-CN", true],
        ] as const) {
          const shown = yield* open(`${running.api}/`, { width, colorScheme, language });
          for (const [name, path] of Object.entries(paths)) {
            yield* doing(() => shown.page.goto(running.api + path));
            for (const box of yield* doing(() => shown.page.locator("details.actbox summary").all())) {
              yield* doing(() => box.click());
            }
            yield* picture(shown.page, `${name}-${width}-${colorScheme}-${language}`);
            yield* clean(shown, `${name} ${width} ${colorScheme} ${language}`, byAxe);
          }
        }
      }),
    120_000,
  );

  it.live("are worked with keys alone, and what has the focus is seen to have it", () =>
    Effect.gen(function* () {
      const running = yield* start({ durable: { worker: false } });
      yield* post(running, 1);
      const shown = yield* open(running.api);
      const { page } = shown;
      const press = (...keys: ReadonlyArray<string>) =>
        doing(async () => {
          for (const key of keys) await page.keyboard.press(key);
        });
      const focused = () =>
        doing(() =>
          page.evaluate<string>("(document.activeElement?.textContent || document.activeElement?.id || '').trim()"),
        );
      const until = Effect.fnUntraced(function* (text: string) {
        for (let n = 0; n < 40 && (yield* focused()) !== text; n++) yield* press("Tab");
        expect(yield* focused()).toBe(text);
        const outline = yield* doing(() =>
          page.evaluate<string>("getComputedStyle(document.activeElement).outlineStyle"),
        );
        expect(outline).toBe("solid");
      });
      yield* doing(() => page.keyboard.type("wr_"));
      yield* doing(() => page.locator("#token").fill(""));
      const token = yield* running.token({ name: "keys" });
      yield* doing(() => page.keyboard.type(token));
      yield* press("Enter");
      yield* shows(page, "Overview", "h1");
      // The first stop leads past what is the same on every page.
      yield* press("Tab");
      expect(yield* focused()).toBe("Skip to the content");
      yield* press("Enter");
      expect(yield* doing(() => page.evaluate<string>("document.activeElement?.id"))).toBe("main");
      yield* doing(() => page.goto(`${running.api}/refunds`));
      yield* doing(() => page.locator("#q").focus());
      yield* doing(() => page.keyboard.type("R-"));
      yield* press("Enter");
      yield* shows(page, "1 refund", "#found");
      yield* until("R-1");
      yield* press("Enter");
      yield* shows(page, "What you can do", "#acts-section");
      yield* until("Cancel");
      yield* press("Enter", "Tab");
      yield* doing(() => page.keyboard.type("by keys"));
      yield* press("Tab", "Space");
      yield* shows(page, "Given up; certainly not made", "#state");
      yield* clean(shown, "keys");
    }),
  );

  it.live("do all of it without a script: search among 100 000, act with a reason, change the language", () =>
    Effect.gen(function* () {
      const running = yield* start({ durable: { worker: false } });
      yield* fill(running.services, 100_000);
      const shown = yield* open(running.api, { javaScript: false, width: 390 });
      const { page } = shown;
      yield* signIn(shown, yield* running.token({ name: "paper" }));
      yield* shows(page, "1,000", "#needs-section");
      yield* doing(() => page.getByRole("link", { name: "Refunds", exact: true }).click());
      yield* shows(page, /100,00[01]\s*refunds/, "#found");
      yield* doing(async () => {
        await page.getByLabel("Number begins with").fill("M-00777");
        await page.getByRole("button", { name: "Search" }).click();
      });
      yield* shows(page, /100\s*refunds/, "#found");
      yield* doing(() => page.getByRole("link", { name: "Older" }).click());
      yield* shows(page, "M-0077701", "#found");
      yield* doing(async () => {
        await page.getByLabel("Number begins with").fill("ORD-0077700");
        await page.getByRole("button", { name: "Search" }).click();
      });
      yield* doing(() => page.getByRole("link", { name: "M-0077700" }).click());
      yield* doing(async () => {
        await page.locator("#act-cancel summary").click();
        await page.locator("#reason-cancel").fill("没有脚本");
        await page.locator("#act-cancel button").click();
      });
      yield* shows(page, "Given up", "#state");
      yield* doing(() => page.getByRole("link", { name: "中文" }).click());
      yield* shows(page, "没有脚本", "#history-section");
      yield* clean(shown, "no script");
      yield* doing(() => page.getByRole("button", { name: "退出" }).click());
      yield* doing(() => page.getByLabel("令牌").waitFor());
    }),
  );
});
