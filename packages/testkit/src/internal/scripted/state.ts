/** What a scripted server knows of its connections, and how to wait for it to change. */
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import * as Effect from "effect/Effect";
import * as Latch from "effect/Latch";
import type { Request, Step } from "../../Script.ts";
import { Requests } from "./requests.ts";

/** What one client's connection has been so far. */
export interface Connection {
  /** The handshake ended well. */
  readonly secure: boolean;
  /** It resumed a session. */
  readonly resumed: boolean;
  /** Common name of the certificate the client showed. */
  readonly client: string | undefined;
  /** The host name the client asked for, if any. Not known of a resumed session under TLS 1.2. */
  readonly serverName: string | undefined;
  /** Whole requests. */
  readonly requests: ReadonlyArray<Request>;
  /** Requests of which anything arrived. */
  readonly begun: number;
  /** Bytes of requests. */
  readonly bytes: number;
  readonly open: boolean;
}

/** A running server. The views are live. */
export interface ScriptedServer {
  readonly port: number;
  readonly connections: ReadonlyArray<Connection>;
  /** Whole requests of all connections. */
  readonly requests: ReadonlyArray<Request>;
  /** Requests of which anything arrived, over all connections. */
  readonly begun: number;
  /** Connections open now. */
  readonly open: number;
  readonly openGate: (name: string) => Effect.Effect<void>;
  /** Waits until it holds. It is looked at whenever something happens on a connection. */
  readonly until: (holds: (server: ScriptedServer) => boolean) => Effect.Effect<void>;
  /** Waits until no handshake is under way and nothing has happened for a while. */
  readonly settled: Effect.Effect<void>;
}

/** The event loop has to come round so often, so many milliseconds apart, without news. */
const quiet = { rounds: 3, millis: 8 } as const;

export class Line implements Connection {
  secure = false;
  resumed = false;
  client: string | undefined;
  serverName: string | undefined;
  open = true;
  /** In a handshake that both sides work on. */
  shaking = false;
  clientEnded = false;
  readonly raw: Socket;
  readonly port: number | undefined;
  tls: TLSSocket | undefined;
  readonly received = new Requests();

  constructor(raw: Socket) {
    this.raw = raw;
    this.port = raw.remotePort;
  }
  get requests(): ReadonlyArray<Request> {
    return this.received.whole;
  }
  get begun(): number {
    return this.received.begun;
  }
  get bytes(): number {
    return this.received.bytes;
  }
  get writable(): Socket {
    return this.tls ?? this.raw;
  }
  /** Nothing more will come from the client. */
  get over(): boolean {
    return this.clientEnded || !this.open;
  }
}

export class Server implements ScriptedServer {
  port = 0;
  readonly connections: Array<Line> = [];
  readonly #listeners = new Set<() => void>();
  readonly #gates = new Map<string, Latch.Latch>();
  readonly #random: (() => number) | undefined;

  constructor(random: (() => number) | undefined) {
    this.#random = random;
  }

  get requests(): ReadonlyArray<Request> {
    return this.connections.flatMap(({ requests }) => requests);
  }
  get begun(): number {
    return this.connections.reduce((sum, { begun }) => sum + begun, 0);
  }
  get open(): number {
    return this.connections.filter(({ open }) => open).length;
  }

  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  gate(name: string): Latch.Latch {
    const gate = this.#gates.get(name) ?? Latch.makeUnsafe(false);
    this.#gates.set(name, gate);
    return gate;
  }

  openGate(name: string): Effect.Effect<void> {
    return this.gate(name).open;
  }

  until(holds: (server: ScriptedServer) => boolean): Effect.Effect<void> {
    return Effect.callback((resume) => {
      const look = () => {
        if (!holds(this)) return;
        this.#listeners.delete(look);
        resume(Effect.void);
      };
      this.#listeners.add(look);
      look();
      return Effect.sync(() => this.#listeners.delete(look));
    });
  }

  get settled(): Effect.Effect<void> {
    return Effect.callback((resume) => {
      let rounds = 0;
      const news = () => {
        rounds = 0;
      };
      this.#listeners.add(news);
      const timer = setInterval(() => {
        rounds = this.connections.some(({ shaking, over }) => shaking && !over) ? 0 : rounds + 1;
        if (rounds > quiet.rounds) done();
      }, quiet.millis);
      const stop = () => {
        clearInterval(timer);
        this.#listeners.delete(news);
      };
      const done = () => {
        stop();
        resume(Effect.void);
      };
      return Effect.sync(stop);
    });
  }

  /** A little while, or nothing at all in a server without chance. */
  get whim(): Effect.Effect<void> {
    return this.#random === undefined ? Effect.void : Effect.sleep(this.#random() * 6);
  }

  sliced(step: Extract<Step, { readonly do: "send" }>): typeof step {
    if (this.#random === undefined || step.pieces !== undefined || step.bytes.byteLength < 2) return step;
    return { ...step, pieces: 2, everyMillis: this.#random() * 4 };
  }
}
