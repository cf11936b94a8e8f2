import type * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import type { Gateway } from "./Gateway.ts";
import type { Answer, Delivery } from "./Notices.ts";
/** Makes one post. */
export type Post = (delivery: Delivery) => Effect.Effect<Answer>;
export interface Options {
    /** How long a merchant may take to answer. Default five seconds, which the later interface states. */
    readonly answerWithin?: Duration.Input;
}
/** Posts for ever. A late answer is no answer. */
export declare const run: (args_0: Gateway, post: Post, options?: Options | undefined) => Effect.Effect<never, never, never>;
export interface HttpOptions {
    /** Where posts may go. Default: addresses of this machine. */
    readonly allow?: "loopback" | "anywhere";
    /** An authority to trust beside the usual, for `https` addresses. PEM. */
    readonly ca?: string;
}
/** Whether an address is this machine's by its name alone. */
export declare const isLoopback: ({ hostname }: URL) => boolean;
/** Posts over HTTP or HTTPS, following no redirect. */
export declare const overHttp: ({ allow, ca }?: HttpOptions) => Post;
