export * as RefundStoreSuite from "./RefundStoreSuite.ts";
