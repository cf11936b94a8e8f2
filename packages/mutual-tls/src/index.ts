export * as ClientCertificate from "./ClientCertificate.ts";
export * as TransportSettings from "./TransportSettings.ts";
