import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";
import { type Check } from "@wechat-refund/checkup/Check";
import { Ending } from "../Ending.ts";
import type { Say } from "@wechat-refund/checkup/Language";
import * as Store from "../store/Store.ts";
import * as Gateways from "./Gateways.ts";
import * as Settings from "./Settings.ts";
/** What was asked for on the command line. */
export interface Asked extends Settings.Asked, Store.Flags {
    readonly merchants: string | undefined;
    readonly noticeUrl: string | undefined;
    /** The file of the webhooks; that of the environment unless given. */
    readonly webhooks: string | undefined;
    readonly simulate: boolean;
}
/** What was found, and the service where nothing is wrong. */
export interface Prepared {
    readonly checks: ReadonlyArray<Check>;
    readonly plan: Plan | undefined;
}
/** A service that can be run. */
export interface Plan {
    readonly asked: Asked;
    readonly where: Store.Where;
    readonly listeners: Settings.Listeners;
    /** What webhooks there are; their file is that of `asked`. */
    readonly webhooks: ReadonlyArray<string>;
    /** The merchants; for a trial they and their gateway are made now, and what stands in the way is said. */
    readonly gateway: Effect.Effect<Gateways.Gateway, string, Scope.Scope>;
}
/** Looks at everything, and says what is wrong. */
export declare const prepare: (say: Say, given: Asked) => Effect.Effect<Prepared, never, Scope.Scope>;
/** Serves until it is interrupted. */
export declare const run: (say: Say, plan: Plan, { json }: {
    readonly json: boolean;
}) => Effect.Effect<never, Ending, never>;
