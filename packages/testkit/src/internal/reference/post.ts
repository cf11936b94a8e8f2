/** One post of the reference transport, from its call to its end, and what posts share. */
import type * as tls from "node:tls";
import {
  ConnectionLost,
  type Reason,
  ReplyTooLarge,
  summarize,
  TimedOut,
  TransportError,
  type TransportReply,
  type TransportRequest,
  Unreachable,
  Unusable,
} from "@wechat-refund/core/Transport";
import type { TransportSettings } from "@wechat-refund/mutual-tls/TransportSettings";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import { beforeSecure } from "./admit.ts";
import { connect, Line } from "./line.ts";
import { type Broken, field, joined, type Limits, parse, type Whole } from "./parse.ts";
import type { Draft, Failure, Twist, Verdict } from "./twist.ts";

const chunked = (body: Uint8Array): Buffer =>
  Buffer.concat([
    ...(body.byteLength === 0 ? [] : [Buffer.from(`${body.byteLength.toString(16)}\r\n`), body, Buffer.from("\r\n")]),
    Buffer.from("0\r\n\r\n"),
  ]);

export interface State {
  readonly settings: TransportSettings;
  readonly twist: Twist;
  readonly context: () => tls.SecureContext;
  readonly sessions: Map<string, Buffer>;
  readonly posts: Set<Post>;
  readonly lines: Set<Line>;
  readonly idle: Map<string, Array<Line>>;
  readonly hangUps: Set<() => void>;
  readonly queues: Map<string, { running: number; readonly waiting: Array<() => void> }>;
  readonly pooled: boolean;
  last: Line | undefined;
  closed: boolean;
}

type Resume = (end: Effect.Effect<TransportReply, TransportError>) => void;

export class Post {
  readonly #state: State;
  readonly #resume: Resume;
  readonly #request: TransportRequest;
  #draft: Draft;
  #phase: "connecting" | "exchanging" = "connecting";
  /** The caller has been told. */
  #told = false;
  #connected = false;
  #written = false;
  #received: Buffer = Buffer.alloc(0);
  #repeats = 0;
  #line: Line | undefined;
  #hangUp: (() => void) | undefined;
  #leave: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #startedAt = performance.now();

  constructor(state: State, draft: Draft, request: TransportRequest, resume: Resume) {
    this.#state = state;
    this.#draft = draft;
    this.#request = request;
    this.#resume = resume;
  }

  start(): void {
    const { twist, posts, queues } = this.#state;
    posts.add(this);
    if (twist.connectLimit !== "from-tcp") this.#limitConnecting();
    if (twist.queue === undefined) return this.#connect();
    const { width, per, ghosts } = twist.queue;
    const key = per === "host" ? this.#draft.url.host : "all";
    const queue = queues.get(key) ?? { running: 0, waiting: [] };
    queues.set(key, queue);
    const next = () => {
      queue.running += 1;
      this.#leave = () => {
        this.#leave = undefined;
        queue.running -= 1;
        queue.waiting.shift()?.();
      };
      if (this.#told && !ghosts) this.#leave();
      else this.#connect();
    };
    if (queue.running < width) next();
    else queue.waiting.push(next);
  }

