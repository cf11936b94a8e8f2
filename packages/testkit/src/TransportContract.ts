/**
 * The transport contract: what every adapter promises, as data.
 *
 * Each clause has an id, a sentence and a check; `run` checks them and reports, `@wechat-refund/testkit/TransportSuite` binds them
 * to vitest, and the same list is printed as documentation. No adapter has privileges here, ours neither.
 */
import * as Cause from "effect/Cause";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Result from "effect/Result";
import { Bench, type Conditions, type End } from "./internal/contract/bench.ts";
import type { Clause, ClauseFailed, Need, Subject } from "./internal/contract/clause.ts";
import { type Calls, kinds } from "./internal/contract/calls.ts";
import { fields } from "./internal/contract/fields.ts";
import { identity } from "./internal/contract/identity.ts";
import { lifetime } from "./internal/contract/lifetime.ts";
import { maybeSent } from "./internal/contract/maybeSent.ts";
import { leaving } from "./internal/contract/leaving.ts";
import { notSent } from "./internal/contract/notSent.ts";
import { pooled } from "./internal/contract/pooled.ts";
import { proxied } from "./internal/contract/proxied.ts";
import { seeded } from "./internal/contract/seeded.ts";
import { replies } from "./internal/contract/replies.ts";
import { withoutNetwork } from "./internal/contract/withoutNetwork.ts";
import { written } from "./internal/contract/written.ts";

export type { Bench, Conditions, End } from "./internal/contract/bench.ts";
export type { Calls } from "./internal/contract/calls.ts";
export { type Clause, ClauseFailed, type Need, type Peer, type Subject } from "./internal/contract/clause.ts";
export { type Fault, faults, type Outcome } from "./internal/contract/faults.ts";

export interface Section {
  readonly title: string;
  readonly clauses: ReadonlyArray<Clause>;
}

export const sections: ReadonlyArray<Section> = [
  { title: "Without a network", clauses: withoutNetwork },
  { title: "What is sent", clauses: written },
  { title: "What comes back", clauses: replies },
  { title: "Who is who", clauses: identity },
  { title: "Not sent", clauses: notSent },
  { title: "Maybe sent", clauses: maybeSent },
  { title: "Beginning and end", clauses: lifetime },
  { title: "Through a proxy", clauses: proxied },
  { title: "Kept connections", clauses: pooled },
  { title: "Method and header fields", clauses: fields },
  { title: "Leaving", clauses: leaving },
];

/** What clauses can be checked with: APIv2's calls (XML), and both kinds of APIv3's. */
export const calls: ReadonlyArray<Calls> = kinds;

/** All clauses, in order. */
export const clauses: ReadonlyArray<Clause> = sections.flatMap(({ clauses }) => clauses);

export interface Options {
  /** Default `"fresh"`. */
  readonly connections?: "fresh" | "pooled" | undefined;
  /** The protocol of the servers. Default TLS 1.3. */
  readonly version?: "TLSv1.2" | "TLSv1.3" | undefined;
  /** What is asked: APIv2's XML, or APIv3's JSON or GET, whose replies are signed in their fields. Default XML. */
  readonly calls?: Calls | undefined;
  /** How long a clause waits for what must happen. Default: 30 seconds. */
  readonly patience?: Duration.Input | undefined;
  /** How many posts are made by the clause about what is left behind. Default: 1 000. */
  readonly volume?: number | undefined;
  /** Only these clauses. */
  readonly only?: ReadonlyArray<string> | undefined;
  /** Clauses at once. Default: 4. */
  readonly concurrency?: number | undefined;
  /** Servers then take their time at random, and send in pieces. The same seed makes the same choices for each clause. */
  readonly seed?: string | undefined;
}

const conditions = ({ calls, connections, version, patience, volume, seed }: Options, clause = ""): Conditions => ({
  connections: connections ?? "fresh",
  version: version ?? "TLSv1.3",
  calls: calls ?? "XML",
  patience: Duration.fromInputUnsafe(patience ?? "30 seconds"),
  volume: volume ?? 1_000,
  random: seed === undefined ? undefined : seeded(`${seed} ${clause}`),
});

