/** Tokens: made once, kept as digests, read again when their file changes, and nobody let in who has none. */
import { execFileSync } from "node:child_process";
import { chmodSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "@effect/vitest";
import { Effect, Fiber, Redacted } from "effect";
import { TestClock } from "effect/testing";
import { describe, expect } from "vitest";
import { Tokens } from "@wechat-refund/server";
import { keyOf, make } from "../src/internal/failures.ts";
import { directory, refundOf, start } from "./support/service.ts";

const fresh = Effect.map(directory, (folder) => join(folder, "tokens.json"));
const shop = { name: "shop", merchants: ["shop"], rights: ["read"] } as const;

const found = (file: string, token: Redacted.Redacted) =>
  Effect.flatMap(Tokens.Tokens, (tokens) => tokens.find(token)).pipe(Effect.provide(Tokens.layer(file)));

describe("the file", () => {
  it.effect("holds digests alone, and is its owner's", () =>
    Effect.gen(function* () {
      const file = yield* fresh;
      const token = yield* Tokens.add(file, { ...shop, expires: 1000 });
      expect(Redacted.value(token)).toMatch(/^wr_[0-9A-Za-z_-]{43}$/);
      const text = readFileSync(file, "utf8");
      expect(text).not.toContain(Redacted.value(token).slice(3));
      expect(String(token)).not.toContain(Redacted.value(token));
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(yield* Tokens.list(file)).toEqual([
        { ...shop, created: "1970-01-01T00:00:00.000Z", expires: "1970-01-01T00:00:01.000Z" },
      ]);
      const other = yield* Tokens.add(file, { ...shop, name: "other" });
      expect(Redacted.value(other)).not.toBe(Redacted.value(token));
      expect(yield* found(file, other)).toMatchObject({ name: "other" });
      expect(yield* found(file, token)).toMatchObject({ name: "shop" });
      yield* TestClock.adjust(1000);
      expect(yield* found(file, token)).toBeUndefined();
      expect(yield* found(file, Redacted.make(`${Redacted.value(other)}x`))).toBeUndefined();
    }),
  );

  it.effect("is refused with all that is wrong with it, and never changed then", () =>
    Effect.gen(function* () {
      const file = yield* fresh;
      const issues = (effect: Effect.Effect<unknown, Tokens.InvalidTokens, never>) =>
        Effect.map(Effect.flip(effect), ({ message }) => message);
      const open = Effect.provide(Effect.void, Tokens.layer(file));
      expect(yield* issues(open)).toContain("there is no such file");
      expect(yield* issues(Tokens.add(file, { ...shop, merchants: [] }))).toContain("merchants");
      expect(yield* issues(Tokens.add(file, { ...shop, name: "a b" }))).toContain("name");
      yield* Tokens.add(file, shop);
      expect(yield* issues(Tokens.add(file, shop))).toContain("there is a token shop already");
      expect(yield* issues(Tokens.revoke(file, "nobody"))).toContain("no token of this name");
      // What stands where a name should may be a token.
      const misplaced = `wr_${"S".repeat(43)}`;
      const before = readFileSync(file, "utf8");
      writeFileSync(file, JSON.stringify({ v: 1, tokens: [{ [misplaced]: 1, name: misplaced, rights: [misplaced] }] }));
      expect(yield* issues(open)).toContain("tokens.0.(a field): ");
      expect(yield* issues(open)).toContain("tokens.0.rights.0: ");
      expect(yield* issues(open)).not.toContain("SSSS");
      writeFileSync(file, before);
      chmodSync(file, 0o622);
      expect(yield* issues(open)).toContain("chmod 600");
      chmodSync(file, 0o600);
      const good = readFileSync(file, "utf8");
      for (const [wrong, said] of [
        ["{", "not JSON"],
        [good.replace('"read"', '"root"'), "rights"],
        ...["soon", "2027", "12/31/2026", "2027-02-30T00:00:00Z"].map(
          (time) => [good.replace('"created"', `"expires": "${time}",\n"created"`), "expires"] as const,
        ),
        [good.replace('"v": 1', '"v": 2'), "v"],
        [good.replace('"shop"', '"shop", "more": 1'), "more"],
        [good.replace(/"sha256": "/, "$&z"), "sha256"],
      ] as const) {
        writeFileSync(file, wrong);
        expect(yield* issues(open), wrong).toContain(said);
        expect(yield* issues(Tokens.add(file, { ...shop, name: "more" }))).toContain(said);
        expect(readFileSync(file, "utf8")).toBe(wrong);
      }
      writeFileSync(file, good);
      yield* Tokens.revoke(file, "shop");
      expect(yield* Tokens.list(file)).toEqual([]);
    }),
  );

  it.effect("is changed by one at a time", () =>
    Effect.gen(function* () {
      const file = yield* fresh;
      const added = yield* Effect.forEach(
        Array.from({ length: 20 }, (_, n) => n),
        (n) => Effect.exit(Tokens.add(file, { ...shop, name: `t${n}` })),
        { concurrency: "unbounded" },
      );
      expect((yield* Tokens.list(file)).length).toBe(added.filter(({ _tag }) => _tag === "Success").length);
      writeFileSync(`${file}.new`, "");
      const failed = yield* Effect.flip(Tokens.add(file, { ...shop, name: "more" }));
      expect(failed.message).toContain(`remove ${file}.new`);
    }),
  );
});

describe("a disk that is full", () => {
  it.effect.skipIf(process.platform === "win32")("leaves the file as it was, and is told", () =>
    Effect.gen(function* () {
      const file = yield* fresh;
      yield* Tokens.add(file, shop);
      const before = readFileSync(file, "utf8");
      const code = `
        import { Effect, Result } from "effect";
        import { change } from ${JSON.stringify(new URL("../src/internal/tokenFile.ts", import.meta.url).href)};
        const changed = Effect.runSync(Effect.result(change(${JSON.stringify(file)}, () => Result.succeed("x".repeat(5000)))));
        console.log(JSON.stringify(Result.getFailure(changed)));`;
      // So many blocks a file may have at most; the write that reaches the end has a part of it written.
      const said = execFileSync(
        "sh",
        ["-c", 'ulimit -f 1 && exec "$0" "$@"', process.execPath, "--input-type=module", "-e", code],
        { encoding: "utf8", cwd: import.meta.dirname },
      );
      expect(said).toContain("it cannot be written (EFBIG)");
      expect(readFileSync(file, "utf8")).toBe(before);
      // Nor does what was begun stand in the way of the next.
      yield* Tokens.add(file, { ...shop, name: "other" });
    }),
  );
});

describe("a running service", () => {
  it.live("lets in who has a new token at once, and nobody whose token was revoked", () =>
    Effect.gen(function* () {
      const { api, ask, logged, token, tokens } = yield* start({ durable: { worker: false } });
      const list = (of: string) => Effect.map(ask("GET", "/v1/refunds", { token: of }), ({ status }) => status);
      const one = yield* token({ name: "one" });
      expect(yield* list(one)).toBe(200);
      yield* Tokens.revoke(tokens, "one");
      const untilIt = Effect.fnUntraced(function* (status: number, of = one) {
        while ((yield* list(of)) !== status) yield* Effect.sleep(20);
      });
      yield* untilIt(401);
      const two = yield* token({ name: "two" });
      expect(yield* list(two)).toBe(200);
      // Also who waits is answered as who comes anew, at the latest soon after, and told nothing that came after.
      const three = yield* token({ name: "three" });
      const cookie = yield* Effect.map(
        ask("POST", "/sign-in", {
          token: undefined,
          headers: { "content-type": "application/x-www-form-urlencoded", origin: new URL(api).origin },
          body: `token=${three}&next=/`,
        }),
        ({ headers }) => (headers["set-cookie"]?.[0] ?? "").split(";")[0] ?? "",
      );
      const waits = [
        { path: "/v1/events?after=0&wait=30", asked: { token: three } },
        { path: "/v1/reconciliations/feed?after=0&wait=30", asked: { token: three } },
        { path: "/feed?after=0&wait=25", asked: { token: undefined, headers: { cookie } } },
      ];
      const waiting = yield* Effect.forEach(waits, ({ asked, path }) => Effect.forkChild(ask("GET", path, asked)));
      yield* Effect.sleep(100);
      const at = Date.now();
      yield* Tokens.revoke(tokens, "three");
      yield* untilIt(401, three);
      yield* ask("POST", "/v1/refunds", { body: refundOf(1) });
      const ends = yield* Effect.forEach(waiting, Fiber.join);
      expect(ends.map(({ status }) => status)).toEqual([401, 401, 401]);
      expect(ends[0]?.text).toBe((yield* ask("GET", "/v1/events", { token: three })).text);
      expect(Date.now() - at).toBeLessThan(5000);
      // A file that is broken by hand leaves those who are in.
      const good = readFileSync(tokens, "utf8");
      writeFileSync(tokens, "{");
      yield* Effect.sleep(1100);
      expect(yield* list(two)).toBe(200);
      writeFileSync(tokens, good);
      // So does one that cannot even be looked at.
      const beside = `${tokens}.kept`;
      renameSync(tokens, beside);
      symlinkSync(tokens, tokens);
      yield* Effect.sleep(1100);
      expect(yield* list(two)).toBe(200);
      expect(
        logged.filter((line) => line.includes("cannot be read (ELOOP); those that were read before")),
      ).toHaveLength(1);
      renameSync(beside, tokens);
      // One that is gone lets in nobody.
      rmSync(tokens);
      while ((yield* list(two)) !== 401) yield* Effect.sleep(20);
    }),
  );

  it.live("is told of failures no more than so often, and lets in who has a token all the same", () =>
    Effect.gen(function* () {
      const { ask, logged } = yield* start({ durable: { worker: false } });
      const statuses: Array<number> = [];
      for (let n = 0; n < 25; n++) {
        const token = n % 2 === 0 ? undefined : `wr_${"A".repeat(43)}`;
        const reply = yield* ask("GET", "/v1/refunds", { token });
        statuses.push(reply.status);
        if (reply.status === 401) expect(reply.headers["www-authenticate"]).toMatch(/^Bearer/);
        else expect(reply.headers["retry-after"]).toBe("60");
      }
      expect(statuses).toEqual([...Array<number>(20).fill(401), ...Array<number>(5).fill(429)]);
      expect((yield* ask("GET", "/v1/refunds")).status).toBe(200);
      expect(logged.filter((line) => line.includes("no token that counts")).length).toBe(1);
      expect(logged.join("")).not.toContain("AAAA");
    }),
  );
});

it.live("tells at the start of a token that names a merchant there is not", () =>
  Effect.gen(function* () {
    const { tokens } = yield* start({ durable: { worker: false } });
    yield* Tokens.add(tokens, { ...shop, name: "misspelt", merchants: ["*", "shop", "sohp"] });
    const { logged } = yield* start({ durable: { worker: false }, service: { tokens } });
    const told = logged.filter((line) => line.includes("WARN"));
    expect(told.length).toBe(1);
    expect(told[0]).toContain("the token misspelt is for the merchant sohp");
  }),
);

it("counts failures by address, of IPv6 by network, in bounded memory", () => {
  expect(keyOf("::ffff:10.0.0.1")).toBe("10.0.0.1");
  expect(keyOf("2001:db8::1")).toBe(keyOf("2001:db8::ffff"));
  expect(keyOf("2001:db8:0:1::1")).not.toBe(keyOf("2001:db8::1"));
  expect(keyOf("fe80::1%eth0")).toBe(keyOf("fe80::2"));
  expect(keyOf("nonsense")).toBe("unknown");
  const failures = make(2);
  const over = (address: string, now: number) => failures.count(address, now).over;
  expect([1, 2, 3].map((now) => over("10.0.0.1", now))).toEqual([false, false, true]);
  expect(over("10.0.0.2", 4)).toBe(false);
  expect(over("10.0.0.1", 60_001)).toBe(false);
  // Beyond so many addresses they are counted together.
  for (let n = 0; n < 20_000; n++) failures.count(`10.1.${n >> 8}.${n & 255}`, 60_002);
  expect(over("172.16.0.1", 60_003)).toBe(true);
});
