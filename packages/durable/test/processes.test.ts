/** Real processes over both databases, killed and stopped while they work: `pnpm prove:durable` in short. */
import { join } from "node:path";
import { it } from "@effect/vitest";
import { Effect, Redacted } from "effect";
import { describe, expect } from "vitest";
import { Arena, type Settings } from "./prove/arena.ts";
import { kills, stops } from "./prove/parts.ts";
import { directory } from "./support/files.ts";
import { database, isInstalled, sayIfSkipped } from "./support/Postgres.ts";

sayIfSkipped("the processes that share a store on PostgreSQL");

const arena = (settings: Pick<Settings, "name" | "store" | "processes" | "merchants" | "adapter">) =>
  Effect.gen(function* () {
    const said: Array<string> = [];
    const made = yield* Effect.acquireRelease(
      Effect.promise(() =>
        Arena.make({
          ...settings,
          refunds: 200,
          lease: "1 second",
          seed: "short",
          faults: 0,
          lateMillis: 100,
          log: (line) => void said.push(line),
        }),
      ),
      (made) => Effect.promise(() => made.end()),
    );
    return (name: string, act: Parameters<Arena["part"]>[1]) =>
      Effect.promise(async () => {
        const { wrong } = await made.part(name, act);
        expect(wrong, said.join("\n")).toEqual([]);
      });
  });

/** One that dies between the begin of a send and its first byte sends it a minute later: so long the gateway wants between an order's. */
const patience = 200_000;

describe.concurrent("processes", () => {
  it.live(
    "one over a file is killed: each refund is made once, and told of",
    () =>
      Effect.gen(function* () {
        const file = join(yield* directory, "refunds.db");
        const part = yield* arena({ name: "SQLite", store: { file }, processes: 1, merchants: 1, adapter: "undici" });
        yield* part("killed", kills(1, 20));
      }),
    patience,
  );

  it.live.skipIf(!isInstalled)(
    "of two over a server one is killed and one stopped for longer than its lease",
    () =>
      Effect.gen(function* () {
        const { url } = yield* database;
        const store = { url: Redacted.value(url) };
        const part = yield* arena({ name: "PostgreSQL", store, processes: 2, merchants: 2, adapter: "node:https" });
        yield* part("killed and stopped", async (scene) => {
          const killed = await kills(1, 20)(scene);
          return `${killed}, ${await stops(1, 1500, 20)(scene)}`;
        });
      }),
    patience,
  );
});
