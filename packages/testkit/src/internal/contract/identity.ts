/** Who is who: our certificate is shown, the server's is verified, and nothing secret is printed. */
import type { ClientCertificate } from "@wechat-refund/mutual-tls";
import * as Cause from "effect/Cause";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import * as Tracer from "effect/Tracer";
import * as Script from "../../Script.ts";
import type { Identity, TestIdentities } from "../../TestIdentities.ts";
import type { Bench } from "./bench.ts";
import type { Clause } from "./clause.ts";
import { environment, withoutWarnings } from "./environment.ts";
import { fails, type Scenario } from "./scenario.ts";

const ok = Script.serve(() => Script.reply({ body: "<xml/>" }));

const showing = (identity: Identity): Scenario => ({ script: ok, server: { identity } });
const byWhom = ({ identities }: Bench, names: ReadonlyArray<keyof TestIdentities & `server${string}`>) =>
  Object.fromEntries(names.map((name) => [name, showing(identities[name])]));

const refused = (alert: Script.Alert): Scenario => ({ script: Script.handshake({ kind: "refuse", alert }) });
/** No certificate where one is required; and alerts about a certificate that was shown. */
const certificateRefusals: Readonly<Record<string, Scenario>> = {
  "no client certificate": {
    script: ok,
    server: { clientCertificate: "required" },
    settings: { certificate: undefined },
  },
  "unknown authority": refused("unknown_ca"),
  "expired certificate": refused("certificate_expired"),
  "revoked certificate": refused("certificate_revoked"),
  "bad certificate": refused("bad_certificate"),
};

