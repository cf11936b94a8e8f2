/**
 * Whether a store is as it should be: what must hold of its rows whatever has happened, asked of the database and of every row. It only
 * reads. A finding is a defect or a hand that changed rows; none is mended here.
 */
import { isFinal } from "@wechat-refund/core/RefundProgress";
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import type { SqlError } from "effect/sql/SqlError";
import type { Fragment } from "effect/sql/Statement";
import { fingerprint } from "./Frozen.ts";
import type { Database } from "./internal/database.ts";
import { proofsFloor } from "./internal/names.ts";
import { numberOf, type Raw, rowOf } from "./internal/row.ts";
import { columns, RefundStore } from "./RefundStore.ts";

/** What must hold, and where it does not. */
export interface Finding {
  readonly rule: string;
  /** Refund numbers, the first few of them. */
  readonly refunds: ReadonlyArray<string>;
  readonly count: number;
}

export interface Checked {
  readonly refunds: number;
  readonly rules: number;
  readonly findings: ReadonlyArray<Finding>;
}

interface Rule {
  readonly name: string;
  /** Selects `number` for each refund that breaks it. */
  readonly broken: (database: Database) => Fragment;
}

/** Tables whose rows get their ids from the database. */
const given = ["refunds", "refund_history", "refund_proofs", "refund_differences", "refund_deliveries"];

