/** What a process still holds of a request once it was answered: run by `kept.test.ts`, with `--expose-gc`. */
import { text } from "node:stream/consumers";
import { getHeapSnapshot } from "node:v8";
import { Effect } from "effect";
import * as Support from "./support.ts";

const strings = Effect.promise(async (): Promise<ReadonlyArray<string>> => {
  globalThis.gc?.();
  return (JSON.parse(await text(getHeapSnapshot())) as { readonly strings: ReadonlyArray<string> }).strings;
});

/** The first of several requests opens the connection, which is kept. */
const held = Effect.fnUntraced(function* (adapter: (typeof Support.adapters)[number][1]) {
  const server = yield* Support.serve((socket, seen) => {
    seen.requests.length = 0;
    Support.ok(socket, seen);
  });
  const { send } = yield* adapter.make(yield* Support.settings({ connections: "pooled" }));
  const mark = `signature-${process.hrtime.bigint()}`;
  const get = (value: string) =>
    send({ method: "GET", url: `https://localhost:${server.port}/`, headers: { Authorization: value } });
  // Put together where it is used, so that nothing else holds it.
  yield* get(`${mark}-of-the-first`);
  for (let n = 0; n < 5; n += 1) yield* get("another");
  const found = (yield* strings).filter((text) => text.includes(`${mark}-`));
  return { connections: server.connections, found: found.length };
});

for (const [name, adapter] of Support.adapters) {
  const { connections, found } = await Effect.runPromise(Effect.scoped(held(adapter)));
  console.log(`${name}: ${connections} connection, ${found} copies`);
}
