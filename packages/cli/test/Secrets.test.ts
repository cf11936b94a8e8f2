/**
 * Whole stories with marked secrets, through both transports, the gateway and the command, with failures of every kind: nothing
 * that is printed, logged, traced, counted, thrown or shown by a value holds one of them.
 */
import { createHash, createPrivateKey, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "@effect/vitest";
import { NodeHttpsTransport } from "@wechat-refund/adapter-node-https";
import { UndiciTransport } from "@wechat-refund/adapter-undici";
import {
  Merchant,
  Operation,
  OrderRefunds,
  Params,
  Refund,
  RefundClient,
  RefundNotice,
  Resend,
  Signature,
  Transport,
} from "@wechat-refund/core";
import { Replies } from "@wechat-refund/core/testing";
import { ClientCertificate, SecureContext, TransportSettings } from "@wechat-refund/mutual-tls";
import { Fault, Gateway, MemoryTransport, Server } from "@wechat-refund/simulator";
import { TestIdentities } from "@wechat-refund/testkit";
import { ConfigProvider, Effect, Fiber, Layer, Metric, Redacted, Stream } from "effect";
import { expect } from "vitest";
import { runProcess as run } from "./support/bin.ts";
import { formsOf, search, Watch } from "./support/watch.ts";

/** 32 letters and digits, as an API key has. */
const key = (name: string): string => `${name}${randomBytes(32).toString("hex")}`.slice(0, 32);
const md5 = (text: string): string => createHash("md5").update(text).digest("hex");

const appId = "wx8888888888888888";
const mchId = "1900000109";
const apiKey = key("Canary1");
const previousApiKey = key("Canary2");
const wrongApiKey = key("Canary3");
const passphrase = `Canary/4 ${randomBytes(12).toString("base64")} "ä`;
const proxyAuthorization = `Basic ${randomBytes(24).toString("base64")}`;
const identities = TestIdentities.make({ merchantA: mchId, merchantB: "1900000110" });
const { certificatePem, pkcs12, privateKeyPem } = identities.merchantA;
const keyLines = privateKeyPem.split("\n").filter((line) => line.length === 64);
const encryptedKeyPem = createPrivateKey(privateKeyPem)
  .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase })
  .toString();

const secrets: Readonly<Record<string, string>> = {
  // A key that was typed wrongly is nearly the key.
  apiKey: apiKey.slice(1),
  previousApiKey: previousApiKey.slice(1),
  wrongApiKey: wrongApiKey.slice(1),
  "MD5 of the API key": md5(apiKey),
  "MD5 of the API key in capitals": md5(apiKey).toUpperCase(),
  "MD5 of the previous API key": md5(previousApiKey),
  passphrase,
  proxyAuthorization,
  "a line of the private key": keyLines[3] ?? "",
  "a later line of the private key": keyLines.at(-2) ?? "",
  "a line of the encrypted private key": encryptedKeyPem.split("\n")[5] ?? "",
};

const order = { transactionId: "4200000000202601010000000001", outTradeNo: "ORDER-1", totalFee: 10_000 };
let numbers = 0;
const request = (more: Partial<Refund.RefundRequest> = {}): Refund.RefundRequest => ({
  order: { outTradeNo: order.outTradeNo },
  outRefundNo: `R-${++numbers}`,
  totalFee: order.totalFee,
  refundFee: 1,
  ...more,
});

const gatewayOf = (more: object = {}): Gateway.Gateway =>
  Gateway.make({
    merchants: [
      { appId, mchId, apiKey, previousApiKey, ...more },
      { appId, mchId: "1900000110", apiKey: wrongApiKey },
    ],
    orders: [{ mchId, ...order, paidAt: Date.now() - 60_000 }],
  });

