/**
 * What a database must do to hold refunds, as cases that any runner turns into tests: the same for every database, with what it can as
 * capabilities. A case dies with an `AssertionError` where the store does not do what it must.
 */
import * as Effect from "effect/Effect";
import type { Case, Subject } from "../internal/suite/case.ts";
import { delivering } from "../internal/suite/delivering.ts";
import { fencing } from "../internal/suite/fencing.ts";
import { listing } from "../internal/suite/listing.ts";
import { migrating } from "../internal/suite/migrating.ts";
import { reconciling } from "../internal/suite/reconciling.ts";
import { starting } from "../internal/suite/starting.ts";
import { telling } from "../internal/suite/telling.ts";
import { transactions } from "../internal/suite/transactions.ts";

export type { Case, Limited, Need, Place, Subject } from "../internal/suite/case.ts";

export interface Section {
  readonly title: string;
  readonly cases: ReadonlyArray<Case>;
}

export const sections: ReadonlyArray<Section> = [
  { title: "Recording a refund", cases: starting },
  { title: "Who may write", cases: fencing },
  { title: "Events and totals", cases: telling },
  { title: "Finding refunds", cases: listing },
  { title: "The books", cases: reconciling },
  { title: "Messages to webhooks", cases: delivering },
  { title: "The caller's transaction", cases: transactions },
  { title: "The form of the store", cases: migrating },
];

/** All cases, in order. */
export const cases: ReadonlyArray<Case> = sections.flatMap(({ cases }) => cases);

/** Whether a database can do what a case needs. */
export const applies = ({ needs = [] }: Case, { hasRoles = false, sharedByProcesses }: Subject): boolean =>
  needs.every((need) => (need === "processes" ? sharedByProcesses : hasRoles));

/** Runs a case in a database of its own. */
export const run = ({ run }: Case, subject: Subject): Effect.Effect<void, unknown> => Effect.scoped(run(subject));
