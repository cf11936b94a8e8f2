/**
 * Proves that a service keeps its word, one over a file and two over PostgreSQL: one is killed at random moments, while a client that only
 * knows 202 asks and the gateway misbehaves. In the end every refund that was acknowledged is there, was made once, and its events were told once and in order. Then how fast it is.
 *
 *     node packages/cli/test/prove/serve.ts [kills] [seed]
 *
 * The client is Python's, for the service is for programs in any language; python3 must be there.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import * as Redacted from "effect/Redacted";
import { isInstalled, start as startCluster } from "../../../durable/test/support/Postgres.ts";
import { start as startGateway } from "../../../simulator/test/prove/gateway.ts";
import { refundOf } from "../../../simulator/test/prove/refunds.ts";

const bin = fileURLToPath(new URL("../../src/bin.ts", import.meta.url));
const client = fileURLToPath(new URL("client.py", import.meta.url));
const merchant = { mchId: "1900000109", appId: "wx8888888888888888", apiKey: "192006250b4c09247ec02edce69f6a2d" };

interface Event {
  readonly position: number;
  readonly outRefundNo: string;
  readonly seq: number;
  readonly state: string;
}

const random = (seed: string): (() => number) => {
  let state = [...seed].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) >>> 0, 7);
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

const known: ReadonlySet<string> = new Set(["Accepted", "Succeeded"]);
const quantile = (sorted: ReadonlyArray<number>, q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;

const [kills = "50", seed = "proof"] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "wechat-refund-prove-"));
const wrong: Array<string> = [];
const gateway = await startGateway({ merchants: [merchant], refunds: 60_000, seed, faults: 0.1, brisk: true });
const [access] = gateway.accesses;
if (access === undefined) throw new Error("the gateway knows nobody");
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text, { mode: 0o600 });
  return join(folder, name);
};
const env = {
  PATH: process.env["PATH"],
  WECHAT_PAY_APP_ID: access.appId,
  WECHAT_PAY_MCH_ID: access.mchId,
  WECHAT_PAY_API_KEY: access.apiKey,
  WECHAT_PAY_ENDPOINT: access.url,
  WECHAT_PAY_CA_FILE: file("ca.pem", access.caPem),
  WECHAT_PAY_CERT_FILE: file("cert.pem", access.certificatePem),
  WECHAT_PAY_KEY_FILE: file("key.pem", access.privateKeyPem),
};
const tokens = join(folder, "tokens.json");
const command = (args: ReadonlyArray<string>, database?: string) =>
  spawn(process.execPath, [bin, ...args], {
    env: { ...env, WECHAT_REFUND_DATABASE: database },
    stdio: ["ignore", "pipe", "pipe"],
  });
const made = command([
  "token",
  "new",
  "--name",
  "client",
  "--merchants",
  "*",
  "--rights",
  "read,write",
  "--tokens",
  tokens,
]);
let token = "";
made.stdout.on("data", (chunk: Buffer) => (token += chunk.toString()));
await once(made, "close");
token = token.trim();

/** Starts a service over a store, at the same port every time. */
const serve = async (store: string, port: number) => {
  const child = command(["serve", "--tokens", tokens, "--port", String(port)], store);
  let said = "";
  const closed = once(child, "close");
  const listens = new Promise<string>((resolve) => {
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const api = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
      if (api !== undefined) resolve(api);
    });
    void closed.then(() => resolve(""));
  });
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  return { child, closed, listens, said: () => said };
};

