/** A client on `node:https`, sharing nothing with the library's transports. */
import type { IncomingMessage } from "node:http";
import { Agent, type AgentOptions, request, type RequestOptions } from "node:https";
import { Effect } from "effect";
import type { Server } from "@wechat-refund/simulator";
import type { TestIdentities } from "@wechat-refund/testkit";

export interface WireReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
  readonly headers: IncomingMessage["headers"];
  readonly reusedSocket: boolean;
}

/** An agent that shows the identity, or nothing, and trusts the server's authority. */
export const agent = (
  { caPem }: Server.Running,
  identity?: TestIdentities.Identity,
  options: AgentOptions = {},
): Agent =>
  new Agent({
    ca: caPem,
    ...(identity !== undefined && { cert: identity.certificatePem, key: identity.privateKeyPem }),
    ...options,
  });

/** One request, whole reply. Fails with the code of Node's error. */
export const send = (
  { url }: Server.Running,
  options: RequestOptions & { readonly path: string; readonly body: Uint8Array },
): Effect.Effect<WireReply, string> =>
  Effect.callback((resume) => {
    const { body, path, ...rest } = options;
    const outgoing = request(`${url}${path}`, { method: "POST", ...rest }, (incoming) => {
      const chunks: Array<Buffer> = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("error", (error) => resume(Effect.fail("code" in error ? String(error.code) : error.name)));
      // A kept socket goes back to its agent in the turn after.
      incoming.on("end", () =>
        setImmediate(
          resume,
          Effect.succeed({
            status: incoming.statusCode ?? 0,
            contentType: incoming.headers["content-type"] ?? "",
            body: new Uint8Array(Buffer.concat(chunks)),
            headers: incoming.headers,
            reusedSocket: outgoing.reusedSocket,
          }),
        ),
      );
    });
    outgoing.on("error", (error) => resume(Effect.fail("code" in error ? String(error.code) : error.name)));
    outgoing.end(body);
    return Effect.sync(() => void outgoing.destroy());
  });

/** Waits, in real time, until a condition holds; the test's own time limit ends a wait for nothing. */
export const until = (holds: () => boolean): Effect.Effect<void> =>
  Effect.suspend(() => (holds() ? Effect.void : Effect.andThen(Effect.sleep("1 millis"), until(holds))));
