/**
 * One request, from its call to its end: the only place that says whether the request may have been sent.
 *
 * An adapter brings the HTTP client and reports to the {@link Call} what it sees; phase, time limits, size limits, interruption
 * and the end of the scope are decided here, once for every adapter. "Not sent" is a proof by construction: nothing may be
 * written before `begin` has answered `true`, `begin` answers `true` at most once, and never after the call has ended.
 */
import {
  ConnectionLost,
  ReplyTooLarge,
  TimedOut,
  TransportError,
  Unreachable,
  Unusable,
} from "@wechat-refund/core/Transport";
import type { Reason, Silent, TransportReply, TransportRequest } from "@wechat-refund/core/Transport";
import * as Effect from "effect/Effect";
import type { TLSSocket } from "node:tls";
import * as Dial from "./dial.ts";
import * as Failure from "../Failure.ts";
import * as Fields from "./fields.ts";
import type { Target } from "./target.ts";

/** What an adapter is given for one request, and where it reports. Every method may be called at any time, in any order. */
export interface Call {
  readonly target: Target;
  readonly method: TransportRequest["method"];
  /** Names and values by turns: all fields but `Host`, `Content-Length` and `Connection`, which every client writes by itself. */
  readonly headers: ReadonlyArray<string>;
  /** A GET has none, and no `Content-Length`. */
  readonly body: Uint8Array | undefined;
  /** Opens this call's own connection. It is closed when the call ends before it began. */
  readonly dial: (callback: Dial.Callback) => void;
  /**
   * Asked right before the first byte is written, to this socket: the one that was dialled, unless it is named. `false`: the call was
   * given up, write nothing. `true` at most once.
   */
  readonly begin: (socket?: TLSSocket) => boolean;
  readonly informational: () => void;
  /** `headers`: names and values by turns, as they came, repeated where they were. */
  readonly head: (status: number, headers: ReadonlyArray<string>) => void;
  readonly data: (chunk: Buffer) => void;
  /** The whole reply was read. */
  readonly end: () => void;
  /** Anything that ended the call otherwise; the phase decides what it means. */
  readonly fail: (cause: unknown) => void;
}

/** What is to be written. */
export interface Message {
  readonly method: TransportRequest["method"];
  readonly headers: Fields.Fields;
  readonly body: Uint8Array | undefined;
  readonly mayLeave: TransportRequest["mayLeave"];
}

/** An HTTP client, as the exchange drives it. */
export interface Client {
  /** Starts one request; the function it returns closes the request's connection at once. May throw. */
  readonly send: (call: Call) => () => void;
  /** No call is under way any more: closes every connection. */
  readonly close: () => void;
}

const maxInformational = 4;
const nothing = new Uint8Array(0);

export interface Limits {
  readonly connectMillis: number;
  readonly exchangeMillis: number;
  readonly maxReplyBytes: number;
  /** What a connection says of the certificate when it is closed without a word. */
  readonly silent: Silent;
}

type Resume = (effect: Effect.Effect<TransportReply, TransportError>) => void;

/**
 * The calls that are under way. Each knows its place, so that one that ends leaves nothing behind: the tables that a busy `Set`
 * outgrows and drops keep the calls they held in memory until the next full collection.
 */
export class Live {
  readonly #calls: Array<Exchange> = [];

  get calls(): ReadonlyArray<Exchange> {
    return [...this.#calls];
  }

  add(call: Exchange): void {
    call.place = this.#calls.push(call) - 1;
  }

  remove(call: Exchange): void {
    const last = this.#calls.pop();
    if (last === undefined || last === call) return;
    this.#calls[call.place] = last;
    last.place = call.place;
  }
}

const nobody: Resume = () => {};

export class Exchange implements Call {
  readonly target: Target;
  readonly method: TransportRequest["method"];
  headers: Fields.Fields;
  body: Uint8Array | undefined;
  /** Among the live calls. */
  place = -1;
  #mayLeave: TransportRequest["mayLeave"];
  readonly #limits: Limits;
  readonly #live: Live;
  readonly #dialer: Dial.Dialer;
  #resume: Resume;
  #phase: "before-begin" | "begun" | "ended" = "before-begin";
  #timer: NodeJS.Timeout | undefined;
  #overtime: NodeJS.Immediate | undefined;
  #hangUp: (() => void) | undefined;
  /** What the request is written to, and how much had been read from it before. */
  #socket: TLSSocket | undefined;
  #readBefore = 0;
  #abort: (() => void) | undefined;
  #informational = 0;
  #status: number | undefined;
  #replyHeaders: TransportReply["headers"] = {};
  #size = 0;
  readonly #chunks: Array<Buffer> = [];

  constructor(
    target: Target,
    { body, headers, mayLeave, method }: Message,
    limits: Limits,
    live: Live,
    dialer: Dial.Dialer,
    resume: Resume,
  ) {
    this.target = target;
    this.method = method;
    this.headers = headers;
    this.body = body;
    this.#mayLeave = mayLeave;
    this.#limits = limits;
    this.#live = live;
    this.#dialer = dialer;
    this.#resume = resume;
  }

