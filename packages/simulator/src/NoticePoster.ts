/**
 * Posts a gateway's notices when they are due, on Effect's `Clock`, and brings the answers back.
 *
 * How a post is made is a function: over HTTP for a merchant's server, or anything else for a test. Over HTTP it goes to
 * loopback addresses only, unless told otherwise: a refund request names the address, and it may be a stranger's.
 */
import { type ClientRequest, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import * as Clock from "effect/Clock";
import type * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Latch from "effect/Latch";
import * as Queue from "effect/Queue";
import { summarize } from "@wechat-refund/core/Transport";
import type { Gateway } from "./Gateway.ts";
import type { Answer, Delivery } from "./Notices.ts";

/** Makes one post. */
export type Post = (delivery: Delivery) => Effect.Effect<Answer>;

export interface Options {
  /** How long a merchant may take to answer. Default five seconds, which the later interface states. */
  readonly answerWithin?: Duration.Input;
}

const atOnce = 64;

/** Posts for ever. A late answer is no answer. */
export const run = Effect.fnUntraced(function* (
  { notices, clock }: Gateway,
  post: Post,
  options: Options = {},
): Effect.fn.Return<never> {
  const changed = yield* Latch.make();
  // However many are due: a merchant that answers nothing for a while leaves tens of thousands.
  const due = yield* Queue.unbounded<Delivery>();
  const deliver = (delivery: Delivery) =>
    post(delivery).pipe(
      Effect.timeoutOrElse({
        duration: options.answerWithin ?? "5 seconds",
        orElse: () => Effect.succeed({ failure: "no answer in time" }),
      }),
      // Whoever posts goes on with the next, whatever became of this one.
      Effect.catchDefect((defect) =>
        Effect.succeed<Answer>({ failure: defect instanceof Error ? defect.name : "Error" }),
      ),
      Effect.map((answer) => notices.settle(delivery, answer)),
    );
  return yield* Effect.scoped(
    Effect.gen(function* () {
      for (let n = 0; n < atOnce; n++) {
        yield* Effect.forkScoped(Effect.forever(Effect.flatMap(Queue.take(due), deliver)));
      }
      yield* Effect.acquireRelease(
        Effect.sync(() => notices.onChange(() => changed.openUnsafe())),
        (forget) => Effect.sync(forget),
      );
      while (true) {
        changed.closeUnsafe();
        const now = clock.at(yield* Clock.currentTimeMillis);
        yield* Queue.offerAll(due, notices.take(now));
        const next = notices.nextAt();
        yield* next === undefined ? changed.await : Effect.race(Effect.sleep(Math.max(0, next - now)), changed.await);
      }
    }),
  );
});

export interface HttpOptions {
  /** Where posts may go. Default: addresses of this machine. */
  readonly allow?: "loopback" | "anywhere";
  /** An authority to trust beside the usual, for `https` addresses. PEM. */
  readonly ca?: string;
}

/** Whether an address is this machine's by its name alone. */
export const isLoopback = ({ hostname }: URL): boolean =>
  hostname === "localhost" ||
  hostname.endsWith(".localhost") ||
  /^127(\.\d{1,3}){3}$/.test(hostname) ||
  hostname === "[::1]";

const most = 65_536;

/** Posts over HTTP or HTTPS, following no redirect. */
export const overHttp = ({ allow = "loopback", ca }: HttpOptions = {}): Post => {
  const failed = (failure: string): Effect.Effect<Answer> => Effect.succeed({ failure });
  return ({ url, contentType, requestId, headers: signature, body }) => {
    const address = URL.parse(url);
    if (address === null) return Effect.succeed({ forbidden: "not an address" });
    if (allow === "loopback" && !isLoopback(address)) {
      return Effect.succeed({ forbidden: "not an address of this machine; others must be allowed" });
    }
    return Effect.callback<Answer>((resume) => {
      const headers = {
        "content-type": contentType,
        "content-length": body.length,
        "request-id": requestId,
        ...signature,
      };
      const give = (error: Error) => resume(failed(summarize(error).code ?? error.name));
      const options = { method: "POST", headers, agent: false };
      const outgoing: ClientRequest =
        address.protocol === "https:"
          ? requestHttps(address, { ...options, ...(ca !== undefined && { ca }) })
          : requestHttp(address, options);
      outgoing.on("response", (incoming) => {
        const chunks: Array<Buffer> = [];
        let room = most;
        incoming.on("data", (chunk: Buffer) => {
          room -= chunk.length;
          chunks.push(chunk);
          if (room >= 0) return;
          resume(failed("an answer that is too large"));
          outgoing.destroy();
        });
        incoming.on("error", give);
        incoming.on("end", () =>
          resume(Effect.succeed({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString() })),
        );
      });
      outgoing.on("error", give);
      outgoing.end(body);
      return Effect.sync(() => void outgoing.destroy());
    });
  };
};
