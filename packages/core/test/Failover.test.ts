/** Where the next post goes, on a clock that somebody sets meanwhile. */
import { assert, describe, it } from "@effect/vitest";
import { Effect, Layer } from "effect";
import { TestClock } from "effect/testing";
import { Failover, Merchant, Operation, RefundClient, Transport } from "../src/index.ts";
import { Replies, TransportStub } from "../src/testing/index.ts";
import { jumping } from "./support/paced.ts";
import { merchantWith, request } from "./support/story.ts";

const merchant = merchantWith();
const transportError = (reason: Transport.Reason) => new Transport.TransportError({ reason });
const refused = transportError(new Transport.Unreachable({ detail: "refused" }));
const lost = transportError(new Transport.ConnectionLost({ detail: "reset" }));
const accepted = Replies.accepted(merchant, request);

const clientOver = (transport: Layer.Layer<Transport.Transport>) =>
  RefundClient.layer.pipe(Layer.provide([Merchant.layer(merchant), transport]));

describe("Failover", () => {
  it.effect("goes to the backup host after a miss, and back after three minutes", () =>
    jumping(
      Effect.gen(function* () {
        const hosts: Array<string> = [];
        const down = new Set<string>(["api.mch.weixin.qq.com"]);
        const inner = TransportStub.reply((post) => {
          const { hostname } = new URL(post.url);
          hosts.push(hostname);
          return down.has(hostname) ? Effect.fail(refused) : accepted;
        });
        const client = clientOver(Failover.layer().pipe(Layer.provide(inner)));
        yield* Effect.gen(function* () {
          const { refund } = yield* RefundClient.RefundClient;
          const attempt = Effect.exit(refund(request));
          yield* attempt; // main, missed
          yield* attempt; // backup
          yield* TestClock.adjust("179 seconds");
          yield* attempt; // still backup
          down.clear();
          yield* TestClock.adjust("2 seconds");
          yield* attempt; // main again
          down.add("api.mch.weixin.qq.com").add("api2.mch.weixin.qq.com");
          yield* attempt; // main, missed
          yield* attempt; // backup, missed
          yield* attempt; // main
        }).pipe(Effect.provide(client));
        assert.deepStrictEqual(
          hosts.map((host) =>
            host === "api.mch.weixin.qq.com" ? "main" : host === "api2.mch.weixin.qq.com" ? "backup" : host,
          ),
          ["main", "backup", "backup", "main", "main", "backup", "main"],
        );
      }),
    ),
  );

  it.effect("does not change over for a reply that was lost, nor touch other origins", () =>
    Effect.gen(function* () {
      const urls: Array<string> = [];
      const inner = TransportStub.reply((post) => {
        urls.push(post.url);
        return Effect.fail(lost);
      });
      const client = clientOver(Failover.layer().pipe(Layer.provide(inner)));
      yield* Effect.gen(function* () {
        const { refund } = yield* RefundClient.RefundClient;
        yield* Effect.exit(refund(request));
        yield* Effect.exit(refund(request));
        yield* Effect.exit(refund(request).pipe(Effect.provideService(RefundClient.Endpoint, "https://localhost:1")));
      }).pipe(Effect.provide(client));
      assert.deepStrictEqual(
        urls.map((url) => new URL(url).origin),
        [Operation.mainEndpoint, Operation.mainEndpoint, "https://localhost:1"],
      );
    }),
  );

  it.effect("takes addresses as they are written, and nothing with which it would never change over", () =>
    Effect.gen(function* () {
      const urls: Array<string> = [];
      const inner = TransportStub.reply((post) => {
        urls.push(post.url);
        return Effect.fail(refused);
      });
      const written = { main: "https://API.mch.weixin.qq.com/", backup: "https://api2.mch.weixin.qq.com/" };
      const client = clientOver(Failover.layer(written).pipe(Layer.provide(inner)));
      yield* Effect.gen(function* () {
        const { refund } = yield* RefundClient.RefundClient;
        yield* Effect.exit(refund(request));
        yield* Effect.exit(refund(request));
      }).pipe(Effect.provide(client));
      assert.deepStrictEqual(
        urls,
        [Operation.mainEndpoint, Failover.backupEndpoint].map((origin) => `${origin}/secapi/pay/refund`),
      );
      for (const [name, value] of Object.entries({ main: "api.mch.weixin.qq.com", backup: "", failures: 0, stay: 0 })) {
        assert.throws(() => Failover.layer({ [name]: value }), RangeError, name);
      }
    }),
  );
});
