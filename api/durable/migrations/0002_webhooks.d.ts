/** Webhooks: how far each endpoint was told of the events, and what is on its way to it. */
import type { Names } from "../internal/names.ts";
export declare const name = "webhooks";
/** Times are milliseconds since 1970 by the database's clock. */
export declare const statements: ({ binary, id, of }: Names) => ReadonlyArray<string>;
