/** The one PostgreSQL of a run of these tests, which their processes ask for: it is started for the first that does. */
import { createServer } from "node:http";
import { once } from "node:events";
import type { TestProject } from "vitest/node";
import { start } from "./Postgres.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Answers with the server's `Access`. */
    readonly postgresOfTheRun: string;
  }
}

export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  let started: ReturnType<typeof start> | undefined;
  const server = createServer((_, response) => {
    started ??= start();
    started.then(
      ({ cluster: { directory, port, password } }) => response.end(JSON.stringify({ directory, port, password })),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no address");
  project.provide("postgresOfTheRun", `http://127.0.0.1:${address.port}`);
  return async () => {
    server.close();
    await started?.then(
      ({ end }) => end(),
      () => {},
    );
  };
};