const rules: ReadonlyArray<Rule> = [
  {
    name: "what is not over is looked at again",
    broken: ({ sql, tables: { refunds } }) =>
      sql`SELECT out_refund_no AS number FROM ${refunds} WHERE truth IN ('Recorded', 'Unknown', 'Accepted') AND due_at IS NULL`,
  },
  {
    name: "what is over is not looked at, and no call of it is under way",
    broken: ({ sql, tables: { refunds } }) =>
      sql`SELECT out_refund_no AS number FROM ${refunds} WHERE truth NOT IN ('Recorded', 'Unknown', 'Accepted')
        AND (due_at IS NOT NULL OR owner IS NOT NULL)`,
  },
  {
    name: "a refund is at most its order's amount",
    broken: ({ sql, tables: { refunds } }) =>
      sql`SELECT out_refund_no AS number FROM ${refunds} WHERE refund_fee > total_fee OR refund_fee < 1`,
  },
  {
    name: "the refunds of an order that were accepted are at most its amount",
    broken: ({ sql, tables: { refunds } }) =>
      sql`SELECT MIN(out_refund_no) AS number FROM ${refunds} WHERE truth IN ('Accepted', 'Succeeded')
        GROUP BY mch_id, sub_mch_id, order_no HAVING SUM(refund_fee) > MAX(total_fee)`,
  },
  {
    name: "the history counts 1, 2, 3 … and ends where the refund is",
    broken: ({ sql, tables: { history, refunds } }) =>
      sql`SELECT r.out_refund_no AS number FROM ${refunds} AS r LEFT JOIN
        (SELECT refund, COUNT(*) AS lines, MIN(seq) AS first, MAX(seq) AS last FROM ${history} GROUP BY refund) AS h ON h.refund = r.id
        WHERE h.refund IS NULL OR h.lines <> r.seq OR h.first <> 1 OR h.last <> r.seq`,
  },
  {
    name: "each line of a history and each proof is a refund's",
    broken: ({ names, sql, tables: { refunds } }) =>
      sql`SELECT DISTINCT 'row ' || o.refund AS number FROM (${sql.literal(
        [names.history, names.of("refund_proofs")].map((of) => `SELECT refund FROM ${of}`).join(" UNION ALL "),
      )}) AS o WHERE NOT EXISTS (SELECT 1 FROM ${refunds} AS r WHERE r.id = o.refund)`,
  },
  {
    name: "the ids that a server gives come after those that are there",
    // As where the server is a copy that took over the rows and not the sequences: what is recorded or written then is refused.
    broken: ({ names, pg, sql, table }) => {
      if (!pg) return sql`SELECT '' AS number WHERE 1 = 0`;
      const parts = given.map((of) => {
        const [named, whole] = [sql.literal(`'${of}'`), sql.literal(`'${names.of(of)}'`)];
        return sql`SELECT ${named} AS number WHERE (SELECT MAX(id) FROM ${table(of)}) > (SELECT COALESCE(last_value, 0) FROM pg_sequences
          WHERE schemaname || '.' || sequencename = pg_get_serial_sequence(${whole}, 'id')
          AND has_sequence_privilege(pg_get_serial_sequence(${whole}, 'id'), 'SELECT'))`;
      });
      return parts.reduce((all, part) => sql`${all} UNION ALL ${part}`);
    },
  },
  {
    name: "the last line of the history says what the refund is",
    broken: ({ sql, tables: { history, refunds } }) =>
      sql`SELECT r.out_refund_no AS number FROM ${refunds} AS r JOIN ${history} AS h ON h.refund = r.id AND h.seq = r.seq
        WHERE h.truth <> r.truth OR COALESCE(h.block, '') <> COALESCE(r.block, '')`,
  },
  {
    name: "each line of the history begins where the one before ended",
    broken: ({ sql, tables: { history, refunds } }) =>
      sql`SELECT r.out_refund_no AS number FROM ${history} AS h JOIN ${history} AS b ON b.refund = h.refund AND b.seq = h.seq - 1
        JOIN ${refunds} AS r ON r.id = h.refund
        WHERE b.truth <> h.from_truth OR COALESCE(b.block, '') <> COALESCE(h.from_block, '')`,
  },
  {
    name: "final is for ever",
    broken: ({ sql, tables: { history, refunds } }) =>
      sql`SELECT DISTINCT r.out_refund_no AS number FROM ${history} AS h JOIN ${refunds} AS r ON r.id = h.refund
        WHERE h.from_truth IN ('Succeeded', 'Closed', 'Rejected', 'Resolved') AND h.truth <> h.from_truth`,
  },
  {
    name: "accepted is never taken back",
    broken: ({ sql, tables: { history, refunds } }) =>
      sql`SELECT DISTINCT r.out_refund_no AS number FROM ${history} AS h JOIN ${refunds} AS r ON r.id = h.refund
        WHERE h.from_truth = 'Accepted' AND h.truth IN ('Recorded', 'Unknown', 'Rejected', 'NotMade')`,
  },
  {
    name: "a success and a closing are proved by a signed reply that is kept, or was",
    broken: ({ sql, table, tables: { consumers, history, refunds } }) =>
      sql`SELECT r.out_refund_no AS number FROM ${refunds} AS r WHERE r.truth IN ('Succeeded', 'Closed')
        AND NOT EXISTS (SELECT 1 FROM ${table("refund_proofs")} AS p WHERE p.refund = r.id)
        AND r.updated_at > (SELECT COALESCE(MIN(at), 0) FROM ${table("refund_proofs")})
        AND (SELECT MIN(h.at) FROM ${history} AS h WHERE h.refund = r.id AND h.truth = r.truth) >=
          (SELECT COALESCE(MAX(position), 0) FROM ${consumers} WHERE name = ${sql.literal(`'${proofsFloor}'`)})`,
  },
  {
    name: "a number that was removed is not used again",
    broken: ({ sql, table, tables: { refunds } }) =>
      sql`SELECT r.out_refund_no AS number FROM ${refunds} AS r JOIN ${table("refund_pruned")} AS p
        ON p.mch_id = r.mch_id AND p.sub_mch_id = r.sub_mch_id AND p.out_refund_no = r.out_refund_no`,
  },
  {
    name: "a later line of a refund's history has a later position",
    broken: ({ sql, tables: { history, refunds } }) =>
      sql`SELECT DISTINCT r.out_refund_no AS number FROM ${history} AS h JOIN ${history} AS b ON b.refund = h.refund AND b.seq < h.seq
        JOIN ${refunds} AS r ON r.id = h.refund WHERE h.position <= b.position`,
  },
  {
    name: "the totals are those of the rows",
    broken: ({ sql, table, tables: { history, refunds } }) =>
      // Only what has its position is in the totals; without a change that waits for one they must agree.
      sql`SELECT t.mch_id AS number FROM (
          SELECT mch_id, sub_mch_id, currency, truth, block, count, amount FROM ${table("refund_totals")}
          UNION ALL SELECT mch_id, sub_mch_id, currency, truth, COALESCE(block, ''), -1, -refund_fee FROM ${refunds}
        ) AS t WHERE NOT EXISTS (SELECT 1 FROM ${history} WHERE changed AND position IS NULL)
        GROUP BY t.mch_id, t.sub_mch_id, t.currency, t.truth, t.block HAVING SUM(t.count) <> 0 OR SUM(t.amount) <> 0`,
  },
  {
    name: "a day of the books that was compared says what was found",
    broken: ({ sql, table }) =>
      sql`SELECT day AS number FROM ${table("refund_reconciliations")} WHERE state IN ('asking', 'done')
        AND (totals IS NULL OR lines IS NULL OR whole IS NULL OR compared_at IS NULL)`,
  },
  {
    name: "a day of the books keeps as many differences as it says",
    broken: ({ sql, table }) =>
      sql`SELECT c.day AS number FROM ${table("refund_reconciliations")} AS c WHERE c.kept > c.differences
        OR c.kept <> (SELECT COUNT(*) FROM ${table("refund_differences")} AS d WHERE d.mch_id = c.mch_id AND d.day = c.day)`,
  },
  {
    name: "what differs on a day of the books that is done was asked for",
    broken: ({ sql, table }) =>
      sql`SELECT d.out_refund_no AS number FROM ${table("refund_differences")} AS d JOIN ${table("refund_reconciliations")} AS c
        ON c.mch_id = d.mch_id AND c.day = d.day WHERE c.state = 'done' AND (d.asked_at IS NULL OR d.agrees_with IS NULL)`,
  },
  {
    name: "a day of the books that is over is nobody's, and nothing of it waits",
    broken: ({ sql, table }) =>
      sql`SELECT day AS number FROM ${table("refund_reconciliations")} WHERE (state IN ('done', 'lost') AND (owner IS NOT NULL OR due_at IS NOT NULL))
        OR (state = 'done') <> (position IS NOT NULL) OR (state IN ('waiting', 'asking') AND due_at IS NULL)`,
  },
  {
    name: "a message to a webhook that waits has its time, and one that ended has none",
    broken: ({ sql, table }) =>
      sql`SELECT message AS number FROM ${table("refund_deliveries")} WHERE (state = 'pending') <> (due_at IS NOT NULL)
        OR (state = 'pending') <> (ended_at IS NULL) OR state NOT IN ('pending', 'delivered', 'dead')`,
  },
  {
    name: "a message to a webhook is of an event that its endpoint was told",
    broken: ({ sql, table }) =>
      sql`SELECT d.message AS number FROM ${table("refund_deliveries")} AS d JOIN ${table("refund_endpoints")} AS e ON e.name = d.endpoint
        WHERE d.position > CASE d.source WHEN 'refund' THEN e.position ELSE e.books_position END`,
  },
];

