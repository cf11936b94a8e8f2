/**
 * Which file the name of a result file stands for, and whether a batch may have it at all: a regular file under one name, neither
 * the batch's input nor a lock. It only looks; whether what the file holds is a batch's is the journal's to say.
 */
import { type BigIntStats } from "node:fs";
import * as Result from "effect/Result";
/** The file by the one path that all its names lead to. */
export interface Place {
    readonly file: string;
    /** Absent while there is no such file. */
    readonly found?: BigIntStats;
}
/** Added to the path of a result file, it names the file's lock. */
export declare const lockEnding = ".lock";
/** Whether both are of one file, whatever it is called. */
export declare const isSame: (a: BigIntStats, b: BigIntStats) => boolean;
/** The place of a result file, or why a batch may not have it. */
export declare const find: (name: string, input: string) => Result.Result<Place, string>;
