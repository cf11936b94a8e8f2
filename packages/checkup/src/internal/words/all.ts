import { blocks } from "./blocks.ts";
import { bills } from "./bills.ts";
import { certificates } from "./certificates.ts";
import { commandLine } from "./commandLine.ts";
import { configuration } from "./configuration.ts";
import { fields } from "./fields.ts";
import { history } from "./history.ts";
import { notices } from "./notices.ts";
import type { Pair } from "./pair.ts";
import { refundErrors } from "./refundErrors.ts";
import { rows } from "./rows.ts";
import { service } from "./service.ts";
import { stores } from "./stores.ts";
import { transport } from "./transport.ts";
import { webhooks } from "./webhooks.ts";

/** The whole table, by what it is about. */
export const tables: Readonly<Record<string, ReadonlyArray<Pair>>> = {
  refundErrors,
  blocks,
  fields,
  transport,
  certificates,
  configuration,
  notices,
  bills,
  rows,
  stores,
  history,
  service,
  webhooks,
  commandLine,
};

/** Every text, each once. */
export const pairs: ReadonlyArray<Pair> = Object.values(tables).flat();
