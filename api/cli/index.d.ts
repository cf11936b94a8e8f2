export * as Cli from "./Cli.ts";
export * as Ending from "./Ending.ts";
