/** Every saboteur against clauses, as pairs. Clauses that must be alone come one after the other. */
import { Saboteurs, TransportContract } from "@wechat-refund/testkit";
import { Effect } from "effect";

type Clause = TransportContract.Clause;

const section = (id: string): ReadonlyArray<Clause> =>
  TransportContract.sections.find(({ clauses }) => clauses.some((clause) => clause.id === id))?.clauses ?? [];

/**
 * The clause's own section, and what it names as kin. Of clauses that hold up all others only its own: `pnpm prove:transport` has
 * every saboteur meet every clause.
 */
export const neighbours = (own: Clause): ReadonlyArray<Clause> =>
  TransportContract.clauses.filter((clause) => {
    if (clause.alone === true) return clause.id === own.id;
    return section(own.id).includes(clause) || own.kin?.includes(clause.id) === true;
  });

export const clauseOf = (saboteur: Saboteurs.Saboteur): Clause => {
  const clause = TransportContract.clauses.find(({ id }) => id === saboteur.clause);
  if (clause === undefined) throw new RangeError(`there is no clause ${saboteur.clause}`);
  return clause;
};

/** The clause itself, where it says anything of these calls. */
export const itself =
  (calls: TransportContract.Calls) =>
  (own: Clause): ReadonlyArray<Clause> =>
    calls === "GET" && own.needs.includes("body") ? [] : [own];

/** What a saboteur's own clause needs. */
const conditionsOf = ({ needs }: Clause, calls: TransportContract.Calls): TransportContract.Options => ({
  calls,
  connections: needs.includes("pooled") ? "pooled" : "fresh",
  version: needs.includes("TLSv1.2") ? "TLSv1.2" : "TLSv1.3",
  volume: 40,
});

/** A saboteur may well hang in its own clause and in its kin; no other clause's verdict may depend on how busy the machine is. */
const patienceFor = (own: Clause, clause: Clause): "8 seconds" | "60 seconds" =>
  clause.id === own.id || own.kin?.includes(clause.id) === true ? "8 seconds" : "60 seconds";

/** For each saboteur, by its clause, the ids of the clauses that it fails. */
export const failures = Effect.fnUntraced(function* (
  clausesFor: (own: Clause) => ReadonlyArray<Clause>,
  calls: TransportContract.Calls = "XML",
): Effect.fn.Return<ReadonlyMap<string, ReadonlyArray<string>>> {
  const failed = new Map<string, Array<string>>(Saboteurs.all.map(({ clause }) => [clause, []]));
  const pairs = Saboteurs.all.flatMap((saboteur) => {
    const own = clauseOf(saboteur);
    return clausesFor(own).map((clause) => ({
      saboteur,
      clause,
      conditions: { ...conditionsOf(own, calls), patience: patienceFor(own, clause) },
    }));
  });
  const judge = ({ saboteur, clause, conditions }: (typeof pairs)[number]) =>
    Effect.map(
      TransportContract.check(clause, { name: saboteur.does, layer: saboteur.layer }, conditions),
      ({ verdict }) => {
        if (verdict === "fails") failed.get(saboteur.clause)?.push(clause.id);
      },
    );
  const isAlone = ({ clause }: (typeof pairs)[number]) => clause.alone === true;
  yield* Effect.forEach(pairs.filter(isAlone), judge, { discard: true });
  const together = pairs.filter((pair) => !isAlone(pair));
  // Its own clause is where a saboteur may hang until patience ends: those come first, and the others are checked meanwhile.
  const isOwn = ({ clause, saboteur }: (typeof pairs)[number]) => clause.id === saboteur.clause;
  yield* Effect.forEach([...together.filter(isOwn), ...together.filter((pair) => !isOwn(pair))], judge, {
    concurrency: 16,
    discard: true,
  });
  // A busy machine may hide a mistake, or make one up: what came out otherwise than it should is looked at again, alone.
  for (const pair of together) {
    const { clause, saboteur } = pair;
    const own = clauseOf(saboteur);
    if (clause.id !== own.id && own.kin?.includes(clause.id) === true) continue;
    const odd = () => (failed.get(own.id)?.includes(clause.id) === true) !== isOwn(pair);
    for (let look = 0; look < 3 && odd(); look++) {
      failed.set(own.id, failed.get(own.id)?.filter((id) => id !== clause.id) ?? []);
      yield* judge(pair);
    }
  }
  return failed;
});
