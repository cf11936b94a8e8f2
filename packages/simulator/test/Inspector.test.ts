/** The inspector's page in a real browser, where Debian's chromium is installed. */
import { it } from "@effect/vitest";
import { Effect } from "effect";
import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { Control, type Gateway, Message } from "@wechat-refund/simulator";
import { describeInBrowser, type Look } from "../../../scripts/browser.ts";
import { apiKey, type Fields, paid, query, refund, refundFields, signed } from "./client.ts";
import * as v3 from "./clientV3.ts";
import wire from "./data/wire.json" with { type: "json" };
import { until } from "./wire.ts";

describeInBrowser("the inspector's page", (openPage) => {
  interface Opened extends Look {
    readonly hash?: string;
  }

  /** A gateway with paid orders, and its page in a browser. */
  const open = Effect.fnUntraced(function* ({ hash = "", ...look }: Opened = {}) {
    const to = v3.gatewayV3({ orders: [{ ...paid, paidAt: Date.now() }] });
    const { url } = yield* Control.make(to);
    return { to, url, ...(yield* openPage(`${url}/${hash}`, look)) };
  });

  /** What the browser does; a step that does not come about in time fails the test. */
  const step = (act: () => Promise<unknown>) => Effect.promise(act);
  const shows = (page: Page, text: string, selector = "#view") =>
    step(() => page.locator(selector, { hasText: text }).first().waitFor());

  const empties = (page: Page, selector: string) =>
    step(() => page.locator(selector, { hasText: /^$/ }).waitFor({ state: "attached" }));

  const refundNow = (to: Gateway.Gateway, fields: Fields = {}) => refund(to, fields, { now: to.clock.at(Date.now()) });

  /** A refund signed over URL-encoded values. */
  const misSigned = (to: Gateway.Gateway) => {
    const fields = { ...refundFields, notify_url: "https://example.com/a", refund_desc: "<b>商品 & 已售完</b>" };
    const text = Object.entries(fields)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join("&");
    refundNow(to, { ...fields, sign: Message.signText(text, apiKey, "MD5") });
  };

  describe("shows and steers", () => {
    it.live("shows what comes while it is open, and moves the time", () =>
      Effect.gen(function* () {
        const { to, page, complaints } = yield* open();
        yield* shows(page, "No request has come yet.");
        refundNow(to);
        yield* shows(page, "R-1", "#view a.row");
        yield* step(() => page.getByRole("link", { name: "Refunds" }).click());
        yield* shows(page, "PROCESSING", "#view .row");
        yield* step(() => page.getByRole("button", { name: "+15 s" }).click());
        yield* shows(page, "SUCCESS", "#view .row");
        yield* shows(page, "1 orders · 1 refunds · 1 exchanges · 0 notices", "#summary");
        expect(complaints).toEqual([]);
      }),
    );

    it.live("shows an exchange as it was, and how it is signed", () =>
      Effect.gen(function* () {
        const { to, page, complaints } = yield* open();
        refundNow(to);
        yield* step(() => page.locator("a.row").click());
        yield* shows(page, "The signature is right.");
        const text = yield* Effect.promise(() => page.locator("#signed").innerText());
        expect(text).toBe(`${Message.signingText(signed(refundFields))}&key=the API key`);
        yield* step(() => page.getByText("As sent").first().click());
        yield* shows(page, "<xml><appid><![CDATA[", "#view pre");
        expect(yield* Effect.promise(() => page.locator("body").innerText())).not.toContain(apiKey);
        expect(complaints).toEqual([]);
      }),
    );

    it.live("shows APIv3 beside it: members, headers, and the five lines that it signs", () =>
      Effect.gen(function* () {
        const { to, page, url, complaints } = yield* open();
        refundNow(to, { out_refund_no: "R-0", refund_fee: "1" });
        v3.refund(to, {}, { now: to.clock.at(Date.now()), headers: { cookie: "session=1" } });
        v3.query(to, "R|1", { now: Date.now(), text: (text) => text.replace("%7C", "|") });
        yield* shows(page, "v3 refund", "#view a.row");
        yield* shows(page, "R|1", "#view a.row");
        yield* step(() => page.locator("a.row", { hasText: "v3 refund" }).click());
        yield* shows(page, "The signature is right.");
        yield* shows(page, "amount.refund", "#view th");
        yield* step(() => page.getByText("Headers").first().click());
        yield* shows(page, "WECHATPAY2-SHA256-RSA2048", "#view td");
        const text = yield* Effect.promise(() => page.locator("#signed").innerText());
        expect(text).toMatch(/^POST\n\/v3\/refund\/domestic\/refunds\n\d{10}\n\w{32}\n\{/);
        yield* step(() => page.goto(`${url}/#exchanges/3`));
        yield* shows(page, "The path was signed unescaped.", "#finding");
        const marks = yield* Effect.promise(() => page.locator("#finding mark").allInnerTexts());
        expect(marks.map((mark) => mark.slice(0, 2))).toEqual(["|1", "%7"]);
        const shown = yield* Effect.promise(() => page.locator("body").innerText());
        expect(shown).not.toMatch(/session=1|TestApiV3Key|PRIVATE KEY/);
        expect(complaints).toEqual([]);
      }),
    );

    it.live("finds what is wrong with a signature, and marks where", () =>
      Effect.gen(function* () {
        const { to, page, complaints } = yield* open();
        misSigned(to);
        yield* step(() => page.getByRole("link", { name: "签名错误" }).click());
        yield* shows(page, "The values were signed URL-encoded.", "#finding");
        const marks = yield* Effect.promise(() => page.locator("#finding mark").allInnerTexts());
        expect(marks.map((mark) => mark.slice(0, 6))).toEqual(["%3A%2F", "://exa"]);
        // What a request says is text here, whatever it looks like.
        const cells = page.locator("#view td", { hasText: "<b>商品 & 已售完</b>" });
        expect(yield* Effect.promise(() => cells.count())).toBe(2);
        expect(yield* Effect.promise(() => page.locator("#view b").count())).toBe(0);
        expect(complaints).toEqual([]);
      }),
    );

    it.live("says causes and what is odd in Chinese, too", () =>
      Effect.gen(function* () {
        const { to, page, complaints } = yield* open({ language: "zh-CN" });
        misSigned(to);
        refundNow(to, { out_refund_no: "undefined" });
        yield* step(() => page.locator("a.row", { hasText: "签名错误" }).click());
        yield* shows(page, "签名时值经过了 URL 编码。", "#finding");
        yield* shows(page, "请用原始值签名", "#finding");
        yield* step(() => page.getByRole("link", { name: "请求" }).click());
        yield* step(() => page.locator("a.row", { hasText: "undefined" }).click());
        yield* shows(page, "签名正确。");
        yield* shows(page, "out_refund_no 的值是 undefined", "#remarks");
        expect(complaints).toEqual([]);
      }),
    );

    it.live("sets faults, once and at random, and takes them back", () =>
      Effect.gen(function* () {
        const { to, page, complaints } = yield* open();
        yield* step(() => page.getByLabel("How").selectOption("SYSTEMERROR, accepted"));
        yield* step(() => page.getByRole("button", { name: "Set" }).click());
        yield* shows(page, "SYSTEMERROR", "#pending");
        expect(to.faults.pending()).toMatchObject([{ _tag: "Refuse", accepted: true, on: "refund" }]);
        yield* step(() => page.getByRole("button", { name: "Clear" }).click());
        yield* empties(page, "#pending");
        expect(to.faults.pending()).toEqual([]);
        yield* step(() => page.getByLabel("Of all calls").fill("50"));
        yield* step(() => page.getByLabel("Seed").fill("7"));
        yield* step(() => page.getByRole("button", { name: "Start" }).click());
        yield* shows(page, "seed 7", "#random");
        const { seed, rates } = to.chaos.options() ?? {};
        expect([seed, Object.values(rates ?? {}).reduce((sum, rate) => sum + rate, 0)]).toEqual([
          "7",
          expect.closeTo(0.5),
        ]);
        yield* step(() => page.getByRole("button", { name: "Stop" }).click());
        yield* empties(page, "#random");
        expect(to.chaos.options()).toBeUndefined();
        expect(complaints).toEqual([]);
      }),
    );

    it.live("takes every fault that it offers", () =>
      Effect.gen(function* () {
        const { to, page } = yield* open();
        const names = yield* Effect.promise(() => page.locator("[name=what] option").allInnerTexts());
        for (const [n, name] of names.entries()) {
          yield* step(() => page.getByLabel("How").selectOption(name));
          yield* step(() => page.getByRole("button", { name: "Set" }).click());
          yield* until(() => to.faults.pending().length === n + 1);
        }
        expect(to.faults.pending()).toHaveLength(names.length);
        expect(names.length).toBeGreaterThan(12);
      }),
    );

    it.live("adds an order, and says why it does not", () =>
      Effect.gen(function* () {
        const { to, page } = yield* open();
        yield* step(() => page.getByLabel("Number").fill("T-2"));
        yield* step(() => page.getByRole("button", { name: "Add" }).click());
        yield* shows(page, "2 orders", "#summary");
        expect([...to.ledger.orders()].at(-1)).toMatchObject({ outTradeNo: "T-2", totalFee: 100 });
        yield* step(() => page.getByLabel("Number").fill("T-2"));
        yield* step(() => page.getByRole("button", { name: "Add" }).click());
        yield* shows(page, "outTradeNo: T-2 is there already", "#problem");
      }),
    );

    it.live("shows notices and answers, keeps what was opened open, and posts again", () =>
      Effect.gen(function* () {
        const { to, page, complaints } = yield* open({ hash: "#notices" });
        refundNow(to, { notify_url: "http://127.0.0.1:9/refunds" });
        yield* shows(page, "waiting");
        const post = (answer: Parameters<Gateway.Gateway["notices"]["settle"]>[1]) => {
          to.clock.advance(60_000);
          for (const delivery of to.notices.take(to.clock.at(Date.now()))) to.notices.settle(delivery, answer);
        };
        post({ failure: "ECONNREFUSED" });
        yield* step(() => page.getByText("Posts: 1").click());
        yield* shows(page, "ECONNREFUSED");
        post({ status: 200, body: wire.acknowledged });
        yield* shows(page, "HTTP 200 SUCCESS", "#view details[open]");
        yield* shows(page, "acknowledged");
        yield* step(() => page.getByRole("button", { name: "Post again" }).click());
        yield* empties(page, "#problem");
        expect(to.notices.take(to.clock.at(Date.now()))).toHaveLength(1);
        expect(complaints).toEqual([]);
      }),
    );

    it.live("says when the gateway is gone", () =>
      Effect.gen(function* () {
        const { page } = yield* open();
        yield* step(() => page.context().setOffline(true));
        yield* shows(page, "The gateway does not answer.", "#summary");
      }),
    );
  });

  /** The least contrast of any text to what is behind it, in the page as it stands; and controls without a name. */
  const inspected = `(() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const over = ([r, g, b, a = 1], below) => [r, g, b].map((channel, n) => channel * a + below[n] * (1 - a));
  const behind = (element) => {
    const layers = [];
    for (let at = element; at !== null; at = at.parentElement) layers.push(channels(getComputedStyle(at).backgroundColor));
    return layers.reduceRight((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (element) => {
    const back = behind(element);
    const [a, b] = [light(over(channels(getComputedStyle(element).color), back)), light(back)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== "");
  const visible = [...document.querySelectorAll("body *")].filter((element) => element.checkVisibility() && hasText(element));
  const nameless = [...document.querySelectorAll("button, input, select, a")].filter(
    (control) => (control.labels?.length ?? 0) === 0 && control.textContent.trim() === "",
  );
  return {
    contrast: Math.min(...visible.map(ratio)),
    texts: visible.length,
    nameless: nameless.map((control) => control.outerHTML),
    overflow: document.documentElement.scrollWidth - innerWidth,
    clipped: [...document.querySelectorAll(".list, .panel, fieldset")].filter((box) => box.scrollWidth > box.clientWidth).length,
  };
})()`;

  interface Inspected {
    readonly contrast: number;
    readonly texts: number;
    readonly nameless: ReadonlyArray<string>;
    readonly overflow: number;
    readonly clipped: number;
  }

  describe("everybody can read it", () => {
    const looks = (["light", "dark"] as const).flatMap((colorScheme) =>
      ([1280, 390] as const).map((width) => ({ colorScheme, width, name: `${colorScheme}, ${width} px` })),
    );

    it.live.each(looks)("$name", ({ colorScheme, width }) =>
      Effect.gen(function* () {
        const { to, page, url, complaints } = yield* open({ colorScheme, width });
        refundNow(to, {
          notify_url: "http://127.0.0.1:9/a-rather-long-address/that-does-not-break/anywhere-by-itself",
        });
        query(to, {}, { now: Date.now(), fault: { _tag: "Unsign" } });
        misSigned(to);
        refundNow(to, { out_refund_no: "R".repeat(64), refund_desc: "x".repeat(80), total_fee: "99" });
        v3.query(to, "R-1", { now: Date.now() });
        for (const [hash, text] of [
          ["exchanges", "refundquery"],
          ["exchanges/1", "The signature is right."],
          ["exchanges/3", "URL-encoded"],
          ["exchanges/4", "The signature is right."],
          ["exchanges/5", "The signature is right."],
          ["refunds", "R-1"],
          ["notices", "waiting"],
        ] as const) {
          yield* step(() => page.goto(`${url}/#${hash}`));
          yield* shows(page, text);
          yield* step(() =>
            page.evaluate("document.querySelectorAll('#view details').forEach((part) => (part.open = true))"),
          );
          const { contrast, texts, nameless, overflow, clipped } = yield* Effect.promise(() =>
            page.evaluate<Inspected>(inspected),
          );
          expect(texts).toBeGreaterThan(10);
          expect(contrast, hash).toBeGreaterThan(4.5);
          expect(nameless, hash).toEqual([]);
          expect([overflow, clipped], hash).toEqual([0, 0]);
        }
        yield* step(() => page.goto(`${url}/docs`));
        const { contrast, overflow } = yield* Effect.promise(() => page.evaluate<Inspected>(inspected));
        expect([contrast > 4.5, overflow]).toEqual([true, 0]);
        expect(complaints).toEqual([]);
      }),
    );

    it.live("without a mouse", () =>
      Effect.gen(function* () {
        const { to, page } = yield* open({ hash: "#exchanges" });
        refundNow(to);
        yield* shows(page, "R-1", "#view a.row");
        yield* step(() => page.getByRole("link", { name: "Connect" }).focus());
        // The search, three lists to choose from, the button that shows all, and the first row.
        for (let n = 0; n < 6; n++) yield* step(() => page.keyboard.press("Tab"));
        yield* step(() => page.keyboard.press("Enter"));
        yield* shows(page, "The signature is right.");
      }),
    );

    it.live("on a phone, where what there is to see comes before what there is to steer", () =>
      Effect.gen(function* () {
        const { page } = yield* open({ width: 390 });
        yield* shows(page, "No request has come yet.");
        expect(yield* Effect.promise(() => page.getByRole("button", { name: "+1 min" }).isVisible())).toBe(false);
        yield* step(() => page.getByText("Steer the gateway").click());
        yield* step(() => page.getByRole("button", { name: "+1 min" }).click());
      }),
    );
  });
});
