/**
 * Where a process may die or stand still: named points of what it does, by the numbers of the faults that are to be survived. `doing: stage`
 * is a statement of the store (see `database.ts`), `send:` and `ask:` are a call on the wire, the plain words are the worker's own points.
 */

export interface Point {
  readonly id: string;
  readonly what: string;
  readonly at: ReadonlyArray<string>;
}

export const points: ReadonlyArray<Point> = [
  { id: "C01", what: "before the record is inserted", at: ["start: BEGIN"] },
  {
    id: "C02",
    what: "in its transaction, or its commit not told",
    at: ["start: write", "start: written", "start: COMMIT", "start: committed"],
  },
  { id: "C03", what: "recorded, the caller not answered", at: ["start: answer"] },
  { id: "C04", what: "before the attempt is marked", at: ["granted", "work: BEGIN"] },
  { id: "C05", what: "the attempt marked, nothing sent", at: ["begun"] },
  { id: "C06", what: "while it connects", at: ["send: connect"] },
  { id: "C07", what: "a part of the bytes sent", at: ["send: part"] },
  { id: "C08", what: "all bytes sent", at: ["send: sent"] },
  { id: "C09", what: "half of the reply read", at: ["send: half"] },
  { id: "C10", what: "the reply read, not verified", at: ["send: read"] },
  { id: "C11", what: "verified, not stored", at: ["answered"] },
  { id: "C12", what: "stored, not waiting yet", at: ["stored"] },
  { id: "C13", what: "while it waits", at: ["asleep"] },
  { id: "C14", what: "a query sent, its reply not stored", at: ["ask: sent", "ask: half", "ask: read"] },
  { id: "C15", what: "a notice received, not stored", at: ["notice: BEGIN", "notice: written", "notice: COMMIT"] },
  { id: "C16", what: "a notice stored, not answered", at: ["notice: committed"] },
  { id: "C17", what: "a notice answered, nobody woken", at: ["notice: answer"] },
  { id: "C18", what: "the proof read, before the write", at: ["work: write"] },
  { id: "C19", what: "in the transaction of a result", at: ["work: written", "work: COMMIT"] },
  { id: "C20", what: "a result stored, its event not delivered", at: ["work: committed", "events: committed"] },
  { id: "C21", what: "in the handler of an event", at: ["events: handling", "events: handled", "events: written"] },
  { id: "C24", what: "in a migration of the store", at: ["migrate: write", "migrate: written", "migrate: COMMIT"] },
];

/** C22 is to stand still at any of them; of C23 there is no released version whose store could be read yet. */
const byName: ReadonlyMap<string, string> = new Map(points.flatMap(({ at, id }) => at.map((name) => [name, id])));

export const idOf = (name: string): string | undefined => byName.get(name);
