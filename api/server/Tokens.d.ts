import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
/** `read`: see refunds, totals and events. `write`: have refunds made. `operate`: cancel, resolve, pause and so on. */
export declare const Right: Schema.Literals<readonly ["read", "write", "operate"]>;
export type Right = typeof Right.Type;
/** Stands for every merchant, also those that are added later. */
export declare const everyMerchant = "*";
/** A token as the file keeps it. */
export declare const Entry: Schema.Struct<{
    readonly name: Schema.String;
    readonly sha256: Schema.String;
    /** Names of merchants, or `*`. */
    readonly merchants: Schema.NonEmptyArray<Schema.String>;
    readonly rights: Schema.NonEmptyArray<Schema.Literals<readonly ["read", "write", "operate"]>>;
    readonly created: Schema.String;
    /** A time (RFC 3339) from which it counts no more. */
    readonly expires: Schema.optionalKey<Schema.String>;
}>;
export type Entry = typeof Entry.Type;
declare const InvalidTokens_base: Schema.Class<InvalidTokens, Schema.TaggedStruct<"InvalidTokens", {
    readonly file: Schema.String;
    readonly issues: Schema.$Array<Schema.String>;
}>, import("effect/Cause").YieldableError>;
/** What is wrong with the tokens: all of it at once. Nothing that could be a token is repeated. */
export declare class InvalidTokens extends InvalidTokens_base {
    get message(): string;
}
/** Who calls. */
export interface Principal {
    /** The token's name: it stands in the history of what it did. */
    readonly name: string;
    readonly merchants: ReadonlySet<string>;
    readonly rights: ReadonlySet<Right>;
}
export declare const maySee: ({ merchants }: Principal, merchant: string) => boolean;
declare const Tokens_base: Context.ServiceClass<Tokens, "@wechat-refund/server/Tokens", {
    /** Whose token it is; nobody's where there is none such, or it has expired. */
    readonly find: (token: Redacted.Redacted) => Effect.Effect<Principal | undefined>;
    /** The same by the SHA-256 of a token, in hexadecimal digits: for who has seen it before, and kept no more of it. */
    readonly holder: (sha256: string) => Effect.Effect<Principal | undefined>;
}>;
export declare class Tokens extends Tokens_base {
}
/** What a file or a session keeps of a token. */
export declare const digestOfToken: (token: Redacted.Redacted) => string;
export interface New {
    readonly name: string;
    readonly merchants: ReadonlyArray<string>;
    readonly rights: ReadonlyArray<Right>;
    /** Milliseconds since 1970. */
    readonly expires?: number | undefined;
}
/** A new token, and what the file keeps of it. */
export declare const make: ({ expires, merchants, name, rights }: New, now: number) => Result.Result<{
    readonly token: Redacted.Redacted;
    readonly entry: Entry;
}, ReadonlyArray<string>>;
/** The entries of a file's text, or all that is wrong with it. */
export declare const parse: (text: string) => Result.Result<ReadonlyArray<Entry>, ReadonlyArray<string>>;
/** Makes a token and keeps its digest in the file, which is made where there is none. The token is known to the caller alone. */
export declare const add: (file: string, options: New) => Effect.Effect<Redacted.Redacted<string>, InvalidTokens, never>;
/** Takes a token away. */
export declare const revoke: (file: string, name: string) => Effect.Effect<void, InvalidTokens>;
/** The tokens of a file, without anything by which one could be used. */
export declare const list: (file: string) => Effect.Effect<ReadonlyArray<Omit<Entry, "sha256">>, InvalidTokens>;
/** The tokens that name a merchant there is not, as a misspelt name looks: to be told, for they let nobody in there. */
export declare const strangers: (entries: ReadonlyArray<Pick<Entry, "name" | "merchants">>, known: ReadonlySet<string>) => ReadonlyArray<string>;
/** The tokens of a file. What is wrong with it at the start fails the layer; later the last good ones count, and the log says so. */
export declare const layer: (file: string) => Layer.Layer<Tokens, InvalidTokens>;
export {};
