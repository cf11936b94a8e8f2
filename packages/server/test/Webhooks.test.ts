/** Events that are posted to receivers, which verify them by an independent client; over real sockets and a store in a file. */
import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { it } from "@effect/vitest";
import { RefundStore } from "@wechat-refund/durable";
import { Context, Duration, Effect, Exit, Fiber, Scope } from "effect";
import { expect, vi } from "vitest";
import { type Entry, type Got, hooksFile, newSecret, receiver, type Receiver } from "./support/receiver.ts";
import { apiKeys, directory, payer, refundOf, type Running, start } from "./support/service.ts";

const waiting = { timeout: 50_000, interval: 10 };

const until = (holds: () => unknown) => Effect.promise(() => vi.waitUntil(() => Boolean(holds()), waiting));

/** Waits until what is looked at is like this. */
const becomes = (look: Effect.Effect<unknown, unknown>, like: object) =>
  Effect.promise(() => vi.waitFor(async () => expect(await Effect.runPromise(look)).toMatchObject(like), waiting));

const refunded = Effect.fnUntraced(function* ({ ask }: Running, ...numbers: ReadonlyArray<number>) {
  for (const n of numbers) expect((yield* ask("POST", "/v1/refunds", { body: refundOf(n) })).status).toBe(202);
});

const states = (got: ReadonlyArray<Got>, outRefundNo: string): ReadonlyArray<unknown> =>
  got.filter(({ data }) => data["outRefundNo"] === outRefundNo).map(({ data }) => data["state"]);

const started = Effect.fnUntraced(function* (entries: ReadonlyArray<Entry>, options: Parameters<typeof start>[0] = {}) {
  const hooks = yield* hooksFile(entries);
  const running = yield* start({ ...options, service: { ...options.service, webhooks: { file: hooks.file } } });
  return { ...running, hooks };
});

const webhook = Effect.fnUntraced(function* ({ ask }: Pick<Running, "ask">, name = "erp") {
  const { body } = yield* ask("GET", "/v1/webhooks");
  const all = body["webhooks"] as ReadonlyArray<Record<string, unknown>>;
  return all.find((one) => one["webhook"] === name) ?? {};
});

const deliveries = Effect.fnUntraced(function* ({ ask }: Pick<Running, "ask">, query = "", name = "erp") {
  const { body } = yield* ask("GET", `/v1/webhooks/${name}/deliveries${query}`);
  return body["deliveries"] as ReadonlyArray<Record<string, unknown>>;
});

const reason = { reason: "the receiver was mended" };

/** At the same time as the others, for they wait most of it. */
const live = (title: string, test: () => Effect.Effect<void, unknown, Scope.Scope>) =>
  it.live(title, test, { concurrent: true });

live("posts each change of a refund, signed, as the API shows it, and nothing secret", () =>
  Effect.gen(function* () {
    const secret = newSecret();
    const erp = yield* receiver(secret);
    const running = yield* started([{ name: "erp", url: erp.url, secret }]);
    const { ask, logged } = running;
    yield* refunded(running, 1);
    yield* until(() => states(erp.got, "R-1").includes("Accepted"));
    yield* ask("POST", "/v1/refunds/shop/R-1/go-on", { body: reason });
    yield* until(() => states(erp.got, "R-1").includes("Succeeded"));
    const { body } = yield* ask("GET", "/v1/events");
    const events = body["events"] as ReadonlyArray<Record<string, unknown>>;
    yield* until(() => erp.got.length === events.length);
    const byVersion = erp.got.toSorted((a, b) => Number(a.data["version"]) - Number(b.data["version"]));
    expect(byVersion.map(({ data }) => data)).toEqual(events);
    expect(byVersion.map(({ type }) => type)).toEqual(
      events.map(({ state }) => `refund.${String(state).toLowerCase()}`),
    );
    const found = yield* ask("GET", "/v1/refunds/shop/R-1");
    expect(byVersion.at(-1)?.data["version"]).toBe(found.body["version"]);
    for (const { data } of byVersion) expect(data["version"]).toBe(data["position"]);
    for (const { by, headers, id, text } of erp.got) {
      expect(by).toBe(secret);
      expect(id).toMatch(/^msg_[0-9a-f]{32}$/);
      expect(headers["content-type"]).toBe("application/json");
      expect(JSON.parse(text)).toMatchObject({ timestamp: expect.stringMatching(/^20\d\d-.*Z$/) });
    }
    expect(new Set(erp.got.map(({ id }) => id)).size).toBe(events.length);
    yield* becomes(webhook(running), {
      configured: true,
      host: new URL(erp.url).host,
      merchants: ["*"],
      types: ["*"],
      secrets: 1,
      pending: 0,
      dead: 0,
      deliveredAt: expect.any(String),
    });
    const { text: metrics } = yield* ask("GET", "/metrics");
    expect(metrics).toMatch(/wechat_refund_webhook_attempts\{[^}]*result="delivered"[^}]*\} [1-9]/);
    expect(metrics).toContain('wechat_refund_webhook_messages{webhook="erp",state="pending"} 0');
    const shown = [
      ...logged,
      metrics,
      JSON.stringify(yield* webhook(running)),
      JSON.stringify(yield* deliveries(running)),
    ];
    for (const text of [...erp.got.map(({ text }) => text), ...shown]) {
      for (const hidden of [...apiKeys, payer, secret, secret.slice(6)]) expect(text).not.toContain(hidden);
    }
    for (const text of shown) expect(text).not.toContain("/hooks");
  }),
);

