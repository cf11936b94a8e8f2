import type { Own } from "@wechat-refund/core/Reconciliation";
import * as Effect from "effect/Effect";
import { type Issue } from "../batch/Rows.ts";
export declare const states: string[];
/** Gives each refund of a table to `take`. What is wrong with the table is a list of issues. */
export declare const read: (file: string, take: (own: Own) => void) => Effect.Effect<ReadonlyArray<Issue>>;
