/** What comes to the operator's pages from somebody who means no good, or has not the right: nothing is done, and nothing is shown. */
import { it } from "@effect/vitest";
import { Refunds, RefundStore } from "@wechat-refund/durable";
import { Tokens } from "@wechat-refund/server";
import { Context, Effect } from "effect";
import { describe, expect } from "vitest";
import { apiKeys, ask, type Running, shops, start } from "./support/service.ts";
import { signedIn, textOf, type Visitor, visitor } from "./support/visitor.ts";
import { order } from "./support/world.ts";

const recordOnly = { durable: { worker: false as const } };
const local = { ...recordOnly, service: { tokens: "none" as const } };

/** Every address that does something, for a refund that permits it. */
const acts = [
  "/refunds/shop/R-1/cancel",
  "/refunds/shop/R-1/go-on",
  "/refunds/shop/R-1/resolve",
  "/refunds/shop/R-1/start-again",
  "/blocked/shop/top-up/go-on",
  "/merchants/shop/pause",
  "/merchants/shop/resume",
];

/** Nothing was done to the refund, nor to its merchant. */
const untouched = ({ services }: Running) =>
  Effect.gen(function* () {
    const refunds = Context.get(services, Refunds.Refunds);
    const history = yield* refunds.history("shop", "R-1");
    return [history.map(({ what }) => what), yield* refunds.paused];
  });

const nothing = [["recorded"], []];

describe("a form", () => {
  it.live("from elsewhere does nothing: another site, no origin, no token of the session, or a wrong one", () =>
    Effect.gen(function* () {
      for (const options of [recordOnly, local]) {
        const running = yield* start(options);
        yield* running.ask("POST", "/v1/refunds", { body: order(1) });
        const me =
          options === local ? visitor(running) : yield* signedIn(running, yield* running.token({ name: "operator" }));
        const csrf = yield* me.csrf("/refunds/shop/R-1");
        expect(csrf).toMatch(/^[\w-]{43}$/);
        const other = yield* signedIn(running, yield* running.token({ name: "another" }));
        const foreign = options === local ? "x".repeat(43) : yield* other.csrf("/");
        for (const path of acts) {
          const sent = Effect.fnUntraced(function* (
            fields: Readonly<Record<string, string>>,
            headers: Readonly<Record<string, string>> = {},
          ) {
            return (yield* me.post(path, { reason: "evil", count: "9", ...fields }, headers)).status;
          });
          const { origin } = new URL(running.api);
          expect([
            path,
            yield* sent({}),
            yield* sent({ csrf: "" }),
            yield* sent({ csrf: foreign }),
            yield* sent({ csrf: csrf.slice(0, -1) }),
            yield* sent({ csrf }, { origin: "https://evil.example" }),
            yield* sent({ csrf }, { origin: "null" }),
            yield* sent({ csrf }, { origin: `${origin}.evil.example` }),
            yield* sent({ csrf }, { origin: origin.replace("http:", "https:") }),
            yield* sent({ csrf }, { "sec-fetch-site": "cross-site" }),
            yield* sent({ csrf }, { "sec-fetch-site": "same-site" }),
            yield* sent({ csrf }, { "content-type": "text/plain" }),
            yield* sent({ csrf }, { "content-type": "application/json" }),
          ]).toEqual([path, ...Array.from({ length: 10 }, () => 403), 415, 415]);
          // A client that says nothing of where it comes from is no browser.
          const silent = yield* Effect.promise(() =>
            ask(running.api, "POST", path, {
              headers: { cookie: me.cookies(), "content-type": "application/x-www-form-urlencoded" },
              body: new URLSearchParams({ csrf, reason: "evil" }).toString(),
            }),
          );
          expect(silent.status).toBe(403);
        }
        const twice = yield* Effect.promise(() =>
          ask(running.api, "POST", "/refunds/shop/R-1/cancel", {
            headers: {
              cookie: me.cookies(),
              origin: running.api,
              "content-type": "application/x-www-form-urlencoded",
            },
            body: `csrf=${foreign}&csrf=${csrf}&reason=evil`,
          }),
        );
        expect(twice.status).toBe(400);
        const large = yield* me.post("/refunds/shop/R-1/cancel", { csrf, reason: "x".repeat(70_000) });
        expect(large.status).toBe(413);
        for (const path of acts)
          expect((yield* me.get(path.replace("blocked/shop", "blocked/x"))).status).not.toBe(200);
        expect(yield* untouched(running)).toEqual(nothing);
      }
    }),
  );

  it.live("without a session does nothing, and says so", () =>
    Effect.gen(function* () {
      const running = yield* start(recordOnly);
      yield* running.ask("POST", "/v1/refunds", { body: order(1) });
      for (const path of [...acts, "/sign-out"]) {
        const reply = yield* visitor(running).post(path, { csrf: "x", reason: "evil" });
        expect([path, reply.status, textOf(reply).includes("Nothing was done")]).toEqual([path, 401, true]);
      }
      expect(yield* untouched(running)).toEqual(nothing);
    }),
  );
});

