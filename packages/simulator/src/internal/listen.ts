/** Opening a port, or saying why not. */
import type { Server } from "node:net";
import * as Effect from "effect/Effect";
import * as Schema from "effect/Schema";
import { onOneLine } from "@wechat-refund/core/Printed";
import { summarize } from "@wechat-refund/core/Transport";

/** The server cannot listen: the port is taken, or the host is not one of this machine. */
export class CannotListen extends onOneLine(
  Schema.TaggedError<CannotListen>("@wechat-refund/simulator/CannotListen")("CannotListen", {
    host: Schema.String,
    port: Schema.Finite,
    code: Schema.String,
  }),
) {
  override get message(): string {
    return `cannot listen on ${this.host} port ${this.port} (${this.code}); choose another, or leave it out`;
  }
}

/** The port a server listens on. */
export const listen = (server: Server, host: string, port: number): Effect.Effect<number, CannotListen> =>
  Effect.callback((resume) => {
    server.once("error", (cause) =>
      resume(Effect.fail(new CannotListen({ host, port, code: summarize(cause).code ?? cause.name }))),
    );
    server.listen(port, host, () => {
      const address = server.address();
      resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : port));
    });
  });