const known = new Set(clauses.map(({ id }) => id));

const mistaken = (ids: ReadonlyArray<string>): Effect.Effect<void> => {
  const unknown = ids.filter((id) => !known.has(id));
  return unknown.length === 0
    ? Effect.void
    : Effect.die(new RangeError(`there is no clause ${unknown.join(", ")}: clauses are T01 to ${clauses.at(-1)?.id}`));
};

/** Whether the clause can show anything of this subject under these conditions. */
export const applies = (clause: Clause, subject: Subject, options: Options = {}): boolean => {
  const { calls, connections, version } = conditions(options);
  const body: ReadonlyArray<Need> = calls === "GET" ? [] : ["body"];
  const offered: ReadonlyArray<Need> = subject.peer === undefined ? ["network", connections, version, ...body] : [];
  return clause.needs.every((need) => offered.includes(need));
};

/** How one clause went. */
export interface Verdict {
  readonly clause: Clause;
  /** `"declared"`: it does not hold, as the subject says. */
  readonly verdict: "holds" | "fails" | "declared" | "not-applicable";
  /** Why it fails, or the subject's own reason. */
  readonly detail: string | undefined;
  /** How the posts of the check ended. */
  readonly ends: ReadonlyArray<End>;
  /** What printed a secret on the way, whatever the clause is about. */
  readonly leaks: ReadonlyArray<string>;
}

const reasonOf = (cause: Cause.Cause<ClauseFailed>): string => {
  const failure = Cause.findError(cause);
  return Result.isSuccess(failure) ? failure.success.detail : `the check itself broke: ${Cause.pretty(cause)}`;
};

/** Checks one clause. */
export const check = Effect.fnUntraced(function* (
  clause: Clause,
  subject: Subject,
  options: Options = {},
): Effect.fn.Return<Verdict> {
  const bench = new Bench(clause.id, subject, conditions(options, clause.id));
  const verdict = (verdict: Verdict["verdict"], detail?: string): Verdict => ({
    clause,
    verdict,
    detail,
    ends: bench.ends,
    leaks: bench.leaks,
  });
  const declared = subject.cannot?.[clause.id];
  yield* mistaken(Object.keys(subject.cannot ?? {}));
  if (!applies(clause, subject, options)) return verdict("not-applicable");
  const exit = yield* Effect.exit(Effect.scoped(clause.check(bench)));
  if (Exit.isFailure(exit)) {
    return declared === undefined ? verdict("fails", reasonOf(exit.cause)) : verdict("declared", declared);
  }
  return declared === undefined
    ? verdict("holds")
    : verdict("fails", "it is declared as one the subject cannot keep, and holds: take it out of `cannot`");
});

/** Checks the contract: clauses that must be alone first, then the others side by side. */
export const run = Effect.fnUntraced(function* (
  subject: Subject,
  options: Options = {},
): Effect.fn.Return<ReadonlyArray<Verdict>> {
  yield* mistaken(options.only ?? []);
  const wanted = clauses.filter(({ id }) => options.only === undefined || options.only.includes(id));
  const judge = (clause: Clause) => check(clause, subject, options);
  const alone = yield* Effect.forEach(
    wanted.filter(({ alone }) => alone === true),
    judge,
  );
  const together = yield* Effect.forEach(
    wanted.filter(({ alone }) => alone !== true),
    judge,
    // All clauses share the one peer, and one of them counts what reaches it.
    { concurrency: subject.peer === undefined ? (options.concurrency ?? 4) : 1 },
  );
  return [...alone, ...together].sort((a, b) => wanted.indexOf(a.clause) - wanted.indexOf(b.clause));
});

/** The clauses that do not hold, one a line; empty when all do. */
export const complaints = (verdicts: ReadonlyArray<Verdict>): ReadonlyArray<string> => [
  ...verdicts
    .filter(({ verdict }) => verdict === "fails")
    .map(({ clause, detail }) => `${clause.id} ${clause.level} ${clause.title}: ${detail}`),
  ...verdicts.flatMap(({ clause, leaks }) => leaks.map((leak) => `${clause.id}: ${leak} prints a secret`)),
];