  #limitConnecting(): void {
    const limitMillis = Duration.toMillis(this.#state.settings.connectTimeout);
    this.#timer = setTimeout(() => {
      if (this.#state.twist.ignores !== "connect-timeout") this.#hangUp?.();
      this.#fail(new TimedOut({ phase: "connect", limitMillis }), {});
    }, limitMillis);
  }

  #connect(): void {
    const { twist, settings, sessions, hangUps, context } = this.#state;
    const kept = this.#take();
    if (kept !== undefined) {
      // Time to show that it has ended, or spoken, meanwhile.
      setImmediate(() => setImmediate(() => (this.#usable(kept) ? this.#exchange(kept) : this.#connect())));
      return;
    }
    let made: tls.SecureContext;
    try {
      made = context();
    } catch {
      return this.#fail(new Unusable({ detail: "the certificate is of no use" }), {});
    }
    const hangUp = connect({
      url: this.#draft.url,
      settings,
      twist,
      sessions,
      context: made,
      reached: () => {
        if (twist.connectLimit === "from-tcp") this.#limitConnecting();
      },
      connected: () => {
        this.#connected = true;
      },
      failed: (error) => {
        hangUps.delete(hangUp);
        this.#fail(beforeSecure(error), { error });
      },
      secure: (socket) => {
        hangUps.delete(hangUp);
        const line = new Line(socket, this.#draft.url.host, twist.pool === "keeps-stray");
        this.#state.lines.add(line);
        socket.once("close", () => this.#state.lines.delete(line));
        this.#exchange(line);
      },
    });
    this.#hangUp = hangUp;
    hangUps.add(hangUp);
  }

  #take(): Line | undefined {
    return this.#state.idle.get(this.#draft.url.host)?.pop();
  }

  #usable(line: Line): boolean {
    if (this.#state.twist.pool === "keeps-dead") return true;
    return !line.over && !line.socket.destroyed;
  }

  #exchange(line: Line): void {
    const { settings, twist, pooled } = this.#state;
    if (this.#told && twist.ignores === undefined && twist.queue?.ghosts !== true) return void line.socket.destroy();
    if (twist.ignores !== "may-leave" && this.#request.mayLeave?.() === false) {
      line.socket.destroy();
      return this.#fail(new Unreachable({ detail: "it may not leave any more" }), {});
    }
    this.#phase = "exchanging";
    this.#line = line;
    line.used += 1;
    clearTimeout(this.#timer);
    const limit = Duration.toMillis(settings.exchangeTimeout);
    const spent = twist.exchangeLimit === "from-post" ? performance.now() - this.#startedAt : 0;
    this.#limitExchange(Math.max(0, limit - spent));
    this.#received = line.rest;
    line.rest = Buffer.alloc(0);
    line.user = {
      data: (chunk) => {
        this.#received = Buffer.concat([this.#received, chunk]);
        if (twist.exchangeLimit === "idle") this.#limitExchange(limit);
        this.#look(false);
      },
      ended: (error) => this.#look(true, error),
    };
    const draft = twist.draft?.(this.#draft, this.#request, settings) ?? this.#draft;
    const { "Content-Length": length, ...others } = draft.headers;
    const inChunks = twist.chunked === true && draft.body !== undefined;
    const framing = inChunks
      ? { "Transfer-Encoding": "chunked" }
      : { ...(length !== undefined && { "Content-Length": length }) };
    const fields = Object.entries({ ...others, ...framing, Connection: pooled ? "keep-alive" : "close" });
    const head = `${draft.method} ${draft.path} HTTP/1.1\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
    line.socket.write(head, "latin1");
    const body = draft.body ?? new Uint8Array();
    line.socket.write(inChunks ? chunked(body) : body, (error) => {
      this.#written = error === undefined || error === null;
    });
    if (line.over || this.#received.byteLength > 0) this.#look(line.over);
  }

  #limitExchange(millis: number): void {
    clearTimeout(this.#timer);
    const limitMillis = Duration.toMillis(this.#state.settings.exchangeTimeout);
    const over = () => this.#fail(new TimedOut({ phase: "exchange", limitMillis }), {});
    this.#timer = setTimeout(() => {
      // What arrived while the event loop was blocked is read before the limit counts.
      if (this.#state.twist.overtakes === true) over();
      else setImmediate(() => setImmediate(over));
    }, millis);
  }

  #look(ended: boolean, error?: Error): void {
    const { settings, twist } = this.#state;
    if (this.#line?.user === undefined) return;
    const right: Limits = { headBytes: 16_384, bodyBytes: settings.maxReplyBytes };
    const limits = twist.limits?.(right, this.#received) ?? right;
    const peeked = twist.peeks?.(this.#received, limits, this.#written);
    if (peeked !== undefined) return this.#act(peeked, peeked);
    if (ended && error !== undefined) return this.#fail(this.#lost(error), { error, broken: "closed" });
    const parsed = parse(this.#received, ended, limits);
    if (parsed.kind === "whole") return this.#whole(parsed, ended);
    if (parsed.kind === "broken") return this.#fail(this.#broken(parsed.code, limits), { broken: parsed.code });
  }

  #lost(error: Error): Reason {
    return new ConnectionLost({ detail: "the connection was lost", cause: summarize(error) });
  }

  #broken(code: Broken["code"], limits: Limits): Reason {
    if (code === "too-large") return new ReplyTooLarge({ limitBytes: limits.bodyBytes });
    return new ConnectionLost({ detail: `no whole reply: ${code}` });
  }

  #whole(reply: Whole, ended: boolean): void {
    const { twist } = this.#state;
    if (twist.waitsForEnd === true && !ended) return clearTimeout(this.#timer);
    const next = this.#repeats < 5 ? twist.follows?.(reply, this.#draft) : undefined;
    if (next !== undefined) {
      const url = new URL(next, this.#draft.url);
      this.#draft = {
        ...this.#draft,
        url,
        path: url.pathname + url.search,
        headers: { ...this.#draft.headers, Host: url.host },
      };
      return this.#again();
    }
    const { status, headers, body } = reply;
    const right: TransportReply = { status, headers: joined(headers), body: Uint8Array.from(body) };
    this.#act(twist.whole?.(reply, this.#draft) ?? right, right, reply);
  }

  #fail(reason: Reason, what: { readonly error?: Error; readonly broken?: Broken["code"] }): void {
    const { code, syscall } = (what.error ?? {}) as { readonly code?: string; readonly syscall?: string };
    const failure: Failure = {
      reason,
      phase: this.#phase,
      connected: this.#connected,
      code,
      syscall,
      broken: what.broken,
      received: this.#received,
      written: this.#written,
      reused: (this.#line?.used ?? 0) > 1,
    };
    this.#act(this.#state.twist.failure?.(failure, this.#draft) ?? reason, reason);
  }

  /** `end` is what it comes to when there is no second time. */
  #act(verdict: Verdict, end: Verdict, reply?: Whole): void {
    if (verdict === "again" && this.#repeats === 0) return this.#again();
    const told = verdict === "again" ? end : verdict;
    if (told === "again") return;
    const isReason = "_tag" in told;
    const keepsLate = isReason && told._tag === "TimedOut" && this.#state.twist.pool === "keeps-timed-out";
    if (keepsLate && this.#line) this.#line.keepsStray = true;
    this.#letGo(keepsLate || (reply !== undefined && this.#keeps(reply)), reply?.rest);
    this.#tell(isReason ? Effect.fail(new TransportError({ reason: told })) : Effect.succeed(told));
  }

  #again(): void {
    this.#repeats += 1;
    this.#letGo(false);
    this.#phase = "connecting";
    this.#written = false;
    this.#received = Buffer.alloc(0);
    this.#limitConnecting();
    this.#connect();
  }

  #keeps({ headers, rest, framing }: Whole): boolean {
    const { pooled, twist } = this.#state;
    if (!pooled || twist.pool === "never" || framing === "connection") return false;
    if (field(headers, "connection") === "close" && twist.pool !== "keeps-closing") return false;
    return rest.byteLength === 0 || twist.pool === "keeps-rest";
  }

  #letGo(keep: boolean, rest?: Buffer): void {
    clearTimeout(this.#timer);
    const line = this.#line;
    if (line === undefined) return;
    const { idle, twist } = this.#state;
    line.user = undefined;
    this.#line = undefined;
    if (keep) {
      line.rest = rest ?? line.rest;
      const others = idle.get(line.host);
      if (others === undefined) idle.set(line.host, [line]);
      else others.push(line);
    } else if (twist.keepsLast === true) {
      this.#state.last?.socket.destroy();
      this.#state.last = line;
    } else line.socket.destroy();
  }

  #tell(end: Effect.Effect<TransportReply, TransportError>): void {
    this.#state.posts.delete(this);
    clearTimeout(this.#timer);
    this.#leave?.();
    if (this.#told) return;
    this.#told = true;
    this.#resume(end);
  }

  interrupt(): void {
    const { ignores } = this.#state.twist;
    this.#told = true;
    this.#state.posts.delete(this);
    if (ignores === "early-interruption" && this.#phase === "connecting") return;
    if (ignores === "late-interruption" && this.#phase === "exchanging") return;
    this.#hangUp?.();
    this.#letGo(false);
    this.#leave?.();
  }

  /** The scope has closed. */
  close(): void {
    const denies = this.#phase === "connecting" || this.#state.twist.deniesAtEnd === true;
    const detail = "the transport was closed";
    this.#hangUp?.();
    this.#letGo(false);
    const reason = denies ? new Unusable({ detail }) : new ConnectionLost({ detail });
    this.#tell(Effect.fail(new TransportError({ reason })));
  }
}
