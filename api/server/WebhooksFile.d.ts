import * as Effect from "effect/Effect";
import * as Redacted from "effect/Redacted";
import * as Schema from "effect/Schema";
import { type Allowed } from "./internal/webhooks/addresses.ts";
import { type Wanted } from "./internal/webhooks/messages.ts";
import { type Key } from "./internal/webhooks/signing.ts";
/** A new secret, which is known to the caller alone. */
export declare const newSecret: Effect.Effect<Redacted.Redacted>;
/** An endpoint that can be delivered to. */
export interface Endpoint extends Wanted {
    readonly name: string;
    readonly url: URL;
    /** The current secret first; each signs. */
    readonly keys: ReadonlyArray<Key>;
    readonly allow: Allowed;
}
declare const InvalidWebhooks_base: Schema.Class<InvalidWebhooks, Schema.TaggedStruct<"InvalidWebhooks", {
    readonly file: Schema.String;
    readonly issues: Schema.$Array<Schema.String>;
}>, import("effect/Cause").YieldableError>;
/** What is wrong with the file, all of it at once. */
export declare class InvalidWebhooks extends InvalidWebhooks_base {
    get message(): string;
}
/** A file as it was read. */
export interface Contents {
    readonly endpoints: ReadonlyArray<Endpoint>;
    /** The files that it names. */
    readonly secrets: ReadonlyArray<string>;
    /** What is dangerous, and not wrong. */
    readonly warnings: ReadonlyArray<string>;
}
/** Where a secret is. */
type Where = {
    readonly file: string;
} | {
    readonly variable: string;
};
/** An endpoint with where its secrets are to be had. */
export interface Entry extends Omit<Endpoint, "keys"> {
    readonly secrets: ReadonlyArray<readonly [field: string, where: Where]>;
}
/** The entries of a file's text, and all that is wrong with it but its secrets. */
export declare const parse: (text: string) => {
    readonly entries: ReadonlyArray<Entry>;
    readonly issues: ReadonlyArray<string>;
};
/** The endpoints of a file, with their secrets. */
export declare const read: (file: string) => Effect.Effect<Contents, InvalidWebhooks, never>;
/** The endpoints that name a merchant there is not, as a misspelt name looks: to be told, for nothing of it is delivered. */
export declare const strangers: (endpoints: ReadonlyArray<Pick<Endpoint, "name" | "merchants">>, known: ReadonlySet<string>) => ReadonlyArray<string>;
export {};
