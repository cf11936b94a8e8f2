/** The file of the webhooks: what it may hold, and everything that is said of what it may not. */
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "@effect/vitest";
import { WebhooksFile } from "@wechat-refund/server";
import { ConfigProvider, Effect, Redacted, Result } from "effect";
import { describe, expect } from "vitest";
import { Webhook as Independent } from "standardwebhooks";
import { fieldsOf, keyOf } from "../src/internal/webhooks/signing.ts";
import { directory } from "./support/service.ts";

const secretOf = (letter: string, bytes = 32): string => `whsec_${Buffer.alloc(bytes, letter).toString("base64")}`;
const [first, second] = [secretOf("a"), secretOf("b")];

const env = ConfigProvider.layer(
  ConfigProvider.fromEnv({
    env: { HOOK_SECRET: first, HOOK_PREVIOUS: second, HOOK_SHORT: secretOf("a", 23), HOOK_WORD: "Sesam" },
  }),
);

const good = {
  name: "erp",
  url: "https://erp.example/refunds?tenant=7",
  merchants: ["shop"],
  types: ["refund.*", "reconciliation.done"],
  secret: { variable: "HOOK_SECRET" },
};

const reading = Effect.fnUntraced(function* (content: unknown, mode = 0o600) {
  const file = join(yield* directory, "webhooks.json");
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  chmodSync(file, mode);
  return yield* Effect.result(WebhooksFile.read(file).pipe(Effect.provide(env)));
});

const issuesOf = (content: unknown, mode?: number) =>
  Effect.map(reading(content, mode), (found) => (Result.isFailure(found) ? found.failure.issues : []));

