/** The clients of docs/service.md are run as they stand there, where their language is installed; its tables are the server's. */
import { spawn, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { it } from "@effect/vitest";
import { Effect } from "effect";
import { expect } from "vitest";
import { patterns, types } from "../src/internal/webhooks/messages.ts";
import { hooksFile, newSecret, receiver } from "./support/receiver.ts";
import { directory, gatewayOf, refundOf, start } from "./support/service.ts";

const page = readFileSync(new URL("../../../docs/service.md", import.meta.url), "utf8");
const fence = (language: string): string =>
  new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "m").exec(page)?.[1] ?? "";

const isThere = (command: string): boolean => spawnSync(command, ["--version"]).status === 0;

const run = (command: string, args: ReadonlyArray<string>, env: Readonly<Record<string, string>>) =>
  new Promise<{ readonly code: number | null; readonly out: string }>((resolve) => {
    const child = spawn(command, args, {
      env: {
        PATH: process.env["PATH"],
        NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
        HOME: process.env["HOME"],
        ...env,
      },
    });
    let out = "";
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (out += chunk.toString()));
    child.on("close", (code) => resolve({ code, out }));
  });

const clients = [
  {
    language: "sh",
    probe: "curl",
    file: "client.sh",
    command: "bash",
    says: '"created":true',
    number: "T-1-R1",
  },
  {
    language: "python",
    probe: "python3",
    file: "client.py",
    command: "python3",
    says: "T-2-R1",
    number: "T-2-R1",
  },
  {
    language: "java",
    probe: "java",
    file: "Refund.java",
    command: "java",
    says: '"created":true',
    number: "T-3-R1",
  },
] as const;

for (const { command, file, language, number, probe, says } of clients) {
  const there = isThere(probe);
  if (!there) console.warn(`\n!!! SKIPPED: the client in ${language} of docs/service.md; there is no ${probe}\n`);
  it.live.skipIf(!there)(`the client in ${language} has a refund made`, () =>
    Effect.gen(function* () {
      const { api, ask, token } = yield* start({ gateway: gatewayOf(5, 9900) });
      const path = join(yield* directory, file);
      writeFileSync(path, fence(language));
      const TOKEN = yield* token({ name: "client", merchants: ["shop"], rights: ["read", "write"] });
      const ended = yield* Effect.promise(() => run(command, [path], { SERVICE: api, TOKEN }));
      expect(ended).toMatchObject({ code: 0, out: expect.stringContaining(says) });
      expect((yield* ask("GET", `/v1/refunds/shop/${number}`)).status).toBe(200);
    }),
  );
}

/** A proxy before a service, which takes its answers to the first requests for itself: they are 502, and half an answer. */
const lossy = (api: string) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly url: string; readonly close: () => void }>((resume) => {
      let posted = 0;
      const server = createServer(async (incoming, outgoing) => {
        const { authorization = "" } = incoming.headers;
        const isPost = incoming.method === "POST";
        const response = await fetch(`${api}${incoming.url ?? ""}`, {
          method: incoming.method ?? "GET",
          headers: { authorization, "content-type": "application/json" },
          ...(isPost && { body: await text(incoming) }),
        });
        const body = await response.text();
        if (isPost) posted++;
        if (posted === 1) return void outgoing.writeHead(502, { "retry-after": new Date().toUTCString() }).end();
        outgoing.writeHead(response.status, { "content-length": Buffer.byteLength(body) });
        if (isPost && posted === 2) outgoing.write(body.slice(0, 20), () => outgoing.destroy());
        else outgoing.end(body);
      });
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        const port = typeof address === "object" ? address?.port : 0;
        resume(Effect.succeed({ url: `http://127.0.0.1:${port}`, close: () => void server.close() }));
      });
    }),
    ({ close }) => Effect.sync(close),
  );

for (const { command, file, language, number, probe, says } of clients.slice(1)) {
  it.live.skipIf(!isThere(probe))(`the client in ${language} asks again whatever is lost on the way`, () =>
    Effect.gen(function* () {
      const { api, ask, token } = yield* start({ gateway: gatewayOf(5, 9900) });
      const { url } = yield* lossy(api);
      const path = join(yield* directory, file);
      writeFileSync(path, fence(language));
      const TOKEN = yield* token({ name: "client", merchants: ["shop"], rights: ["read", "write"] });
      const ended = yield* Effect.promise(() => run(command, [path], { SERVICE: url, TOKEN }));
      expect(ended).toMatchObject({ code: 0, out: expect.stringContaining(says.replace("true", "false")) });
      expect((yield* ask("GET", "/v1/refunds")).body).toMatchObject({ refunds: [{ outRefundNo: number }] });
    }),
  );
}