const faults: ReadonlyArray<Fault.Fault> = (["refund", "query"] as const).flatMap((on) => [
  Fault.Drop({ on }),
  Fault.LoseReply({ on }),
  Fault.Reset({ on, reached: true }),
  Fault.Delay({ on, millis: 400, part: "reply" }),
  Fault.Replace({ on, status: 502, body: "<html><head><title>502</title></head></html>", reached: true }),
  Fault.Replace({ on, status: 200, body: "x".repeat(300_000), reached: true }),
  Fault.Replace({ on, status: 200, body: "", reached: true }),
  Fault.Mangle({ on, find: "SUCCESS]]></result_code>", put: "FAIL]]></result_code>" }),
  Fault.Corrupt({ on, at: 0.5, xor: 1 }),
  Fault.Truncate({ on, bytes: 200 }),
  Fault.Cut({ on, bytes: 200 }),
  Fault.Unsign({ on }),
  Fault.Missign({ on }),
  Fault.Misdirect({ on }),
  Fault.Stray({ on }),
  Fault.Refuse({ on, errCode: "SYSTEMERROR", accepted: true }),
]);

/** One client and everything that is asked of it; each ending is kept. */
const stories = Effect.fnUntraced(function* (watch: Watch, gateway: Gateway.Gateway | undefined, url: string) {
  const client = yield* RefundClient.RefundClient;
  watch.note("service", client);
  watch.note("service", yield* Transport.Transport);
  watch.note("service", yield* Merchant.Merchant);
  const reference = Effect.provideService(RefundClient.Endpoint, url);
  const end = (what: string, effect: Effect.Effect<unknown, unknown>) =>
    Effect.map(Effect.exit(reference(effect)), (exit) => watch.exit(what, exit));
  const asked = request();
  yield* end("refund", client.refund(asked));
  yield* end("query", client.query({ outRefundNo: asked.outRefundNo }));
  yield* end("confirm", client.confirm({ ...asked, refundFee: 2 }));
  const orders = yield* OrderRefunds.make;
  yield* end("orders", Stream.runCollect(orders.all({ outTradeNo: order.outTradeNo })));
  yield* end("invalid", client.refund(request({ outRefundNo: "R 1", refundFee: 20_000, refundDesc: "a&key=b" })));
  if (gateway === undefined) return;
  watch.note("service", gateway);
  for (const fault of faults) {
    gateway.faults.push(fault);
    const what = `${fault._tag} of ${fault.on}`;
    yield* end(
      what,
      fault.on === "refund" ? client.refund(request()) : client.query({ outRefundNo: asked.outRefundNo }),
    );
    gateway.faults.clear();
  }
  gateway.faults.push(Fault.Delay({ millis: 10_000, part: "reply" }));
  const fiber = yield* Effect.forkChild(reference(client.refund(request())));
  yield* Effect.sleep("50 millis");
  yield* Fiber.interrupt(fiber);
  watch.exit("interrupted", yield* Fiber.await(fiber));
  gateway.faults.clear();
  gateway.faults.push(Fault.LoseReply({ on: "refund" }), Fault.Drop({ on: "query" }));
  yield* end(
    "untilKnown",
    Resend.untilKnown(request()).pipe(
      Effect.provideService(RefundClient.RefundClient, client),
      Effect.provideService(Resend.CurrentPolicy, { within: "5 seconds" }),
    ),
  );
  yield* end(
    "another nonce",
    Effect.provideService(client.refund(request()), RefundClient.Nonce, Effect.succeed("not one")),
  );
});

const merchantWith = (options: Partial<Merchant.MerchantOptions> = {}) =>
  Merchant.layer({
    appId,
    mchId,
    apiKey: Redacted.make(apiKey),
    previousApiKey: Redacted.make(previousApiKey),
    ...options,
  });

const clientOver = <E>(
  transport: Layer.Layer<Transport.Transport, E>,
  merchant: Layer.Layer<Merchant.Merchant, Merchant.InvalidMerchant> = merchantWith(),
) => RefundClient.layer.pipe(Layer.provideMerge(transport), Layer.provideMerge(merchant));

const withFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "wechat-refund-secrets-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true })),
);

