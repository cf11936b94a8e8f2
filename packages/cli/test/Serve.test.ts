import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { document, run, runProcess } from "./support/bin.ts";
import * as Gateway from "./support/gateway.ts";
import { ask, endAll, refundOf, serve } from "./support/service.ts";

const folder = mkdtempSync(join(tmpdir(), "wechat-refund-serve-"));
afterAll(() => {
  endAll();
  rmSync(folder, { recursive: true });
});

const token = async (file: string, name: string, ...rest: ReadonlyArray<string>): Promise<string> => {
  const { code, stderr, stdout } = await run(["token", "new", "--name", name, "--tokens", file, ...rest]);
  expect(stderr + String(code)).toMatch(/0$/);
  return stdout.trim();
};

const free = ["--port", "0", "--notice-port", "0"];
const isDone = (state: unknown): boolean => state === "Accepted" || state === "Succeeded";

describe("serve --simulate", () => {
  it("refunds without key, token or store, tells of it, and forgets nothing when it is started again", async () => {
    const file = join(folder, "trial.db");
    const args = ["--simulate", "--port", "0", "--store", file];
    const first = await serve(args, { WECHAT_REFUND_DATABASE: "postgres://nobody@db.invalid/shop" });
    expect(first.stdout()).toContain(`curl -sS ${first.api}/v1/refunds`);
    expect(first.stdout()).toContain(`for operators  ${first.api}/\n`);
    const page = await fetch(first.api, { headers: { accept: "text/html" } });
    expect([page.status, (await page.text()).includes("Nothing needs you")]).toEqual([200, true]);
    const posted = await first.ask("/v1/refunds", { body: refundOf(1) });
    expect(posted).toMatchObject({ status: 202, body: { state: "Recorded", created: true, moneyReturned: null } });
    const find = async (service: typeof first) => (await service.ask("/v1/refunds/shop/R-1")).body;
    // Its notice makes it quick: the next question by itself would come after a minute.
    await expect.poll(async () => (await find(first))["state"], { timeout: 30_000 }).toBe("Succeeded");
    const told = await first.ask("/v1/events?after=0");
    expect((told.body["events"] as ReadonlyArray<{ state: string }>).map(({ state }) => state)).toEqual([
      "Recorded",
      "Accepted",
      "Succeeded",
    ]);
    const { refundId } = await find(first);
    expect(await first.end("SIGTERM")).toBe(130);

    const second = await serve([...args, "--json-logs", "--no-pages"]);
    expect((await fetch(second.api, { headers: { accept: "text/html" } })).status).toBe(404);
    expect(JSON.parse(second.stdout().split("\n")[0] ?? "")).toMatchObject({
      message: "listening",
      annotations: { api: second.api, merchants: "shop", simulated: true },
    });
    expect(await second.ask("/v1/refunds", { body: refundOf(1) })).toMatchObject({
      status: 202,
      body: { created: false, state: "Succeeded", refundId },
    });
    expect(await second.ask("/v1/refunds", { body: { ...refundOf(1), refundFee: 31 } })).toMatchObject({ status: 409 });
    expect(await second.end("SIGINT")).toBe(130);

    // The store knows what it is of, and a real one is never used for a trial.
    const env = { ...Gateway.pem, WECHAT_PAY_ENDPOINT: "https://localhost:1" };
    const real = await run(["serve", ...free, "--store", file], { env });
    expect(real).toMatchObject({ code: 2, stderr: expect.stringContaining("holds simulated refunds") });
    rmSync(`${file}.simulated`);
    const trial = await run(["serve", ...args]);
    expect(trial).toMatchObject({ code: 2, stderr: expect.stringContaining("is no store of simulated refunds") });
  });

  it("compares the books with bills, unless it is told not to", async () => {
    const file = join(folder, "books.db");
    const args = ["--simulate", "--port", "0", "--store", file];
    const first = await serve(args);
    await first.ask("/v1/refunds", { body: refundOf(1) });
    const state = async () => (await first.ask("/v1/refunds/shop/R-1")).body["state"];
    await expect.poll(state, { timeout: 30_000 }).toBe("Succeeded");
    expect((await first.ask("/v1/reconciliations")).body).toEqual({ reconciliations: [] });
    expect(await first.end("SIGTERM")).toBe(130);
    // As if it had been three days ago, at noon: within minutes of Beijing's midnight it is looked for in the bills of both days.
    const database = new DatabaseSync(file);
    const hour = 3_600_000;
    const back = 3 * 24 * hour + ((Date.now() + 8 * hour) % (24 * hour)) - 12 * hour;
    database.exec(`UPDATE refunds SET created_at = created_at - ${back}; UPDATE refund_history SET at = at - ${back}`);
    const second = await serve([...args, "--prefix", "R-"]);
    const oldest = async () => {
      const { body } = await second.ask("/v1/reconciliations?state=done");
      return (body["reconciliations"] as ReadonlyArray<unknown>).at(-1);
    };
    // The bill has it on today, and nobody refunded three days ago.
    await expect
      .poll(oldest, { timeout: 30_000 })
      .toMatchObject({ mchId: expect.any(String), whole: true, lines: 0, differences: 1 });
    expect(await second.end("SIGTERM")).toBe(130);
    database.exec("DELETE FROM refund_differences; DELETE FROM refund_reconciliations");
    database.close();
    const third = await serve([...args, "--no-reconcile"]);
    expect((await third.ask("/v1/reconciliations")).body).toEqual({ reconciliations: [] });
    expect(await third.end("SIGTERM")).toBe(130);
  });

  it("takes an empty file as new, and none of anything else", async () => {
    const file = join(folder, "empty.db");
    writeFileSync(file, "");
    const taken = await serve(["--simulate", "--port", "0", "--store", file]);
    expect(await taken.ask("/v1/refunds", { body: refundOf(1) })).toMatchObject({ status: 202 });
    expect(await taken.end("SIGTERM")).toBe(130);
    const table = join(folder, "refunds.csv");
    writeFileSync(table, "out_refund_no\n");
    for (const [store, said] of [
      [table, "is no store of simulated refunds"],
      [folder, "it is a directory"],
    ] as const) {
      const refused = await run(["serve", "--simulate", "--port", "0", "--store", store]);
      expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining(said) });
    }
  });

  it("keeps what it acknowledged when it is killed", async () => {
    const args = ["--simulate", "--port", "0", "--store", join(folder, "killed.db")];
    // Whoever is killed leaves what it made for its run.
    const env = { TMPDIR: folder };
    const first = await serve(args, env);
    const acknowledged = new Set<string>();
    const sent = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) =>
      first.ask("/v1/refunds", { body: refundOf(n) }).then(
        ({ body, status }) => void (status === 202 && acknowledged.add(String(body["outRefundNo"]))),
        () => undefined,
      ),
    );
    await expect.poll(() => acknowledged.size, { timeout: 30_000, interval: 1 }).toBeGreaterThan(0);
    await first.end("SIGKILL");
    await Promise.all(sent);
    const second = await serve(args, env);
    const states = async () =>
      await Promise.all(
        [...acknowledged].map(async (number) => (await second.ask(`/v1/refunds/shop/${number}`)).body["state"]),
      );
    await expect.poll(async () => (await states()).every(isDone), { timeout: 55_000, interval: 200 }).toBe(true);
    await second.end("SIGTERM");
    const kept = readFileSync(join(folder, "killed.db.simulated"), "utf8")
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => (JSON.parse(line) as { outRefundNo: string }).outRefundNo);
    expect(new Set(kept).size).toBe(kept.length);
    expect(kept).toEqual(expect.arrayContaining([...acknowledged]));
  });

  it("ends the answers under way when it is told to stop", async () => {
    const service = await serve(["--simulate", "--port", "0"]);
    const waiting = service.ask("/v1/events?after=0&wait=30");
    await expect.poll(async () => (await fetch(`${service.api}/health`)).status, { timeout: 10_000 }).toBe(200);
    const ended = service.end("SIGTERM");
    expect(await waiting).toMatchObject({ status: 200, body: { events: [] } });
    expect(await ended).toBe(130);
  });
});

