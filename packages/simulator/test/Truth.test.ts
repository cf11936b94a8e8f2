import { it } from "@effect/vitest";
import { Effect } from "effect";
import { describe, expect } from "vitest";
import { Chaos } from "@wechat-refund/simulator";
import { prove, type Setting } from "./truth.ts";

/** The whole of it is `scripts/prove-truth.ts`: 10 000 refunds through each. */
const settings: ReadonlyArray<Pick<Setting, "adapter" | "connections" | "protocol">> = [
  { adapter: "node-https", connections: "fresh", protocol: "HMAC-SHA256" },
  { adapter: "undici", connections: "pooled", protocol: "MD5" },
  { adapter: "node-https", connections: "pooled", protocol: "v3 certificates" },
];

describe("500 refunds where one call in ten goes wrong", () => {
  it.live.each(settings)(
    "$adapter, $connections, $protocol: one row a number, and every word about a call is true",
    (setting) =>
      Effect.gen(function* () {
        const seed = process.env["TRUTH_SEED"] ?? String(Date.now());
        console.log(`truth: seed ${seed}, ${setting.adapter}`);
        const report = yield* prove({ ...setting, refunds: 500, rate: 0.1, seed });
        expect(report.untruths, `seed ${seed}`).toEqual([]);
        expect([report.rows, report.open], `seed ${seed}`).toEqual([500, 0]);
        expect(Object.keys(report.faults).length, "kinds of fault met").toBeGreaterThan(Chaos.usualKinds.length / 2);
        expect(report.said["unknown"]).toBeGreaterThan(10);
      }),
  );
});