live("sends nothing more of a merchant that the file names no more, also what was made before", () =>
  Effect.gen(function* () {
    const secret = newSecret();
    const erp = yield* receiver(secret);
    const entry: Entry = { name: "erp", url: erp.url, secret, types: ["refund.recorded"] };
    const running = yield* started([{ ...entry, merchants: ["shop", "kiosk"] }]);
    const { ask, hooks, logged, token } = running;
    erp.answer = () => ({ status: 500 });
    yield* ask("POST", "/v1/refunds", { body: refundOf(1) });
    yield* ask("POST", "/v1/refunds", { body: { ...refundOf(2), merchant: "kiosk" } });
    yield* until(() => erp.got.length === 2);
    hooks.write([{ ...entry, merchants: ["kiosk"] }]);
    yield* until(() => logged.some((line) => line.includes("1 webhooks were read again")));
    erp.answer = () => ({ status: 204 });
    yield* ask("POST", "/v1/webhooks/erp/replay", { body: { ...reason, first: 1, which: "all" } });
    yield* until(() => erp.got.length === 3);
    yield* becomes(
      Effect.map(deliveries(running), (all) => all.find(({ outRefundNo }) => outRefundNo === "R-1") ?? {}),
      { state: "pending", failure: "it is of a merchant that the file names for this webhook no more" },
    );
    expect(erp.got.map(({ data }) => data["merchant"]).slice(2)).toEqual(["kiosk"]);
    // Who may see the webhook as it is now is told no number of the other merchant's.
    const kiosk = yield* token({ merchants: ["kiosk"], rights: ["operate"] });
    const page = yield* ask("GET", "/v1/webhooks/erp/deliveries", { token: kiosk });
    const shown = page.body["deliveries"] as ReadonlyArray<Record<string, unknown>>;
    expect(shown.map(({ outRefundNo }) => outRefundNo)).toEqual(["R-2", undefined]);
    const one = yield* ask("GET", `/v1/webhooks/erp/deliveries/${String(shown[1]?.["id"])}`, { token: kiosk });
    expect(one.status).toBe(200);
    for (const { text } of [page, one]) expect(text).not.toMatch(/R-1\b|1900000109/);
    // Nor where it cannot be seen whose the message is.
    const { sql, table } = Context.get(running.services, RefundStore.RefundStore).database;
    yield* sql`UPDATE ${table("refund_deliveries")} SET payload = '{' WHERE out_refund_no = 'R-1' AND state = 'pending'`;
    const unread = yield* ask("GET", "/v1/webhooks/erp/deliveries", { token: kiosk });
    expect([unread.status, /R-2\b/.test(unread.text), /R-1\b/.test(unread.text)]).toEqual([200, true, false]);
    yield* sql`UPDATE ${table("refund_deliveries")} SET payload = ${erp.got.find(({ data }) => data["outRefundNo"] === "R-1")?.text ?? ""}
      WHERE out_refund_no = 'R-1'`;
    // Named again, it gets what it has missed.
    hooks.write([{ ...entry, merchants: ["shop", "kiosk"] }]);
    yield* until(() => logged.filter((line) => line.includes("1 webhooks were read again")).length === 2);
    const [missed] = (yield* deliveries(running)).filter(({ outRefundNo }) => outRefundNo === "R-1");
    yield* ask("POST", "/v1/webhooks/erp/replay", { body: { ...reason, delivery: missed?.["id"] } });
    yield* until(() => erp.got.length === 4);
    expect(erp.got.at(-1)).toMatchObject({ data: { outRefundNo: "R-1" } });
  }),
);

