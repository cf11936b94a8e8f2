/**
 * Transports for tests, by the question they answer.
 *
 * `reply` and `sequence`: does my service react rightly to this answer? `failing` and `never`: to this failure, to silence?
 * `recorder`: what was sent? For a whole story use `@wechat-refund/simulator`; for an adapter of your own,
 * `@wechat-refund/testkit`.
 */
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import { Transport, type TransportReply, type TransportRequest, TransportError } from "../Transport.ts";
/** An answer: a reply, a failure, or what to make of the request. */
export type Answer = TransportReply | TransportError | ((request: TransportRequest) => TransportReply | Effect.Effect<TransportReply, TransportError>);
/** Gives every post the same answer. */
export declare const reply: (answer: Answer) => Layer.Layer<Transport>;
/** Gives one answer after the other; a post beyond the last dies loudly, because no test planned it. */
export declare const sequence: (answers: ReadonlyArray<Answer>) => Layer.Layer<Transport>;
/** Fails every post with this error. */
export declare const failing: (error: TransportError) => Layer.Layer<Transport>;
/** Never answers: for testing time limits and interruption. */
export declare const never: Layer.Layer<Transport>;
/** One post that a recorder saw, with its end. */
export interface Recorded {
    readonly request: TransportRequest;
    readonly result: {
        readonly reply: TransportReply;
    } | {
        readonly error: TransportError;
    } | undefined;
}
/** Wraps another transport and keeps every post with its reply or error. */
export declare const recorder: <E, R>(inner: Layer.Layer<Transport, E, R>) => {
    readonly layer: Layer.Layer<Transport, E, R>;
    readonly posts: ReadonlyArray<Recorded>;
};
