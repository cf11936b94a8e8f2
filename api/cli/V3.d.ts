import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import * as Result from "effect/Result";
export { misconfigured } from "./ProtocolOf.ts";
export { environmentMessage, platformKeys } from "@wechat-refund/checkup/KeysV3";
/** Seconds since 1970: of the flag, or now. */
export declare const nowOf: (flag: Option.Option<number>) => Effect.Effect<number>;
/** A JSON object of the command line. */
export type Fields = Readonly<Record<string, unknown>>;
/** As much as the longest body and its header fields need, written as JSON. */
export declare const maxBytes: number;
/** The JSON object of these bytes, with no other fields than these. */
export declare const parse: (bytes: Uint8Array, known: ReadonlyArray<string>) => Result.Result<Fields, string>;
/** Header fields as an HTTP library may give them; a field that came more than once has its values joined, as a transport does. */
export declare const headersOf: (value: unknown) => Result.Result<Readonly<Record<string, string>>, string>;
/** A body: the text as it came. */
export declare const bodyOf: (value: unknown) => Result.Result<Uint8Array, string>;
/** Standard input as such an object. */
export declare const input: (what: string, known: ReadonlyArray<string>) => Effect.Effect<Result.Result<Readonly<Record<string, unknown>>, string>, never, import("effect/Stdio").Stdio>;