live("hears of the file again once it could not even be looked at", () =>
  Effect.gen(function* () {
    const secret = newSecret();
    const [before, after] = [yield* receiver(secret), yield* receiver(secret)];
    const { ask, hooks, logged } = yield* started([{ name: "erp", url: before.url, secret }]);
    rmSync(hooks.file);
    symlinkSync(hooks.file, hooks.file);
    yield* until(() => logged.some((line) => line.includes("cannot be read (ELOOP)")));
    rmSync(hooks.file);
    hooks.write([{ name: "erp", url: after.url, secret }]);
    yield* until(() => logged.some((line) => line.includes("1 webhooks were read again")));
    yield* ask("POST", "/v1/refunds", { body: refundOf(1) });
    yield* until(() => after.got.length > 0);
    expect(before.got).toEqual([]);
  }),
);

live("tells of the merchants and types that the file names, and of the new file at once", () =>
  Effect.gen(function* () {
    const [one, two] = [newSecret(), newSecret()];
    const [shop, kiosk, ended] = [yield* receiver(one), yield* receiver(two), yield* receiver(two)];
    const entries: ReadonlyArray<Entry> = [
      { name: "shop", url: shop.url, secret: one, merchants: ["shop"], types: ["refund.*"] },
      { name: "kiosk", url: kiosk.url, secret: two, merchants: ["kiosk"], types: ["refund.recorded"] },
    ];
    const running = yield* started(entries);
    const { ask, hooks, logged } = running;
    yield* ask("POST", "/v1/refunds", { body: refundOf(1) });
    yield* ask("POST", "/v1/refunds", { body: { ...refundOf(2), merchant: "kiosk" } });
    yield* until(() => states(shop.got, "R-1").includes("Accepted") && kiosk.got.length > 0);
    hooks.write([...entries, { name: "ended", url: ended.url, secret: two, types: ["refund.accepted"] }]);
    yield* until(() => logged.some((line) => line.includes("3 webhooks were read again")));
    yield* refunded(running, 3);
    yield* until(() => ended.got.length > 0 && states(shop.got, "R-3").includes("Accepted"));
    expect(shop.got.every(({ data }) => data["merchant"] === "shop")).toBe(true);
    expect(kiosk.got.map(({ data, type }) => [type, data["outRefundNo"]])).toEqual([["refund.recorded", "R-2"]]);
    // One that is new begins with what happens from then on.
    expect(ended.got.map(({ data, type }) => [type, data["outRefundNo"]])).toEqual([["refund.accepted", "R-3"]]);
    // A file that is wrong changes nothing, and the log says so; what it lacks may come later.
    hooks.write([{ name: "shop", url: "ftp://x", secret: one }]);
    yield* until(() => logged.some((line) => line.includes("those that were read before go on to count")));
    yield* refunded(running, 4);
    yield* until(() => states(shop.got, "R-4").includes("Accepted"));
    const later = join(yield* directory, "later.secret");
    const entry = { name: "late", url: ended.url, merchants: ["*"], allow: ["127.0.0.1"], secret: { file: later } };
    writeFileSync(hooks.file, JSON.stringify({ webhooks: [entry] }));
    yield* until(() => logged.some((line) => line.includes("late: secret names a file that cannot be read (ENOENT)")));
    writeFileSync(later, two, { mode: 0o600 });
    yield* until(() => logged.some((line) => line.includes("1 webhooks were read again")));
    const wrongs = logged.filter((line) => line.includes("those that were read before go on to count"));
    expect(wrongs).toHaveLength(2);
    hooks.write([]);
    yield* until(() => logged.some((line) => line.includes("0 webhooks were read again")));
    expect(yield* webhook(running, "shop")).toMatchObject({ configured: false, merchants: [], secrets: 0 });
  }),
);

