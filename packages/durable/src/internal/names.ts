/** How the tables are called, by dialect: on PostgreSQL in a schema of their own, beside the tables of the application. */

/** The schema on PostgreSQL. */
export const schema = "wechat_refund";

/** Marks a SQLite file as a store of refunds, in its `application_id`: "WXRf". */
export const applicationId = 0x57585266;

/** The name under which stands, beside the consumers, before which moment all signed replies were removed. */
export const proofsFloor = "#proofs";

export interface Names {
  readonly pg: boolean;
  /** The name of a table. */
  readonly of: (table: string) => string;
  readonly refunds: string;
  readonly history: string;
  readonly merchants: string;
  /** Where each consumer of events has come to. */
  readonly events: string;
  /** A number that the database gives. */
  readonly id: string;
  /** Text in the order of its bytes, so that a prefix is a range of the index. */
  readonly binary: string;
}

export const namesOf = (pg: boolean): Names => {
  const of = (table: string): string => (pg ? `${schema}.${table}` : table);
  return {
    pg,
    of,
    refunds: of("refunds"),
    history: of("refund_history"),
    merchants: of("refund_merchants"),
    events: of("refund_consumers"),
    id: pg ? "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY" : "INTEGER PRIMARY KEY",
    binary: pg ? 'COLLATE "C"' : "COLLATE BINARY",
  };
};
