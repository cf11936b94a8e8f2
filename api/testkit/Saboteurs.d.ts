/**
 * Deliberately wrong transports, one for every clause of the contract: each makes one mistake that real clients make.
 *
 * A clause that catches nobody proves nothing. The tests of this package show that each saboteur fails its own clause, and none but
 * those the clause names as its kin.
 */
import { Transport } from "@wechat-refund/core/Transport";
import type { CertificateError } from "@wechat-refund/mutual-tls/CertificateError";
import type { TransportSettings } from "@wechat-refund/mutual-tls/TransportSettings";
import * as Layer from "effect/Layer";
export interface Saboteur {
    /** The id of the clause that must catch it. */
    readonly clause: string;
    /** What it does wrong, in a few words. */
    readonly does: string;
    readonly layer: (settings: TransportSettings) => Layer.Layer<Transport, CertificateError>;
}
/** One for every clause. */
export declare const all: ReadonlyArray<Saboteur>;
/** The transport that the saboteurs are made of, without a mistake. It exists to be made wrong; use an adapter. */
export declare const reference: (settings: TransportSettings) => Layer.Layer<Transport, CertificateError>;
