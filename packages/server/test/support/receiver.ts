/** A receiver of webhooks on loopback, which verifies with an independent client, and a file that names it. */
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Effect } from "effect";
import { Webhook } from "standardwebhooks";
import { directory } from "./service.ts";

export const newSecret = (): string => `whsec_${randomBytes(32).toString("base64")}`;

export interface Got {
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly headers: IncomingHttpHeaders;
  /** By which of the receiver's secrets it was signed; none where it must not be believed. */
  readonly by: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Receiver {
  readonly url: string;
  readonly server: Server;
  /** What came, whatever was answered. */
  readonly got: Array<Got>;
  /** The secrets that it has now. */
  secrets: ReadonlyArray<string>;
  /** What it answers; nothing for as long as the promise takes. */
  answer: (got: Got) => Answer | Promise<Answer>;
  /** The most requests that it had at a time. */
  most: number;
}

export const receiver = (...secrets: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.callback<Receiver>((resume) => {
      let now = 0;
      const server = createServer((incoming, outgoing) => {
        now++;
        made.most = Math.max(made.most, now);
        outgoing.on("close", () => now--);
        let text = "";
        incoming.setEncoding("utf8");
        incoming.on("data", (chunk: string) => (text += chunk));
        incoming.on("end", () => {
          const headers = incoming.headers as Record<string, string>;
          const by = made.secrets.find((secret) => {
            try {
              return new Webhook(secret).verify(text, headers) !== undefined;
            } catch {
              return false;
            }
          });
          const { data, type } = JSON.parse(text) as Pick<Got, "data" | "type">;
          const got: Got = { id: headers["webhook-id"] ?? "", type, data, text, headers: incoming.headers, by };
          made.got.push(got);
          void Promise.resolve(made.answer(got)).then(({ headers = {}, status }) => {
            outgoing.writeHead(status, headers);
            outgoing.end();
          });
        });
      });
      const made: Receiver = {
        url: "",
        server,
        got: [],
        secrets,
        answer: () => ({ status: 204 }),
        most: 0,
      };
      server.listen(0, "127.0.0.1", () =>
        resume(
          Effect.succeed(
            Object.assign(made, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks` }),
          ),
        ),
      );
    }),
    ({ server }) =>
      Effect.sync(() => {
        server.closeAllConnections();
        server.close();
      }),
  );

export interface Entry {
  readonly name: string;
  readonly url: string;
  readonly secret: string;
  readonly previousSecret?: string | undefined;
  readonly merchants?: ReadonlyArray<string>;
  readonly types?: ReadonlyArray<string>;
}

/** A file of webhooks in a directory of its own; `write` puts another content in its place. */
export const hooksFile = Effect.fnUntraced(function* (entries: ReadonlyArray<Entry>) {
  const folder = yield* directory;
  const file = join(folder, "webhooks.json");
  let written = 0;
  const secretFile = (secret: string): { readonly file: string } => {
    const path = join(folder, `${++written}.secret`);
    writeFileSync(path, `${secret}\n`, { mode: 0o600 });
    return { file: path };
  };
  const write = (entries: ReadonlyArray<Entry>): void =>
    writeFileSync(
      file,
      JSON.stringify({
        webhooks: entries.map(({ merchants = ["*"], previousSecret, secret, ...entry }) => ({
          ...entry,
          merchants,
          allow: ["127.0.0.1"],
          secret: secretFile(secret),
          ...(previousSecret !== undefined && { previousSecret: secretFile(previousSecret) }),
        })),
      }),
      { mode: 0o600 },
    );
  write(entries);
  return { file, write };
});
