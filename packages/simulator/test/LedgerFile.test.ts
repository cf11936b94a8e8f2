import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "@effect/vitest";
import { Effect } from "effect";
import { describe, expect } from "vitest";
import { Gateway, LedgerFile, Simulation } from "@wechat-refund/simulator";
import * as v2 from "./client.ts";
import { body, now, paid, refundPath } from "./client.ts";
import * as v3 from "./clientV3.ts";

const directory = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "ledger-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true })),
);

const start = Effect.fnUntraced(function* (file: string, now: number) {
  return Gateway.make(Simulation.desk(0), { now, ...(yield* LedgerFile.open(file)) });
});

const refund = (gateway: Gateway.Gateway, outRefundNo: string, now: number) => {
  const [{ apiKey, appId, mchId }] = gateway.merchants;
  const fields = {
    appid: appId,
    mch_id: mchId,
    nonce_str: "n",
    out_trade_no: "ORDER-1",
    out_refund_no: outRefundNo,
    total_fee: "100",
    refund_fee: "30",
    notify_url: "http://localhost/notices",
  };
  const clientCertificate = { commonName: mchId };
  return new TextDecoder().decode(
    gateway.handle({ path: refundPath, method: "POST", body: body(fields, apiKey), now, clientCertificate }).body,
  );
};

describe("a ledger in a file", () => {
  it.effect("is what the gateway that is started again remembers", () =>
    Effect.gen(function* () {
      const file = join(yield* directory, "ledger");
      const before = yield* start(file, 0);
      refund(before, "R-1", 1000);
      refund(before, "R-2", 9000);
      // What a process that was killed leaves of a refund that it has not answered.
      appendFileSync(file, '{"mchId":"19');
      const after = yield* start(file, 10_000);
      expect([...after.ledger.rows()]).toEqual([...before.ledger.rows()]);
      // R-1 had its result, and its notice, long ago.
      expect(after.notices.nextAt()).toBe(14_000);
      // The same again is the same refund, and the next one has the next number.
      expect(refund(after, "R-1", 10_000)).toContain([...before.ledger.rows()][0]?.refundId);
      expect(refund(after, "R-4", 10_001)).toContain("SUCCESS");
      expect(refund(after, "R-5", 10_002)).toContain("FAIL");
      expect((yield* start(file, 20_000)).ledger.size()).toBe(3);
    }),
  );

  it.effect("remembers what was made through APIv3, and how it is told", () =>
    Effect.gen(function* () {
      const file = join(yield* directory, "ledger");
      const config = { merchants: [v3.merchant()], orders: [paid] } as const;
      const before = Gateway.make(config, { now, ...(yield* LedgerFile.open(file)) });
      v3.refund(before);
      v2.refund(before, { out_refund_no: "R-2", notify_url: "http://127.0.0.1:9/refunds" });
      expect(readFileSync(file, "utf8").match(/"protocol"/g)).toHaveLength(1);
      const after = Gateway.make(config, { now, ...(yield* LedgerFile.open(file)) });
      expect([...after.ledger.rows()]).toEqual([...before.ledger.rows()]);
      expect(after.notices.all().map(({ form }) => form)).toEqual(["v3", "v2"]);
      expect(v3.json(v3.query(after))).toMatchObject({ out_refund_no: "R-1" });
      const { v3: _, ...plain } = v3.merchant();
      const kept = { now, ...(yield* LedgerFile.open(file)) };
      expect(() => Gateway.make({ ...config, merchants: [plain] }, kept)).toThrow("has no v3 block any more");
    }),
  );

  it.effect("is refused where it is something else, and left as it is", () =>
    Effect.gen(function* () {
      const file = join(yield* directory, "ledger");
      writeFileSync(file, "something else\n");
      expect((yield* Effect.flip(LedgerFile.open(file))).message).toContain("it is something else");
      expect(readFileSync(file, "utf8")).toBe("something else\n");
      expect((yield* Effect.flip(LedgerFile.open(join(file, "x")))).message).toContain("ENOTDIR");
      writeFileSync(file, '{"simulatedRefunds":1}\n{"mchId":1}\n');
      expect((yield* Effect.flip(Simulation.make({ ledger: file }))).message).toContain("line 2 is no refund");
    }),
  );
});
