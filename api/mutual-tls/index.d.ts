export * as Adapter from "./Adapter.ts";
export * as ClientCertificate from "./ClientCertificate.ts";
export * as Connection from "./Connection.ts";
export * as Failure from "./Failure.ts";
export * as MerchantsFile from "./MerchantsFile.ts";
export * as Rotating from "./Rotating.ts";
export * as SecureContext from "./SecureContext.ts";
export * as TransportSettings from "./TransportSettings.ts";
