/**
 * The one database of a simulation, in memory, as each of its processes meets it: one transaction at a time, whoever has it; statements and
 * commits fail as databases fail them (D01–D06), and a process may die or stand still at each of them.
 */
import { DatabaseSync } from "node:sqlite";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Reactivity from "effect/reactivity/Reactivity";
import * as SqlClient from "effect/sql/SqlClient";
import type { Connection } from "effect/sql/SqlConnection";
import {
  ConnectionError,
  LockTimeoutError,
  SerializationError,
  SqlError,
  type SqlErrorReason,
  UnknownError,
} from "effect/sql/SqlError";
import * as Statement from "effect/sql/Statement";
import * as Stream from "effect/Stream";
import * as sqlite from "../../src/internal/sqliteConnection.ts";
import type { VirtualTime } from "../../../simulator/test/virtualTime.ts";
import { Doing, type Machine } from "./machine.ts";

/** What a statement does. `committed`: a commit has been made, and nobody was told yet. */
export type Stage = "BEGIN" | "COMMIT" | "ROLLBACK" | "SAVEPOINT" | "write" | "written" | "read" | "committed";

/**
 * How a statement fails. `ran`: it had run, and only its answer was lost. `broken`: with the connection, so that the transaction is gone and
 * nothing of it can be rolled back. `undone`: the database itself rolled the transaction back, as SQLite does when the disk is full.
 */
export interface Failure {
  readonly error: "lost" | "busy" | "serialisation" | "full" | "read-only";
  readonly ran?: boolean;
  readonly broken?: boolean;
  readonly undone?: boolean;
  /** ms before it is told. */
  readonly wait?: number;
}

export interface Hooks {
  readonly time: VirtualTime;
  /** What goes wrong with this statement. */
  readonly fails: (stage: Stage, doing: string) => Failure | undefined;
  /** A named point of a process: it may be dead or standing afterwards. */
  readonly point: (machine: Machine, name: string) => void;
  /** Something was committed. */
  readonly committed: () => void;
}

interface Lease {
  readonly machine: Machine;
  broken: boolean;
}

/** The rest of a process's program, from a point on: never, where it died there. */
export const passing = (machine: Machine): Effect.Effect<void> =>
  machine.state === "runs"
    ? Effect.void
    : Effect.callback<void>((resume) => {
        machine.enter(() => resume(Effect.void));
      });

const errorOf = ({ error }: Failure): SqlError => {
  const about = { cause: new Error(`simulated: ${error}`), message: error, operation: "execute" };
  const reasons: Record<Failure["error"], () => SqlErrorReason> = {
    lost: () => new ConnectionError(about),
    busy: () => new LockTimeoutError(about),
    serialisation: () => new SerializationError(about),
    full: () => new UnknownError(about),
    "read-only": () => new UnknownError(about),
  };
  return new SqlError({ reason: reasons[error]() });
};

const stageOf = (sql: string): Stage => {
  if (/^\s*(?:SELECT|WITH|PRAGMA)/i.test(sql)) return "read";
  if (sql.startsWith("BEGIN")) return "BEGIN";
  if (sql.startsWith("COMMIT")) return "COMMIT";
  if (sql.startsWith("ROLLBACK")) return "ROLLBACK";
  return /^(?:SAVEPOINT|RELEASE)/.test(sql) ? "SAVEPOINT" : "write";
};

const stages = new Map<string, Stage>();
const staged = (sql: string): Stage => {
  const known = stages.get(sql) ?? stageOf(sql);
  stages.set(sql, known);
  return known;
};

/** An idle transaction of a process that stands is ended by the server. */
const idle = 5000;

export class Database {
  database = new DatabaseSync(":memory:");
  private inner = sqlite.make(this.database);
  private holder: Lease | undefined;
  private waiting: Array<{ readonly lease: Lease; readonly grant: () => void }> = [];
  private readonly hooks: Hooks;
  /** Whether a broken connection says so only when a ROLLBACK is tried. */
  private readonly deadRollback: boolean;

  constructor(hooks: Hooks, deadRollback: boolean) {
    this.hooks = hooks;
    this.deadRollback = deadRollback;
    this.database.exec("PRAGMA foreign_keys = ON");
  }

  /** A copy of everything that is committed. */
  backup(): Uint8Array {
    return this.database.serialize();
  }

  /** As it was. Nobody may be connected. */
  restore(backup: Uint8Array): void {
    this.database.close();
    this.database = new DatabaseSync(":memory:");
    this.database.deserialize(backup);
    this.database.exec("PRAGMA foreign_keys = ON");
    this.inner = sqlite.make(this.database);
    this.holder = undefined;
    this.waiting = [];
  }

  /** What a process holds goes with it. */
  gone(machine: Machine): void {
    this.waiting = this.waiting.filter(({ lease }) => lease.machine !== machine);
    if (this.holder?.machine === machine) this.end(this.holder);
  }

  /** It stands: what it holds is its own for a while. */
  stands(machine: Machine): void {
    const { holder } = this;
    if (holder?.machine !== machine) return;
    this.hooks.time.after(idle, () => {
      if (this.holder === holder && machine.state === "stands") this.end(holder);
    });
  }

