export * as NodeHttpsTransport from "./NodeHttpsTransport.ts";
