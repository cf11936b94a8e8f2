import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Reactivity from "effect/reactivity/Reactivity";
import type * as Scope from "effect/Scope";
import * as SqlClient from "effect/sql/SqlClient";
import type { StoreError } from "./StoreError.ts";
export interface Options {
    /** The path of the file. It is made, for its owner alone, if there is none; `FILE.lock` beside it stays. */
    readonly file: string;
    /**
     * Whether statements fail once the file was deleted or replaced, for what is stored from then on is lost with the process. They do unless
     * told otherwise, by who looks himself.
     */
    readonly watched?: boolean | undefined;
}
/** The client of a file, until the scope closes. */
export declare const make: (options: Options) => Effect.Effect<SqlClient.SqlClient, StoreError, Scope.Scope | Reactivity.Reactivity>;
/**
 * A client that only reads, of a file that exists: also while another process has the store, which does not notice. A statement that
 * would write fails.
 */
export declare const layerReadOnly: ({ file }: Options) => Layer.Layer<SqlClient.SqlClient, StoreError>;
/** The client of a file as a layer. Two layers over one file are two owners: the second is refused. */
export declare const layer: (options: Options) => Layer.Layer<SqlClient.SqlClient, StoreError>;