export const identity: ReadonlyArray<Clause> = [
  {
    id: "T32",
    level: "MUST",
    title: "the configured certificate is shown",
    says: "The gateway knows the merchant by it.",
    needs: ["network"],
    kin: ["T41"],
    check: (bench) =>
      Effect.gen(function* () {
        for (const [name, number] of [
          ["merchantA", "1900000109"],
          ["merchantEc", "1900000109"],
          ["merchantB", "1900000110"],
        ] as const) {
          const server = yield* bench.serve(ok);
          const certificate = yield* bench.certificate(bench.identities[name]);
          const transport = yield* bench.open({ certificate });
          yield* bench.reply(yield* bench.post(transport, bench.request(server)));
          const shown = server.connections[0]?.client;
          yield* bench.check(
            shown === number,
            `the server was shown ${shown ?? "no certificate"}, not that of ${number}`,
          );
        }
      }),
  },
  {
    id: "T33",
    level: "MUST",
    title: "without a certificate posts are made without one",
    says: "The refund query needs none.",
    needs: ["network"],
    kin: ["T43", "T44"],
    check: (bench) =>
      Effect.gen(function* () {
        const server = yield* bench.serve(ok);
        const transport = yield* bench.open({ certificate: undefined });
        yield* bench.reply(yield* bench.post(transport, bench.request(server)));
        const shown = server.connections[0]?.client;
        yield* bench.check(shown === undefined, `the server was shown the certificate of ${shown}`);
      }),
  },
  fails({
    id: "T34",
    title: "a server of an unknown authority is not spoken to",
    says: "Whoever it is would learn a signed request.",
    fault: "F12",
    sent: "no",
    reasons: ["HandshakeFailed"],
    scenarios: (bench) => byWhom(bench, ["serverSelfSigned", "serverOtherCa"]),
  }),
  fails({
    id: "T35",
    title: "a server with another name is not spoken to",
    says: "A valid certificate for another host proves nothing about this one.",
    fault: "F13",
    sent: "no",
    reasons: ["HandshakeFailed"],
    scenarios: (bench) => byWhom(bench, ["serverWrongName"]),
  }),
  fails({
    id: "T36",
    title: "a server outside its certificate's validity is not spoken to",
    says: "Expired or not valid yet; where this machine's clock is wrong by years every server looks so.",
    fault: "F11",
    sent: "no",
    reasons: ["HandshakeFailed"],
    scenarios: (bench) => byWhom(bench, ["serverExpired", "serverNotYetValid"]),
  }),
  {
    id: "T37",
    level: "MUST",
    title: "a revoked server is not spoken to",
    says: "Given a revocation list, it is honoured, and nobody else is turned away by it.",
    fault: "F15",
    needs: ["network"],
    check: (bench) =>
      Effect.gen(function* () {
        const { ca, crlPem, merchantB, server: identity } = bench.identities;
        const trusting = (revoked: Identity) => ({
          trust: { ca: [ca], replaceSystem: true, crl: [crlPem([revoked])] },
        });
        const server = yield* bench.serve(ok);
        const strict = yield* bench.open(trusting(identity));
        yield* bench.failure(yield* bench.post(strict, bench.request(server)), "no", ["HandshakeFailed"]);
        yield* bench.saw(server, 0);
        const other = yield* bench.open(trusting(merchantB));
        yield* bench.reply(
          yield* bench.post(other, bench.request(server)),
          "a post to a server that is not on the list",
        );
      }),
  },
  fails({
    id: "T38",
    title: "a server with a weak key is not spoken to",
    says: "RSA-1024 can be had by others too. Node 22 accepts it unless told otherwise.",
    fault: "F14",
    sent: "no",
    reasons: ["HandshakeFailed"],
    scenarios: (bench) => byWhom(bench, ["serverWeakKey"]),
  }),
  fails({
    id: "T39",
    title: "TLS below 1.2 is not spoken",
    says: "A server that offers no more is not spoken to.",
    fault: "F16",
    sent: "no",
    reasons: ["HandshakeFailed"],
    scenarios: () => ({
      "TLS 1.0": { script: ok, server: { version: "TLSv1" } },
      "TLS 1.1": { script: ok, server: { version: "TLSv1.1" } },
    }),
  }),
  {
    id: "T40",
    level: "MUST",
    title: "the environment cannot switch verification off",
    says: "NODE_TLS_REJECT_UNAUTHORIZED=0, set for some other program, must not open this one.",
    needs: ["network"],
    alone: true,
    check: (bench) =>
      Effect.gen(function* () {
        yield* withoutWarnings;
        yield* environment({ NODE_TLS_REJECT_UNAUTHORIZED: "0" });
        const server = yield* bench.serve(ok, { identity: bench.identities.serverOtherCa });
        const transport = yield* bench.open();
        yield* bench.failure(yield* bench.post(transport, bench.request(server)), "no", ["HandshakeFailed"]);
        yield* bench.saw(server, 0);
      }),
  },
  {
    id: "T41",
    level: "MUST",
    title: "two transports share no connection and no session",
    says: "A connection, and a TLS session, carries the identity it was made with: merchant B must not refund as merchant A.",
    needs: ["network"],
    check: (bench) =>
      Effect.gen(function* () {
        const { merchantA, merchantB } = bench.identities;
        const server = yield* bench.serve(ok);
        const a = yield* bench.open({ certificate: yield* bench.certificate(merchantA) });
        const b = yield* bench.open({ certificate: yield* bench.certificate(merchantB) });
        for (const transport of [a, b, a, b]) {
          yield* bench.reply(yield* bench.post(transport, bench.request(server)));
        }
        const shown = server.connections.flatMap(({ client, requests }) => requests.map(() => client));
        const of = (number: string) => shown.filter((client) => client === number).length;
        yield* bench.check(
          of("1900000109") === 2 && of("1900000110") === 2,
          `of two posts each, the server took ${of("1900000109")} for A's and ${of("1900000110")} for B's`,
        );
      }),
  },
  {
    id: "T42",
    level: "MUST",
    title: "a certificate of no use fails while the layer is built",
    says: "At start-up, with a typed error, and not at the first refund.",
    fault: "F20",
    needs: ["network"],
    check: (bench) =>
      Effect.gen(function* () {
        const good = yield* bench.certificate(bench.identities.merchantA);
        const other = yield* bench.certificate(bench.identities.merchantB);
        const useless: Readonly<Record<string, ClientCertificate.ClientCertificate>> = {
          "the key of another certificate": { ...good, privateKeyPem: other.privateKeyPem },
          "a key that is none": {
            ...good,
            privateKeyPem: Redacted.make("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
          },
          "a certificate that is none": {
            ...good,
            certificatePem: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
          },
        };
        for (const [name, certificate] of Object.entries(useless)) {
          const built = yield* bench.build(yield* bench.settings({ certificate }), yield* Effect.scope);
          yield* bench.check(Exit.isFailure(built), `${name}: the layer was built`);
          const typed = Exit.isFailure(built) && !Cause.hasDies(built.cause);
          yield* bench.check(typed, `${name}: the layer died, where it must fail with an error`);
        }
      }),
  },
  fails({
    id: "T43",
    title: "a client certificate refused under TLS 1.2 means that nothing was sent",
    says: "Missing, foreign, expired, revoked: the handshake does not end, so nothing was written.",
    fault: "F17",
    needs: ["TLSv1.2"],
    sent: "no",
    reasons: ["HandshakeFailed"],
    scenarios: () => certificateRefusals,
  }),
  fails({
    id: "T44",
    title: "a client certificate refused under TLS 1.3 means that the request may have been sent",
    says: "Under TLS 1.3 the handshake is over for the client before the server has judged the certificate, so the request is on its way when the refusal comes.",
    fault: "F18",
    needs: ["TLSv1.3"],
    sent: "maybe",
    reasons: ["ConnectionLost"],
    sees: 0,
    scenarios: () => certificateRefusals,
  }),
  {
    id: "T45",
    level: "MUST",
    title: "an error prints nothing secret",
    says: "Errors end in logs: neither the request's body, which is signed, nor the key is in any rendering of one, nor in a span.",
    needs: ["network"],
    check: (bench) =>
      Effect.gen(function* () {
        const spans: Array<Tracer.Span> = [];
        const tracer = Tracer.make({
          span: (options) => {
            const span = new Tracer.NativeSpan(options);
            spans.push(span);
            return span;
          },
        });
        const cases: ReadonlyArray<readonly [string, Scenario]> = [
          ["reset", { script: Script.steps(Script.read, Script.reset) }],
          ["not HTTP", { script: Script.steps(Script.read, Script.send("garbage"), Script.end) }],
          ["silence", { script: Script.steps(Script.read), settings: { exchangeTimeout: "60 millis" } }],
          ["too large", { script: ok, settings: { maxReplyBytes: 1 } }],
          ["unknown authority", showing(bench.identities.serverOtherCa)],
          ["closed", { script: Script.handshake({ kind: "close" }) }],
        ];
        let failures = 0;
        for (const [name, { script, server: options, settings }] of cases) {
          const server = yield* bench.serve(script, options);
          const transport = yield* bench.open(settings);
          const end = yield* bench
            .post(transport, bench.request(server))
            .pipe(Effect.withSpan("refund"), Effect.withTracer(tracer));
          if (Result.isSuccess(end)) continue;
          failures += 1;
          yield* bench.check(!bench.look("an error", end.failure), `${name}: the error prints a secret`);
          yield* bench.check(
            !bench.look("a cause", Cause.pretty(Cause.fail(end.failure))),
            `${name}: the cause prints a secret`,
          );
        }
        yield* bench.check(failures > 0, "no post failed");
        for (const span of spans) {
          const told = [span.name, [...span.attributes], span.status];
          yield* bench.check(!bench.look("a span", told), "a span holds a secret");
        }
      }),
  },
  {
    id: "T46",
    level: "MUST",
    title: "the transport itself prints nothing secret",
    says: "Agents that were given a key print it when they are inspected; a transport, idle or at work, must not.",
    needs: ["network"],
    check: (bench) =>
      Effect.gen(function* () {
        const server = yield* bench.serve(ok);
        const transport = yield* bench.open();
        yield* bench.check(!bench.look("a transport", transport), "a new transport prints the key");
        yield* bench.reply(yield* bench.post(transport, bench.request(server)));
        yield* bench.check(!bench.look("a transport", transport), "a used transport prints a secret");
      }),
  },
];