live("delivers what a receiver that was down did not get, and again what it did not thank for", () =>
  Effect.gen(function* () {
    const secret = newSecret();
    const erp = yield* receiver(secret);
    const { port } = new URL(erp.url);
    yield* Effect.promise(() => new Promise<void>((resolve) => void erp.server.close(() => resolve())));
    const running = yield* started([{ name: "erp", url: erp.url, secret }]);
    yield* refunded(running, 1, 2);
    yield* becomes(webhook(running), {
      failure: expect.stringContaining("ECONNREFUSED"),
    });
    let failed = 0;
    erp.answer = () => ({ status: failed++ < 2 ? 500 : 200 });
    erp.server.listen(Number(port), "127.0.0.1");
    yield* until(() => ["R-1", "R-2"].every((number) => states(erp.got, number).includes("Accepted")));
    yield* becomes(webhook(running), { pending: 0, dead: 0 });
    const ids = erp.got.map(({ id }) => id);
    expect(ids.length).toBe(new Set(ids).size + 2);
    // Each attempt is signed at its own time.
    const [again = ""] = ids.filter((id, at) => ids.indexOf(id) !== at);
    const [first, second] = erp.got.filter(({ id }) => id === again);
    expect(second?.text).toBe(first?.text);
    expect(Number(second?.headers["webhook-timestamp"])).toBeGreaterThan(Number(first?.headers["webhook-timestamp"]));
    expect(running.logged.filter((line) => line.includes("took no message")).length).toBe(1);
    expect(running.logged.some((line) => line.includes("takes messages again"))).toBe(true);
  }),
);

live("lets no poison event hide the next, and no slow receiver another", () =>
  Effect.gen(function* () {
    const [one, two, three] = [newSecret(), newSecret(), newSecret()];
    const [poisoned, slow, good] = [yield* receiver(one), yield* receiver(two), yield* receiver(three)];
    poisoned.answer = ({ data }) => ({ status: data["outRefundNo"] === "R-1" ? 500 : 200 });
    slow.answer = () => new Promise(() => undefined);
    const running = yield* started([
      { name: "poisoned", url: poisoned.url, secret: one },
      { name: "slow", url: slow.url, secret: two },
      { name: "good", url: good.url, secret: three },
    ]);
    yield* refunded(running, ...Array.from({ length: 20 }, (_, n) => n + 1));
    const others = Array.from({ length: 19 }, (_, n) => `R-${n + 2}`);
    const hasAll = ({ got }: Receiver, numbers: ReadonlyArray<string>): boolean =>
      numbers.every((number) => states(got, number).includes("Accepted"));
    yield* until(() => hasAll(good, ["R-1", ...others]) && hasAll(poisoned, others));
    // The slow one is asked a few at a time, and has held up nobody.
    expect(slow.most).toBeLessThanOrEqual(8);
    expect(slow.got.length).toBeGreaterThan(0);
    yield* until(() => states(poisoned.got, "R-1").length > 0);
    expect(yield* webhook(running, "poisoned")).toMatchObject({
      failure: "it answered with the status 500",
      dead: 0,
    });
    expect(Number((yield* webhook(running, "slow"))["pending"])).toBeGreaterThan(19);
  }),
);

live("rests at 410 until a person enables it, and has missed nothing then", () =>
  Effect.gen(function* () {
    const secret = newSecret();
    const erp = yield* receiver(secret);
    erp.answer = ({ type }) => ({ status: type === "ping" ? 200 : 410 });
    const running = yield* started([{ name: "erp", url: erp.url, secret, types: ["refund.recorded"] }]);
    const { ask, logged } = running;
    yield* refunded(running, 1);
    yield* until(() => logged.some((line) => line.includes("the webhook erp is disabled")));
    expect(yield* webhook(running)).toMatchObject({
      disabled: { why: "it answered with the status 410: it wants nothing any more", since: expect.any(String) },
      pending: 1,
    });
    yield* refunded(running, 2, 3);
    const pinged = yield* ask("POST", "/v1/webhooks/erp/ping");
    expect(pinged).toMatchObject({ status: 202, body: { type: "ping", state: "pending" } });
    const delivery = `/v1/webhooks/erp/deliveries/${String(pinged.body["id"])}`;
    yield* becomes(ask("GET", delivery), {
      body: { state: "delivered", status: 200, attempts: 1 },
    });
    expect(erp.got.map(({ data, type }) => [type, data["outRefundNo"] ?? data["webhook"]])).toEqual([
      ["refund.recorded", "R-1"],
      ["ping", "erp"],
    ]);
    const { text } = yield* ask("GET", "/metrics");
    expect(text).toContain('wechat_refund_webhook_disabled{webhook="erp"} 1');
    erp.answer = () => ({ status: 200 });
    expect(yield* ask("POST", "/v1/webhooks/erp/enable", { body: reason })).toMatchObject({
      status: 200,
      body: { webhook: "erp", enabled: { by: "all", reason: reason.reason } },
    });
    yield* until(() => ["R-1", "R-2", "R-3"].every((number) => states(erp.got, number).length > 0));
    expect(states(erp.got, "R-1").length).toBe(2);
    expect(yield* ask("POST", "/v1/webhooks/erp/enable", { body: reason })).toMatchObject({
      status: 409,
      body: { code: "not-disabled" },
    });
  }),
);

