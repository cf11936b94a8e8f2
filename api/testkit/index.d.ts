export * as PlatformIdentity from "./PlatformIdentity.ts";
export * as Saboteurs from "./Saboteurs.ts";
export * as Script from "./Script.ts";
export * as ScriptedProxy from "./ScriptedProxy.ts";
export * as ScriptedServer from "./ScriptedServer.ts";
export * as TestIdentities from "./TestIdentities.ts";
export * as TransportContract from "./TransportContract.ts";
