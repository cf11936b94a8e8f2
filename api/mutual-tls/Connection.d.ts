/** One verified connection to a host, opened as the transports open theirs: for whoever wants to see whether it can be had. */
import type * as tls from "node:tls";
import type { Proxy } from "./TransportSettings.ts";
/**
 * Hears once how it went: the connection when it is secure, or why it could not be had. The function that is given back gives up at once.
 * Nothing but the handshake is sent; through a proxy, the host's name to the proxy.
 */
export declare const open: (address: string, context: tls.SecureContext, proxy: Proxy | undefined, callback: (error: Error | null, socket: tls.TLSSocket | undefined) => void) => (() => void);
