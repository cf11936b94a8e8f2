/** The bytes of a refund and of a query on the wire, one by one: only the port of the server is left out. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "@effect/vitest";
import { Merchant, RefundClient, Transport } from "@wechat-refund/core";
import { Effect, Layer, Redacted } from "effect";
import * as Support from "./support.ts";

type Written = Readonly<Record<"refund" | "refundquery", string>>;
const golden = JSON.parse(readFileSync(new URL("golden.json", import.meta.url), "utf8")) as Readonly<
  Record<string, Readonly<Record<string, Written>>>
>;

const merchant = Merchant.layer({
  appId: "wx8888888888888888",
  mchId: "1900000109",
  apiKey: Redacted.make("192006250b4c09247ec02edce69f6a2d"),
  signType: "MD5",
});

const request = {
  order: { outTradeNo: "1415757673" },
  outRefundNo: "R-1415701182_01",
  totalFee: 100,
  refundFee: 1,
  refundDesc: "商品已售完 & more",
};

for (const [name, adapter] of Support.adapters) {
  for (const connections of ["fresh", "pooled"] as const) {
    describe(`${name}, ${connections}`, () => {
      it.live("writes the same bytes as ever", () =>
        Effect.gen(function* () {
          const server = yield* Support.serve(Support.ok);
          const transport = yield* adapter.make(yield* Support.settings({ connections }));
          const client = yield* RefundClient.make.pipe(
            Effect.provide(Layer.merge(merchant, Layer.succeed(Transport.Transport, transport))),
          );
          // The reply is no answer to them; they were written all the same.
          yield* Effect.all([
            Effect.flip(client.refund(request)),
            Effect.flip(client.query({ outRefundNo: request.outRefundNo })),
          ]).pipe(Effect.provideService(RefundClient.Endpoint, `https://localhost:${server.port}`));
          const written = server.requests.map((text) => text.replaceAll(`:${server.port}`, ":PORT"));
          const { refund, refundquery } = golden[name]?.[connections] ?? {};
          expect(written).toEqual([refund, refundquery]);
          expect(server.bytes).toBe(server.requests.join("").length);
          expect(server.connections).toBe(connections === "fresh" ? 2 : 1);
        }).pipe(Effect.provideService(RefundClient.Nonce, Effect.succeed("5K8264ILTKCH16CQ2502SI8ZNMTM67VS"))),
      );
    });
  }
}
