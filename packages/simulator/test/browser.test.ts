/** That the tests of pages would see what is wrong with a page. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { it } from "@effect/vitest";
import { Effect } from "effect";
import { expect } from "vitest";
import { describeInBrowser, overflow, violations } from "../../../scripts/browser.ts";

const poor = `<!doctype html><html><title>Poor</title><img src="/gone.png"><p style="color:#bbb;width:600px">pale</p>
<noscript>no script</noscript><script>document.body.append("inline")</script><script src="/script.js"></script>`;
const script = `console.warn("beware"); fetch("http://127.0.0.1:9/").catch(() => {}); setTimeout(() => { throw new Error("thrown") })`;
const good = `<!doctype html><html lang="en"><title>Good</title><link rel="icon" href="data:,"><main><h1>Good</h1></main>`;

/** A server whose pages say in which language they were asked for. */
const serve = Effect.acquireRelease(
  Effect.promise(
    () =>
      new Promise<{ readonly url: string; readonly close: () => void }>((resolve) => {
        const server = createServer((request, response) => {
          const found = { "/poor": poor, "/good": good, "/script.js": script }[request.url ?? ""];
          response.writeHead(found === undefined ? 404 : 200, {
            "content-type": request.url === "/script.js" ? "text/javascript" : "text/html",
            "content-security-policy": "script-src 'self'",
            "set-cookie": "session=1",
          });
          const asked = { language: request.headers["accept-language"], cookie: request.headers.cookie };
          response.end(found === undefined ? "" : `${found}<!-- ${JSON.stringify(asked)} -->`);
        }).listen(0, "127.0.0.1", () =>
          resolve({
            url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
            close: () => server.close().closeAllConnections(),
          }),
        );
      }),
  ),
  ({ close }) => Effect.sync(close),
);

describeInBrowser("a page with faults", (open) => {
  it.live("complains of each of them", () =>
    Effect.gen(function* () {
      const { url } = yield* serve;
      const { page, complaints } = yield* open(`${url}/poor`, { width: 390 });
      yield* Effect.promise(() => page.waitForLoadState("networkidle"));
      const all = complaints.join("\n");
      for (const seen of ["/gone.png: 404", "beware", "asked a stranger", "Error: thrown", "Executing inline script"]) {
        expect(all).toContain(seen);
      }
      const found = (yield* violations(page)).join("\n");
      for (const rule of ["image-alt", "color-contrast", "html-has-lang"]) expect(found).toContain(rule);
      expect(yield* overflow(page)).toBeGreaterThan(100);
    }),
  );

  it.live("and one without has none, in either language, with and without JavaScript", () =>
    Effect.gen(function* () {
      const { url } = yield* serve;
      const first = yield* open(`${url}/good`, { language: "zh-CN" });
      const second = yield* open(`${url}/good`, { javaScript: false, colorScheme: "dark", like: first.page });
      for (const { page, complaints } of [first, second]) {
        expect([complaints, yield* violations(page), yield* overflow(page)]).toEqual([[], [], 0]);
      }
      expect(yield* Effect.promise(() => first.page.content())).toContain('{"language":"zh-CN"}');
      expect(yield* Effect.promise(() => second.page.content())).toContain('{"language":"en","cookie":"session=1"}');
      const { page } = yield* open(`${url}/poor`, { javaScript: false });
      expect(yield* Effect.promise(() => page.locator("body").innerText())).toContain("no script");
      expect((yield* violations(page)).join("\n")).toContain("color-contrast");
    }),
  );
});
