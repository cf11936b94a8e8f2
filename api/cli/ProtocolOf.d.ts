import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import { type Answer } from "./Ending.ts";
/** A wrong command line or environment. */
export declare const misconfigured: (message: string) => Answer;
/** The protocol of the flag, of the environment, or APIv2. */
export declare const protocolOf: (flag: Option.Option<"v2" | "v3">) => Effect.Effect<"v2" | "v3", import("./Ending.ts").Ending, never>;