/** A port where nobody listens, and one where somebody takes connections and says nothing. */
const badPorts = Effect.acquireRelease(
  Effect.promise(async () => {
    const listen = () => {
      const server = createServer((socket) => socket.on("error", () => {}));
      return new Promise<readonly [number, typeof server]>((resolve) =>
        server.listen(0, "127.0.0.1", () => {
          const address = server.address();
          resolve([typeof address === "object" && address !== null ? address.port : 0, server]);
        }),
      );
    };
    const [closed, gone] = await listen();
    await new Promise((resolve) => gone.close(resolve));
    const [silent, server] = await listen();
    return { closed, silent, server };
  }),
  ({ server }) => Effect.sync(() => server.close()),
);

/** Loading certificates in every wrong way. */
const certificates = Effect.fnUntraced(function* (watch: Watch, folder: string) {
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const keyFile = file("key.pem", privateKeyPem);
  const certFile = file("cert.pem", certificatePem);
  const p12 = file("cert.p12", pkcs12(passphrase, "rc2-40"));
  const environment = (values: Record<string, string>) =>
    Effect.provide(TransportSettings.config, ConfigProvider.layer(ConfigProvider.fromUnknown(values)));
  const all: Readonly<Record<string, Effect.Effect<unknown, unknown>>> = {
    "a good .p12": ClientCertificate.fromPkcs12File({ file: p12, passphrase }),
    "a good modern .p12": ClientCertificate.fromPkcs12({ pkcs12: pkcs12(passphrase), passphrase }),
    "another passphrase": ClientCertificate.fromPkcs12File({ file: p12, passphrase: `${passphrase}2` }),
    "another merchant's": ClientCertificate.fromPkcs12File({ file: p12, passphrase, expectedOwner: "1900000110" }),
    "cut off": ClientCertificate.fromPkcs12({ pkcs12: pkcs12(passphrase).subarray(0, 900), passphrase }),
    "PEM as .p12": ClientCertificate.fromPkcs12File({ file: keyFile, passphrase }),
    "a good pair": ClientCertificate.fromPemFiles({ certFile, keyFile }),
    swapped: ClientCertificate.fromPemFiles({ certFile: keyFile, keyFile: certFile }),
    "another key": ClientCertificate.fromPem({
      certificate: identities.merchantB.certificatePem,
      privateKey: privateKeyPem,
    }),
    "a broken key": ClientCertificate.fromPem({
      certificate: certificatePem,
      privateKey: privateKeyPem.replace(keyLines[8] ?? "", ""),
    }),
    "an encrypted key": ClientCertificate.fromPem({
      certificate: certificatePem,
      privateKey: encryptedKeyPem,
      passphrase,
    }),
    "its passphrase missing": ClientCertificate.fromPem({ certificate: certificatePem, privateKey: encryptedKeyPem }),
    "its passphrase wrong": ClientCertificate.fromPem({
      certificate: certificatePem,
      privateKey: encryptedKeyPem,
      passphrase: `${passphrase}2`,
    }),
    "the environment": environment({
      WECHAT_PAY_P12_FILE: p12,
      WECHAT_PAY_P12_PASSPHRASE: passphrase,
      WECHAT_PAY_MCH_ID: mchId,
    }),
    "the environment, with a secret where a file should be": environment({
      WECHAT_PAY_P12_FILE: keyFile,
      WECHAT_PAY_P12_PASSPHRASE: passphrase,
    }),
    "the environment, with a limit that is none": environment({
      WECHAT_PAY_CERT_FILE: certFile,
      WECHAT_PAY_KEY_FILE: keyFile,
      WECHAT_PAY_CONNECT_TIMEOUT: "soon",
    }),
    "a secure context": Effect.scoped(
      Effect.flatMap(ClientCertificate.fromPemFiles({ certFile, keyFile }), (certificate) =>
        SecureContext.make(TransportSettings.make({ certificate })),
      ),
    ),
  };
  for (const [what, effect] of Object.entries(all)) watch.exit(`certificate: ${what}`, yield* Effect.exit(effect));
});