const shown = 10;
const page = 500;

/** What is wrong with the columns of a row, seen beside what they are made from. */
const contradiction = (raw: Raw): string | undefined => {
  const read = rowOf(raw);
  if (Result.isFailure(read)) return `its ${read.failure.part} can be read, and is the one that was recorded`;
  const { frozen, progress } = read.success;
  if (raw["truth"] !== progress.truth || (raw["block"] ?? undefined) !== progress.block?.cause) {
    return "its truth and block are those of its progress";
  }
  if (read.success.fingerprint !== fingerprint(frozen)) return "its fingerprint is that of its request";
  if (isFinal(progress) && progress.open !== undefined) return "no call of what is over is open";
  return undefined;
};

/** SQLite's own number for a file in which one part contradicts another. */
export const isMalformed = ({ reason: { cause } }: SqlError): boolean =>
  cause instanceof Error && "errcode" in cause && typeof cause.errcode === "number" && (cause.errcode & 0xff) === 11;

/**
 * How much SQLite finds broken in its file, and no row tells: where a backup was put back beside the log of the store that it replaced,
 * SQLite makes one of the two, in which refunds are found one way and not the other. A server looks after its files itself.
 */
export const damage = ({ pg, sql }: Database): Effect.Effect<number, SqlError> =>
  pg
    ? Effect.succeed(0)
    : sql<Raw>`PRAGMA integrity_check`.pipe(
        Effect.map((raws) => raws.filter((raw) => raw["integrity_check"] !== "ok").length),
        Effect.catchIf(isMalformed, () => Effect.succeed(1)),
      );

/** Asks everything; reads every row once. */
export const check: Effect.Effect<Checked, SqlError, RefundStore> = Effect.gen(function* () {
  const { database } = yield* RefundStore;
  const { now: clock, sql, tables } = database;
  const findings: Array<Finding> = [];
  const broken = yield* damage(database);
  // What its rows say then is not to be relied on.
  if (broken > 0) {
    const finding = { rule: "SQLite finds nothing broken in the file", refunds: [], count: broken };
    return { refunds: 0, rules: rules.length + 5, findings: [finding] };
  }
  for (const { broken, name } of rules) {
    const raws = yield* sql<Raw>`SELECT number FROM (${broken(database)}) AS b ORDER BY number`;
    if (raws.length === 0) continue;
    findings.push({
      rule: name,
      refunds: raws.slice(0, shown).map((raw) => String(raw["number"])),
      count: raws.length,
    });
  }
  const found = new Map<string, { refunds: Array<string>; count: number }>();
  let after = 0;
  let refunds = 0;
  const now = yield* clock;
  for (;;) {
    const raws = yield* sql<Raw>`SELECT ${sql.literal(columns)}, truth, block, ${now} AS now FROM ${tables.refunds}
      WHERE id > ${after} ORDER BY id LIMIT ${page}`;
    for (const raw of raws) {
      refunds++;
      const rule = contradiction(raw);
      if (rule === undefined) continue;
      const known = found.get(rule) ?? { refunds: [], count: 0 };
      found.set(rule, known);
      known.count++;
      if (known.refunds.length < shown) known.refunds.push(String(raw["out_refund_no"]));
    }
    const last = raws.at(-1);
    if (last === undefined || raws.length < page) break;
    after = numberOf(last["id"]);
  }
  for (const [rule, { count, refunds }] of found) findings.push({ rule, refunds, count });
  return { refunds, rules: rules.length + 5, findings };
});

/** The rules as statements, for those who would rather ask the database themselves. */
export const statements = (database: Database): ReadonlyArray<readonly [rule: string, sql: string]> =>
  rules.map(({ broken, name }) => {
    const fragment = broken(database);
    return [name, database.sql`${fragment}`.compile()[0]] as const;
  });
