/** The latest exchanges of a gateway, byte for byte, for a person or a test to look at. Bounded; the oldest go first. */
import type { ClientCertificate, Reply } from "./Call.ts";
import type { Fault } from "./Fault.ts";
/** One request and its answer. */
export interface Exchange {
    /** Counts from 1; gaps never happen, so the first one kept tells how many were dropped. */
    readonly sequence: number;
    /** Milliseconds since 1970. */
    readonly at: number;
    readonly method: string;
    readonly path: string;
    /** Of APIv3: path and query, and of the headers those that mean something to it. */
    readonly target?: string;
    readonly requestHeaders?: Readonly<Record<string, string>>;
    readonly clientCertificate: ClientCertificate;
    readonly request: Uint8Array;
    /** As it left: a fault that changes bytes has changed them. */
    readonly reply: Reply;
    /** What went wrong on purpose. */
    readonly fault?: Fault["_tag"];
    /** The text the request had to sign, without the key; absent when the request could not be read. */
    readonly requestSigned?: string;
    /** The text the reply was signed over, without the key; absent when the reply is not signed. */
    readonly replySigned?: string;
    /** `SUCCESS`, an `err_code` or a `code` of APIv3, `FAIL` and the text of an unsigned failure, or `HTTP` and the status of a page. */
    readonly outcome: string;
    /** Whether this success had been given before. */
    readonly repeated: boolean;
}
export interface ExchangeLog {
    /** Oldest first. */
    readonly entries: () => ReadonlyArray<Exchange>;
    /** By its number; undefined where it is not kept, or has not been. */
    readonly at: (sequence: number) => Exchange | undefined;
    /** The number of the oldest that is kept; one more than there have been where none is. */
    readonly oldest: () => number;
    /** How many there have been, kept or not. */
    readonly total: () => number;
    /** How they ended, each kind once, in the order they came; the first hundred kinds. */
    readonly outcomes: () => ReadonlyArray<string>;
    readonly add: (exchange: Omit<Exchange, "sequence">) => void;
}
/** A log that keeps the latest `limit` exchanges. */
export declare const make: (limit: number) => ExchangeLog;