it.live.skipIf(!isThere("curl"))("what a person does with webhooks is done as it stands there", () =>
  Effect.gen(function* () {
    const calls = [...page.matchAll(/^```sh\n(curl[\s\S]*?)^```$/gm)].map(([, code = ""]) => code);
    // Those of the client are run above.
    expect(calls).toHaveLength(2);
    const secret = newSecret();
    const erp = yield* receiver(secret);
    const hooks = yield* hooksFile([{ name: "erp", url: erp.url, secret }]);
    const { api, token } = yield* start({ service: { webhooks: { file: hooks.file } } });
    const TOKEN = yield* token({ name: "person", merchants: ["*"], rights: ["read", "operate"] });
    const path = join(yield* directory, "calls.sh");
    writeFileSync(path, `set -eu\n${calls[1]}`);
    const ended = yield* Effect.promise(() => run("bash", [path], { SERVICE: api, TOKEN }));
    expect(ended).toMatchObject({ code: 0, out: expect.stringContaining('"webhook":"erp"') });
    yield* Effect.promise(() => expect.poll(() => erp.got.length, { timeout: 50_000 }).toBeGreaterThan(0));
  }),
);

const python = isThere("python3");

it.live.skipIf(!python)("the receiver in Python believes what is signed with either secret, and keeps the newest", () =>
  Effect.gen(function* () {
    const [, webhooks = ""] = page.split("## Webhooks");
    const code = /^```python\n([\s\S]*?)^```$/m.exec(webhooks)?.[1] ?? "";
    const path = join(yield* directory, "receiver.py");
    writeFileSync(path, code);
    const [old, fresh] = [newSecret(), newSecret()];
    let out = "";
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn("python3", [path], {
          env: {
            PATH: process.env["PATH"],
            NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
            HOME: process.env["HOME"],
            PORT: "0",
            WEBHOOK_SECRETS: `${fresh} ${old}`,
          },
        }),
      ),
      (child) => Effect.sync(() => void child.kill("SIGKILL")),
    );
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    const says = (words: RegExp) => Effect.promise(() => expect.poll(() => out, { timeout: 50_000 }).toMatch(words));
    yield* says(/^listening \d+$/m);
    const url = `http://127.0.0.1:${/\d+/.exec(out)?.[0]}/`;
    const hooks = yield* hooksFile([
      { name: "erp", url, secret: old },
      { name: "forger", url, secret: newSecret() },
    ]);
    const { ask } = yield* start({ service: { webhooks: { file: hooks.file } } });
    yield* ask("POST", "/v1/refunds", { body: refundOf(1) });
    yield* says(/^R-1 Accepted None$/m);
    const before = out;
    yield* ask("POST", "/v1/webhooks/erp/replay", { body: { reason: "a test", which: "all", first: 1 } });
    const stand = Effect.map(ask("GET", "/v1/webhooks"), ({ body }) => body["webhooks"]);
    yield* Effect.promise(() =>
      expect
        .poll(() => Effect.runPromise(stand), { timeout: 50_000 })
        .toMatchObject([
          { webhook: "erp", pending: 0, dead: 0 },
          { webhook: "forger", failure: "it answered with the status 401" },
        ]),
    );
    expect(out).toBe(before);
  }),
);

it("names every type of event that there is", () => {
  const [, webhooks = ""] = page.split("## Webhooks");
  for (const type of [...types, ...patterns]) {
    const [group = "", name] = type.split(".");
    expect(webhooks).toMatch(
      name === undefined ? "`*`" : new RegExp(`\`(?:${group}\\.)?${name.replace("*", "\\*")}\``),
    );
  }
});

it("names every problem there is", () => {
  const source = readFileSync(new URL("../src/Problems.ts", import.meta.url), "utf8");
  const codes = [...source.matchAll(/Schema\.tag\("([a-z-]+)"\)/g)].map(([, code]) => code ?? "");
  expect(codes.length).toBeGreaterThan(14);
  const [, answers = ""] = page.split("## What is answered");
  // A defect is nothing that a client is prepared for.
  for (const code of codes.filter((code) => code !== "internal")) expect(answers).toContain(`\`${code}\``);
});
