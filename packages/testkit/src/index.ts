export * as TestIdentities from "./TestIdentities.ts";
