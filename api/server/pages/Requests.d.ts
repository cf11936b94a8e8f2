/** What a browser sent: the fields of a form, and whether a page of this service sent it. */
import * as Effect from "effect/Effect";
import type { HttpServerRequest } from "effect/http/HttpServerRequest";
import { Forbidden, TooLarge, Unreadable, UnsupportedMediaType } from "../Problems.ts";
export type Fields = ReadonlyMap<string, string>;
/** The fields of a form, each given once. */
export declare const fieldsOf: (request: HttpServerRequest) => Effect.Effect<Fields, TooLarge | Unreadable | UnsupportedMediaType, never>;
/**
 * Whether a page of this service sent it. A browser says of every form from where it comes, in one field or in both; what says nothing is
 * no browser's, and what comes from elsewhere is not wanted.
 */
export declare const fromOwnPage: ({ headers }: HttpServerRequest, isSecure: boolean) => Effect.Effect<void, Forbidden>;
