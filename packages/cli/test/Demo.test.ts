import { Transport, type TransportReply } from "@wechat-refund/core/Transport";
import * as Adapters from "../src/Adapters.ts";
import { answer } from "../src/commands/Sign.ts";
import * as Story from "../src/demo/Story.ts";
import { Console, Effect, Layer, Redacted } from "effect";
import { beforeAll, describe, expect, it } from "vitest";
import { type Ran, runProcess } from "./support/bin.ts";

const apiKey = "192006250b4c09247ec02edce69f6a2d";

describe("piped", () => {
  let ran: Ran;
  beforeAll(async () => void (ran = await runProcess(["demo"])));

  it("ends well, with nothing on standard error", () => {
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toMatch(/\nEverything came out as it should: \d{3} checks\n$/);
  });

  it("is plain text of at most 80 columns, but for messages, signatures and the string that was signed", () => {
    // oxlint-disable-next-line no-control-regex
    expect(ran.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    const long = ran.stdout.split("\n").filter((line) => line.length > 80);
    expect(long.filter((line) => !/^ {4}(?:<|sign |appid=)/.test(line))).toEqual([]);
  });

  it("shows no key, neither the API's nor a private one", () => {
    expect(ran.stdout).not.toMatch(/PRIVATE KEY|passphrase/i);
    expect(ran.stdout).not.toContain(apiKey);
    expect(ran.stdout).not.toContain("0123456789abcdef0123456789abcdef");
    expect(ran.stdout).toContain("&key=<redacted>");
  });

  it("shows a signature that the sign command confirms", () => {
    const [, section = ""] = /The request's fields:\n((?: {4}.*\n)+)/.exec(ran.stdout) ?? [];
    const fields = Object.fromEntries(
      [...section.matchAll(/^ {4}([a-z_]+) {2,}(\S+)$/gm)].map(([, name, value]) => [name, value]),
    );
    expect(fields).toMatchObject({
      appid: "wx8888888888888888",
      mch_id: "1900000109",
      device_info: "013467007045764",
      transaction_id: "1217752501201407033233368018",
      out_refund_no: "1217752501201407033233368018",
      total_fee: "100",
      refund_fee: "100",
      refund_fee_type: "CNY",
      op_user_id: "1900000109",
    });
    const input = new TextEncoder().encode(JSON.stringify(fields));
    expect(answer(input, "HMAC-SHA256", Redacted.make(apiKey)).json).toMatchObject({ sign: fields["sign"] });
  });

  it("refunds over every adapter with every certificate and algorithm", () => {
    const rows = [...ran.stdout.matchAll(/^ {2}(\S+) +(\S+) +(HMAC-SHA256|MD5) +([0-9]{29}) +SUCCESS +\d+$/gm)];
    const combinations = rows.map(([, adapter, form, signType]) => `${adapter} ${form} ${signType}`);
    expect(new Set(combinations)).toEqual(
      new Set(
        ["node-https", "undici"].flatMap((adapter) =>
          ["PEM", "PKCS#12", "RC2-40"].flatMap((form) =>
            ["HMAC-SHA256", "MD5"].map((signType) => `${adapter} ${form} ${signType}`),
          ),
        ),
      ),
    );
    expect(new Set(rows.map(([, , , , refundId]) => refundId)).size).toBe(12);
  });
});

/** The demonstration over transports that are wrong in some way. */
const tell = async (adapter: typeof Adapters.layer) => {
  const lines: Array<string> = [];
  const log = (...args: ReadonlyArray<unknown>) => void lines.push(args.join(" "));
  const right = await Effect.runPromise(
    Story.run(adapter).pipe(Effect.provideService(Console.Console, { ...globalThis.console, log, error: log })),
  );
  return { right, output: lines.join("\n") };
};

const changing =
  (change: (reply: TransportReply) => TransportReply): typeof Adapters.layer =>
  (name, settings) =>
    Layer.effect(
      Transport,
      Effect.map(Transport, ({ send }) => ({ send: (request) => Effect.map(send(request), change) })),
    ).pipe(Layer.provide(Adapters.layer(name, settings)));

describe("when it does not come out as it should", () => {
  it("says what was expected: replies lose a field", async () => {
    const { output, right } = await tell(
      changing((reply) => ({
        ...reply,
        body: new TextEncoder().encode(new TextDecoder().decode(reply.body).replace(/<mch_id>.*?<\/mch_id>/, "")),
      })),
    );
    expect(right).toBe(false);
    expect(output).toMatch(/✗ undici, RC2-40, MD5: expected "accepted and refunded", got "UntrustedReply: /);
    expect(output).toMatch(/\d+ of \d+ checks did not come out as they should/);
  });

  it("says what was expected: a transport sends twice", async () => {
    const { output, right } = await tell((name, settings) =>
      Layer.effect(
        Transport,
        Effect.map(Transport, ({ send }) => ({
          send: (request) => Effect.andThen(Effect.ignore(send(request)), send(request)),
        })),
      ).pipe(Layer.provide(Adapters.layer(name, settings))),
    );
    expect(right).toBe(false);
    expect(output).toMatch(/✗ A reply that is lost.*: expected .*TransportFailed.*, got "accepted"/);
  });

  it("says what was expected: no certificate is shown", async () => {
    const { output, right } = await tell((name, settings) =>
      Adapters.layer(name, { ...settings, certificate: undefined }),
    );
    expect(right).toBe(false);
    expect(output).toMatch(/✗ node-https, PEM, HMAC-SHA256: expected "accepted and refunded", got "GatewayRefused: /);
  });
});
