/**
 * Where a clause is checked: makes servers and transports for it, posts, and keeps how every post ended.
 *
 * Time limits that a clause is not about are long, so that a slow machine makes a check slower and never wrong.
 */
import { inspect } from "node:util";
import {
  Transport,
  type TransportError,
  type TransportReply,
  type TransportRequest,
} from "@wechat-refund/core/Transport";
import { ClientCertificate, TransportSettings } from "@wechat-refund/mutual-tls";
import * as Cause from "effect/Cause";
import * as Context from "effect/Context";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Layer from "effect/Layer";
import * as Result from "effect/Result";
import * as Scope from "effect/Scope";
import * as Script from "../../Script.ts";
import * as ScriptedServer from "../../ScriptedServer.ts";
import * as TestIdentities from "../../TestIdentities.ts";
import { type Calls, canaries, lostOf, type RequestOptions, requestOf, scriptOf } from "./calls.ts";
import { ClauseFailed, type Peer, type Subject } from "./clause.ts";

/** Under which conditions clauses are checked. */
export interface Conditions {
  readonly connections: "fresh" | "pooled";
  readonly version: "TLSv1.2" | "TLSv1.3";
  /** What is asked. */
  readonly calls: Calls;
  /** How long a clause waits for what must happen. */
  readonly patience: Duration.Duration;
  /** How many posts the clause about what is left behind makes. */
  readonly volume: number;
  /** Numbers from 0 to 1 for random timing. */
  readonly random: (() => number) | undefined;
}

type Service = Transport["Service"];

/** How a post ended. */
export type End = Result.Result<TransportReply, TransportError>;

export const show = (end: End): string =>
  Result.isSuccess(end)
    ? `a reply with status ${end.success.status} and ${end.success.body.byteLength} bytes`
    : `${end.failure.reason._tag}, sent: ${end.failure.sent} (${end.failure.reason.message})`;

const identities = TestIdentities.make();
const certificates = new Map<TestIdentities.Identity, ClientCertificate.ClientCertificate>();

const keyLines = (identity: TestIdentities.Identity): ReadonlyArray<string> =>
  identity.privateKeyPem.split("\n").filter((line) => line.length === 64);

/** Every way in which a value may end up in a log. */
export const renderings = (value: unknown): string =>
  [
    inspect(value, { depth: Infinity, showHidden: true, maxStringLength: null, maxArrayLength: null }),
    String(value),
    value instanceof Error ? `${value.stack}` : "",
    json(value),
  ].join("\n");

const json = (value: unknown): string => {
  const seen = new WeakSet<object>();
  try {
    const text = JSON.stringify(value, (_key, member: unknown) => {
      if (typeof member !== "object" || member === null) return member;
      if (seen.has(member)) return "again";
      seen.add(member);
      return member;
    });
    return text ?? "";
  } catch {
    return "";
  }
};

export class Bench {
  readonly clause: string;
  readonly subject: Subject;
  readonly conditions: Conditions;
  readonly identities: TestIdentities.TestIdentities = identities;
  /** How posts ended, in order. */
  readonly ends: Array<End> = [];
  /** Renderings that hold a secret. */
  readonly leaks: Array<string> = [];
  #posts = 0;

  constructor(clause: string, subject: Subject, conditions: Conditions) {
    this.clause = clause;
    this.subject = subject;
    this.conditions = conditions;
  }

  fail(detail: string): Effect.Effect<never, ClauseFailed> {
    return Effect.fail(new ClauseFailed({ clause: this.clause, detail }));
  }

  /** Fails with `detail` unless it holds. */
  check(holds: boolean, detail: string): Effect.Effect<void, ClauseFailed> {
    return holds ? Effect.void : this.fail(detail);
  }

