/**
 * Transports for tests, by the question they answer.
 *
 * `reply` and `sequence`: does my service react rightly to this answer? `failing` and `never`: to this failure, to silence?
 * `recorder`: what was sent? For a whole story use `@wechat-refund/simulator`; for an adapter of your own,
 * `@wechat-refund/testkit`.
 */
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Ref from "effect/Ref";
import { Transport, type TransportReply, type TransportRequest, TransportError } from "../Transport.ts";

/** An answer: a reply, a failure, or what to make of the request. */
export type Answer =
  | TransportReply
  | TransportError
  | ((request: TransportRequest) => TransportReply | Effect.Effect<TransportReply, TransportError>);

const give = (answer: Answer, request: TransportRequest): Effect.Effect<TransportReply, TransportError> => {
  if (answer instanceof TransportError) return Effect.fail(answer);
  const made = typeof answer === "function" ? answer(request) : answer;
  return Effect.isEffect(made) ? made : Effect.succeed(made);
};

/** Gives every post the same answer. */
export const reply = (answer: Answer): Layer.Layer<Transport> =>
  Layer.succeed(Transport, { send: (request) => give(answer, request) });

/** Gives one answer after the other; a post beyond the last dies loudly, because no test planned it. */
export const sequence = (answers: ReadonlyArray<Answer>): Layer.Layer<Transport> =>
  Layer.effect(
    Transport,
    Effect.gen(function* () {
      const next = yield* Ref.make(0);
      return {
        send: Effect.fnUntraced(function* (request: TransportRequest) {
          const index = yield* Ref.getAndUpdate(next, (n) => n + 1);
          const answer = answers[index];
          if (answer === undefined) {
            return yield* Effect.die(
              new Error(`TransportStub.sequence: post ${index + 1} of ${answers.length} planned`),
            );
          }
          return yield* give(answer, request);
        }),
      };
    }),
  );

/** Fails every post with this error. */
export const failing = (error: TransportError): Layer.Layer<Transport> => reply(error);

/** Never answers: for testing time limits and interruption. */
export const never: Layer.Layer<Transport> = Layer.succeed(Transport, { send: () => Effect.never });

/** One post that a recorder saw, with its end. */
export interface Recorded {
  readonly request: TransportRequest;
  readonly result: { readonly reply: TransportReply } | { readonly error: TransportError } | undefined;
}

/** Wraps another transport and keeps every post with its reply or error. */
export const recorder = <E, R>(
  inner: Layer.Layer<Transport, E, R>,
): { readonly layer: Layer.Layer<Transport, E, R>; readonly posts: ReadonlyArray<Recorded> } => {
  const posts: Array<Recorded> = [];
  const recording = Layer.effect(
    Transport,
    Effect.gen(function* () {
      const transport = yield* Transport;
      return {
        send: (request: TransportRequest) =>
          Effect.suspend(() => {
            const index = posts.push({ request, result: undefined }) - 1;
            return transport.send(request).pipe(
              Effect.tap((answer) => Effect.sync(() => (posts[index] = { request, result: { reply: answer } }))),
              Effect.tapError((error) => Effect.sync(() => (posts[index] = { request, result: { error } }))),
            );
          }),
      };
    }),
  );
  // Fresh: `inner` may still need something, and what it is given at one use is not for another.
  return { layer: Layer.fresh(Layer.provide(recording, inner)), posts };
};
