/**
 * The transport contract as vitest tests: one call proves an adapter.
 *
 * The only module here that imports vitest; `TransportContract.run` gives the same verdicts without it.
 */
import type { Transport } from "@wechat-refund/core/Transport";
import type { TransportSettings } from "@wechat-refund/mutual-tls/TransportSettings";
import type * as Layer from "effect/Layer";
import * as TransportContract from "./TransportContract.ts";
export interface Options extends Omit<TransportContract.Options, "calls" | "connections" | "version" | "concurrency" | "only"> {
    /** Default: both modes. */
    readonly connections?: ReadonlyArray<"fresh" | "pooled">;
    /** The protocols of the servers. Default: TLS 1.2 and 1.3. */
    readonly versions?: ReadonlyArray<"TLSv1.2" | "TLSv1.3">;
    /** What is asked. Default: XML under each of the protocols, JSON and GET under the last of them. */
    readonly calls?: ReadonlyArray<TransportContract.Calls>;
    /** `false` for a transport that says `"maybe"` because it cannot prove that nothing was sent. */
    readonly provesNotSent?: false;
    /** Clauses that the transport cannot keep, each with the reason. A clause that is listed and holds fails. */
    readonly cannot?: Readonly<Record<string, string>>;
    /** Only for a transport that opens no sockets: whom it talks to. Clauses that need a network are left out. */
    readonly peer?: TransportContract.Peer;
}
/** What an adapter exports: a layer from the settings that all adapters share. */
export type MakeLayer = (settings: TransportSettings) => Layer.Layer<Transport, unknown>;
/** Declares one test for each clause, connection mode and TLS version. */
export declare const suite: (name: string, layer: MakeLayer, options?: Options) => void;