describe("serve", () => {
  it("refunds at the gateway of the environment, for whoever has a token", async () => {
    const gateway = await Gateway.start();
    const tokens = join(folder, "tokens.json");
    const all = await token(tokens, "all", "--merchants", "*", "--rights", "read,write");
    const reader = await token(tokens, "reader", "--merchants", "default", "--rights", "read", "--days", "1");
    const stranger = await token(tokens, "stranger", "--merchants", "other", "--rights", "read,write");
    const env = { ...Gateway.p12, WECHAT_PAY_ENDPOINT: gateway.url };
    const args = ["--store", join(folder, "real.db"), "--tokens", tokens, ...free];

    const checked = await run(["serve", "--check", "--json", ...args], { env });
    expect(checked).toMatchObject({ code: 0, stderr: "" });
    expect(document(checked.stdout)).toMatchObject({ ok: true });
    expect(checked.stdout).toContain("name merchants that there are not: other");
    expect(checked.stdout).toContain('"name":"clock","status":"ok"');
    expect(existsSync(join(folder, "real.db"))).toBe(false);

    const service = await serve([...args, "--notice-url", "https://pay.example/notices/"], env);
    const body = { order: { outTradeNo: Gateway.order.outTradeNo }, outRefundNo: "R-1", totalFee: 100, refundFee: 40 };
    expect(await service.ask("/v1/refunds", { body })).toMatchObject({ status: 401 });
    expect(await service.ask("/v1/refunds", { body, token: reader })).toMatchObject({ status: 403 });
    expect((await service.ask("/v1/refunds/default/R-1", { token: stranger })).status).toBe(404);
    expect(await service.ask("/v1/refunds", { body, token: all })).toMatchObject({ status: 202 });
    const state = async () => (await service.ask("/v1/refunds/default/R-1", { token: reader })).body["state"];
    await expect.poll(async () => isDone(await state()), { timeout: 30_000 }).toBe(true);
    const [row] = gateway.gateway.ledger.rows();
    expect(row).toMatchObject({ refundFee: 40, notifyUrl: "https://pay.example/notices/default" });

    // What runs can be checked, and is not hindered; a second one is refused.
    expect(await run(["serve", "--check", ...args], { env })).toMatchObject({ code: 0 });
    const second = await run(["serve", ...args], { env });
    expect(second).toMatchObject({ code: 2, stderr: expect.stringMatching(/^✗ store: .*another process/) });
    const notice = /http:\S+\/notices\/default/.exec(service.stdout())?.[0] ?? "";
    expect((await fetch(notice, { method: "POST", body: "<xml></xml>" })).status).toBe(200);

    // Within a second.
    expect(await run(["token", "revoke", "--name", "all", "--tokens", tokens])).toMatchObject({ code: 0 });
    await expect
      .poll(async () => (await service.ask("/v1/merchants", { token: all })).status, { timeout: 10_000 })
      .toBe(401);
    expect(await service.end("SIGTERM")).toBe(130);
    const printed = service.stdout() + service.stderr() + checked.stdout;
    for (const secret of [...Gateway.secrets, all, reader, stranger]) expect(printed).not.toContain(secret);
    await gateway.stop();
  });

  it("serves the merchants of a file, over TLS", async () => {
    const gateway = await Gateway.start();
    const tokens = join(folder, "of-the-file.json");
    const reader = await token(tokens, "reader", "--merchants", "*", "--rights", "read");
    const merchants = join(folder, "merchants.json");
    const v2 = {
      appId: "wx8888888888888888",
      mchId: Gateway.mchId,
      apiKey: { variable: "THE_API_KEY" },
      certFile: Gateway.pem["WECHAT_PAY_CERT_FILE"],
      keyFile: Gateway.pem["WECHAT_PAY_KEY_FILE"],
      caFile: Gateway.pem["WECHAT_PAY_CA_FILE"],
      endpoint: gateway.url,
    };
    writeFileSync(merchants, JSON.stringify({ merchants: [{ name: "kiosk", v2 }] }));
    const own = Gateway.pair("service", Gateway.identities.server);
    const tls = ["--tls-cert", own.WECHAT_PAY_CERT_FILE, "--tls-key", own.WECHAT_PAY_KEY_FILE];
    const args = ["--merchants", merchants, "--tokens", tokens, "--store", join(folder, "file.db"), "--port", "0"];
    const env = { THE_API_KEY: Gateway.apiKey };
    const service = await serve([...args, ...tls, "--host", "localhost"], {
      ...env,
      NODE_EXTRA_CA_CERTS: Gateway.pem["WECHAT_PAY_CA_FILE"] ?? "",
    });
    expect(service.api).toMatch(/^https:/);
    await service.end("SIGTERM");
    // Another merchant's, that was configured once.
    const database = new DatabaseSync(join(folder, "file.db"));
    for (const [mchId, truth, count] of [
      ["1900000999", "Unknown", 3],
      ["1900000999", "Succeeded", 4],
      [Gateway.mchId, "Recorded", 5],
    ] as const)
      database.exec(
        `INSERT INTO refund_totals (mch_id, sub_mch_id, currency, truth, block, count, amount) VALUES ('${mchId}', '', 'CNY', '${truth}', '', ${count}, 100)`,
      );
    database.close();
    const plain = await serve(args, env);
    expect(plain.stderr().match(/\d+ refunds of .*?are not ended/g)).toEqual(["3 refunds of 1900000999 are not ended"]);
    expect(await ask(`${plain.api}/v1/merchants`, { token: reader })).toMatchObject({
      body: { merchants: [{ merchant: "kiosk", mchId: Gateway.mchId }] },
    });
    await plain.end("SIGTERM");
    await gateway.stop();
  });

  it("says all that is wrong at once, and listens to nothing", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const foreign = join(folder, "foreign.db");
    const database = new DatabaseSync(foreign);
    database.exec("CREATE TABLE orders (number TEXT)");
    database.close();
    const tokens = join(folder, "broken.json");
    writeFileSync(tokens, "{}", { mode: 0o600 });
    const args = ["--store", foreign, "--tokens", tokens, "--port", String(port), "--tls-cert", join(folder, "no.pem")];
    const env = { WECHAT_PAY_MCH_ID: Gateway.mchId, WECHAT_PAY_API_KEY: "short" };
    const { code, stderr, stdout } = await run(["serve", ...args], { env });
    other.close();
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    for (const one of [
      /^✗ --tls-cert: .*cannot be read \(ENOENT\)$/m,
      /^✗ --tls-cert: needs --tls-key as well$/m,
      /^✗ --port: 127.0.0.1:\d+: another program has it/m,
      /^✗ store: .*another program's database/m,
      /^✗ settings: not set: WECHAT_PAY_APP_ID$/m,
      /^✗ API key: /m,
      /^✗ certificate: /m,
      /^✗ --tokens: .*broken.json: tokens: Missing key$/m,
    ])
      expect(stderr).toMatch(one);
    expect(stderr).not.toContain("short");

    const merchants = join(folder, "wrong.json");
    writeFileSync(
      merchants,
      JSON.stringify({
        merchants: [
          { name: "a", v2: { mchId: "1" } },
          { name: "b b", v2: {} },
        ],
      }),
    );
    const beyond = ["--host", "0.0.0.0", "--merchants", merchants, "--no-migrate", "--store", join(folder, "none.db")];
    const second = await run(["serve", ...beyond, "--check", "--port", "0"], { env: { LANG: "zh_CN.UTF-8" } });
    expect(second.code).toBe(2);
    for (const one of [
      /^✗ --host：可被本机以外访问.*--tls-cert 与 --tls-key.*--behind-proxy/m,
      /^✗ 存储：没有存储/m,
      /^✗ 商户：a：v2.appId 未填写/m,
      /^✗ 商户：（不是名称）：name 必须是/m,
      /^✗ --tokens：未指定文件/m,
    ])
      expect(second.stdout).toMatch(one);
    expect(existsSync(join(folder, "none.db"))).toBe(false);
  });

  it.each([
    ["that is missing", "none.json", /^✗ --merchants: \S+none\.json: There is no such file\. .*\(ENOENT\)$/m],
    [
      "that is a directory",
      ".",
      /^✗ --merchants: \S+: This is a directory: name the file in it, such as merchants\.json\.$/m,
    ],
    ["that is no JSON", "broken.txt", /^✗ --merchants: \S+broken\.txt: is not JSON$/m],
  ])("names a file of merchants %s", async (_, name, said) => {
    writeFileSync(join(folder, "broken.txt"), "merchants:");
    const args = ["--check", "--port", "0", "--store", join(folder, "none.db"), "--merchants", join(folder, name)];
    expect(await run(["serve", ...args])).toMatchObject({ code: 2, stdout: expect.stringMatching(said) });
  });

  it.each([
    [["--merchants", "./m.json"], "--merchants"],
    [["--database", "sqlite:./x.db"], "--database"],
    [["--notice-url", "https://pay.example/notices"], "--notice-url"],
  ])("takes no %j beside --simulate", async (args, flag) => {
    expect(await run(["serve", "--simulate", "--check", "--port", "0", ...args])).toMatchObject({
      code: 2,
      stdout: expect.stringContaining(`✗ ${flag}: has no place beside --simulate`),
    });
  });

  it.each([
    ["192.0.2.1", "127.0.0.1", "✗ --port: 192.0.2.1:8080"],
    ["127.0.0.1", "0.0.0.0", "✗ --notice-port: must be another"],
    ["127.0.0.1", "::", "✗ --notice-port: must be another"],
    ["localhost", "127.0.0.1", "✗ --notice-port: must be another"],
  ])("does not call good what would not start: one port at %s and %s", async (host, noticeHost, said) => {
    const tokens = join(folder, "for-a-look.json");
    await run(["token", "new", "--name", "one", "--merchants", "*", "--rights", "read", "--tokens", tokens]);
    const at = ["--host", host, "--port", "8080", "--notice-host", noticeHost, "--notice-port", "8080"];
    const args = ["--simulate", "--check", "--tokens", tokens, "--behind-proxy", "10.0.0.0/8", ...at];
    const { code, stdout } = await run(["serve", ...args]);
    expect({ code, stdout }).toMatchObject({ code: 2, stdout: expect.stringContaining(said) });
  });

  // Whoever is root may write to all.
  it.skipIf(process.getuid?.() === 0)("does not call a store good that may only be read", async () => {
    const file = join(folder, "read-only.db");
    const service = await serve(["--simulate", "--port", "0", "--store", file]);
    await service.end("SIGTERM");
    chmodSync(file, 0o444);
    expect(await run(["serve", "--simulate", "--check", "--port", "0", "--store", file])).toMatchObject({
      code: 2,
      stdout: expect.stringMatching(/^✗ store: .* must be writable by the user .*\(EACCES\)$/m),
    });
  });

  // Whoever is root may write to all, so another user does it, where he may run what is tested from where it stands.
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const isOpen = (path: string, right: number): boolean =>
    (statSync(path).mode & right) === right && (path === "/" || isOpen(dirname(path), 0o001));
  const maySee =
    user.uid === undefined || [process.execPath, import.meta.filename].every((path) => isOpen(path, 0o004));

  it.skipIf(!maySee)(
    "looks at a store where it is, whatever leads there, and at what another user left beside it",
    async () => {
      const place = mkdtempSync(join(folder, "place-"));
      const links = join(place, "links");
      const file = join(place, "refunds.db");
      mkdirSync(links);
      const service = await serve(["--simulate", "--port", "0", "--store", file]);
      await service.end("SIGTERM");
      symlinkSync(file, join(links, "refunds.db"));
      symlinkSync(join(place, "nothing.db"), join(links, "nowhere.db"));
      for (const [path, mode] of [
        [folder, 0o755],
        [place, 0o777],
        [file, 0o666],
        [`${file}.simulated`, 0o444],
        [`${file}.lock`, 0o666],
        [links, 0o555],
      ] as const)
        chmodSync(path, mode);
      const check = async (store: string) =>
        (await runProcess(["serve", "--simulate", "--check", "--port", "0", "--store", store], { user })).stdout.split(
          "\n",
        )[1];
      expect(await check(join(links, "refunds.db"))).toBe(`✓ store: ${join(links, "refunds.db")}`);
      expect(await check(join(links, "nowhere.db"))).toMatch(/^✗ store: .* or a link leads nowhere: .*\(ENOENT\)$/);
      expect(await check(join(links, "new.db"))).toBe(
        `✗ store: ${join(links, "new.db")} cannot be made (${links}: EACCES)`,
      );
      chmodSync(`${file}.lock`, 0o444);
      expect(await check(file)).toBe(
        `✗ store: ${file}.lock must be writable by the user that the service runs as (EACCES)`,
      );
      chmodSync(links, 0o755);
    },
  );

  it("is for this machine alone without tokens", async () => {
    const args = ["--simulate", "--port", "0", "--host", "0.0.0.0", "--behind-proxy", "10.0.0.0/8"];
    expect(await run(["serve", ...args])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^✗ --tokens: are needed/),
    });
    expect(await run(["serve", ...args, "--check"])).toMatchObject({ code: 2 });
  });
});

