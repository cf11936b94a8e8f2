/**
 * Ten thousand requests made from the service's OpenAPI document, each answer held to it: no defect, no answer that is not described.
 *
 * `npx --yes pnpm@12 prove:api [requests] [seed]`.
 */
import { Effect } from "effect";
import { type Document, known, run } from "../support/conformance.ts";
import { hooksFile, newSecret } from "../support/receiver.ts";
import { refundOf, start } from "../support/service.ts";

const [count = "10000", seed = String(Date.now() % 2 ** 31)] = process.argv.slice(2);

const program = Effect.gen(function* () {
  const hooks = yield* hooksFile([{ name: "erp", url: "http://127.0.0.1:9/", secret: newSecret() }]);
  const { api, ask, logged, token } = yield* start({ service: { webhooks: { file: hooks.file } } });
  const document = (yield* ask("GET", "/openapi.json")).body as unknown as Document;
  for (let n = 0; n < 20; n++) yield* ask("POST", "/v1/refunds", { body: refundOf(n) });
  const all = yield* token({ name: "every" });
  const reader = yield* token({ name: "reader", merchants: ["kiosk"], rights: ["read"] });
  console.log(`${count} requests, seed ${seed}`);
  const seen = yield* Effect.promise(() =>
    run(api, document, {
      count: Number(count),
      seed: Number(seed),
      known,
      tokens: [...Array<string>(18).fill(all), reader, undefined],
    }),
  );
  for (const [key, times] of [...seen].sort(([a], [b]) => (a < b ? -1 : 1))) console.log(`${key}: ${times}`);
  const defects = logged.filter((line) => line.includes("defect"));
  console.log(`${seen.size} kinds of answers, all as the document says; defects: ${defects.length}`);
  if (defects.length > 0) throw new Error(`the log tells of defects: ${defects[0]}`);
});

await Effect.runPromise(Effect.scoped(program));
