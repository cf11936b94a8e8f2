export * as Postgres from "./Postgres.ts";
export * as Sqlite from "./Sqlite.ts";
export * as StoreError from "./StoreError.ts";