describe("the header fields", () => {
  it.live("forbid frames, scripts and styles of others, and keep every page out of caches", () =>
    Effect.gen(function* () {
      const running = yield* start(local);
      const me = visitor(running);
      yield* running.ask("POST", "/v1/refunds", { body: order(1) });
      for (const path of [
        "/",
        "/refunds",
        "/refunds/shop/R-1",
        "/books",
        "/merchants",
        "/missing",
        "/refunds.csv",
        "/feed",
      ]) {
        const { headers, text } = yield* me.get(path);
        expect(headers["content-security-policy"]).toBe(
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        );
        expect(headers).toMatchObject({
          "cache-control": "no-store",
          "x-content-type-options": "nosniff",
          "x-frame-options": "DENY",
          "referrer-policy": "same-origin",
          "cross-origin-opener-policy": "same-origin",
          "cross-origin-resource-policy": "same-origin",
        });
        // Nothing that the policy would have to allow.
        expect(text).not.toMatch(/<style|\sstyle=|\son[a-z]+=|<script(?! src="\/assets\/)|javascript:|https?:\/\//i);
      }
      const css = /href="(\/assets\/pages-[\w-]+\.css)"/.exec((yield* me.get("/")).text)?.[1] ?? "";
      const asset = yield* me.get(css);
      expect([asset.status, asset.headers["content-type"], asset.headers["cache-control"]]).toEqual([
        200,
        "text/css; charset=utf-8",
        "public, max-age=31536000, immutable",
      ]);
      for (const path of ["/assets/pages.css", "/assets/..%2F..%2Fpackage.json", "/assets/%2e%2e/package.json"]) {
        expect((yield* me.get(path)).status).toBe(404);
      }
      // An address that a browser would read as another host is none, and no page links to it.
      for (const path of ["//", "//evil.example/", "//evil.example?lang=zh", "/\\\\evil.example"]) {
        const { status, text } = yield* me.get(path);
        expect([path, status, /(?:href|action)="\/[/\\]/.test(text)]).toEqual([path, 404, false]);
      }
      // The API's own answers allow nothing at all.
      const api = yield* running.ask("GET", "/v1/refunds");
      expect(api.headers["content-security-policy"]).toBe("default-src 'none'; frame-ancestors 'none'");
    }),
  );

  it.live("of a page of another site, or under another name, let nobody in without tokens", () =>
    Effect.gen(function* () {
      const running = yield* start(local);
      for (const host of ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io:80"]) {
        const me = visitor(running, { host });
        for (const path of ["/", "/refunds", "/feed", "/refunds.csv"]) expect((yield* me.get(path)).status).toBe(421);
        expect((yield* me.post("/merchants/shop/pause", { csrf: "x", reason: "r" })).status).toBe(421);
      }
      const me = visitor(running);
      expect((yield* me.get("/feed", { "sec-fetch-site": "cross-site" })).status).toBe(403);
    }),
  );
});

describe("a session", () => {
  it.live("is new at each sign-in, of a name that nobody chose, in a cookie that no script reads", () =>
    Effect.gen(function* () {
      const running = yield* start(recordOnly);
      const token = yield* running.token({ name: "operator" });
      const me = visitor(running);
      // Somebody has put a name of his own there before.
      me.keep("wechat-refund=chosen");
      const first = yield* me.post("/sign-in", { token, next: "/refunds" });
      expect([first.status, first.headers.location]).toEqual([303, "/refunds"]);
      const [cookie = ""] = first.headers["set-cookie"] ?? [];
      expect(cookie).toMatch(/^wechat-refund=[\w-]{43};/);
      for (const part of ["Path=/", "HttpOnly", "SameSite=Lax"]) expect(cookie).toContain(part);
      expect(cookie).not.toMatch(/Domain|Max-Age|Expires/);
      const before = me.cookies();
      yield* me.post("/sign-in", { token });
      expect(me.cookies()).not.toBe(before);
      // The one before is none any more.
      const old = visitor(running);
      old.keep(before);
      expect((yield* old.get("/")).status).toBe(303);
      const chosen = visitor(running);
      chosen.keep("wechat-refund=chosen");
      expect((yield* chosen.get("/")).status).toBe(303);
      // From another site nobody is signed in as somebody else.
      const forced = visitor(running);
      const login = yield* forced.post(
        "/sign-in",
        { token },
        { origin: "https://evil.example", "sec-fetch-site": "cross-site" },
      );
      expect([login.status, forced.cookies()]).toEqual([403, ""]);
    }),
  );

  it.live("ends on sign-out, when its token is revoked or expires, and by time", () =>
    Effect.gen(function* () {
      const running = yield* start({
        ...recordOnly,
        service: { pages: { idle: 3000, absolute: 60_000 } },
      });
      const isIn = (me: Visitor) => Effect.map(me.get("/"), ({ status }) => status === 200);
      const me = yield* signedIn(running, yield* running.token({ name: "leaves" }));
      expect(yield* isIn(me)).toBe(true);
      const kept = me.cookies();
      expect((yield* me.post("/sign-out", { csrf: yield* me.csrf("/") })).headers.location).toBe("/sign-in");
      expect(me.cookies()).toBe("");
      me.keep(kept);
      expect(yield* isIn(me)).toBe(false);

      const revoked = yield* signedIn(running, yield* running.token({ name: "revoked" }));
      expect(yield* isIn(revoked)).toBe(true);
      yield* Tokens.revoke(running.tokens, "revoked");
      yield* Effect.sleep(1100);
      expect(yield* isIn(revoked)).toBe(false);

      const expires = yield* signedIn(running, yield* running.token({ name: "expires", expires: Date.now() + 1500 }));
      expect(yield* isIn(expires)).toBe(true);
      yield* Effect.sleep(1600);
      expect(yield* isIn(expires)).toBe(false);

      const idle = yield* signedIn(running, yield* running.token({ name: "idle" }));
      for (let n = 0; n < 3; n++) {
        yield* Effect.sleep(1200);
        expect(yield* isIn(idle)).toBe(true);
      }
      // A script that looks by itself keeps nobody signed in.
      for (let n = 0; n < 4; n++) {
        yield* Effect.sleep(900);
        yield* idle.get("/feed?after=0");
        yield* idle.get("/", { "x-live": "1" });
      }
      expect((yield* idle.get("/feed?after=0")).status).toBe(401);
    }),
  );

  it.live("is not guessed: wrong tokens are slow, and after ten of a minute none is told from another", () =>
    Effect.gen(function* () {
      const running = yield* start(recordOnly);
      const tried = yield* Effect.forEach(
        Array.from({ length: 14 }, (_, n) => `wr_${n}`),
        (token) => Effect.timed(visitor(running).post("/sign-in", { token })),
        { concurrency: 14 },
      );
      expect(tried.map(([, { status }]) => status).sort()).toEqual([
        ...Array.from({ length: 10 }, () => 401),
        ...Array.from({ length: 4 }, () => 429),
      ]);
      for (const [, { text }] of tried) expect(text).not.toContain("wr_1");
      // Whoever has one comes in all the same.
      const me = yield* signedIn(running, yield* running.token({ name: "has-one" }));
      expect((yield* me.get("/")).status).toBe(200);
      for (const next of [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
      ]) {
        const reply = yield* visitor(running).post("/sign-in", { token: yield* running.token({}), next });
        expect(reply.headers.location).toBe("/");
      }
    }),
  );

  it.live("behind TLS has a cookie that only this host can set", () =>
    Effect.gen(function* () {
      const running = yield* start({ ...recordOnly, service: { api: { port: 0, behindProxy: ["127.0.0.1/32"] } } });
      const { host } = new URL(running.api);
      const me = visitor(running);
      const reply = yield* me.post("/sign-in", { token: yield* running.token({}) }, { origin: `https://${host}` });
      const [cookie = ""] = reply.headers["set-cookie"] ?? [];
      expect(cookie).toMatch(/^__Host-wechat-refund=/);
      for (const part of ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"]) expect(cookie).toContain(part);
      expect((yield* me.get("/")).status).toBe(200);
      // By plain HTTP nobody came.
      const plain = yield* visitor(running).post("/sign-in", { token: yield* running.token({}) });
      expect(plain.status).toBe(403);
    }),
  );
});

it.live("rights are the API's: each page and act, with every right, for every merchant", () =>
  Effect.gen(function* () {
    const running = yield* start(recordOnly);
    const { database } = Context.get(running.services, RefundStore.RefundStore);
    for (const { mchId } of shops) {
      yield* database.sql`INSERT INTO ${database.table("refund_reconciliations")} (mch_id, day, state, due_at) VALUES (${mchId}, '2026-11-25', 'waiting', 0)`;
    }
    for (const merchant of ["shop", "kiosk"])
      yield* running.ask("POST", "/v1/refunds", { body: order(1, { merchant }) });
    const rights: ReadonlyArray<ReadonlyArray<Tokens.Right>> = [["read"], ["write"], ["operate"], ["read", "operate"]];
    for (const right of rights) {
      const me = yield* signedIn(running, yield* running.token({ merchants: ["kiosk"], rights: right }));
      const reads = right.includes("read");
      for (const [path, mine] of [
        ["/", 200],
        ["/refunds", 200],
        ["/refunds?merchant=shop", 404],
        ["/refunds?merchant=kiosk", 200],
        ["/refunds.csv", 200],
        ["/refunds.csv?merchant=shop", 404],
        ["/refunds/shop/R-1", 404],
        ["/refunds/kiosk/R-1", 200],
        ["/blocked/shop/top-up/go-on", 404],
        ["/books", 200],
        ["/books/1900000109/2026-11-25", 404],
        ["/books/1900000209/2026-11-25", 200],
        ["/merchants", 200],
        ["/feed", 200],
      ] as const) {
        const reply = yield* me.get(path);
        expect([right, path, reply.status]).toEqual([right, path, reads ? mine : 403]);
        expect(reply.text).not.toMatch(/1900000109(?!\/2026)|42001900000109/);
      }
      const operates = right.includes("operate");
      // Who may not read has no page with a form, and takes what a page of another right would send.
      const csrf = /name="csrf" value="([^"]+)"/.exec((yield* me.get("/")).text)?.[1] ?? "";
      for (const [path, mine] of [
        ["/refunds/shop/R-1/cancel", 404],
        ["/merchants/shop/pause", 404],
        ["/blocked/shop/top-up/go-on", 404],
        ["/refunds/kiosk/R-1/go-on", 303],
        ["/merchants/kiosk/pause", 303],
        ["/merchants/kiosk/resume", 303],
      ] as const) {
        const { status } = yield* me.post(path, { csrf, reason: "may I?", count: "9" });
        expect([right, path, status]).toEqual([right, path, operates ? mine : 403]);
      }
      // A form that is shown again shows what a page does.
      for (const path of ["/refunds/kiosk/R-1/go-on", "/merchants/kiosk/pause"]) {
        const again = yield* me.post(path, { csrf, reason: "" });
        expect([right, path, again.status]).toEqual([right, path, operates && reads ? 422 : 403]);
      }
      if (!reads) continue;
      const page = textOf(yield* me.get("/refunds/kiosk/R-1"));
      expect(page.includes("Your token has not the right to act")).toBe(!operates);
    }
    expect(yield* untouched(running)).toEqual(nothing);
  }),
);

it.live("nothing that came from outside is markup, in whatever field it came", () =>
  Effect.gen(function* () {
    const running = yield* start({ ...recordOnly, service: { tokens: "none" } });
    const { database } = Context.get(running.services, RefundStore.RefundStore);
    const { sql, table, tables } = database;
    const evil = `"><script>alert(1)</script><img src=x onerror='alert(1)'>\u202E\u0000\`\${1}{{1}}`;
    const me = visitor(running);
    yield* running.ask("POST", "/v1/refunds", { body: order(1, { refundDesc: `<b onclick=x>&amp;"'` }) });
    const csrf = yield* me.csrf("/refunds/shop/R-1");
    yield* me.post("/refunds/shop/R-1/cancel", { csrf, reason: `</q><script>alert("reason")</script>` });
    yield* me.post("/merchants/kiosk/pause", { csrf, reason: `<svg/onload=alert("pause")>` });
    // As a gateway, a notice, a bill, or who writes to the store might have it.
    const text = JSON.stringify(evil);
    yield* sql`UPDATE ${tables.refunds} SET refund_id = ${evil}, currency = ${`<${evil}>`}`;
    yield* sql`INSERT INTO ${tables.history} (refund, seq, at, what, truth, block, detail, changed)
      SELECT id, 90, 0, ${evil}, ${evil}, ${evil}, ${`{"by":${text},"reason":${text},"status":${text},"refusal":{"message":${text},"errCode":${text}}}`}, 1 FROM ${tables.refunds}`;
    yield* sql`INSERT INTO ${table("refund_proofs")} (refund, at, call, digest, headers, body) SELECT id, 0, ${evil}, ${evil}, ${evil}, ${Buffer.from(evil)} FROM ${tables.refunds}`;
    yield* sql`INSERT INTO ${table("refund_reconciliations")} (mch_id, day, state, due_at, said, totals, problems, differences, kept)
      VALUES ('1900000109', '2026-11-25', 'waiting', 0, ${evil}, '[]', ${`[{"line":1,"problem":${text}}]`}, 1, 1)`;
    const theirs = `{"line":1,"outRefundNo":${text},"refundId":${text},"refundFee":1,"currency":${text},"status":${text},"mchId":"1900000109","subMchId":"","time":${text},"transactionId":${text},"outTradeNo":${text}}`;
    for (const number of ["R-1", evil]) {
      yield* sql`INSERT INTO ${table("refund_differences")} (mch_id, day, sub_mch_id, kind, out_refund_no, fields, theirs, agrees_with, record, asked_at)
        VALUES ('1900000109', '2026-11-25', '', 'only-there', ${number}, ${`[${text}]`}, ${theirs}, 'theirs', ${`{"record":{"refundId":${text},"status":${text},"refundFee":1},"why":${text}}`}, 0)`;
    }
    const search = encodeURIComponent(evil);
    for (const path of [
      "/",
      "/refunds",
      `/refunds?q=${search}&merchant=&state=${search}&cause=${search}&from=${search}&until=${search}&after=${search}&lang=${search}`,
      `/refunds?${search}=${search}`,
      "/refunds/shop/R-1",
      `/refunds/shop/R-1?done=${search}`,
      `/refunds/shop/${encodeURIComponent("<script>")}`,
      `/refunds/${encodeURIComponent("<script>")}/R-1`,
      `/blocked/${encodeURIComponent("<script>")}/top-up/go-on`,
      "/books",
      `/books?mchId=${search}`,
      "/books/1900000109/2026-11-25",
      "/merchants",
      `/merchants?done=${search}`,
      `/sign-in?next=${search}`,
      `/${search}`,
    ]) {
      const { status, text: page } = yield* me.get(path);
      expect([path, [200, 303, 404].includes(status)]).toEqual([path, true]);
      const markup = page.replace(/<script src="\/assets\/[\w-]+\.js" defer><\/script>/, "");
      expect(markup).not.toMatch(/<script|<img|<b |<svg\/|\u202E|onerror='/i);
      expect(markup).not.toContain("\u0000");
      // Of each tag what stands outside of its values.
      for (const tag of page.match(/<[a-z][^<>"]*(?:"[^"]*"[^<>"]*)*>/gi) ?? []) {
        expect(tag.replace(/"[^"]*"/g, "")).not.toMatch(/\son\w+|alert|\{\{/i);
      }
    }
    for (const key of apiKeys)
      expect(running.logged.join("") + (yield* me.get("/refunds/shop/R-1")).text).not.toContain(key);
  }),
);
