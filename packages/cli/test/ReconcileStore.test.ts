/** `reconcile` between a store that a batch filled and the bills of the gateway that refunded it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Fault } from "@wechat-refund/simulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { document, run } from "./support/bin.ts";
import * as Gateway from "./support/gateway.ts";

let running: Gateway.Running;
let folder: string;
let store: string;
const day = 86_400_000;
const dayOf = (millis: number): string => new Date(millis + 8 * 3_600_000).toISOString().slice(0, 10);
let date: string;

const order = (n: number) => {
  const added = { mchId: Gateway.mchId, transactionId: `42${n}`, outTradeNo: `A-${n}`, totalFee: 100 };
  running.gateway.ledger.addOrder({ ...added, paidAt: Date.now() - 60_000 });
};
const orderOf = (n: number) =>
  running.gateway.ledger.findOrder({ mchId: Gateway.mchId }, { outTradeNo: `A-${n}` }) ?? expect.fail();

beforeAll(async () => {
  running = await Gateway.start();
  folder = mkdtempSync(join(tmpdir(), "wechat-refund-books-"));
  store = join(folder, "shop.db");
  const file = join(folder, "refunds.csv");
  for (let n = 0; n < 8; n++) order(n);
  const rows = [0, 1, 2, 3].map((n) => `A-${n},R-${n},100,60\n`).join("");
  writeFileSync(file, `out_trade_no,out_refund_no,total_fee,refund_fee\n${rows}NO,R-X,100,60\n`);
  const batch = ["batch", file, "--store", store, "--yes", "--endpoint", running.url];
  expect((await run(batch, { env: Gateway.pem })).code).toBe(1);
  const [first] = running.gateway.ledger.rows();
  date = dayOf(first?.acceptedAt ?? 0);
  running.gateway.clock.advance(2 * day);
  // The books of noon: near midnight a refund may stand on the bill of either day.
  const noon = Date.parse(`${date}T12:00:00+08:00`);
  sql(`UPDATE refund_history SET at = ${noon}; UPDATE refunds SET created_at = ${noon}, updated_at = ${noon}`);
});
afterAll(async () => {
  await running.stop();
  rmSync(folder, { recursive: true });
});

const sql = (text: string) => {
  const database = new DatabaseSync(store);
  database.exec(text);
  database.close();
};
const around = () => ["--date", date];
const reconcile = (...flags: ReadonlyArray<string>) =>
  run(["reconcile", "--endpoint", running.url, "--store", store, ...flags], { env: Gateway.bare });
const found = async (...flags: ReadonlyArray<string>) => {
  const ran = await reconcile("--json", ...flags);
  const { value } = document(ran.stdout) as {
    readonly value: {
      readonly differences: ReadonlyArray<{ readonly kind: string; readonly outRefundNo: string }>;
      readonly totals: ReadonlyArray<{ readonly open: { readonly count: number } }>;
    };
  };
  return [
    ran.code,
    ...value.differences.map(({ kind, outRefundNo }) => `${kind} ${outRefundNo}`).sort(),
    ...value.totals.flatMap(({ open }) => (open.count === 0 ? [] : [`open ${open.count}`])),
  ];
};

/** Changes the store, as books are wrong, for as long as something is looked at. */
const changed = async <A>(statement: string, look: () => Promise<A>): Promise<A> => {
  sql("CREATE TABLE kept AS SELECT * FROM refunds; CREATE TABLE kept_history AS SELECT * FROM refund_history");
  sql(`PRAGMA foreign_keys = OFF; ${statement}`);
  try {
    return await look();
  } finally {
    sql(`PRAGMA foreign_keys = OFF; DELETE FROM refund_history; DELETE FROM refunds;
      INSERT INTO refunds SELECT * FROM kept; INSERT INTO refund_history SELECT * FROM kept_history;
      DROP TABLE kept; DROP TABLE kept_history`);
  }
};

