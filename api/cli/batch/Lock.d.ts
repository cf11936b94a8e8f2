import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";
declare const Locked_base: new <A extends Record<string, any> = {}>(args: import("effect/Types").VoidIfEmpty<{ readonly [P in keyof A as P extends "_tag" ? never : P]: A[P]; }>) => import("effect/Cause").YieldableError & {
    readonly _tag: "Locked";
} & Readonly<A>;
/** The lock cannot be had; says why and what to do. */
export declare class Locked extends Locked_base<{
    readonly message: string;
}> {
}
/** Holds the lock of a file, which is given by its real path, until the scope closes. `name` is what the user calls it. */
export declare const hold: (file: string, name: string) => Effect.Effect<void, Locked, Scope.Scope>;
export {};