  start(client: Client): void {
    this.#live.add(this);
    const { connectMillis } = this.#limits;
    this.#timer = setTimeout(
      () => this.#failWith(new TimedOut({ phase: "connect", limitMillis: connectMillis })),
      connectMillis,
    );
    try {
      const abort = client.send(this);
      if (this.#phase === "ended") abort();
      else this.#abort = abort;
    } catch (cause) {
      this.fail(cause);
    }
  }

  dial(callback: Dial.Callback): void {
    if (this.#phase !== "before-begin") return callback(new Error("the call has ended"), undefined);
    // A kept connection keeps its listeners: the client's callback, which holds the request, goes when it has been told.
    let waiting: Dial.Callback | undefined = callback;
    const answer: Dial.Callback = (error, socket) => {
      const tell = waiting;
      waiting = undefined;
      this.#hangUp = undefined;
      if (error !== null) this.fail(error);
      if (socket !== undefined) this.#use(socket);
      if (this.#phase === "ended") tell?.(error ?? new Error("the call has ended"), undefined);
      else tell?.(error, socket);
    };
    try {
      this.#hangUp = this.#dialer.dial(this.target, answer);
    } catch (cause) {
      this.fail(cause);
    }
  }

  begin(socket?: TLSSocket): boolean {
    if (this.#phase !== "before-begin") return false;
    if (this.#mayLeave?.() === false) {
      this.#failWith(new Unreachable({ detail: "its time to leave was over before it could be written" }));
      return false;
    }
    this.#phase = "begun";
    if (socket !== undefined && socket !== this.#socket) this.#use(socket);
    this.#readBefore = this.#socket?.bytesRead ?? 0;
    clearTimeout(this.#timer);
    const { exchangeMillis } = this.#limits;
    // The event loop may have been blocked past the limit while the reply arrived: it is read before the limit is applied.
    this.#timer = setTimeout(() => {
      this.#overtime = setImmediate(() =>
        this.#failWith(new TimedOut({ phase: "exchange", limitMillis: exchangeMillis })),
      );
    }, exchangeMillis);
    return true;
  }

  informational(): void {
    this.#informational += 1;
    if (this.#informational > maxInformational) {
      this.#failWith(new ConnectionLost({ detail: `the server sent more than ${maxInformational} interim replies` }));
    }
  }

  head(status: number, headers: ReadonlyArray<string>): void {
    this.#status = status;
    this.#replyHeaders = Fields.collect(headers);
  }

  data(chunk: Buffer): void {
    this.#size += chunk.length;
    // Written so that a limit that is no number lets nothing through.
    if (this.#size <= this.#limits.maxReplyBytes) this.#chunks.push(chunk);
    else this.#failWith(new ReplyTooLarge({ limitBytes: this.#limits.maxReplyBytes }));
  }

  end(): void {
    const [first] = this.#chunks;
    if (this.#phase !== "begun" || this.#status === undefined) return this.fail(new Error("a reply nobody asked for"));
    const body = first !== undefined && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks, this.#size);
    const reply = { status: this.#status, headers: this.#replyHeaders, body };
    if (!this.#settle()) return;
    // It holds what the client made of the request.
    this.#abort = undefined;
    this.#report(Effect.succeed(reply));
  }

  fail(cause: unknown): void {
    if (this.#phase === "ended") return;
    const phase = this.#phase === "begun" ? "after-secure" : "before-secure";
    const known = this.#socket && Dial.errorOf(this.#socket);
    this.#failWith(Failure.classify(phase, known ?? cause, this.#silent));
  }

  /** Only where it is known that not one byte of a reply came. */
  get #silent(): Silent | undefined {
    return this.#phase === "begun" && this.#socket?.bytesRead === this.#readBefore ? this.#limits.silent : undefined;
  }

  /** The scope has ended. */
  close(): void {
    const detail = "the transport was closed while the call was under way";
    this.#failWith(this.#phase === "begun" ? new ConnectionLost({ detail }) : new Unusable({ detail }));
  }

  interrupt(): void {
    if (!this.#settle()) return;
    this.#resume = nobody;
    this.#giveUp();
  }

  #use(socket: TLSSocket): void {
    if (this.#phase === "ended") return void socket.destroy();
    this.#socket = socket;
  }

  #failWith(reason: Reason): void {
    if (!this.#settle()) return;
    this.#giveUp();
    // A session that was at fault is not resumed again.
    this.#dialer.forget(this.target);
    this.#report(Effect.fail(new TransportError({ reason })));
  }

  #settle(): boolean {
    if (this.#phase === "ended") return false;
    this.#phase = "ended";
    clearTimeout(this.#timer);
    clearImmediate(this.#overtime);
    this.#live.remove(this);
    // A pooled connection remembers the call it was opened for, but neither what was sent nor what came back.
    this.headers = Fields.none;
    this.body = nothing;
    this.#mayLeave = undefined;
    this.#replyHeaders = {};
    this.#socket = undefined;
    this.#chunks.length = 0;
    return true;
  }

  #giveUp(): void {
    this.#hangUp?.();
    this.#abort?.();
  }

  /** The caller's code does not run inside the client's parser. */
  #report(effect: Effect.Effect<TransportReply, TransportError>): void {
    const resume = this.#resume;
    this.#resume = nobody;
    queueMicrotask(() => resume(effect));
  }
}
