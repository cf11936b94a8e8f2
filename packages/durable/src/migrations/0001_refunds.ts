/** The first form of the store. `pg` and SQLite differ in how a number is given and in where the tables stand. */
import type { Names } from "../internal/names.ts";

export const name = "refunds";

/** Times are milliseconds since 1970 by the database's clock; amounts are fen. */
export const statements = ({
  binary,
  events,
  history,
  id,
  merchants,
  of,
  pg,
  refunds,
}: Names): ReadonlyArray<string> => [
  // One row a refund, and its entry in the queue: due_at says when it is looked at next, epoch who may write.
  `CREATE TABLE ${refunds} (
    id ${id},
    mch_id TEXT ${binary} NOT NULL,
    sub_mch_id TEXT ${binary} NOT NULL DEFAULT '',
    out_refund_no TEXT ${binary} NOT NULL,
    protocol TEXT NOT NULL,
    order_no TEXT ${binary} NOT NULL,
    refund_fee BIGINT NOT NULL,
    total_fee BIGINT NOT NULL,
    currency TEXT NOT NULL,
    request TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    truth TEXT NOT NULL,
    block TEXT,
    progress TEXT NOT NULL,
    progress_at BIGINT NOT NULL,
    refund_id TEXT,
    due_at BIGINT,
    owner TEXT,
    epoch BIGINT NOT NULL DEFAULT 0,
    version BIGINT NOT NULL DEFAULT 0,
    seq BIGINT NOT NULL DEFAULT 1,
    sent_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (mch_id, sub_mch_id, out_refund_no)
  )`,
  `CREATE INDEX refunds_due ON ${refunds} (mch_id, truth, due_at, id) WHERE due_at IS NOT NULL`,
  `CREATE INDEX refunds_open ON ${refunds} (mch_id, owner) WHERE owner IS NOT NULL`,
  `CREATE INDEX refunds_order ON ${refunds} (order_no, mch_id, sent_at)`,
  `CREATE INDEX refunds_number ON ${refunds} (out_refund_no, id)`,
  `CREATE INDEX refunds_truth ON ${refunds} (truth, id)`,
  `CREATE INDEX refunds_block ON ${refunds} (block, id) WHERE block IS NOT NULL`,
  `CREATE INDEX refunds_merchant_block ON ${refunds} (mch_id, block, id) WHERE block IS NOT NULL`,
  `CREATE INDEX refunds_merchant ON ${refunds} (mch_id, truth, id)`,
  `CREATE INDEX refunds_sub_merchant ON ${refunds} (mch_id, sub_mch_id, id)`,
  `CREATE INDEX refunds_created ON ${refunds} (created_at, id)`,

  // What happened to it, each line once; a change of truth or block is an event, whose position the sequencer gives after commit.
  `CREATE TABLE ${history} (
    id ${id},
    refund BIGINT NOT NULL REFERENCES ${refunds} (id) ON DELETE CASCADE,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    what TEXT NOT NULL,
    truth TEXT NOT NULL,
    block TEXT,
    from_truth TEXT,
    from_block TEXT,
    detail TEXT,
    changed ${pg ? "BOOLEAN" : "INTEGER"} NOT NULL,
    position BIGINT,
    UNIQUE (refund, seq)
  )`,
  `CREATE INDEX refund_history_unplaced ON ${history} (id) WHERE changed AND position IS NULL`,
  `CREATE UNIQUE INDEX refund_history_position ON ${history} (position) WHERE position IS NOT NULL`,

  // The signed replies that prove a state, as they came.
  `CREATE TABLE ${of("refund_proofs")} (
    id ${id},
    refund BIGINT NOT NULL REFERENCES ${refunds} (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    call TEXT NOT NULL,
    digest TEXT NOT NULL,
    key_used TEXT,
    headers TEXT NOT NULL,
    body ${pg ? "BYTEA" : "BLOB"} NOT NULL
  )`,
  `CREATE INDEX refund_proofs_refund ON ${of("refund_proofs")} (refund)`,
  `CREATE INDEX refund_proofs_at ON ${of("refund_proofs")} (at)`,

  // Who calls for a merchant number: one process at a time, whose pace is then the merchant's; its beat says that it lives.
  `CREATE TABLE ${merchants} (
    mch_id TEXT ${binary} NOT NULL PRIMARY KEY,
    owner TEXT,
    epoch BIGINT NOT NULL DEFAULT 0,
    beat BIGINT NOT NULL DEFAULT 0
  )`,
  `CREATE TABLE ${of("refund_workers")} (owner TEXT NOT NULL PRIMARY KEY, beat BIGINT NOT NULL)`,
  // What holds a merchant, and who paused it.
  `CREATE TABLE ${of("refund_holds")} (
    mch_id TEXT ${binary} NOT NULL,
    sub_mch_id TEXT ${binary} NOT NULL,
    cause TEXT NOT NULL,
    message TEXT NOT NULL,
    call TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (mch_id, sub_mch_id)
  )`,
  `CREATE TABLE ${of("refund_pauses")} (
    mch_id TEXT ${binary} NOT NULL,
    sub_mch_id TEXT ${binary} NOT NULL,
    by_whom TEXT NOT NULL,
    reason TEXT NOT NULL,
    since BIGINT NOT NULL,
    ended_by TEXT,
    ended_reason TEXT,
    ended_at BIGINT,
    PRIMARY KEY (mch_id, sub_mch_id)
  )`,

  // Folded by the sequencer: what the events up to its position add up to. A sum has room for what no single amount has.
  `CREATE TABLE ${of("refund_totals")} (
    mch_id TEXT ${binary} NOT NULL,
    sub_mch_id TEXT ${binary} NOT NULL,
    currency TEXT NOT NULL,
    truth TEXT NOT NULL,
    block TEXT NOT NULL,
    count BIGINT NOT NULL,
    amount ${pg ? "NUMERIC" : "BIGINT"} NOT NULL,
    PRIMARY KEY (mch_id, sub_mch_id, currency, truth, block)
  )`,
  `CREATE TABLE ${events} (name TEXT NOT NULL PRIMARY KEY, position BIGINT NOT NULL)`,

  // Numbers of refunds whose rows were deleted: never to be sent again.
  `CREATE TABLE ${of("refund_pruned")} (
    mch_id TEXT ${binary} NOT NULL,
    sub_mch_id TEXT ${binary} NOT NULL,
    out_refund_no TEXT ${binary} NOT NULL,
    fingerprint TEXT NOT NULL,
    truth TEXT NOT NULL,
    refund_fee BIGINT NOT NULL,
    currency TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (mch_id, sub_mch_id, out_refund_no)
  )`,

  // The books of a merchant number, day by day: waiting for the bill, asking about differences, done, or lost. Who is at one holds it by a beat.
  `CREATE TABLE ${of("refund_reconciliations")} (
    mch_id TEXT ${binary} NOT NULL,
    day TEXT ${binary} NOT NULL,
    state TEXT NOT NULL,
    owner TEXT,
    epoch BIGINT NOT NULL DEFAULT 0,
    beat BIGINT NOT NULL DEFAULT 0,
    attempts BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT,
    said TEXT,
    whole ${pg ? "BOOLEAN" : "INTEGER"},
    lines BIGINT,
    totals TEXT,
    problems TEXT,
    differences BIGINT NOT NULL DEFAULT 0,
    kept BIGINT NOT NULL DEFAULT 0,
    compared_at BIGINT,
    done_at BIGINT,
    position BIGINT,
    PRIMARY KEY (mch_id, day)
  )`,
  `CREATE INDEX refund_reconciliations_open ON ${of("refund_reconciliations")} (mch_id, day) WHERE state IN ('waiting', 'asking')`,
  `CREATE UNIQUE INDEX refund_reconciliations_position ON ${of("refund_reconciliations")} (position) WHERE position IS NOT NULL`,
  // What was found: the columns that were compared, and what a signed query said of it. Nothing of the payer.
  `CREATE TABLE ${of("refund_differences")} (
    id ${id},
    mch_id TEXT ${binary} NOT NULL,
    day TEXT ${binary} NOT NULL,
    sub_mch_id TEXT ${binary} NOT NULL,
    kind TEXT NOT NULL,
    out_refund_no TEXT ${binary} NOT NULL,
    fields TEXT NOT NULL,
    ours TEXT,
    theirs TEXT,
    agrees_with TEXT,
    record TEXT,
    asked_at BIGINT,
    FOREIGN KEY (mch_id, day) REFERENCES ${of("refund_reconciliations")} (mch_id, day) ON DELETE CASCADE
  )`,
  `CREATE INDEX refund_differences_day ON ${of("refund_differences")} (mch_id, day, id)`,
  `CREATE INDEX refund_differences_number ON ${of("refund_differences")} (out_refund_no)`,
  // Refunds that the whole bill of a day did not have, while not all bills of their days were in.
  `CREATE TABLE ${of("refund_unbilled")} (
    refund BIGINT NOT NULL REFERENCES ${refunds} (id) ON DELETE CASCADE,
    day TEXT ${binary} NOT NULL,
    PRIMARY KEY (refund, day)
  )`,
];
