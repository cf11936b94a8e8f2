/**
 * How long a day of a million refunds takes a reconciler, from the bill's bytes to what is stored of it, on both databases: `node
 * booksFigure.ts [ROWS]`. The limit is 60 s on two cores.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Merchants, RefundBill, Transport } from "@wechat-refund/core";
import {
  Reconciler,
  Postgres,
  Migrations,
  RefundStore,
  Signalling,
  Sqlite,
  type StoreError,
} from "@wechat-refund/durable";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as References from "effect/References";
import * as SqlClient from "effect/sql/SqlClient";
import { isInstalled, start } from "../support/Postgres.ts";
import { cloned } from "./cloned.ts";
import { merchants, requestOf, settingsOf } from "./shop.ts";

const rows = Number(process.argv[2] ?? "1000000");
const day = 86_400_000;
const settings = settingsOf(0);
const { mchId } = settings;
const limit = 60;

/** Every refund of the store, and ten that it does not have. */
const bill = (): Uint8Array => {
  const lines = ["商户号,特约商户号,商户订单号,货币种类,微信退款单号,商户退款单号,申请退款金额,退款金额,退款状态"];
  let sum = 0;
  const count = rows - 1 + 10;
  for (let n = 1; n <= count; n++) {
    const fee = n < rows ? 1 + ((n * 7) % 1000) : 1;
    sum += fee;
    const yuan = (fee / 100).toFixed(2);
    const outTradeNo = requestOf(0).order.outTradeNo?.replace("-0", `-${n}`);
    lines.push(`\`${mchId},\`0,\`${outTradeNo},\`CNY,\`50${n},\`R-${n},\`${yuan},\`${yuan},\`SUCCESS`);
  }
  lines.push("总交易单数,申请退款总金额", `\`${count},\`${(sum / 100).toFixed(2)}`, "");
  return new Uint8Array(gzipSync(lines.join("\r\n")));
};
const body = bill();

type Client = Layer.Layer<SqlClient.SqlClient, StoreError.StoreError>;

/** A store of so many refunds of the day before yesterday that succeeded. */
const filled = Effect.fnUntraced(function* (date: string) {
  const { database } = yield* RefundStore.RefundStore;
  const { sql, tables } = database;
  yield* cloned(rows, 1, "mixed");
  const to = Date.parse(`${date}T12:00:00+08:00`);
  yield* sql`DELETE FROM ${tables.history} WHERE refund = 1`;
  yield* sql`DELETE FROM ${tables.refunds} WHERE out_refund_no = 'R-0'`;
  const part = 25_000;
  for (let from = 0; from <= rows + part; from += part) {
    yield* sql`UPDATE ${tables.refunds} SET created_at = ${to}, updated_at = ${to}, truth = 'Succeeded', block = NULL, due_at = NULL
      WHERE id > ${from} AND id <= ${from + part}`;
  }
  // As a server does by itself now and then; nobody does it for a file.
  if (database.pg) yield* sql`VACUUM ANALYZE ${tables.refunds}`;
});

/** `patient`: a client that fills the store, and waits as long as that takes. */
const measured = (name: string, client: Client, patient: Client = client) =>
  Effect.gen(function* () {
    const date = RefundBill.dayOf(Date.now() - 2 * day);
    yield* Effect.gen(function* () {
      const open = yield* Layer.build(Layer.fresh(patient));
      yield* Effect.andThen(Migrations.migrate(name), filled(date)).pipe(
        Effect.provide(Layer.mergeAll(RefundStore.layer, merchants(1, {}))),
        Effect.provideContext(open),
      );
    }).pipe(Effect.scoped);

    const transport = Layer.succeed(Transport.Transport, {
      send: ({ url }) =>
        url.endsWith("/downloadbill")
          ? Effect.succeed({ status: 200, headers: {}, body })
          : Effect.fail(
              new Transport.TransportError({ reason: new Transport.Unreachable({ detail: "not asked here" }) }),
            ),
    });
    const shop = Merchants.layer([{ name: "m0", v2: { ...settings, transport } }]);
    const [began, used] = [performance.now(), process.cpuUsage()];
    const found = yield* Effect.gen(function* () {
      const open = yield* Layer.build(Layer.fresh(client));
      const reconciling = Reconciler.layer({ alone: true }).pipe(
        Layer.provide(Layer.mergeAll(RefundStore.layer, Signalling.layer, shop)),
      );
      return yield* Effect.gen(function* () {
        const reconciler = yield* Reconciler.Reconciler;
        for (;;) {
          const found = yield* reconciler.find(mchId, date);
          if (found?.comparedAt !== undefined) return found;
          yield* Effect.sleep(20);
        }
      }).pipe(Effect.provide(reconciling), Effect.provideContext(open));
    }).pipe(Effect.scoped);
    const seconds = (performance.now() - began) / 1000;
    const { system, user } = process.cpuUsage(used);
    const right =
      found.lines === rows + 9 && found.differences === 10 && found.totals[0]?.kinds.matched.count === rows - 1;
    const memory = Math.round(process.resourceUsage().maxRSS / 1024);
    console.log(
      `${name}: a bill of ${found.lines} refunds against ${rows - 1} stored: ${seconds.toFixed(1)} s (limit ${limit} s; ${((system + user) / 1e6).toFixed(1)} s of computing), ${found.differences} differences; at most ${memory} MB`,
    );
    if (!right || seconds > limit) process.exitCode = 1;
  }).pipe(
    Effect.scoped,

    Effect.provideService(References.MinimumLogLevel, "None"),
  );

const folder = mkdtempSync(join(tmpdir(), "wechat-refund-books-"));
try {
  await Effect.runPromise(measured("SQLite", Sqlite.layer({ file: join(folder, "refunds.db") })));
  if (isInstalled) {
    const { cluster, end } = await start({ fsync: true });
    try {
      const url = cluster.url(await cluster.createDatabase());
      await Effect.runPromise(measured("PostgreSQL", Postgres.layer({ url }), Postgres.layerPatient({ url })));
    } finally {
      await end();
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
