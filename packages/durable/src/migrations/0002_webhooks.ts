/** Webhooks: how far each endpoint was told of the events, and what is on its way to it. */
import type { Names } from "../internal/names.ts";

export const name = "webhooks";

/** Times are milliseconds since 1970 by the database's clock. */
export const statements = ({ binary, id, of }: Names): ReadonlyArray<string> => [
  // Positions up to which deliveries were made of events and of days of the books.
  `CREATE TABLE ${of("refund_endpoints")} (
    name TEXT ${binary} NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL,
    books_position BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT,
    disabled_why TEXT,
    enabled_by TEXT,
    enabled_reason TEXT,
    enabled_at BIGINT
  )`,

  // A message to an endpoint. `due_at` says when it is tried next, or until when somebody is at it; `epoch` who may say how that ended.
  `CREATE TABLE ${of("refund_deliveries")} (
    id ${id},
    endpoint TEXT ${binary} NOT NULL REFERENCES ${of("refund_endpoints")} (name) ON DELETE CASCADE,
    source TEXT NOT NULL,
    position BIGINT,
    message TEXT NOT NULL,
    type TEXT NOT NULL,
    happened_at BIGINT NOT NULL,
    out_refund_no TEXT ${binary},
    payload TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    epoch BIGINT NOT NULL DEFAULT 0,
    since BIGINT NOT NULL,
    due_at BIGINT,
    status BIGINT,
    said TEXT,
    failed_at BIGINT,
    ended_at BIGINT,
    replayed_by TEXT,
    replayed_reason TEXT,
    UNIQUE (endpoint, source, position)
  )`,
  `CREATE INDEX refund_deliveries_fresh ON ${of("refund_deliveries")} (endpoint, due_at, id) WHERE state = 'pending' AND attempts = 0`,
  `CREATE INDEX refund_deliveries_again ON ${of("refund_deliveries")} (endpoint, due_at, id) WHERE state = 'pending' AND attempts > 0`,
  `CREATE INDEX refund_deliveries_ping ON ${of("refund_deliveries")} (endpoint, id) WHERE state = 'pending' AND source = 'ping'`,
  `CREATE INDEX refund_deliveries_endpoint ON ${of("refund_deliveries")} (endpoint, state, id)`,
  `CREATE INDEX refund_deliveries_failed ON ${of("refund_deliveries")} (endpoint, failed_at) WHERE failed_at IS NOT NULL`,
  `CREATE INDEX refund_deliveries_ended ON ${of("refund_deliveries")} (endpoint, state, ended_at) WHERE ended_at IS NOT NULL`,
];