/** What needs no transport: settings, signing, notices, the gateway's own mistakes. */
const core = Effect.fnUntraced(function* (watch: Watch) {
  const wrong = [`${apiKey} `, apiKey.slice(1), `${apiKey.slice(1)}!`];
  for (const bad of wrong) {
    watch.note(
      "merchant",
      Merchant.make({ appId: "a b", mchId, apiKey: Redacted.make(bad), previousApiKey: Redacted.make(bad) }),
    );
    const environment = { WECHAT_PAY_APP_ID: appId, WECHAT_PAY_MCH_ID: mchId, WECHAT_PAY_API_KEY: bad };
    const provider = ConfigProvider.layer(ConfigProvider.fromUnknown({ ...environment, WECHAT_PAY_SIGN_TYPE: "SHA1" }));
    watch.exit(
      "merchant of the environment",
      yield* Effect.exit(Effect.provide(Merchant.Merchant, Layer.provide(Merchant.layerConfig, provider))),
    );
    try {
      gatewayOf({ apiKey: bad, previousApiKey: bad });
    } catch (error) {
      watch.note("gateway", error);
    }
  }
  const merchant = yield* Merchant.Merchant;
  const context = { merchant, nonce: "5K8264ILTKCH16CQ2502SI8ZNMTM67VS", endpoint: Operation.mainEndpoint };
  const explained = Operation.explain(Refund.operation, request(), context);
  watch.note("string to sign", explained._tag === "Success" ? explained.success.stringToSign : explained.failure);
  const ambiguous = new Map([["a", `b&key=${"c"}`]]);
  watch.note("sign", Signature.sign(ambiguous, merchant.apiKey, "MD5"));
  watch.note("params", Params.fromRecord({ a: null, "b c": 1 }));
  const sealed = Replies.notice(merchant, request(), "SUCCESS");
  const other = { ...merchant, apiKey: Redacted.make(wrongApiKey), previousApiKey: Redacted.make(wrongApiKey) };
  for (const reader of [merchant, other]) watch.note("notice", RefundNotice.open(sealed, reader));
  for (const length of [0, 100, sealed.length - 40])
    watch.note("notice", RefundNotice.open(sealed.subarray(0, length), merchant));
});

