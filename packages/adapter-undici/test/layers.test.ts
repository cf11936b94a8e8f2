/** The ways to make a transport: from settings, from the environment, from files that change. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@effect/vitest";
import { Transport } from "@wechat-refund/core/Transport";
import { TransportSettings } from "@wechat-refund/mutual-tls";
import type { TestIdentities } from "@wechat-refund/testkit";
import { ConfigProvider, Effect, Layer } from "effect";
import * as Support from "./support.ts";

const { identities, requestTo, serve } = Support;

const files = Effect.acquireRelease(
  Effect.sync(() => {
    const folder = mkdtempSync(join(tmpdir(), "transport-"));
    const certFile = join(folder, "apiclient_cert.pem");
    const keyFile = join(folder, "apiclient_key.pem");
    const caFile = join(folder, "ca.pem");
    writeFileSync(caFile, identities.ca);
    const write = ({ certificatePem, privateKeyPem }: TestIdentities.Identity) => {
      writeFileSync(certFile, certificatePem);
      writeFileSync(keyFile, privateKeyPem, { mode: 0o600 });
    };
    write(identities.merchantA);
    return { folder, certFile, keyFile, caFile, write };
  }),
  ({ folder }) => Effect.sync(() => rmSync(folder, { recursive: true })),
);

const environment = ({ certFile, keyFile, caFile }: Effect.Success<typeof files>) =>
  ConfigProvider.layer(
    ConfigProvider.fromEnv({
      env: {
        WECHAT_PAY_CERT_FILE: certFile,
        WECHAT_PAY_KEY_FILE: keyFile,
        WECHAT_PAY_CA_FILE: caFile,
        WECHAT_PAY_CONNECTIONS: "pooled",
      },
    }),
  );

const post = (port: number) => Effect.flatMap(Transport, ({ send }) => send(requestTo(port)));

for (const [name, adapter] of Support.adapters) {
  describe(name, () => {
    it.live("layer: from settings", () =>
      Effect.gen(function* () {
        const server = yield* serve(Support.ok);
        const layer = adapter.layer(yield* Support.settings());
        expect((yield* post(server.port).pipe(Effect.provide(layer))).status).toBe(200);
        expect(server.clients).toEqual(["1900000109"]);
        yield* Support.until("the connection closes", () => server.open.size === 0);
      }),
    );

    it.live("layer: certificate material of no use is refused when the layer is built", () =>
      Effect.gen(function* () {
        const settings = yield* Support.settings();
        const layer = adapter.layer({ ...settings, trust: { replaceSystem: true } });
        const error = yield* Effect.flip(Effect.scoped(Layer.build(layer)));
        expect(error._tag).toBe("CertificateError");
      }),
    );

    it.live("layerConfig: from the environment", () =>
      Effect.gen(function* () {
        const server = yield* serve(Support.ok);
        const twice = Effect.andThen(post(server.port), post(server.port));
        const layer = Layer.provide(adapter.layerConfig, environment(yield* files));
        expect((yield* twice.pipe(Effect.provide(layer))).status).toBe(200);
        expect([server.clients, server.requests.length]).toEqual([["1900000109"], 2]);
      }),
    );

    it.live("layerRotating: a new certificate file is used without a restart", () =>
      Effect.gen(function* () {
        const material = yield* files;
        const server = yield* serve(Support.ok);
        const layer = adapter.layerRotating({
          files: [material.certFile, material.keyFile],
          load: TransportSettings.config,
          interval: "10 millis",
        });
        yield* Effect.gen(function* () {
          yield* post(server.port);
          material.write(identities.merchantB);
          while (server.clients.at(-1) !== "1900000110") {
            yield* Effect.sleep("5 millis");
            expect((yield* post(server.port)).status).toBe(200);
          }
          expect(server.clients).toEqual(["1900000109", "1900000110"]);
        }).pipe(Effect.provide(Layer.provide(layer, environment(material))));
      }),
    );
  });
}
