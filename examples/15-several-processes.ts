/**
 * Three processes on one PostgreSQL: refunds of two merchants are recorded in one, made by whichever has the merchant's lease, and one of the
 * three is killed on the way. Each refund is made once.
 *
 * Needs: WECHAT_REFUND_DATABASE=postgres://user:password@host/database, an empty one.
 * Run:   npx --yes pnpm@12 node examples/15-several-processes.ts
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import * as NodeRuntime from "@effect/platform-node/NodeRuntime";
import { NodeHttpsTransport } from "@wechat-refund/adapter-node-https";
import { Merchants } from "@wechat-refund/core";
import { Durable, Refunds } from "@wechat-refund/durable";
import { ClientCertificate, TransportSettings } from "@wechat-refund/mutual-tls";
import { Gateway, Server } from "@wechat-refund/simulator";
import { Console, Effect, Layer, Redacted } from "effect";

const shops = ["1900000109", "1900000209"].map((mchId, n) => ({
  appId: "wx8888888888888888",
  mchId,
  apiKey: `TestKey000000000000000000000000${n}`,
}));
const count = 40;

/** What a worker needs to know: where the gateway is, and each merchant's certificate. */
interface Told {
  readonly url: string;
  readonly caPem: string;
  readonly certificates: ReadonlyArray<{ readonly certificatePem: string; readonly privateKeyPem: string }>;
}

/** The store, and the merchants whose refunds it keeps. */
const store = ({ caPem, certificates, url }: Told, worker?: false) =>
  Durable.layerConfig({ worker }).pipe(
    Layer.provide(
      Merchants.layer(
        shops.map(({ apiKey, ...shop }, n) => ({
          name: shop.mchId,
          v2: {
            ...shop,
            apiKey: Redacted.make(apiKey),
            endpoint: url,
            transport: Layer.unwrap(
              Effect.gen(function* () {
                const { certificatePem, privateKeyPem } = certificates[n] ?? { certificatePem: "", privateKeyPem: "" };
                const certificate = yield* ClientCertificate.fromPem({
                  certificate: certificatePem,
                  privateKey: privateKeyPem,
                });
                return NodeHttpsTransport.layer(TransportSettings.make({ certificate, trust: { ca: [caPem] } }));
              }),
            ),
          },
        })),
      ),
    ),
  );

/** A process that does nothing but work; SIGTERM lets it finish what is under way. */
const work = (told: Told) => Layer.launch(store(told));

const start = (told: Told): ChildProcess =>
  fork(fileURLToPath(import.meta.url), ["work", JSON.stringify(told)], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });

const program = Effect.gen(function* () {
  const [first, ...others] = shops;
  if (first === undefined) return;
  const gateway = Gateway.make({
    merchants: [first, ...others],
    // They stay accepted: how they go on is another story.
    course: [],
    orders: shops.flatMap(({ mchId }) =>
      Array.from({ length: count }, (_, n) => ({
        mchId,
        transactionId: `42${mchId}${n}`,
        outTradeNo: `T-${n}`,
        totalFee: 100,
        paidAt: Date.now(),
      })),
    ),
  });
  const { caPem, identities, url } = yield* Server.make(gateway);
  const told: Told = { url, caPem, certificates: [identities.merchantA, identities.merchantB] };
  const workers = yield* Effect.acquireRelease(
    Effect.sync(() => [start(told), start(told), start(told)]),
    (all) =>
      Effect.promise(() =>
        Promise.all(
          all.map((worker) => {
            if (worker.exitCode !== null || worker.signalCode !== null) return undefined;
            worker.kill("SIGTERM");
            return once(worker, "exit");
          }),
        ),
      ),
  );
  yield* Effect.gen(function* () {
    const refunds = yield* Refunds.Refunds;
    for (const { mchId } of shops) {
      for (let n = 0; n < count; n++) {
        const request = { order: { outTradeNo: `T-${n}` }, outRefundNo: `R-${n}`, totalFee: 100, refundFee: 30 };
        yield* refunds.start(mchId, request);
      }
    }
    yield* Console.log(`recorded ${count * shops.length} refunds of ${shops.length} merchants`);
    while (gateway.ledger.size() < count / 2) yield* Effect.sleep("20 millis");
    workers[0]?.kill("SIGKILL");
    yield* Console.log("killed one of three");
    let open = count * shops.length;
    while (open > 0) {
      yield* Effect.sleep("200 millis");
      const totals = yield* refunds.totals;
      open = totals.reduce(
        (sum, { count, truth }) => sum + (truth === "Recorded" || truth === "Unknown" ? count : 0),
        0,
      );
    }
    for (const { count, mchId, truth } of yield* refunds.totals) yield* Console.log(`${mchId}: ${count} are ${truth}`);
  }).pipe(Effect.provide(store(told, false)));
  yield* Console.log(`refunds at the gateway: ${gateway.ledger.size()}`);
});

const [mode, told] = process.argv.slice(2);
if (mode === "work" && told !== undefined) work(JSON.parse(told) as Told).pipe(NodeRuntime.runMain);
else program.pipe(Effect.scoped, NodeRuntime.runMain);