  /** Waits for what must happen, as long as patience lasts. */
  wait<A, E, R>(what: string, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | ClauseFailed, R> {
    const { patience } = this.conditions;
    return Effect.timeoutOrElse(effect, {
      duration: patience,
      orElse: () => this.fail(`waited ${Duration.toMillis(patience)} ms in vain: ${what}`),
    });
  }

  /** A little while at random, or nothing. */
  get whim(): Effect.Effect<void> {
    const { random } = this.conditions;
    return random === undefined ? Effect.void : Effect.sleep(random() * 8);
  }

  serve(
    script: Script.Script,
    options: Partial<ScriptedServer.Options> = {},
  ): Effect.Effect<ScriptedServer.ScriptedServer, never, Scope.Scope> {
    const { calls, version, random } = this.conditions;
    return ScriptedServer.make({
      script: scriptOf(calls, script),
      identity: identities.server,
      clientCa: identities.ca,
      version,
      random,
      ...options,
    });
  }

  certificate(identity: TestIdentities.Identity): Effect.Effect<ClientCertificate.ClientCertificate, ClauseFailed> {
    const made = certificates.get(identity);
    if (made !== undefined) return Effect.succeed(made);
    return ClientCertificate.fromPem({
      certificate: identity.certificatePem,
      privateKey: identity.privateKeyPem,
    }).pipe(
      Effect.tap((certificate) => Effect.sync(() => certificates.set(identity, certificate))),
      Effect.mapError(({ message }) => new ClauseFailed({ clause: this.clause, detail: message })),
    );
  }

  settings(options: TransportSettings.Options = {}): Effect.Effect<TransportSettings.TransportSettings, ClauseFailed> {
    return Effect.map(this.certificate(identities.merchantEc), (certificate) =>
      TransportSettings.make({
        certificate,
        trust: { ca: [identities.ca], replaceSystem: true },
        connectTimeout: "20 seconds",
        exchangeTimeout: "20 seconds",
        maxReplyBytes: 65_536,
        connections: this.conditions.connections,
        ...options,
      }),
    );
  }

  /** Builds the layer; how that went is for the clause to judge. */
  build(
    settings: TransportSettings.TransportSettings,
    scope: Scope.Scope,
  ): Effect.Effect<Exit.Exit<Service, unknown>, ClauseFailed> {
    return this.wait(
      "the layer is built",
      Effect.exit(
        Effect.map(
          Effect.suspend(() => Layer.buildWithScope(this.subject.layer(settings), scope)),
          (context) => Context.get(context, Transport),
        ),
      ),
    );
  }

  /** A transport that must come about. */
  openIn(scope: Scope.Scope, options: TransportSettings.Options = {}): Effect.Effect<Service, ClauseFailed> {
    return Effect.gen({ self: this }, function* () {
      const built = yield* this.build(yield* this.settings(options), scope);
      if (Exit.isFailure(built)) return yield* this.fail(`the layer was not built: ${Cause.pretty(built.cause)}`);
      return built.value;
    });
  }

  /** A transport for as long as the check lasts. */
  open(options: TransportSettings.Options = {}): Effect.Effect<Service, ClauseFailed, Scope.Scope> {
    return Effect.flatMap(Effect.scope, (scope) => this.openIn(scope, options));
  }

  /** A request to the server, unlike any other. */
  request(to: { readonly port: number }, options: RequestOptions = {}): TransportRequest {
    this.#posts += 1;
    return requestOf(this.conditions.calls, to, `${this.clause}-${this.#posts}`, options);
  }

  /** A GET of the server; its address is unlike that of any other. */
  get(to: { readonly port: number }, headers: TransportRequest["headers"] = {}): TransportRequest {
    this.#posts += 1;
    return { method: "GET", url: `https://localhost:${to.port}/refunds/R-${this.#posts}`, headers: { ...headers } };
  }

  /** How a post ends, which it must. A defect is no end. */
  post(transport: Service, request: TransportRequest): Effect.Effect<End, ClauseFailed> {
    return Effect.suspend(() => transport.send(request)).pipe(
      Effect.result,
      Effect.exit,
      (running) => this.wait("the post ends", running),
      Effect.flatMap((exit) =>
        Exit.isSuccess(exit)
          ? Effect.succeed(exit.value)
          : this.fail(`the post did not end with a reply or a TransportError: ${Cause.pretty(exit.cause)}`),
      ),
      Effect.tap((end) => Effect.sync(() => this.#keep(end))),
    );
  }

  #keep(end: End): void {
    this.ends.push(end);
    if (Result.isFailure(end)) this.look("a TransportError", end.failure);
  }

  /** Whether a value shows a secret of this check in any rendering; kept as a leak if so. */
  look(what: string, value: unknown): boolean {
    const text = renderings(value);
    const found =
      canaries.some((canary) => text.includes(canary)) ||
      [identities.merchantA, identities.merchantB, identities.merchantEc].some((one) =>
        keyLines(one).some((line) => text.includes(line)),
      );
    if (found) this.leaks.push(what);
    return found;
  }

  /** A reply that must have come. */
  reply(end: End, what = "the post"): Effect.Effect<TransportReply, ClauseFailed> {
    if (Result.isFailure(end)) return this.fail(`${what} must end with a reply, and ended with ${show(end)}`);
    // Who is judged without a network is answered by a server of its own.
    const lost = this.subject.peer === undefined ? lostOf(this.conditions.calls, end.success) : undefined;
    return lost === undefined
      ? Effect.succeed(end.success)
      : this.fail(`${what} ended with a reply whose ${lost} is missing, or another than was sent`);
  }

  /** A failure that must say so, and have one of the reasons where any are given. */
  failure(
    end: End,
    sent: "no" | "maybe",
    reasons: ReadonlyArray<string> = [],
    what = "the post",
  ): Effect.Effect<TransportError, ClauseFailed> {
    const expected = `${what} must fail with sent: ${sent}${reasons.length === 0 ? "" : `, ${reasons.join(" or ")}`}`;
    const isRight = ({ sent: said, reason }: TransportError) =>
      said === sent
        ? reasons.length === 0 || reasons.includes(reason._tag)
        : said === "maybe" && this.subject.provesNotSent === false;
    if (Result.isSuccess(end) || !isRight(end.failure)) return this.fail(`${expected}, and ended with ${show(end)}`);
    return Effect.succeed(end.failure);
  }

  /** What the server saw, now and when everything has settled. */
  saw(
    server: ScriptedServer.ScriptedServer,
    expected: number | { readonly atMost: number },
    what = "the server",
  ): Effect.Effect<void, ClauseFailed> {
    const wrong = () => (typeof expected === "number" ? server.begun !== expected : server.begun > expected.atMost);
    const words = typeof expected === "number" ? `${expected}` : `at most ${expected.atMost}`;
    const look = Effect.suspend(() =>
      this.check(!wrong(), `${what} must see ${words} requests, and saw ${server.begun}`),
    );
    const settled = this.wait(`${what} comes to rest`, server.settled);
    // The server hears of a request after the client wrote it.
    const heard = Effect.suspend(() =>
      typeof expected === "number" && server.begun < expected ? settled : Effect.void,
    );
    return heard.pipe(Effect.andThen(look), Effect.andThen(settled), Effect.andThen(look));
  }

  /** Whom a clause that needs no network talks to. */
  get peer(): Effect.Effect<Peer, never, Scope.Scope> {
    const { peer } = this.subject;
    if (peer !== undefined) return Effect.succeed(peer);
    const echo = ({ body, target }: Script.Request) =>
      Script.reply({ body: Buffer.concat([Buffer.from(target), body]) });
    return Effect.map(this.serve(Script.serve(echo)), (server) => ({
      posts: [0, 1, 2, 3].map(() => {
        const request = this.request(server);
        const target = new URL(request.url).pathname;
        const expected = Buffer.concat([Buffer.from(target), request.body ?? new Uint8Array()]);
        return { request, answeredBy: ({ body }) => Buffer.compare(body, expected) === 0 };
      }),
      seen: Effect.sync(() => server.begun),
    }));
  }
}