describe("the files to deploy it", () => {
  const read = (name: string) => readFileSync(new URL(`../../../docs/deploy/${name}`, import.meta.url), "utf8");
  const unit = /^ExecStart=.* wechat-refund serve (.+)$/m.exec(read("wechat-refund.service"))?.[1]?.split(" ") ?? [];
  const before = /^ExecStartPre=.* wechat-refund serve --check (.+)$/m.exec(read("wechat-refund.service"))?.[1];
  const list = (instruction: string): ReadonlyArray<string> =>
    JSON.parse(new RegExp(`^${instruction} (\\[.+\\])$`, "m").exec(read("Dockerfile"))?.[1] ?? "[]") as Array<string>;
  const image = [...list("ENTRYPOINT").slice(2), ...list("CMD")];
  const manifest = [...read("kubernetes.yaml").matchAll(/^ +- (--\S+)$/gm)].map(([, flag = ""]) => flag);

  it("the unit is checked as it is started, but for its log", () => {
    expect(`${before} --json-logs`).toBe(unit.join(" "));
  });

  it.each([
    ["systemd", unit, 2, "✗ --tokens: ./tokens.json: there is no such file"],
    ["the image", image, 2, "✗ store: /data/refunds.db cannot be made (ENOENT)"],
    ["Kubernetes", manifest, 2, "✗ --merchants: "],
  ])("%s: the flags are understood", async (_, args, code, says) => {
    expect(args.length).toBeGreaterThan(5);
    const checked = await run(["serve", "--check", ...args], { env: { WECHAT_REFUND_DATABASE: "sqlite:./none.db" } });
    expect(checked).toMatchObject({ code, stderr: "", stdout: expect.stringContaining(says) });
    expect(checked.stdout).toMatch(/^✓ listener: (?:127\.0\.0\.1|0\.0\.0\.0):8080, notices \S+:8081$/m);
  });
});