describe("a file of webhooks", () => {
  it.live("gives endpoints, with secrets from files and variables", () =>
    Effect.gen(function* () {
      const folder = yield* directory;
      const secret = join(folder, "erp.secret");
      writeFileSync(secret, `${second}\n`, { mode: 0o600 });
      const { endpoints, secrets, warnings } = yield* Effect.fromResult(
        yield* reading({
          webhooks: [
            { ...good, previousSecret: { file: secret } },
            {
              name: "desk",
              url: "http://desk.internal:8080/",
              merchants: ["*"],
              secret: { file: secret },
              allow: ["desk.internal", "10.1.0.0/16", "127.0.0.1", "::1"],
            },
          ],
        }),
      );
      expect([secrets, warnings]).toEqual([[secret, secret], []]);
      expect(endpoints.map(({ name, types }) => [name, types])).toEqual([
        ["erp", ["refund.*", "reconciliation.done"]],
        ["desk", ["*"]],
      ]);
      expect(endpoints.map(({ keys }) => keys.length)).toEqual([2, 1]);
      expect(endpoints[1]?.allow).toMatchObject({ host: true, networks: { length: 3 } });
      expect(JSON.stringify(endpoints)).not.toContain(Buffer.alloc(32, "a").toString("base64"));
    }),
  );

  const wrongs: ReadonlyArray<readonly [what: string, content: unknown, says: ReadonlyArray<RegExp>]> = [
    ["no JSON", "{", [/^it is not JSON$/]],
    ["a field twice", '{"webhooks": [], "webhooks": []}', [/^webhooks is given twice$/]],
    ["no list", {}, [/^webhooks is missing/]],
    ["another list", { webhooks: [], merchants: [] }, [/^merchants is no field of the file: there are webhooks$/]],
    ["no object", { webhooks: ["https://erp.example"] }, [/^entry 1 must be an object/]],
    [
      "nothing at all",
      { webhooks: [{}] },
      [/^entry 1: name is missing/, /url must be an address/, /merchants must be a list/, /secret must be \{/],
    ],
    [
      "a misspelt field",
      { webhooks: [{ ...good, secrets: 1 }] },
      [/^erp: secrets is no field of a webhook: did you mean secret\?$/],
    ],
    [
      "a field like a key",
      { webhooks: [{ ...good, [first]: 1 }] },
      [/^erp: \(a field\) is no field of a webhook: there are name,/],
    ],
    ["a name twice", { webhooks: [good, good] }, [/^erp: name is another endpoint's already$/]],
    ["a name like a key", { webhooks: [{ ...good, name: first }] }, [/^\(not a name\): name must be/]],
    [
      "http",
      { webhooks: [{ ...good, url: "http://erp.example" }] },
      [/^erp: url must begin with https:\/\/: in the clear/],
    ],
    [
      "another scheme",
      { webhooks: [{ ...good, url: "file:///etc/passwd" }] },
      [/^erp: url must begin with https:\/\/$/],
    ],
    ["a password", { webhooks: [{ ...good, url: "https://me:Sesam@erp.example" }] }, [/^erp: url must hold no user/]],
    [
      "a part that is not sent",
      { webhooks: [{ ...good, url: "https://erp.example#a" }] },
      [/^erp: url must have nothing after #/],
    ],
    [
      "a misspelt type",
      { webhooks: [{ ...good, types: ["refund.suceeded"] }] },
      [/^erp: types .* did you mean refund\.succeeded\?$/],
    ],
    [
      "no types",
      { webhooks: [{ ...good, types: [] }] },
      [/^erp: types must be a list of types of events.*refund\.not_made.*refund\.blocked/],
    ],
    ["no merchants", { webhooks: [{ ...good, merchants: [] }] }, [/^erp: merchants must be a list/]],
    [
      "the secret itself",
      { webhooks: [{ ...good, secret: first }] },
      [/^erp: secret is a secret and does not stand here/],
    ],
    [
      "a variable that is not set",
      { webhooks: [{ ...good, secret: { variable: "NOT_SET" } }] },
      [/^erp: secret names the variable NOT_SET, which is not set$/],
    ],
    [
      "a file that is not there",
      { webhooks: [{ ...good, secret: { file: "/nowhere/Sesam" } }] },
      [/^erp: secret names a file that cannot be read \(ENOENT\)$/],
    ],
    [
      "a short secret",
      { webhooks: [{ ...good, secret: { variable: "HOOK_SHORT" } }] },
      [/^erp: secret must be whsec_ and 24 to 64 random bytes/],
    ],
    [
      "no secret's form",
      { webhooks: [{ ...good, secret: { variable: "HOOK_WORD" } }] },
      [/^erp: secret must be whsec_/],
    ],
    [
      "one secret twice",
      { webhooks: [{ ...good, previousSecret: { variable: "HOOK_SECRET" } }] },
      [/^erp: previousSecret is the same as secret/],
    ],
    [
      "another host",
      { webhooks: [{ ...good, allow: ["other.internal"] }] },
      [/^erp: allow names another host than url/],
    ],
    [
      "a crooked network",
      { webhooks: [{ ...good, allow: ["10.1.0.1/16"] }] },
      [/^erp: allow holds what is no network/],
    ],
    ["a flag for all", { webhooks: [{ ...good, allow: true }] }, [/^erp: allow must be a list/]],
    [
      "more than can be seen to",
      { webhooks: Array.from({ length: 65 }, (_, n) => ({ ...good, name: `erp${n}` })) },
      [/^webhooks has more than 64 endpoints$/],
    ],
  ];
  for (const [what, content, says] of wrongs) {
    it.live(`says what is wrong: ${what}`, () =>
      Effect.gen(function* () {
        const issues = yield* issuesOf(content);
        expect(issues).toEqual(says.map((words) => expect.stringMatching(words)));
        for (const secret of [first, second, "Sesam"]) expect(issues.join()).not.toContain(secret);
      }),
    );
  }

  it.live("is refused where others may write to it, or where there is none", () =>
    Effect.gen(function* () {
      expect(yield* issuesOf({ webhooks: [good] }, 0o622)).toEqual([expect.stringContaining("chmod 600")]);
      expect((yield* Effect.flip(WebhooksFile.read("/nowhere/webhooks.json"))).issues).toEqual([
        "there is no such file; docs/service.md shows one",
      ]);
      expect(yield* issuesOf({ webhooks: [good] })).toEqual([]);
      const secret = join(yield* directory, "open.secret");
      writeFileSync(secret, first);
      chmodSync(secret, 0o644);
      const { warnings } = yield* Effect.fromResult(
        yield* reading({ webhooks: [{ ...good, secret: { file: secret } }] }),
      );
      expect(warnings).toEqual([expect.stringMatching(/^erp: secret is in a file .* chmod 600/)]);
    }),
  );
});

describe("a signature", () => {
  const body = '{"type":"refund.succeeded","data":{"note":"退款成功"}}';
  const keys = [first, second].map((secret) => Result.getOrThrow(keyOf(secret)));

  it("is right for an independent client that has either secret, and for none that has another", () => {
    const fields = fieldsOf(keys, "msg_1", Date.now(), body);
    for (const secret of [first, second]) {
      expect(new Independent(secret).verify(body, fields)).toEqual(JSON.parse(body));
    }
    expect(() => new Independent(secretOf("c")).verify(body, fields)).toThrow("No matching signature");
    expect(() => new Independent(first).verify(`${body} `, fields)).toThrow("No matching signature");
    expect(() => new Independent(first).verify(body, { ...fields, "webhook-id": "msg_2" })).toThrow();
    const old = fieldsOf(keys, "msg_1", Date.now() - 600_000, body);
    expect(() => new Independent(first).verify(body, old)).toThrow("too old");
  });

  it("takes secrets with or without the padding of base64, and prints none", () => {
    for (const bytes of [24, 25, 26, 64]) {
      const secret = secretOf("a", bytes);
      for (const written of [secret, secret.replace(/=+$/, "")]) {
        const key = Result.getOrThrow(keyOf(written));
        expect(Redacted.value(key).length).toBe(bytes);
        expect(String(key)).toBe("<redacted>");
      }
    }
    for (const secret of ["", "whsec_", secretOf("a", 65), `${first}!`, first.slice(6), `whsec_${"-".repeat(43)}`]) {
      expect(Result.isFailure(keyOf(secret))).toBe(true);
    }
  });
});
