/**
 * What each adapter says of a gateway that closes the connection and says nothing: that it may have been sent, and what that has to
 * do with the client certificate; and of everything that only looks so, not.
 */
import { describe, expect, it } from "@effect/vitest";
import type { TransportSettings } from "@wechat-refund/mutual-tls";
import { Script, ScriptedServer } from "@wechat-refund/testkit";
import { Effect } from "effect";
import { adapters, identities, requestTo, settings } from "./support.ts";

const { cut, end, read, readBytes, reply, reset, send, steps } = Script;
const answered = [read, send(reply())];

for (const [name, adapter] of adapters) {
  for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
    const open = Effect.fnUntraced(function* (
      script: Script.Script,
      {
        clientCertificate = "requested",
        ...options
      }: TransportSettings.Options & Pick<ScriptedServer.Options, "clientCertificate"> = {},
    ) {
      const server = yield* ScriptedServer.make({
        script,
        identity: identities.server,
        clientCa: identities.ca,
        clientCertificate,
        version,
      });
      const transport = yield* adapter.make(yield* settings(options));
      return { server, post: transport.send(requestTo(server.port)) };
    });
    const silentOf = (post: Effect.Success<ReturnType<typeof open>>["post"]) =>
      Effect.map(Effect.flip(post), ({ message, reason, sent }) => {
        expect(sent).toBe("maybe");
        expect(reason._tag).toBe("ConnectionLost");
        const silent = "silent" in reason ? reason.silent : undefined;
        expect(/without a word/.test(message)).toBe(silent !== undefined);
        return silent;
      });

    describe(`${name}, ${version}: closed without a word`, () => {
      for (const [who, certificate] of [
        ["certificate", {}],
        ["no-certificate", { certificate: undefined }],
      ] as const) {
        it.live.each<readonly [string, Script.Script]>([
          ["after the request, in order", steps(read, end)],
          ["after the request", steps(read, cut)],
          ["after the request, reset", steps(read, reset)],
          ["at the first byte of it", steps(readBytes(1), cut)],
          // Under TLS 1.3 the client holds the connection to be secure before it can learn that it ended.
          ...(version === "TLSv1.3" ? [["right after the handshake", steps(cut)] as const] : []),
        ])(`${who}: %s`, ([, script]) =>
          Effect.gen(function* () {
            for (const connections of ["fresh", "pooled"] as const) {
              const { post, server } = yield* open(script, { connections, ...certificate });
              expect(yield* silentOf(post)).toBe(who);
              expect(server.connections.length).toBe(1);
            }
          }).pipe(Effect.scoped),
        );

        it.live.each<readonly [string, Script.Step]>([
          ["in order", end],
          ["reset", reset],
        ])(`${who}: on a kept connection, after the next request, %s`, ([, last]) =>
          Effect.gen(function* () {
            const { post, server } = yield* open(steps(...answered, read, last), {
              connections: "pooled",
              ...certificate,
            });
            yield* post;
            expect(yield* silentOf(post)).toBe(who);
            expect([server.connections.length, server.requests.length]).toEqual([1, 2]);
          }).pipe(Effect.scoped),
        );
      }
    });

    describe(`${name}, ${version}: what is not that`, () => {
      it.live.each<readonly [string, ReadonlyArray<Script.Step>]>([
        ["half a status line, in order", [send("HTTP/1.1 2"), end]],
        ["one byte, cut", [send("H"), cut]],
        ["an interim reply", [send("HTTP/1.1 103 Early Hints\r\n\r\n"), end]],
        ["half a body", [send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), end]],
        ["what is not HTTP", [send("SSH-2.0\r\n\r\n"), end]],
      ])("%s", ([, last]) =>
        Effect.gen(function* () {
          for (const before of [[], answered]) {
            const { post } = yield* open(steps(...before, read, ...last), { connections: "pooled" });
            if (before.length > 0) yield* post;
            expect(yield* silentOf(post)).toBe(undefined);
          }
        }).pipe(Effect.scoped),
      );

      it.live("a kept connection that ended before anything was written", () =>
        Effect.gen(function* () {
          const { post, server } = yield* open([...steps(...answered, end), ...steps(...answered)], {
            connections: "pooled",
          });
          yield* post;
          yield* server.settled;
          expect((yield* post).status).toBe(200);
        }).pipe(Effect.scoped),
      );

      it.live("an alert", () =>
        Effect.gen(function* () {
          const { post } = yield* open(steps(read), { certificate: undefined, clientCertificate: "required" });
          const { reason, sent } = yield* Effect.flip(post);
          expect(sent).toBe(version === "TLSv1.2" ? "no" : "maybe");
          expect(reason).not.toHaveProperty("silent");
          expect(reason.message).toMatch(/client certificate.*ALERT/);
        }).pipe(Effect.scoped),
      );
    });
  }
}