live("shows what is dead, and delivers it again one by one, by range, and all of a range", () =>
  Effect.gen(function* () {
    const secret = newSecret();
    const erp = yield* receiver(secret);
    erp.answer = () => ({ status: 404 });
    const running = yield* started([{ name: "erp", url: erp.url, secret, types: ["refund.recorded"] }], {
      durable: { worker: false },
    });
    const { ask, services } = running;
    yield* refunded(running, 1, 2, 3, 4);
    yield* until(() => erp.got.length === 4);
    const { database } = Context.get(services, RefundStore.RefundStore);
    const { sql, table } = database;
    // Three days later.
    yield* becomes(
      sql`UPDATE ${table("refund_deliveries")} SET since = since - ${80 * 3_600_000}, attempts = 9, due_at = 0
                WHERE attempts = 1 AND failed_at IS NOT NULL RETURNING id`.pipe(Effect.andThen(webhook(running))),
      { pending: 0, dead: 4 },
    );
    const dead = yield* deliveries(running, "?state=dead");
    expect(
      dead.map(({ attempts, failure, outRefundNo, status, type }) => [outRefundNo, type, attempts, status, failure]),
    ).toEqual(
      ["R-4", "R-3", "R-2", "R-1"].map((number) => [
        number,
        "refund.recorded",
        10,
        404,
        "it answered with the status 404",
      ]),
    );
    const page = yield* ask("GET", "/v1/webhooks/erp/deliveries?state=dead&limit=3");
    expect(page.body["next"]).toBe(dead[2]?.["id"]);
    expect((yield* deliveries(running, `?state=dead&limit=3&after=${String(page.body["next"])}`)).length).toBe(1);
    expect(running.logged.some((line) => line.includes("messages to the webhook erp are dead"))).toBe(true);

    erp.answer = () => ({ status: 200 });
    const replay = (body: object) => ask("POST", "/v1/webhooks/erp/replay", { body: { ...reason, ...body } });
    const arrived = (count: number) => until(() => erp.got.length === count);
    expect(yield* replay({ delivery: dead[3]?.["id"] })).toMatchObject({ status: 200, body: { replayed: 1 } });
    yield* arrived(9);
    expect(erp.got.at(-1)?.data["outRefundNo"]).toBe("R-1");
    const position = Number(dead[2]?.["position"]);
    expect((yield* replay({ first: position, last: position })).body).toEqual({ replayed: 1 });
    yield* arrived(10);
    expect((yield* replay({ from: "2020-01-01T00:00:00Z" })).body).toEqual({ replayed: 2 });
    yield* arrived(12);
    expect((yield* replay({ from: "2020-01-01T00:00:00Z" })).body).toEqual({ replayed: 0 });
    // What was delivered long ago, and is kept no more.
    yield* sql`DELETE FROM ${table("refund_deliveries")}`;
    expect((yield* replay({ which: "all", first: position })).body).toEqual({ replayed: 3 });
    yield* arrived(15);
    const ids = new Set(erp.got.map(({ id }) => id));
    expect(ids.size).toBe(4);
    expect(yield* replay({ delivery: "999" })).toMatchObject({ status: 404 });
    const wrong = yield* replay({
      delivery: 1,
      which: "some",
      first: -1,
      from: "2026-02-30T00:00:00Z",
      until: 1,
      one: 1,
      reason: "",
    });
    expect(wrong.status).toBe(422);
    const errors = wrong.body["errors"] as ReadonlyArray<{ readonly pointer: string }>;
    expect(errors.map(({ pointer }) => pointer).sort()).toEqual(
      ["/delivery", "/delivery", "/first", "/from", "/one", "/reason", "/until", "/which"].sort(),
    );
    expect(yield* replay({})).toMatchObject({ status: 422, body: { errors: [{ pointer: "" }] } });
  }),
);