  /** The client of one process. */
  client(machine: Machine): SqlClient.SqlClient {
    const taken: Effect.Effect<Lease> = Effect.callback<Lease>((resume) => {
      const lease: Lease = { machine, broken: false };
      this.waiting.push({ lease, grant: () => machine.enter(() => resume(Effect.succeed(lease))) });
      if (this.holder === undefined) {
        this.waiting.pop();
        this.holder = lease;
        resume(Effect.succeed(lease));
        return undefined;
      }
      return Effect.sync(() => this.release(lease));
    });
    const take = Effect.suspend(() => (machine.state === "runs" ? taken : Effect.andThen(passing(machine), taken)));
    const release = (lease: Lease) => Effect.sync(() => this.release(lease));
    const isOpen = (lease: Lease): boolean => (lease.broken ? this.deadRollback : this.database.isTransaction);
    const connections = new WeakMap<Connection, Lease>();
    const connectionOf = (lease: Lease): Connection => {
      const connection = this.connection(lease);
      connections.set(connection, lease);
      return connection;
    };
    return Effect.runSync(
      Effect.provideService(
        SqlClient.make({
          acquirer: Effect.map(Effect.acquireRelease(take, release, { interruptible: true }), connectionOf),
          borrower: (use) => Effect.acquireUseRelease(take, (lease) => use(connectionOf(lease)), release),
          compiler: Statement.makeCompilerSqlite(),
          driver: "simulated",
          beginTransaction: "BEGIN IMMEDIATE",
          spanAttributes: [],
          onCommitFailure: (connection) =>
            Effect.suspend(() => {
              const lease = connections.get(connection);
              return lease !== undefined && isOpen(lease)
                ? Effect.asVoid(connection.executeUnprepared("ROLLBACK", [], undefined))
                : Effect.void;
            }),
          isTransaction: (connection) => {
            const lease = connections.get(connection);
            return lease !== undefined && isOpen(lease);
          },
        }),
        Reactivity.Reactivity,
        Effect.runSync(Reactivity.make),
      ),
    );
  }

  private release(lease: Lease): void {
    if (this.holder === lease) this.next();
    else this.waiting = this.waiting.filter((other) => other.lease !== lease);
  }

  /** The server ends a session. */
  private end(lease: Lease): void {
    lease.broken = true;
    if (this.database.isTransaction) this.database.exec("ROLLBACK");
    if (this.holder === lease) this.next();
  }

  private next(): void {
    const first = this.waiting.shift();
    this.holder = first?.lease;
    first?.grant();
    if (first?.lease.machine.state === "stands") this.stands(first.lease.machine);
  }

  private fail(lease: Lease, failure: Failure): Effect.Effect<never, SqlError> {
    if (failure.broken === true) lease.broken = true;
    if ((failure.broken === true || failure.undone === true) && this.database.isTransaction) {
      this.database.exec("ROLLBACK");
    }
    const error = Effect.fail(errorOf(failure));
    return failure.wait === undefined ? error : Effect.andThen(Effect.sleep(failure.wait), error);
  }

  private run<A>(lease: Lease, sql: string, statement: () => Effect.Effect<A, SqlError>): Effect.Effect<A, SqlError> {
    const { hooks } = this;
    const { machine } = lease;
    const stage = staged(sql);
    const there = (doing: string): Effect.Effect<A, SqlError> => {
      if (lease.broken) return Effect.fail(errorOf({ error: "lost" }));
      const failure = hooks.fails(stage, doing);
      if (failure !== undefined && failure.ran !== true) return this.fail(lease, failure);
      return Effect.flatMap(statement(), (rows) => {
        const isCommit = stage === "COMMIT" || (stage === "write" && !this.database.isTransaction);
        if (isCommit) hooks.committed();
        hooks.point(machine, `${doing}: ${isCommit ? "committed" : stage === "write" ? "written" : "read"}`);
        const after = failure === undefined ? Effect.succeed(rows) : this.fail(lease, failure);
        return machine.state === "runs" ? after : Effect.andThen(passing(machine), after);
      });
    };
    return Effect.withFiber((fiber) => {
      const doing = Context.get(fiber.context, Doing);
      hooks.point(machine, `${doing}: ${stage}`);
      if (machine.state === "runs") return there(doing);
      return Effect.flatMap(passing(machine), () => there(doing));
    });
  }

  private connection(lease: Lease): Connection {
    return {
      execute: (sql, params, transform) => this.run(lease, sql, () => this.inner.execute(sql, params, transform)),
      executeUnprepared: (sql, params, transform) =>
        this.run(lease, sql, () => this.inner.execute(sql, params, transform)),
      executeRaw: (sql, params) => this.run(lease, sql, () => this.inner.executeRaw(sql, params)),
      executeValues: (sql, params) => this.run(lease, sql, () => this.inner.executeValues(sql, params)),
      executeValuesUnprepared: (sql, params) => this.run(lease, sql, () => this.inner.executeValues(sql, params)),
      executeStream: () => Stream.die(new Error("nothing here streams")),
    };
  }
}
