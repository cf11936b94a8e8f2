import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";
import type { Request } from "./Script.ts";
export type Behaviour = 
/** Opens the tunnel. */
"tunnel"
/** Answers with this status and ends. */
 | {
    readonly status: number;
    readonly reason: string;
}
/** Never answers. */
 | "stall" | "close";
/** A running proxy. The view is live. */
export interface ScriptedProxy {
    readonly port: number;
    /** What clients asked for, with all fields. */
    readonly requests: ReadonlyArray<Request>;
    /** Connections open now. */
    readonly open: number;
    /** What went through the tunnels towards the host, as it was. */
    readonly carried: ReadonlyArray<Uint8Array>;
}
/** A proxy that listens until the scope closes. */
export declare const make: (behaviour: Behaviour) => Effect.Effect<ScriptedProxy, never, Scope.Scope>;