/** One answer, or nothing where nobody gave a whole one. */
const get = async (api: string, path: string): Promise<Record<string, unknown> | undefined> => {
  try {
    const response = await fetch(`${api}${path}`, { headers: { authorization: `Bearer ${token}` } });
    return response.status === 200 ? ((await response.json()) as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
};

const eventsAfter = async (api: string, after: number, wait: number) => {
  const page = await get(api, `/v1/events?after=${after}&wait=${wait}`);
  return page === undefined
    ? undefined
    : { events: page["events"] as ReadonlyArray<Event>, next: Number(page["next"]) };
};

const asText = (events: ReadonlyArray<Event>) =>
  events.map(({ outRefundNo, position, seq }) => `${position} ${outRefundNo} ${seq}`);

/** So many services share a store, one of which is killed at a time. `first`: the number of its first refund. */
const prove = async (name: string, store: string, size: number, first: number): Promise<void> => {
  const began = Date.now();
  const draw = random(`${seed} ${name}`);
  gateway.tell({ faults: 0.1 });
  const services = await Promise.all(Array.from({ length: size }, () => serve(store, 0)));
  const apis = await Promise.all(services.map(({ listens }) => listens));
  if (apis.includes("")) throw new Error(services.map(({ said }) => said()).join("\n"));
  let turn = 0;
  const any = () => apis[turn++ % size] ?? "";

  const acknowledged = new Set<string>();
  const python = spawn("python3", [client], {
    env: { PATH: process.env["PATH"], SERVICES: apis.join(" "), TOKEN: token, FIRST: String(first) },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let rest = "";
  python.stdout.on("data", (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const [what = "", n = ""] = line.split(" ");
      if (what === "acknowledged") acknowledged.add(`R-${n}`);
      else wrong.push(`${name}: the client: ${line}`);
    }
  });
  const pythonEnded = once(python, "close");

  /** A reader of its own, which keeps where it is and asks whoever answers. */
  const read: Array<Event> = [];
  const ended = new AbortController();
  const reader = (async () => {
    let after = 0;
    while (!ended.signal.aborted) {
      const page = await eventsAfter(any(), after, 2);
      if (page === undefined) await setTimeout(50);
      else {
        read.push(...page.events);
        after = page.next;
      }
    }
  })();

  let killed = 0;
  while (killed < Number(kills)) {
    const at = Math.floor(draw() * size);
    const service = services[at];
    if (service === undefined) break;
    await Promise.race([setTimeout(Math.floor(draw() * 1500)), service.closed]);
    if (service.child.exitCode !== null) {
      wrong.push(`${name}: it ended by itself with ${service.child.exitCode}: ${service.said()}`);
      break;
    }
    const before = acknowledged.size;
    service.child.kill("SIGKILL");
    await service.closed;
    killed++;
    const next = await serve(store, Number(new URL(apis[at] ?? "").port));
    services[at] = next;
    // One in five is killed again while it starts.
    if (draw() >= 0.2) await next.listens;
    if (killed % 10 === 0) console.log(`${name}: ${killed} kills, ${before} acknowledged`);
  }
  await Promise.all(services.map(({ listens }) => listens));
  python.stdin.end();
  await pythonEnded;

  /** What is still open; it is asked for in its own time. */
  const open = async (): Promise<number> => {
    const totals = (await get(any(), "/v1/totals"))?.["totals"] as
      | ReadonlyArray<{ readonly state: string; readonly count: number }>
      | undefined;
    return totals === undefined
      ? Number.POSITIVE_INFINITY
      : totals.filter(({ state }) => !known.has(state)).reduce((sum, { count }) => sum + count, 0);
  };
  gateway.tell({ faults: 0 });
  const deadline = Date.now() + 300_000;
  while ((await open()) > 0 && Date.now() < deadline) await setTimeout(500);

  const history: Array<Event> = [];
  for (let after = 0; ;) {
    const page = await eventsAfter(any(), after, 0);
    if (page === undefined || page.events.length === 0) break;
    history.push(...page.events);
    after = page.next;
  }
  while (read.length < history.length && Date.now() < deadline + 10_000) await setTimeout(50);
  ended.abort();
  await reader;

  const last = new Map<string, Event>();
  let position = 0;
  for (const event of history) {
    if (event.position <= position) wrong.push(`${name}: event ${event.position} after ${position}`);
    if (event.seq <= (last.get(event.outRefundNo)?.seq ?? 0))
      wrong.push(`${event.outRefundNo}: its events are out of order`);
    position = event.position;
    last.set(event.outRefundNo, event);
  }
  const told = asText(read);
  for (const [n, line] of asText(history).entries()) {
    if (told[n] === line) continue;
    wrong.push(`${name}: the reader was told ${told[n]} in place of ${line}`);
    break;
  }
  const ledger = (await gateway.ledger()).filter(({ outRefundNo }) => last.has(outRefundNo));
  const rows = new Map(ledger.map((row) => [row.outRefundNo, row]));
  if (rows.size !== ledger.length) wrong.push(`${name}: a number was made twice`);
  for (const number of acknowledged) {
    const n = Number(number.slice(2));
    const row = rows.get(number);
    if (!known.has(last.get(number)?.state ?? "")) wrong.push(`${number}: ${last.get(number)?.state ?? "missing"}`);
    else if (row?.refundFee !== refundOf(n).refundFee || row.outTradeNo !== refundOf(n).outTradeNo)
      wrong.push(`${number}: another refund at the gateway`);
  }
  for (const { child, closed } of services) {
    child.kill("SIGTERM");
    const [code] = (await closed) as [number | null];
    if (code !== 130) wrong.push(`${name}: it was told to stop and ended with ${code}`);
  }
  if (killed < Number(kills)) wrong.push(`${name}: only ${killed} kills`);
  console.log(
    `${name}: ${killed} kills, ${acknowledged.size} acknowledged, ${last.size} stored, ${ledger.length} at the gateway, ${history.length} events, ${wrong.length} wrong, ${((Date.now() - began) / 1000).toFixed(1)} s, seed ${seed}`,
  );
};

await prove("SQLite", `sqlite:${join(folder, "refunds.db")}`, 1, 0);
if (isInstalled) {
  const { cluster, end } = await startCluster({ settings: { max_connections: "200" } });
  try {
    const database = Redacted.value(cluster.url(await cluster.createDatabase()));
    await prove("PostgreSQL, two services", database, 2, 20_000);
  } finally {
    await end();
  }
} else console.log("- PostgreSQL: skipped, it is not installed");

/** How fast it answers, on a store of its own, while it makes what it was asked. */
const quick = join(folder, "quick.db");
const fast = await serve(`sqlite:${quick}`, 0);
const address = await fast.listens;
const agent = new Agent({ keepAlive: true, maxSockets: 16 });
const ask = (method: string, path: string, body?: object) =>
  new Promise<number>((resolve, reject) => {
    const at = performance.now();
    const outgoing = request(
      `${address}${path}`,
      { method, agent, headers: { authorization: `Bearer ${token}`, "content-type": "application/json" } },
      (incoming) => {
        incoming.resume();
        incoming.on("end", () => {
          if (incoming.statusCode !== (method === "POST" ? 202 : 200)) wrong.push(`${path}: ${incoming.statusCode}`);
          resolve(performance.now() - at);
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
const first = 40_000;
let n = first;
const post = async (until: number, times: Array<number>) => {
  while (n < until) {
    const { outRefundNo, outTradeNo, ...amounts } = refundOf(n++);
    times.push(await ask("POST", "/v1/refunds", { order: { outTradeNo }, outRefundNo, ...amounts }));
  }
};
const all = (until: number, times: Array<number>) => Promise.all(Array.from({ length: 16 }, () => post(until, times)));
await all(first + 1000, []);
const times: Array<number> = [];
const at = performance.now();
await all(first + 6000, times);
const seconds = (performance.now() - at) / 1000;
times.sort((a, b) => a - b);
console.log(
  `POST /v1/refunds: ${(times.length / seconds).toFixed(0)}/s at 16 clients, p50 ${quantile(times, 0.5).toFixed(1)} ms, p99 ${quantile(times, 0.99).toFixed(1)} ms`,
);
fast.child.kill("SIGTERM");
await fast.closed;

// Copies of one row make a large store quickly; what is measured only reads.
const database = new DatabaseSync(quick);
const columns = database
  .prepare("SELECT name FROM pragma_table_info('refunds') WHERE name <> 'id'")
  .all()
  .map(({ name }) => String(name));
const others: Readonly<Record<string, string>> = { out_refund_no: "'F-' || n.n", due_at: "NULL", owner: "NULL" };
database.exec(
  `WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 100000)
   INSERT INTO refunds (${columns.join(", ")})
   SELECT ${columns.map((name) => others[name] ?? `r.${name}`).join(", ")}
   FROM n, (SELECT * FROM refunds ORDER BY id LIMIT 1) r`,
);
database.close();
const large = await serve(`sqlite:${quick}`, Number(new URL(address).port));
await large.listens;
const lists: Array<number> = [];
for (let turn = 0; turn < 60; turn++) {
  for (const query of ["", "?state=Succeeded&state=Accepted&limit=100", "?prefix=F-50&limit=100", "?merchant=default"])
    lists.push(await ask("GET", `/v1/refunds${query}`));
}
lists.sort((a, b) => a - b);
console.log(
  `GET /v1/refunds over 106 000 rows: p50 ${quantile(lists, 0.5).toFixed(1)} ms, p99 ${quantile(lists, 0.99).toFixed(1)} ms`,
);
large.child.kill("SIGTERM");
await large.closed;
agent.destroy();
await gateway.end();
rmSync(folder, { recursive: true });
for (const line of wrong.slice(0, 50)) console.log(`✗ ${line}`);
process.exitCode = wrong.length === 0 ? 0 : 1;