describe("reconcile with a store", () => {
  it("agrees with the bill of the day", async () => {
    expect(await found(...around())).toEqual([0]);
    expect((await reconcile(...around())).stdout).toMatch(/matched 4: 240 fen[\s\S]*The books agree\n$/);
  });

  it("reads a bill on disk of a day, too", async () => {
    const downloaded = await run(["bill", "--endpoint", running.url, "--date", date, "--json", "--rows"], {
      env: Gateway.bare,
    });
    expect(downloaded.code).toBe(0);
    const [first] = downloaded.stdout
      .split("\n")
      .map((line) => JSON.parse(line || "{}") as { readonly columns: Record<string, string> });
    const names = Object.keys(first?.columns ?? {});
    const lines = downloaded.stdout
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { readonly columns: Record<string, string> }).columns)
      .map((columns) => names.map((name) => `\`${columns[name]}`).join(","));
    const bill = Gateway.file(
      "of-a-day.csv",
      [
        names.join(","),
        ...lines,
        "总交易单数,总退款金额",
        `\`${lines.length},\`${(lines.length * 0.6).toFixed(2)}`,
      ].join("\n"),
    );
    expect(await found("--date", date, "--bill", bill)).toEqual([0]);
  });

  it.each([
    ["another amount", "UPDATE refunds SET refund_fee = 61 WHERE out_refund_no = 'R-1'", [1, "amount-differs R-1"]],
    [
      "a refund that was given up",
      "UPDATE refunds SET progress = json_set(progress, '$.truth', 'Resolved'), truth = 'Resolved' WHERE out_refund_no = 'R-2'",
      [1, "contradiction R-2"],
    ],
    [
      "a refund that it lost",
      "DELETE FROM refund_history WHERE refund = (SELECT id FROM refunds WHERE out_refund_no = 'R-3'); DELETE FROM refunds WHERE out_refund_no = 'R-3'",
      [1, "only-there R-3"],
    ],
    [
      "one that the gateway has not",
      "UPDATE refunds SET out_refund_no = 'R-9' WHERE out_refund_no = 'R-0'",
      [1, "only-here R-9", "only-there R-0"],
    ],
    ["one that was recorded long before", "UPDATE refunds SET created_at = 1 WHERE out_refund_no = 'R-0'", [0]],
    [
      "one whose first send nobody knows",
      "UPDATE refunds SET out_refund_no = 'R-9' WHERE out_refund_no = 'R-0'; UPDATE refund_history SET truth = 'Unknown' WHERE seq = 1",
      [1, "only-there R-0", "open 1"],
    ],
    [
      "one of another day",
      `UPDATE refunds SET out_refund_no = 'R-9', created_at = created_at - ${9 * day} WHERE out_refund_no = 'R-0'; UPDATE refund_history SET at = at - ${9 * day}`,
      [1, "only-there R-0"],
    ],
  ])("with %s says so", async (_, statement, expected) => {
    expect(await changed(statement, () => found(...around()))).toEqual(expected);
  });

  it("stays open where not all bills of its days are in", async () => {
    const statement = `UPDATE refunds SET out_refund_no = 'R-9' WHERE out_refund_no = 'R-0';
      UPDATE refund_history SET at = at - ${day} WHERE what = 'send: begun'`;
    expect(await changed(statement, () => found("--date", date))).toEqual([1, "only-there R-0", "open 1"]);
  });

  it("knows what was made elsewhere, once it is told how its numbers begin", async () => {
    const { ledger } = running.gateway;
    const row = ledger.enterElsewhere({
      order: orderOf(7),
      refundFee: 5,
      now: ledger.rows().next().value?.acceptedAt ?? 0,
    });
    expect(await found(...around(), "--prefix", "R-")).toEqual([1, `elsewhere ${row.outRefundNo}`]);
    expect(await found(...around())).toEqual([1, `only-there ${row.outRefundNo}`]);
  });

  it("says when there is no bill yet, and compares the others", async () => {
    const today = dayOf(Date.now() + 2 * day);
    expect(await reconcile("--date", today)).toMatchObject({ code: 2 });
    running.gateway.faults.push(Fault.Fail({ on: "bill", returnMsg: "Bill Creating", accepted: false }));
    expect(await reconcile("--date", date)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("not there yet"),
    });
    running.gateway.faults.push(Fault.Fail({ on: "bill", returnMsg: "Bill Creating", accepted: false }));
    const before = dayOf(Date.parse(date) - day);
    const ran = await reconcile("--json", "--prefix", "R-", "--from", before, "--to", date);
    expect(document(ran.stdout)).toMatchObject({ value: { notReady: [expect.any(String)] } });
    expect(ran.code).toBe(1);
    running.gateway.faults.push(Fault.Fail({ on: "bill", returnMsg: "SYSTEMERROR", accepted: false }));
    expect(await reconcile("--date", date)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("ask again later"),
    });
  });

  it("needs a store that there is", async () => {
    const ran = await run(["reconcile", "--endpoint", running.url, "--store", "./none.db", "--date", date], {
      env: Gateway.bare,
    });
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining("StoreUnusable") });
  });
});
