export * as StoreError from "./StoreError.ts";
