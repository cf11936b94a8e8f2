import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import type { Say } from "@wechat-refund/checkup/Language";
import * as Plan from "./Plan.ts";
import * as Rows from "./Rows.ts";
/** Ends the command before anything is sent. */
export declare const refuse: (json: boolean, reason: string, message: string, issues?: ReadonlyArray<Rows.Issue>) => Effect.Effect<void, import("../Ending.ts").Ending, never>;
/** Each bad row by its line, and then nothing is sent. */
export declare const refuseRows: (say: Say, file: string, json: boolean, issues: readonly Rows.Issue[]) => Effect.Effect<void, import("../Ending.ts").Ending, never>;
/** The refunds of a file; every bad row is shown, and then nothing is sent. */
export declare const load: (say: Say, file: string, format: Option.Option<Rows.Format>, json: boolean, protocol: "v2" | "v3") => Effect.Effect<readonly Plan.Planned[], import("../Ending.ts").Ending, never>;
