/** The first form of the store. `pg` and SQLite differ in how a number is given and in where the tables stand. */
import type { Names } from "../internal/names.ts";
export declare const name = "refunds";
/** Times are milliseconds since 1970 by the database's clock; amounts are fen. */
export declare const statements: ({ binary, events, history, id, merchants, of, pg, refunds, }: Names) => ReadonlyArray<string>;