live("signs with both secrets while one is changed, and no message is lost to a receiver that has either", () =>
  Effect.gen(function* () {
    const [old, fresh] = [newSecret(), newSecret()];
    const erp = yield* receiver(old);
    const entry = { name: "erp", url: erp.url, types: ["refund.recorded"] };
    const running = yield* started([{ ...entry, secret: old }], { durable: { worker: false } });
    const { hooks, logged } = running;
    // The receiver takes what it can verify, and asks again for the rest.
    erp.answer = ({ by }) => ({ status: by === undefined ? 401 : 200 });
    let n = 0;
    const sending = yield* Effect.forkChild(
      Effect.forever(
        Effect.andThen(
          Effect.suspend(() => refunded(running, ++n)),
          Effect.sleep(20),
        ),
      ),
    );
    const reread = (count: number) =>
      until(() => logged.filter((line) => line.includes("webhooks were read again")).length === count);
    yield* until(() => erp.got.length > 3);
    hooks.write([{ ...entry, secret: fresh, previousSecret: old }]);
    yield* reread(1);
    // What was signed before the change may still be under way: the receiver changes once the new signatures come.
    const isBoth = ({ headers }: (typeof erp.got)[number]) => String(headers["webhook-signature"]).includes(" ");
    yield* until(() => erp.got.filter(isBoth).length > 3);
    erp.secrets = [fresh];
    const before = erp.got.length;
    yield* until(() => erp.got.length > before + 3);
    hooks.write([{ ...entry, secret: fresh }]);
    yield* reread(2);
    const last = erp.got.length;
    yield* until(() => erp.got.length > last + 3);
    yield* Fiber.interrupt(sending);
    expect(erp.got.filter(({ by }) => by === undefined)).toEqual([]);
    expect(yield* webhook(running)).toMatchObject({ secrets: 1, dead: 0 });
  }),
);

live("waits at its end for what is being delivered, and stores how that ended", () =>
  Effect.gen(function* () {
    const secret = newSecret();
    const erp = yield* receiver(secret);
    erp.answer = () => new Promise((resolve) => setTimeout(() => resolve({ status: 200 }), 1500));
    const scope = yield* Scope.make();
    const hooks = yield* hooksFile([{ name: "erp", url: erp.url, secret, types: ["refund.recorded"] }]);
    const file = join(yield* directory, "refunds.db");
    const running = yield* start({
      durable: { worker: false, file },
      service: { webhooks: { file: hooks.file } },
    }).pipe(Scope.provide(scope));
    yield* refunded(running, 1);
    yield* until(() => erp.got.length === 1);
    yield* Scope.close(scope, Exit.void);
    const database = new DatabaseSync(file, { readOnly: true });
    const rows = database.prepare("SELECT state, status, attempts FROM refund_deliveries").all();
    database.close();
    expect(rows.map((row) => ({ ...row }))).toEqual([{ state: "delivered", status: 200, attempts: 1 }]);
  }),
);

it.live(
  "gives up at its end what hangs, of all receivers at the same time, and somebody else may deliver it at once",
  () =>
    Effect.gen(function* () {
      const erp = yield* receiver();
      erp.answer = () => new Promise(() => undefined);
      const names = ["a", "b", "c", "d", "e", "f"];
      const hooks = yield* hooksFile(
        names.map((name) => ({ name, url: erp.url, secret: newSecret(), types: ["refund.recorded"] })),
      );
      const file = join(yield* directory, "refunds.db");
      const scope = yield* Scope.make();
      const running = yield* start({
        durable: { worker: false, file },
        service: { webhooks: { file: hooks.file, drain: 1000 } },
      }).pipe(Scope.provide(scope));
      yield* refunded(running, 1);
      yield* until(() => erp.got.length === names.length);
      const [duration] = yield* Effect.timed(Scope.close(scope, Exit.void));
      // One after the other they would take six seconds.
      expect(Duration.toMillis(duration)).toBeLessThan(5000);
      const database = new DatabaseSync(file, { readOnly: true });
      const rows = database.prepare(
        "SELECT COUNT(*) AS due FROM refund_deliveries WHERE state = 'pending' AND due_at <= ?",
      );
      expect({ ...rows.get(Date.now()) }).toEqual({ due: names.length });
      database.close();
    }),
);