describe("token", () => {
  it("shows a token once, lists them without, and takes them away", async () => {
    const file = join(folder, "some.json");
    const made = await token(file, "shop", "--merchants", "shop,kiosk", "--rights", "read,write", "--days", "90");
    expect(made).toMatch(/^wr_[\w-]{43}$/);
    expect(readFileSync(file, "utf8")).not.toContain(made);
    const listed = await run(["token", "list", "--tokens", file]);
    expect(listed.stdout).toMatch(/^shop {2}read,write {2}shop,kiosk {2}until \d{4}-\d\d-\d\d\n$/);
    const again = ["token", "new", "--name", "shop", "--merchants", "*", "--rights", "read", "--tokens", file];
    expect(await run(again)).toMatchObject({ code: 2, stderr: expect.stringContaining("a token shop already") });
    const json = await run(["token", "list", "--tokens", file, "--json"]);
    expect(document(json.stdout)).toMatchObject({ ok: true, value: [{ name: "shop", rights: ["read", "write"] }] });
    expect(await run(["token", "revoke", "--name", "shop", "--tokens", file])).toMatchObject({ code: 0 });
    expect(await run(["token", "revoke", "--name", "shop", "--tokens", file])).toMatchObject({ code: 2 });
    expect((await run(["token", "list", "--tokens", file])).stdout).toBe("There are none.\n");
  });

  it.each([
    ["--name", "a b"],
    ["--name", "wr_XK1HTtErO0ZPGioHW0Y_RmKSaejoZXkMJUMl7EgyiDI"],
    ["--rights", "read,wrote"],
    ["--merchants", "shop, kiosk"],
    ["--days", "0"],
    ["--tokens", "secret"],
  ])("refuses %s %s, and does not repeat it", async (flag, value) => {
    const good = { "--name": "x", "--merchants": "*", "--rights": "read", "--tokens": join(folder, "never.json") };
    const args = Object.entries({ ...good, [flag]: value }).flat();
    const { code, stderr, stdout } = await run(["token", "new", ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(flag);
    expect(stderr + stdout).not.toContain(value === "0" ? "wr_" : value);
    expect(existsSync(join(folder, "never.json"))).toBe(false);
  });
});
