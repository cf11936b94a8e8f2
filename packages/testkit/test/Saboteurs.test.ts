/** Every clause catches its saboteur, and no saboteur trips over a clause that is not its own or its kin. */
import { Saboteurs, TransportContract } from "@wechat-refund/testkit";
import { Effect } from "effect";
import { beforeAll, describe, expect, it } from "vitest";
import { clauseOf, failures, itself, neighbours } from "./matrix.ts";

it("there is one for every clause", () => {
  const caught = Saboteurs.all.map(({ clause }) => clause).sort();
  expect(caught).toEqual(TransportContract.clauses.map(({ id }) => id).sort());
});

describe("is caught by its own clause, and by no other in its neighbourhood", () => {
  let failed: ReadonlyMap<string, ReadonlyArray<string>> = new Map();
  beforeAll(async () => {
    failed = await Effect.runPromise(failures(neighbours));
  }, 300_000);

  it.each(Saboteurs.all.map((saboteur) => [saboteur.clause, saboteur.does, saboteur] as const))(
    "%s: %s",
    (id, _does, saboteur) => {
      const { kin = [] } = clauseOf(saboteur);
      const caughtBy = failed.get(id) ?? [];
      expect(caughtBy).toContain(id);
      expect(caughtBy.filter((other) => other !== id && !kin.includes(other))).toEqual([]);
    },
  );
});

describe.each(["JSON", "GET"] as const)("over %s calls", (calls) => {
  it("each is caught by its own clause", { timeout: 300_000 }, async () => {
    const failed = await Effect.runPromise(failures(itself(calls), calls));
    const asked = Saboteurs.all.filter((saboteur) => itself(calls)(clauseOf(saboteur)).length > 0);
    expect(asked.filter(({ clause }) => failed.get(clause)?.includes(clause) !== true)).toEqual([]);
    expect(asked.length).toBe(Saboteurs.all.length - (calls === "GET" ? 5 : 0));
  });
});
