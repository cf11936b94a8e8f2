/**
 * The mistakes that people make in signing for APIv3 (401 SIGN_ERROR). One in the signed text is named only when signing that way gives
 * the very signature that came; RSA of this padding signs a text in one way alone. Pure.
 */
import type { Credential } from "@wechat-refund/apiv3/Credential";
import * as Result from "effect/Result";
export interface Mistake {
    readonly kind: string;
    readonly says: string;
    readonly remedy: string;
}
/** The request as it was sent. */
export interface Sent {
    readonly method: string;
    /** Path and query. */
    readonly path: string;
    /** With the host, where the input had one. */
    readonly url: string;
    readonly body: string;
    readonly authorization: string;
}
/** What stands in the field. */
export interface Authorization {
    readonly mchid: string;
    readonly nonce_str: string;
    readonly signature: string;
    readonly timestamp: string;
    readonly serial_no: string;
}
/** Reads the field, or says what is wrong with its form. */
export declare const parse: (text: string) => Result.Result<Authorization, Mistake>;
/** Everything that is wrong with it; nothing where it is right. `now` is in seconds. */
export declare const find: (sent: Sent, given: Authorization, credential: Credential, now: number) => ReadonlyArray<Mistake>;
/** Whether the signature that came is the right one. */
export declare const isSigned: ({ body, method, path }: Sent, given: Authorization, credential: Credential) => boolean;
