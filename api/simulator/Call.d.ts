/** A request and a reply as the gateway sees them, whatever carried them. */
import type { Fault } from "./Fault.ts";
/** What the caller showed: nothing, a certificate the gateway's authority issued, or one it does not accept. */
export type ClientCertificate = "none" | "refused" | {
    readonly commonName: string;
};
/** A request as it reached the gateway. */
export interface Call {
    /** Default `"POST"`. */
    readonly method?: string;
    /** The path of the address, without a query. */
    readonly path: string;
    /** Path and query, exactly as they were sent; without it, `path`. */
    readonly target?: string;
    /** Names in lower case; what came more than once is joined by `, `. APIv2 looks at none of them. */
    readonly headers?: Readonly<Record<string, string>>;
    readonly body: Uint8Array;
    readonly clientCertificate: ClientCertificate;
    /** Milliseconds since 1970. A time before an earlier call's counts as that call's: the ledger's time never runs backwards. */
    readonly now: number;
    /** The caller's address, where there is one. */
    readonly remoteAddress?: string;
    /** What goes wrong with this call, as far as it shows in the reply. */
    readonly fault?: Fault;
}
export interface Reply {
    readonly status: number;
    readonly contentType: string;
    readonly body: Uint8Array;
    /** What APIv3 says beside it. */
    readonly headers?: Readonly<Record<string, string>>;
}
