/** What is answered is what the OpenAPI document says; `pnpm prove:api` makes ten thousand requests of this kind. */
import { it } from "@effect/vitest";
import { Effect } from "effect";
import { expect } from "vitest";
import { type Document, known, run } from "./support/conformance.ts";
import { hooksFile, newSecret } from "./support/receiver.ts";
import { refundOf, start } from "./support/service.ts";

it.live("answers three hundred requests that are made from its document as the document says", () =>
  Effect.gen(function* () {
    const hooks = yield* hooksFile([{ name: "erp", url: "http://127.0.0.1:9/", secret: newSecret() }]);
    const { api, ask, token } = yield* start({ service: { webhooks: { file: hooks.file } } });
    const document = (yield* ask("GET", "/openapi.json")).body as unknown as Document;
    for (let n = 0; n < 5; n++) yield* ask("POST", "/v1/refunds", { body: refundOf(n) });
    const all = yield* token({ name: "every" });
    const reader = yield* token({ name: "reader", merchants: ["kiosk"], rights: ["read"] });
    const seen = yield* Effect.promise(() =>
      run(api, document, {
        count: 300,
        known,
        tokens: [...Array<string>(18).fill(all), reader, undefined],
      }),
    );
    const answers = new Set([...seen.keys()].map((key) => key.split(" ")[1]));
    for (const status of ["200", "401", "404", "422"]) expect(answers, status).toContain(status);
  }),
);