const adapters = { "node-https": NodeHttpsTransport, undici: UndiciTransport };
const watch = new Watch();
/** Signatures and nonces, as the gateway saw them. */
const seals = new Set<string>();
const collect = (gateway: Gateway.Gateway): void => {
  const entries = gateway.log.entries();
  for (const { reply, request: sent } of entries) {
    for (const bytes of [sent, reply.body]) {
      for (const [, seal] of new TextDecoder().decode(bytes).matchAll(/<sign>(?:<!\[CDATA\[)?([0-9A-F]{32,64})/g)) {
        if (seal !== undefined) seals.add(seal);
      }
    }
  }
  watch.note("ledger", [...gateway.ledger.rows()]);
  watch.note(
    "what the gateway signed",
    entries.map(({ replySigned, requestSigned }) => [requestSigned, replySigned]),
  );
};

const everything = Effect.gen(function* () {
  const folder = yield* withFolder;
  yield* certificates(watch, folder);
  yield* core(watch).pipe(Effect.provide(merchantWith()));

  const memory = gatewayOf();
  yield* stories(watch, memory, Operation.mainEndpoint).pipe(Effect.provide(clientOver(MemoryTransport.layer(memory))));
  collect(memory);

  const ports = yield* badPorts;
  const certificate = yield* ClientCertificate.fromPkcs12({ pkcs12: pkcs12(passphrase, "rc2-40"), passphrase });
  const trust = { ca: [identities.ca], replaceSystem: true };
  const limits = { connectTimeout: "200 millis", exchangeTimeout: "250 millis", maxReplyBytes: 100_000 } as const;
  const settings = TransportSettings.make({ certificate, trust, ...limits });
  for (const [name, adapter] of Object.entries(adapters)) {
    const gateway = gatewayOf();
    const server = yield* Server.make(gateway, { identities });
    for (const signType of ["HMAC-SHA256", "MD5"] as const) {
      for (const connections of ["fresh", "pooled"] as const) {
        const client = clientOver(adapter.layer({ ...settings, connections }), merchantWith({ signType }));
        yield* stories(watch, connections === "fresh" ? gateway : undefined, server.url).pipe(Effect.provide(client));
      }
    }
    // Each goes wrong in one way of its own; what it says, and what its service shows, is kept.
    const { merchantB, stranger } = identities;
    const open = (identity: TestIdentities.Identity) =>
      ClientCertificate.fromPem({ certificate: identity.certificatePem, privateKey: identity.privateKeyPem });
    const proxy = { url: `http://127.0.0.1:${ports.closed}`, authorization: Redacted.make(proxyAuthorization) };
    const ways: ReadonlyArray<readonly [TransportSettings.TransportSettings, string, string]> = [
      [{ ...settings, certificate: undefined }, server.url, apiKey],
      [{ ...settings, certificate: yield* open(stranger) }, server.url, apiKey],
      [{ ...settings, certificate: yield* open(merchantB) }, server.url, apiKey],
      [{ ...settings, trust: { ca: [identities.otherCa], replaceSystem: true } }, server.url, apiKey],
      [settings, server.url, wrongApiKey],
      [settings, `https://127.0.0.1:${ports.closed}`, apiKey],
      [settings, `https://127.0.0.1:${ports.silent}`, apiKey],
      [settings, "http://127.0.0.1", apiKey],
      [{ ...settings, proxy }, server.url, apiKey],
    ];
    for (const [way, url, signedWith] of ways) {
      watch.note("settings", way);
      const client = clientOver(adapter.layer(way), merchantWith({ apiKey: Redacted.make(signedWith) }));
      yield* stories(watch, undefined, url).pipe(Effect.provide(client));
    }
    const rotating = yield* Effect.scoped(adapter.makeRotating(settings));
    watch.note(`${name}, rotating`, rotating);
    const late = rotating.transport.send({ method: "GET", url: server.url, headers: {} });
    watch.exit("closed", yield* Effect.exit(late));
    watch.exit("rotated in vain", yield* Effect.exit(rotating.rotate({ ...settings, trust: { ca: ["none"] } })));
    collect(gateway);
  }
  yield* watch.metrics;
});

it.live(
  "nothing shows a secret, a signature or a body",
  () =>
    Effect.gen(function* () {
      const back = watch.printing();
      yield* everything.pipe(Effect.provide(watch.layer), Effect.ensuring(Effect.sync(back)));
      expect(search(watch.seen, secrets)).toEqual([]);
      expect(seals.size).toBeGreaterThan(100);
      const shown = watch.seen.flatMap(({ text, where }) =>
        [...text.matchAll(/[0-9A-F]{32,64}/gi)].map(([token]) => ({ where, seal: token.toUpperCase() })),
      );
      expect(shown.filter(({ seal }) => seals.has(seal))).toEqual([]);
      expect(search(watch.seen, { body: "<nonce_str>", "reply body": "<return_code>" })).toEqual([]);
      // It looked at what there was to see.
      const kinds = new Set(watch.seen.map(({ where }) => where));
      for (const kind of [
        "log",
        "span",
        "metric",
        "service",
        "settings",
        "refund",
        "Missign of query",
        "interrupted",
      ]) {
        expect(kinds).toContain(kind);
      }
      const text = watch.seen.map((seen) => seen.text).join("\n");
      const reasons =
        "InvalidRequest GatewayRefused MalformedReply UntrustedReply ProtocolRejected Rejected Unreachable HandshakeFailed TimedOut Unusable ConnectionLost ReplyTooLarge BadNotice InvalidMerchant CertificateError";
      for (const reason of reasons.split(" ")) expect(text).toContain(reason);
    }),
  120_000,
);

it.live(
  "nor does the command",
  () =>
    Effect.gen(function* () {
      const folder = yield* withFolder;
      const gateway = gatewayOf();
      const { url, caPem } = yield* Server.make(gateway, { identities });
      const file = (name: string, content: string | Uint8Array): string => {
        writeFileSync(join(folder, name), content, { mode: 0o600 });
        return join(folder, name);
      };
      const env = {
        WECHAT_PAY_APP_ID: appId,
        WECHAT_PAY_MCH_ID: mchId,
        WECHAT_PAY_API_KEY: apiKey,
        WECHAT_PAY_PREVIOUS_API_KEY: previousApiKey,
        WECHAT_PAY_CA_FILE: file("ca.pem", caPem),
        WECHAT_PAY_P12_FILE: file("cert.p12", pkcs12(passphrase, "rc2-40")),
        WECHAT_PAY_P12_PASSPHRASE: passphrase,
      };
      const numbersOf = ["--out-trade-no", order.outTradeNo, "--out-refund-no", "R-C"];
      const refund = ["refund", ...numbersOf, "--total-fee", "10000", "--refund-fee", "1", "--endpoint", url];
      const signed = { input: JSON.stringify({ appid: appId, mch_id: mchId }) };
      const runs: ReadonlyArray<
        readonly [ReadonlyArray<string>, Record<string, string>, { readonly input?: string }, number]
      > = [
        [refund, env, {}, 0],
        [[...refund, "--json", "--adapter", "undici"], env, {}, 0],
        [["query", "--out-refund-no", "R-C", "--endpoint", url], env, {}, 0],
        [refund, { ...env, WECHAT_PAY_API_KEY: wrongApiKey }, {}, 1],
        [refund, { ...env, WECHAT_PAY_API_KEY: `${apiKey} ` }, {}, 2],
        [refund, { ...env, WECHAT_PAY_P12_PASSPHRASE: `${passphrase}2` }, {}, 2],
        [["sign"], env, signed, 0],
        [["sign"], { ...env, WECHAT_PAY_API_KEY: "" }, signed, 2],
        [["decode", "refund"], env, { input: "<xml></xml>" }, 1],
      ];
      const said = new Watch();
      for (const [args, more, options, code] of runs) {
        const ran = yield* Effect.promise(() => run(args, { ...options, env: more }));
        said.note(`stdout of ${args[0] ?? ""}`, ran.stdout);
        said.note(`stderr of ${args[0] ?? ""}`, ran.stderr);
        expect([args[0], ran.code, ran.stderr]).toEqual([args[0], code, ran.stderr]);
      }
      expect(said.seen.length).toBeGreaterThan(runs.length);
      expect(search(said.seen, secrets)).toEqual([]);
    }),
  60_000,
);

it.live("the search finds a secret in every form, wherever it is shown", () =>
  Effect.gen(function* () {
    const planted = new Watch();
    const show = (secret: string) =>
      Effect.gen(function* () {
        yield* Effect.logTrace("a line", { deep: [{ secret }] });
        yield* Effect.annotateCurrentSpan("note", secret);
        yield* Metric.update(Metric.withAttributes(Metric.counter("planted"), { secret }), 1);
        yield* planted.metrics;
        planted.note("value", { nested: { again: [[[[[secret]]]]] } });
        planted.note("bytes", { body: Buffer.from(`ab${secret}cd`) });
        planted.note("array", new Uint8Array(Buffer.from(`ab${secret}cd`)));
        const back = planted.printing();
        process.stderr.write(`error: ${secret}\n`);
        back();
        const cause = new Error(`because of ${secret}`);
        planted.exit("failure", yield* Effect.exit(Effect.fail(new Error("failed", { cause }))));
        planted.exit("defect", yield* Effect.exit(Effect.die({ secret })));
        for (const [form, text] of formsOf(secret)) planted.note(form, `https://example.invalid/?q=${text}&r=1`);
        planted.note("base64 of more", Buffer.from(`{"user":"a","key":"${secret}"}`).toString("base64"));
      }).pipe(Effect.withSpan("planting"));
    for (const [name, secret] of Object.entries(secrets)) {
      planted.seen.length = 0;
      yield* show(secret).pipe(Effect.provide(planted.layer));
      const found = new Set(search(planted.seen, { [name]: secret }).map(({ where }) => where));
      const places = [
        "log",
        "span",
        "metric",
        "value",
        "bytes",
        "array",
        "printed",
        "failure",
        "defect",
        "base64 of more",
      ];
      expect([name, ...places.filter((place) => !found.has(place))]).toEqual([name]);
      expect([...formsOf(secret).keys()].filter((form) => !found.has(form))).toEqual([]);
    }
  }),
);
