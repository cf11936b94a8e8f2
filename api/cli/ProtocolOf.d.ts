import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import { type Answer } from "./Ending.ts";
/** A wrong command line or environment. */
export declare const misconfigured: (message: string) => Answer;
/** The protocol of the flag, of the environment, or APIv2; `json`: how it is said that the environment names none. */
export declare const protocolOf: (flag: Option.Option<"v2" | "v3">, json: boolean) => Effect.Effect<"v2" | "v3", import("./Ending.ts").Ending, never>;
